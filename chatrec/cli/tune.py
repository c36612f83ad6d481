"""`chatrec tune`: catalogues -> an adapter that reads their shoppers, with progress.

With ``--faq-examples`` it fits the FAQ's head instead, which takes seconds and no PyTorch.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from chatrec import demo
from chatrec.settings import Settings, load_settings
from chatrec.storage import FILE_NAME, SqliteConversations
from chatrec.tune.faq_head import tune_head
from chatrec.tune.shoppers import Shop
from chatrec.tune.turns import Example
from chatrec.types import FaqEntry, Item
from vectorstore.catalogue import read_catalogue
from vectorstore.faq_file import read_faq
from vectorstore.learn import learn
from vectorstore.source import open_index

_HELD_OUT = 96
_ABOVE_0 = click.FloatRange(min=0.0, min_open=True)


@click.command()
@click.argument("catalogues", nargs=-1, type=click.Path(path_type=Path))
@click.option("--faq", type=click.Path(path_type=Path), help="FAQ file whose questions are used.")
@click.option(
    "--faq-examples",
    type=click.Path(path_type=Path),
    help="Labelled example questions (CSV, JSONL: text, label); a label is a FAQ entry's id.",
)
@click.option("--out", type=click.Path(path_type=Path), default="adapter", show_default=True)
@click.option(
    "--minutes", type=_ABOVE_0, default=45.0, show_default=True, help="Time over all runs."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the made dialogues.")
@click.option(
    "--logged",
    is_flag=True,
    help="Mix in turns of this data folder's shoppers that got a thumb up and may be learnt from.",
)
@click.option("--start", type=click.Path(path_type=Path), help="Adapter to begin from.")
@click.option("--learning-rate", type=float, default=1e-3, show_default=True)
@click.option("--rank", type=int, default=8, show_default=True, help="Rank of the adapter.")
def command(
    catalogues: tuple[Path, ...],
    faq: Path | None,
    faq_examples: Path | None,
    out: Path,
    minutes: float,
    seed: int,
    rank: int,
    learning_rate: float,
    start: Path | None,
    logged: bool,
) -> None:
    """Train the configured model to read the shoppers of CATALOGUES.

    Turns are made from the catalogues, and from the demo shop for variety; nothing is downloaded
    but the base model. A run that was stopped goes on when it is started again with the same
    --out. Use the adapter with CHATREC_MODEL__ADAPTER=FOLDER.

    With --faq-examples nothing of this happens: the indexed FAQ's head is fitted on the shop's own
    example questions, and `chatrec serve` uses it from then on. A label of - marks questions that
    no entry answers.

    With --logged, turns that got a thumb up are mixed in, of conversations that were begun while
    the setting `privacy.learn` was on.
    """
    settings = load_settings()
    if faq_examples is not None:
        for line in tune_head(settings, faq_examples):
            click.echo(line)
        return
    shops = [_shop(path, _questions(faq)) for path in catalogues]
    shops.append(_shop(demo.catalogue_path(), _questions(demo.faq_path())))
    # PyTorch takes long: it is imported once the files are known to be right.
    from chatrec.tune.base import load_base
    from chatrec.tune.logged import mixed
    from chatrec.tune.train import Plan, train
    from chatrec.tune.train import Progress as Standing
    from chatrec.tune.turns import examples, held_out

    lessons = _lessons(settings) if logged else []
    base = load_base(settings)
    plan = Plan(minutes=minutes, seed=seed, rank=rank, learning_rate=learning_rate)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("training", total=minutes * 60)

        def report(now: Standing) -> None:
            rate = now.tokens / max(now.seconds, 1e-9)
            text = f"step {now.step}  loss {now.loss:.3f}  {rate:.0f} tokens/s"
            bar.update(task, completed=now.seconds, description=text)
            if now.accuracy is not None:
                bar.console.print(f"{text}  held-out answers right {now.accuracy:.1%}")

        done = train(
            base.model,
            base.encode,
            lambda number: mixed(examples(shops, number), lessons, number),
            held_out(shops, seed, _HELD_OUT),
            out,
            plan,
            report,
            {
                "base": base.name,
                "base_sha256": base.checksum,
                "catalogues": [*(path.name for path in catalogues), "demo"],
                "start": str(start.name) if start else "",
                "logged": len(lessons),
            },
            start,
        )
    click.echo(f"{out}: held-out answers right {done.accuracy:.1%} after {done.step} steps")


def _lessons(settings: Settings) -> list[Example]:
    """What may be learnt from the conversations in the data folder."""
    from chatrec.tune.logged import logged_examples

    vocabulary = open_index(settings).vocabulary
    store = SqliteConversations(settings.data_dir / FILE_NAME)
    try:
        told = [turn for each in store.learnable() for turn in store.transcript(each)]
    finally:
        store.close()
    lessons = logged_examples(told, vocabulary)
    click.echo(f"{len(lessons)} of {len(told)} turns that may be learnt from are mixed in")
    return lessons


def _shop(path: Path, questions: tuple[str, ...]) -> Shop:
    learnt = learn([row for row in read_catalogue(path) if isinstance(row, Item)])
    return Shop(learnt.items, learnt.vocabulary, questions)


def _questions(faq: Path | None) -> tuple[str, ...]:
    if faq is None:
        return ()
    entries = [row for row in read_faq(faq) if isinstance(row, FaqEntry)]
    return tuple(text for e in entries for text in (e.question, *e.paraphrases))
