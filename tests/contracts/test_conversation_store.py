"""Every `ConversationStore` keeps what it was given, forgets what it was told to, and says so."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chatrec.errors import ConversationNotFound, KeyTaken
from chatrec.masked import MaskedConversations
from chatrec.ports import ConversationStore
from chatrec.storage import SqliteConversations
from chatrec.types import (
    Bounds,
    Constraints,
    Exchange,
    Fact,
    FaqEntry,
    Intent,
    Item,
    Kind,
    Mention,
    Message,
    ModelCall,
    Recommendation,
    Reply,
    Turn,
    Understanding,
)
from chatrec.webhooks.heard import HeardConversations

BOOTS = Item(
    id="b1",
    title="Trail <b>boots</b> & “gaiters”",
    price=89.95,
    currency="EUR",
    rating=4.5,
    stock=0,
    attributes={"color": "red", "waterproof": True, "weight": 1.2, "sizes": ("41", "42")},
    types=("boot", "footwear"),
    facets={"color": ("red",)},
    measures={"weight": 1.2},
)
SANDALS = Item(id="s1", title="Sandals")
HELD = Constraints(
    wish="boots",
    category=("boot",),
    price_max=100.0,
    require={"color": ("red", "blue")},
    exclude={"any": ("leather",)},
    prefer={"material": ("canvas",)},
    numeric={"weight": Bounds(high=1.5)},
    rejected=frozenset({"x9"}),
    near={"weight": Bounds(high=1.5)},
)


def exchange(
    turn: Turn,
    text: str,
    *items: Item,
    constraints: Constraints = HELD,
    asked: str = "",
    focus: tuple[str, ...] = (),
) -> Exchange:
    recommendations = tuple(
        Recommendation(item, rank, (Fact("price", "89.95"),), f"reason {rank}")
        for rank, item in enumerate(items, 1)
    )
    return Exchange(
        turn=turn,
        understanding=Understanding(
            Intent.NEW,
            constraints,
            mentions=(Mention("number", "100", 3, 6, "price", 100.0, 100.0),),
            confidence=0.75,
        ),
        candidates=(),
        reply=Reply(
            Kind.RECOMMEND,
            text,
            recommendations,
            citations=(FaqEntry("f1", "Returns?", "Thirty days.", "/returns"),),
            suggestions=("cheaper",),
            constraints=constraints,
            asked=asked,
            focus=focus,
        ),
        timings={"understand": 0.25},
        calls=(ModelCall("read", 60, 17),),
    )


class Deaf:
    """A listener to whom nothing matters."""

    def send(self, type: str, conversation_id: str, data: Mapping[str, object]) -> None:
        """Do nothing."""

    def erase(self, conversation_id: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(params=["sqlite", "heard", "masked"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    opened: ConversationStore = SqliteConversations(tmp_path / "conversations.db")
    if request.param == "heard":
        opened = HeardConversations(opened, Deaf())
    if request.param == "masked":
        opened = MaskedConversations(opened)
    yield opened
    opened.close()


def say(store: ConversationStore, conversation: str, text: str, *items: Item, **more: Any) -> str:
    message = store.accept(conversation, text)
    turn = store.next_turn(conversation, text)
    store.complete(message, exchange(turn, f"on {text}", *items, **more))
    return message


def test_an_exchange_comes_back_as_it_went_in(store: ConversationStore) -> None:
    conversation = store.create()
    message = store.accept(conversation, "red boots, max 100")
    told = exchange(store.next_turn(conversation, "red boots, max 100"), "Here.", BOOTS, SANDALS)
    store.complete(message, told)
    [stored] = store.transcript(conversation)
    assert (stored.message_id, stored.text, stored.exchange) == (message, told.turn.text, told)
    assert stored.exchange is not None
    assert store.next_turn(conversation, "").constraints.near == HELD.near
    attributes = stored.exchange.reply.recommendations[0].item.attributes
    assert attributes["waterproof"] is True and attributes["sizes"] == ("41", "42")


def test_the_first_turn_knows_nothing(store: ConversationStore) -> None:
    assert store.next_turn(store.create(), "hello") == Turn("hello")


def test_what_was_spoken_of_stays_so_until_new_cards_come(store: ConversationStore) -> None:
    conversation = store.create()
    say(store, conversation, "boots", BOOTS, SANDALS)
    assert store.next_turn(conversation, "and").focus == ()
    say(store, conversation, "is the second one waterproof", focus=("s1",))
    say(store, conversation, "returns?")
    assert store.next_turn(conversation, "what goes with it").focus == ("s1",)
    say(store, conversation, "more", BOOTS)
    assert store.next_turn(conversation, "and").focus == ()


def test_the_next_turn_knows_what_was_said_shown_and_asked(store: ConversationStore) -> None:
    conversation = store.create()
    say(store, conversation, "boots", BOOTS)
    say(store, conversation, "sandals", SANDALS)
    say(store, conversation, "returns?", asked="budget")
    assert store.next_turn(conversation, "and now") == Turn(
        text="and now",
        history=(
            Message("user", "boots"),
            Message("assistant", "on boots"),
            Message("user", "sandals"),
            Message("assistant", "on sandals"),
            Message("user", "returns?"),
            Message("assistant", "on returns?"),
        ),
        constraints=HELD,
        shown=(SANDALS,),
        seen=frozenset({"b1", "s1"}),
        asked="budget",
    )


def test_a_transcript_tells_each_turn_as_it_was_then(store: ConversationStore) -> None:
    conversation = store.create()
    say(store, conversation, "boots", BOOTS)
    say(store, conversation, "sandals", SANDALS)
    first, second = (stored.exchange for stored in store.transcript(conversation))
    assert first is not None and first.turn == Turn("boots")
    assert second is not None and second.turn.shown == (BOOTS,)
    assert second.turn.history == (Message("user", "boots"), Message("assistant", "on boots"))


def test_an_unanswered_message_is_in_the_transcript_and_in_no_history(
    store: ConversationStore,
) -> None:
    conversation = store.create()
    store.accept(conversation, "lost in a crash")
    [stored] = store.transcript(conversation)
    assert (stored.text, stored.exchange) == ("lost in a crash", None)
    assert store.next_turn(conversation, "again").history == ()


def test_a_change_by_hand_leaves_no_words_of_the_shopper(store: ConversationStore) -> None:
    conversation = store.create()
    say(store, conversation, "", BOOTS)
    assert store.next_turn(conversation, "x").history == (Message("assistant", "on "),)


def test_constraints_set_by_hand_stand_in_the_next_turn(store: ConversationStore) -> None:
    conversation = store.create()
    say(store, conversation, "boots", BOOTS)
    store.set_constraints(conversation, Constraints(wish="boots"))
    assert store.next_turn(conversation, "x").constraints == Constraints(wish="boots")


def test_the_latest_thumb_of_a_reply_counts_and_others_do_not(store: ConversationStore) -> None:
    conversation = store.create()
    first, second = (say(store, conversation, text, BOOTS) for text in ("boots", "more"))
    store.feedback(conversation, first, "up", None)
    store.feedback(conversation, first, "down", None)
    store.feedback(conversation, first, "up", "b1")
    store.feedback(conversation, second, "click", "b1")
    given = [
        (each.message_id, each.value, each.item_id) for each in store.feedback_in(conversation)
    ]
    assert given == [
        (first, "up", None),
        (first, "down", None),
        (first, "up", "b1"),
        (second, "click", "b1"),
    ]
    assert [stored.thumb for stored in store.transcript(conversation)] == ["down", ""]


def test_a_thumb_may_be_taken_back(store: ConversationStore) -> None:
    conversation = store.create()
    message = say(store, conversation, "boots", BOOTS)
    store.feedback(conversation, message, "up", None)
    store.feedback(conversation, message, "none", None)
    assert [stored.thumb for stored in store.transcript(conversation)] == [""]


def test_feedback_on_a_message_of_another_conversation_is_refused(
    store: ConversationStore,
) -> None:
    message = say(store, store.create(), "boots", BOOTS)
    with pytest.raises(ConversationNotFound):
        store.feedback(store.create(), message, "up", None)


def test_an_erased_conversation_is_gone_and_others_stay(store: ConversationStore) -> None:
    erased, kept = store.create(), store.create()
    message = say(store, erased, "boots", BOOTS)
    store.feedback(erased, message, "up", None)
    say(store, kept, "sandals", SANDALS)
    store.erase(erased)
    with pytest.raises(ConversationNotFound):
        store.transcript(erased)
    assert len(store.transcript(kept)) == 1


def test_an_unknown_conversation_is_named_by_every_method(store: ConversationStore) -> None:
    message = say(store, store.create(), "boots", BOOTS)
    told = exchange(Turn("x"), "y")
    for call in (
        lambda: store.accept("nowhere", "x"),
        lambda: store.complete("nothing", told),
        lambda: store.next_turn("nowhere", "x"),
        lambda: store.transcript("nowhere"),
        lambda: store.set_constraints("nowhere", Constraints()),
        lambda: store.feedback("nowhere", message, "up", None),
        lambda: store.feedback_in("nowhere"),
        lambda: store.erase("nowhere"),
    ):
        with pytest.raises(ConversationNotFound):
            call()


def test_an_answer_to_an_erased_conversation_is_not_kept(store: ConversationStore) -> None:
    conversation = store.create()
    message = store.accept(conversation, "boots")
    store.erase(conversation)
    with pytest.raises(ConversationNotFound):
        store.complete(message, exchange(Turn("boots"), "Here.", BOOTS))


def test_the_first_answer_stands(store: ConversationStore) -> None:
    conversation = store.create()
    message = store.accept(conversation, "boots", "key")
    turn = store.next_turn(conversation, "boots")
    first = exchange(turn, "Here.", BOOTS)
    assert store.complete(message, first)
    other = exchange(turn, "There.", SANDALS, constraints=Constraints(wish="sandals"))
    assert not store.complete(message, other)
    [stored] = store.transcript(conversation)
    assert stored.exchange == first
    assert store.next_turn(conversation, "x").constraints == HELD


def test_a_key_is_of_one_message(store: ConversationStore) -> None:
    conversation = store.create()
    message = store.accept(conversation, "boots", "key")
    assert store.accept(conversation, "boots", "key") == message
    with pytest.raises(KeyTaken):
        store.accept(conversation, "lamps", "key")
    assert store.accept(store.create(), "lamps", "key") != message
    assert [stored.text for stored in store.transcript(conversation)] == ["boots"]


def test_texts_of_every_kind_survive(store: ConversationStore) -> None:
    conversation = store.create()
    texts = ["'; drop table messages; --", "<script>alert(1)</script>", "👟🥾", "ブーツ", "a\nb"]
    for text in texts:
        say(store, conversation, text)
    assert [stored.text for stored in store.transcript(conversation)] == texts


def test_ids_are_hard_to_guess(store: ConversationStore) -> None:
    ids = {store.create() for _ in range(50)}
    assert len(ids) == 50 and min(map(len, ids)) >= 20


def test_many_threads_lose_nothing(store: ConversationStore) -> None:
    conversations = [store.create() for _ in range(4)]

    def talk(number: int) -> None:
        say(store, conversations[number % 4], f"message {number}", BOOTS)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(talk, range(80)))
    told = [stored for each in conversations for stored in store.transcript(each)]
    assert sorted(s.text for s in told) == sorted(f"message {number}" for number in range(80))
    assert all(stored.exchange is not None for stored in told)


def test_conversations_belong_to_visitors(store: ConversationStore) -> None:
    first, second = store.create("ann"), store.create("ann")
    other = store.create()
    assert store.conversations_of("ann") == [first, second]
    assert (store.owner(first), store.owner(other)) == ("ann", "")
    store.erase(first)
    assert store.conversations_of("ann") == [second]
    with pytest.raises(ConversationNotFound):
        store.owner(first)


def test_idle_is_where_nothing_was_said_for_a_time(store: ConversationStore) -> None:
    before = time.time()
    empty, spoken = store.create(), store.create()
    after = time.time()
    say(store, spoken, "boots")
    assert store.idle_since(before, 10) == []
    assert store.idle_since(after, 10) == [empty]
    assert set(store.idle_since(time.time() + 1, 10)) == {empty, spoken}
    assert len(store.idle_since(time.time() + 1, 1)) == 1
