"""A finished turn -> what broke one of the promises, whatever the dialogue expects.

Cards come from the catalogue, no card breaks a hard constraint, the words name nothing that is
not so, and what was streamed is what the reply holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from chatrec.answer import unfounded
from chatrec.testkit.grounding import Ground, Shelf, ungrounded
from chatrec.testkit.observed import Failure, Observed
from chatrec.types import Constraints, Exchange, Item, Kind, Shown, Words

CATALOGUE, CONSTRAINT, GROUNDED, EVENTS = "catalogue", "constraint", "grounded", "events"
PROMISES = frozenset({CATALOGUE, CONSTRAINT, GROUNDED, EVENTS})
"""Names of the checks."""


def check_always(observed: Observed, shelf: Shelf) -> list[Failure]:
    """Failures of the promises, empty when all are kept."""
    return [
        *_catalogue(observed, shelf),
        *_constraints(observed, shelf),
        *_grounded(observed, shelf),
        *_events(observed),
    ]


def _catalogue(observed: Observed, shelf: Shelf) -> Iterator[Failure]:
    for item in observed.shown:
        row = shelf.items.get(item.id)
        if row is None:
            yield Failure(CATALOGUE, f"item {item.id} is not in the catalogue", item.id)
            continue
        for name in ("title", "price", "currency"):
            card, real = getattr(item, name), getattr(row, name)
            if card != real:
                yield Failure(
                    CATALOGUE,
                    f"the card of {item.id} has the {name} {card!r}, the catalogue {real!r}",
                    item.id,
                )


def _constraints(observed: Observed, shelf: Shelf) -> Iterator[Failure]:
    constraints = observed.exchange.reply.constraints
    for item in observed.shown:
        for broken in constraints.violations(shelf.items.get(item.id, item)):
            yield Failure(
                CONSTRAINT, f"{item.id} '{item.title}' breaks the hard constraint {broken}", item.id
            )


def _grounded(observed: Observed, shelf: Shelf) -> Iterator[Failure]:
    for found in ungrounded(observed.exchange.reply.text, _ground(observed, shelf), shelf):
        yield Failure(GROUNDED, str(found), found.sentence)
    reply = observed.exchange.reply
    if reply.kind is Kind.FAQ and reply.citations:
        for figure in unfounded(reply.text, reply.citations):
            yield Failure(GROUNDED, f"{figure} stands in no cited entry", reply.text)


def _ground(observed: Observed, shelf: Shelf) -> Ground:
    exchange = observed.exchange
    before, after = observed.turn.constraints, exchange.reply.constraints
    cited = [f"{entry.question}\n{entry.answer}" for entry in exchange.reply.citations]
    held = " ".join(
        value
        for constraints in (before, after)
        for labels in (constraints.require, constraints.exclude, constraints.prefer)
        for values in labels.values()
        for value in values
    )
    asked = exchange.understanding.constraints  # "cheaper" need not stand where nothing is
    bounds = [b for each in (before, asked, after) for b in (each.price_min, each.price_max)]
    return Ground(
        items=visible(observed, shelf),
        texts=[*observed.said, *cited, held],
        bounds=[bound for bound in bounds if bound is not None],
        nearby=_choosable(exchange, shelf) or _relaxed(exchange, shelf),
    )


def visible(observed: Observed, shelf: Shelf) -> list[Item]:
    """What the words may speak of: this reply's cards, the cards before it, what it is about."""
    about = observed.exchange.understanding.about
    pointed = [shelf.items[item_id] for item_id in about if item_id in shelf.items]
    return [*observed.shown, *observed.turn.shown, *pointed]


def _choosable(exchange: Exchange, shelf: Shelf) -> list[Item]:
    """What a reply tells the choices of: all that fits."""
    if exchange.understanding.choices is None:
        return []
    return [item for item in shelf.items.values() if exchange.reply.constraints.allows(item)]


def _relaxed(exchange: Exchange, shelf: Shelf) -> list[Item]:
    """What a reply that nothing fits tells of: dropping one limit, or all but the category."""
    if exchange.reply.kind is not Kind.NOTHING_FITS:
        return []
    held = exchange.reply.constraints
    relaxed = [rest for _, rest in held.standing()]
    relaxed.append(Constraints(category=held.category))
    return [i for i in shelf.items.values() if any(rest.allows(i) for rest in relaxed)]


def _events(observed: Observed) -> Iterator[Failure]:
    reply, events = observed.exchange.reply, observed.events
    cards = [(at, e) for at, e in enumerate(events) if isinstance(e, Shown)]
    words = [(at, e) for at, e in enumerate(events) if isinstance(e, Words)]
    if reply.recommendations and not cards:
        yield Failure(EVENTS, "the reply has items that were never sent as cards")
    if cards and words and cards[0][0] > words[0][0]:
        yield Failure(EVENTS, "words were sent before the cards")
    for _, event in cards:
        sent, kept = [[r.item.id for r in x.recommendations] for x in (event, reply)]
        if sent != kept:
            yield Failure(EVENTS, f"the cards sent were {sent}, the reply holds {kept}")
    streamed = "".join(event.text for _, event in words)
    if streamed.strip() != reply.text.strip():
        yield Failure(EVENTS, f"the words sent were {streamed!r}, the reply holds {reply.text!r}")
    ids = [item.id for item in observed.shown]
    if len(set(ids)) != len(ids):
        yield Failure(EVENTS, f"an item is shown twice: {ids}")
