"""`chatrec eval faq` and `chatrec tune --faq-examples`, from the files to what they print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chatrec.cli import cli
from chatrec.errors import CatalogueError, SetupError
from chatrec.settings import Settings, load_settings
from chatrec.testkit.faq_curve import drawn, entry_curve
from chatrec.tune.faq_head import tune_head
from chatrec.types import FaqEntry
from vectorstore.disk import IndexFolder
from vectorstore.example_file import read_examples
from vectorstore.faq_head import Example
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue
from vectorstore.live_faq import LiveFaq
from vectorstore.records import RowError
from vectorstore.store import Store

ENTRIES = [
    FaqEntry("returns", "Returns?", "30 days.", paraphrases=("refund money", "money refund now")),
    FaqEntry("shipping", "Shipping?", "3 days.", paraphrases=("parcel courier", "courier parcel")),
]
MESSAGES = [
    (f"{frame} {word}", label)
    for label, words in {
        "returns": ("refund", "money", "unwanted"),
        "shipping": ("parcel", "courier", "delivery"),
    }.items()
    for word in words
    for frame in ("question on", "about my", "tell of the")
]


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    path = tmp_path / "examples.csv"
    rows = [f"{text},{label}" for text, label in MESSAGES]
    path.write_text("\n".join(["text,intent", *rows, "gardening,-"]), encoding="utf-8")
    return path


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.jsonl"
    rows = [
        {"id": e.id, "question": e.question, "answer": e.answer, "paraphrases": e.paraphrases}
        for e in ENTRIES
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def settings(tmp_path: Path, faq: Path) -> Settings:
    made = load_settings(data_dir=tmp_path / "data")
    index_catalogue(made, faq=faq, embedder=HashingEmbedder())
    return made


def test_examples_have_a_message_and_a_label_or_none(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(
        '{"message": " Refund  please ", "intent": "returns"}\n'
        '{"message": "hi", "intent": "NO_NODES_DETECTED"}\n{"message": "x"}\n'
        '{"message": "", "intent": "a"}\n',
        encoding="utf-8",
    )
    refund, outside, missing, empty = read_examples(path)
    assert refund == Example("Refund please", "returns") and outside == Example("hi", None)
    assert isinstance(missing, RowError) and "label missing" in missing.reason
    assert isinstance(empty, RowError) and "empty" in empty.reason
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(CatalogueError, match="no usable example"):
        list(read_examples(path))


async def test_a_running_faq_takes_up_the_head(settings: Settings, examples: Path) -> None:
    folder, embedder = IndexFolder.of(settings.data_dir), HashingEmbedder()
    read = Store(folder).read_faq()
    assert read is not None
    live = LiveFaq(folder, read[1], embedder, look_every=0.0)
    question = "question on unwanted"
    assert (await live.search(question, 1))[0].score < live.floor
    told = "\n".join(tune_head(settings, examples, embedder))
    assert "24 examples of 2 entries" in told and "by cross-validation" in told
    found = (await live.search(question, 1))[0]
    assert found.entry.id == "returns" and found.score >= live.floor


def test_a_label_that_is_no_entry_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("text,label\nrefund,refunds\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="'refunds'"):
        list(tune_head(settings, path, HashingEmbedder()))
    with pytest.raises(SetupError, match="chatrec index --faq"):
        list(tune_head(load_settings(data_dir=tmp_path / "empty"), path, HashingEmbedder()))


def test_the_curve_asks_each_paraphrase_with_and_without_its_entry() -> None:
    curve = entry_curve(ENTRIES, [Example("opening hours", None)], HashingEmbedder())
    right, wrong, _ = curve.at(0.0)
    assert (right, wrong) == (1.0, 0.0)
    assert curve.at(1.01) == (0.0, 0.0, 0.0) and curve.at(0.9)[2] == pytest.approx(0.0)
    assert drawn(curve).count("\n") == 13
    bare = [FaqEntry("returns", "Returns?", "30 days.")]
    with pytest.raises(CatalogueError, match="no entry has paraphrases"):
        entry_curve(bare, [], HashingEmbedder())


def ran(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> Result:
    monkeypatch.setenv("CHATREC_EMBEDDER", "made_embeddings:Unscaled")
    return CliRunner().invoke(cli, list(map(str, arguments)))


def test_the_command_proposes_a_floor(
    faq: Path, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ran(monkeypatch, "eval", "faq", faq, "--questions", examples)
    assert done.exit_code == 0 and "CHATREC_FAQ_FLOOR=" in done.output


def test_the_command_compares_ways(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("text,label\nwho won the match,oos\n", encoding="utf-8")
    asked = ("--test", examples, "--outside", outside)
    done = ran(monkeypatch, "eval", "faq", "--train", examples, *asked)
    assert done.exit_code == 0 and done.output.count("\n") == 5
    assert "oos recall" in done.output and "20" in done.output.splitlines()[1]
    assert ran(monkeypatch, "eval", "faq", "--test", examples).exit_code == 2
