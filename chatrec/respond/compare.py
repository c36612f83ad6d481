"""Shown items -> a table of the facts in which they differ, and which to take for what.

The advice is arithmetic: who leads in what the shopper asks about, or in price and rating.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatrec.respond import extremes, leading
from chatrec.respond.extremes import BEST_RATED, CHEAPEST, LIGHTEST, ROOMIEST
from chatrec.respond.facts import facts
from chatrec.respond.namesakes import told_apart
from chatrec.respond.qualities import which_have
from chatrec.respond.telling import of_five
from chatrec.types import TYPE, Item, Vocabulary
from chatrec.wording import (
    capital,
    listed,
    means_no,
    means_yes,
    name_of,
    named,
    price,
    speaks_of_many,
    title,
)

_MOST_ROWS = 7
_UNCOMPARED = (TYPE, "feature", "stock")
_LONGEST_CELL = 40


def compare(items: Sequence[Item], text: str, vocabulary: Vocabulary) -> str:
    """Table and advice, in Markdown, for two or more items."""
    rows = differences(items, vocabulary)
    items = told_apart(items)
    advice = _advice(items, text, vocabulary)
    return f"{_table(items, rows)}\n\n{advice}" if rows else advice


def recommended(items: Sequence[Item], text: str, vocabulary: Vocabulary) -> Item | None:
    """The item that the advice names first, if it names one: what "it" means afterwards."""
    if leading.answer(text, items, vocabulary) or which_have(items, text):
        return leading.leader(text, items)
    leaders = _leaders(items, vocabulary)
    return next((item for item in items if leaders and item.id == leaders[0][0]), None)


def differences(items: Sequence[Item], vocabulary: Vocabulary) -> list[tuple[str, list[str]]]:
    """Facts by name with each item's value ("–" where unknown), where they are not all the same."""
    by_item = [{fact.name: fact.value for fact in facts(item, vocabulary)} for item in items]
    names = dict.fromkeys(name for told in by_item for name in told)
    rows = []
    for name in names:
        values = [told.get(name, "–") for told in by_item]
        known = [value for value in values if value != "–"]
        short = all(len(value) <= _LONGEST_CELL for value in values)
        if len(set(values)) > 1 and len(known) > 1 and short and name not in _UNCOMPARED:
            rows.append((name, [_cell(value) for value in values]))
    return rows[:_MOST_ROWS]


def _cell(value: str) -> str:
    if means_yes(value):
        return "yes"
    return "no" if means_no(value) else value.replace("|", "/")


def _table(items: Sequence[Item], rows: Sequence[tuple[str, list[str]]]) -> str:
    short = [title(item) for item in items]
    names = short if len(set(short)) == len(short) else [item.title for item in items]
    heads = [name.replace("|", "/") for name in names]
    lines = [f"| | {' | '.join(heads)} |", f"|---{'|---' * len(items)}|"]
    lines += [f"| {capital(name_of(name))} | {' | '.join(values)} |" for name, values in rows]
    return "\n".join(lines)


def _advice(items: Sequence[Item], text: str, vocabulary: Vocabulary) -> str:
    asked = leading.answer(text, items, vocabulary) or which_have(items, text)
    if asked:
        return asked
    leaders = _leaders(items, vocabulary)
    if not leaders:
        return "On the facts of the listings they are level; take the one you like best."
    return " ".join(_merged(items, leaders))


def _leaders(items: Sequence[Item], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Who leads and in what, by id, the one to take first."""
    available = [item for item in items if item.stock != 0]
    if len(available) == 1:
        return [(available[0].id, "the only one not sold out")]
    told = [_take(items, d, vocabulary) for d in (BEST_RATED, CHEAPEST, LIGHTEST, ROOMIEST)]
    return [lead for lead in told if lead][:3]


def _take(
    items: Sequence[Item], dimension: extremes.Dimension, vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The id of the leader and why it leads."""
    leader, name = extremes.extreme(items, dimension), extremes.compared_by(items, dimension)
    if leader is None or name is None:
        return None
    lead = extremes.said(dimension, len(items))
    if name == "price":
        return leader.id, f"{lead} ({price(leader)})"
    if name == "rating":
        return leader.id, f"{lead} ({of_five(leader)})"
    value = {fact.name: fact.value for fact in facts(leader, vocabulary)}.get(name, "")
    return leader.id, f"{lead}{f' ({value})' if value else ''}"


def _merged(items: Sequence[Item], told: Sequence[tuple[str, str]]) -> list[str]:
    """One sentence per leader, with all that it leads in."""
    by_item: dict[str, list[str]] = {}
    for item_id, lead in told:
        by_item.setdefault(item_id, []).append(lead)
    known = {item.id: item for item in items}
    lines: list[str] = []
    for item_id, leads in by_item.items():
        item = known[item_id]
        many = speaks_of_many(item)
        if not lines:
            said = f"{'they are' if many else 'it is'} {listed(leads)}"
            lines.append(f"I would take {named(item)}: {said}.")
        else:
            lines.append(f"{capital(named(item))} {'are' if many else 'is'} {listed(leads)}.")
    return lines
