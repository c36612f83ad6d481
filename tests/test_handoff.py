"""A conversation that needs a person gets one, with a summary, and the assistant is silent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from outdoor_shop import RIDGE, ListFaq, ListSource, manners, wants

from chatrec.anger import angry
from chatrec.conversations import Accepted, Conversations
from chatrec.desks import Desks, QueueDesk, WebhookDesk, document, open_desk
from chatrec.dialogue import Dialogue
from chatrec.errors import HandoffFailed
from chatrec.handoff import Handoff, Summary, whose_turn
from chatrec.settings import load_settings
from chatrec.storage import SqliteConversations
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import (
    Event,
    Exchange,
    Intent,
    Kind,
    ModelCall,
    Reply,
    Turn,
    Understanding,
    Words,
)


class ByWord:
    """Reads a message by its first word."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        self.read.append(turn.text)
        match turn.text.split()[0]:
            case "human":
                found = wants(Intent.HUMAN, price_max=200.0)
            case "faq":
                found = wants(Intent.FAQ)
            case "find":
                found = wants(Intent.NEW, wish="backpack", category=("backpack",), price_max=200.0)
            case _:
                found = wants(Intent.CHAT)
        return found, ()


class ListDesk:
    """Keeps what it is given; closed, it takes nothing."""

    def __init__(self, open: bool = True) -> None:
        self.taken: list[Summary] = []
        self.open = open

    async def take(self, summary: Summary) -> None:
        if not self.open:
            raise HandoffFailed("nobody is there")
        self.taken.append(summary)


class Talk:
    """One conversation with a shop that has a desk."""

    def __init__(self, folder: Path, desk: ListDesk | None) -> None:
        self.reader, self.desk = ByWord(), desk or ListDesk()
        source = ListSource()
        self.store = SqliteConversations(folder / "conversations.db")
        dialogue = Dialogue(self.reader, ScriptedModel(), source, ListFaq(), manners())

        async def past(conversation_id: str) -> list[object]:
            return self.store.transcript(conversation_id)  # type: ignore[return-value]

        handoff = Handoff(desk, past, lambda: source.vocabulary, contact="help@a.example")  # type: ignore[arg-type]
        self.all = Conversations(dialogue, self.store, source, 2000, handoff)
        self.id = self.store.create()

    async def say(self, text: str) -> Reply:
        return _reply(await _events(self.all.say(self.id, text)))

    async def turn(self) -> str:
        return whose_turn(await self.all.standing(self.id))


async def _events(events: AsyncGenerator[Accepted | Event]) -> list[Accepted | Event]:
    async with aclosing(events):
        return [event async for event in events]


def _reply(events: list[Accepted | Event]) -> Reply:
    last = events[-1]
    assert isinstance(last, Exchange)
    streamed = "".join(event.text for event in events if isinstance(event, Words))
    assert streamed == last.reply.text
    return last.reply


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path, ListDesk())


async def test_who_asks_for_a_person_gets_one_with_what_was_said(talk: Talk) -> None:
    await talk.say("find a backpack")
    reply = await talk.say("human please")
    assert reply.kind is Kind.HANDOFF and "person" in reply.text
    (summary,) = talk.desk.taken
    assert summary.reason == "asked" and summary.message == "human please"
    assert "backpacks" in summary.wanted and "200" in summary.wanted
    assert any(RIDGE.id in shown for shown in summary.shown) or summary.shown
    assert summary.tried[0][0] == "find a backpack" and summary.tried[0][1]
    assert talk.id in summary.text and "find a backpack" in summary.text


async def test_the_assistant_is_silent_until_it_is_handed_back(talk: Talk) -> None:
    await talk.say("human please")
    read = list(talk.reader.read)
    for _ in range(2):
        reply = await talk.say("find a backpack")
        assert (reply.kind, reply.text, reply.recommendations) == (Kind.HANDOFF, "", ())
    assert talk.reader.read == read and len(talk.desk.taken) == 1
    await talk.all.person_says(talk.id, "Hello, this is Ana.")
    assert await talk.turn() == "person"
    assert (await talk.all.transcript(talk.id))[-1].exchange is not None
    await talk.all.hand_back(talk.id)
    assert await talk.turn() == "assistant"
    assert (await talk.say("find a backpack")).kind is Kind.RECOMMEND


async def test_a_change_by_hand_is_kept_in_silence(talk: Talk) -> None:
    await talk.say("find a backpack")
    await talk.say("human please")
    events = await _events(talk.all.change(talk.id, {"price_max": 100}))
    assert _reply(events).text == "" and await talk.turn() == "person"
    assert (await talk.all.standing(talk.id)).constraints.price_max == 100


async def test_the_same_need_failed_twice_calls_a_person(talk: Talk) -> None:
    first = await talk.say("faq what now")
    assert first.kind is Kind.FAQ and not talk.desk.taken
    second = await talk.say("faq what then")
    assert second.kind is Kind.HANDOFF and talk.desk.taken[0].reason == "failed"


async def test_a_success_between_two_failures_is_no_reason(talk: Talk) -> None:
    for text in ("faq what now", "find a backpack", "faq what then"):
        await talk.say(text)
    assert not talk.desk.taken


async def test_anger_calls_a_person_before_anything_is_read(talk: Talk) -> None:
    reply = await talk.say("this is a joke, your shop is useless")
    assert reply.kind is Kind.HANDOFF and talk.desk.taken[0].reason == "angry"
    assert talk.reader.read == []


async def test_nobody_there_is_said_and_the_assistant_goes_on(tmp_path: Path) -> None:
    talk = Talk(tmp_path, ListDesk(open=False))
    assert "could not reach" in (await talk.say("human please")).text
    assert await talk.turn() == "assistant"
    assert (await talk.say("faq what now")).kind is Kind.FAQ
    assert (await talk.say("faq what then")).kind is Kind.FAQ


async def test_without_a_desk_the_angry_are_told_whom_to_ask_and_sorry_once(
    tmp_path: Path,
) -> None:
    talk = Talk(tmp_path, None)
    first = await talk.say("you are useless")
    assert "I am sorry" in first.text and "help@a.example" in first.text
    second = await talk.say("this is ridiculous")
    assert second.kind is Kind.HANDOFF and "sorry" not in second.text
    assert await talk.turn() == "assistant"
    assert (await talk.say("find a backpack")).kind is Kind.RECOMMEND


async def test_without_a_desk_the_angry_are_helped_where_that_can_be_done(tmp_path: Path) -> None:
    talk = Talk(tmp_path, None)
    reply = await talk.say("find a backpack, this is ridiculous")
    assert reply.kind is Kind.RECOMMEND and reply.recommendations


async def test_without_a_desk_a_person_who_joins_in_silences_the_assistant_too(
    tmp_path: Path,
) -> None:
    talk = Talk(tmp_path, None)
    await talk.all.person_says(talk.id, "Hello, this is Ana.")
    assert (await talk.say("find a backpack")).text == ""


@pytest.mark.parametrize(
    ("text", "is_angry"),
    [
        ("I am so angry with you", True),
        ("you are useless", True),
        ("ur so useless", True),
        ("WHERE IS MY PARCEL NOW!", True),
        ("I WANT RED HIKING BOOTS!", False),
        ("your customer service is absolutely terrible", True),
        ("what a joke", True),
        ("pathetic", True),
        ("stop wasting my time", True),
        ("worst service ever", True),
        ("I want an ANGRY BIRDS lamp", False),
        ("is this worth it?", False),
        ("my son is fed and happy", False),
        ("rubbish bags, 60 litres", False),
        ("what rubbish bins do you have?", False),
        ("what rubbish service", True),
        ("is that jacket useless in heavy rain?", False),
        ("my old tent was terrible, something better please", False),
        ("a stupid question: does it float?", False),
        ("USB HDMI LED TV", False),
    ],
)
def test_anger_is_told_by_its_words(text: str, is_angry: bool) -> None:
    assert angry(text) is is_angry


SUMMARY = Summary("c1", "asked", "a person?", "backpacks", ("Ridge [p1]",), (("hi", "Hello!"),))


async def test_a_webhook_gets_a_signed_summary() -> None:
    got: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return httpx.Response(204 if len(got) == 1 else 500)

    desk = WebhookDesk("https://crm.example/in", "key", httpx.MockTransport(answer))
    await desk.take(SUMMARY)
    digest = hmac.new(b"key", got[0].content, hashlib.sha256).hexdigest()
    assert got[0].headers["X-Chatrec-Signature"] == f"sha256={digest}"
    assert json.loads(got[0].content)["shown"] == ["Ridge [p1]"]
    with pytest.raises(HandoffFailed, match="webhook"):
        await desk.take(SUMMARY)


async def test_a_queue_is_a_file_of_summaries(tmp_path: Path) -> None:
    path = tmp_path / "data" / "handoffs.jsonl"
    desk = QueueDesk(path)
    await desk.take(SUMMARY)
    await desk.take(SUMMARY)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["conversation_id"] for line in lines] == ["c1", "c1"]
    assert json.loads(document(SUMMARY)).items() <= lines[0].items() and lines[0]["at"] > 0
    path.unlink()
    path.mkdir()
    with pytest.raises(HandoffFailed):
        await desk.take(SUMMARY)


async def test_a_queue_keeps_no_personal_data(tmp_path: Path) -> None:
    desk = open_desk(load_settings(data_dir=tmp_path, handoff={"queue": True}))
    assert desk is not None
    await desk.take(replace(SUMMARY, message="write to ana@mail.example"))
    kept = (tmp_path / "handoffs.jsonl").read_text(encoding="utf-8")
    assert "write to [email]" in kept and "ana@" not in kept


async def test_one_desk_that_takes_it_is_enough() -> None:
    closed, open_one = ListDesk(open=False), ListDesk()
    await Desks([closed, open_one]).take(SUMMARY)
    assert open_one.taken == [SUMMARY]
    with pytest.raises(HandoffFailed, match="nobody"):
        await Desks([closed]).take(SUMMARY)


def test_settings_name_the_desks(tmp_path: Path) -> None:
    assert open_desk(load_settings(data_dir=tmp_path)) is None
    named = {"webhook": "https://a.example", "email_to": "a@b.example", "queue": True}
    assert open_desk(load_settings(data_dir=tmp_path, handoff=named)) is not None
