"""How much personal data is found before anything is kept, and what is taken for it wrongly.

    python tests/benchmarks/personal_data.py [--data ../shared/data]

Recall on the marked sentences of ``safety_pii``: a mark counts as found where all its letters and
digits are masked, and as touched where any are; a mark of an address may be of its flat alone, or
have its town and country in it. False maskings on titles and descriptions of three catalogues, on
order numbers and on the messages of real and hand-written shoppers, in which nothing is personal.
Exit status 1 where recall of e-mail addresses, phones or cards is below 0.95.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from chatrec.personal import personal

FLOOR = 0.95
KINDS = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
    "STREET_ADDRESS": "address",
}
FLOORED = ("email", "phone", "card")
CATALOGUES = ("catalog_retail_demo_store", "catalog_toys_music_24k", "chorus_electronics")


class Recall(NamedTuple):
    """How many marks there are, by kind, and how many of them are masked wholly and in part."""

    marked: Counter[str]
    found: Counter[str]
    touched: Counter[str]


def recall_on(path: Path) -> Recall:
    """What is found of the marks."""
    marked, found, touched = Recall(Counter(), Counter(), Counter())
    for row in _rows(path):
        text = row["text"]
        masked = {i for each in personal(text) for i in range(each.start, each.end)}
        for span in row["spans"]:
            if kind := KINDS.get(span["type"]):
                marked[kind] += 1
                inside = [i for i in range(span["start"], span["end"]) if text[i].isalnum()]
                found[kind] += masked.issuperset(inside)
                touched[kind] += not masked.isdisjoint(inside)
    return Recall(marked, found, touched)


def impersonal(data: Path) -> Iterator[tuple[str, str]]:
    """Texts in which nothing is personal, each under the name of where it comes from."""
    for name in CATALOGUES:
        for row in _rows(data / name / "products.jsonl"):
            yield name, row["title"]
            yield name, row.get("description", "")
    for row in _rows(data / "tau_bench_retail/orders.jsonl"):
        yield "order numbers", f"where is my order {row['order_id']}"
    for line in next((data / "bitext_customer_support").iterdir()).read_text("utf-8").splitlines():
        yield "questions to customer service", line
    for file in Path("tests/reading").glob("*.yaml"):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield "hand-written turns", line.strip()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data: Path = parser.parse_args().data
    console = Console()
    marked, found, touched = recall_on(data / "safety_pii/pii.jsonl")
    recall = Table("what", "marked", "touched", "found", "recall", "floor")
    for kind in KINDS.values():
        floor = f"{FLOOR:.2f}" if kind in FLOORED else ""
        rate = found[kind] / marked[kind]
        counts = (str(each[kind]) for each in (marked, touched, found))
        recall.add_row(kind, *counts, f"{rate:.3f}", floor)
    console.print(recall)
    texts, wrong = Counter[str](), Counter[str]()
    kinds = Counter[str]()
    for name, text in impersonal(data):
        texts[name] += 1
        taken = personal(text)
        wrong[name] += bool(taken)
        kinds.update(each.kind for each in taken)
    false = Table("nothing personal", "texts", "masked in part")
    for name, count in texts.items():
        false.add_row(name, str(count), str(wrong[name]))
    console.print(false)
    console.print("taken for:", dict(kinds))
    sys.exit(0 if all(found[kind] >= FLOOR * marked[kind] for kind in FLOORED) else 1)


if __name__ == "__main__":
    main()
