"""`chatrec eval`: a set of turns or of rated queries -> rates by behaviour, measures of search.

Rates are told, not judged: exit status 0 whatever they are, 1 when they cannot be taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from chatrec.background import in_background
from chatrec.cli.eval_faq import command as faq
from chatrec.llm.models import load_model
from chatrec.ports import LanguageModel
from chatrec.settings import load_settings
from chatrec.testkit.reading_rates import (
    Doubt,
    Rates,
    Scored,
    by_behaviour,
    doubts,
    failure_text,
    score,
)
from chatrec.testkit.reading_score import KINDS
from chatrec.testkit.reading_set import load_set
from chatrec.testkit.search_methods import BM25, DENSE, FUSION, RRF, Found, reading_of, searched
from chatrec.testkit.search_report import SearchReport, worst
from chatrec.testkit.search_set import SearchSet, load_search_set
from vectorstore.index import index_catalogue
from vectorstore.source import Catalogue, open_index

_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@click.group("eval")
def command() -> None:
    """Measure on a test set."""


command.add_command(faq)


@command.command("reading")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-k", "only", default="", metavar="NAME", help="Only behaviours with NAME in them.")
@click.option("--shop", "shops", multiple=True, metavar="NAME", help="Only turns of this shop.")
@click.option("--json", "as_json", is_flag=True, help="Rates and failures as one JSON object.")
@click.option("--curve", is_flag=True, help="What asking back below each confidence would do.")
def reading(folder: Path, only: str, shops: tuple[str, ...], as_json: bool, curve: bool) -> None:
    """How well the configured model understands the turns in FOLDER."""
    cases, left_out, catalogues = load_set(folder, only, shops)
    if not cases:
        raise click.ClickException(f"no turns to read in {folder}")

    settings = load_settings()
    model: LanguageModel = in_background(lambda: load_model(settings)).result()

    async def run() -> tuple[str, list[Scored]]:
        try:
            return model.name, await score(cases, catalogues, model)
        finally:
            await model.aclose()

    name, scored = asyncio.run(run())
    rates = by_behaviour(scored)
    failures = [one for one in scored if not one.passed]
    if as_json:
        click.echo(_json(name, rates, failures, left_out))
        return
    for one in failures:
        click.echo(f"{failure_text(one)}\n")
    click.echo(_table(rates))
    if curve:
        click.echo(f"\n{_curve(doubts(scored, _THRESHOLDS))}")
    click.echo(f"\n{name}; {len(left_out)} turns left out for want of their catalogue")


@command.command("search")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--baseline",
    type=click.Choice([BM25, DENSE, RRF, FUSION]),
    default=FUSION,
    show_default=True,
    help="What gains are measured against.",
)
@click.option("--read", is_flag=True, help="Also as in a dialogue: the configured model reads.")
@click.option("--worst", "shown", default=0, metavar="N", help="Show the N worst queries.")
@click.option("--json", "as_json", is_flag=True, help="All figures as one JSON object.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where the index is kept.")
def search(
    folder: Path, baseline: str, read: bool, shown: int, as_json: bool, data_dir: Path | None
) -> None:
    """How well the shop's search answers the rated queries in FOLDER.

    FOLDER holds a catalogue (products.jsonl or .csv, as `chatrec index` reads it), queries
    (queries.csv or .jsonl: query_id, query, and if you like type, any word such as "brand" or
    "misspelt") and ratings (qrels.csv or ratings.csv: query_id, product_id, rating; 0 is bad).

    The words of each query are searched as they stand, in our way and in plain ways. Gains over
    the baseline come with 95 % intervals, bootstrapped over queries. The index is kept in the
    cache, so that only the first run builds it.
    """
    judged = load_search_set(folder)
    settings = load_settings(data_dir=data_dir or _kept_in(judged))
    index_catalogue(settings, judged.catalogue)
    source = open_index(settings)
    model: LanguageModel | None = None
    if read:
        model = in_background(lambda: load_model(load_settings())).result()
    found = asyncio.run(_searched(judged, source, model))
    report = SearchReport.of(found, source.relevance_floor)
    if as_json:
        click.echo(json.dumps(report.json(baseline), indent=2))
        return
    click.echo(report.text(baseline))
    if shown:
        click.echo(f"\n{worst(found, shown)}")


def _kept_in(judged: SearchSet) -> Path:
    """A data folder of the catalogue's own, in the cache."""
    name = hashlib.sha256(str(judged.catalogue.resolve()).encode()).hexdigest()[:16]
    return load_settings().cache_dir / "eval-search" / name


async def _searched(
    judged: SearchSet, source: Catalogue, model: LanguageModel | None
) -> list[Found]:
    """The rankings; with a model, which is closed in the end, also of what it reads."""
    if model is None:
        return [found async for found in searched(judged.queries, source)]
    try:
        reading = reading_of(source, model)
        return [found async for found in searched(judged.queries, source, reading)]
    finally:
        await model.aclose()


def _json(model: str, rates: dict[str, Rates], failures: list[Scored], left_out: list[str]) -> str:
    told = [
        {
            "behaviour": one.case.behaviour,
            "shop": one.case.shop,
            "message": one.case.turn.text,
            "prompt": one.prompt,
            "answers": one.answers,
            "expected": {
                "intents": one.case.intents,
                "state": one.case.then.model_dump(exclude_defaults=True),
            },
            "intent": one.understood.intent,
            "problems": one.marks.problems,
        }
        for one in failures
    ]
    tables = {
        behaviour: rate.table() | {"slots": {k: asdict(rate.slots[k]) for k in KINDS}}
        for behaviour, rate in rates.items()
    }
    report = {"model": model, "rates": tables, "left_out": len(left_out), "failures": told}
    return json.dumps(report, indent=2, ensure_ascii=False)


def _curve(curve: Sequence[Doubt]) -> str:
    lines = [f"{'ask below':>10}{'asked':>10}{'of wrong':>10}{'right else':>12}"]
    lines += [f"{d.below:10.2f}{d.asked:10.3f}{d.wrong_asked:10.3f}{d.right:12.3f}" for d in curve]
    return "\n".join(lines)


def _table(rates: dict[str, Rates]) -> str:
    width = max(len(name) for name in rates)
    columns = list(Rates().table())
    lines = [f"{'':{width}}" + "".join(f"{column:>10}" for column in columns)]
    for name, rate in rates.items():
        cells = "".join(f"{_cell(value):>10}" for value in rate.table().values())
        lines.append(f"{name:{width}}{cells}")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
