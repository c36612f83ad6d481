"""Numbers -> figures and words: "0.35", "three", "third".

Knows no units and no currencies.
"""

from __future__ import annotations

_COUNTS = "no one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def plain_number(value: float) -> str:
    """12, 1.5, 0.35: no trailing zeros, no exponent."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value != int(value) else f"{value:.0f}"


def count(number: int) -> str:
    """Numbers to ten in letters."""
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)


def ordinal(place: int) -> str:
    """1 is "first"."""
    return _ORDINALS[place - 1] if 1 <= place <= len(_ORDINALS) else f"number {place}"
