"""How often a customer-service question gets its own FAQ entry, a wrong one, or none.

    python tests/benchmarks/faq.py [--shared ../shared/data]

Questions with an entry: the demo shop's paraphrases, each taken out of the FAQ while it is asked,
and 60 questions to ecommerce_faq. Questions without one: 40 that neither FAQ covers
(faq_questions.tsv: entry ids, or "-", and the question) and clinc150's that are out of scope. Of
bitext_customer_support 25 questions of each intent are put to ecommerce_faq too (faq_intents.tsv:
the entries that answer the intent, or "-" where none does). The first table compares ways of
scoring at floors that answer 10 % of the uncovered questions; the second is the curve from which
`vectorstore.faq.FAQ_FLOOR` and `chatrec.answer`'s margin for entries that are level are chosen.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from chatrec.settings import load_settings
from chatrec.types import FaqEntry
from chatrec.words import STOPWORDS, stem, tokens
from vectorstore.embed import open_embedder
from vectorstore.faq import EmbeddedEntry
from vectorstore.faq_file import read_faq
from vectorstore.passages import faq_passages
from vectorstore.remembering import Remembering
from vectorstore.scan import cosine
from vectorstore.topics import Topics, topic_phrases

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "chatrec/demo/faq.jsonl"
_OF_INTENT = 25
_FALSE = ("uncovered", "bitext uncovered", "out of scope")
Score = Callable[[str, EmbeddedEntry], float]
Faq = Sequence[EmbeddedEntry]


@dataclass(frozen=True)
class Asked:
    """A question, the FAQ it is put to, and the ids that answer it (none: uncovered)."""

    question: str
    faq: Faq
    ids: frozenset[str] = frozenset()


def embedded(model: Remembering, entries: Sequence[FaqEntry]) -> list[EmbeddedEntry]:
    topics = Topics(model.embed(topic_phrases()))
    return [EmbeddedEntry.of(entry, model.embed(faq_passages(entry)), topics) for entry in entries]


def left_out(entries: Sequence[FaqEntry], model: Remembering) -> list[Asked]:
    """Each paraphrase, put to the FAQ without it."""
    whole = embedded(model, entries)
    asked = []
    for place, entry in enumerate(entries):
        for text in entry.paraphrases:
            others = tuple(p for p in entry.paraphrases if p != text)
            without = embedded(model, [replace(entry, paraphrases=others)])
            faq = [*whole[:place], *without, *whole[place + 1 :]]
            asked.append(Asked(text, faq, frozenset({entry.id})))
    return asked


def read(path: Path) -> list[FaqEntry]:
    return [entry for entry in read_faq(path) if isinstance(entry, FaqEntry)]


def groups(shared: Path, model: Remembering) -> dict[str, list[Asked]]:
    demo, commerce = read(DEMO), read(shared / "ecommerce_faq/faq.jsonl")
    both = [embedded(model, demo), embedded(model, commerce)]
    lines = (HERE / "faq_questions.tsv").read_text(encoding="utf-8").splitlines()
    own = [line.split("\t") for line in lines]
    with (shared / "clinc150/oos_val.csv").open(encoding="utf-8", newline="") as file:
        scope = [row["text"] for row in csv.DictReader(file)]
    found = {"demo": left_out(demo, model)}
    found["commerce"] = [Asked(q, both[1], frozenset(i.split())) for i, q in own if i != "-"]
    found["uncovered"] = [Asked(q, faq) for i, q in own if i == "-" for faq in both]
    found["out of scope"] = [Asked(q, faq) for q in scope for faq in both]
    found |= bitext(shared / "bitext_customer_support/train.csv", both[1])
    model.embed([asked.question for group in found.values() for asked in group])
    return found


def bitext(path: Path, faq: Faq) -> dict[str, list[Asked]]:
    """Questions of intents that the FAQ has entries on, and of some that it has none on."""
    intents = (HERE / "faq_intents.tsv").read_text(encoding="utf-8").splitlines()
    answered = {intent: ids for ids, intent in (line.split("\t") for line in intents)}
    texts: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            texts.setdefault(row["intent"], []).append(row["text"])
    draw = random.Random(0)
    found: dict[str, list[Asked]] = {"bitext": [], "bitext uncovered": []}
    for intent, ids in answered.items():
        own = frozenset() if ids == "-" else frozenset(ids.split())
        group = found["bitext" if own else "bitext uncovered"]
        group += [Asked(text, faq, own) for text in draw.sample(texts[intent], _OF_INTENT)]
    return found


def scores(asked: Asked, score: Score) -> list[tuple[float, bool]]:
    """Score and rightness of every entry, best first."""
    found = [(score(asked.question, e), e.entry.id in asked.ids) for e in asked.faq]
    return sorted(found, key=lambda pair: -pair[0])


def with_words(score: Score, faq: Faq) -> Score:
    """Four fifths of the score, one of the share of the question's words, weighed by idf."""
    words = [words_of(" ".join(faq_passages(entry.entry))) for entry in faq]
    counts = Counter(word for found in words for word in found)
    idf = {w: math.log1p((len(faq) - n + 0.5) / (n + 0.5)) for w, n in counts.items()}
    unknown = math.log1p((len(faq) + 0.5) / 0.5)
    of_entry = {entry.entry.id: found for entry, found in zip(faq, words, strict=True)}

    def mixed(question: str, entry: EmbeddedEntry) -> float:
        asked = words_of(question)
        bound = sum(idf.get(word, unknown) for word in asked) or 1.0
        shared = sum(idf[word] for word in asked & of_entry[entry.entry.id])
        return 0.8 * score(question, entry) + 0.2 * shared / bound

    return mixed


def words_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(text) if word not in STOPWORDS)


def compare(found: dict[str, list[Asked]], ways: dict[str, Callable[[Faq], Score]]) -> Table:
    table = Table("score", "demo: best is right", "commerce", "right at 10 % false answers")
    for name, way in ways.items():
        best = {
            group: [scores(asked, way(asked.faq))[0] for asked in found[group]]
            for group in ("demo", "commerce", "uncovered")
        }
        floor = np.quantile([score for score, _ in best["uncovered"]], 0.9)
        right = [[ok for _, ok in best[group]] for group in ("demo", "commerce")]
        kept = [ok and s >= floor for group in ("demo", "commerce") for s, ok in best[group]]
        table.add_row(name, *(f"{np.mean(r):.2f}" for r in right), f"{np.mean(kept):.2f}")
    return table


def curve(found: dict[str, list[Asked]], score: Score) -> Table:
    table = Table("floor", "demo", "wrong", "commerce", "wrong", "bitext", "wrong", *_FALSE)
    best = {name: [scores(asked, score)[0] for asked in group] for name, group in found.items()}
    for floor in np.arange(0.36, 0.56, 0.02):
        row = []
        for name in ("demo", "commerce", "bitext"):
            row += [[ok and s >= floor for s, ok in best[name]]]
            row += [[not ok and s >= floor for s, ok in best[name]]]
        row += [[s >= floor for s, _ in best[name]] for name in _FALSE]
        table.add_row(f"{floor:.2f}", *(f"{np.mean(part):.2f}" for part in row))
    return table


def levels(asked: Sequence[Asked], score: Score) -> Table:
    """What it brings to answer with both of two entries that are nearly as near."""
    table = Table("margin", "right among the told", "told", "more than two level")
    ranked = [scores(one, score) for one in asked]
    for margin in (0.0, 0.01, 0.02, 0.03, 0.05):
        level = [[ok for s, ok in found if found[0][0] - s <= margin] for found in ranked]
        right, told = [any(one[:2]) for one in level], [len(one[:2]) for one in level]
        more = [len(one) > 2 for one in level]
        table.add_row(f"{margin:.2f}", *(f"{np.mean(x):.2f}" for x in (right, told, more)))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    model = Remembering(open_embedder(load_settings()))
    found = groups(parser.parse_args().shared, model)

    def nearest(question: str, entry: EmbeddedEntry) -> float:
        return float(cosine(entry.questions, model.embed([question])[0]).max())

    def meaning(question: str, entry: EmbeddedEntry) -> float:
        return entry.nearness(model.embed([question])[0])

    topics = Topics(model.embed(topic_phrases()))
    asked = [one.question for group in found.values() for one in group]
    of_question = dict(zip(asked, topics.of(asked, model.embed(asked)), strict=True))

    def shipped(question: str, entry: EmbeddedEntry) -> float:
        return entry.score(model.embed([question])[0], of_question[question])

    ways: dict[str, Callable[[Faq], Score]] = {
        "nearest question": lambda _: nearest,
        "nearest question and words": lambda faq: with_words(nearest, faq),
        "all questions, best sentence": lambda _: meaning,
        "the same and words": lambda faq: with_words(meaning, faq),
        "as shipped: and topics": lambda _: shipped,
    }
    console = Console()
    for table in (compare(found, ways), curve(found, shipped), levels(found["demo"], shipped)):
        console.print(table)


if __name__ == "__main__":
    main()
