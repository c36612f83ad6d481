"""What a shopper does in a turn, and what therefore has been said so far.

An act is a meaning without words. `Said` is the state that a perfect reader would hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chatrec.simulate.slots import Slot


class Does(StrEnum):
    """Kinds of acts."""

    OPEN = "open"
    INFORM = "inform"
    ANSWER = "answer"
    NO_PREFERENCE = "no preference"
    REPLACE = "replace"
    DROP = "drop"
    CHANGE_TYPE = "change type"
    INSIST = "insist"
    RESTATE = "restate"
    CHEAPER = "cheaper"
    MORE = "more"
    REJECT = "reject"
    LIKE = "like"
    COMPARE = "compare"
    ITEM_QUESTION = "item question"
    FAQ = "faq"
    SMALL_TALK = "small talk"
    OFF_TOPIC = "off topic"


ASIDES = frozenset({Does.FAQ, Does.SMALL_TALK, Does.OFF_TOPIC, Does.ITEM_QUESTION, Does.COMPARE})
"""Acts that search for nothing: the search that stands has to survive them."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``slots`` are said by it, ``old`` is taken back.

    ``places`` (from 1 on) are the shown cards that it points at, ``items`` their ids.
    """

    does: Does
    slots: tuple[Slot, ...] = ()
    old: Slot | None = None
    places: tuple[int, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of all that was said: hard slots, items turned down, and what was taken back."""

    slots: tuple[Slot, ...] = ()
    rejected: frozenset[str] = frozenset()
    dropped: tuple[Slot, ...] = ()

    def after(self, act: Act) -> Said:
        """What stands once the act is done."""
        match act.does:
            case Does.CHANGE_TYPE:
                return Said(tuple(slot for slot in act.slots if slot.hard))
            case Does.REJECT:
                return replace(self, rejected=self.rejected | set(act.items))
            case Does.DROP if act.old is not None:
                gone = act.old
                left = tuple(slot for slot in self.slots if slot.key != gone.key)
                return replace(self, slots=left, dropped=(*self.dropped, gone))
        new = {slot.key: slot for slot in act.slots if slot.hard}
        kept = tuple(slot for slot in self.slots if slot.key not in new)
        dropped = tuple(slot for slot in self.dropped if slot.key not in new)
        return replace(self, slots=(*kept, *new.values()), dropped=dropped)
