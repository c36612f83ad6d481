"""What is wrong with a turn, judged by its state: promises apart from misreadings."""

from __future__ import annotations

from collections.abc import Sequence

from testkit_stage import BOOT, LAMP, MUG, SHELF, SHOE, events, reply, with_price

from chatrec.simulate.acts import Act, Does, Said
from chatrec.simulate.extents import Extents
from chatrec.simulate.judge import Judge, Marks, holds
from chatrec.simulate.slots import Role, Slot, budget, of_type
from chatrec.testkit.observed import Observed
from chatrec.types import Bounds, Constraints, Exchange, Item, Kind, Reply, Turn

ITEMS: Sequence[Item] = (BOOT, SHOE, LAMP, MUG)
BOOTS, CHEAP = of_type("boot"), budget(100)
BLACK = Slot(Role.WANT, "color", "black")
LIGHT = Slot(Role.MEASURE, "weight", bounds=Bounds(high=1))


def judged(*turns: tuple[Act, Reply], about: Sequence[str] = ()) -> list[Marks]:
    """The marks of a dialogue in which these acts got these replies."""
    judge, said, marks = Judge(SHELF, Extents(ITEMS)), Said(), []
    shown: tuple[Item, ...] = ()
    for act, answer in turns:
        said = said.after(act)
        turn = Turn("boots", shown=shown)
        played = events(turn, answer, about)
        exchange = played[-1]
        assert isinstance(exchange, Exchange)
        marks.append(judge.marks(act, said, Observed(turn, played, exchange, said=("boots",))))
        shown = tuple(r.item for r in answer.recommendations) or shown
    return marks


def opens(*slots: Slot) -> Act:
    return Act(Does.OPEN, slots)


def test_a_turn_that_is_right_has_no_marks() -> None:
    held = Constraints(category=("boot",), price_max=150)
    [marks] = judged((opens(BOOTS, budget(150)), reply(BOOT, constraints=held)))
    assert marks == Marks()


def test_a_card_against_what_is_held_breaks_a_promise() -> None:
    held = Constraints(category=("boot",), price_max=100)
    [marks] = judged((opens(BOOTS, CHEAP), reply(BOOT, constraints=held)))
    assert [failure.check for failure in marks.promises] == ["constraint"]
    assert [violation.slot for violation in marks.violations] == [CHEAP]
    assert marks.unread == ()


def test_a_card_against_what_was_only_said_shows_a_misreading() -> None:
    held = Constraints(category=("boot",), price_min=100)
    [marks] = judged((opens(BOOTS, CHEAP), reply(BOOT, constraints=held)))
    assert marks.promises == ()
    assert [(v.item.id, v.slot) for v in marks.violations] == [("boot", CHEAP)]
    assert marks.unread == (CHEAP,)


def test_a_price_is_that_of_the_catalogue_and_not_of_the_card() -> None:
    held = Constraints(price_max=100)
    [marks] = judged((opens(CHEAP), reply(with_price(BOOT, 50), constraints=held)))
    assert [v.slot for v in marks.violations] == [CHEAP]
    assert {failure.check for failure in marks.promises} == {"catalogue", "constraint"}


def test_what_was_held_and_is_gone_is_forgotten_once() -> None:
    held = Constraints(category=("boot",), price_max=100)
    aside = Act(Does.FAQ)
    first, second, third = judged(
        (opens(BOOTS, CHEAP), reply(constraints=held)),
        (aside, reply(kind=Kind.FAQ, constraints=Constraints(category=("boot",)))),
        (Act(Does.MORE), reply(constraints=Constraints(category=("boot",)))),
    )
    assert (first.forgotten, second.forgotten, third.forgotten) == ((), (CHEAP,), ())
    assert second.aside is True


def test_what_was_never_read_is_not_forgotten() -> None:
    state = reply(constraints=Constraints(category=("boot",)))
    first, second = judged((opens(BOOTS, CHEAP), state), (Act(Does.MORE), state))
    assert first.unread == (CHEAP,)
    assert second.unread == second.forgotten == ()


def test_what_is_superseded_or_taken_back_is_not_missed() -> None:
    held = Constraints(price_max=100)
    _, second, third = judged(
        (opens(budget(50)), reply(constraints=Constraints(price_max=50))),
        (Act(Does.REPLACE, (CHEAP,), budget(50)), reply(constraints=held)),
        (Act(Does.DROP, old=CHEAP), reply(constraints=held)),
    )
    assert second == Marks()
    assert (third.forgotten, third.stuck) == ((), (CHEAP,))


def test_a_bound_that_was_widened_in_vain_is_still_held() -> None:
    state = reply(constraints=Constraints(price_max=50))
    widened = Act(Does.REPLACE, (CHEAP,), budget(50))
    _, marks = judged((opens(budget(50)), state), (widened, state))
    assert marks == Marks(stuck=(budget(50),))


def test_another_type_leaves_all_former_wishes_behind() -> None:
    lamps = of_type("lamp")
    _, second = judged(
        (opens(BOOTS, CHEAP), reply(constraints=Constraints(category=("boot",), price_max=100))),
        (
            Act(Does.CHANGE_TYPE, (lamps,), BOOTS),
            reply(constraints=Constraints(category=("lamp",))),
        ),
    )
    assert second == Marks()


def test_a_meaning_is_held_under_whatever_name() -> None:
    extents = Extents(ITEMS)
    assert holds(extents, Constraints(require={"colour": ("black",), "color": ("black",)}), BLACK)
    assert holds(extents, Constraints(price_max=99), CHEAP)
    assert not holds(extents, Constraints(price_max=150), CHEAP)
    assert not holds(extents, Constraints(prefer={"color": ("black",)}), BLACK)
    assert not holds(extents, Constraints(require={"color": ("black", "dark red")}), BLACK)
    assert holds(extents, Constraints(numeric={"weight": Bounds(high=0.5)}), LIGHT)
    assert not holds(extents, Constraints(), BOOTS)


def test_what_was_turned_down_is_not_to_come_back() -> None:
    act = Act(Does.REJECT, places=(1,), items=("boot",))
    _, kept = judged(
        (opens(BOOTS), reply(BOOT, constraints=Constraints(category=("boot",)))),
        (act, reply(constraints=Constraints(category=("boot",), rejected=frozenset({"boot"})))),
    )
    assert kept == Marks(pointed=True)
    _, shown = judged(
        (opens(BOOTS), reply(BOOT, constraints=Constraints(category=("boot",)))),
        (act, reply(BOOT, constraints=Constraints(category=("boot",)))),
    )
    assert [violation.slot for violation in shown.violations] == [None]
    assert shown.pointed is False


def test_a_question_on_what_is_known_or_was_asked_is_a_repetition() -> None:
    asks = reply(kind=Kind.CLARIFY, asked="color")
    budget_again = reply(kind=Kind.CLARIFY, asked="budget", constraints=Constraints(price_max=100))
    first, second, third = judged(
        (Act(Does.SMALL_TALK), asks), (Act(Does.SMALL_TALK), asks), (opens(CHEAP), budget_again)
    )
    assert (first.asked_again, second.asked_again, third.asked_again) == (False, True, True)


def test_side_steps_and_cards_pointed_at() -> None:
    asks = Act(Does.ITEM_QUESTION, places=(2,), items=("shoe",))
    [right] = judged((asks, reply(kind=Kind.ABOUT)), about=["shoe"])
    assert (right.aside, right.pointed) == (True, True)
    [wrong] = judged((asks, reply(BOOT)), about=["boot"])
    assert (wrong.aside, wrong.pointed) == (False, False)
