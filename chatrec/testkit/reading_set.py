"""Hand-written turns with what a good shop assistant understands -> cases to read and to score.

A folder holds `shops.yaml`, which names catalogues, and one file for each behaviour:

    - shop: demo
      say: same but in black, and under a hundred
      have: {type: backpack, want: [color=green]}       what stands; all of it may be left out
      shown: [ff-0101, ff-0102]                         cards by id, or words to search for
      asked: color                                      what the assistant's last question was on
      intent: refine                                    or a list of those that will do
      items: [2]                                        cards that are meant; left out = any
      then: {type: backpack, want: [color=black], max: 100}      left out = what stood, or
                                                        nothing after a restart

A slot is ``facet=value``, or a bare value that any facet or the wish may hold; ``a|b`` takes
either. Whether a wanted value is required or only preferred depends on the catalogue and is left
open, but for ``must``. Knows no model.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from chatrec import demo
from chatrec.testkit.errors import CatalogueAbsent, ScenarioError
from chatrec.types import TYPE, Bounds, Constraints, Intent, Item, Labels, Turn, Vocabulary
from chatrec.words import stems
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import learn

SHOPS_FILE = "shops.yaml"
DEMO = "demo"
_CARDS = 3


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Slots = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Bound = float | str | None
"""A number, or one beside the cards: "< all", "> all", "< #2"."""


class State(BaseModel):
    """Constraints as a person writes them down.

    ``numeric`` holds [low, high] in the facet's unit, null for an open side, or "around N".
    ``wish`` are words that the wish has to hold, ``wish_not`` ones that it must not; ``reject``
    are places of cards that were turned down.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Slots = ()
    want: Slots = ()
    must: Slots = ()
    avoid: Slots = ()
    min: Bound = None
    max: Bound = None
    around: float | None = None
    numeric: dict[str, tuple[float | None, float | None] | str] = {}
    wish: Slots = ()
    wish_not: Slots = ()
    reject: tuple[int, ...] = ()


class _Entry(BaseModel):
    """One turn of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shop: str
    say: str
    have: State = State()
    shown: str | tuple[str, ...] = ()
    asked: str = ""
    intent: Annotated[tuple[Intent, ...], BeforeValidator(_listed)]
    items: tuple[int, ...] | None = None
    then: State | None = None


_ENTRIES = TypeAdapter(list[_Entry])


@dataclass(frozen=True, slots=True)
class Case:
    """A turn, and what is to be understood: intents that will do, cards, and the state after."""

    behaviour: str
    shop: str
    turn: Turn
    intents: tuple[Intent, ...]
    items: Labels | None
    then: State


class ReadingShop:
    """A catalogue of the set, learnt when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _learnt(self) -> tuple[tuple[Item, ...], Vocabulary]:
        items = [row for row in read_catalogue(self._path) if isinstance(row, Item)]
        learnt = learn(items)
        return tuple(learnt.items), learnt.vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """What the shop can be asked for."""
        return self._learnt[1]

    def cards(self, wanted: str | Sequence[str], constraints: Constraints) -> tuple[Item, ...]:
        """Items by id; or for words the allowed items that have most of them, catalogue order."""
        items = self._learnt[0]
        if not isinstance(wanted, str):
            by_id = {item.id: item for item in items}
            return tuple(by_id[item_id] for item_id in wanted)
        query = set(stems(wanted))
        allowed = [item for item in items if constraints.allows(item)]
        allowed.sort(key=lambda item: -len(query & set(stems(" ".join((item.title, *item.types))))))
        return tuple(allowed[:_CARDS])


def load_set(
    folder: Path, only: str = "", of_shops: Collection[str] = ()
) -> tuple[list[Case], list[str], dict[str, ReadingShop]]:
    """The cases of a folder, why some are left out, and the shops they speak of.

    ``only`` keeps behaviours whose name has it, ``of_shops`` turns of those shops.

    Raises:
        ScenarioError: a file is broken; names it and the place.
    """
    shops = _shops(folder)
    cases: list[Case] = []
    left_out: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == SHOPS_FILE or only not in path.stem:
            continue
        for entry in _entries(path):
            if of_shops and entry.shop not in of_shops:
                continue
            shop = shops.get(entry.shop)
            if shop is None:
                raise ScenarioError(f"{path}: {SHOPS_FILE} names no shop {entry.shop!r}")
            if isinstance(shop, CatalogueAbsent):
                left_out.append(f"{path.stem}: {shop}")
            else:
                cases.append(_case(path, entry, shop))
    return cases, left_out, {n: s for n, s in shops.items() if isinstance(s, ReadingShop)}


def _shops(folder: Path) -> dict[str, ReadingShop | CatalogueAbsent]:
    path = folder / SHOPS_FILE
    shops: dict[str, ReadingShop | CatalogueAbsent] = {}
    for name, place in TypeAdapter(dict[str, str]).validate_python(_yaml(path)).items():
        catalogue = demo.catalogue_path() if place == DEMO else folder / place
        there = catalogue.exists()
        shops[name] = (
            ReadingShop(catalogue) if there else CatalogueAbsent(f"{catalogue} is not here")
        )
    return shops


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as exc:
        raise ScenarioError(f"{path}: {exc}") from exc


def _entries(path: Path) -> list[_Entry]:
    try:
        return _ENTRIES.validate_python(_yaml(path))
    except ValidationError as exc:
        raise ScenarioError(f"{path}: {exc}") from exc


def _case(path: Path, entry: _Entry, shop: ReadingShop) -> Case:
    constraints = _constraints(path, entry, shop.vocabulary)
    try:
        shown = shop.cards(entry.shown, constraints) if entry.shown else ()
        items = None if entry.items is None else tuple(shown[n - 1].id for n in entry.items)
    except (KeyError, IndexError) as exc:
        raise ScenarioError(f"{path}: {entry.say!r}: no such card: {exc}") from exc
    turn = Turn(
        entry.say,
        constraints=constraints,
        shown=shown,
        seen=frozenset(item.id for item in shown),
        asked=entry.asked,
    )
    kept = State() if entry.intent == (Intent.RESTART,) else entry.have
    then = kept if entry.then is None else entry.then
    return Case(path.stem, entry.shop, turn, entry.intent, items, then)


def _constraints(path: Path, entry: _Entry, vocabulary: Vocabulary) -> Constraints:
    """What stands, as a room would have it: mined values preferred, given ones required."""
    have = entry.have
    require: dict[str, Labels] = {}
    prefer: dict[str, Labels] = {}
    exclude: dict[str, Labels] = {}
    for role, slots in (("want", have.want), ("must", have.must), ("avoid", have.avoid)):
        for slot in slots:
            name, _, value = slot.partition("=")
            if not value:
                raise ScenarioError(f"{path}: {entry.say!r}: {slot!r} in 'have' names no facet")
            facet = vocabulary.facet(name)
            soft = role == "want" and facet is not None and facet.mined and name != TYPE
            held = exclude if role == "avoid" else prefer if soft else require
            held[name] = (*held.get(name, ()), value)
    if isinstance(have.min, str) or isinstance(have.max, str):
        raise ScenarioError(f"{path}: {entry.say!r}: a bound in 'have' has to be a number")
    numeric = {n: Bounds(*b) for n, b in have.numeric.items() if not isinstance(b, str)}
    return Constraints(
        wish=" ".join(have.wish),
        category=have.type,
        price_min=have.min,
        price_max=have.max,
        require=require,
        prefer=prefer,
        exclude=exclude,
        numeric=numeric,
    )
