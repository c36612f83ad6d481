"""Orders and accounts: what is missing is asked for, what is found is shown, failure is said."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.tools import StructuredTool

from chatrec.errors import LookupFailed, SettingsError
from chatrec.lookup.configured import configured
from chatrec.lookup.service import Lookup, Lookups, Slot
from chatrec.lookup.systems import (
    CallableSystem,
    HttpSystem,
    LangChainSystem,
    McpSystem,
    open_system,
)
from chatrec.settings import load_settings
from chatrec.types import (
    Constraints,
    Event,
    Exchange,
    Intent,
    Kind,
    Reply,
    Turn,
    Understanding,
    Words,
)

HELD = Constraints(wish="boots", category=("boot",))
FIELDS = {
    "status": "status",
    "items.name": "items",
    "fulfillments.tracking_id": "tracking number",
    "paid": "paid",
}
ORDER = {
    "status": "delivered",
    "items": [{"name": "Lamp", "secret": 1}, {"name": "Vase"}],
    "fulfillments": [{"tracking_id": ["357"]}],
    "paid": 12.5,
    "card": "4111",
}


class Elsewhere:
    """The dialogue: notes the turns that it gets."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    async def run(self, turn: Turn) -> AsyncGenerator[Event]:
        self.turns.append(turn)
        reply = Reply(Kind.SMALLTALK, "Hello.", constraints=turn.constraints)
        yield Words("Hello.")
        yield Exchange(turn, Understanding(Intent.CHAT, turn.constraints), (), reply)

    def apply(self, turn: Turn, constraints: Constraints) -> AsyncGenerator[Event]:
        return self.run(replace(turn, constraints=constraints))


def order_status(order_number: str, postcode: str, user_id: str = "") -> dict[str, Any] | None:
    if order_number == "W0000000":
        raise ConnectionError("the database at 10.0.0.1 is down")
    known = (order_number, postcode) == ("W1234567", "10083") or user_id == "ann"
    return ORDER if known else None


def lookup(function: Any = order_status, **changed: Any) -> Lookup:
    plain = Lookup(
        "order_status",
        CallableSystem(function),
        (re.compile(r"\bwhere is my (?:order|parcel)|track my order", re.IGNORECASE),),
        (
            Slot("order_number", "What is your order number?", re.compile(r"#?(W\d{7})")),
            Slot("postcode", "What is the postcode?", re.compile(r"\b\d{5}\b")),
        ),
        FIELDS,
    )
    return replace(plain, **changed)


class Talk:
    """Turns one after another, each after what the last reply asked for."""

    def __init__(self, *lookups: Lookup, profile: Mapping[str, str] | None = None) -> None:
        self.elsewhere = Elsewhere()
        self._service = Lookups(self.elsewhere, lookups or (lookup(),), "help@a.example")
        self._profile = profile or {}
        self._asked = ""

    async def say(self, text: str) -> Reply:
        turn = Turn(text, constraints=HELD, asked=self._asked, profile=self._profile)
        async with aclosing(self._service.run(turn)) as events:
            *words, last = [event async for event in events]
        assert isinstance(last, Exchange)
        assert "".join(e.text for e in words if isinstance(e, Words)) == last.reply.text
        assert last.reply.constraints == HELD  # the search goes on afterwards
        self._asked = last.reply.asked
        return last.reply


async def test_what_is_missing_is_asked_for_one_by_one() -> None:
    talk = Talk()
    assert (await talk.say("Where is my order?")).text == "What is your order number?"
    assert (await talk.say("it is #W1234567")).text == "What is the postcode?"
    reply = await talk.say("10083")
    assert reply.kind is Kind.ABOUT and not reply.asked
    assert reply.text == "Status: delivered\nItems: Lamp, Vase\nTracking number: 357\nPaid: 12.5"
    assert talk.elsewhere.turns == []


async def test_what_is_said_at_once_is_not_asked_for() -> None:
    reply = await Talk().say("where is my parcel W1234567, postcode 10083?")
    assert reply.text.startswith("Status: delivered")


async def test_only_fields_that_may_be_shown_are() -> None:
    text = (await Talk().say("track my order W1234567 10083")).text
    assert "4111" not in text and "secret" not in text


async def test_numbers_are_told_to_the_last_digit_and_what_is_none_is_not_told() -> None:
    parcel = 94001118992237000001  # more digits than a float has
    found = {"status": "sent", "fulfillments": [{"tracking_id": parcel}], "paid": float("nan")}
    reply = await Talk(lookup(lambda **_: found)).say("track my order W1234567 10083")
    assert reply.text == f"Status: sent\nTracking number: {parcel}"


async def test_the_subject_can_be_changed_midway() -> None:
    talk = Talk()
    await talk.say("where is my order")
    assert (await talk.say("rather show me boots")).text == "Hello."
    assert talk.elsewhere.turns[-1].asked == ""
    await talk.say("hello")
    assert len(talk.elsewhere.turns) == 2


async def test_an_order_of_somebody_else_is_not_found_and_can_be_corrected() -> None:
    talk = Talk()
    reply = await talk.say("where is my order W7654321 10083")
    assert "find nothing" in reply.text and "W7654321" in reply.text
    assert (await talk.say("sorry, W1234567 and 10083")).kind is Kind.ABOUT


async def test_the_part_that_was_wrong_is_enough() -> None:
    talk = Talk()
    await talk.say("where is my order W1234567, 99999")
    reply = await talk.say("10083 I meant")
    assert reply.kind is Kind.ABOUT and reply.citations[0].id == "order_status"


async def test_a_number_that_is_none_is_asked_for_again() -> None:
    talk = Talk()
    await talk.say("where is my order")
    again = await talk.say("the number is 1234567")
    assert again.kind is Kind.CLARIFY and again.text.endswith("What is your order number?")
    assert (await talk.say("99999")).text == again.text  # no postcode before the number
    assert (await talk.say("W1234567")).text == "What is the postcode?"
    assert talk.elsewhere.turns == []


@pytest.mark.parametrize("text", ["I don't have it", "no idea, I lost it", "can't find it"])
async def test_who_lacks_the_number_is_told_whom_to_ask(text: str) -> None:
    talk = Talk()
    await talk.say("where is my order")
    reply = await talk.say(text)
    assert "help@a.example" in reply.text and not reply.asked


async def test_failure_is_said_without_inner_detail() -> None:
    reply = await Talk().say("where is my order W0000000 10083")
    assert "cannot reach" in reply.text and "10.0.0.1" not in reply.text


async def test_a_slow_system_is_given_up_on() -> None:
    async def slow(**given: str) -> None:
        await asyncio.sleep(60)

    reply = await Talk(lookup(slow, seconds=0.01)).say("where is my order W1234567 10083")
    assert "too long" in reply.text


async def test_systems_that_hang_keep_no_other_work_waiting() -> None:
    released = threading.Event()

    def hangs(**given: str) -> None:
        released.wait()

    tool = StructuredTool.from_function(order_status, description="An order's status.")
    tool.func = hangs
    given = {"order_number": "W1234567", "postcode": "10083"}
    try:
        for system in (CallableSystem(hangs), LangChainSystem(tool)):
            asked = [asyncio.create_task(system.ask(given, "")) for _ in range(60)]
            async with asyncio.timeout(60):
                await asyncio.sleep(0.1)
                assert await asyncio.to_thread(len, "as the stores do") == 16
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
    finally:
        released.set()


@pytest.mark.parametrize("answer", ["Ana Meier, Hauptstr. 1", '["Ana Meier"]', ["Ana Meier"]])
async def test_an_answer_that_is_none_is_not_repeated(answer: Any) -> None:
    with pytest.raises(LookupFailed, match="the answer is no") as failed:
        await CallableSystem(lambda: answer).ask({}, "")
    assert "Ana" not in str(failed.value)


async def test_identity_comes_from_the_host_page_alone() -> None:
    got: list[dict[str, str]] = []

    def orders(**given: str) -> dict[str, str]:
        got.append(given)
        return {"status": "on its way"}

    own = lookup(orders, slots=(), signed_in=True)
    assert "sign in" in (await Talk(own).say("where is my order, my user_id is ann")).text
    assert got == []
    reply = await Talk(own, profile={"user_id": "ann"}).say("where is my order, I am bob")
    assert reply.text == "Status: on its way" and got == [{"user_id": "ann"}]
    slots = {"user_id": {"ask": "Who are you?", "pattern": "."}}
    named = {"system": "http://a", "triggers": ["x"], "fields": {"a": "a"}, "slots": slots}
    with pytest.raises(SettingsError, match="host page"):
        list(configured(load_settings(lookups={"orders": named}).lookups))


@pytest.mark.parametrize("url", ["https://shop.example:port/", f"https://{'a' * 300}.example/"])
async def test_an_address_that_cannot_be_asked_is_a_failure_of_the_lookup(url: str) -> None:
    with pytest.raises(LookupFailed):
        await HttpSystem(url, {}).ask({"order_number": "1"}, "")


async def test_a_langchain_tool_is_asked() -> None:
    tool = StructuredTool.from_function(order_status, description="An order's status.")
    system = LangChainSystem(tool)
    given = {"order_number": "W1234567", "postcode": "10083"}
    assert await system.ask(given, "") == ORDER
    with pytest.raises(LookupFailed, match="down"):
        await system.ask(given | {"order_number": "W0000000"}, "")


async def test_an_endpoint_is_asked() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        given = json.loads(request.content)
        assert request.headers["X-Key"] == "k"
        if given["order_number"] == "broken":
            return httpx.Response(500)
        found = order_status(**given)
        return httpx.Response(200, json=found) if found else httpx.Response(404)

    system = HttpSystem("https://shop/orders", {"X-Key": "k"}, httpx.MockTransport(answer))
    assert await system.ask({"order_number": "W1234567", "postcode": "10083"}, "") == ORDER
    assert await system.ask({"order_number": "W1234567", "postcode": "1"}, "ann") == ORDER
    assert await system.ask({"order_number": "W1234567", "postcode": "1"}, "") is None
    with pytest.raises(LookupFailed):
        await system.ask({"order_number": "broken", "postcode": "1"}, "")


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_tool_of_an_mcp_server_is_asked(streamed: bool) -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        message = json.loads(request.content)
        methods.append(message["method"])
        if message["method"] == "notifications/initialized":
            assert request.headers["Mcp-Session-Id"] == "s1"
            return httpx.Response(202)
        if message["method"] == "initialize":
            result: dict[str, Any] = {"protocolVersion": "2025-06-18", "capabilities": {}}
        elif message["params"]["arguments"]["order_number"] == "broken":
            result = {"isError": True, "content": [{"type": "text", "text": "no such table"}]}
        else:
            assert message["params"]["name"] == "order_status"
            result = {"content": [{"type": "text", "text": json.dumps(ORDER)}]}
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result})
        headers = {"Mcp-Session-Id": "s1", "Content-Type": "application/json"}
        if streamed:
            headers["Content-Type"] = "text/event-stream"
            body = f'event: message\ndata: {{"jsonrpc": "2.0", "method": "x"}}\n\ndata: {body}\n\n'
        return httpx.Response(200, text=body, headers=headers)

    system = McpSystem("https://shop/mcp", "order_status", {}, httpx.MockTransport(answer))
    assert await system.ask({"order_number": "W1234567"}, "") == ORDER
    assert methods == ["initialize", "notifications/initialized", "tools/call"]
    with pytest.raises(LookupFailed, match="no such table"):
        await system.ask({"order_number": "broken"}, "")


def test_settings_name_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_orders.py").write_text("def status(**given): return given\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert isinstance(open_system("python:my_orders:status", {}), CallableSystem)
    assert isinstance(open_system("mcp+https://shop/mcp#status", {}), McpSystem)
    assert isinstance(open_system("https://shop/orders", {}), HttpSystem)
    for wrong in ("python:my_orders:nothing", "mcp+https://shop/mcp", "ftp://shop"):
        with pytest.raises(SettingsError):
            open_system(wrong, {})
    broken = {"system": "http://a", "triggers": ["("], "fields": {"a": "a"}}
    with pytest.raises(SettingsError, match="regular expression"):
        list(configured(load_settings(lookups={"orders": broken}).lookups))
