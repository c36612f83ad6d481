"""Search terms and their BM25 scores."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatrec.types import Item
from chatrec.words import stems
from vectorstore.lexical import FIELD_BREAK, Lexicon
from vectorstore.passages import FIELD_WEIGHTS, item_fields, query_terms, query_words, terms


def test_scores_are_bm25_over_its_upper_bound() -> None:
    rng = random.Random(3)
    words = [f"w{n}" for n in range(12)]
    documents = [rng.choices(words, k=rng.randint(0, 9)) for _ in range(40)]
    lexicon = Lexicon([" ".join(document) for document in documents])
    average = sum(map(len, documents)) / len(documents)
    query = ["w1", "w5", "w7", "unseen"]

    def idf(term: str) -> float:
        df = sum(term in document for document in documents)
        return math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))

    def expected(document: list[str]) -> float:
        total = 0.0
        for term in query:
            tf = document.count(term)
            total += idf(term) * tf / (tf + 1.2 * (0.25 + 0.75 * len(document) / average))
        return total / sum(map(idf, query))

    scores = lexicon.scores(query)
    assert scores == pytest.approx([expected(d) for d in documents], abs=1e-5)
    assert scores.min() >= 0 and scores.max() < 1


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    lexicon = Lexicon(["boot", "boot", "boot", "lamp"])
    scores = lexicon.scores(["boot", "lamp"])
    assert scores[3] > scores[0] > 0


def test_unknown_words_and_empty_queries_score_nothing() -> None:
    lexicon = Lexicon(["red boot", "lamp", ""])
    assert not lexicon.scores(["zzz"]).any()
    assert not lexicon.scores([]).any()
    # What a query asks beyond what is known lowers what the rest is worth.
    assert lexicon.scores(["boot", "zzz"])[0] < lexicon.scores(["boot"])[0]


@pytest.mark.parametrize("documents", [[], ["", ""]])
def test_a_catalogue_without_words_has_no_rows(documents: list[str]) -> None:
    lexicon = Lexicon(documents)
    assert lexicon.scores(["boot"]).shape == (len(documents),)
    assert lexicon.rows("boot").size == lexicon.rows_with_all(["boot"]).size == 0


def test_a_document_covers_the_terms_that_it_has_by_what_they_tell() -> None:
    lexicon = Lexicon(["boot boot red", "boot", "lamp red", "red"])
    half, full = lexicon.covered(["boot", "lamp"])[[0, 2]], lexicon.covered(["boot", "red"])[0]
    assert half[1] > half[0] > 0 and full == pytest.approx(1)
    assert (lexicon.covered(["boot"]) == [1, 1, 0, 0]).all()
    assert lexicon.covered(["boot", "unheard"])[0] < 0.5
    assert not lexicon.covered(["unheard"]).any() and not lexicon.covered([]).any()


def test_rows_with_all_terms() -> None:
    lexicon = Lexicon(["red boot", "boot red boot", "red", "blue boot"])
    assert lexicon.rows("red").tolist() == [0, 1, 2]
    assert lexicon.rows_with_all(["boot", "red", "boot"]).tolist() == [0, 1]
    assert lexicon.rows_with_all(["boot", "zzz"]).tolist() == []
    assert lexicon.rows_with_all([]).tolist() == []


@pytest.mark.parametrize(
    "said", ["dv7-1211ea", "dv7 1211ea", "DV7-1211EA", "dv71211ea", "1211ea", "dv7"]
)
def test_a_model_number_is_found_however_it_is_written(said: str) -> None:
    assert set(terms("HP Pavilion dv7-1211ea Notebook")) & set(query_terms(said))


def test_numbers_and_units_meet_with_and_without_a_space() -> None:
    assert {"16", "gb"} <= set(terms("16GB"))
    assert {"iphon", "15"} <= set(terms("iPhone15"))


@given(st.text(max_size=60), st.text(max_size=200))
def test_every_stem_of_the_text_is_a_term(title: str, description: str) -> None:
    """Exclusions look for candidates among the terms: one that is missing would be shown."""
    item = Item("x", title, description)
    found = {term for field in item_fields(item) for term in " ".join(field).split()}
    assert set(stems(item.text)) <= found


def test_a_query_is_searched_by_the_words_that_say_what_is_wanted() -> None:
    assert query_words("Hi, I'm looking for a red boot, please!") == ["red", "boot"]
    assert query_words("what is it") == ["what", "is", "it"]
    assert "boot" in query_terms("boots boots boot")
    assert query_terms("boots boot").count("boot") == 1


def test_a_word_without_end_takes_no_time_to_speak_of() -> None:
    """Stemming and matching that are quadratic in a word's length would take minutes here."""
    assert terms("a" * 300_000 + "-1")


def document(item: Item) -> str:
    return FIELD_BREAK.join(" ".join(field) for field in item_fields(item))


def test_a_field_is_measured_by_its_own_length() -> None:
    """A short title does not suffer from a long list of specifications."""
    plain = Item("a", "boot", "of leather")
    detailed = Item("b", "boot", "of leather", attributes={f"n{n}": "x y z" for n in range(30)})
    lexicon = Lexicon([document(plain), document(detailed)], FIELD_WEIGHTS)
    first, second = lexicon.scores(["boot"])
    assert first == pytest.approx(second) and first > 0
    assert lexicon.rows("n7").tolist() == [1]
    assert "n7" in lexicon and "n99" not in lexicon


def test_title_words_weigh_more() -> None:
    filler = " plain words of another kind"
    in_title = Item("a", "boot", "thing" + filler)
    in_description = Item("b", "thing", "boot" + filler)
    documents = [document(item) for item in (in_title, in_description)]
    scores = Lexicon(documents, FIELD_WEIGHTS).scores(["boot"])
    assert scores[0] > scores[1] > 0
    assert np.isfinite(scores).all()
