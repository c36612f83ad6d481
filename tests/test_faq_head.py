"""A head learns which entry a message asks for, and when none does, from examples alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatrec.errors import CatalogueError, IndexMismatch, StorageError
from chatrec.testkit.faq_judge import judged
from chatrec.testkit.faq_rates import LabelRates, Nearest, rates, splits
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import FaqEntry
from vectorstore.curve import Curve
from vectorstore.faq import Faq
from vectorstore.faq_head import KERNEL, PROFILE_SHARE, Example, Head, background, fit_head
from vectorstore.hashing import HashingEmbedder
from vectorstore.kernel import Ridge, Spelling, near_copies
from vectorstore.topics import Profiles, Topics, topic_phrases

EMBEDDER = HashingEmbedder()
TOPICS = Topics(EMBEDDER.embed(topic_phrases()))
WORDS = {
    "returns": "return refund money back unwanted send".split(),
    "shipping": "shipping delivery parcel courier arrive days".split(),
    "payment": "pay card visa invoice instalment bank".split(),
    "stores": "store opening hours address sunday visit".split(),
}


def examples() -> list[Example]:
    """Twelve messages a label, each of two of its words."""
    return [
        Example(f"question on {first} and {second} please", label)
        for label, words in WORDS.items()
        for place, first in enumerate(words)
        for second in (words[place - 1], words[place - 2])
    ]


def test_left_out_scores_are_those_of_a_fit_without_the_group() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(12, 5))
    kernel = vectors @ vectors.T
    targets = np.eye(3)[np.arange(12) % 3]
    groups = [np.arange(start, start + 4) for start in (0, 4, 8)]
    found = Ridge.fit(kernel, targets).left_out(groups)
    for rows in groups:
        rest = np.setdiff1d(np.arange(12), rows)
        without = Ridge.fit(kernel[np.ix_(rest, rest)], targets[rest])
        expected = kernel[np.ix_(rows, rest)] @ without.weights
        assert found[rows] == pytest.approx(expected, abs=1e-8)


def test_a_typo_leaves_spelling_near_and_another_word_does_not() -> None:
    texts = ["delivery", "delivry", "refund", ""]
    vectors = Spelling.of(texts).vectors(texts)
    assert vectors[0] @ vectors[1] > 0.3 > abs(vectors[0] @ vectors[2])
    assert not vectors[3].any()


def test_near_copies_are_one_group_through_what_lies_between_them() -> None:
    angles = np.array([0.0, 0.3, 0.6, 2.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert [list(rows) for rows in near_copies(vectors, 0.9)] == [[0, 1, 2], [3]]


def test_the_curve_counts_right_wrong_and_weighed_false_answers() -> None:
    curve = Curve.of(
        np.array([0.9, 0.6]), np.array([0.5]), np.array([0.7, 0.2]), np.array([0.25, 0.75])
    )
    assert curve.at(0.55) == pytest.approx((2 / 3, 0.0, 0.25))
    assert curve.at(0.2) == pytest.approx((2 / 3, 1 / 3, 1.0))
    assert curve.at(0.9) == pytest.approx((1 / 3, 0.0, 0.0))
    assert curve.best(0.5) == pytest.approx((0.5 + 0.6) / 2)  # as good from 0.5 to 0.6
    assert curve.best(0.9) == pytest.approx(0.9)


def test_a_message_like_the_examples_is_answered_and_others_are_not() -> None:
    head = fit_head(examples(), EMBEDDER).head
    asked = [
        "another question on unwanted and money please",
        "question on days of a courier please",
        "hello",
        "what a nice day it is",
    ]
    scores = head.scores(asked, EMBEDDER.embed(asked))
    best = [head.labels[place] for place in scores.argmax(axis=1)]
    answered = scores.max(axis=1) >= head.threshold
    assert best[:2] == ["returns", "shipping"]
    assert list(answered) == [True, True, False, False]


def test_messages_that_a_shop_marks_as_unanswered_are_not_answered() -> None:
    text = "question on return and gardening please"
    plain = fit_head(examples(), EMBEDDER).head
    marked = fit_head([*examples(), Example(text, None)], EMBEDDER).head
    vectors = EMBEDDER.embed([text])
    assert marked.scores([text], vectors).max() < 0.5 * plain.scores([text], vectors).max()


def test_a_message_that_shares_only_a_topic_with_the_examples_is_nearer_to_them() -> None:
    text = "carbon footprint"
    known = [*examples(), *(Example(f"{w} recycling", "green") for w in ("your", "all", "any"))]
    scores = {}
    for topics, share in ((KERNEL.topics, PROFILE_SHARE), (0.0, 0.0)):
        kernel = replace(KERNEL, topics=topics)
        head = fit_head(known, EMBEDDER, kernel=kernel, profile_share=share).head
        row = head.scores([text], EMBEDDER.embed([text]))[0]
        scores[topics] = row[head.labels.index("green")]
    assert scores[KERNEL.topics] > 2 * scores[0.0]


def test_left_out_profiles_are_those_of_the_other_examples() -> None:
    rng = np.random.default_rng(0)
    topics = rng.random((12, 4))
    of_label = np.arange(10) % 2
    copies = np.array([0, 4])
    groups = [copies, np.flatnonzero(of_label == 1), np.array([10, 11])]
    found = Profiles.of(topics[:10], of_label).left_out(topics, of_label, groups)
    kept = np.setdiff1d(np.arange(10), copies)
    rest = Profiles.of(topics[kept], of_label[kept]).shared(topics)
    assert found[copies, 0] == pytest.approx(rest[copies, 0])
    whole = Profiles.of(topics[:10], of_label).shared(topics)
    assert found[copies, 1] == pytest.approx(whole[copies, 1])
    assert not found[groups[1], 1].any()
    assert found[10:] == pytest.approx(whole[10:])


def test_a_label_wins_by_what_all_its_examples_are_about() -> None:
    green = [f"{word} recycling" for word in ("your", "all", "any")]
    known = [*examples(), *(Example(text, "green") for text in green)]
    text = "eco friendly refund"
    gained = {}
    for share in (0.0, PROFILE_SHARE):
        head = fit_head(known, EMBEDDER, profile_share=share).head
        row = head.scores([text], EMBEDDER.embed([text]))[0]
        gained[share] = row[head.labels.index("green")] - row[head.labels.index("stores")]
    assert gained[PROFILE_SHARE] > gained[0.0]


def test_a_label_about_no_known_topic_can_be_asked_for() -> None:
    head = fit_head(examples(), EMBEDDER).head
    unknown = replace(head, profiles=Profiles(np.zeros_like(head.profiles.means)))
    text = "question on unwanted and money please"
    row = unknown.scores([text], EMBEDDER.embed([text]))[0]
    assert head.labels[int(row.argmax())] == "returns" and row.max() > 0.5


def test_a_message_that_shares_nothing_but_a_topic_is_not_answered() -> None:
    green = [Example(f"{word} recycling", "green") for word in ("your", "all", "any")]
    text = "carbon footprint"
    head = fit_head([*examples(), *green], EMBEDDER, kernel=replace(KERNEL, topics=0.0)).head
    shared = head.profiles.shared(head.topics.of([text], EMBEDDER.embed([text])))
    assert shared.max() > 0.9
    assert head.scores([text], EMBEDDER.embed([text])).max() < 0.2


def test_a_label_left_out_takes_its_topics_with_it() -> None:
    words = {
        "green": ("sustainable packaging", "recycling", "carbon footprint", "eco friendly"),
        "jobs": ("careers", "vacancies", "internship", "are you hiring"),
        "press": ("press enquiries", "media contact", "sponsorship", "influencer"),
    }
    known = [Example(text, label) for label, texts in words.items() for text in texts]
    right, _, false = fit_head(known, EMBEDDER, profile_share=1.0).curve.at(0.5)
    assert right > 0.9 and false < 0.1


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(CatalogueError, match="too few"):
        fit_head([Example("refund", "returns"), Example("money", "returns")], EMBEDDER)


def test_a_saved_head_scores_as_before(tmp_path: Path) -> None:
    head = fit_head(examples(), EMBEDDER).head
    path = tmp_path / "index" / "head.npz"
    assert Head.load(path, EMBEDDER.name, TOPICS) is None
    head.save(path)
    loaded = Head.load(path, EMBEDDER.name, TOPICS)
    assert loaded is not None and loaded.threshold == head.threshold
    vectors = EMBEDDER.embed(["a refund"])
    assert np.array_equal(loaded.scores(["a refund"], vectors), head.scores(["a refund"], vectors))
    assert [p.name for p in path.parent.iterdir()] == ["head.npz"]
    with pytest.raises(IndexMismatch, match="tune --faq-examples"):
        Head.load(path, "another", TOPICS)
    german = Topics(EMBEDDER.embed(topic_phrases("de")), "de")
    with pytest.raises(IndexMismatch, match="service topics"):
        Head.load(path, EMBEDDER.name, german)
    path.write_bytes(b"broken")
    with pytest.raises(StorageError, match="tune --faq-examples"):
        Head.load(path, EMBEDDER.name, TOPICS)


async def test_the_faq_follows_the_head_where_it_has_learnt() -> None:
    entries = [
        FaqEntry("returns", "What about the thing?", "Within 30 days."),
        FaqEntry("gifts", "Do you wrap gifts?", "Yes, for free."),
    ]
    head = fit_head(examples(), EMBEDDER).head
    plain, learnt = Faq.of(entries, EMBEDDER), Faq.of(entries, EMBEDDER, head)
    question = "another question on unwanted and money please"
    assert (await plain.search(question, 1))[0].score < Faq.floor
    found = (await learnt.search(question, 1))[0]
    assert found.entry.id == "returns" and found.score >= Faq.floor
    gifts = (await learnt.search("Do you wrap gifts?", 1))[0]
    assert gifts.entry.id == "gifts" and gifts.score > 0.95


def test_rates_are_those_of_the_papers() -> None:
    rate = LabelRates.of(["a", "a", "b", None, None], ["a", "b", None, None, "a"])
    assert (rate.accuracy, rate.messages) == (pytest.approx(0.4), 5)
    assert rate.in_scope == pytest.approx(1 / 3) and rate.out_recall == pytest.approx(0.5)
    assert LabelRates.of(["a"], ["a"]).out_recall is None


def test_splits_ask_what_was_not_trained_on_and_hide_whole_labels() -> None:
    outside = [Example("who won the match", None)]
    for train, asked in splits(examples(), outside, 3):
        assert not {e.text for e in train} & {e.text for e in asked}
        trained = {e.label for e in train}
        assert len(trained) == 3 and {e.label for e in asked} == trained | {None}
        assert asked[0] == outside[0]
    assert list(splits(examples(), [], 2)) == list(splits(examples(), [], 2))


def test_every_way_beats_chance_on_messages_it_has_not_seen() -> None:
    train, asked = next(splits(examples(), [Example(t, None) for t in background()[:40]], 1))
    for threshold, rate in rates(train, asked, EMBEDDER).values():
        assert (
            threshold is not None
            and threshold > 0
            and rate.in_scope is not None
            and rate.in_scope > 0.4
        )


def test_nearest_scores_are_cosines_to_the_nearest_example_of_each_label() -> None:
    way = Nearest.fit(examples(), EMBEDDER, 0.5)
    texts = ["question on return and refund please"]
    scores = way.scores(texts, EMBEDDER.embed(texts))[0]
    assert way.labels[int(scores.argmax())] == "returns"


async def test_a_judge_picks_among_the_nearest_labels_or_none() -> None:
    train = examples()
    head = fit_head(train, EMBEDDER).head
    asked = [
        Example("another question on unwanted and money please", "returns"),
        Example("hello", None),
        Example("question on days of a courier please", "shipping"),
    ]
    model = ScriptedModel()
    model.lay([{"topic": "1"}, {"topic": "none"}, "nonsense"])
    rate = await judged(head, train, asked, EMBEDDER, model)
    assert (rate.in_scope, rate.out_recall) == (0.5, 1.0) and model.finish() == []
