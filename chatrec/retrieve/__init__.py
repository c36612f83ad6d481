"""Understanding -> query -> candidates: what is searched for, by the kind of turn."""

from chatrec.retrieve.companions import for_companions, with_companions
from chatrec.retrieve.photos import as_request, is_request, of_request, with_photo, wordless
from chatrec.retrieve.queries import (
    Query,
    as_presents,
    candidates,
    for_anyone,
    for_more,
    for_wish,
    is_empty,
    is_vague,
    like,
    of_any_brand,
    without_moot_kinds,
)

__all__ = [
    "Query",
    "as_presents",
    "as_request",
    "candidates",
    "for_anyone",
    "for_companions",
    "for_more",
    "for_wish",
    "is_empty",
    "is_request",
    "is_vague",
    "like",
    "of_any_brand",
    "of_request",
    "with_companions",
    "with_photo",
    "without_moot_kinds",
    "wordless",
]
