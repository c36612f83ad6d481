"""A finished turn and what was expected of it -> what is not so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chatrec.testkit import predicates
from chatrec.testkit.always import visible
from chatrec.testkit.errors import ReferenceProblem
from chatrec.testkit.expected_state import check_constraints
from chatrec.testkit.grounding import Ground, Shelf, first_named, mentions, ungrounded
from chatrec.testkit.observed import Failure, Observed, unmet
from chatrec.testkit.scenario import (
    Expect,
    FaqExpect,
    HandoffExpect,
    ItemsExpect,
    TextExpect,
)
from chatrec.types import Item


def check_expected(expect: Expect, observed: Observed, shelf: Shelf) -> list[Failure]:
    """Failures of the expectations, empty when all hold."""
    failures: list[Failure] = []
    reply = observed.exchange.reply
    if expect.kind is not None and reply.kind not in expect.kind:
        failures.append(unmet("kind", " or ".join(expect.kind), reply.kind))
    try:
        if expect.items is not None:
            failures += _items(expect.items, observed, shelf)
        if expect.constraints is not None:
            failures += check_constraints(expect.constraints, observed)
    except ReferenceProblem as exc:
        failures.append(Failure("reference", str(exc)))
    if expect.faq is not None:
        failures += _faq(expect.faq, observed)
    if expect.text is not None:
        failures += _text(expect.text, observed, shelf)
    if expect.handoff is not None:
        failures += _handoff(expect.handoff, observed)
    return failures


def _items(expect: ItemsExpect, observed: Observed, shelf: Shelf) -> Iterator[Failure]:
    items = observed.shown
    if expect.min is not None and len(items) < expect.min:
        yield unmet("items.min", f"at least {expect.min} items", len(items))
    if expect.max is not None and len(items) > expect.max:
        yield unmet("items.max", f"at most {expect.max} items", len(items))
    yield from _predicates(expect, [shelf.items.get(item.id, item) for item in items])
    yield from _ids(expect, items, shelf)
    yield from _references(expect, observed)
    if expect.fresh and (stale := [i for i in items if i.id in observed.turn.seen]):
        yield unmet("items.fresh", "only items not shown before", _named(stale))
    if expect.diverse:
        kinds = [(item.category[-1:], item.brand) for item in items]
        if len(items) < 2 or len(set(kinds)) < len(kinds):
            yield unmet("items.diverse", "no two of one category and brand", _named(items))


def _predicates(expect: ItemsExpect, rows: list[Item]) -> Iterator[Failure]:
    known = [("every", expect.every), ("some", expect.some), ("none", expect.none)]
    for name, predicate in known:
        if predicate is None:
            continue
        passing = [row for row in rows if predicates.holds(predicate, row)]
        failing = [row for row in rows if row not in passing]
        wanted = f"{name} {predicates.describe(predicate)}"
        if name == "every" and failing:
            yield unmet("items.every", wanted, _named(failing), failing[0].id)
        if name == "some" and not passing:
            yield unmet("items.some", wanted, _named(rows))
        if name == "none" and passing:
            yield unmet("items.none", wanted, _named(passing), passing[0].id)


def _ids(expect: ItemsExpect, items: list[Item], shelf: Shelf) -> Iterator[Failure]:
    shown = {item.id for item in items}
    named = [*(expect.include_ids or ()), *(expect.exclude_ids or ())]
    if unknown := [item_id for item_id in named if item_id not in shelf.items]:
        yield Failure("items.ids", f"the catalogue has no item {', '.join(unknown)}")
    if missing := [item_id for item_id in expect.include_ids or () if item_id not in shown]:
        yield unmet("items.include_ids", missing, _named(items))
    if unwanted := [item_id for item_id in expect.exclude_ids or () if item_id in shown]:
        yield unmet("items.exclude_ids", f"none of {unwanted}", _named(items))


def _references(expect: ItemsExpect, observed: Observed) -> Iterator[Failure]:
    items = observed.shown
    if expect.about is not None:
        wanted = {observed.refer(reference).id for reference in expect.about}
        if observed.about != wanted:
            yield unmet("items.about", sorted(wanted), sorted(observed.about) or "no item")
    shown = {item.id for item in items}
    for reference in expect.include_ref or ():
        if (one := observed.refer(reference)).id not in shown:
            yield unmet("items.include_ref", f"{reference} ({_name(one)})", _named(items))
    for reference in expect.exclude_ref or ():
        if (one := observed.refer(reference)).id in shown:
            yield unmet("items.exclude_ref", f"no {reference} ({_name(one)})", _named(items))
    if expect.price_below is not None:
        yield from _beside("below", expect.price_below, observed)
    if expect.price_above is not None:
        yield from _beside("above", expect.price_above, observed)


def _beside(name: str, reference: str, observed: Observed) -> Iterator[Failure]:
    """Prices against the price of the item that is referred to."""
    price = observed.refer(reference).price
    wrong = [
        item
        for item in observed.shown
        if price is None
        or item.price is None
        or (item.price >= price if name == "below" else item.price <= price)
    ]
    if wrong:
        yield unmet(f"items.price_{name}", f"{name} {reference} ({price})", _named(wrong))


def _faq(expect: FaqExpect, observed: Observed) -> Iterator[Failure]:
    cited = [entry.id for entry in observed.exchange.reply.citations]
    if expect.any_of is None:
        if cited:
            yield unmet("faq", "no citation", cited)
    elif not set(cited[:1]) & set(expect.any_of):
        yield unmet("faq", f"{' or '.join(expect.any_of)} cited first", cited or "none")


def _text(expect: TextExpect, observed: Observed, shelf: Shelf) -> Iterator[Failure]:
    text = observed.exchange.reply.text
    strict = Ground(items=visible(observed, shelf))
    for what, forbidden in (
        ("price", expect.no_price_outside_shown),
        ("brand", expect.no_brand_outside_shown),
    ):
        for found in ungrounded(text, strict, shelf) if forbidden else ():
            if found.what == what:
                yield Failure(f"text.no_{what}_outside_shown", str(found), found.sentence)
    if expect.silent and text:
        yield unmet("text.silent", "no words", repr(text))
    if expect.mentions_any and not any(mentions(text, phrase) for phrase in expect.mentions_any):
        yield unmet("text.mentions_any", f"one of {expect.mentions_any}", repr(text))
    for phrase in expect.mentions_none or ():
        if mentions(text, phrase):
            yield unmet("text.mentions_none", f"no '{phrase}'", repr(text))
    if expect.top_pick_first and observed.shown:
        named = first_named(text, observed.shown)
        if named is not None and named.id != observed.shown[0].id:
            yield unmet("text.top_pick_first", _name(observed.shown[0]), _name(named))


def _handoff(expect: HandoffExpect, observed: Observed) -> Iterator[Failure]:
    summary = observed.summary
    if summary is None or expect.none:
        if (summary is None) != expect.none:
            wanted = "no person called" if expect.none else "a person called"
            yield unmet("handoff", wanted, summary.text if summary else "none")
        return
    if expect.reason and summary.reason not in expect.reason:
        yield unmet("handoff.reason", " or ".join(expect.reason), summary.reason)
    for phrase in expect.mentions or ():
        if not mentions(summary.text, phrase):
            yield unmet("handoff.mentions", f"'{phrase}'", repr(summary.text))


def _name(item: Item) -> str:
    price = "no price" if item.price is None else f"{item.price:g}"
    return f"{item.id} '{item.title}' {price}"


def _named(items: Iterable[Item]) -> str:
    return "; ".join(_name(item) for item in items) or "no items"
