"""Patterns -> a message and the role of each thing it names.

Knows the state of one turn and one shop; decides no intent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from chatrec.sizes import SIZE
from chatrec.tune.parts import Card, NotSayable, Phrase, Relative, Said, Title
from chatrec.tune.references import references
from chatrec.tune.shoppers import (
    Amount,
    Shop,
    Value,
    money_surface,
    number_facets,
    pick_amount,
    pick_value,
    plural,
    value_facets,
)
from chatrec.tune.wordings import fillers, phrases
from chatrec.types import GENDER, TYPE, Facet, Item
from chatrec.understand.numbers import PRICE, plain
from chatrec.understand.values import NO, YES
from chatrec.words import STOPWORDS, tokens

_SLOT = re.compile(r"\{(\w+)\}")


class Speaker:
    """Words patterns for one turn."""

    def __init__(
        self,
        rng: random.Random,
        shop: Shop,
        *,
        item: Item,
        shown: tuple[Item, ...] = (),
        standing: str = "",
    ) -> None:
        self._rng = rng
        self._shop = shop
        self._item = item
        self._shown = shown
        self._standing = standing
        self._last: Value | None = None
        self.measure: Facet | None = None
        self.given: dict[str, str] = {}
        self.facet: Facet | None = None

    def say(self, kind: str, said: Said) -> str:
        """One pattern of this kind, filled; the roles of its slots are added to ``said``.

        Raises:
            NotSayable: the shop or the state lacks what the pattern names.
        """
        return self.fill(self._rng.choice(phrases()[kind]), said)

    def fill(self, pattern: str, said: Said) -> str:
        """The pattern, filled as `say` does; its values are of ``facet`` where one is set."""
        return _SLOT.sub(lambda match: self._slot(match[1], said), pattern)

    def _slot(self, name: str, said: Said) -> str:
        if name in self.given:
            return self.given[name]
        if name.startswith("x_"):  # what the shopper talks about and does not shop for
            return str(self._rng.choice(fillers()[name]))
        if name == "np":
            return self._noun_phrase(said)
        if name in fillers() and isinstance(fillers()[name], list):
            return self._phrase("wish", self._rng.choice(fillers()[name]), said)
        handler: Callable[[str, Said], str] | None = getattr(self, f"_slot_{name}", None)
        if handler is None:
            handler = getattr(self, f"_slot_{name.rstrip('2')}", None) or getattr(
                self, f"_slot_{name.rstrip('2').split('_')[0]}", None
            )
        if handler is None:  # "{old}" and its like, where nothing stands
            raise NotSayable(name)
        return handler(name, said)

    def _noun_phrase(self, said: Said) -> str:
        if self._rng.random() < 0.06:
            return self._title(said)
        return self.say("np", said)

    def _title(self, said: Said) -> str:
        words = tokens(self._item.title)
        if len(words) < 2:
            raise NotSayable("title")
        width = self._rng.randint(2, min(4, len(words)))
        start = self._rng.randint(0, len(words) - width)
        surface = " ".join(words[start : start + width])
        said.add("title", Title(surface, self._item.types))
        return surface

    def _phrase(self, role: str, surface: str, said: Said) -> str:
        said.add(role, Phrase(surface))
        return surface

    def _value(self, role: str, facet: Facet, said: Said) -> str:
        value = pick_value(self._rng, self._shop, facet, self._item)
        said.add(role, value)
        self._last = value
        return value.surface

    def _slot_type(self, name: str, said: Said) -> str:
        facet = self._shop.vocabulary.facet(TYPE)
        if facet is None or not self._item.types:
            raise NotSayable(TYPE)
        if name == "types2":
            label = self._rng.choice(facet.values).label
        else:
            label = self._rng.choice(self._item.types)
        names = [label]
        names += [a for v in facet.values if v.label == label for a in v.aliases]
        surface = label if self._rng.random() < 0.8 else self._rng.choice(names)
        surface = plural(surface) if name.startswith("types") else surface
        said.add("want", Value(TYPE, label, surface))
        return surface

    _slot_types = _slot_type

    def _any_facet(self) -> Facet:
        if self.facet is not None:
            return self.facet
        facets = value_facets(self._shop)
        if not facets:
            raise NotSayable("value")
        known = [f for f in facets if f.name in ("color", "brand", "material", "feature")]
        return self._rng.choice(known if known and self._rng.random() < 0.7 else facets)

    def _slot_value(self, name: str, said: Said) -> str:
        if name == "value_same":
            return self._same_facet(said)
        return self._value("want", self._any_facet(), said)

    def _same_facet(self, said: Said) -> str:
        facet = self._shop.vocabulary.facet(self._last.facet) if self._last else None
        others = (
            [v.label for v in facet.values if v.label != self._last.value]
            if facet and self._last
            else []
        )
        if facet is None or not others:
            raise NotSayable("second value")
        value = Value(facet.name, label := self._rng.choice(others), label)
        said.add("want", value)
        return value.surface

    def _slot_brand(self, name: str, said: Said) -> str:
        facet = self._shop.vocabulary.facet("brand")
        if facet is None:
            raise NotSayable("brand")
        return self._value("want", facet, said)

    def _slot_gender(self, name: str, said: Said) -> str:
        facet = self._shop.vocabulary.facet(GENDER)
        if facet is None:
            raise NotSayable(GENDER)
        return self._value("want", facet, said)

    def _slot_ideal(self, name: str, said: Said) -> str:
        """What would be nice and is not asked for: a value or a quality."""
        if self._rng.random() < 0.5:
            return self._phrase("ideal", self._rng.choice(fillers()["wish"]), said)
        return self._value("ideal", self._any_facet(), said)

    def _slot_want(self, name: str, said: Said) -> str:
        return (
            self._slot_brand(name, said) if name == "want_brand" else self._slot_value(name, said)
        )

    def _slot_must(self, name: str, said: Said) -> str:
        return self._value("must", self._any_facet(), said)

    def _slot_size(self, name: str, said: Said) -> str:
        """A size; where the shop knows none, words that it can do nothing with."""
        facet = self._shop.vocabulary.facet(SIZE)
        if facet is None:
            return str(self._rng.choice(fillers()["x_size"]))
        return self._value("want", facet, said)

    def _slot_waived(self, name: str, said: Said) -> str:
        """A value that is named and has no role."""
        return pick_value(self._rng, self._shop, self._any_facet(), None).surface

    def _slot_word(self, name: str, said: Said) -> str:
        """A word of the item's texts that says which kind of thing it is."""
        types = self._shop.vocabulary.facet(TYPE)
        heads = {word for value in types.values for word in tokens(value.label)} if types else set()
        words = [
            word
            for word in tokens(f"{self._item.title} {self._item.description}")
            if word.isalpha() and len(word) > 3 and word not in STOPWORDS and word not in heads
        ]
        if not words:
            raise NotSayable(name)
        return self._phrase("wish", self._rng.choice(words), said)

    def _slot_avoid(self, name: str, said: Said) -> str:
        chance = self._rng.random()
        if chance < 0.08:
            words = [w for w in tokens(self._item.description) if len(w) > 4 and w not in STOPWORDS]
            if words:
                return self._phrase("avoid", self._rng.choice(words), said)
        named = self._last.facet if self._last and self._last.facet != TYPE else TYPE
        facet = self._shop.vocabulary.facet(named)  # "green rather than blue"
        likely = 0.9 if named == TYPE else 0.5
        return self._value_at_random(
            "avoid", facet if facet and chance > likely else self._any_facet(), said
        )

    def _slot_avoid_brand(self, name: str, said: Said) -> str:
        facet = self._shop.vocabulary.facet("brand")
        if facet is None:
            raise NotSayable("brand")
        return self._value_at_random("avoid", facet, said)

    def _value_at_random(self, role: str, facet: Facet, said: Said) -> str:
        """A value that need not be the item's."""
        value = pick_value(self._rng, self._shop, facet, None)
        said.add(role, value)
        return value.surface

    def _slot_oldtypes(self, name: str, said: Said) -> str:
        """What was looked for before, which the message leaves behind."""
        if not self._standing:
            raise NotSayable(name)
        return plural(self._standing) if self._rng.random() < 0.6 else self._standing

    def _slot_owned(self, name: str, said: Said) -> str:
        """A thing that the shopper has and does not look for."""
        facet = self._shop.vocabulary.facet(TYPE)
        if facet is None:
            raise NotSayable(name)
        label = self._rng.choice(facet.values).label
        said.add("wish", Value(TYPE, label, label))
        return label

    def _slot_slip(self, name: str, said: Said) -> str:
        """A value that is said by mistake and taken back: of the same facet, in no role."""
        facet = self._any_facet()
        labels = [v.label for v in facet.values if v.label not in (YES, NO)]
        if len(labels) < 2:
            raise NotSayable(name)
        meant, slip = self._rng.sample(labels, 2)
        said.add("want", Value(facet.name, meant, meant))
        self.given["meant"] = meant
        return slip

    def _slot_sliptype(self, name: str, said: Said) -> str:
        facet = self._shop.vocabulary.facet(TYPE)
        if facet is None or len(facet.values) < 2:
            raise NotSayable(name)
        meant, slip = (v.label for v in self._rng.sample(facet.values, 2))
        said.add("want", Value(TYPE, meant, meant))
        self.given["meanttype"] = meant
        return slip

    def _slot_slipmax(self, name: str, said: Said) -> str:
        amount = pick_amount(self._rng, self._shop)
        meant = pick_amount(self._rng, self._shop)
        if meant.low == amount.low:
            raise NotSayable(name)
        said.add("max", meant)
        self.given["meantmax"] = meant.surface
        return amount.surface

    def _slot_measure(self, name: str, said: Said) -> str:
        facets = number_facets(self._shop)
        if not facets:
            raise NotSayable("measure")
        amount = pick_amount(self._rng, self._shop, facet=self._rng.choice(facets))
        said.add("near", amount)
        return amount.surface

    def _amount(self, role: str, said: Said, floor: float = 0.0) -> str:
        for _try in range(8):
            amount = pick_amount(self._rng, self._shop, facet=self.measure)
            if amount.low > floor:
                said.add(role, amount)
                return amount.surface
        raise NotSayable("amount")

    def _slot_max(self, name: str, said: Said) -> str:
        floor = max(
            (s.low for s in said.roles.get("min", []) if isinstance(s, Amount)), default=0.0
        )
        return self._amount("max", said, floor)

    def _slot_min(self, name: str, said: Said) -> str:
        return self._amount("min", said)

    def _slot_around(self, name: str, said: Said) -> str:
        return self._amount("near", said)

    def _slot_range(self, name: str, said: Said) -> str:
        low = pick_amount(self._rng, self._shop, facet=self.measure)
        high = round(low.low * self._rng.choice((1.2, 1.5, 2, 2, 3)), 1 if self.measure else 0)
        joint = {"range_and": " and ", "range_to": " to "}.get(
            name, self._rng.choice(("-", "-", " - ", "–"))
        )
        first = plain(low.low)
        if self.measure:
            second = low.surface.replace(first, plain(high), 1)
            if first not in low.surface:
                raise NotSayable("range")
        else:
            second = money_surface(self._rng, high, self._shop)
            first = self._rng.choice((first, f"{self._shop.sign}{first}"))
        said.add("near", Amount(self.measure.name if self.measure else PRICE, low.low, high, ""))
        return f"{first}{joint}{second}"

    def _slot_card(self, name: str, said: Said) -> str:
        taken = {s.place for s in said.roles.get("items", []) if isinstance(s, Card)}
        places = [p for p in range(1, len(self._shown) + 1) if p not in taken]
        if not places:
            raise NotSayable("card")
        place = self._rng.choice(places)
        said.add("items", Card(place))
        return self._rng.choice(references(place, self._shown))

    def _slot_rel(self, name: str, said: Said) -> str:
        surfaces = fillers()["too" if name == "too" else "rel"]
        label = self._rng.choice(list(surfaces))
        said.add("want", Relative(label))
        return str(self._rng.choice(surfaces[label]))

    _slot_too = _slot_rel
