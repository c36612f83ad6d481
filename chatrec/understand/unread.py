"""A reading + what was spotted -> the reading with what the message says beyond doubt.

A small model leaves out parts of a long message, and takes a value that is asked for ("boots in
size 46") for one that would be nice, or one that is refused ("no petrol") for a wish. What it
read as unwanted, or as a bound, stays so; but the "forget" of "forget the budget" is nothing that
a thing could have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chatrec.types import CHILDREN, GENDER, TYPE, Intent, Mention
from chatrec.understand.exact import is_aversion, turns_down
from chatrec.understand.free_words import NOT_TOO
from chatrec.understand.numbers import NUMBERS, PRICE
from chatrec.understand.persons import is_kin
from chatrec.understand.spotted import Spotted
from chatrec.understand.values import names_facet

_OF_AGE = 18
_WHO = re.compile(r"\b(?:s?he|who)\s+$", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:by|from|in|of|with)\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)

Read = dict[str, list[Mention]]
"""The mentions of each role."""


def with_unread(read: Read, intent: Intent, spotted: Spotted) -> Read:
    """The mentions of each role with those that hold though the answer is silent on them."""
    if not spotted.turns_down:
        read = _nothing_turned_down(read, intent, spotted)
    refused = {m for m in spotted.refused if not m.label.startswith(NOT_TOO)}
    wanted, must, wished = (
        [m for m in read[role] if m not in refused] for role in ("want", "must", "wish")
    )
    wished = [m for m in wished if not is_aversion(m.label)]
    sizes = {mention.start for mention in spotted.by_name}
    read = {
        role: [m for m in mentions if m.kind != "number" or m.start not in sizes]
        for role, mentions in read.items()
    }
    near = list(read["near"])
    wanted += _by_name(read, intent, spotted)
    moved = [m for role in ("want", "must", "wish") for m in read[role] if m in refused]
    avoided = [
        m
        for m in (*read["avoid"], *moved)
        if m not in (*spotted.lacking, *spotted.by_name)
        and not (m.kind == "word" and (turns_down(m.label) or names_facet(m.label)))
    ]
    if intent is Intent.NEW:
        wanted += _values(read, spotted.affirmed)
        wished += [word for word in spotted.modifiers if word not in _all(read)]
        wished += [m for m in _likings(spotted) if m not in (*_all(read), *wished)]
        if not any(m.facet == TYPE for m in (*wanted, *must, *avoided)):
            wanted += [m for m in spotted.things if m in wished or m not in _all(read)]
            wished = [m for m in wished if m not in spotted.things]
    if intent in (Intent.NEW, Intent.REFINE):
        near += _measures(read, spotted)
        turned_away = [m for m in spotted.refused if m.kind == "value"]
        avoided += [m for m in turned_away if m not in _all(read)]
        wanted += _in_place_of(turned_away, read, spotted)
    if intent is Intent.REFINE and spotted.things:
        wanted += _values(read, spotted.described)
    if intent in (Intent.NEW, Intent.REFINE) and not spotted.softened:
        asked = [m for m in wished if m in spotted.affirmed]
        wanted += asked
        wished = [m for m in wished if m not in asked]
    if intent is not Intent.COMPLEMENT:
        wanted += _comparatives(read, spotted)
    wanted += _alternatives(wanted, read, spotted)
    if intent is not Intent.MORE:
        near += _bounds(read, spotted)
    told = {
        **read, "want": wanted, "must": must, "wish": wished, "avoid": avoided, "near": near
    }  # fmt: skip
    return _without_ages(_without_persons(told, spotted), spotted)


def _nothing_turned_down(read: Read, intent: Intent, spotted: Spotted) -> Read:
    """The roles where no word turns anything down: words are wishes, and no card is like them.

    A value may be turned down by a reason alone, "white gets filthy", in a search or of what is
    shown. A reason takes words: "the black one" gives none, and "something like the dreadnought"
    asks for no other than it.
    """
    words = [m for m in read["avoid"] if m.kind == "word"]
    values = [m for m in read["avoid"] if m.kind == "value"]
    reasoned = any(m.kind == "word" and m.start >= 0 for m in spotted.mentions)
    asked = values
    if intent is Intent.REFINE and reasoned:
        asked = []
    elif intent is Intent.NEW:
        asked = [m for m in values if _is_of_the_thing(m, read, spotted)]
    return {
        **read,
        "avoid": [m for m in values if m not in asked],
        "want": [*read["want"], *asked],
        "wish": [*read["wish"], *words],
    }


def _is_of_the_thing(value: Mention, read: Read, spotted: Spotted) -> bool:
    """Whether the message says it of what is looked for: "black boots", "boots from Tarnfell".

    And so is the only kind of thing that it names.
    """
    if value.facet == TYPE:
        return not any(m.facet == TYPE for m in (*read["want"], *read["must"]))
    joined = value.start >= 0 and _JOINED.search(spotted.plain, 0, value.start)
    return bool(joined) or value in spotted.described


def _without_ages(read: Read, spotted: Spotted) -> Read:
    """The roles without what may be a child's age: "for his kids? 5 and 7" is no price."""
    if not any(not CHILDREN.isdisjoint(person.values) for person in spotted.persons):
        return read

    def age(mention: Mention) -> bool:
        bare = mention.kind == "number" and mention.facet == PRICE and mention.label.isdecimal()
        return bare and mention.low == mention.high and (mention.low or 0) < _OF_AGE

    return {role: [m for m in mentions if not age(m)] for role, mentions in read.items()}


def _without_persons(read: Read, spotted: Spotted) -> Read:
    """The roles without what only says whom a thing is for: "wife" and "gf" are no qualities."""

    def by_person(mention: Mention) -> bool:
        return mention.start >= 0 and any(
            p.start < mention.end and mention.start < p.end for p in spotted.persons
        )

    def by_kin(mention: Mention) -> bool:
        return mention.start >= 0 and is_kin(spotted.plain[mention.start : mention.end])

    genders = [m for m in spotted.mentions if m.kind == "value" and m.facet == GENDER]
    told = bool(spotted.persons) or any(map(by_kin, genders))

    def only_tells_whom(mention: Mention) -> bool:
        if mention.kind == "word":
            return by_person(mention)
        inferred = mention.start < 0 or by_person(mention) or by_kin(mention)
        return told and mention.facet == GENDER and inferred

    return {
        role: [m for m in mentions if not only_tells_whom(m)] for role, mentions in read.items()
    }


def _in_place_of(refused: Sequence[Mention], read: Read, spotted: Spotted) -> list[Mention]:
    """The value that the message has for a refused one's facet: "red, not white".

    Not where another was read: in "dresses, no skirts, they look like a sofa" the sofa is neither.
    """
    read_of = {mention.facet for role in ("want", "must", "wish") for mention in read[role]}
    facets = {mention.facet for mention in refused} - read_of
    places = {mention.start for mention in refused}  # "that brand" may name several
    told = [
        m for m in spotted.mentions if m.kind == "value" and m.start >= 0 and m.start not in places
    ]
    known = (*_all(read), *spotted.refused)
    return [m for m in told if m.facet in facets and m not in known]


def _likings(spotted: Spotted) -> list[Mention]:
    """What somebody does for whom a thing is: "for my dad, he camps a lot"."""
    if not spotted.persons:
        return []
    words = [m for m in spotted.mentions if m.kind == "word" and m.start >= 0]
    return [m for m in words if _WHO.search(spotted.plain, 0, m.start)]


def _comparatives(read: Read, spotted: Spotted) -> list[Mention]:
    """What is asked for as more or less than the shown items have; "the cheaper one" is a card."""
    return [
        m
        for m in spotted.mentions
        if m.kind == "relative"
        and m not in _all(read)
        and not _THE.search(spotted.plain, 0, m.start)
    ]


def _alternatives(wanted: Sequence[Mention], read: Read, spotted: Spotted) -> list[Mention]:
    """What stands beside a wanted value with an "or" between them."""
    beside = [
        other
        for pair in spotted.alternatives
        for one, other in (pair, pair[::-1])
        if one in wanted and other not in (*_all(read), *wanted)
    ]
    return list(dict.fromkeys(beside))


def _all(read: Mapping[str, Sequence[Mention]]) -> list[Mention]:
    return [mention for mentions in read.values() for mention in mentions]


def _values(read: Read, told: Sequence[Mention]) -> list[Mention]:
    """Told values of facets of which no other was read."""
    facets = {mention.facet for mention in _all(read)}
    return [mention for mention in told if mention.facet not in facets]


def _by_name(read: Read, intent: Intent, spotted: Spotted) -> list[Mention]:
    """Values under their facet's name of which the answer asks for no other: "in size 44"."""
    if intent not in (Intent.NEW, Intent.REFINE):
        return []
    asked = [m for role in ("want", "must", "wish", "near", "min", "max") for m in read[role]]
    facets = {mention.facet for mention in asked}
    return [m for m in spotted.by_name if m.facet not in facets]


def _measures(read: Read, spotted: Spotted) -> list[Mention]:
    """Measures without a word of bounds, and ranges: "a tent for 4 people", "$40 to 60".

    Not bare numbers: "for kids 4-6" is no price.
    """
    facets = {mention.facet for mention in _all(read)}
    return [
        m
        for m in spotted.mentions
        if None not in (m.low, m.high)
        and m.facet not in facets
        and m.kind in NUMBERS
        and (m.facet != PRICE or (m.kind == "range" and not m.label[0].isdigit()))
        and m not in spotted.refused
    ]


def _bounds(read: Read, spotted: Spotted) -> list[Mention]:
    """Bounds of sides for which no other was read.

    "under 50, no, make it 80" has an upper bound of 80 alone.
    """
    given = {(m.facet, side) for side in ("min", "max") for m in read[side]}
    given |= {(m.facet, side) for side in ("min", "max") for m in read["near"]}
    bounds = [m for m in spotted.mentions if m.kind == "number" and None in (m.low, m.high)]
    return [m for m in bounds if (m.facet, "max" if m.low is None else "min") not in given]
