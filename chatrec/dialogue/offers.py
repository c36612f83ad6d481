"""What a reply offered + the message after it -> the message that a plain yes stands for.

"In another colour there is one more. Shall I show you?": who says "yes please" asks for any colour.
The offer is kept as what the reply asked, for one turn.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chatrec.types import Reply, Turn

_OFFERED = "offer "
_AGREED = (
    r"(?:yes|yeah|yea|yep|yup|ya|aye|ok|okay|sure|fine|alright|please|pls|plz"
    r"|go (?:on|ahead|for it)|do (?:it|that|so)|i do|why not|of course|absolutely|definitely"
    r"|(?:that )?(?:sounds|would be) (?:good|great|nice|lovely)|let['’]?s (?:see|go)"
    r"|show me(?: (?:one|some|all))?"
    r"|(?:show|give) (?:me )?(?:it|that|them|those|these)(?: (?:all|ones?|to me))?|👍)"
)
_POLITE = r"(?:thanks|thank you|thx|then|great|perfect|cool|thing|i would)"
# Nothing but words of agreement, and at least one; "thanks" alone declines.
_YES = re.compile(
    rf"\W*(?:{_POLITE}\W+)*{_AGREED}(?:\W+(?:{_AGREED}|{_POLITE}))*\W*", re.IGNORECASE
)


def offering(message: str) -> str:
    """What a reply asked that offers to take up the message."""
    return f"{_OFFERED}{message}"


def question_of(reply: Reply) -> str:
    """What the reply asks for; an offer asks for nothing that the shopper would have to tell."""
    return "" if reply.asked.startswith(_OFFERED) else reply.asked


def taken_up(turn: Turn) -> Turn:
    """The turn with what was offered as its message, where the message says yes to it."""
    if not turn.asked.startswith(_OFFERED):
        return turn
    offered = turn.asked.removeprefix(_OFFERED)
    accepted = turn.photo is None and _YES.fullmatch(turn.text)
    return replace(turn, text=offered if accepted else turn.text, asked="")
