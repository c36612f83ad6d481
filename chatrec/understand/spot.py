"""Turn -> Spotted: everything the model may speak of, and the message as the model sees it.

The message is rewritten with each mention in brackets under its canonical label: "blck boots
under two hundred bucks, like the 2nd one" becomes "[black] [boot] under [$200], like the [#2]".
No model; no roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chatrec.sizes import SIZE
from chatrec.types import GENDER, TYPE, Constraints, Item, Mention, Turn, Vocabulary
from chatrec.understand.beside import telling_words
from chatrec.understand.bounds import bounded, end_of_bound
from chatrec.understand.choices import choices
from chatrec.understand.cleared import called
from chatrec.understand.exact import (
    affirmed,
    alternatives,
    buys,
    by_name,
    described,
    for_how_many,
    heads,
    indifferent,
    lacking,
    modifiers,
    of_all,
    only_in_stock,
    ordered_by,
    refused,
    softened,
    superlatives,
    things,
    turns_down,
)
from chatrec.understand.extents import spot_extents
from chatrec.understand.free_words import free_words
from chatrec.understand.items import label_of, spot_items
from chatrec.understand.number_words import normalise
from chatrec.understand.numbers import PRICE, spot_numbers
from chatrec.understand.persons import persons
from chatrec.understand.relatives import Relatives
from chatrec.understand.schema import BUDGET, ROLES
from chatrec.understand.sizes import (
    bare_sizes,
    nothing_but,
    said_sizes,
    sizes_in_two_ends,
    worn,
)
from chatrec.understand.spotted import Spotted
from chatrec.understand.values import NO, YES, Lexicon, spot_values, value_of_that
from chatrec.words import Token, spans, stems

_MESSAGE_CHARS = 1000  # of a longer message the model sees the first part
_THAN = re.compile(r"\s+than(?: about| around)?\s+", re.IGNORECASE)
_HIGHER = re.compile(r"\b(?:higher|lower|shorter) than\s*$", re.I)
HEIGHT = "height"
_WORDS = 24  # free words of a message that can carry a wish


class Spotter:
    """Spots mentions of one shop's vocabulary."""

    def __init__(self, vocabulary: Vocabulary, language: str = "en") -> None:
        self._vocabulary = vocabulary
        self._lexicon = Lexicon(vocabulary)
        self._relatives = Relatives(vocabulary)
        self._facets = tuple(f.name for f in vocabulary.facets if f.kind == "value")
        names = (*(f.name for f in vocabulary.facets), BUDGET)
        self._clearable = tuple(name for name in names if name not in ROLES)
        genders = vocabulary.facet(GENDER)
        self._genders = tuple(value.label for value in genders.values) if genders else ()
        sizes = vocabulary.facet(SIZE)
        self._sizes = {value.label for value in sizes.values} if sizes else set[str]()
        self._language = language
        self.spot(Turn("two boots of 1.5 kilos"))  # loads tables before the first shopper comes

    def spot(self, turn: Turn, language: str = "") -> Spotted:
        """All mentions of the turn's message; ``language`` where it is not the shop's own."""
        language = language or self._language
        text = normalise(" ".join(turn.text.split())[:_MESSAGE_CHARS], language)
        message = spans(text)
        extents = list(spot_extents(text, self._vocabulary))
        numbers = spot_numbers(text, self._vocabulary, language)
        numbers = [each for each in numbers if not _pairs_cards(each, len(turn.shown))]
        numbers = [each for each in numbers if _is_apart(each, extents)]
        if language == "en":
            numbers = list(bounded(text, numbers))
        numbers = [self._of_what_stands(each, text, turn.constraints) for each in numbers]
        numbers = [each for each in numbers if not self._is_model(each, message)]
        bounds = [number for number in numbers if number.low is None or number.high is None]
        found = _apart(
            [
                *spot_items(text, message, turn.shown),
                *bounds,
                *extents,
                *sizes_in_two_ends(numbers, self._sizes),
                *self._answering(message, turn),
                *spot_values(message, self._lexicon, typos=language == self._language),
                *numbers,
                *self._relatives.spot(message, turn.shown),
            ]
        )
        found = [
            each
            for each in found
            if not _names_measure(text, each, numbers) and not _begins_bound(text, each, numbers)
        ]
        those = list(self._those(message, found))
        found = [*found, *self._pointed_at(those, turn.shown)]
        found.sort(key=lambda m: (m.start, m.end))
        found = heads(text, found)
        asked = choices(text, message, self._vocabulary.facets, found) if language == "en" else None
        open_to = indifferent(text)
        said = [*_beside(text, numbers), *((start, end) for _, start, end in open_to)]
        said += [(start, end) for _, start, end in those]
        said += [(asked.start, asked.end)] if asked else []
        words = [word for word in free_words(message, found) if not _within(word, said)][:_WORDS]
        open_stems = tuple(word for what, _, _ in open_to for word in stems(what))
        standing = _standing_values(turn.constraints)
        most = superlatives(message)
        order = ordered_by(text) if language == "en" else ()
        absent = lacking(text, [*found, *words])
        turned_away = tuple(m for m in refused(text, [*found, *words]) if m not in absent)
        values = [m for m in found if m.kind == "value" and m not in turned_away]
        bare = list(bare_sizes(text, found, self._sizes))
        named = list(said_sizes(text, [*found, *bare])) if language == "en" else []
        known = named if self._sizes else []
        alone = [] if turn.asked == BUDGET else list(nothing_but(text, turn.shown))
        known += alone
        return Spotted(
            plain=text,
            text=_bracketed(text, found),
            mentions=(*found, *bare, *known, *words, *standing),
            superlatives=tuple(dict.fromkeys([*most, *order])),
            orders=bool(order),
            of_all=bool(most) and of_all(text),
            in_stock=only_in_stock(message),
            affirmed=affirmed(message, values, found),
            by_name=affirmed(message, [*by_name(text, values), *worn(text, bare), *known], found),
            described=affirmed(message, described(text, values, found), found),
            modifiers=modifiers(text, message, [*found, *words]),
            softened=softened(message),
            refused=turned_away,
            lacking=absent,
            things=things(message, values),
            turns_down=turns_down(text),
            of_that=tuple(facet for facet, _, _ in those),
            alternatives=alternatives(text, values),
            for_how_many=for_how_many(text, numbers),
            choices=asked,
            only_size=bool(alone),
            sizes_untold=() if self._sizes else tuple(size.label for size in named),
            indifferent=open_stems,
            waived=called(open_stems, self._clearable),
            persons=persons(text, self._genders),
            buys=bool(turn.shown) and buys(text),
        )

    def _is_model(self, number: Mention, message: Sequence[Token]) -> bool:
        """Whether a bare number is part of a product's name: the 45 of "Ridge 45"."""
        words = [token.word for token in message]
        at = next((n for n, token in enumerate(message) if token.start == number.start), 0)
        bare = number.facet == PRICE and number.label.isdecimal() and number.low == number.high
        return bare and at > 0 and self._lexicon.is_name(words, at)

    def _answering(self, message: Sequence[Token], turn: Turn) -> Iterator[Mention]:
        """Values of what is asked for or stands, even such as tell nothing elsewhere: "42"."""
        standing = {**turn.constraints.require, **turn.constraints.prefer}
        for name in dict.fromkeys([turn.asked, *standing]):
            facet = self._vocabulary.facet(name)
            labels = {value.label for value in facet.values} if facet else set()
            for word, start, end in message:
                if word in labels and word != NO:
                    label = name if word == YES else word
                    yield Mention("value", label, start, end, name, values=(word,))

    def _of_what_stands(self, number: Mention, text: str, constraints: Constraints) -> Mention:
        """The number as one of the only measure that stands: "no, 1000" after "500 pieces".

        "No higher than 150" is of a height that stands, whatever else does.
        """
        bare = number.kind == "number" and number.facet == PRICE and number.label[:1].isdigit()
        if bare and HEIGHT in constraints.numeric and _HIGHER.search(text[: number.start]):
            return replace(number, facet=HEIGHT)
        priced = constraints.price_min is not None or constraints.price_max is not None
        if not bare or priced or len(constraints.numeric) != 1 or number.low != number.high:
            return number
        facet = self._vocabulary.facet(next(iter(constraints.numeric)))
        if facet is None or facet.low is None or facet.high is None or number.low is None:
            return number
        within = facet.low <= number.low <= facet.high
        return replace(number, facet=facet.name) if within else number

    def _those(
        self, message: Sequence[Token], found: Sequence[Mention]
    ) -> Iterator[tuple[str, int, int]]:
        """The "that brand"s, with their facets, that are of no value named before them."""
        for facet, start, end in value_of_that(message, self._facets):
            if not any(m.kind == "value" and m.facet == facet and m.end <= start for m in found):
                yield facet, start, end

    def _pointed_at(
        self, those: Sequence[tuple[str, int, int]], shown: Sequence[Item]
    ) -> Iterator[Mention]:
        """Values of the shown items that "that brand" may mean."""
        for facet, start, end in those:
            values = dict.fromkeys(value for item in shown for value in item.values(facet))
            told = [value for value in values if value not in (YES, NO)]
            for value in told:  # one alone stands in place of the words, several behind them
                place = start if len(told) == 1 else end
                yield Mention("value", value, place, end, facet, values=(value,))


def _names_measure(text: str, mention: Mention, numbers: Sequence[Mention]) -> bool:
    """Whether a thing's name is that of a measure told beside it: "weight below 5 kg".

    "Weights of 5 kg" are things.
    """
    said = text[mention.start : mention.end].lower()
    return mention.facet == TYPE and any(said == each.facet for each in numbers)


def _pairs_cards(number: Mention, shown: int) -> bool:
    """Whether "between 1 and 2" is of two cards."""
    ends = (number.low, number.high)
    bare = number.kind == "range" and number.facet == PRICE and number.label[:1].isdigit()
    return bare and all(end is not None and end in range(1, shown + 1) for end in ends)


def _standing_values(constraints: Constraints) -> Iterator[Mention]:
    """Values that stand as wanted: "or blue" keeps them, "not black" may drop them."""
    for facet, values in {**constraints.require, **constraints.prefer}.items():
        for value in values:
            label = facet if value == YES else value
            yield Mention("value", label, -1, -1, facet, values=(value,))


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions without overlaps: the longer one stays, then the one listed first."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: m.start - m.end):
        if _is_apart(mention, kept):
            kept.append(mention)
    return kept


def _begins_bound(text: str, mention: Mention, numbers: Iterable[Mention]) -> bool:
    """Whether it compares with an amount and with no shown thing: "bigger than 9 inches"."""
    return mention.kind == "relative" and any(
        _THAN.fullmatch(text, mention.end, number.start) for number in numbers
    )


def _beside(text: str, numbers: Iterable[Mention]) -> Iterator[tuple[int, int]]:
    """Places of words that only say what a number is of, or that it is a bound."""
    for number in numbers:
        if number.facet != PRICE:
            yield from telling_words(text, number.start, number.end, number.facet)
        yield number.end, end_of_bound(text, number)


def _is_apart(mention: Mention, others: Iterable[Mention]) -> bool:
    return all(m.end <= mention.start or mention.end <= m.start for m in others)


def _within(mention: Mention, places: Iterable[tuple[int, int]]) -> bool:
    return any(start <= mention.start and mention.end <= end for start, end in places)


def _bracketed(text: str, found: Sequence[Mention]) -> str:
    pieces: list[str] = []
    at = 0
    for mention in found:
        gap = " " if mention.start == mention.end else ""
        pieces += [_plain(text[at : mention.start]), gap, f"[{mention.label}]"]
        at = mention.end
    return "".join([*pieces, _plain(text[at:])]).strip()


def _plain(text: str) -> str:
    """Text whose own brackets cannot be taken for a mention."""
    return text.replace("[", "(").replace("]", ")")


def shown_line(place: int, item: Item) -> str:
    """A shown item as the model sees it: place, short title, colour, price."""
    title = " ".join(token.word for token in spans(item.title)[:7])
    colour = next(iter(item.values("color")), "")
    words = [label_of(place), title]
    if colour and colour not in title:
        words.append(colour)
    if item.price is not None:
        words.append(f"{item.price:g}")
    return " ".join(words)
