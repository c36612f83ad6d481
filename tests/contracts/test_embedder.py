"""What every embedder has to do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatrec.errors import EngineError, SettingsError
from chatrec.fetch import fetch
from chatrec.ports import Embedder
from chatrec.settings import load_settings
from vectorstore.embed import TOKENIZER, WEIGHTS, embedder_name, open_embedder
from vectorstore.hashing import HashingEmbedder

TEXTS = [
    "red running shoes", "a warm winter jacket", "desk lamp", "", "x", "🙂", "naïve café",
    "wireless over-ear headphones with noise cancelling", "word " * 400, "\x00", "靴子",
]  # fmt: skip


@pytest.fixture(
    scope="module", params=["hashing", "langchain", pytest.param("minilm", marks=pytest.mark.model)]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    name = "made_embeddings:Unscaled" if request.param == "langchain" else "minilm"
    return open_embedder(load_settings(embedder=name))


def test_rows_are_unit_vectors_of_the_promised_dimension(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-4


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_a_text_has_one_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    together = embedder.embed([*TEXTS, *reversed(TEXTS)])
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert (together[: len(TEXTS)] * alone).sum(1).min() > 0.9995
    assert (together[len(TEXTS) :][::-1] * alone).sum(1).min() > 0.9995


def test_near_texts_are_nearer_than_far_ones(embedder: Embedder) -> None:
    query, near, far = embedder.embed(
        ["running shoes for men", "shoes for running", "a kitchen knife"]
    )
    assert query @ near > query @ far + 0.2


def test_any_text_is_taken(embedder: Embedder) -> None:
    strange = ["", " \n", "\ud800", "a" * 100_000, "word " * 50_000, "\u202e\u200b", "<b>&amp;</b>"]
    vectors = embedder.embed(strange)
    assert np.isfinite(vectors).all()


def test_many_threads_get_their_own_answers(embedder: Embedder) -> None:
    expected = {text: embedder.embed([text])[0] for text in TEXTS}
    asked = TEXTS * 6
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: embedder.embed([text])[0], asked))
    assert min(expected[t] @ a for t, a in zip(asked, answers, strict=True)) > 0.9995


def test_the_name_is_known_before_the_model_is_loaded() -> None:
    for name in ("made_embeddings:Unscaled",):
        settings = load_settings(embedder=name)
        assert open_embedder(settings).name == embedder_name(settings) == name
    assert embedder_name(load_settings()) == "all-MiniLM-L6-v2"


@pytest.mark.parametrize(
    "name",
    ["minilmm", "no_such_module:Class", "made_embeddings:Missing", "made_embeddings:NeedsKey"],
)
def test_an_embedder_that_cannot_be_made_is_a_setting_to_put_right(name: str) -> None:
    with pytest.raises(SettingsError, match=r"package\.module:Class"):
        open_embedder(load_settings(embedder=name))


def test_a_provider_that_fails_is_an_engine_error() -> None:
    embedder = open_embedder(load_settings(embedder="made_embeddings:Failing"))
    with pytest.raises(EngineError, match="no route to host"):
        embedder.embed(["anything"])


@pytest.mark.model
def test_minilm_agrees_with_the_published_weights_in_f32() -> None:
    import torch
    from tokenizers import Tokenizer

    from vectorstore.convert import load_encoder

    settings = load_settings()
    tokenizer = Tokenizer.from_file(str(fetch(TOKENIZER, settings.cache_dir)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    encoder = load_encoder(fetch(WEIGHTS, settings.cache_dir))
    found = open_embedder(settings).embed(TEXTS)
    with torch.inference_mode():
        for text, vector in zip(TEXTS, found, strict=True):
            ids = torch.tensor([tokenizer.encode(text).ids])
            exact = encoder(ids, torch.ones_like(ids))[0].numpy()
            assert exact @ vector > 0.999, text
