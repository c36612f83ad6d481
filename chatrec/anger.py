"""Message -> whether its writer has had enough of the shop.

Words of contempt count where they are aimed at the shop or the assistant: "you are useless" is
anger, a rubbish bin or a boot that is useless on ice is not. English alone.
"""

from __future__ import annotations

import re

from chatrec.words import fold, tokens

_SWEARING = frozenset(
    "fuck fucking fucked wtf bullshit asshole assholes bastards idiot idiots moron morons "
    "scammers liar liars".split()
)
_CONTEMPT = (
    "useless|stupid|dumb|pathetic|ridiculous|rubbish|garbage|crap|shit|shitty|hopeless"
    "|incompetent|disgusting|disgraceful|worthless|unacceptable|outrageous|a disgrace|a joke"
    "|a scam|a rip-?off|a waste of (?:my )?time"
)
_SHOP = (
    "bots?|robot|chat|chatbot|assistant|shop|store|company|service|support|staff|website|site"
    "|answers?|people|lot"
)
_IS = r"(?: are|'re| r| is|'s)"
_AIMED = re.compile(
    rf"\b(?:(?:(?:you|u|you (?:guys|people|lot)|(?:your|the|this) (?:\w+ )?(?:{_SHOP})){_IS}"
    rf"|ur|youre)(?: \w+){{0,2}}|(?:this|that)(?: is|'s)(?: (?:just|so|really))?)"
    rf" (?:{_CONTEMPT}|terrible|awful|horrible)\b"
    rf"|\bwhat (?:{_CONTEMPT}|terrible|awful|horrible)(?=\s*(?:[.,!?]|$))"
    rf"|\b(?:{_CONTEMPT}|terrible|awful|horrible|damn|bloody) (?:{_SHOP})\b"
)
_FURY = re.compile(
    r"\b(?:(?:i am|i'm|im) (?:so |very |really |absolutely )?(?:angry|furious|livid|fed up|pissed)"
    r"|worst (?:service|shop|store|company|experience)|wast(?:e|ing) (?:of )?my time"
    r"|never (?:buy|shop|order)(?:ing)? (?:here|from you|with you) again"
    r"|(?:i will|i'll) (?:sue|report) you)\b"
)
_MUTTERED = frozenset("useless pathetic ridiculous rubbish unacceptable outrageous crap".split())
_SHOUTED_WORDS = 4
_COMPLAINED_OF = frozenset(
    "answer answers answering delivery money nobody never order ordered package parcel refund "
    "still waiting why".split()
)


def angry(text: str) -> bool:
    """Whether the words are those of somebody who has had enough."""
    plain = fold(text).replace("’", "'")
    words = tokens(text)
    if set(words) & _SWEARING or _AIMED.search(plain) or _FURY.search(plain):
        return True
    if words and set(words) <= _MUTTERED:
        return True
    # Who types in capitals wants boots like anybody else.
    shouted = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.isupper()]
    loud = len(shouted) >= _SHOUTED_WORDS and text.rstrip().endswith("!")
    return loud and not _COMPLAINED_OF.isdisjoint(words)
