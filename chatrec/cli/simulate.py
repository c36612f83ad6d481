"""`chatrec simulate`: shoppers with hidden goals talk to the configured shop -> rates, transcripts.

Rates are told, not judged: exit status 0 whatever they are, but 1 where a promise was broken or a
dialogue ended by an error, and 130 when stopped; what was played by then is told all the same.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chatrec.cli.folder import settings_in
from chatrec.settings import Settings
from chatrec.simulate.play import Record
from chatrec.simulate.rates import by_behaviour, rates
from chatrec.simulate.report import as_json, summary, table, transcripts
from chatrec.simulate.shop import opened


@click.command("simulate")
@click.option("--dialogues", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the shoppers.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Index of the shop. [default: the configured one]",
)
@click.option("--json", "json_out", is_flag=True, help="Rates and dialogues as one JSON object.")
@click.option(
    "--transcripts",
    "transcript_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the dialogues, failures first.",
)
def command(
    dialogues: int, seed: int, data_dir: Path | None, json_out: bool, transcript_file: Path | None
) -> None:
    """Let simulated shoppers talk to the shop, and measure how they fare."""
    settings = settings_in(data_dir)
    run: dict[str, Any] = {"model": "", "seed": seed, "dialogues": dialogues}
    records: list[Record] = []
    try:
        asyncio.run(_visits(settings, run, records))
    except KeyboardInterrupt:
        click.echo(f"chatrec: stopped after {len(records)} of {dialogues}", err=True)
    told, rows = rates(records), by_behaviour(records)
    if json_out:
        report = as_json(records, told, rows, run)
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{len(records)} dialogues, seed {seed}, {run['model']}\n")
        click.echo(f"{summary(told)}\n\n{table(rows)}")
    if transcript_file is not None:
        transcript_file.write_text(transcripts(records), encoding="utf-8")
    if len(records) < dialogues:
        sys.exit(130)
    sys.exit(1 if told.promises.hits or told.errors else 0)


async def _visits(settings: Settings, run: dict[str, Any], records: list[Record]) -> None:
    """Play the dialogues; each is added to ``records`` when it is done.

    One after the other: in a batch the engine's sums may round otherwise, and a run would not
    repeat exactly.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with opened(settings) as (mall, run["model"]):
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task("shoppers", total=run["dialogues"])
            for number in range(1, run["dialogues"] + 1):
                records.append(await mall.visit(run["seed"], number))
                won = sum(record.succeeded for record in records)
                bar.update(task, advance=1, description=f"{won} of {len(records)} succeeded")
