"""The terminal tells cards and words, obeys /new and /quit, and stops when it is told to."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from ports import free_ports
from rich.console import Console
from small_shop import SmallShop

from chatrec.cli.chat import Talk, visible
from chatrec.errors import SettingsError
from chatrec.settings import Settings
from ui.app import serve
from vectorstore.index import index_catalogue

TESTS = Path(__file__).parent


class Terminal:
    """A talk whose output is kept."""

    def __init__(self, shop: SmallShop, runner: asyncio.Runner) -> None:
        self.shop = shop
        self._written = io.StringIO()
        console = Console(file=self._written, width=120)
        self.talk = Talk(shop.conversations, shop.source.vocabulary, console, runner)

    def hold(self, *lines: str) -> str:
        self.talk.hold(lines)
        return self._written.getvalue()


@pytest.fixture
def terminal(small_shop: SmallShop) -> Iterator[Terminal]:
    with asyncio.Runner() as runner:
        yield Terminal(small_shop, runner)


def test_cards_then_words_then_what_is_held(terminal: Terminal) -> None:
    told = terminal.hold("red boots under 100")
    parts = ["Red Hiking Boots 1", "$59  ★ 4.5", "Place 1 of 1", "color: red", "1 items fit."]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)
    assert "looking for: boots in red up to $100" in told
    assert "you could say: in red · under 60" in told


def test_an_answer_from_the_faq_names_its_entry(terminal: Terminal) -> None:
    assert "from our answers: Can I return it?" in terminal.hold("can I return it?")


def test_lines_go_on_in_one_conversation_until_a_new_one(terminal: Terminal) -> None:
    terminal.hold("boots under 100", "", "red", "/new", "blue")
    assert [len(turn.history) for turn in terminal.shop.dialogue.turns] == [0, 2, 0]


def test_nothing_is_answered_after_quit(terminal: Terminal) -> None:
    terminal.hold("boots", "/quit", "lamps")
    assert [turn.text for turn in terminal.shop.dialogue.turns] == ["boots"]


def test_an_unknown_command_is_explained(terminal: Terminal) -> None:
    assert "/new begins a new conversation" in terminal.hold("/help")
    assert terminal.shop.dialogue.turns == []


def test_a_failure_is_told_and_the_talk_goes_on(terminal: Terminal) -> None:
    told = terminal.hold("boots, break", "x" * 2001, "red boots")
    assert "the engine at /srv/secret stopped" in told
    assert "may have 2,000" in told
    assert told.rstrip().endswith("in red · under 60")


def test_ctrl_c_between_lines_leaves(terminal: Terminal) -> None:
    def lines() -> Iterator[str]:
        yield "boots"
        raise KeyboardInterrupt

    terminal.talk.hold(lines())
    assert len(terminal.shop.dialogue.turns) == 1


def test_a_title_cannot_command_the_terminal(terminal: Terminal) -> None:
    assert visible("red\x1b[31m [bold]boots[/]\x07\n") == "red[31m [bold]boots[/]\n"
    assert "<img src=x onerror=alert(1)>" in terminal.hold("lamp")


def test_a_port_that_is_taken_is_named(tmp_path: Path, small_shop: SmallShop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(data_dir=tmp_path, serve={"port": port})
        with pytest.raises(SettingsError, match=rf"cannot listen on 127.0.0.1:{port}.*--port"):
            asyncio.run(serve(settings, lambda: small_shop, lambda url: None))


def test_servers_that_are_told_to_stop_close_the_shop(tmp_path: Path) -> None:
    """Two, for the web libraries take long to load: a fork of one process for each signal."""
    stops = dict(zip(free_ports(2), (signal.SIGTERM, signal.SIGINT), strict=True))
    code = """
        import asyncio
        import os
        import sys
        from pathlib import Path
        from small_shop import SmallShop
        from chatrec.settings import Settings
        from chatrec.storage import SqliteConversations
        from ui.app import serve

        def run(port):
            class Told(SmallShop):
                async def aclose(self):
                    await super().aclose()
                    print("closed", port, flush=True)

            folder = Path(sys.argv[1]) / str(port)
            shop = Told(SqliteConversations(folder / "conversations.db"))
            settings = Settings(data_dir=folder, serve={"port": port})
            asyncio.run(serve(settings, lambda: shop, tell))

        def tell(url):
            print(os.getpid(), url, flush=True)

        for port in map(int, sys.argv[2:]):
            if os.fork() == 0:
                try:
                    run(port)
                finally:
                    os._exit(0)
        for _ in sys.argv[2:]:
            os.wait()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path), *map(str, stops)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
        env={
            "PYTHONPATH": f"{TESTS}:{TESTS.parent}",
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
    )
    assert process.stdout is not None
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(transport=transport, timeout=60) as client:
        told = [process.stdout.readline().split() for _ in stops]  # before either is closed
        for pid, url in told:
            port = int(url.removeprefix("http://localhost:"))
            assert client.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
            os.kill(int(pid), stops[port])
    output, _ = process.communicate(timeout=60)
    assert sorted(output.splitlines()) == sorted(f"closed {port}" for port in stops)


@pytest.fixture(scope="module")
def stuck(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a shop whose loading never ends."""
    folder = tmp_path_factory.mktemp("stuck")
    (folder / "shop.jsonl").write_text('{"id": "a", "title": "Oak Lamp"}', encoding="utf-8")
    embedder = "made_embeddings:Stuck"
    settings = Settings(data_dir=folder, embedder=embedder)
    index_catalogue(settings, folder / "shop.jsonl")
    [port] = free_ports(1)
    return os.environ | {
        "PYTHONPATH": f"{TESTS}:{TESTS.parent}",
        "CHATREC_DATA_DIR": str(folder),
        "CHATREC_EMBEDDER": embedder,
        "CHATREC_SERVE__PORT": str(port),
        "MADE_EMBEDDINGS_STUCK": "yes",
    }


@pytest.mark.parametrize(
    ("command", "stop", "status"),
    [
        ("serve", signal.SIGINT, 130),
        ("serve", signal.SIGTERM, -signal.SIGTERM),
        ("chat", signal.SIGINT, 130),
        ("test dialogues/smalltalk --data-dir", signal.SIGINT, 130),
    ],
)
def test_what_is_loading_stops_when_it_is_told_to(
    command: str, stop: signal.Signals, status: int, stuck: dict[str, str]
) -> None:
    arguments = [
        *command.split(),
        *([stuck["CHATREC_DATA_DIR"]] if "--data-dir" in command else ()),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "chatrec", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=TESTS,
        env=stuck,
    )
    assert process.stdout is not None
    while "stuck" not in process.stdout.readline():
        assert process.poll() is None, process.communicate()
    process.send_signal(stop)
    _, told = process.communicate(timeout=60)
    assert process.returncode == status, told
    assert "Traceback" not in told
