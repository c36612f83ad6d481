"""Message -> the language it is in, where that is plainly not English.

For a model that reads English only: to say so in the shopper's language is better than to guess.
English with typos, brands and slang must never be taken for another language, so the language
model has to be sure (py3langid, Lui and Baldwin 2012, https://aclanthology.org/P12-3005) and the
words have to be strange to English and to the shop as well.
"""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from chatrec.words import english, tokens

ENGLISH = "en"
LANGUAGES = "en es fr de it pt nl pl sv da no fi cs tr ru uk ar he hi zh ja ko".split()
_APOSTROPHE = re.compile("['’]")
_SURE = 0.8
_MOST_KNOWN = 0.6  # share of words that English or the shop knows too
_FEWEST_LETTERS = 6
_FEWEST_WIDE_LETTERS = 2  # of scripts that need no spaces


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def foreign_language(text: str, named: int) -> str:
    """The code of the message's language, or "" where it may be English.

    ``named`` counts the words that name something of the shop's.
    """
    letters = [part for word in tokens(text) for part in _parts(word) if part.isalpha()]
    latin = sum(word.isascii() for word in letters)
    fewest = _FEWEST_LETTERS if latin else _FEWEST_WIDE_LETTERS
    if sum(map(len, letters)) < fewest or (latin and len(letters) < 2):
        return ""
    known = sum(word in english() for word in letters) + named
    if known > _MOST_KNOWN * len(letters):
        return ""
    language, probability = _identifier().classify(text.lower())
    return str(language) if language != ENGLISH and probability >= _SURE else ""


def _parts(word: str) -> list[str]:
    """The word, or what stands between its apostrophes; those of English stay ("don't")."""
    return [word] if word.replace("’", "'").isascii() else _APOSTROPHE.split(word)
