"""A turn from inside as HTML, and a conversation as the dialogue test that it becomes."""

from __future__ import annotations

from pathlib import Path

from chatrec.ports import StoredTurn
from chatrec.testkit.reading import load
from chatrec.testkit.written import scenario
from chatrec.types import (
    Bounds,
    Candidate,
    Constraints,
    Evidence,
    Exchange,
    FaqEntry,
    Intent,
    Item,
    Kind,
    Mention,
    ModelCall,
    Recommendation,
    Reply,
    Turn,
    Understanding,
)
from ui.inside import inside, patch

BOOTS = Item("b1", "Red <b>Boots</b>", price=59.0)
SAID = "red boots < 100"
NOTHING_HELD = Constraints()
HELD = Constraints(
    wish="red boots",
    category=("boot",),
    price_max=100.0,
    require={"color": ("red",)},
    numeric={"weight": Bounds(high=1.5)},
)


def exchange(
    text: str = SAID,
    before: Constraints = NOTHING_HELD,
    after: Constraints = HELD,
    kind: Kind = Kind.RECOMMEND,
) -> Exchange:
    mentions = (
        Mention("value", "red", 0, 3, "color", values=("red",)),
        Mention("number", "100", 12, 15, "price", high=100.0),
    )
    shown = (Recommendation(BOOTS, 1),) if kind is Kind.RECOMMEND else ()
    cited = (FaqEntry("returns", "Returns?", "Yes."),) if kind is Kind.FAQ else ()
    found = (Candidate(BOOTS, 0.75, Evidence(("boots",), 0.5, 0.25, (("color", "red"),))),)
    return Exchange(
        Turn(text, constraints=before),
        Understanding(Intent.NEW, after, mentions=mentions, confidence=0.9),
        found,
        Reply(kind, "Here.", shown, cited, constraints=after),
        {"understood": 0.2, "whole": 0.4},
        (ModelCall("read", 60, 17),),
    )


def test_everything_of_a_turn_is_shown_and_escaped() -> None:
    told = inside(exchange())
    assert '<mark title="value color">red</mark> boots &lt; <mark' in told
    assert "<td>0.75</td><td>0.50</td><td>0.25</td><td>boots; color red</td>" in told
    assert "Red &lt;b&gt;Boots&lt;/b&gt;" in told and "<b>" not in told
    assert "confidence" in told and "0.90" in told
    assert "200 ms" in told and "<td>read</td><td>60</td><td>17</td>" in told
    assert "price_max: 100.0" in told


def test_before_the_first_turn_it_says_what_will_stand_here() -> None:
    assert "Say something" in inside(None)


def test_the_patch_is_what_the_turn_changed() -> None:
    after = Constraints(wish="red boots", category=("boot",), require={"size": ("42",)})
    assert patch(HELD, HELD) == {}
    assert patch(HELD, after) == {
        "price_max": None,
        "require": {"color": None, "size": ["42"]},
        "numeric": {"weight": None},
    }


def test_a_conversation_becomes_a_dialogue_test_that_is_read_again(tmp_path: Path) -> None:
    told = [
        StoredTurn("1", 0.0, SAID, exchange()),
        StoredTurn("2", 0.0, "never answered"),
        StoredTurn("3", 0.0, "any price", exchange("any price", HELD, Constraints("red boots"))),
        StoredTurn("4", 0.0, "returns?", exchange("returns?", kind=Kind.FAQ)),
        StoredTurn("5", 0.0, "", exchange("")),
        StoredTurn("6", 0.0, "after a change by hand", exchange()),
    ]
    path = tmp_path / "made.dialogue.yaml"
    path.write_text(scenario("made", told), encoding="utf-8")
    [read] = [located.scenario for located in load(path)]
    assert [turn.user for turn in read.turns] == [SAID, "any price", "returns?"]
    first, second, third = (turn.expect for turn in read.turns)
    assert first.kind == [Kind.RECOMMEND]
    assert first.items is not None and first.items.include_ids == ["b1"]
    assert first.constraints is not None and first.constraints.price_max == 100.0
    assert first.constraints.wish == ["red", "boots"]
    assert first.constraints.numeric is not None
    assert first.constraints.numeric["weight"].max == 1.5  # type: ignore[union-attr]
    assert second.constraints is not None and second.constraints.price_max is None
    assert "price_max" in second.constraints.model_fields_set
    assert second.constraints.require == {"color": None}
    assert third.faq is not None and third.faq.any_of == ["returns"]


def test_a_conversation_in_which_nothing_was_said_makes_no_test() -> None:
    assert scenario("made", []) == ""
