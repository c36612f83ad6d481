"""Messages that search for nothing -> one or two friendly lines that lead back to the shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

import yaml

from chatrec.service_lines import line, with_contact
from chatrec.types import Constraints, Item, Tone, Vocabulary
from chatrec.wording import capital, listed, named, noun, speaks_of_many
from chatrec.words import tokens

_THANKS = frozenset("thanks thank thx ty tysm tnx cheers merci great perfect awesome".split())
_GREETINGS = frozenset("hi hello hey hiya hallo howdy greetings morning afternoon evening".split())
_GOODBYE = frozenset("bye goodbye cya later".split())
_ABILITIES = frozenset("help who what how".split())


def smalltalk(
    text: str, shop: str, constraints: Constraints, offered: Sequence[str], tone: Tone
) -> str:
    """The answer to a greeting, thanks, goodbye, or "what can you do?"."""
    words = set(tokens(text))
    lines = _tones()[tone]
    if words & _GOODBYE:
        return lines["goodbye"].format(shop=shop)
    if words & _THANKS:
        return lines["thanks"]
    if words & _ABILITIES:
        return (
            f"I am the shopping assistant of {shop}. I find products by what you tell me (kind, "
            "price, colour, brand, what it is for), answer questions on them, compare them, and "
            "answer questions on orders and delivery."
        )
    greeted = not words.isdisjoint(_GREETINGS)
    if constraints.category:
        return lines["hello_again" if greeted else "go_on"].format(what=noun(constraints))
    example = f", for example {listed(list(offered[:3]), 'or')}" if offered else ""
    return lines["hello" if greeted else "ask"].format(shop=shop, example=example)


@cache
def _tones() -> Mapping[str, Mapping[str, str]]:
    path = resources.files("chatrec.respond") / "tones.yaml"
    told: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told


def style(tone: Tone) -> str:
    """The tone as a model that writes is told it."""
    return _tones()[tone]["style"]


def decline(constraints: Constraints, shop: str) -> str:
    """One line that leads back to shopping."""
    if constraints.category:
        return f"That is beyond me, but I can go on with {noun(constraints)}."
    return f"That is beyond me, but I know what {shop} sells. What are you looking for?"


def handoff(contact: str, language: str = "") -> str:
    """How to reach a person, or that none is configured."""
    if contact and language:
        return line("contact", language).format(contact=contact)
    if contact:
        return f"You can reach a person here: {contact}. I am glad to go on helping with products."
    return (
        "I cannot connect you with a person, and no contact is set up for this chat. "
        "I can help with products and with questions that our help pages answer."
    )


def nobody_there(contact: str) -> str:
    """No person could be reached."""
    reach = f"; or ask a person here: {contact}" if contact else ""
    return f"I could not reach a person just now. Please try again in a few minutes{reach}."


def restart(offered: Sequence[str]) -> str:
    """Everything is forgotten."""
    example = f" We have {listed(list(offered[:3]))}, among other things." if offered else ""
    return f"All right, we start afresh.{example} What are you looking for?"


def not_understood(language: str = "", contact: str = "") -> str:
    """The reading failed, or was not tried in a foreign language: nothing was changed."""
    if language:
        return with_contact(_in_english(language), contact, language)
    return (
        "I am not sure what you mean. Could you say it in other words, for example what kind of "
        "product it is or what it may cost?"
    )


@cache
def _english_only() -> Mapping[str, str]:
    path = resources.files("chatrec.respond") / "english_only.yaml"
    told: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told


def _in_english(language: str) -> str:
    """In the shopper's own language, that English is the only one understood."""
    english = "I understand English only, sorry. Could you write it in English?"
    told = _english_only().get(language)
    return f"{told} ({english})" if told else english


def engine_failed() -> str:
    """The model failed: nothing was understood or changed."""
    return "I could not read your message just now. Nothing was changed; please send it again."


def which_item(shown: bool) -> str:
    """A question on an item that cannot be told."""
    if shown:
        return "Which of them do you mean? You can say “the first one” or its name."
    return "I have not shown you anything yet. What are you looking for?"


def too_few_to_compare(items: Sequence[Item]) -> str:
    """A comparison of one item, or of none."""
    if not items:
        return which_item(False)
    [item, *_] = items
    verb, it = ("are", "them") if speaks_of_many(item) else ("is", "it")
    return (
        f"Only {named(item)} {verb} on show. Let me show you more, or tell me what to compare {it} "
        "with."
    )


def no_pictures() -> str:
    """Nothing that fits can be compared with a photo, and there are no words to go by."""
    return (
        "Nothing that fits has a picture that I can compare with your photo. What are you looking "
        "for, in words?"
    )


def to_order(items: Sequence[Item]) -> str:
    """Items are wanted here and now, and a basket is the shop's own; what is sold out is said."""
    gone = [item for item in items if item.stock == 0]
    there = [item for item in items if item.stock != 0]
    return " ".join([*(_way_to(there) if there else ()), *map(_sold_out, gone)])


def _way_to(items: Sequence[Item]) -> Iterator[str]:
    cannot = "I cannot fill your basket from here"
    if not all(item.url for item in items):
        yield f"{cannot}. You find {listed([named(item) for item in items])} in the shop."
        return
    card = f"the card of {named(items[0])}" if len(items) == 1 else "each card"
    many = len(items) == 1 and speaks_of_many(items[0])
    yield f"{cannot}: {card} leads to the page where {'they' if many else 'it'} can be ordered."


def _sold_out(item: Item) -> str:
    verb = "are" if speaks_of_many(item) else "is"
    return f"{capital(named(item))} {verb} sold out at the moment."


def no_companions(items: Sequence[Item]) -> str:
    """Nothing in the shop is known to go with the items."""
    if len(items) > 1:
        return "I know of nothing here that goes with these. What would you like with them?"
    return f"I know of nothing here that goes with {named(items[0])}. What would you like with it?"


def what_for(vocabulary: Vocabulary, offered: Sequence[str]) -> str:
    """The shopper searches for nothing in particular."""
    among = (
        f" Among our {vocabulary.size:,} products are {listed(list(offered[:3]))}."
        if offered
        else ""
    )
    return f"What are you looking for?{among}"


def no_more(constraints: Constraints) -> str:
    """All that fits has been shown."""
    what = noun(constraints)
    return f"You have now seen all the {what} that fit. A wider search may give more."
