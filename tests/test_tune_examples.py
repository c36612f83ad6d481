"""Training turns: repeatable, in the words of serving, with answers that mean what was said."""

from __future__ import annotations

import contextlib
import json
import random
from itertools import islice

import pytest
from reading_shop import CARDS, SPOTTER, VOCABULARY
from text_to_num import alpha2digit

from chatrec import demo
from chatrec.tune.answers import compact, gold_answer
from chatrec.tune.behaviours import Behaviours
from chatrec.tune.parts import Card, NotSayable, Phrase, Relative, Said, Slot
from chatrec.tune.shoppers import Amount, Shop, Value, number_words
from chatrec.tune.turns import Example, examples, held_out
from chatrec.types import Bounds, Constraints, Intent, Item, Turn
from chatrec.understand.patch import understanding_of
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import learn


@pytest.fixture(scope="module")
def shop() -> Shop:
    learnt = learn([row for row in read_catalogue(demo.catalogue_path()) if isinstance(row, Item)])
    return Shop(tuple(learnt.items), learnt.vocabulary)


@pytest.fixture(scope="module")
def drawn(shop: Shop) -> list[Example]:
    return list(islice(examples([shop], 3), 220))


def test_a_seed_gives_the_same_turns_again(shop: Shop, drawn: list[Example]) -> None:
    assert list(islice(examples([shop], 3), 20)) == drawn[:20]
    assert list(islice(examples([shop], 4), 20)) != drawn[:20]


def test_what_is_held_out_is_not_what_is_learnt(shop: Shop, drawn: list[Example]) -> None:
    unseen = held_out([shop], 3, 20)
    assert unseen == held_out([shop], 3, 20)
    searches = {one.messages for one in drawn if one.behaviour == "search"}
    assert not [one for one in unseen if one.messages in searches]


def test_answers_name_only_what_the_prompt_holds(drawn: list[Example]) -> None:
    for example in drawn:
        [message] = example.messages
        lines = message.text.casefold()
        answer = json.loads(example.answer)
        assert Intent(answer.pop("intent"))
        for role, labels in answer.items():
            if labels is None:
                assert role.removeprefix("not ") in lines, example
                continue
            for label in labels:
                assert label.casefold().removeprefix("not too ") in lines, (label, example)


def test_every_kind_of_turn_is_drawn(drawn: list[Example]) -> None:
    intents = {json.loads(example.answer)["intent"] for example in drawn}
    assert intents >= {"new", "refine", "about", "faq", "chat", "similar", "compare", "more"}


ROLES: list[tuple[str, dict[str, list[Slot]], Constraints]] = [
    (
        "cotton boots under two hundred bucks, no wool",
        {
            "want": [Value("type", "boot", "boots"), Value("material", "cotton", "cotton")],
            "avoid": [Value("material", "wool", "wool")],
            "max": [Amount("price", 200, 200, "two hundred bucks")],
        },
        Constraints(
            category=("boot",),
            price_max=200,
            require={"material": ("cotton",)},
            exclude={"material": ("wool",)},
        ),
    ),
    (
        "sturdy, at least 2 kilos",
        {"wish": [Phrase("sturdy")], "min": [Amount("weight", 2, 2, "2 kilos")]},
        Constraints(wish="sturdy", numeric={"weight": Bounds(2, None)}),
    ),
    (
        "cheaper than the second one",
        {"items": [Card(2)], "want": [Relative("cheaper")]},
        Constraints(price_max=59.99),
    ),
]


@pytest.mark.parametrize(("text", "roles", "meant"), ROLES)
def test_an_answer_applied_gives_what_the_roles_say(
    text: str, roles: dict[str, list[Slot]], meant: Constraints
) -> None:
    turn = Turn(text, shown=CARDS)
    spotted = SPOTTER.spot(turn)
    answer = gold_answer(Intent.SIMILAR, roles, (), spotted, text, turn.constraints)
    assert json.loads(compact(answer)) == answer
    assert understanding_of(answer, spotted, turn, VOCABULARY).constraints == meant


def test_what_is_not_spotted_makes_no_lesson() -> None:
    spotted = SPOTTER.spot(Turn("boots"))
    roles: dict[str, list[Slot]] = {"want": [Value("color", "red", "red")]}
    with pytest.raises(NotSayable):
        gold_answer(Intent.NEW, roles, (), spotted, "boots", Constraints())


def test_number_words_are_read_back() -> None:
    rng = random.Random(0)
    for number in (*range(10, 130), *(rng.randrange(130, 10_000) for _ in range(200))):
        assert alpha2digit(number_words(number), "en") == str(number)


def test_no_turn_asks_for_what_it_turns_down() -> None:
    red, blue = Value("color", "red", "red"), Value("color", "blue", "blue")
    assert Said({"want": [red], "avoid": [red]}).contradictory
    assert not Said({"want": [red], "avoid": [blue]}).contradictory
    low, high = Amount("price", 20, 20, "$20"), Amount("price", 50, 50, "$50")
    assert Said({"min": [high], "max": [low]}).contradictory
    assert not Said({"min": [low], "max": [high]}).contradictory


def test_what_takes_the_place_of_a_value_is_of_the_same_facet(shop: Shop) -> None:
    standing = Constraints(category=("backpack",), require={"color": ("black",)})
    turn = Turn("", constraints=standing, shown=shop.items[:3])
    checked = 0
    for seed in range(400):
        made = Behaviours(random.Random(seed), shop, turn)
        try:
            draft = made.draft("refine_value")
        except NotSayable:
            continue
        values = [slot for slot in draft.said.roles.get("want", ()) if isinstance(slot, Value)]
        if values and "black" in draft.text.split() and all(v.value != "black" for v in values):
            checked += 1
            assert any(v.facet == "color" for v in values), draft
    assert checked > 10


def test_a_value_that_stood_is_turned_down(shop: Shop) -> None:
    standing = Constraints(category=("backpack",), require={"color": ("black",)})
    turn = Turn("", constraints=standing, shown=shop.items[:3])
    draft = Behaviours(random.Random(1), shop, turn).draft("avoid_standing")
    assert (draft.intent, draft.said.roles) == (
        Intent.REFINE,
        {"avoid": [Value("color", "black", "black")]},
    )
    assert "black" in draft.text


def test_another_thing_is_looked_for_with_something_turned_down(shop: Shop) -> None:
    turn = Turn("", constraints=Constraints(category=("backpack",)))
    drafts = []
    for seed in range(60):
        with contextlib.suppress(NotSayable):
            drafts.append(Behaviours(random.Random(seed), shop, turn).draft("another_avoid"))
    assert len(drafts) > 20
    for draft in drafts:
        wanted = [slot.value for slot in draft.said.roles["want"] if isinstance(slot, Value)]
        assert draft.intent is Intent.NEW
        assert "backpack" not in wanted
        assert draft.said.roles["avoid"]
