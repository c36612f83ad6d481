"""Message -> what it says beyond doubt, whatever the model makes of the rest.

"The cheapest" orders a search by price, "in stock" leaves out what is sold out, and of a compound
the last word says what the thing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from chatrec.types import TYPE, Mention
from chatrec.understand.numbers import NUMBERS
from chatrec.understand.relatives import NEGATIONS
from chatrec.wording import name_of, readable
from chatrec.words import SUPERLATIVES, Token

_AVERSIONS = frozenset(
    "hate hates hated hating dislike dislikes disliked detest detests loathe loathes".split()
)
_TURNED_AWAY = (
    NEGATIONS
    | _AVERSIONS
    | frozenset("no none without except but than instead nor neither".split())
)
_REACH = 4  # words that a negation reaches over: "not a big fan of leather"
_NEAR = 3
_APART = frozenset("for in with from by of".split())  # begin what is no part of the row before
_BELONGING = frozenset(
    "for my our his her their your with to of in on under into like inside".split()
)
_LEFT_BEHIND = frozenset(
    "forget drop enough done mind leave scratch screw scrap skip lose ditch nvm".split()
)
_SOFTENERS = tuple(
    tuple(phrase.split())
    for phrase in (
        "ideally|preferably|optional|bonus|brownie points|extra points|cherry on top|if possible"
        "|if at all possible|if you can|if you have it|if you've got it|if there is one|best if"
        "|even better|would be nice|would be good|be lovely if|would be a plus|is a plus"
        "|nice to have|no must|not a must|not essential|not necessarily|perfect world"
        "|all else equal|hopefully|if i could choose|i'd love it|wouldn't say no"
    ).split("|")
)
_REFUSAL = re.compile(
    r"(?<!\bwhy )(?<!\bif )\b(?:no|no more|(?:not|nothing)(?: in| with| from| by| made of)?"
    r"|without|w/o)(?: an?| any)?\s+$",
    re.IGNORECASE,
)
# "With or without a lid", "can't do without a lid", "if it's not red": nothing is refused.
_REFUSES_NO_MORE = re.compile(
    r"\b(?:(?:with or|do|live|go|manage) without(?: an?| any)?"
    r"|(?:if|unless) (?:it|they)(?:'?s|'?re| is| are) not(?: an?| any)?)\s+$",
    re.IGNORECASE,
)
_FOR = re.compile(r"\bfor\s+$", re.IGNORECASE)
_NOT = re.compile(r"\bnot\s+$", re.IGNORECASE)
_OR = re.compile(r"\s+(?:or|nor)\s+", re.IGNORECASE)
_TURNS_DOWN = re.compile(
    r"\b(?:no|non|nor|not|none|never|neither|nothing|without|w/o|minus(?!\s*\d)|un|except\w*|but|bar|besides"
    r"|apart|aside|instead|rather|other|avoid\w*|skip\w*|exclud\w*|leave|left|drop\w*|remov\w*|hid\w*"
    r"|lose|rid|forget|hat\w+|dislik\w*|detest\w*|allerg\w*|sensitive|vegan|itch\w*|rash|ugly|awful"
    r"|terrible|horrible|bad|worst|rubbish|junk|trust|trouble|done|over|out|enough|sick|tired|bored|fed"
    r"|dealbreaker|zero|go|steer|clear|boycott\w*|cross|scratch"
    r"|already|many|much|free|(?:less|fewer)(?! than)|stop|stay|keep|away|too"
    r"|ugh|eww?|yuck|nope|nah|scar\w+"
    r"|(?:turn|thumb|vot|let)\w*(?: \w+)? down"
    r"|cannot|can't|cant|won't|wont|don't|dont|doesn't|doesnt|isn't|isnt|aren't|arent|ain't|aint"
    r"|shouldn't|shouldnt|mustn't|mustnt|wouldn't|wouldnt|didn't|didnt|lacks?|lacking)\b",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"\b(?:you|u|ya|y'all|they|they're|there)(?: guys| really| just)? (?:(?:don'?t|do not|didn'?t)"
    r" (?:even )?(?:have|got|sell|stock|carry|do)|have no|got no|haven'?t got|are no|is no|out of)"
    r"(?: any| no| some| the| an?)*\s+$",
    re.IGNORECASE,
)
# "Size isn't important", "I don't care about the colour", "whatever brand": what it leaves open.
_MATTERS = r"(?:important|matter(?:s|ing)?|relevant|critical|crucial|an issue|a concern|a factor)"
_OPEN = r"(?P<what>(?!(?:it|this|that|they|these|those)\b)[a-z]+(?:(?: or | and |/)[a-z]+)?)"
_INDIFFERENT = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_OPEN} (?:(?:is|are|does|do)(?:n[o']?t| not)|ain'?t)"
        rf" (?:really |that |so |very |all that |too |even )?{_MATTERS}\b",
        rf"\b{_OPEN} (?:is|are) (?:irrelevant|unimportant|no (?:issue|matter|object))\b",
        r"\b(?:don'?t|do not|doesn'?t|not) (?:really )?(?:care|fussed|bothered|mind)"
        rf" (?:about|what|which)(?: the| its)? {_OPEN}\b",
        rf"\b(?:forget|ignore|drop|scrap|lose)(?: about)? (?:the|my) {_OPEN}"
        r"(?: (?:limit|part|bit|thing|requirement))?\W*$",
        rf"\b(?:no matter (?:what|which)|whatever|any)(?: the)? {_OPEN}"
        r" (?:is |are |would be |would )?(?:fine|ok|okay|good|great|will do|works|do)\b",
    )
]
_REFUSES_NOTHING = re.compile(r"\s+(?:than|needed|necessary|required)\b", re.IGNORECASE)
_THAT = r"(?:it|this|that|them|these|those|the [\w-]+(?: one)?|number \d|\[?#?\d\]?|one|both)"
_ONE = (  # nothing that "the leather" could be
    r"(?:it|this|that|them|these|those|both|number \d|#\d"
    r"|the (?:first|second|third|fourth|fifth|last|\d(?:st|nd|rd|th)|[a-z]+est)(?: one)?)"
)
_BUYS = re.compile(
    rf"\b(?:add|put|stick|chuck|throw|pop)(?: {_THAT})?(?: in| into| to| on)?(?: the| my)?"
    r"(?: shopping)? (?:cart|basket|trolley)\b|\badd to (?:my )?bag\b"
    rf"|\b(?:how|where) (?:do|can|could|would) i (?:buy|order|purchase) {_THAT}\b"
    rf"|\b(?:can i|i want to|i'?d like to|i'?ll) (?:buy|order|purchase) {_THAT}"
    r"(?= now| please| then|\W*$)"
    rf"|\bi(?:'?ll| will) (?:take|go (?:with|for)) {_ONE}(?= now| please| then| thanks|\W*$)",
    re.IGNORECASE,
)
_SORTED = r"\b(?:sort|order|arrange|rank)(?:ed|ing)?(?: (?:them|these|it|those|all))? by (?:the )?"
_NO_RATING = r"^(?!.*\b(?:rating|review|star)s?\b).*"
_ORDERS = tuple(
    (re.compile(order, re.IGNORECASE), first)
    for order, first in (
        (rf"{_NO_RATING}\b(?:low(?:est)? to high(?:est)?|lowest(?: price)? first)\b", "cheapest"),
        (rf"{_NO_RATING}\b(?:high(?:est)? to low(?:est)?|highest price first)\b", "most expensive"),
        (rf"{_SORTED}(?:price|cost)\b(?!.*\bhigh)", "cheapest"),
        (rf"{_SORTED}(?:ratings?|reviews?|stars|popularity)\b", "best rated"),
    )
)
_OF_ALL = re.compile(
    r"^(?!.*\b(?:it|this|that|they|these|those)\b).*\b(?:you|u|ya)(?: guys| lot)?(?:'ve| have)?"
    r" (?:got|have|sell|do|carry|stock|offer)\b(?: (?:in stock|on offer|here|then|there))?\W*$",
    re.IGNORECASE,
)
_ALSO_QUALITIES = frozenset({"light", "flat", "short"})
_APART_BEFORE = re.compile(r",\s*(?:and |but |very |really |super |quite )*$", re.IGNORECASE)
_APART_BEHIND = re.compile(r"\s*(?:$|[,.;!?]| and\b| but\b)", re.IGNORECASE)
_IN_STOCK = (("in", "stock"), ("available", "now"), ("available", "today"))


def superlatives(message: Sequence[Token]) -> tuple[str, ...]:
    """Superlatives of the message ("cheapest", "best rated"), in order, unless negated."""
    words = [token.word for token in message]
    found: list[str] = []
    for at in range(len(words)):
        for width in (2, 1):
            phrase = " ".join(words[at : at + width])
            if phrase in SUPERLATIVES and not NEGATIONS & set(words[max(0, at - 2) : at]):
                found.append(phrase)
    return tuple(dict.fromkeys(found))


def ordered_by(text: str) -> tuple[str, ...]:
    """The superlative that a wish for an order puts first: "price low to high" the cheapest."""
    return tuple(dict.fromkeys(first for order, first in _ORDERS if order.search(text)))


def of_all(text: str) -> bool:
    """Whether it ranges over all that the shop has: "what's the cheapest you've got"."""
    return bool(_OF_ALL.search(text))


def by_name(text: str, values: Iterable[Mention]) -> tuple[Mention, ...]:
    """Values right behind the name of what they are of: "in size 44", "the brand: Torvik"."""
    return tuple(v for v in values if _is_named(text, v))


def _is_named(text: str, value: Mention) -> bool:
    names = dict.fromkeys((readable(value.facet), name_of(value.facet)))
    name = rf"\b(?:{'|'.join(map(re.escape, names))})\b"
    behind = re.search(rf"{name}(?: is)?\s*[:=]?\s*(?:an? )?$", text[: value.start], re.IGNORECASE)
    return bool(behind or re.match(rf"{name}.", text[value.start : value.end], re.IGNORECASE))


def affirmed(
    message: Sequence[Token], values: Iterable[Mention], found: Sequence[Mention]
) -> tuple[Mention, ...]:
    """Values that nothing in the words before them turns away.

    Who says "waterproof boots" to begin a search wants them waterproof, even where the model
    gives the word no role. What a thing is, is never taken for granted so: a "laptop bag" is no
    laptop.
    """
    return tuple(v for v in values if v.facet != TYPE and not _turned_away(message, v, found))


def _turned_away(message: Sequence[Token], mention: Mention, found: Sequence[Mention]) -> bool:
    """Whether a negation reaches the mention.

    In "not suede for men" and "not in pink, size xl" it ends at the suede and the pink.
    """
    within = [token for token in message if token.end <= mention.start][-_REACH:]
    for at in range(len(within) - 1, -1, -1):
        if within[at].word in _TURNED_AWAY | _LEFT_BEHIND:
            return True
        if at and within[at].word in _APART and any(m.end == within[at - 1].end for m in found):
            return False
        if any(m.start < within[at].end <= m.end and _is_other(m, mention) for m in found):
            return False
    return False


def _is_other(found: Mention, mention: Mention) -> bool:
    """Whether what is found before is of another facet and no part of the same: "pink, size xl"."""
    other = found.kind in ("value", *NUMBERS) and found.facet != mention.facet
    return other and mention.start - found.end > 1


def things(message: Sequence[Token], values: Iterable[Mention]) -> tuple[Mention, ...]:
    """Types that are named for their own sake: "a tablet", not "something for my tablet".

    Nor "forget the tablet", but "back to the tablet".
    """
    named = []
    for value in values:
        before = [token.word for token in message if token.end <= value.start][-_NEAR:]
        own = "back" in before or (_BELONGING | _LEFT_BEHIND).isdisjoint(before)
        if value.facet == TYPE and own:
            named.append(value)
    return tuple(named)


def heads(text: str, found: Sequence[Mention]) -> list[Mention]:
    """The mentions, with each type that only says what another one is like as a mere word.

    English compounds have their head last: a "guitar cable" is a cable. And in "a tent, light" the
    light is what the tent is like.
    """
    typed = any(_is_type(m) and not _is_set_apart(text, m) for m in found)
    following = [*found, None][1:]

    def describes(mention: Mention, after: Mention | None) -> bool:
        if not _is_type(mention):
            return False
        compound = after is not None and _is_type(after) and _touch(text, mention, after)
        return compound or (typed and _is_set_apart(text, mention))

    return [
        Mention("word", m.label, m.start, m.end) if describes(m, after) else m
        for m, after in zip(found, following, strict=True)
    ]


def _is_set_apart(text: str, mention: Mention) -> bool:
    """Whether it is a word for a quality too, and stands alone behind a comma: ", light,"."""
    alike = text[mention.start : mention.end].lower() in _ALSO_QUALITIES
    alone = _APART_BEFORE.search(text, 0, mention.start) and _APART_BEHIND.match(text, mention.end)
    return alike and bool(alone)


def modifiers(text: str, message: Sequence[Token], found: Sequence[Mention]) -> tuple[Mention, ...]:
    """Words that stand right before a type and say which kind of it: "trail running shoes".

    Unless they are turned away.
    """
    ordered = sorted((m for m in found if m.start >= 0), key=lambda m: m.start)
    which: list[Mention] = []
    for at, head in enumerate(ordered):
        before = at - 1
        while _is_type(head) and before >= 0 and _touch(text, ordered[before], ordered[before + 1]):
            word = ordered[before]
            if word.kind == "word" and not _turned_away(message, word, found):
                which.append(word)
            before -= 1
    return tuple(which)


def described(text: str, values: Iterable[Mention], found: Sequence[Mention]) -> Iterator[Mention]:
    """Values that stand right before a type, alone or in a row: "tan sandals"."""
    ordered = sorted((m for m in found if m.start >= 0), key=lambda m: m.start)
    kept = set(values)
    for at, head in enumerate(ordered):
        before = at - 1
        while _is_type(head) and before >= 0 and _touch(text, ordered[before], ordered[before + 1]):
            if ordered[before] in kept and not _is_type(ordered[before]):
                yield ordered[before]
            before -= 1


def _is_type(mention: Mention) -> bool:
    return mention.kind == "value" and mention.facet == TYPE


def _touch(text: str, first: Mention, second: Mention) -> bool:
    return first.end < second.start and text[first.end : second.start].isspace()


def refused(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """What stands right behind a "no", alone or in a row: whatever it is, it is not asked for.

    "No wool or leather" refuses both, "not 1000" the amount; "no taller than 1 m", "no lid needed"
    and "why not red" refuse nothing.
    """
    found: list[Mention] = []
    for mention in sorted((m for m in mentions if m.start >= 0), key=lambda m: m.start):
        before = text[: mention.start]
        number = mention.kind in NUMBERS
        behind = (_NOT if number else _REFUSAL).search(before)
        if behind and _REFUSES_NO_MORE.search(before):
            behind = None
        in_a_row = found and _OR.fullmatch(before, found[-1].end) and not number
        if (behind or in_a_row) and not _REFUSES_NOTHING.match(text[mention.end :]):
            found.append(mention)
    return tuple(m for m in found if m.kind != "item")


def turns_down(text: str) -> bool:
    """Whether there is a word in the message by which something could be turned down.

    Where there is none, "a mower from Torvik" excludes no brand, though a reason alone may do so:
    "drumsticks, nylon tips suck".
    """
    return bool(_TURNS_DOWN.search(text))


def is_aversion(word: str) -> bool:
    """Whether it is a word of dislike, which no thing could have: the "hates" of "hates black"."""
    return word in _AVERSIONS


def alternatives(text: str, values: Sequence[Mention]) -> tuple[tuple[Mention, Mention], ...]:
    """Neighbours of one facet with an "or" between them: "by Torvik or Heckenfeld"."""
    ordered = sorted((v for v in values if v.start >= 0), key=lambda v: v.start)
    return tuple(
        (one, other)
        for one, other in pairwise(ordered)
        if one.facet == other.facet and _OR.fullmatch(text, one.end, other.start)
    )


def for_how_many(text: str, numbers: Iterable[Mention]) -> Mention | None:
    """The bare number behind a "for": "a tent for 4", "for 4+", whatever is counted in it."""
    for number in numbers:
        bare = number.kind == "number" and number.label.isdecimal() and number.start >= 0
        if (
            bare
            and number.low
            and number.high in (None, number.low)
            and _FOR.search(text[: number.start])
        ):
            return number
    return None


def lacking(text: str, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """What the shopper says that the shop has not: "you don't have laptops?" excludes none."""
    return tuple(m for m in mentions if m.start >= 0 and _LACKING.search(text[: m.start]))


def indifferent(text: str) -> list[tuple[str, int, int]]:
    """What is said not to matter, and the place of the words that say so.

    Nothing in them is wished for: "size isn't important".
    """
    found = (match for pattern in _INDIFFERENT for match in pattern.finditer(text))
    return [(match["what"], *match.span()) for match in found]


def softened(message: Sequence[Token]) -> bool:
    """Whether something is said to be nice to have and no more."""
    words = [token.word for token in message]
    return any(
        tuple(words[at : at + len(phrase)]) == phrase
        for phrase in _SOFTENERS
        for at in range(len(words))
    )


def buys(text: str) -> bool:
    """Whether a shown item is to be bought here and now: "add the second one to my basket"."""
    return bool(_BUYS.search(text))


def only_in_stock(message: Sequence[Token]) -> bool:
    """Whether only what can be had now is asked for."""
    words = [token.word for token in message]
    return any(
        (words[at], words[at + 1]) in _IN_STOCK and not NEGATIONS & set(words[max(0, at - 2) : at])
        for at in range(len(words) - 1)
    )
