"""Message -> what the shopper asks to choose from: "which brands do you have?", "what do you sell".

Such a question is put in few forms and names a facet, so it is read exactly. English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatrec.types import COLOR, TYPE, Choices, Facet, Mention
from chatrec.words import Token, stem, stems

_ASKING = frozenset("what whats what's which wich wat whatever".split())
_BETWEEN = frozenset("other different all the are is about various else more".split())
_KINDS = frozenset(map(stem, "kind sort type".split()))
_WARES = frozenset(map(stem, "product thing stuff item category department".split()))
# Asked for even where no listing tells them, and that is what the answer says.
_ALWAYS = frozenset({"brand", COLOR, "material", "size"})
_OTHER_NAMES = {
    "colour": COLOR, "shade": COLOR, "make": "brand", "manufacturer": "brand", "label": "brand",
    "fabric": "material",
}  # fmt: skip
# One of these says that the question is after what there is ...
_OFFERING = frozenset("have has sell stock carry offer got get there available exist".split())
# ... and one of these that it is after something else: a shown item, advice, a rule.
_OTHERWISE = frozenset(
    "it its this that these those they them one ones best better good recommend suggest should "
    "suit suits fit fits match need mean my difference pay return ship send like".split()
)
_PLAIN = _OFFERING | frozenset(
    "do does are is of you u ya your guys i we can the in at here shop store please pls buy".split()
)
_WHOLE_SHOP = re.compile(
    r"(?:(?:so|ok|hi|hello|hey|and|well|there|good|morning|afternoon|evening|all|guys)\W+)*"
    r"(?:wh?at(?: all| else)? (?:do|can|could|does|did) (?:you|u|ya|y'all|i|we|one"
    r"|(?:your|this|the) (?:shop|store)) (?:guys |actually |even )?(?:sell|stock|offer|carry|buy)"
    r"|what(?:'s| is) (?:there )?(?:in|on) (?:your|the|this) (?:shop|store|catalogue|catalog|offer)"
    r"|(?:show|list|see) (?:me )?(?:everything|all (?:your |the )?(?:products|items|categories))"
    r"(?: you (?:have|sell|got))?)"
    r"(?: (?:here|exactly|then|please|pls|anyway|in here|in (?:your|the|this) (?:shop|store)))*\W*",
    re.IGNORECASE,
)


_HAVE_THEM = re.compile(r"\b(?:have|got|get|sell|stock) (?:them|these|those) in\b", re.IGNORECASE)


def choices(
    text: str, message: Sequence[Token], facets: Sequence[Facet], found: Sequence[Mention]
) -> Choices | None:
    """What there is to choose from that the message asks for; None for any other message.

    ``found`` is what the message names otherwise: who points at a card asks about that card.
    """
    if _WHOLE_SHOP.fullmatch(text.strip()):
        return Choices(TYPE, True, 0, len(text))
    if any(mention.kind == "item" for mention in found):
        return None
    names = _names(facets)
    types = {mention.start for mention in found if mention.facet == TYPE}
    words = [token.word for token in message]
    otherwise = _OTHERWISE - {"them", "these", "those"} if _HAVE_THEM.search(text) else _OTHERWISE
    for at, word in enumerate(words):
        asked = word in _ASKING or (word == "any" and words[at + 1 : at + 2] == ["other"])
        end, facet, wares = _asked_for(words, at + 1, names) if asked else (at, "", False)
        if not facet:
            continue
        rest = [*words[:at], *words[end:]]
        if not otherwise.isdisjoint(rest) or (rest[at:] and _OFFERING.isdisjoint(rest)):
            return None
        of_type = end < len(message) and message[end].start in types
        if facet == TYPE and not (of_type or _PLAIN.issuperset(words[end:])):
            return None
        return Choices(facet, wares, message[at].start, message[end - 1].end)
    return None


def _names(facets: Sequence[Facet]) -> dict[tuple[str, ...], str]:
    """Facets by the stems of what they are called."""
    known = {f.name for f in facets if f.kind == "value" and f.name != TYPE} | _ALWAYS
    others = {(stem(word),): name for word, name in _OTHER_NAMES.items() if name in known}
    return others | {tuple(stems(name.replace("_", " "))): name for name in known}


def _asked_for(
    words: Sequence[str], at: int, names: dict[tuple[str, ...], str]
) -> tuple[int, str, bool]:
    """The facet that is named from a place on, where its name ends, and whether of all wares.

    "" where none is. "Other" and "kinds of" may stand before it; "kinds" alone are types.
    """
    kinds = 0
    for start in range(at, len(words)):
        stemmed = tuple(map(stem, words[start : start + 3]))
        for width in range(len(stemmed), 0, -1):
            if stemmed[:width] in names:
                return start + width, names[stemmed[:width]], False
        if stemmed[0] in _WARES:
            return start + 1, TYPE, True
        if stemmed[0] in _KINDS:
            kinds = start + 1
        elif words[start] == "of" and kinds == start:
            kinds = start + 1
        elif words[start] not in _BETWEEN:
            break
    return kinds, TYPE if kinds else "", False
