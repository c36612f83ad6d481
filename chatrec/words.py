"""Text -> tokens, stems, and whether a text really names a value.

Knows nothing of items or constraints. A text names "leather" in "soft leather strap" and not in
"vegan leather" or "leather-free"; as the colour of the whole it names black in "black boots" and
not in "white shoe with a black sole".
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = threading.Lock()
_LONGEST_WORD = 60

# What turns a value into its absence or its imitation when it stands right before it.
_IMITATION = frozenset(
    "vegan faux fake imitation synthetic artificial pleather non no not without zero sans "
    "free anti un mock simulated".split()
)
# What does so when it stands right after it: "sugar-free", "leather-look", "gold-tone".
_IMITATION_AFTER = frozenset("free look like style styled effect toned tone inspired".split())
# Parts of a thing: a colour right before one of these describes the part alone.
_PARTS = frozenset(
    "sole soles outsole outsoles lace laces trim trims strap straps zip zips zipper "
    "zippers stitch stitching logo logos accent accents buckle buckles handle handles "
    "lining button buttons detail details detailing hardware leg legs base rim band bands "
    "cord tip tips edge edges piping print lettering heel clasp hinge hinges hands "
    "numerals cushion cushions pillow pillows frame lid background backdrop pickguard "
    "knobs keys fringe tassel tassels pompom cuffs collar interior".split()
)

# Columns for machines, by a word of their name.
_INTERNAL = frozenset(
    "id ids sku code url link image images date hash slug handle published visible alias aliases "
    "ark gtin ean upc mpn barcode created updated promoted change tags keywords".split()
)


def fold(text: str) -> str:
    """The text in lower case, in compatibility form, without diacritics."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


class Token(NamedTuple):
    """A folded word or number and its place in the text it was read from."""

    word: str
    start: int
    end: int


def spans(text: str) -> list[Token]:
    """Words and numbers of a text in order, folded, with their places; possessives are dropped."""
    return [Token(_bare(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _bare(word: str) -> str:
    folded = fold(word).replace("’", "'")
    return folded.removesuffix("'s")


def tokens(text: str) -> list[str]:
    """Words and numbers of a text in order, folded; possessive endings are dropped."""
    if text.isascii():  # nothing to decompose: half the time for the same words
        return [word.removesuffix("'s") for word in _TOKEN.findall(text.lower())]
    return [token.word for token in spans(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball (Porter2) stem of one folded word; numbers are left as they are.

    So is what is too long for a word: stemming takes time quadratic in the length.
    """
    if len(word) > _LONGEST_WORD or any(c.isdigit() for c in word):
        return word
    with _STEMMING:  # it keeps the word at hand in itself, and what is wrong would be remembered
        return str(_STEMMER.stemWord(word))


def stems(text: str) -> list[str]:
    """Stems of the text's tokens, in order."""
    return [stem(token) for token in tokens(text)]


def names_value(text: str, value: str, *, of_whole: bool = False) -> bool:
    """Whether the text says that the thing it describes has or is ``value``.

    Compared by stems. Imitations and absences ("faux leather", "sugar-free") do not count, nor,
    with ``of_whole``, mentions that describe only a part ("black laces").
    """
    words = tokens(text)
    return names_stems(words, [stem(word) for word in words], stems(value), of_whole=of_whole)


def names_stems(
    words: list[str], stemmed: list[str], wanted: list[str], *, of_whole: bool = False
) -> bool:
    """`names_value` for a text that is read once and asked often: its tokens and their stems."""
    width = len(wanted)
    for start in range(len(words) - width + 1 if wanted else 0):
        if stemmed[start : start + width] != wanted:
            continue
        before = words[start - 1] if start else ""
        after = words[start + width] if start + width < len(words) else ""
        if before in _IMITATION or after in _IMITATION_AFTER:
            continue
        if before in {"of", "from"} and words[max(0, start - 2)] == "free":
            continue
        if of_whole and _describes_part(words, start + width):
            continue
        return True
    return False


def _describes_part(words: list[str], start: int) -> bool:
    """Whether what follows a colour is a part: "laces", or "and white laces"."""
    following = words[start : start + 3]
    return following[:1] != [] and (
        following[0] in _PARTS or (following[0] == "and" and following[-1] in _PARTS)
    )


# Words that say nothing of a product: function words, and how people ask for something.
STOPWORDS = frozenset(
    "a about above actually after again ah ain't aint all alright also am an and another any "
    "anything anyway are around as ask at available back be because been before being below "
    "best better between bit both bucks budget but buy buying by can can't cannot cant cost "
    "costs could couldn't couldnt did didn't didnt different do does doesn't doesnt doing "
    "dollar dollars don't dont down dude during each either else else's er eur euro euros ever "
    "every everyone everything few find finding fine for from further gbp get getting gimme "
    "give go going gonna good got great had has have haven't having he hello help her here hers "
    "hey hi him his hm hmm how i i'd i'll i'm i've id if im in instead interested into is isn't "
    "isnt it it's item items its ive just kind kinda know least less let let's lets like little "
    "lol look looking looks lot love make man many mate max maximum may maybe me mean might min "
    "mine minimum more most much must my myself nah need needs neither nice no none nope nor "
    "not nothing now nvm of off offer offers oh ok okay on once one ones only option options or "
    "other others our ours out over own pal per please pls plz pounds pretty price priced "
    "product products put quid quite rather really recommend recommendation recommendations "
    "right said same say search searching see sell she shop should show shows so some somebody "
    "someone something sorry sort spend still stock store such suggest suggestion suggestions "
    "sure take tell than thank thanks thankyou that that's thats the their them then there "
    "there'd there's these they thing things think this those though thx to today too try ty u "
    "uh um under until up ur us usd use very wait wanna want wants was wasn't way we well were "
    "what what's whatever whats when where which while who whom whose why will wish with within "
    "without won't wont would wouldn't wouldnt yeah yep yes yet you you'd you'll you're your "
    "yours yourself".split()
)

# What asks for the most or least of a fact: phrase -> (fact, whether the most is meant). "size"
# is whichever measure of it a product has.
SUPERLATIVES: Mapping[str, tuple[str, bool]] = {
    "cheapest": ("price", False),
    "least expensive": ("price", False),
    "most expensive": ("price", True),
    "priciest": ("price", True),
    "dearest": ("price", True),
    "lightest": ("weight", False),
    "heaviest": ("weight", True),
    "smallest": ("size", False),
    "biggest": ("size", True),
    "largest": ("size", True),
    "roomiest": ("size", True),
    "best rated": ("rating", True),
    "highest rated": ("rating", True),
    "top rated": ("rating", True),
}


@cache
def english() -> Mapping[str, int]:
    """Common English words and how often they occur (SymSpell's dictionary, 82,765 words)."""
    path = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return {word: int(count) for word, count in map(str.split, lines)}


_RARER = 100


def slip_of(word: str, meant: Sequence[str]) -> str:
    """The word of ``meant`` that this one is a slip of ("cheeper", "hunderd"), or the word itself.

    One typing error away (Damerau, 1964), with the same first letter, and no English word unless
    one that is far rarer than the word meant.
    """
    if len(word) < 4 or word in meant:
        return word
    alike = [each for each in meant if each[0] == word[0]]
    near = process.extractOne(word, alike, scorer=DamerauLevenshtein.distance, score_cutoff=1)
    rare = near is not None and english().get(word, 0) * _RARER < english().get(near[0], 0)
    return str(near[0]) if rare and near is not None else word


def is_internal(name: str) -> bool:
    """Whether an attribute of this name is for the shop's systems and tells shoppers nothing."""
    return not _INTERNAL.isdisjoint(tokens(name.replace("_", " ")))
