"""Reference -> item, among what a dialogue has shown so far."""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.testkit.errors import ReferenceProblem
from chatrec.types import Item


def resolve(reference: str, latest: Sequence[Item], by_turn: Sequence[Sequence[Item]]) -> Item:
    """The item that ``prev:2``, ``t1:3``, ``id:X``, ``cheapest`` or ``last`` points at.

    ``latest`` are the items of the latest reply that had any, ``by_turn`` those of every turn
    so far, the turn under test not among them. ``cheapest`` and ``last`` are of ``latest``,
    ``id:X`` is of any.

    Raises:
        ReferenceProblem: nothing, or not enough, was shown.
    """
    if reference == "cheapest":
        priced = [item for item in latest if item.price is not None]
        if not priced:
            raise ReferenceProblem("cheapest: no item with a price was shown before this turn")
        return min(priced, key=lambda item: item.price or 0.0)
    if reference == "last":
        return _nth(reference, latest, len(latest))
    where, _, number = reference.partition(":")
    if where == "prev":
        return _nth(reference, latest, int(number))
    if where == "id":
        return _with_id(reference, number, by_turn)
    turn = int(where.removeprefix("t"))
    if turn > len(by_turn):
        raise ReferenceProblem(f"{reference}: turn {turn} is not over yet")
    return _nth(reference, by_turn[turn - 1], int(number))


def _nth(reference: str, items: Sequence[Item], number: int) -> Item:
    if not 1 <= number <= len(items):
        raise ReferenceProblem(f"{reference}: only {len(items)} items were shown there")
    return items[number - 1]


def _with_id(reference: str, wanted: str, by_turn: Sequence[Sequence[Item]]) -> Item:
    for items in by_turn:
        for item in items:
            if item.id == wanted:
                return item
    raise ReferenceProblem(f"{reference}: it was not shown before this turn")
