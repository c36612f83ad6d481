"""What a shop has settled for all its conversations: which scores count, who speaks and how."""

from __future__ import annotations

from dataclasses import dataclass

from chatrec.types import Tone


@dataclass(frozen=True, slots=True)
class Manners:
    """What the shop has settled for all its conversations.

    ``relevance_floor`` and ``faq_floor`` belong to the sources: scores below them are about
    nothing in the shop. With ``explain`` the model writes the sentences on items. A reading whose
    confidence lies below ``unsure_below`` is checked with the shopper. ``languages`` are those
    that help pages are told in beside English; none named: all that they are in.
    """

    relevance_floor: float
    faq_floor: float
    shown: int = 3
    shop: str = "our shop"
    contact: str = ""
    tone: Tone = "warm"
    languages: tuple[str, ...] = ()
    explain: bool = True
    unsure_below: float = 0.0
