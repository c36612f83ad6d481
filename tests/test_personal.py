"""Personal data is found in what shoppers write, and nothing of what they shop for is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from chatrec.personal import mask, personal

DATA = Path(__file__).parent.parent.parent / "shared/data/safety_pii/pii.jsonl"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ana.b+shop@mail.example.org please", "write to [email] please"),
        ("call me on +49 (0)30 901820 tomorrow", "call me on [phone] tomorrow"),
        ("send a text for me to +49 30 901820", "send a text for me to [phone]"),
        ("it is 415-555-0132", "it is [phone]"),
        ("my phone: 9498777106", "my phone: [phone]"),
        ("06 12 34 56 78 is mine", "[phone] is mine"),
        ("charge 4111 1111 1111 1111", "charge [card]"),
        ("my card 630427373398", "my card [card]"),
        ("refund to DE89 3704 0044 0532 0130 00", "refund to [iban]"),
        ("ssn 853-37-1694", "ssn [ssn]"),
        ("send it to 12 Old Mill Road, Apt 4", "send it to [address]"),
        ("ich wohne Lindenstraße 12", "ich wohne [address]"),
        ("Flat 3, 12 High Street, London SW1A 1AA please", "[address] please"),
        ("it goes to 5 Elm Court, Springfield, IL 62704.", "it goes to [address]."),
        ("wohne Hauptstraße 5, 10115 Berlin", "wohne [address]"),
        ("Berliner Str. 3 in Köln", "[address] in Köln"),
        ("12, rue de la Paix, 75002 Paris", "[address]"),
        ("Via dei Fiorentini 17", "[address]"),
        ("PSC 3294, Box 9168\nAPO AA 61487", "[address]"),
        ("send it to 12 old mill road, please", "send it to [address], please"),
        ("I live at 333 Golfskálinn 78, Borgarnes", "I live at [address]"),
        ("a@b.example and c@d.example", "[email] and [email]"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "under $1,299.00 or 1.299,00 €",
        "between 1000-2000",
        "jeans 32x34, shoes 42 1/2, 90-60-90",
        "Sony WH-1000XM4, RTX 4070 12GB, 10.5.2024",
        "order #W1234567 and order 4155550132",
        "order number 2024-000123-77",
        "my purchase 00123842",
        "tracking 1Z999AA10123456784",
        "EAN 4006381333931, ISBN 978-3-16-148410-0",
        "sku 555-123-4567",
        "256 512 1024 GB, 1920 x 1080 pixels, 210 x 140 x 110 cm",
        "USB 3.1 Flash Drive, 24 squares, power supply unit 450 W",
        "1/8 Off Road Truck, 1/10 On Road Car, Route 66 poster",
        "23 inch monitor street bike, 12 Piece Dinner Place Setting, 4 Way Stretch",
        "2 Pack St. Louis Cardinals Mug, Office Suite 2013",
        "can you deliver up to 3 Nike Shoes to the door",
        "deliver to 4 different rooms on the way home",
        "@home and me@ and 7@",
    ],
)
def test_what_one_shops_for_stays(text: str) -> None:
    assert mask(text) == text


def test_the_shops_own_texts_stay() -> None:
    assert mask("Write to help@shop.example or a@b.example", keep="help@shop.example") == (
        "Write to help@shop.example or [email]"
    )


@pytest.mark.parametrize(
    "text", ["1" * 4000, "1 " * 2000, "1-" * 2000, "a@" * 2000, "12 A " * 900, "Rue A " * 700]
)
def test_nothing_takes_long_to_read(text: str) -> None:
    assert len(mask(text)) <= len(text) + 8


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.exists(), reason="no shared data here")
def test_recall_on_marked_sentences_is_at_least_95_percent() -> None:
    kinds = {"EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "card"}
    found, marked = Counter[str](), Counter[str]()
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        covered = {i for each in personal(row["text"]) for i in range(each.start, each.end)}
        for span in row["spans"]:
            if kind := kinds.get(span["type"]):
                digits = [i for i in range(span["start"], span["end"]) if row["text"][i].isalnum()]
                marked[kind] += 1
                found[kind] += covered.issuperset(digits)
    assert set(marked) == set(kinds.values())
    assert all(found[kind] / marked[kind] >= 0.95 for kind in marked), found
