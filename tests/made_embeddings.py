"""LangChain `Embeddings` that a settings file can name."""

from __future__ import annotations

import os
import sys
import time

from langchain_core.embeddings import Embeddings

from vectorstore.hashing import HashingEmbedder


class Unscaled(Embeddings):
    """Vectors of any length, as many providers give them; refuses empty texts, as they do."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not all(text.strip() for text in texts):
            raise ValueError("input cannot be an empty string")
        return (3 * HashingEmbedder().embed(texts)).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Failing(Unscaled):
    """A provider that is down once it has been asked for its dimension."""

    def __init__(self) -> None:
        self._asked = False

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self._asked:
            raise ConnectionError("no route to host")
        self._asked = True
        return super().embed_documents(texts)


class NeedsKey(Unscaled):
    """A class that cannot be made without arguments."""

    def __init__(self, key: str) -> None:
        self.key = key


class Stuck(Unscaled):
    """A model whose loading never ends where the environment says so, and hears no signal."""

    def __init__(self) -> None:
        if "MADE_EMBEDDINGS_STUCK" in os.environ:
            sys.stdout.write("stuck\n")
            sys.stdout.flush()
            time.sleep(3600)
