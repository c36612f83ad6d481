"""The schema of an answer: what was spotted, intents that make sense, names of what stands."""

from __future__ import annotations

from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_shop import CARDS, SPOTTER, VOCABULARY, spot

from chatrec.types import Bounds, Constraints, Intent, Item, Turn
from chatrec.understand.patch import understanding_of
from chatrec.understand.schema import answer_schema, check_answer, standing_names

NOTHING = Constraints()
STANDING = Constraints(
    category=("backpack",),
    price_max=100,
    require={"material": ("cotton",)},
    prefer={"color": ("red",)},
    exclude={"brand": ("tarnfell",), "waterproof": ("yes",), "any": ("straps",)},
    numeric={"weight": Bounds(None, 2)},
)


def schema(text: str, constraints: Constraints = NOTHING, shown: tuple[Item, ...] = ()) -> Any:
    spotted = spot(text, constraints=constraints, shown=shown)
    return answer_schema(spotted, constraints, shown)


def choices(of: Any, role: str) -> set[str]:
    return set(of["properties"].get(role, {}).get("items", {}).get("enum", ()))


def test_each_role_offers_what_was_spotted_and_nothing_else() -> None:
    of = schema("light red backpack for 60 or 3 kg, cheaper")
    assert choices(of, "want") == {"red", "backpack", "cheaper"}
    assert choices(of, "must") == {"red", "backpack"}
    assert choices(of, "near") == {"60", "3 kg"}
    assert choices(of, "min") == choices(of, "max") == {"60"}
    assert choices(of, "wish") == choices(of, "avoid") == {"light", "red", "backpack"}
    assert choices(of, "items") == set()


def test_a_number_whose_side_is_told_is_offered_for_no_other() -> None:
    of = schema("backpack under 60, at least 2 kg, around 40 cm, for 5-6")
    assert choices(of, "max") == {"60"}
    assert choices(of, "min") == {"2 kg"}
    assert choices(of, "near") == {"5-6", "40 cm"}


def test_a_bare_measure_may_move_a_bound_that_stands() -> None:
    assert choices(schema("no, 3 kg", STANDING), "max") == {"3 kg"}
    assert choices(schema("no, 3 kg"), "max") == set()


def test_cards_can_always_be_named() -> None:
    assert choices(schema("hm", shown=CARDS), "items") == {"#1", "#2", "#3"}
    assert {"#1", "#2", "#3"} <= choices(schema("hm", shown=CARDS), "avoid")


def test_values_that_stand_can_be_taken_up_again() -> None:
    assert choices(schema("or blue", STANDING), "want") == {"blue", "cotton", "red"}


def test_intents_follow_the_state() -> None:
    first = {"new", "faq", "chat", "off_topic", "human"}
    assert set(schema("hi")["properties"]["intent"]["enum"]) == first
    searching = set(schema("hi", STANDING)["properties"]["intent"]["enum"])
    assert searching == first | {"refine", "more", "restart"}
    everything = set(Intent) - {Intent.CHOICES}  # which is read exactly
    assert set(schema("hi", STANDING, CARDS)["properties"]["intent"]["enum"]) == everything


def test_what_stands_is_cleared_by_name_and_exclusions_by_value() -> None:
    names = {"type", "budget", "material", "color", "weight", "not tarnfell", "not waterproof"}
    names.add("not straps")
    assert set(standing_names(STANDING)) == names
    properties = schema("hm", STANDING)["properties"]
    assert {name for name, of in properties.items() if of == {"type": "null"}} == names


messages = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            "red boots under $60 - 40 to 2k kg 1,5 the second one # [ ] not too cheaper two "
            "grand and a half ish 10 oz #2 that brand pants ,. 99999999999999999 waterproof".split()
        ),
        max_size=25,
    ).map(" ".join),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    messages,
    st.sampled_from(["", "size", "color", "budget", "waterproof", "weight"]),
    st.sampled_from([Constraints(), STANDING]),
    st.sampled_from([(), CARDS]),
)
def test_any_text_is_spotted_and_gets_a_schema_whose_least_answer_is_understood(
    text: str, asked: str, constraints: Constraints, shown: tuple[Item, ...]
) -> None:
    turn = Turn(text, constraints=constraints, shown=shown, asked=asked)
    spotted = SPOTTER.spot(turn)
    of = answer_schema(spotted, constraints, shown)
    jsonschema.Draft202012Validator.check_schema(of)
    for intent in of["properties"]["intent"]["enum"]:
        answer = {"intent": intent}
        check_answer(answer, of)
        understood = understanding_of(answer, spotted, turn, VOCABULARY)
        told = [
            m
            for m in spotted.mentions
            if (m.kind == "number" and (None in (m.low, m.high) or m.facet != "price"))
            or m.kind in ("range", "relative")
            or m in (*spotted.refused, *spotted.by_name)
        ]
        meant = understood.intent  # a wish is heard beside what is read as an aside
        if meant not in ("new", "restart", "complement") and not (
            (told or spotted.indifferent) and meant in ("refine", "similar", "more")
        ):
            assert understood.constraints == constraints
    fullest: dict[str, Any] = {"intent": "new"}
    for role, allowed in of["properties"].items():
        if allowed.get("type") == "array":
            fullest[role] = allowed["items"]["enum"][:1]
    check_answer(fullest, of)
    understanding_of(fullest, spotted, turn, VOCABULARY)
