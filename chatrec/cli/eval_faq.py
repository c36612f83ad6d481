"""`chatrec eval faq`: the shop's own entries, or labelled messages -> rates and a threshold.

Over the entries it draws the curve of right against false answers and proposes a floor. Over
labelled messages it prints accuracy, in-scope accuracy and out-of-scope recall for each way of
finding the answer. Rates are told, not judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from chatrec.background import in_background
from chatrec.errors import CatalogueError, SetupError
from chatrec.llm.models import load_model
from chatrec.ports import Embedder, LanguageModel
from chatrec.settings import Settings, load_settings
from chatrec.testkit.faq_curve import drawn, entry_curve
from chatrec.testkit.faq_judge import judged
from chatrec.testkit.faq_rates import LabelRates, rates, splits
from chatrec.types import FaqEntry
from vectorstore.disk import IndexFolder
from vectorstore.embed import open_embedder
from vectorstore.example_file import read_examples
from vectorstore.faq import FAQ_FLOOR
from vectorstore.faq_file import read_faq
from vectorstore.faq_head import OUT_OF_SCOPE_SHARE, Example, fit_head
from vectorstore.remembering import Remembering
from vectorstore.store import Store

_FILE = click.Path(path_type=Path)
_JUDGE = "the model, of the head's best"


@click.command("faq")
@click.argument("entries", required=False, type=_FILE)
@click.option("--questions", type=_FILE, help="Labelled questions to ask; a label is an entry id.")
@click.option("--train", type=_FILE, help="Labelled messages to learn from, instead of ENTRIES.")
@click.option("--test", type=_FILE, help="Labelled messages to ask; without it --train is split.")
@click.option("--outside", type=_FILE, multiple=True, help="More messages that nothing answers.")
@click.option("--splits", "count", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=OUT_OF_SCOPE_SHARE,
    show_default=True,
    help="Share of messages that nothing answers, to be expected.",
)
@click.option("--judge", is_flag=True, help="Also let the configured model pick, with --train.")
def command(
    entries: Path | None,
    questions: Path | None,
    train: Path | None,
    test: Path | None,
    outside: tuple[Path, ...],
    count: int,
    share: float,
    judge: bool,
) -> None:
    """How often a customer-service question gets its own answer, a wrong one, or none.

    ENTRIES is a FAQ file; without it the indexed FAQ is taken. Each entry's paraphrases are put to
    the FAQ without them, and to the FAQ without the entry.
    """
    if train is None and test is not None:
        raise click.UsageError("--test needs --train")
    if judge and train is None:
        raise click.UsageError("--judge needs --train")
    settings = load_settings()
    embedder = Remembering(open_embedder(settings))
    others = [Example(e.text, None) for path in outside for e in labelled(path)]
    if train is None:
        asked = [] if questions is None else labelled(questions)
        known = _entries(settings, entries)
        _tell_curve(known, [*asked, *others], embedder, share)
        return
    learnt = labelled(train)
    if test is not None:
        parts = [(learnt, [*labelled(test), *others])]
    else:
        parts = list(splits(learnt, others, count))
    found = [rates(known, put, embedder, share) for known, put in parts]
    if judge:
        for rate, told in zip(found, _judged(settings, parts, embedder), strict=True):
            rate[_JUDGE] = (None, told)
    click.echo(_table({name: [rate[name] for rate in found] for name in found[0]}))
    if test is None:
        click.echo(f"\nmean ± deviation over {count} splits of {train.name}")


def _judged(
    settings: Settings, parts: Sequence[tuple[list[Example], list[Example]]], embedder: Embedder
) -> list[LabelRates]:
    model: LanguageModel = in_background(lambda: load_model(settings)).result()

    async def run() -> list[LabelRates]:
        try:
            return [
                await judged(fit_head(known, embedder).head, known, put, embedder, model)
                for known, put in parts
            ]
        finally:
            await model.aclose()

    return asyncio.run(run())


def labelled(path: Path) -> list[Example]:
    """The usable examples of a file."""
    return [row for row in read_examples(path) if isinstance(row, Example)]


def _entries(settings: Settings, path: Path | None) -> tuple[FaqEntry, ...]:
    if path is not None:
        return tuple(row for row in read_faq(path) if isinstance(row, FaqEntry))
    read = Store(IndexFolder.of(settings.data_dir)).read_faq()
    if read is None:
        raise SetupError("there is no index yet: run `chatrec index`, or name a FAQ file")
    return tuple(stored.entry for stored in read[1])


def _tell_curve(
    entries: Sequence[FaqEntry], asked: Sequence[Example], embedder: Embedder, share: float
) -> None:
    ids = {entry.id for entry in entries}
    unknown = {i for e in asked if e.label for i in e.label.split()} - ids
    if unknown:
        raise CatalogueError(f"no entry has the id {', '.join(sorted(unknown)[:5])}")
    curve = entry_curve(entries, asked, embedder)
    click.echo(drawn(curve))
    best = curve.best(share)
    for name, floor in (("proposed", best), ("in force", FAQ_FLOOR)):
        right, wrong, false = curve.at(floor)
        click.echo(f"{name}: {floor:.2f}   right {right:.2f}  wrong {wrong:.2f}  false {false:.2f}")
    click.echo(f"to use the proposed one, set CHATREC_FAQ_FLOOR={best:.2f}")


def _table(found: Mapping[str, Sequence[tuple[float | None, LabelRates]]]) -> str:
    width = max(map(len, found))
    columns = ("threshold", "accuracy", "in-scope", "oos recall", "messages")
    lines = [f"{'':{width}}" + "".join(f"{column:>16}" for column in columns)]
    for name, runs in found.items():
        cells = (
            [threshold for threshold, _ in runs],
            [rate.accuracy for _, rate in runs],
            [rate.in_scope for _, rate in runs],
            [rate.out_recall for _, rate in runs],
        )
        messages = round(float(np.mean([rate.messages for _, rate in runs])))
        line = "".join(f"{_spread(values):>16}" for values in cells)
        lines.append(f"{name:{width}}{line}{messages:>16}")
    return "\n".join(lines)


def _spread(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    if len(known) == 1:
        return f"{known[0]:.3f}"
    return f"{np.mean(known):.3f} ± {np.std(known):.3f}"
