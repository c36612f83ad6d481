"""The format of a dialogue test, as pydantic models: what was read -> Scenario.

Every key is checked: an unknown one is an error that names the nearest known one, because a
misspelt expectation that is skipped passes for ever. Nothing here reads a file or runs a dialogue.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from chatrec.handoff import Reason
from chatrec.types import Kind
from chatrec.units import unit_of

MEASURE = re.compile(r"(?P<number>-?\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<unit>[^\W\d]+|°C)?")
"""A number and its unit, as rows and expectations write them."""
_REFERENCE = re.compile(r"prev:[1-9]\d*|t[1-9]\d*:[1-9]\d*|id:\S+|cheapest|last")

DEMO = "demo"
"""Name of the catalogue that ships with the package."""
KEY_ERROR = "unknown_key"
"""Error type of a key that the format does not have; its context holds ``key``."""


class Strict(BaseModel):
    """A mapping of the format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in known:
                    near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.0)
                    raise PydanticCustomError(
                        KEY_ERROR,
                        "unknown key '{key}'; the nearest one is '{near}'",
                        {"key": key, "near": near[0]},
                    )
        return data


def _listed(value: Any) -> Any:
    """One value stands for a list of one."""
    return value if isinstance(value, list) else [value]


def _reference(value: Any) -> Any:
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise PydanticCustomError(
            "reference",
            "'{value}' is no reference; write prev:2, t1:3, id:X, cheapest or last",
            {"value": str(value)},
        )
    return value


def _limit(value: Any) -> Any:
    match = MEASURE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, str) and (match is None or unit_of(match["unit"]) is None):
        raise PydanticCustomError(
            "measure", "'{value}' is no number and no number with a known unit", {"value": value}
        )
    return value


Number: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Limit: TypeAlias = Annotated[Number | Annotated[str, Field(strict=True)], BeforeValidator(_limit)]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=0)]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Scalar: TypeAlias = (
    Annotated[bool, Field(strict=True)] | Number | Annotated[str, Field(strict=True)]
)
Texts: TypeAlias = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Reference: TypeAlias = Annotated[str, BeforeValidator(_reference)]
References: TypeAlias = Annotated[list[Reference], BeforeValidator(_listed), Field(min_length=1)]
KindName: TypeAlias = Annotated[Kind, Field(strict=False)]


class FieldTest(Strict):
    """A test of one field of the catalogue row; several keys must all hold.

    Texts are compared without case; ``contains`` and ``not_contains`` look for whole words.
    ``gte`` and ``lte`` compare the number as the row writes it, or with a unit ("1 kg") what the
    row says in that unit. A missing field fails all but ``not_in``, ``not_contains`` and
    ``exists: false``.
    """

    name: str
    eq: Scalar | None = None
    in_: list[Scalar] | None = Field(None, alias="in", min_length=1)
    not_in: list[Scalar] | None = Field(None, min_length=1)
    contains: str | None = None
    not_contains: str | None = None
    gte: Limit | None = None
    lte: Limit | None = None
    exists: Flag | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> FieldTest:
        if self.model_fields_set == {"name"}:
            raise PydanticCustomError("empty", "a field needs a test: eq, in, contains, exists ...")
        return self


class Predicate(Strict):
    """A test of a catalogue row; several keys must all hold."""

    price_min: Number | None = None
    price_max: Number | None = None
    category_in: Texts | None = None
    type_in: Texts | None = None
    field: FieldTest | None = None
    any_of: list[Predicate] | None = Field(None, min_length=1)
    all_of: list[Predicate] | None = Field(None, min_length=1)
    not_: Predicate | None = Field(None, alias="not")

    @model_validator(mode="after")
    def _tests_something(self) -> Predicate:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "an empty predicate tests nothing")
        return self


class ItemsExpect(Strict):
    """What the shown items must be."""

    min: Count | None = None
    max: Count | None = None
    every: Predicate | None = None
    some: Predicate | None = None
    none: Predicate | None = None
    include_ids: Texts | None = None
    exclude_ids: Texts | None = None
    about: References | None = None
    include_ref: References | None = None
    exclude_ref: References | None = None
    price_below: Reference | None = None
    price_above: Reference | None = None
    fresh: Flag = False
    diverse: Flag = False


class FaqExpect(Strict):
    """The citations: one of these entries first of all; or with ``none`` not a single one."""

    any_of: Texts | None = None
    none: Flag = False

    @model_validator(mode="after")
    def _one_of_both(self) -> FaqExpect:
        if (self.any_of is None) != self.none:
            raise PydanticCustomError("faq", "write either 'any_of' or 'none: true'")
        return self


class RangeExpect(Strict):
    """Bounds of a numeric facet, in its unit; a side left out is not looked at."""

    min: Number | None = None
    max: Number | None = None


class ConstraintsExpect(Strict):
    """A subset of the constraints after the turn; ``null`` says that nothing is set.

    ``wish`` lists words that the wish must hold; labels must be among those that stand.
    """

    wish: Texts | None = None
    category: Texts | None = None
    price_min: Number | None = None
    price_max: Number | None = None
    require: dict[str, Texts | None] | None = None
    exclude: dict[str, Texts | None] | None = None
    prefer: dict[str, Texts | None] | None = None
    numeric: dict[str, RangeExpect | None] | None = None
    rejected: References | None = None


class TextExpect(Strict):
    """What the words must and must not name, beyond what is always checked.

    ``no_price_outside_shown`` and ``no_brand_outside_shown`` do not let pass what only the
    shopper or the FAQ named. ``top_pick_first``: of the shown items the first card is named first.
    ``silent``: there are no words.
    """

    no_price_outside_shown: Flag = False
    no_brand_outside_shown: Flag = False
    top_pick_first: Flag = False
    silent: Flag = False
    mentions_any: Texts | None = None
    mentions_none: Texts | None = None


class HandoffExpect(Strict):
    """The hand-off in this turn: why a person is called and what the summary names, all of it.

    With ``none`` nobody is called.
    """

    reason: Annotated[list[Reason], BeforeValidator(_listed), Field(min_length=1)] | None = None
    mentions: Texts | None = None
    none: Flag = False

    @model_validator(mode="after")
    def _one_of_both(self) -> HandoffExpect:
        if self.none == bool(self.reason or self.mentions):
            raise PydanticCustomError("handoff", "write 'reason', 'mentions' or 'none: true'")
        return self


class Expect(Strict):
    """What must be so after a turn."""

    kind: Annotated[list[KindName], BeforeValidator(_listed), Field(min_length=1)] | None = None
    items: ItemsExpect | None = None
    faq: FaqExpect | None = None
    constraints: ConstraintsExpect | None = None
    text: TextExpect | None = None
    handoff: HandoffExpect | None = None


class TurnScript(Strict):
    """A message, what must be so after it, and the scripted model's answers to its calls.

    Before it come a person's words to the shopper, and the hand-back to the assistant.
    """

    person: str = ""
    hand_back: Flag = False
    user: str
    expect: Expect = Expect()
    model: list[str | dict[str, Any]] | None = None


class Catalogue(Strict):
    """The shop a dialogue is about: a catalogue file, the folder of an index, or ``demo``.

    ``path`` and ``faq`` are relative to the dialogue file; ``$NAME`` is an environment variable.
    With ``optional`` the dialogue is skipped where the path does not exist.
    """

    path: str
    faq: str | None = None
    optional: Flag = False


def _catalogue(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class Scenario(Strict):
    """A dialogue: what the shopper says, turn by turn, and what must be so after each.

    ``xfail`` says why expectations are known to be missed. It excuses no broken promise.
    ``settings`` are TOML files, relative to this one, with settings of the shop in place of those
    in force. ``profile`` is what the host page knows of the shopper (``user_id``).
    """

    id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    description: str = ""
    xfail: str = ""
    settings: Annotated[list[str], BeforeValidator(_listed)] = Field(default_factory=list)
    profile: dict[str, str] = Field(default_factory=dict)
    catalogue: Annotated[Catalogue, BeforeValidator(_catalogue)] | None = None
    turns: list[TurnScript] = Field(min_length=1)

    @property
    def scripted(self) -> bool:
        """Whether the model's answers stand beside the turns."""
        return self.turns[0].model is not None

    @model_validator(mode="after")
    def _scripted_throughout(self) -> Scenario:
        if len({turn.model is None for turn in self.turns}) > 1:
            raise PydanticCustomError(
                "model", "either every turn has 'model' or none (a turn without calls: [])"
            )
        return self
