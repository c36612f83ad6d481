"""Understanding -> query -> candidates: what is searched for, by the kind of turn."""

from chatrec.retrieve.companions import for_companions, with_companions
from chatrec.retrieve.photos import with_photo, wordless
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
)

__all__ = [
    "Query",
    "as_presents",
    "candidates",
    "for_anyone",
    "for_companions",
    "for_more",
    "for_wish",
    "is_empty",
    "is_vague",
    "like",
    "with_companions",
    "with_photo",
    "wordless",
]
