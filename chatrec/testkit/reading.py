"""Dialogue file -> scenarios. Knows YAML and lines, not what the keys mean.

YAML 1.1 reads a bare `no` as false and `12:30` as a number of seconds; shoppers say such things,
so here only `true` and `false` are booleans and only plain numbers are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chatrec.testkit.errors import ScenarioError
from chatrec.testkit.scenario import KEY_ERROR, Scenario

SUFFIX = ".dialogue.yaml"

Place: TypeAlias = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML with the scalars of JSON."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


_NUMBER = list("-0123456789")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9]\d*)$"), _NUMBER)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?\d+\.\d+$"), _NUMBER)


@dataclass(frozen=True, slots=True)
class Located:
    """A scenario, the file it stands in and the line it begins at."""

    scenario: Scenario
    path: Path
    line: int


def find(paths: Sequence[Path]) -> list[Path]:
    """The dialogue files among files and folders, each once, in order.

    Raises:
        ScenarioError: a path does not exist, or there is no dialogue file at all.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise ScenarioError(f"{path}: no such file or folder")
        files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
        found.update(dict.fromkeys(files))
    if not found:
        raise ScenarioError(f"no *{SUFFIX} under {', '.join(map(str, paths)) or 'nothing'}")
    return list(found)


def load(path: Path) -> list[Located]:
    """The dialogues of a file, one per YAML document.

    Raises:
        ScenarioError: names the file, the line and the nearest known key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ScenarioError(f"{path}: cannot be read: {exc}") from exc
    loader = _Loader(text)
    located: list[Located] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                located.append(_scenario(path, loader, node))
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        raise ScenarioError(f"{path}:{line}: {exc.problem or 'no YAML'}") from exc
    except yaml.YAMLError as exc:
        raise ScenarioError(f"{path}: {exc}") from exc
    finally:
        loader.dispose()
    return _distinct(path, located)


def _distinct(path: Path, located: list[Located]) -> list[Located]:
    if not located:
        raise ScenarioError(f"{path}: holds no dialogue")
    lines: dict[str, int] = {}
    for one in located:
        if one.scenario.id in lines:
            first = lines[one.scenario.id]
            raise ScenarioError(
                f"{path}:{one.line}: the id '{one.scenario.id}' stands at line {first} already"
            )
        lines[one.scenario.id] = one.line
    return located


def _scenario(path: Path, loader: _Loader, node: yaml.Node) -> Located:
    lines: dict[Place, int] = {}
    data = _plain(path, loader, node, (), lines)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as exc:
        problems = [_problem(path, error, lines) for error in exc.errors()]
        raise ScenarioError("\n".join(dict.fromkeys(problems))) from exc
    return Located(scenario, path, lines[()])


def _plain(
    path: Path, loader: _Loader, node: yaml.Node, place: Place, lines: dict[Place, int]
) -> Any:
    """The node as Python values; notes the line of every key and element on the way."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if key in mapping:
                raise ScenarioError(f"{path}:{line}: the key '{key}' stands here twice")
            lines[(*place, key)] = line
            mapping[key] = _plain(path, loader, value_node, (*place, key), lines)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(path, loader, child, (*place, index), lines)
            for index, child in enumerate(node.value)
        ]
    return loader.construct_object(node)


def _problem(path: Path, error: ErrorDetails, lines: dict[Place, int]) -> str:
    """``file:line: place: message``, at the nearest place that the file really has."""
    place: Place = tuple(error["loc"])
    if error["type"] == KEY_ERROR:
        place = (*place, str(error["ctx"]["key"]))
    while place not in lines:  # pydantic names the branches of a union, which no file has
        place = place[:-1]
    named = ".".join(map(str, place)) or "document"
    message = error["msg"]
    if error["type"] == "string_type" and not isinstance(error["input"], dict | list):
        message += f"; quote it: '{error['input']}'"
    return f"{path}:{lines[place]}: {named}: {message}"
