"""What a shopper does next: the agenda, and what a reply pushes in front of it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from outdoor_shop import ITEMS, ListSource

from chatrec.simulate.acts import ASIDES, Act, Does, Said
from chatrec.simulate.agenda import PLANNED, Manner, Shopper, Sight, draw_manner
from chatrec.simulate.goals import Assortment
from chatrec.simulate.slots import Goal, Role, Slot, budget, of_type
from chatrec.types import Item, Kind, Recommendation, Reply

ASSORTMENT = Assortment(ITEMS, ListSource().vocabulary)
PACKS = of_type("backpack")
BLACK = Slot(Role.WANT, "color", "black")
CHEAP = budget(1000)


def sight(shown: Sequence[Item] = (), *, asked: str = "", kind: Kind = Kind.RECOMMEND) -> Sight:
    """A reply with these cards."""
    cards = tuple(Recommendation(item, rank) for rank, item in enumerate(shown, 1))
    seen = frozenset(item.id for item in shown)
    return Sight(Reply(kind, "", cards, asked=asked), tuple(shown), seen)


def shopper(*slots: Slot, **manner: object) -> Shopper:
    return Shopper(
        random.Random(1),
        ASSORTMENT,
        Manner(**manner),  # type: ignore[arg-type]
        Goal((PACKS, *slots)),
    )


def packs(color: str = "") -> list[Item]:
    return [i for i in ITEMS if "backpack" in i.types and color in " ".join(i.values("color"))]


def others() -> list[Item]:
    return [item for item in ITEMS if "backpack" not in item.types]


def test_all_at_once_and_done() -> None:
    one = shopper(BLACK, CHEAP)
    act = one.act(Sight())
    assert act is not None and act.does is Does.OPEN and set(act.slots) == {PACKS, BLACK, CHEAP}
    assert one.act(sight(packs("black")[:1])) is None
    assert one.satisfied(sight(packs("black")[:1]))


def test_bit_by_bit_says_everything_before_it_is_content() -> None:
    one = shopper(BLACK, CHEAP, bit_by_bit=True)
    said: list[Slot] = []
    before = Sight()
    while (act := one.act(before)) is not None:
        said += act.slots
        before = sight(packs("black")[:1])
    assert set(said) == {PACKS, BLACK, CHEAP} == set(one.said.slots)


def test_cards_that_all_break_what_was_said_are_corrected_once() -> None:
    one = shopper(CHEAP)
    one.act(Sight())
    assert one.act(sight(others()[:2])) == Act(Does.INSIST, (PACKS,))
    again = one.act(sight(others()[:2]))
    assert again is not None and again.does is not Does.INSIST


def test_a_search_that_shows_nothing_is_put_again_and_then_given_up() -> None:
    one = shopper(CHEAP)
    one.act(Sight())
    nothing = sight(kind=Kind.NOTHING_FITS)
    for _ in range(2):
        again = one.act(nothing)
        assert again is not None
        assert again.does is Does.RESTATE and set(again.slots) == {PACKS, CHEAP}
    assert one.act(nothing) is None
    assert not one.satisfied(nothing)


def test_a_question_is_answered_with_what_was_yet_to_be_said() -> None:
    one = shopper(BLACK, CHEAP, bit_by_bit=True)
    act = one.act(Sight())
    assert act is not None
    asked = "budget" if CHEAP not in act.slots else "color"
    wanted = CHEAP if CHEAP not in act.slots else BLACK
    assert one.act(sight(packs("black")[:1], asked=asked)) == Act(Does.ANSWER, (wanted,))


def test_a_question_on_what_does_not_matter_is_told_so() -> None:
    one = shopper(BLACK)
    one.act(Sight())
    red = [item for item in packs() if not BLACK.constraints.allows(item)]
    mixed = [*red[:1], *others()[:1]]
    insisted = one.act(sight(mixed, asked="gender"))
    assert insisted == Act(Does.INSIST, (BLACK,))
    unsure = one.act(sight(mixed, asked="gender"))
    assert unsure == Act(Does.NO_PREFERENCE)


def test_an_aside_is_followed_by_more_of_the_search() -> None:
    for seed in range(40):
        goal = Goal((PACKS, BLACK, CHEAP))
        one = Shopper(random.Random(seed), ASSORTMENT, Manner(aside=Does.FAQ), goal)
        acts, before = [], Sight()
        while (act := one.act(before)) is not None:
            acts.append(act.does)
            before = sight(packs("black")[:1])
        assert acts == [Does.OPEN, Does.FAQ, Does.INFORM]


def test_changes_of_mind_change_the_goal_and_what_stands() -> None:
    one = shopper(BLACK, change=Does.REPLACE)
    one.act(Sight())
    act = one.act(sight(packs("black")))
    assert act is not None and act.does is Does.REPLACE and act.old == BLACK
    assert one.goal.get(BLACK.key) == act.slots[0] != BLACK
    assert set(one.said.slots) == {PACKS, act.slots[0]}

    one = shopper(BLACK, change=Does.DROP)
    one.act(Sight())
    assert one.act(sight(packs("black"))) == Act(Does.DROP, old=BLACK)
    assert one.goal.slots == (PACKS,) == one.said.slots
    assert one.said.dropped == (BLACK,)


def test_another_type_brings_its_own_constraints() -> None:
    one = shopper(BLACK, change=Does.CHANGE_TYPE)
    one.act(Sight())
    act = one.act(sight(packs("black")))
    assert act is not None and act.does is Does.CHANGE_TYPE
    assert one.goal.type != "backpack"
    assert {slot for slot in act.slots if slot.hard} == set(one.said.slots)


def test_reactions_to_what_was_shown() -> None:
    shown = packs()[:3]
    dearest = sorted(packs(), key=lambda item: -(item.price or 0))[:2]
    one = shopper(reaction=Does.CHEAPER)
    one.act(Sight())
    act = one.act(sight(dearest))
    floor = min(item.price or 0 for item in dearest)
    assert act is not None and act.does is Does.CHEAPER
    assert one.goal == Goal((PACKS, budget(floor - 0.01)))

    one = shopper(reaction=Does.REJECT)
    one.act(Sight())
    act = one.act(sight(shown))
    assert act is not None and act.does is Does.REJECT
    assert act.items == (shown[act.places[0] - 1].id,)
    assert one.said.rejected == one.goal.rejected == set(act.items)

    one = shopper(reaction=Does.MORE)
    one.act(Sight())
    assert one.act(sight(shown)) == Act(Does.MORE)
    assert not one.satisfied(sight(shown))
    assert one.satisfied(sight([item for item in packs() if item not in shown][:1]))


def test_what_cannot_be_met_is_not_asked_for() -> None:
    cheapest = min(packs(), key=lambda item: item.price or 0)
    for does, cards in (
        (Does.CHEAPER, [cheapest]),
        (Does.MORE, packs()),
        (Does.COMPARE, packs()[:1]),
    ):
        one = shopper(reaction=does)
        one.act(Sight())
        assert one.act(sight(cards)) is None


@pytest.mark.parametrize("seed", range(60))
def test_a_perfect_assistant_is_done_in_time(seed: int) -> None:
    """Shown everything that fits what was said, any shopper is content in the turns planned."""
    rng = random.Random(seed)
    one = Shopper(rng, ASSORTMENT, draw_manner(rng))
    before, turns, seen = Sight(), 0, frozenset[str]()
    while (act := one.act(before)) is not None:
        turns += 1
        fits = [
            item
            for item in ITEMS
            if item.id not in one.said.rejected
            and (act.does is not Does.MORE or item.id not in seen)
            and all(slot.constraints.allows(item) for slot in one.said.slots)
        ]
        cards = before.shown if act.does in ASIDES else tuple(fits)
        seen |= {item.id for item in cards}
        before = sight(cards)
        assert turns <= PLANNED
    assert one.satisfied(before)


def test_what_stands_of_what_was_said() -> None:
    said = Said().after(Act(Does.OPEN, (PACKS, CHEAP, Slot(Role.SOFT, "pattern", "striped"))))
    assert said.slots == (PACKS, CHEAP)
    said = said.after(Act(Does.REPLACE, (budget(50),), CHEAP))
    assert said.slots == (PACKS, budget(50))
    said = said.after(Act(Does.DROP, old=budget(50)))
    assert (said.slots, said.dropped) == ((PACKS,), (budget(50),))
    assert said.after(Act(Does.INFORM, (CHEAP,))).dropped == ()
    assert said.after(Act(Does.CHANGE_TYPE, (of_type("tent"),), PACKS)) == Said((of_type("tent"),))
