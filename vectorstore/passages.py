"""Items and FAQ entries -> the texts that are embedded and the terms that are searched.

Titles, types and descriptions carry the meaning; raw specifications blur it, so those are only
searched by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from chatrec.types import FaqEntry, Item
from chatrec.wording import sentences
from chatrec.words import STOPWORDS, stem, tokens

# Title, types, categories, brand, description, values and names of attributes: a word in the title
# says more of what the thing is than one among its specifications.
FIELD_WEIGHTS = (1.5, 1.0, 1.0, 1.0, 1.0, 0.7, 0.4)
# "dv7-1211ea", "usb-c", "2.5": also searched as one word.
# Possessive, from a word's start only: a word of 10,000 letters takes no longer than its length.
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-./][^\W_]++)+")
_RUN = re.compile(r"\d+|[^\W\d_]+")


def passage(item: Item) -> str:
    """What is embedded of an item."""
    return ". ".join(part for part in (item.title, ", ".join(item.types), item.description) if part)


def faq_questions(entry: FaqEntry) -> tuple[str, ...]:
    """What is embedded of a FAQ entry's questions: each way to ask, and one with its answer."""
    return (entry.question, *entry.paraphrases, f"{entry.question} {entry.answer}")


def faq_passages(entry: FaqEntry) -> tuple[str, ...]:
    """What is embedded of a FAQ entry: its questions, then each sentence of its answer."""
    return (*faq_questions(entry), *sentences(entry.answer))


def terms(text: str) -> list[str]:
    """Search terms of a text: its stems, and for model numbers their parts and joined forms.

    "dv7-1211ea" gives "dv7", "1211ea", "dv", "7", "1211", "ea" and "dv71211ea", so that however
    a shopper writes it something meets. The stems of the text are always among the terms.
    """
    words = tokens(text)
    found = [stem(word) for word in words]
    for word in words:
        if any(map(str.isdigit, word)) and not word.isdigit():
            found.extend(stem(run) for run in _RUN.findall(word))
    for compound in _COMPOUND.findall(text):
        if any(map(str.isdigit, compound)):
            found.append("".join(tokens(compound)))
    return found


def item_fields(item: Item) -> tuple[list[str], ...]:
    """Search terms of an item, one list for each of `FIELD_WEIGHTS`.

    All stems of ``item.text`` are among them.
    """
    values = [v if isinstance(v, tuple) else (str(v),) for v in item.attributes.values()]
    texts: tuple[Iterable[str], ...] = (
        [item.title],
        item.types,
        item.category,
        [item.brand or ""],
        [item.description],
        chain.from_iterable(values),
        item.attributes,
    )
    return tuple([term for text in field for term in terms(text)] for field in texts)


def query_words(query: str) -> list[str]:
    """The words of a query that say what is wanted, in order, each once; all if none does."""
    words = list(dict.fromkeys(tokens(query)))
    return [word for word in words if word not in STOPWORDS] or words


def query_terms(query: str) -> list[str]:
    """Search terms of a query, each once: those of the words that say what is wanted."""
    telling = {stem(word) for word in query_words(query)}
    stop = {stem(word) for word in tokens(query)} - telling
    return [term for term in dict.fromkeys(terms(query)) if term not in stop]
