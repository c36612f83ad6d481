"""Message -> whether it names an amount in a currency that the shop does not sell in.

No rate is known here: such an amount is read as one of the shop's currency, and the shopper is
told so. "Bucks" and "pounds" without more are no currency: bucks are any money, pounds weigh.
"""

from __future__ import annotations

import re

_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_NAMED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(rf"(?:{sign})\s?\d|\d\s?(?:{sign}|(?:{words})\b)", re.IGNORECASE), currencies)
    for sign, words, currencies in (
        (r"(?:us)?\$", "usd|dollars?", _DOLLARS),
        ("€", "eur|euros?", frozenset({"EUR"})),
        ("£", "gbp|quid|pounds? sterling", frozenset({"GBP"})),
        ("[¥￥]", "jpy|yen|cny|rmb|yuan", frozenset({"JPY", "CNY"})),
        ("₹", "inr|rupees?", frozenset({"INR"})),
    )
)


def is_foreign(text: str, currency: str) -> bool:
    """Whether an amount of the text is in another currency; ``currency`` is an ISO 4217 code."""
    return any(pattern.search(text) for pattern, currencies in _NAMED if currency not in currencies)
