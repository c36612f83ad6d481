"""JSON schema -> EBNF grammar (xgrammar's dialect) that only compact JSON of that schema matches.

The engines' own conversion allows any whitespace, which costs tokens and lets a small model run on
in blank lines. Here nothing stands between tokens of JSON, properties come in the order of the
schema, and an array of unique enumerated items in the order of the enumeration. Knows the part
of JSON schema that chatrec writes; bounds of numbers, and all that is not written into the
grammar, are the business of the check afterwards (`chatrec.llm.answers`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from chatrec.errors import EngineError
from chatrec.ports import JsonSchema

_HANDLED = {
    *("type", "enum", "const", "anyOf", "oneOf", "$ref", "$defs", "properties", "required"),
    *("additionalProperties", "items", "minItems", "maxItems", "uniqueItems", "pattern"),
    *("minLength", "maxLength"),
}
_CHECKED_AFTERWARDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "format"}
_NOTES = {"title", "description", "default", "examples", "$schema", "$id"}

_CHARACTER = r'([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))'
_INTEGER = '"-"? ("0" | [1-9] [0-9]{0,14})'
_PLAIN = {
    "integer": _INTEGER,
    "number": f'{_INTEGER} ("." [0-9]{{1,6}})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
}
_TERMINAL = re.compile(r'"(?:\\.|[^"\\])*"')
_BEFORE_HEX = re.compile(r"(?<=[\x80-\xff])(?=[0-9a-fA-F])")
_CLASSES = {"d": "[0-9]", "w": "[A-Za-z0-9_]", "s": "[ ]"}


def ebnf(schema: JsonSchema, after: str = "") -> str:
    """The grammar of compact JSON documents of the schema, start symbol ``root``.

    Args:
        schema: what the documents are valid under.
        after: the schema's `opening`, where the grammar is of what follows it.

    Raises:
        EngineError: the schema uses a keyword that has no translation.
    """
    builder = _Builder(schema.get("$defs", {}))
    root = builder.continuation(schema) if after else builder.expression(schema)
    return "\n".join([f"root ::= {root}", *builder.rules()]) + "\n"


def opening(schema: JsonSchema) -> str:
    """What every document begins with that `ebnf` allows, up to the first choice; perhaps "".

    It can stand at the end of the prompt, where it is read at once and not a token at a time.
    """
    if schema.get("type") != "object" or not schema.get("properties"):
        return ""
    name, part = next(iter(schema["properties"].items()))
    strings = all(isinstance(value, str) for value in part.get("enum", [None]))
    if name not in schema.get("required", ()) or not strings:
        return ""
    return f'{{{_compact(name)}:"'


def ends_with_brace(grammar: str) -> bool:
    """Whether the grammar's documents have one "}", their last character: it tells the end."""
    fixed = "".join(_TERMINAL.findall(grammar))
    return fixed.count("}") == 1 and "[" not in _TERMINAL.sub("", grammar)


class _Builder:
    def __init__(self, definitions: Mapping[str, JsonSchema]) -> None:
        self._definitions = definitions
        self._rules: dict[str, str] = {}

    def rules(self) -> Iterable[str]:
        return (f"{name} ::= {body}" for name, body in self._rules.items())

    def expression(self, schema: JsonSchema) -> str:
        unknown = schema.keys() - _HANDLED - _CHECKED_AFTERWARDS - _NOTES
        if unknown:
            raise EngineError(f"no grammar for the schema keyword {sorted(unknown)[0]!r}")
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        if "const" in schema:
            return _literal(schema["const"])
        if "enum" in schema:
            return _any_of(_literal(value) for value in schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return _any_of(self.expression(option) for option in schema[keyword])
        if "type" not in schema:
            raise EngineError(f"no grammar for a schema without a type: {_compact(dict(schema))}")
        kinds = schema["type"]
        if isinstance(kinds, str):
            return self._typed(kinds, schema)
        return _any_of(self._typed(kind, schema) for kind in kinds)

    def continuation(self, schema: JsonSchema) -> str:
        """What follows the schema's `opening`."""
        _, *others = self._members(schema)
        chosen = next(iter(schema["properties"].values()))["enum"]
        first = _any_of(_quoted(_compact(value)[1:]) for value in chosen)
        return f'({self._listed([(first, True), *others])} "}}")'

    def _typed(self, kind: str, schema: JsonSchema) -> str:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return self._string(schema)
            case _ if kind in _PLAIN:
                return f"({_PLAIN[kind]})"
        raise EngineError(f"no grammar for the schema type {kind!r}")

    def _rule(self, stem: str, body: str) -> str:
        """Name of a new rule."""
        name = f"{stem}{len(self._rules)}"
        self._rules[name] = body
        return name

    def _reference(self, pointer: str) -> str:
        name = pointer.removeprefix("#/$defs/")
        if name not in self._definitions:
            raise EngineError(f"no grammar for the schema reference {pointer!r}")
        rule = "def_" + re.sub(r"\W", "_", name)
        if rule not in self._rules:
            self._rules[rule] = ""  # a definition may refer to itself
            self._rules[rule] = self.expression(self._definitions[name])
        return rule

    def _object(self, schema: JsonSchema) -> str:
        return f'("{{" {self._listed(self._members(schema))} "}}")'

    def _members(self, schema: JsonSchema) -> list[tuple[str, bool]]:
        """Each property with its name, and whether it is required."""
        if schema.get("additionalProperties", False) is not False:
            raise EngineError("no grammar for properties that the schema does not name")
        parts = schema.get("properties", {})
        required = set(schema.get("required", ()))
        if unnamed := required - parts.keys():
            raise EngineError(f"no grammar for the required property {sorted(unnamed)[0]!r}")
        return [
            (f"{_quoted(_compact(name) + ':')} {self.expression(part)}", name in required)
            for name, part in parts.items()
        ]

    def _array(self, schema: JsonSchema) -> str:
        items: JsonSchema = schema.get("items", {})
        low, high = schema.get("minItems", 0), schema.get("maxItems")
        if schema.get("uniqueItems") and "enum" in items:
            body = self._listed([(_literal(value), False) for value in items["enum"]], low > 0)
            return f'("[" {body} "]")'
        if high == 0:
            return '"[]"'
        item = self._rule("item", self.expression(items))
        more = f'("," {item}){{{max(low - 1, 0)},{"" if high is None else high - 1}}}'
        return f'("[" {item} {more} "]")' if low else f'("[" ({item} {more})? "]")'

    def _listed(self, parts: Sequence[tuple[str, bool]], one_at_least: bool = False) -> str:
        """Comma-separated parts in this order, of which only the required ones (True) must be."""
        rest = ['""'] * (len(parts) + 1)
        for i in range(len(parts) - 1, 0, -1):
            text, required = parts[i]
            step = f'"," {text}' if required else f'("," {text})?'
            rest[i] = self._rule("rest", f"{step} {rest[i + 1]}")
        starts = []
        for i, (text, required) in enumerate(parts):
            starts.append(f"{text} {rest[i + 1]}")
            if required:
                break
        else:
            starts += [] if one_at_least and parts else ['""']
        return _any_of(starts)

    def _string(self, schema: JsonSchema) -> str:
        if "pattern" in schema:
            return rf'("\"" {_translated(schema["pattern"])} "\"")'
        low, high = schema.get("minLength", 0), schema.get("maxLength", "")
        count = f"{{{low},{high}}}" if low or high != "" else "*"
        return rf'("\"" {_CHARACTER}{count} "\"")'


def _any_of(options: Iterable[str]) -> str:
    return f"({' | '.join(options)})"


def _literal(value: object) -> str:
    return _quoted(_compact(value))


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _quoted(text: str) -> str:
    r"""Text as terminals of the grammar, one unless it has to be divided.

    xgrammar 0.2 writes a terminal out with its Latin-1 characters as ``\xa3`` and reads it again:
    of "£200" it would make U+A3200, which nothing can match. So a figure begins a new terminal.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(f'"{part}"' for part in _BEFORE_HEX.split(escaped))


_REGEX = re.compile(
    r"(?P<keep>\(\?:|\((?!\?)|[)|]|(?:[*+?]|\{\d+(?:,\d*)?\})(?![?+]))"
    r"|(?P<set>\[(?:\\.|[^\]\\])+\])"
    r"|\\(?P<short>[dws])"
    r"|\\(?P<escaped>[^A-Za-z0-9])"
    r"|(?P<any>\.)"
    r"|(?P<plain>[^\\\[\]{}()|^$*+?.])",
    re.DOTALL,
)


def _translated(pattern: str) -> str:
    r"""A regular expression over the characters inside a JSON string, as grammar.

    Knows literals, groups, alternatives, sets, ``\d \w \s`` and quantifiers; the whole string
    has to match whether or not the pattern is anchored.
    """
    try:
        re.compile(pattern)
    except re.error as exc:
        raise EngineError(f"the schema pattern {pattern!r} is wrong: {exc}") from exc
    body = re.sub(r"^\^|(?<!\\)\$$", "", pattern)
    out, at = [], 0
    while at < len(body):
        match = _REGEX.match(body, at)
        if match is None:
            raise EngineError(f"no grammar for {body[at:]!r} in the schema pattern {pattern!r}")
        out.append(_piece(match, pattern))
        at = match.end()
    return f"({' '.join(out)})" if out else '""'


def _piece(match: re.Match[str], pattern: str) -> str:
    kind, text = match.lastgroup, match[match.lastgroup or 0]
    match kind:
        case "keep":
            return "(" if text == "(?:" else text
        case "short":
            return _CLASSES[text]
        case "any":
            return _CHARACTER
        case "set":
            # The engines fail as a whole on a set that is wrong, so it is looked at here.
            if re.compile(text).match('"') or re.compile(text).match("\\"):
                raise EngineError(f"no grammar for {text} in the schema pattern {pattern!r}")
            return text
        case _:
            return _quoted(_compact(text)[1:-1])
