"""Catalogue -> whole turns with the answers that a reading should give.

A turn is drawn as a state (what stands, what is shown, what was asked), an intent that makes
sense in it, and a message. `examples` yields only turns whose answer passes the turn's own schema.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import jsonschema

from chatrec.tune.answers import compact, gold_answer
from chatrec.tune.noise import typed
from chatrec.tune.sentences import NotSayable, Phrase, Said, Speaker, fillers, phrases
from chatrec.tune.shoppers import (
    Shop,
    Value,
    money_surface,
    number_facets,
    pick_amount,
    pick_constraints,
    pick_shown,
    value_facets,
)
from chatrec.types import TYPE, Bounds, Constraints, Intent, Item, Message, Turn
from chatrec.understand import reading_messages
from chatrec.understand.schema import BUDGET, answer_schema, excluded_name
from chatrec.understand.spot import Spotter
from chatrec.understand.values import YES
from chatrec.words import tokens


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and the answer to learn; ``behaviour`` names what the shopper does."""

    behaviour: str
    messages: tuple[Message, ...]
    answer: str


@dataclass(slots=True)
class _Draft:
    """A message being worded; ``cleared`` are names of what stands that it drops."""

    intent: Intent
    text: str
    said: Said
    cleared: tuple[str, ...] = ()


# How often each behaviour is drawn, with nothing standing and with a search on its way.
_AT_FIRST = {
    "search": 62, "bare_wish": 9, "strange": 4, "faq": 9, "chat": 7, "off_topic": 6, "human": 3,
}  # fmt: skip
_LATER = {
    "another_search": 12, "same_search": 6, "refine_value": 9, "refine_or": 2, "refine_amount": 6,
    "refine_up": 4, "bound": 6, "avoid": 7, "must": 3, "clear": 7, "clear_exclusion": 2,
    "wish_more": 4, "several": 5, "faq": 6, "chat": 4, "off_topic": 4, "human": 2, "restart": 2,
}  # fmt: skip
_WITH_CARDS = {
    "more": 6, "similar": 3, "similar_but": 7, "relative": 5, "about": 12, "about_plain": 3,
    "compare": 4, "compare_all": 4, "reject": 3,
}  # fmt: skip


def examples(shops: Sequence[Shop], seed: int) -> Iterator[Example]:
    """An endless, repeatable stream of usable turns."""
    rng = random.Random(seed)
    spotters = [Spotter(shop.vocabulary) for shop in shops]
    while True:
        which = rng.randrange(len(shops))
        try:
            yield _example(rng, shops[which], spotters[which])
        except NotSayable:
            continue


def _example(rng: random.Random, shop: Shop, spotter: Spotter) -> Example:
    turn = _state(rng, shop)
    table = _AT_FIRST
    if turn.constraints != Constraints() or turn.shown:
        table = _LATER | _WITH_CARDS if turn.shown else _LATER
    behaviour = rng.choices(list(table), list(table.values()))[0]
    if turn.asked and rng.random() < 0.6:
        behaviour = "answer"
    draft = _Turns(rng, shop, turn).draft(behaviour)
    protected = {
        w
        for slots in draft.said.roles.values()
        for s in slots
        for w in tokens(getattr(s, "surface", ""))
    }
    turn = replace(turn, text=typed(rng, _dressed(rng, draft.text), protected))
    spotted = spotter.spot(turn)
    answer = gold_answer(
        draft.intent,
        draft.said.roles,
        draft.cleared,
        spotted,
        " ".join(turn.text.split()),
        turn.constraints,
    )
    try:
        jsonschema.validate(answer, answer_schema(spotted, turn.constraints, turn.shown))
    except jsonschema.ValidationError as exc:
        raise NotSayable(behaviour) from exc
    messages = reading_messages(spotted, turn, shop.vocabulary, tuned=True)
    return Example(behaviour, tuple(messages), compact(answer))


def _state(rng: random.Random, shop: Shop) -> Turn:
    if rng.random() < 0.3:
        return Turn("", asked="")
    item = rng.choice(shop.items)
    constraints = pick_constraints(rng, shop, item)
    shown = pick_shown(rng, shop, constraints) if rng.random() < 0.93 else ()
    asked = ""
    if rng.random() < 0.15:
        has_budget = constraints.price_max is not None or constraints.price_min is not None
        asked = rng.choice([f.name for f in value_facets(shop)][:6] or [BUDGET])
        asked = BUDGET if not has_budget and rng.random() < 0.6 else asked
    return Turn("", constraints=constraints, shown=shown, asked=asked)


def _dressed(rng: random.Random, text: str) -> str:
    """A greeting before, a thank-you behind, an aside that asks for nothing."""
    if rng.random() < 0.04:
        aside = rng.choice(fillers()["aside"])
        text = rng.choice((f"{aside}, {text}", f"{text}. {aside}"))
    if rng.random() < 0.15:
        text = rng.choice(fillers()["filler_start"]) + text
    if rng.random() < 0.25:
        text += rng.choice(fillers()["filler_end"])
    return text


class _Turns:
    """Drafts of one turn, a method for each behaviour."""

    def __init__(self, rng: random.Random, shop: Shop, turn: Turn) -> None:
        self._rng = rng
        self._shop = shop
        self._turn = turn
        self._standing = turn.constraints
        self._speaker = Speaker(rng, shop, item=self._focus(), shown=turn.shown)

    def _focus(self) -> Item:
        return self._rng.choice(self._turn.shown or self._shop.items)

    def draft(self, behaviour: str) -> _Draft:
        """The behaviour's message, its intent and roles.

        Raises:
            NotSayable: it makes no sense in this state.
        """
        special = getattr(self, f"_{behaviour}", None)
        if special is not None:
            drafted: _Draft = special()
            return drafted
        said = Said()
        intent = {
            "refine_value": Intent.REFINE, "refine_up": Intent.REFINE, "avoid": Intent.REFINE,
            "must": Intent.REFINE, "similar_but": Intent.SIMILAR, "about_plain": Intent.ABOUT,
            "compare_all": Intent.COMPARE, "relative": Intent.REFINE,
        }.get(behaviour) or Intent(behaviour)  # fmt: skip
        if behaviour == "compare_all" and len(self._turn.shown) < 2:
            raise NotSayable(behaviour)
        return _Draft(intent, self._speaker.say(behaviour, said), said)

    # Searches

    def _search(self) -> _Draft:
        return self._new("opener")

    def _another_search(self) -> _Draft:
        self._speaker = Speaker(
            self._rng, self._shop, item=self._rng.choice(self._shop.items), shown=self._turn.shown
        )
        draft = self._new("another_opener")
        types = {
            s.value
            for s in draft.said.roles.get("want", [])
            if isinstance(s, Value) and s.facet == TYPE
        }
        if not types or types & set(self._standing.category):
            raise NotSayable("the same thing again")
        return draft

    def _same_search(self) -> _Draft:
        """The standing type named again with something new: a refinement."""
        if not self._standing.category:
            raise NotSayable("no type stands")
        label = self._standing.category[0]
        said = Said()
        said.add("want", Value(TYPE, label, label))
        noun = self._rng.choice((label, f"{label}s"))
        detail = self._rng.choice(
            ("refine_value", "max_money", "max_amount", "avoid", "must", "range")
        )
        self._speaker.measure = None
        joiner = self._rng.choice(
            (f"{noun} {{}}", f"show me {noun} {{}}", f"{noun}, {{}}", f"any {noun} {{}}")
        )
        return _Draft(Intent.REFINE, joiner.format(self._speaker.say(detail, said)), said)

    def _new(self, opener: str) -> _Draft:
        said = Said()
        main = self._speaker.say(opener, said)
        return _Draft(Intent.NEW, self._joined([main, *self._clauses(said)]), said)

    def _clauses(self, said: Said, least: int = 0) -> list[str]:
        """Bounds, exclusions and purposes in any order, each kind at most once."""
        kinds = [
            ("bound", 0.5),
            ("purpose_clause", 0.28),
            ("avoid", 0.2),
            ("must", 0.08),
            ("measure", 0.1),
        ]
        chosen = [kind for kind, chance in kinds if self._rng.random() < chance]
        while len(chosen) < least:
            chosen = list(dict.fromkeys([*chosen, self._rng.choice(kinds)[0]]))
        self._rng.shuffle(chosen)
        return [self._clause(kind, said) for kind in chosen]

    def _clause(self, kind: str, said: Said) -> str:
        if kind == "bound":
            return self._bound_words(said, measure=False)
        if kind == "measure":
            return self._bound_words(said, measure=True)
        if kind == "avoid" and self._rng.random() < 0.12:
            return (
                self._speaker.say("avoid_brand", said)
                if self._has_brand()
                else self._speaker.say("avoid", said)
            )
        return self._speaker.say(kind, said)

    def _has_brand(self) -> bool:
        return self._shop.vocabulary.facet("brand") is not None

    def _bound_words(self, said: Said, *, measure: bool) -> str:
        facets = number_facets(self._shop)
        if measure and not facets:
            raise NotSayable("measure")
        self._speaker.measure = self._rng.choice(facets) if measure else None
        kinds = ["max_amount"] * 5 + ["min_amount"] * 4 + ["range"] * 3 + ["around"] * 2 + ["both"]
        if not measure:
            kinds += ["max_money"] * 5 + ["min_money"] * 2
        elif self._speaker.measure and self._speaker.measure.name == "weight":
            kinds += ["max_weight"] * 3
        words = self._speaker.say(self._rng.choice(kinds), said)
        self._speaker.measure = None
        return words

    def _joined(self, parts: list[str]) -> str:
        head, *rest = parts
        if rest and self._rng.random() < 0.12:
            rest = [head, *rest[1:]]
            head = parts[1]
        text = head
        for part in rest:
            text += self._rng.choice((" ", " ", ", ", ", ", " and ", ". ", " - ", " but ")) + part
        return text

    def _bare_wish(self) -> _Draft:
        said = Said()
        text = self._speaker.say("bare_wish", said)
        if self._rng.random() < 0.4:
            text = self._joined([text, self._bound_words(said, measure=False)])
        return _Draft(Intent.NEW, text, said)

    def _strange(self) -> _Draft:
        said = Said()
        words = self._rng.choice(fillers()["gibberish"] + fillers()["unsold"])
        text = words if self._rng.random() < 0.4 else self._rng.choice(phrases()["opener"])
        self._speaker.given = {"np": words}
        said.add("wish", Phrase(words))
        return _Draft(Intent.NEW, text.replace("{np}", words), said)

    # Changes

    def _bound(self) -> _Draft:
        said = Said()
        text = self._bound_words(said, measure=self._rng.random() < 0.2)
        lead = self._rng.choice(("", "", "", "and ", "but ", "only ", "show me ones ", "anything "))
        return _Draft(Intent.REFINE, lead + text, said)

    def _several(self) -> _Draft:
        said = Said()
        clauses = self._clauses(said, least=2)
        if self._rng.random() < 0.4:
            clauses.insert(0, self._speaker.say("refine_value", said))
        return _Draft(Intent.REFINE, self._joined(clauses), said)

    def _wish_more(self) -> _Draft:
        said = Said()
        return _Draft(Intent.REFINE, self._speaker.say("purpose_clause", said), said)

    def _refine_value(self) -> _Draft:
        said = Said()
        said = Said()
        if self._wanted():
            self._speaker.given = {"old": self._rng.choice(self._wanted()).value}
        return _Draft(Intent.REFINE, self._speaker.say("refine_value", said), said)

    def _refine_or(self) -> _Draft:
        """A second value beside the one that stands: the patch names both."""
        if not self._wanted():
            raise NotSayable("nothing stands")
        old = self._rng.choice(self._wanted())
        facet = self._shop.vocabulary.facet(old.facet)
        others = [v.label for v in facet.values if v.label not in (old.value, YES)] if facet else []
        if not others:
            raise NotSayable("one value only")
        new = self._rng.choice(others)
        said = Said()
        said.add("want", old)
        said.add("want", Value(old.facet, new, new))
        pattern = self._rng.choice(phrases()["refine_or"])
        return _Draft(Intent.REFINE, pattern.format(value=new, old=old.value), said)

    def _wanted(self) -> list[Value]:
        """Values that stand as wanted."""
        wanted = {**self._standing.require, **self._standing.prefer}
        return [Value(f, v, v) for f, values in wanted.items() for v in values if v != YES]

    def _refine_amount(self) -> _Draft:
        """A new number for the one bound that stands."""
        sides = {"min": self._standing.price_min, "max": self._standing.price_max}
        standing = [(side, value) for side, value in sides.items() if value is not None]
        if len(standing) != 1:
            raise NotSayable("not one bound")
        side, old = standing[0]
        said = Said()
        amount = pick_amount(self._rng, self._shop)
        if amount.low == old:
            raise NotSayable("the same amount")
        self._speaker.given = {
            "old": money_surface(self._rng, old, self._shop),
            "amount": amount.surface,
        }
        said.add(side, amount)
        return _Draft(Intent.REFINE, self._speaker.say("refine_amount", said), said)

    def _clear(self) -> _Draft:
        names = list(
            dict.fromkeys(
                [*self._standing.require, *self._standing.prefer, *self._standing.numeric]
            )
        )
        budget = Bounds(self._standing.price_min, self._standing.price_max) != Bounds()
        if budget and (not names or self._rng.random() < 0.5):
            return _Draft(
                Intent.REFINE, self._speaker.say("clear_budget", Said()), Said(), (BUDGET,)
            )
        if not names:
            raise NotSayable("nothing to clear")
        name = self._rng.choice(names)
        values = {**self._standing.require, **self._standing.prefer}.get(name, ())
        old = next((v for v in values if v != YES), "")
        said = Said()
        pattern = self._rng.choice(phrases()["clear_facet"])
        if "{old}" in pattern and not old:
            raise NotSayable("no old value")
        surface = self._rng.choice(fillers()["facet"].get(name, [name]))
        return _Draft(Intent.REFINE, pattern.format(facet=surface, old=old), said, (name,))

    def _clear_exclusion(self) -> _Draft:
        excluded = [(f, v) for f, vs in self._standing.exclude.items() for v in vs if v != YES]
        if not excluded:
            raise NotSayable("nothing excluded")
        facet, value = self._rng.choice(excluded)
        pattern = self._rng.choice(phrases()["clear_exclusion"])
        return _Draft(
            Intent.REFINE, pattern.format(old=value), Said(), (excluded_name(facet, value),)
        )

    def _reject(self) -> _Draft:
        said = Said()
        text = self._speaker.say("reject", said)
        said.roles["avoid"] = said.roles.pop("items")
        return _Draft(Intent.REFINE, text, said)

    def _answer(self) -> _Draft:
        """An answer to the assistant's question."""
        said = Said()
        if self._rng.random() < 0.15:
            words = (
                "doesn't matter",
                "don't care",
                "any",
                "no preference",
                "not sure",
                "whatever",
                "idk",
            )
            return _Draft(Intent.REFINE, self._rng.choice(words), said)
        if self._turn.asked == BUDGET:
            return _Draft(Intent.REFINE, self._speaker.say("answer_budget", said), said)
        facet = self._shop.vocabulary.facet(self._turn.asked)
        if facet is None:
            raise NotSayable("asked")
        value = self._rng.choice(facet.values[:20]).label
        if value == YES:
            raise NotSayable("yes")
        said.add("want", Value(facet.name, value, value))
        form = self._rng.choice(
            ("{}", "{}", "{} please", "{} i think", "in {}", "probably {}", "{} would be nice")
        )
        return _Draft(Intent.REFINE, form.format(value), said)
