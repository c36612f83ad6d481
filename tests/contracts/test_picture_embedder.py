"""What everything that embeds pictures has to do, and what a model that cannot is answered with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from made_pictures import drawn, encoded, picture
from tiny_clip import DIMENSION, saved
from transformers import BertConfig, BertModel

from chatrec.errors import ModelUnavailable, SettingsError
from chatrec.pictures import decoded
from chatrec.ports import PictureEmbedder
from chatrec.settings import PhotoSettings, load_settings
from vectorstore.pictures.embed import LazyPictures, picture_embedder

PICTURES = [picture(number) for number in range(20)]


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> PictureEmbedder:
    folder = tmp_path_factory.mktemp("clip")
    return LazyPictures(str(saved(folder)), folder)


def test_rows_are_unit_vectors(embedder: PictureEmbedder) -> None:
    vectors = embedder.embed(PICTURES)
    assert vectors.shape == (len(PICTURES), DIMENSION) and vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_a_picture_has_one_vector_whatever_stands_beside_it(embedder: PictureEmbedder) -> None:
    together = embedder.embed(PICTURES)
    alone = np.vstack([embedder.embed([each]) for each in PICTURES])
    assert (together * alone).sum(1).min() > 0.9999


def test_other_pictures_have_other_vectors(embedder: PictureEmbedder) -> None:
    cosines = embedder.embed(PICTURES) @ embedder.embed(PICTURES).T
    assert (cosines - 2 * np.eye(len(PICTURES))).max() < 0.9999


@pytest.mark.parametrize("size", [(1, 1), (1, 448), (448, 1), (300, 200), (33, 448)])
def test_any_size_is_taken(embedder: PictureEmbedder, size: tuple[int, int]) -> None:
    small = decoded(encoded(drawn(1).resize(size)), 1_000_000)
    assert (small.width, small.height) == size
    assert np.isfinite(embedder.embed([small])).all()


def test_many_threads_get_their_own_answers(embedder: PictureEmbedder) -> None:
    expected = embedder.embed(PICTURES)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda each: embedder.embed([each])[0], PICTURES))
    assert (expected * np.vstack(answers)).sum(1).min() > 0.9999


def test_nothing_is_loaded_before_the_first_picture(tmp_path: Path) -> None:
    settings = load_settings(photos=PhotoSettings(model=str(tmp_path / "nowhere")))
    embedder = picture_embedder(settings)
    assert embedder is not None and embedder.name == str(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailable, match=r"photos\.model"):
        embedder.embed(PICTURES)


def test_without_a_model_there_is_none() -> None:
    assert picture_embedder(load_settings()) is None


def test_a_model_that_sees_nothing_is_told(tmp_path: Path) -> None:
    folder = saved(tmp_path / "text")
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 8}
    BertModel(BertConfig(intermediate_size=16, **small)).save_pretrained(folder)
    with pytest.raises(ModelUnavailable, match="CLIP-like"):
        LazyPictures(str(folder), tmp_path).embed(PICTURES)


def test_a_device_that_is_not_there_is_a_setting_to_put_right(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"photos\.device"):
        LazyPictures(str(saved(tmp_path)), tmp_path, "cuda:7").embed(PICTURES)
