"""Where dialogues are played: what the runner needs of a shop, and of whoever opens one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from chatrec.testkit.grounding import Shelf
from chatrec.testkit.reading import Located
from chatrec.testkit.reception import Reception
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import Event, Turn


class Recommender(Protocol):
    """What is played against; `chatrec.dialogue.Dialogue` is one."""

    def run(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """The events of one turn, the exchange last."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """A shop to play in.

    ``script`` is its model where that is a scripted one; ``max_message_chars`` what it takes of
    a shopper at once; ``reception`` makes a dialogue's own where it hands conversations to people.
    """

    dialogue: Recommender
    shelf: Shelf
    script: ScriptedModel | None = None
    max_message_chars: int = 2000
    reception: Callable[[], Reception] | None = None


class Stages(Protocol):
    """Opens the shop of a dialogue; the same one for dialogues about the same catalogue."""

    async def open(self, located: Located) -> Stage:
        """The stage, with a scripted model where the dialogue has answers beside its turns.

        Raises:
            CatalogueAbsent: the dialogue may be skipped where its catalogue is not.
        """
        ...

    async def aclose(self) -> None:
        """Close every shop that was opened."""
        ...
