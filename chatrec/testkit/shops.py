"""Dialogue -> a wired shop over its catalogue, indexed when needed, opened once.

Indexes of catalogue files lie in the cache and are brought up to date at every run, which costs
nothing while the file is the same. A folder is an index, or a shop's files: `products.*` and, where
there is one, `faq.*`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import filelock

from chatrec import demo
from chatrec.background import in_background
from chatrec.errors import CatalogueError
from chatrec.settings import Settings, load_settings
from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.grounding import Shelf
from chatrec.testkit.reading import Located
from chatrec.testkit.scenario import DEMO, Catalogue
from chatrec.testkit.scripted import ScriptedModel
from chatrec.testkit.stages import Stage
from chatrec.types import Constraints
from chatrec.wiring import Shop, build
from vectorstore.disk import IndexFolder
from vectorstore.index import index_catalogue


class Shops:
    """Opens shops by the settings in force.

    ``data_dir`` holds the index that dialogues without a catalogue of their own are about; without
    it they are about the demo shop.
    """

    def __init__(self, data_dir: Path | None = None, settings: Settings | None = None) -> None:
        self._data_dir = data_dir
        self._settings = settings or load_settings()
        self._stages: dict[tuple[Path, bool], Stage] = {}
        self._shops: list[Shop] = []

    async def open(self, located: Located) -> Stage:
        """The shop that the dialogue is about.

        Raises:
            CatalogueAbsent: its catalogue is optional and not here.
            ChatrecError: it cannot be indexed or wired.
        """
        data_dir = self._index_of(located)
        key = (data_dir, located.scenario.scripted)
        if key not in self._stages:
            self._stages[key] = await self._wire(data_dir, scripted=located.scenario.scripted)
        return self._stages[key]

    async def aclose(self) -> None:
        """Close every shop that was opened."""
        while self._shops:
            await self._shops.pop().aclose()

    async def _wire(self, data_dir: Path, *, scripted: bool) -> Stage:
        settings = self._settings.model_copy(update={"data_dir": data_dir})
        script = ScriptedModel() if scripted else None
        shop = await asyncio.wrap_future(in_background(lambda: build(settings, model=script)))
        self._shops.append(shop)
        found = await shop.source.search("", Constraints(), shop.source.vocabulary.size)
        shelf = Shelf(candidate.item for candidate in found)
        return Stage(shop.dialogue, shelf, script, settings.serve.max_message_chars)

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
        name = hashlib.sha256(f"{catalogue}\n{faq}".encode()).hexdigest()[:16]
        data_dir = self._settings.cache_dir / "dialogue-tests" / name
        settings = self._settings.model_copy(update={"data_dir": data_dir})
        with IndexFolder.of(data_dir).explained():
            data_dir.mkdir(parents=True, exist_ok=True)
            # A test run in parallel waits for the index that it needs too.
            with filelock.FileLock(data_dir / "dialogue-tests.lock"):
                index_catalogue(settings, catalogue, faq=faq)
        return data_dir


def _only(folder: Path, name: str) -> Path | None:
    """The file of this name, whatever its suffix; None where there is none or more than one."""
    found = list(folder.glob(f"{name}.*"))
    return found[0] if len(found) == 1 else None
