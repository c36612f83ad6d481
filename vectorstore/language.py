"""A message -> its language, where its commonest words or its script tell.

Function words decide, each counting for the languages that have it, so a message of one word or of
names alone is of no known language. Knows nothing of entries.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from chatrec.words import tokens

ENGLISH = "en"

_FUNCTION_WORDS = {
    "en": "the a an and or is are was do does did can could i you my your we our it this that of "
    "to in on for with from what where when how why which not have has be if will would",
    "de": "der die das den dem des ein eine einen einem und oder ist sind war kann könnt konnt ich "
    "du sie wir mein meine ihr euer es dies von zu im in auf für mit aus was wo wann wie warum "
    "welche nicht habe hat haben bei wenn wird werden man auch noch gibt an ihnen ihre macht "
    "machen bieten möchte suche brauche nach um kein keine mir",
    "fr": "le la les un une des et ou est sont je tu vous nous mon ma mes votre vos notre ce cette "
    "de du au aux dans sur pour avec quel quelle quels où quand comment pourquoi ne pas ai avez "
    "puis peut peux si est-ce que qui combien il elle fait faire avoir être veux voudrais cherche "
    "plus nos",
    "es": "el la los las un una unos y o es son yo tú usted mi mis su sus nuestro este esta de del "
    "al en con para por qué dónde cuándo cómo cuál no he puedo pueden si que tengo hay está "
    "cuánto cuesta",
    "it": "il lo la i gli le un una e o è sono io tu voi mio mia miei vostro questo di del della "
    "dei al alla in nel con per da che cosa dove quando come perché quale non ho posso potete se "
    "quanto c'è",
    "pt": "o a os as um uma e ou é são eu você meu minha seu sua este esta de do da dos das ao em "
    "no na com para por que onde quando como qual não tenho posso podem se há quanto está",
    "nl": "de het een en of is zijn ik je jij u mijn jouw uw wij onze dit dat van te in op voor "
    "met uit wat waar wanneer hoe waarom welke niet heb heeft hebben kan kunnen als er wordt",
    "sv": "den det en ett och eller är var jag du ni min mitt er vår detta av till i på för med "
    "från vad när hur varför vilken inte har kan om ska finns",
    "pl": "i lub jest są ja ty mój moja wasz ten ta to z do w na dla od co gdzie kiedy jak "
    "dlaczego który nie mam czy mogę można się ile po za",
}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def _languages_by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, words in _FUNCTION_WORDS.items():
        for word in set(tokens(words)):
            found[word] = (*found.get(word, ()), code)
    return found


_OF_WORD = _languages_by_word()


def language_of(text: str) -> str:
    """A two-letter code, or "" where it cannot be told; Cyrillic passes for Russian."""
    for code, script in _SCRIPTS:
        if len(script.findall(text)) * 2 > sum(map(str.isalpha, text)):
            return code
    votes: Counter[str] = Counter()
    for word in tokens(text):
        for code in _OF_WORD.get(word, ()):
            votes[code] += 1
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]
