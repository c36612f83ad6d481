"""Message -> whom a thing is for: "for my gf", "my 6 year old daughter", as values of the gender.

Kinship tells that somebody is a woman, a man, a girl, a boy or a child, and nothing of what they
wear, so it is for preferring alone. A closed list of English words; who is only spoken of ("my
wife says") is nobody that a thing is for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from chatrec.types import GENDER, Labels, Mention
from chatrec.words import spans, tokens

_CHILD_YEARS = 12
_MEN, _WOMEN = frozenset({"men"}), frozenset({"women"})
_BOYS, _GIRLS, _KIDS = frozenset({"boys"}), frozenset({"girls"}), frozenset({"kids"})
_KIN = {
    word: gender
    for gender, words in (
        (
            _WOMEN,
            "wife wifey wifes gf girlfriend fiancee mum mom mam mama mummy mommy mother sister sis "
            "aunt auntie grandma granny grandmother nan nana stepmother stepmum stepmom missus mrs",
        ),
        (
            _MEN,
            "husband hubby bf boyfriend fiance dad daddy papa father brother bro uncle grandpa "
            "grandad granddad grandfather stepfather stepdad",
        ),
        (_WOMEN | _MEN, "parents grandparents"),
        (_GIRLS, "daughter granddaughter stepdaughter goddaughter niece"),
        (_BOYS, "son grandson stepson godson nephew"),
        (_KIDS, "grandchild grandchildren grandkid grandkids kiddo kiddos"),
    )
    for word in words.split()
}
# Words of a shop's own for whom its things are: only of somebody's is it a person.
_OWN_CHILD = frozenset("kid kids child children toddler toddlers".split())
_PRONOUNS = {"her": _WOMEN, "him": _MEN}
_OF_AGE = {_GIRLS: _WOMEN, _BOYS: _MEN, _KIDS: frozenset[str]()}
_YOUNG = {_WOMEN: _GIRLS, _MEN: _BOYS}

_OWNERS = frozenset("my our his her their your".split())
_BETWEEN = _OWNERS | frozenset(
    "the a an and or both dear lovely beloved sweet old older elder eldest oldest olds young "
    "younger youngest little big baby kid new grown adult teenage year years yr yrs yo y o "
    "me myself".split()
)
_MYSELF = frozenset({"me", "myself"})
_SIBLINGS = frozenset({"sister", "sis", "brother", "bro"})  # may be children or grown up
_SMALL = frozenset("little baby kid".split())
_GROWN = frozenset("grown adult".split())
_AGED = re.compile(r"(\d{1,2})(?:yo|yrs?|years?)?")
_BEFORE_AGE = frozenset("who is are s she he just turns turning turned will be aged age".split())
_OLD = frozenset("old olds yo".split())
_OCCASIONS = frozenset(
    "gift gifts present presents prezzie prezzies pressie pressies birthday bday bdays anniversary "
    "christmas xmas surprise valentine valentines graduation".split()
)
_WISHES = frozenset("want wants need needs like likes love loves wear wears enjoy enjoys".split())
_OF_ANOTHER = frozenset("to it this that them these those me us you".split())
_TELLING = frozenset("say says said tell tells told think thinks thought".split())
_FEW = 4  # words of a message that is nothing but whom it is for


def persons(text: str, genders: Collection[str]) -> tuple[Mention, ...]:
    """Whom the message says that a thing is for, each with those of the shop's genders that fit.

    Nobody where the shop's things are told apart by no gender.
    """
    message = spans(text)
    words = [token.word for token in message]
    found = []
    for at, token in enumerate(message) if genders else ():
        kin = _kin(words, at)
        start = _begin(words, at)
        if kin is None or not _is_for(words, start, at):
            continue
        shared = not _MYSELF.isdisjoint(words[start : at + 3])  # "for me and my wife"
        kin = _WOMEN | _MEN if shared else _by_age(kin, words, start, at)
        labels = _labels(kin, genders)
        if labels:
            found.append(Mention("value", labels[0], token.start, token.end, GENDER, values=labels))
    return tuple(found)


def is_kin(word: str) -> bool:
    """Whether the word is one of kinship: "wife", which is no word for what women wear."""
    said = tokens(word)
    return len(said) == 1 and (said[0] in _KIN or said[0].removesuffix("s") in _KIN)


def _kin(words: Sequence[str], at: int) -> frozenset[str] | None:
    """Of which gender the person at a place is, or None where there is none."""
    word, before = words[at], words[max(0, at - 1) : at]
    behind = words[at + 1 : at + 3]
    if word in _OWN_CHILD:
        return _KIDS if _OWNERS.intersection(before) else None
    if word in _PRONOUNS:
        return _PRONOUNS[word] if before == ["for"] and _KIN.keys().isdisjoint(behind) else None
    if _age(words, at + 1) and (word in _OLD or word.endswith("yo")):  # "for a 6 year old"
        return _KIDS if _KIN.keys().isdisjoint(behind) else None
    return _KIN.get(word) or _KIN.get(word.removesuffix("s"))


def _begin(words: Sequence[str], at: int) -> int:
    """Where what is said of the person begins: "my dear 80 year old [dad]"."""
    while at and (words[at - 1] in _BETWEEN | _KIN.keys() or _AGED.fullmatch(words[at - 1])):
        at -= 1
    return at


def _is_for(words: Sequence[str], start: int, at: int) -> bool:
    """Whether a "for" leads to the person, or an occasion or a wish of theirs is told."""
    before = words[max(0, start - 2) : start]
    after = [word for word in words[at + 1 : at + 4] if not _AGED.fullmatch(word)][:2]
    if before[-1:] == ["for"]:
        return before[0] != "not"
    if _TELLING.intersection(after[:1]):
        return False
    wishes = after[:1] and after[0] in _WISHES and _OF_ANOTHER.isdisjoint(after[1:])
    return bool(wishes) or len(words) <= _FEW or not _OCCASIONS.isdisjoint(words)


def _age(words: Sequence[str], end: int) -> int | None:
    """The years that a person's words tell, up to a place."""
    told = [
        int(match[1])
        for word in words[_begin(words, end - 1) : end]
        if (match := _AGED.fullmatch(word))
    ]
    return told[-1] if told else None


def _by_age(kin: frozenset[str], words: Sequence[str], start: int, at: int) -> frozenset[str]:
    """The gender for the person's age: a daughter of thirty is a woman."""
    before = set(words[start:at])
    age = _age(words, at + 1) or _age_behind(words, at)
    if before & _GROWN or (age is not None and age > _CHILD_YEARS):
        return _OF_AGE.get(kin, kin)
    if words[at] in _SIBLINGS and (before & _SMALL or age is not None):
        return _YOUNG.get(kin, kin)
    return kin


def _age_behind(words: Sequence[str], at: int) -> int | None:
    """The years told right behind the person: "my daughter, 6", "my son who turned 7"."""
    for word in words[at + 1 :]:
        if match := _AGED.fullmatch(word):
            return int(match[1])
        if word not in _BEFORE_AGE:
            break
    return None


def _labels(kin: frozenset[str], genders: Collection[str]) -> Labels:
    """Those of the shop's genders; things for kids where it has none for girls or boys."""
    known = tuple(gender for gender in ("women", "men", "girls", "boys", "kids") if gender in kin)
    told = tuple(gender for gender in known if gender in genders)
    if told or not kin & (_GIRLS | _BOYS):
        return told
    return tuple(_KIDS & set(genders))
