"""What shoppers were content with becomes the lesson that would give it again, or none."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from reading_shop import CARDS, VOCABULARY, spot

from chatrec.ports import StoredTurn
from chatrec.tune.logged import BEHAVIOUR, logged_examples, mixed
from chatrec.tune.turns import Example
from chatrec.types import Constraints, Exchange, Message, Reply, Turn
from chatrec.understand.patch import understanding_of

STANDING = Constraints(
    category=("backpack",), price_max=150, prefer={"color": ("black",)}, exclude={"any": ("laces",)}
)


def stored(turn: Turn, answer: dict[str, Any], thumb: str = "up") -> StoredTurn:
    spotted = spot(turn.text, constraints=turn.constraints, shown=turn.shown)
    understood = understanding_of(answer, spotted, turn, VOCABULARY)
    exchange = Exchange(turn, understood, (), Reply("recommend", "Here."), {})
    return StoredTurn("m", 0.0, turn.text, exchange, thumb)


CASES: list[tuple[str, dict[str, Any]]] = [
    ("black leather boots under 60, not bulky", {"want": ["black", "leather", "boot"]}),
    ("sturdy waterproof backpack", {"want": ["waterproof", "backpack"], "wish": ["sturdy"]}),
    ("only in wool please", {"must": ["wool"]}),
    ("at least 2 kg, nothing in leather", {"avoid": ["leather"]}),
    ("any colour", {"color": None}),
    ("laces are ok", {"not laces": None}),
    ("something cheaper", {"want": ["cheaper"]}),
    ("40-60 dollars", {"near": ["$40-60"]}),
    ("make it 90", {"max": ["90"]}),
    ("not the second one", {"avoid": ["#2"]}),
]


@pytest.mark.parametrize(("text", "answer"), CASES)
def test_the_answer_is_found_again(text: str, answer: dict[str, Any]) -> None:
    refined = {"intent": "refine", **answer}
    turn = Turn(text, constraints=STANDING, shown=CARDS)
    kept = stored(turn, refined)
    [example] = logged_examples([kept], VOCABULARY)
    again = understanding_of(
        json.loads(example.answer),
        spot(text, constraints=STANDING, shown=CARDS),
        turn,
        VOCABULARY,
    )
    assert kept.exchange is not None
    assert again == kept.exchange.understanding
    assert example.messages[0].text.rstrip().endswith(spot(text, shown=CARDS).text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("is the second one waterproof", {"intent": "about", "items": ["#2"]}),
        ("boots", {"intent": "new", "want": ["boot"]}),
        ("start over", {"intent": "restart"}),
        ("when will it arrive", {"intent": "faq"}),
    ],
)
def test_whatever_the_intent(text: str, answer: dict[str, Any]) -> None:
    [example] = logged_examples(
        [stored(Turn(text, constraints=STANDING, shown=CARDS), answer)], VOCABULARY
    )
    assert json.loads(example.answer) == answer


def test_only_what_shoppers_were_content_with_is_learnt_and_only_if_it_can_be_told() -> None:
    turn = Turn("boots", constraints=STANDING, shown=CARDS)
    fine = stored(turn, {"intent": "new", "want": ["boot"]})
    assert logged_examples([replace(fine, thumb=""), replace(fine, thumb="down")], VOCABULARY) == []
    assert logged_examples([replace(fine, exchange=None)], VOCABULARY) == []
    assert fine.exchange is not None
    changed = replace(fine.exchange.understanding, constraints=Constraints(price_max=7))
    odd = replace(fine, exchange=replace(fine.exchange, understanding=changed))
    assert logged_examples([odd], VOCABULARY) == []


def test_logged_examples_are_mixed_among_made_ones() -> None:
    made = [Example("search", (Message("user", str(n)),), "{}") for n in range(100)]
    own = Example(BEHAVIOUR, (Message("user", "own"),), "{}")
    drawn = list(mixed(iter(made), [own], 1))
    assert [example for example in drawn if example is not own] == made
    assert 5 <= drawn.count(own) <= 30
    assert list(islice(mixed(iter(made), [], 1), 100)) == made
