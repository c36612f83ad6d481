"""Chat front ends that speak OpenAI's API talk to the shop: the official client over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from openai import APIStatusError, OpenAI
from small_shop import ITEMS, SmallShop
from widget_site import Site

from chatrec.settings import LimitSettings, Settings
from chatrec.types import FaqEntry, Recommendation
from ui import markdown
from ui.app import create_api
from ui.histories import Histories


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    served = Site(tmp_path_factory.mktemp("completions"))
    yield served
    served.close()


@pytest.fixture
def client(site: Site) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{site.url}/v1", api_key="any", max_retries=0) as opened:
        yield opened


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def asked(client: OpenAI, messages: list[dict[str, Any]], **options: Any) -> Any:
    return client.chat.completions.create(model="chatrec", messages=messages, **options)


def ids(completion: Any) -> list[str]:
    return [item["id"] for item in completion.chatrec["reply"]["items"]]


def test_the_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["chatrec"]
    assert client.models.retrieve("chatrec").id == "chatrec"
    with pytest.raises(APIStatusError) as refused:
        client.models.retrieve("gpt-4")
    assert refused.value.status_code == 404


def test_a_message_is_answered_with_cards_and_words(client: OpenAI) -> None:
    completion = asked(client, [{"role": "system", "content": "Be brief."}, user("red boots")])
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content == (
        "1. **[Red Hiking Boots 1](https://shop.example/b1)** · $59 · ★ 4.5 · Place 1 of 1\n\n"
        "1 items fit."
    )
    assert ids(completion) == ["b1"]
    assert completion.usage.total_tokens == 0


def test_conversations_are_begun_at_a_pace(tmp_path: Path, small_shop: SmallShop) -> None:
    settings = Settings(data_dir=tmp_path, limits=LimitSettings(address_tokens="2/hour"))
    statuses = []
    with TestClient(create_api(settings, lambda: small_shop)) as front_end:
        while front_end.get("/readyz").status_code != 200:
            continue
        for number in range(3):
            asked = {"model": "chatrec", "messages": [user(f"boots {number}")]}
            statuses.append(front_end.post("/v1/chat/completions", json=asked).status_code)
    assert statuses == [200, 200, 429]
    assert small_shop.store._db.table("conversations").count == 2  # type: ignore[attr-defined]


def test_a_stream_says_the_same(client: OpenAI) -> None:
    told = asked(client, [user("red boots")]).choices[0].message.content
    chunks = list(
        asked(client, [user("red boots")], stream=True, stream_options={"include_usage": True})
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    deltas = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(deltas) == told and len([d for d in deltas if d]) > 2
    assert [c.finish_reason for chunk in chunks for c in chunk.choices][-1] == "stop"
    assert chunks[-1].usage.total_tokens == 0
    assert ids(chunks[-2]) == ["b1"]


def test_the_history_goes_on_with_its_conversation(client: OpenAI, site: Site) -> None:
    first = asked(client, [user("boots under 100")])
    history = [user("boots under 100"), {"role": "assistant", "content": "something"}]
    turns = len(site.shop.dialogue.turns)
    second = asked(client, [*history, user("in black")])
    assert ids(second) == ["b2"]
    assert len(site.shop.dialogue.turns) == turns + 1
    assert second.chatrec["conversation_id"] == first.chatrec["conversation_id"]


def test_an_unknown_or_other_history_is_said_again(client: OpenAI, site: Site) -> None:
    turns = len(site.shop.dialogue.turns)
    known = asked(client, [user("boots under 90"), user("in black")])
    assert ids(known) == ["b2"]
    assert len(site.shop.dialogue.turns) == turns + 2
    edited = asked(client, [user("boots under 90"), user("in red")])
    assert ids(edited) == ["b1"]
    assert edited.chatrec["conversation_id"] != known.chatrec["conversation_id"]


def test_another_user_has_another_conversation(client: OpenAI) -> None:
    first = asked(client, [user("boots under 60")], user="ana")
    other = asked(client, [user("boots under 60"), user("in red")], user="ben")
    assert other.chatrec["conversation_id"] != first.chatrec["conversation_id"]


def test_a_conversation_may_be_named(client: OpenAI) -> None:
    first = asked(client, [user("boots under 100")])
    named = {"conversation_id": first.chatrec["conversation_id"]}
    second = asked(client, [user("in red")], metadata=named)
    assert second.chatrec["reply"]["constraints"]["price_max"] == 100
    with pytest.raises(APIStatusError) as refused:
        asked(client, [user("in red")], metadata={"conversation_id": "nowhere"})
    assert refused.value.status_code == 404


def test_parts_of_a_message_are_read_as_text(client: OpenAI) -> None:
    parts = [
        {"type": "text", "text": "red boots"},
        {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}},
    ]
    assert ids(asked(client, [{"role": "user", "content": parts}])) == ["b1"]


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], 422),
        ([user(" ")], 422),
        ([{"role": "assistant", "content": "red boots"}], 422),
        ([{"role": "shopper", "content": "red boots"}], 422),
    ],
)
def test_what_is_no_message_is_refused(
    client: OpenAI, messages: list[dict[str, Any]], status: int
) -> None:
    with pytest.raises(APIStatusError) as refused:
        asked(client, messages)
    assert refused.value.status_code == status
    assert refused.value.response.headers["content-type"] == "application/problem+json"


def test_a_failure_while_streaming_ends_the_stream(client: OpenAI, site: Site) -> None:
    body = {"model": "chatrec", "messages": [user("boots, break")], "stream": True}
    told = httpx.post(f"{site.url}/v1/chat/completions", json=body).text
    assert '"code": "engine"' in told and "/srv/secret" not in told
    assert told.rstrip().endswith("data: [DONE]")


def test_what_the_shop_wrote_is_no_markup() -> None:
    told = markdown.cards([Recommendation(ITEMS[3], 1, reason="a *very*\n# good lamp")])
    assert "javascript" not in told and told.count("\n") == 2
    assert "\\<img src=x" in told and "\\*very\\*" in told
    entry = FaqEntry("a", "[x](y)", "", "https://shop.example/a_(b)")
    assert markdown.citations([entry]).endswith("[\\[x\\](y)](https://shop.example/a_%28b%29)")
    assert markdown.words("<script>") == "\\<script\\>"
    piece = "| The *best* lamp [here](https://evil.example) &lt; `x`\n|---|"
    assert markdown.words(piece) == (
        "| The \\*best\\* lamp \\[here\\](https://evil.example) \\&lt; \\`x\\`\n|---|"
    )


async def test_an_erased_conversation_is_begun_anew(small_shop: SmallShop) -> None:
    histories = Histories()
    conversations = small_shop.conversations
    first = await histories.conversation(
        conversations, "", [], conversations.start, conversations.say
    )
    histories.go_on("", [], "boots", first)
    await conversations.erase(first)
    second = await histories.conversation(
        conversations, "", ["boots"], conversations.start, conversations.say
    )
    assert [turn.text for turn in await conversations.transcript(second)] == ["boots"]


async def test_only_so_many_histories_are_remembered(small_shop: SmallShop) -> None:
    histories = Histories(most=1)
    conversations = small_shop.conversations
    first = await histories.conversation(
        conversations, "", [], conversations.start, conversations.say
    )
    histories.go_on("", [], "boots", first)
    assert (
        await histories.conversation(
            conversations, "", ["boots"], conversations.start, conversations.say
        )
        == first
    )
    histories.go_on(
        "",
        [],
        "lamps",
        await histories.conversation(conversations, "", [], conversations.start, conversations.say),
    )
    assert (
        await histories.conversation(
            conversations, "", ["boots"], conversations.start, conversations.say
        )
        != first
    )
