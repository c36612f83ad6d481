"""How much personal data is found before anything is kept, and what is taken for it wrongly.

    python tests/benchmarks/personal_data.py [--data ../shared/data]

Recall on the marked sentences of ``safety_pii``: a mark counts as found where all its letters and
digits are masked. False maskings on titles and descriptions of three catalogues, on order numbers
and on the messages of real and hand-written shoppers, in which nothing is personal. Exit status 1
where recall of e-mail addresses, phones or cards is below 0.95.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def found_and_marked(path: Path) -> tuple[Counter[str], Counter[str]]:
    found, marked = Counter[str](), Counter[str]()
    for row in _rows(path):
        text = row["text"]
        masked = {i for each in personal(text) for i in range(each.start, each.end)}
        for span in row["spans"]:
            if kind := KINDS.get(span["type"]):
                marked[kind] += 1
                inside = [i for i in range(span["start"], span["end"]) if text[i].isalnum()]
                found[kind] += masked.issuperset(inside)
    return found, marked


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
    found, marked = found_and_marked(data / "safety_pii/pii.jsonl")
    recall = Table("what", "marked", "found", "recall", "floor")
    for kind in KINDS.values():
        floor = f"{FLOOR:.2f}" if kind in FLOORED else ""
        rate = found[kind] / marked[kind]
        recall.add_row(kind, str(marked[kind]), str(found[kind]), f"{rate:.3f}", floor)
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
