"""Dialogue -> a wired shop over its catalogue, indexed when needed, opened once.

Indexes of catalogue files lie in the cache and are brought up to date at every run, which costs
nothing while the file is the same. A folder is an index, or a shop's files: `products.*` and, where
there is one, `faq.*`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import filelock

from chatrec import demo
from chatrec.background import in_background
from chatrec.errors import CatalogueError, SettingsError
from chatrec.ports import LanguageModel
from chatrec.settings import Settings, load_settings
from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.reading import Located
from chatrec.testkit.reception import Reception
from chatrec.testkit.scenario import DEMO, Catalogue
from chatrec.testkit.scripted import ScriptedModel
from chatrec.testkit.stages import Stage
from chatrec.types import Constraints
from chatrec.wiring import Shop, build
from vectorstore.disk import IndexFolder
from vectorstore.index import index_catalogue

OVERRIDABLE = frozenset({"faq_floor", "handoff", "lookups", "shop", "shown"})
"""Settings that a dialogue may have of its own."""


class Shops:
    """Opens shops by the settings in force.

    ``data_dir`` holds the index that dialogues without a catalogue of their own are about; without
    it they are about the demo shop.
    """

    def __init__(self, data_dir: Path | None = None, settings: Settings | None = None) -> None:
        self._data_dir = data_dir
        self._settings = settings or load_settings()
        self._stages: dict[tuple[Path, bool, tuple[Path, ...]], Stage] = {}
        self._shops: list[Shop] = []
        self._indexes: dict[tuple[Path, Path | None], Path] = {}
        self._model: LanguageModel | None = None

    async def open(self, located: Located) -> Stage:
        """The shop that the dialogue is about.

        Raises:
            CatalogueAbsent: its catalogue is optional and not here.
            ChatrecError: it cannot be indexed or wired.
        """
        data_dir = self._index_of(located)
        named = located.scenario.settings
        files = tuple((located.path.parent / name).resolve() for name in named)
        key = (data_dir, located.scenario.scripted, files)
        if key not in self._stages:
            settings = overridden(self._settings, files) if files else self._settings
            settings = settings.model_copy(update={"data_dir": data_dir})
            self._stages[key] = await self._wire(settings, scripted=located.scenario.scripted)
        return self._stages[key]

    async def aclose(self) -> None:
        """Close every shop that was opened."""
        while self._shops:
            await self._shops.pop().aclose()

    async def _wire(self, settings: Settings, *, scripted: bool) -> Stage:
        script = ScriptedModel() if scripted else None
        model = script or self._model
        shop = await asyncio.wrap_future(in_background(lambda: build(settings, model=model)))
        if not scripted:
            self._model = shop.model
        self._shops.append(shop)
        source = shop.source
        found = await source.search("", Constraints(), source.vocabulary.size)
        return Stage(
            shop.dialogue,
            Shelf(candidate.item for candidate in found),
            script,
            settings.serve.max_message_chars,
            lambda: Reception(lambda: source.vocabulary, settings),
        )

    def _index_of(self, located: Located) -> Path:
        wanted = located.scenario.catalogue
        if wanted is None and self._data_dir is not None:
            return self._data_dir
        if wanted is None or wanted.path == DEMO:
            return self._indexed(demo.catalogue_path(), demo.faq_path())
        return self._named(wanted, located.path.parent)

    def _named(self, wanted: Catalogue, folder: Path) -> Path:
        path = folder / os.path.expandvars(wanted.path)
        if not path.exists():
            if wanted.optional:
                raise CatalogueAbsent(f"{wanted.path} is not here")
            raise CatalogueError(f"the dialogue's catalogue {path} does not exist")
        faq = folder / os.path.expandvars(wanted.faq) if wanted.faq else None
        if path.is_dir():
            if IndexFolder.of(path).path.exists():
                return path
            faq = faq or _only(path, "faq")
            path = _only(path, "products") or path
        if path.is_dir():
            raise CatalogueError(f"{path} holds neither an index nor one products.* file")
        return self._indexed(path.resolve(), faq.resolve() if faq else None)

    def _indexed(self, catalogue: Path, faq: Path | None) -> Path:
        """Where the index of the files lies. It is brought up to date once."""
        files = (catalogue, faq)
        if files not in self._indexes:
            self._indexes[files] = self._index(catalogue, faq)
        return self._indexes[files]

    def _index(self, catalogue: Path, faq: Path | None) -> Path:
        name = hashlib.sha256(f"{catalogue}\n{faq}".encode()).hexdigest()[:16]
        data_dir = self._settings.cache_dir / "dialogue-tests" / name
        settings = self._settings.model_copy(update={"data_dir": data_dir})
        with IndexFolder.of(data_dir).explained():
            data_dir.mkdir(parents=True, exist_ok=True)
            # A test run in parallel waits for the index that it needs too.
            with filelock.FileLock(data_dir / "dialogue-tests.lock"):
                index_catalogue(settings, catalogue, faq=faq)
        return data_dir


def overridden(settings: Settings, files: Sequence[Path]) -> Settings:
    """The settings with those that the TOML files name in their place, table by table.

    Raises:
        SettingsError: a file cannot be read, or names what is wrong or not the dialogue's.
    """
    given: dict[str, Any] = {}
    for file in files:
        try:
            read = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as exc:
            raise SettingsError(f"the dialogue's settings {file} cannot be read: {exc}") from exc
        for name, value in read.items():
            table = isinstance(value, dict)
            given[name] = {**given.get(name, {}), **value} if table else value
    if foreign := sorted(given.keys() - OVERRIDABLE):
        raise SettingsError(
            f"a dialogue's settings may be {', '.join(sorted(OVERRIDABLE))}, "
            f"not {', '.join(foreign)}"
        )
    wanted = load_settings(**given)
    return settings.model_copy(update={name: getattr(wanted, name) for name in given})


def _only(folder: Path, name: str) -> Path | None:
    """The file of this name, whatever its suffix; None where there is none or more than one."""
    found = list(folder.glob(f"{name}.*"))
    return found[0] if len(found) == 1 else None
