"""Exchanges that shoppers were content with -> examples to train on, mixed into made ones.

What a model answered is not kept, what it came to is: the answer is worked out backwards from the
constraints before and after, and used only where reading it again gives exactly what was stored.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

import jsonschema

from chatrec.ports import StoredTurn
from chatrec.tune.answers import arranged, compact
from chatrec.tune.turns import Example
from chatrec.types import (
    ANY,
    PHOTO,
    TYPE,
    Bounds,
    Constraints,
    Exchange,
    Intent,
    Mention,
    Vocabulary,
)
from chatrec.understand import reading_messages
from chatrec.understand.items import label_of
from chatrec.understand.numbers import PRICE
from chatrec.understand.patch import understanding_of
from chatrec.understand.schema import ROLES, answer_schema, check_answer, standing_names
from chatrec.understand.spot import Spotter
from chatrec.understand.spotted import Spotted

BEHAVIOUR = "logged"
_SHARE = 0.15  # of the examples of a run
_AFRESH = frozenset({Intent.NEW, Intent.COMPLEMENT, Intent.RESTART})


def logged_examples(turns: Iterable[StoredTurn], vocabulary: Vocabulary) -> list[Example]:
    """Examples of the turns whose reply the shopper gave a thumb up, each message once."""
    spotter = Spotter(vocabulary)
    found: dict[str, Example] = {}
    for turn in turns:
        readable = turn.text and PHOTO not in turn.text  # what a photo meant is not in the words
        if turn.thumb == "up" and turn.exchange is not None and readable:
            example = _example(turn.exchange, spotter, vocabulary)
            if example is not None:
                found[turn.text] = example
    return list(found.values())


def mixed(made: Iterator[Example], logged: Sequence[Example], seed: int) -> Iterator[Example]:
    """The made examples with logged ones among them."""
    rng = random.Random(seed)
    for example in made:
        if logged and rng.random() < _SHARE:
            yield rng.choice(logged)
        yield example


def _example(exchange: Exchange, spotter: Spotter, vocabulary: Vocabulary) -> Example | None:
    """The exchange's reading, or None where its answer cannot be told for certain."""
    turn, understood = exchange.turn, exchange.understanding
    if not understood.readable:
        return None
    spotted = spotter.spot(turn)
    base = Constraints() if understood.intent in _AFRESH else turn.constraints
    labels = _roles(base, understood.constraints, spotted, vocabulary)
    if understood.intent is Intent.ABOUT and len(understood.asks) < len(_said(spotted)):
        labels["wish"] = understood.asks
    rejected = understood.constraints.rejected - turn.constraints.rejected
    labels["items"] = _cards(understood.about, exchange)
    labels["avoid"] = (*_cards(rejected, exchange), *labels["avoid"])
    kept = set(standing_names(understood.constraints))
    gone = [name for name in standing_names(base) if name not in kept]
    answer = arranged(understood.intent, labels, gone, spotted, turn.constraints)
    try:
        check_answer(answer, answer_schema(spotted, turn.constraints, turn.shown))
    except jsonschema.ValidationError:
        return None
    again = understanding_of(answer, spotted, turn, vocabulary)
    meant = (understood.intent, understood.constraints, set(understood.about))
    if (again.intent, again.constraints, set(again.about)) != meant:
        return None
    messages = reading_messages(spotted, turn, vocabulary, tuned=True)
    return Example(BEHAVIOUR, tuple(messages), compact(answer))


def _said(spotted: Spotted) -> list[Mention]:
    """Values and words of the message: what a question is about that names nothing else."""
    return [m for m in spotted.mentions if m.kind in ("value", "word") and m.start >= 0]


def _cards(ids: Iterable[str], exchange: Exchange) -> tuple[str, ...]:
    wanted = set(ids)
    shown = enumerate(exchange.turn.shown, start=1)
    return tuple(label_of(place) for place, item in shown if item.id in wanted)


def _roles(
    base: Constraints, after: Constraints, spotted: Spotted, vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    """The labels of each role, by what became of each mention."""
    roles: dict[str, list[str]] = {role: [] for role in ROLES}
    for mention in spotted.mentions:
        role = ""
        if mention.start < 0:
            continue
        if mention.kind in ("value", "word"):
            role = _role(mention, base, after, vocabulary)
        elif mention.kind == "number":
            role = _side(mention, _bounds(base, mention), _bounds(after, mention))
        elif mention.kind == "range" and _bounds(base, mention) != _bounds(after, mention):
            role = "near"
        elif mention.kind == "relative" and (base.price_max, base.price_min, base.numeric) != (
            after.price_max,
            after.price_min,
            after.numeric,
        ):
            role = "want"
        if role:
            roles[role].append(mention.label)
    return {role: tuple(dict.fromkeys(labels)) for role, labels in roles.items()}


def _role(mention: Mention, base: Constraints, after: Constraints, vocabulary: Vocabulary) -> str:
    facet = ANY if mention.kind == "word" else mention.facet
    values = set(mention.values or (mention.label,))
    if values <= set(after.exclude.get(facet, ())) - set(base.exclude.get(facet, ())):
        return "avoid"
    if mention.kind == "value":
        known = vocabulary.facet(facet)
        mined = known is not None and known.mined and facet != TYPE
        required = after.category if facet == TYPE else after.require.get(facet, ())
        if values <= set(required):
            return "must" if mined else "want"
        if values <= set(after.prefer.get(facet, ())):
            return "want" if mined else "wish"
    told = set(mention.label.split())
    return "wish" if told <= set(after.wish.split()) and not told <= set(base.wish.split()) else ""


def _bounds(constraints: Constraints, mention: Mention) -> Bounds:
    if mention.facet == PRICE:
        return Bounds(constraints.price_min, constraints.price_max)
    return constraints.numeric.get(mention.facet, Bounds())


def _side(mention: Mention, before: Bounds, after: Bounds) -> str:
    if before == after:
        return ""
    if mention.low is not None and after.low == mention.low:
        return "min"
    if mention.high is not None and after.high == mention.high:
        return "max"
    return "near"
