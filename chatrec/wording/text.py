"""Parts -> texts, and texts -> parts: capitals, lists and sentences.

Knows nothing of what the texts speak of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def capital(text: str) -> str:
    """The text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str], last: str = "and") -> str:
    """A, B and C."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its mark; abbreviations and decimals do not end one."""
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(]?[A-Z])|\n+", text.strip())
    return [" ".join(part.split()) for part in parts if part and part.strip()]
