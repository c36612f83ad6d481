"""Spotted + what stands -> the JSON schema of this turn's answer, a merge patch (RFC 7396).

Every value is an enumeration, so that the answer can name nothing that was not spotted:

    {"intent": "refine", "items": ["#2"], "want": ["black"], "must": ["cotton"], "wish": ["light"],
     "avoid": ["leather"], "min": ["$40"], "max": ["$60"], "near": ["2 kg"], "brand": null}

``items`` are shown cards that the message points at; ``want`` values and comparatives;
``must`` values that the shopper insists on; ``wish`` what the thing is for or like; ``avoid``
what it must not be; ``min`` and ``max`` bounds; ``near`` ranges, and amounts to be close to; a
number whose side the message tells is offered for no other. A key that is left out keeps what
stands; null under the name of something that stands clears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jsonschema import Draft202012Validator

from chatrec.ports import JsonSchema
from chatrec.types import ANY, TYPE, Constraints, Intent, Item
from chatrec.understand.free_words import NOT_TOO
from chatrec.understand.items import label_of
from chatrec.understand.spotted import Spotted
from chatrec.understand.values import YES

ROLES = ("items", "want", "must", "wish", "avoid", "min", "max", "near")
BUDGET = "budget"

_ALWAYS = (Intent.NEW, Intent.FAQ, Intent.CHAT, Intent.OFF_TOPIC, Intent.HUMAN)
_WITH_SEARCH = (Intent.REFINE, Intent.MORE, Intent.RESTART)
_WITH_ITEMS = (Intent.SIMILAR, Intent.COMPLEMENT, Intent.ABOUT, Intent.COMPARE)


def answer_schema(spotted: Spotted, constraints: Constraints, shown: Sequence[Item]) -> JsonSchema:
    """The schema of an answer to this turn. Keys are answered in the order given here."""
    cards = [label_of(place) for place in range(1, len(shown) + 1)]
    values = spotted.labels("value")
    words = spotted.labels("value", "word")
    # What does not matter may be let go though it does not stand.
    cleared = dict.fromkeys([*standing_names(constraints), *spotted.waived])
    bounded = [f for f, b in constraints.numeric.items() if (b.low is None) != (b.high is None)]
    roles: dict[str, list[str]] = {
        "items": cards,
        "want": spotted.labels("value", "relative"),
        "must": values,
        "wish": words,
        "avoid": [word for word in words if not word.startswith(NOT_TOO)] + cards,
        "min": spotted.amounts("min", bounded),
        "max": spotted.amounts("max", bounded),
        "near": spotted.amounts("near", bounded),
    }
    properties: dict[str, Any] = {"intent": {"enum": intents(constraints, shown)}}
    for role in ROLES:
        if roles[role]:
            properties[role] = _list_of(roles[role])
    for name in cleared:
        properties[name] = {"type": "null"}
    return {
        "type": "object",
        "properties": properties,
        "required": ["intent"],
        "additionalProperties": False,
    }


def check_answer(answer: object, schema: JsonSchema) -> None:
    """Refuse what is no answer to the turn. The schema is ours, and is not checked in its turn.

    Raises:
        jsonschema.ValidationError: the answer does not fit.
    """
    Draft202012Validator(dict(schema)).validate(answer)


def intents(constraints: Constraints, shown: Sequence[Item]) -> list[str]:
    """The intents that make sense in this state: nothing shown cannot be asked about."""
    allowed = list(_ALWAYS)
    if constraints != Constraints() or shown:
        allowed += _WITH_SEARCH
    if shown:
        allowed += _WITH_ITEMS
    return [str(intent) for intent in Intent if intent in allowed]


def standing_names(constraints: Constraints) -> list[str]:
    """Names under which null clears something that stands; `chatrec.understand.cleared` reads them.

    An exclusion is cleared by value: "not leather".
    """
    names: list[str] = []
    if constraints.category:
        names.append(TYPE)
    if constraints.price_min is not None or constraints.price_max is not None:
        names.append(BUDGET)
    names += [
        *constraints.require,
        *(f for f in constraints.prefer if f not in constraints.require),
    ]
    names += list(constraints.numeric)
    names += [excluded_name(f, v) for f, values in constraints.exclude.items() for v in values]
    taken = {"intent", *ROLES}
    return list(dict.fromkeys(name for name in names if name not in taken and name != ANY))


def excluded_name(facet: str, value: str) -> str:
    """Name of an exclusion that stands: "not leather", or "not touchscreen" for its yes."""
    return f"not {facet if value == YES else value}"


def _list_of(labels: list[str]) -> dict[str, Any]:
    labels = list(dict.fromkeys(labels))
    return {
        "type": "array",
        "items": {"enum": labels},
        "minItems": 1,
        "maxItems": min(len(labels), 8),
    }
