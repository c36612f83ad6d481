"""How soon `chatrec serve` is ready, how much memory it takes, and how it bears 20 shoppers.

    python tests/benchmarks/serving.py [--shoppers 20] [--messages 3] [--data-dir DIR]

Without --data-dir the demo shop is indexed into a temporary folder first; the models are fetched
first where they are not in the cache. Each shopper has a conversation of its own over HTTP on this
machine and says the next thing as soon as the last is answered; "first event" is the first line of
the event stream. Memory is the resident set of the server and its children, after all that. Exit
status 1 when a floor is missed or a request fails.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from chatrec import demo
from chatrec.llm.models import prepare
from chatrec.settings import load_settings
from vectorstore.index import index_catalogue

READY, RESIDENT_MB = 20.0, 2500.0
PATIENCE = 120.0  # seconds: for the server to be ready, and for all conversations together
MESSAGES = (
    "waterproof hiking boots under 200",
    "nothing in brown",
    "how long do I have to return them?",
    "a tent for two people",
    "below 300 please",
    "what does the first one weigh?",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """Seconds from sending a message to the first event and to the end of its answer."""

    first: float
    whole: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shoppers", type=int, default=20, help="at the same time")
    parser.add_argument("--messages", type=int, default=3, help="of each, at most 6")
    parser.add_argument("--data-dir", type=Path, help="an index; conversations are added to it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = arguments.data_dir or indexed(Path(folder))
        prepare(load_settings())
        met = measure(data_dir, arguments.shoppers, MESSAGES[: arguments.messages])
    sys.exit(0 if met else 1)


def indexed(folder: Path) -> Path:
    index_catalogue(load_settings(data_dir=folder), demo.catalogue_path(), faq=demo.faq_path())
    return folder


def measure(data_dir: Path, shoppers: int, messages: Sequence[str]) -> bool:
    with served(data_dir) as (server, url):
        ready = seconds_until_ready(server, url)
        before = resident_mb(server.pid)
        answers = asyncio.run(crowd(url, shoppers, messages))
        after = resident_mb(server.pid)
    first = [answer.first for answer in answers]
    whole = [answer.whole for answer in answers]
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    table = Table("what", "value", "floor", caption=f"{os.cpu_count()} cores, load averages {load}")
    table.add_row("ready after", f"{ready:.1f} s", f"{READY:.0f} s")
    table.add_row("memory when ready", f"{before:,.0f} MB", f"{RESIDENT_MB:,.0f} MB")
    table.add_row("memory afterwards", f"{after:,.0f} MB", f"{RESIDENT_MB:,.0f} MB")
    table.add_row("conversations together", f"{shoppers}, {len(answers)} messages answered", "")
    table.add_row("first event", spread(first), "")
    table.add_row("whole reply", spread(whole), "")
    Console().print(table)
    return ready <= READY and after <= RESIDENT_MB and len(answers) == shoppers * len(messages)


@contextmanager
def served(data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server in a process of its own, and its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "chatrec", "serve"]
    server = subprocess.Popen([*command, "--port", str(port), "--data-dir", str(data_dir)])
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def seconds_until_ready(server: subprocess.Popen[bytes], url: str) -> float:
    """Seconds since the process began."""
    began = psutil.Process(server.pid).create_time()
    while time.time() - began < PATIENCE and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=PATIENCE).status_code == httpx.codes.OK:
                return time.time() - began
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.05)
    sys.exit(f"the server was not ready within {PATIENCE:.0f} s")


def resident_mb(pid: int) -> float:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in family) / 1e6


async def crowd(url: str, shoppers: int, messages: Sequence[str]) -> list[Answered]:
    """All conversations at once; what is answered by the end of `PATIENCE` counts."""
    answers: list[Answered] = []
    limits = httpx.Limits(max_connections=shoppers)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits) as client:
        try:
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as together:
                for _ in range(shoppers):
                    together.create_task(converse(client, messages, answers))
        except TimeoutError:
            Console(stderr=True).print(f"stopped after {PATIENCE:.0f} s")
    return answers


async def converse(
    client: httpx.AsyncClient, messages: Sequence[str], answers: list[Answered]
) -> None:
    started = (await client.post("/v1/conversations")).raise_for_status().json()
    path = f"/v1/conversations/{started['conversation_id']}/messages"
    bearer = {"Authorization": f"Bearer {started['token']}"}
    for text in messages:
        answers.append(await say(client, path, text, bearer))


async def say(
    client: httpx.AsyncClient, path: str, text: str, bearer: Mapping[str, str]
) -> Answered:
    sent = time.perf_counter()
    first = 0.0
    event = ""
    headers = {"Accept": "text/event-stream", **bearer}
    async with client.stream("POST", path, json={"text": text}, headers=headers) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            first = first or time.perf_counter() - sent
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
    if event != "reply":
        raise RuntimeError(f"{text!r} was answered with {event!r}")
    return Answered(first, time.perf_counter() - sent)


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile."""
    high = statistics.quantiles(seconds, n=20)[-1]
    return f"p50 {statistics.median(seconds):.2f} s, p95 {high:.2f} s"


if __name__ == "__main__":
    main()
