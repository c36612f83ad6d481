"""A folder of products, queries and ratings -> queries with what people thought of their answers.

    products.jsonl | products.csv     a catalogue, as `chatrec index` reads it
    queries.csv    | queries.jsonl    query_id, query, and where it is known type
    qrels.csv      | ratings.csv ...  query_id, product_id, rating (0 = bad; bigger is better)

A type is a word on the kind of query ("model number", "use", "misspelt"); where the column is
left out, figures are told for all queries alone. A rating above half of the biggest one in the
file is a good answer; a query without any has no good answer, and is right to find nothing.
Knows no search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatrec.testkit.errors import ScenarioError
from vectorstore.records import RowError, read_csv, read_jsonl

_PRODUCTS = ("products.jsonl", "products.csv", "products.tsv")
_QUERIES = ("queries.csv", "queries.jsonl", "queries.tsv")
_RATINGS = ("qrels.csv", "ratings.csv", "qrels.jsonl", "ratings.jsonl", "qrels.tsv")


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the ratings of its judged products; ``good`` are those worth finding."""

    id: str
    text: str
    type: str
    ratings: Mapping[str, float]
    good: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchSet:
    """The queries of a folder and the catalogue that they are asked of."""

    catalogue: Path
    queries: tuple[JudgedQuery, ...]


def load_search_set(folder: Path) -> SearchSet:
    """The set that a folder holds; queries that nobody rated are left out.

    Raises:
        ScenarioError: a file is missing or broken; names it, and the line where there is one.
    """
    ratings: dict[str, dict[str, float]] = {}
    for path, line, row in _rows(folder, _RATINGS, ("query_id", "product_id", "rating")):
        try:
            rating = float(row["rating"])
        except (TypeError, ValueError) as exc:
            raise ScenarioError(f"{path}:{line}: {row['rating']!r} is not a rating") from exc
        ratings.setdefault(str(row["query_id"]), {})[str(row["product_id"])] = rating
    best = max((rating for of in ratings.values() for rating in of.values()), default=0.0)
    queries = tuple(
        JudgedQuery(
            id=(name := str(row["query_id"])),
            text=str(row["query"]),
            type=str(row.get("type") or ""),
            ratings=ratings[name],
            good=frozenset(p for p, rating in ratings[name].items() if rating > best / 2),
        )
        for _, _, row in _rows(folder, _QUERIES, ("query_id", "query"))
        if str(row["query_id"]) in ratings
    )
    if not any(query.good for query in queries):
        raise ScenarioError(f"{folder}: no query has a rating above 0")
    return SearchSet(_one_of(folder, _PRODUCTS), queries)


def _rows(
    folder: Path, names: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[Path, int, Mapping[str, Any]]]:
    path = _one_of(folder, names)
    for record in read_jsonl(path) if path.suffix == ".jsonl" else read_csv(path):
        if isinstance(record, RowError):
            raise ScenarioError(f"{path}:{record.line}: {record.reason}")
        missing = [name for name in needed if record.values.get(name) in (None, "")]
        if missing:
            raise ScenarioError(f"{path}:{record.line}: {' and '.join(missing)} left out")
        yield path, record.line, record.values


def _one_of(folder: Path, names: Sequence[str]) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise ScenarioError(f"{folder} holds none of {', '.join(names)}")
