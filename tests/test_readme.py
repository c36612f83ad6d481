"""The README against what is there: its commands run, its snippets work, lists are whole.

Commands run as they stand, in order, in one folder that holds the demo shop's files under the
names that the README uses. Those that take long (`make`, training, benchmarks) are not run: their
targets exist, their options are parsed, their modules load.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
import pytest
from ports import free_ports
from pydantic import BaseModel

from chatrec import demo
from chatrec.cli import cli
from chatrec.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "ui" / "docs" / "settings.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PATIENCE = 300.0
LONG = ("chatrec tune ", "chatrec eval ", "chatrec simulate ")
REQUESTS = ("curl ", "read ")
NEEDS_NO_RUN = ("make ", *LONG, "python tests/benchmarks/")


def blocks(language: str) -> list[str]:
    return [text for written, text in BLOCKS if written == language]


def commands() -> list[str]:
    """The lines of all shell blocks, without their comments."""
    lines = (
        line.partition("  #")[0].strip() for text in blocks("sh") for line in text.splitlines()
    )
    return [line for line in lines if line]


def quoted(start: str) -> list[str]:
    """What the README quotes in its prose and tables that begins so."""
    return re.findall(rf"`({re.escape(start)}[^`]*)`", README)


def test_targets_of_make_exist() -> None:
    wanted = {line.split()[1] for line in commands() if line.startswith("make ")}
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= wanted <= targets


def test_long_commands_take_their_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lines = [*commands(), *quoted("chatrec eval"), *quoted("chatrec tune")]
    long = [line for line in lines if line.startswith(LONG)]
    assert len(long) > 2
    for line in long:
        parsed(shlex.split(line)[1:])


def parsed(arguments: list[str]) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group):
        context = click.Context(command)
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
    command.make_context("chatrec", arguments)


def test_benchmarks_load() -> None:
    quoted_here = quoted("python tests/benchmarks/")
    assert quoted_here
    for name in {line.split()[1] for line in [*commands(), *quoted_here] if "benchmarks/" in line}:
        load = "import runpy, sys; runpy.run_path(sys.argv[1])"
        folder = {"PYTHONPATH": str(ROOT / "tests/benchmarks")}
        subprocess.run(
            [sys.executable, "-c", load, str(ROOT / name)], check=True, env=os.environ | folder
        )


def test_the_map_has_every_package_and_what_stands_above_them() -> None:
    text = next(text for text in blocks("text") if text.startswith("chatrec/"))
    packages = [
        path.parent
        for name in ("chatrec", "prompts", "ui", "vectorstore")
        for path in (ROOT / name).rglob("__init__.py")
    ]
    above = [path for path in (ROOT / "chatrec").glob("*.py") if not path.name.startswith("__")]
    wanted = {f"{path.relative_to(ROOT)}/": first_line(path / "__init__.py") for path in packages}
    wanted |= {str(path.relative_to(ROOT)): first_line(path) for path in above}
    rows = (line.partition(" ") for line in text.splitlines())
    assert {name: told.strip() for name, _, told in rows} == wanted


def first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].rstrip(".")


def test_every_setting_is_listed_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| `?([^|`]*?)`? \|", SETTINGS, re.MULTILINE))
    for name, default in settings_of(Settings):
        assert name in rows, name
        assert name == "cache_dir" or rows[name] == default, name


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            yield from settings_of(type(default), f"{prefix}{name}.")
        else:
            yield prefix + name, "" if default in ("", {}) else str(default)


@pytest.mark.parametrize("text", blocks("toml"))
def test_settings_files_are_read(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chatrec.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings().model_fields_set


def test_links_and_pictures_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README's commands name."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(demo.catalogue_path(), folder / "products.jsonl")
    shutil.copy(demo.faq_path(), folder / "faq.jsonl")
    rows = ["id,title,MSRP", "a1,Oak Desk Lamp,49.00", "a2,Red Wool Scarf,19.90"]
    (folder / "products.csv").write_text("\n".join(rows), encoding="utf-8")
    for text in blocks("yaml"):
        name = folder / text.partition("\n")[0].removeprefix("# ")
        name.parent.mkdir(exist_ok=True)
        name.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Commands are found beside this Python; the port is one that is free."""
    [port] = free_ports(1)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "CHATREC_SERVE__PORT": str(port)}


@pytest.mark.model
def test_the_demo_runs(shop: Path, environment: dict[str, str]) -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:.*\n\t\$\(BIN\)/chatrec demo$", recipe, re.MULTILINE)
    told = run("chatrec demo --no-serve", shop, environment)
    assert told.count("you > ") == 7
    assert "$" in told


@pytest.mark.model
def test_commands_run(shop: Path, environment: dict[str, str]) -> None:
    short = [line for line in commands() if not line.startswith((*NEEDS_NO_RUN, *REQUESTS))]
    assert any(line.startswith("chatrec index") for line in short)
    for line in short:
        if line.startswith("chatrec serve"):
            with served(line, shop, environment):
                pass
        else:
            run(line, shop, environment)


@pytest.mark.model
def test_requests_are_answered(shop: Path, environment: dict[str, str]) -> None:
    text = next(text for text in blocks("sh") if text.startswith("curl "))
    lines = [line.replace("curl ", "curl --fail-with-body ") for line in text.splitlines()]
    lines = [f"{line}; echo" if line.startswith("curl") else line for line in lines]
    script = "set -e\n" + "\n".join(lines)
    with served("chatrec serve", shop, environment) as port:
        told = run(script.replace("localhost:8000", f"127.0.0.1:{port}"), shop, environment)
    answers = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    ready, said = answers
    assert ready == {"status": "ready"}
    assert said["constraints"]["price_max"] == 100


@pytest.mark.model
@pytest.mark.parametrize("text", blocks("python"))
def test_snippets_run(text: str, shop: Path, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", text], check=True, cwd=shop, env=environment)


def run(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a script, with one message on its standard input; what it printed."""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        input="a rain jacket\n",
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def served(line: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The port of a server that is ready, stopped in the end."""
    port = environment["CHATREC_SERVE__PORT"]
    server = subprocess.Popen(shlex.split(line), cwd=folder, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE
        while not is_ready(port):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def is_ready(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE).is_success
    except httpx.TransportError:
        return False
