"""State of a turn -> a message of one behaviour, its intent and the roles of its parts."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from chatrec.tune.parts import Card, NotSayable, Phrase, Said
from chatrec.tune.sentences import Speaker
from chatrec.tune.shoppers import (
    Shop,
    Value,
    money_surface,
    number_facets,
    pick_amount,
    plural,
    value_facets,
)
from chatrec.tune.wordings import fillers, phrases
from chatrec.types import TYPE, Bounds, Constraints, Intent, Item, Turn
from chatrec.understand.schema import BUDGET, excluded_name
from chatrec.understand.values import NO, YES


@dataclass(slots=True)
class Draft:
    """A message being worded; ``cleared`` are names of what stands that it drops."""

    intent: Intent
    text: str
    said: Said
    cleared: tuple[str, ...] = ()


class Behaviours:
    """Drafts of one turn, a method for each behaviour."""

    def __init__(self, rng: random.Random, shop: Shop, turn: Turn) -> None:
        self._rng = rng
        self._shop = shop
        self._turn = turn
        self._standing = turn.constraints
        self._speaker = self._speaker_of(self._focus())

    def _speaker_of(self, item: Item) -> Speaker:
        standing = self._standing.category[0] if self._standing.category else ""
        return Speaker(self._rng, self._shop, item=item, shown=self._turn.shown, standing=standing)

    def _focus(self) -> Item:
        return self._rng.choice(self._turn.shown or self._shop.items)

    def draft(self, behaviour: str) -> Draft:
        """The behaviour's message, its intent and roles.

        Where nothing stands and nothing is shown, what would change a search begins one.

        Raises:
            NotSayable: it makes no sense in this state.
        """
        draft = self._draft(behaviour)
        first = self._standing == Constraints() and not self._turn.shown
        return (
            replace(draft, intent=Intent.NEW) if first and draft.intent is Intent.REFINE else draft
        )

    def _draft(self, behaviour: str) -> Draft:
        special = getattr(self, f"_{behaviour}", None)
        if special is not None:
            drafted: Draft = special()
            return drafted
        said = Said()
        intent = {
            "refine_value": Intent.REFINE, "refine_up": Intent.REFINE, "avoid": Intent.REFINE,
            "must": Intent.REFINE, "similar_but": Intent.SIMILAR, "about_plain": Intent.ABOUT,
            "compare_all": Intent.COMPARE, "relative": Intent.REFINE, "about_all": Intent.ABOUT,
            "complement_all": Intent.COMPLEMENT, "again": Intent.REFINE,
            "slip": Intent.REFINE, "slip_first": Intent.NEW, "search_avoid": Intent.NEW,
            "search_alike": Intent.NEW, "purpose_asked": Intent.REFINE, "waive": Intent.REFINE,
        }.get(behaviour) or Intent(behaviour)  # fmt: skip
        self._speaker.given = {}
        if behaviour == "compare_all" and len(self._turn.shown) < 2:
            raise NotSayable(behaviour)
        return Draft(intent, self._speaker.say(behaviour, said), said)

    def _faq(self) -> Draft:
        """A question of the shop's own FAQ, or one that any shop is asked."""
        if self._shop.questions and self._rng.random() < 0.35:
            question = self._rng.choice(self._shop.questions)
            text = question[:1].lower() + question[1:].rstrip("?")
            return Draft(Intent.FAQ, text, Said())
        return Draft(Intent.FAQ, self._speaker.say("faq", Said()), Said())  # names without roles

    # Searches

    def _search(self) -> Draft:
        return self._new("opener")

    def _another_search(self) -> Draft:
        self._speaker = self._speaker_of(self._rng.choice(self._shop.items))
        return self._of_another_thing(self._new("another_opener"))

    def _another_avoid(self) -> Draft:
        """Another thing is looked for, with something turned down at once."""
        self._speaker = self._speaker_of(self._rng.choice(self._shop.items))
        kind = self._rng.choice(("another_avoid", "another_avoid", "search_avoid"))
        said = Said()
        return self._of_another_thing(Draft(Intent.NEW, self._speaker.say(kind, said), said))

    def _of_another_thing(self, draft: Draft) -> Draft:
        types = {
            s.value
            for s in draft.said.roles.get("want", [])
            if isinstance(s, Value) and s.facet == TYPE
        }
        if not types or types & set(self._standing.category):
            raise NotSayable("the same thing again")
        return draft

    def _same_search(self) -> Draft:
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
        return Draft(Intent.REFINE, joiner.format(self._speaker.say(detail, said)), said)

    def _new(self, opener: str) -> Draft:
        said = Said()
        main = self._speaker.say(opener, said)
        return Draft(Intent.NEW, self._joined([main, *self._clauses(said)]), said)

    def _clauses(self, said: Said, least: int = 0) -> list[str]:
        """Bounds, exclusions and purposes in any order, each kind at most once."""
        kinds = [
            ("bound", 0.6),
            ("purpose_clause", 0.28),
            ("avoid", 0.24),
            ("must", 0.08),
            ("want_clause", 0.28),
            ("waive", 0.05),
            ("measure", 0.2),
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
            return self._speaker.say("avoid_brand" if self._has_brand() else "avoid", said)
        return self._speaker.say(kind, said)

    def _has_brand(self) -> bool:
        return self._shop.vocabulary.facet("brand") is not None

    def _bound_words(self, said: Said, *, measure: bool) -> str:
        facets = number_facets(self._shop)
        if measure and not facets:
            raise NotSayable("measure")
        self._speaker.measure = self._rng.choice(facets) if measure else None
        kinds = ["max_amount"] * 5 + ["min_amount"] * 5 + ["range"] * 3 + ["around"] * 2 + ["both"]
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

    def _bare_wish(self) -> Draft:
        said = Said()
        text = self._speaker.say("bare_wish", said)
        if self._rng.random() < 0.4:
            text = self._joined([text, self._bound_words(said, measure=False)])
        return Draft(Intent.NEW, text, said)

    def _strange(self) -> Draft:
        said = Said()
        words = self._rng.choice(fillers()["gibberish"] + fillers()["unsold"])
        text = words if self._rng.random() < 0.4 else self._rng.choice(phrases()["opener"])
        self._speaker.given = {"np": words}
        said.add("wish", Phrase(words))
        return Draft(Intent.NEW, text.replace("{np}", words), said)

    # Changes

    def _bound(self) -> Draft:
        said = Said()
        text = self._bound_words(said, measure=self._rng.random() < 0.5)
        lead = self._rng.choice(fillers()["bound_lead"])
        return Draft(Intent.REFINE, lead + text, said)

    def _several(self) -> Draft:
        said = Said()
        clauses = self._clauses(said, least=2)
        if self._rng.random() < 0.4:
            clauses.insert(0, self._speaker.say("refine_value", said))
        return Draft(Intent.REFINE, self._joined(clauses), said)

    def _wish_more(self) -> Draft:
        said = Said()
        return Draft(Intent.REFINE, self._speaker.say("purpose_clause", said), said)

    def _refine_value(self) -> Draft:
        pattern = self._rng.choice(phrases()["refine_value"])
        said = Said()
        if "{old}" not in pattern:
            return Draft(Intent.REFINE, self._speaker.fill(pattern, said), said)
        if not self._wanted():
            raise NotSayable("nothing stands")
        old = self._rng.choice(self._wanted())
        self._speaker.given = {"old": old.value}
        self._speaker.facet = self._shop.vocabulary.facet(old.facet)
        text = self._speaker.fill(pattern, said)
        meant = [slot for slot in said.roles.get("want", ()) if isinstance(slot, Value)]
        if not any(v.facet == old.facet and v.value != old.value for v in meant):
            raise NotSayable("no other value in its place")
        return Draft(Intent.REFINE, text, said)

    def _refine_swap(self) -> Draft:
        """One value wanted and another turned down, mostly of the same kind."""
        facets = value_facets(self._shop)
        if facets and self._rng.random() < 0.8:
            self._speaker.facet = self._rng.choice(facets)
        said = Said()
        return Draft(Intent.REFINE, self._speaker.say("refine_swap", said), said)

    def _avoid_standing(self) -> Draft:
        """A value that was asked for is turned down: it is unwanted, not merely let go."""
        if not self._wanted():
            raise NotSayable("nothing stands")
        old = self._rng.choice(self._wanted())
        said = Said()
        said.add("avoid", old)
        self._speaker.given = {"old": old.value}
        return Draft(Intent.REFINE, self._speaker.say("avoid_standing", said), said)

    def _refine_type(self) -> Draft:
        """Another kind of thing was meant all along: the rest of what stands holds for it."""
        types = self._shop.vocabulary.facet(TYPE)
        if types is None or not self._standing.category:
            raise NotSayable("no type stands")
        old = self._standing.category[0]
        meant = [value.label for value in types.values if value.label != old]
        if not meant:
            raise NotSayable("one type only")
        label = self._rng.choice(meant)
        said = Said()
        said.add("want", Value(TYPE, label, label))
        noun = self._rng.choice((label, plural(label)))
        pattern = self._rng.choice(phrases()["refine_type"])
        return Draft(Intent.REFINE, pattern.format(type=noun, old=plural(old)), said)

    def _refine_or(self) -> Draft:
        """A second value beside the one that stands: the patch names both."""
        if not self._wanted():
            raise NotSayable("nothing stands")
        old = self._rng.choice(self._wanted())
        facet = self._shop.vocabulary.facet(old.facet)
        others = (
            [v.label for v in facet.values if v.label not in (old.value, NO, YES)] if facet else []
        )
        if not others:
            raise NotSayable("one value only")
        new = self._rng.choice(others)
        said = Said()
        said.add("want", old)
        said.add("want", Value(old.facet, new, new))
        pattern = self._rng.choice(phrases()["refine_or"])
        return Draft(Intent.REFINE, pattern.format(value=new, old=old.value), said)

    def _wanted(self) -> list[Value]:
        """Values that stand as wanted."""
        wanted = {**self._standing.require, **self._standing.prefer}
        return [
            Value(f, v, v) for f, values in wanted.items() for v in values if v not in (NO, YES)
        ]

    def _refine_amount(self) -> Draft:
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
        return Draft(Intent.REFINE, self._speaker.say("refine_amount", said), said)

    def _clear(self) -> Draft:
        names = list(
            dict.fromkeys(
                [*self._standing.require, *self._standing.prefer, *self._standing.numeric]
            )
        )
        budget = Bounds(self._standing.price_min, self._standing.price_max) != Bounds()
        if budget and (not names or self._rng.random() < 0.5):
            amount = self._standing.price_max or self._standing.price_min or 0.0
            self._speaker.given = {"old": money_surface(self._rng, amount, self._shop)}
            return Draft(
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
        return Draft(Intent.REFINE, pattern.format(facet=surface, old=old), said, (name,))

    def _similar_clear(self) -> Draft:
        """Like a shown item, with one facet that stands let go."""
        names = [*self._standing.require, *self._standing.prefer]
        if not names:
            raise NotSayable("nothing to clear")
        name = self._rng.choice(names)
        said = Said()
        self._speaker.given = {"facet": self._rng.choice(fillers()["facet"].get(name, [name]))}
        return Draft(Intent.SIMILAR, self._speaker.say("similar_clear", said), said, (name,))

    def _clear_exclusion(self) -> Draft:
        excluded = [(f, v) for f, vs in self._standing.exclude.items() for v in vs if v != YES]
        if not excluded:
            raise NotSayable("nothing excluded")
        facet, value = self._rng.choice(excluded)
        pattern = self._rng.choice(phrases()["clear_exclusion"])
        return Draft(
            Intent.REFINE, pattern.format(old=value), Said(), (excluded_name(facet, value),)
        )

    def _reject(self) -> Draft:
        said = Said()
        text = self._speaker.say("reject", said)
        if len(self._turn.shown) > 2 and self._rng.random() < 0.2:
            text = self._reject_two(said := Said())
        said.roles["avoid"] = said.roles.pop("items")
        return Draft(Intent.REFINE, text, said)

    def _reject_two(self, said: Said) -> str:
        first, second = sorted(self._rng.sample(range(1, len(self._turn.shown) + 1), 2))
        said.roles["items"] = [Card(first), Card(second)]
        verb = self._rng.choice(fillers()["reject_verb"])
        return f"{verb} {self._rng.choice(('', 'number '))}{first} and {second}"

    def _answer(self) -> Draft:
        """An answer to the assistant's question."""
        said = Said()
        if self._rng.random() < 0.15:
            return Draft(Intent.REFINE, self._rng.choice(fillers()["no_preference"]), said)
        if self._turn.asked == BUDGET:
            return Draft(Intent.REFINE, self._speaker.say("answer_budget", said), said)
        facet = self._shop.vocabulary.facet(self._turn.asked)
        if facet is None:
            raise NotSayable("asked")
        value = self._rng.choice(facet.values[:20]).label
        if value == YES:
            raise NotSayable("yes")
        said.add("want", Value(facet.name, value, value))
        form = self._rng.choice(fillers()["answer_form"])
        return Draft(Intent.REFINE, form.format(value), said)
