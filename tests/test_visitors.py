"""A conversation is its visitor's: by token alone, from the right page and network, at a pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import jwt
import pytest
from api_site import served
from small_shop import SmallShop

from chatrec.errors import StorageError, TokenRefused
from chatrec.keys import hashed, kept_key
from chatrec.settings import LimitSettings, Settings, load_settings
from chatrec.tokens import Visitor, mint, network, network_of, read, sign
from ui.app import TOKEN_KEY

KEY = "a key that the shop's server shares"
PAGE = "https://shop.example"
Opening: TypeAlias = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def opened(small_shop: SmallShop, tmp_path: Path) -> Opening:
    """Opens the API to a client of an address; each has its own limits."""

    @asynccontextmanager
    async def client(
        address: str = "192.0.2.1", limits: dict[str, Any] | None = None, **serve: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        given = {"token_key": KEY, "origins": [PAGE], "admin_key_hash": hashed("sesame"), **serve}
        settings = load_settings(data_dir=tmp_path, serve=given, limits=limits or {})
        async with served(settings, small_shop, address) as one:
            yield one

    return client


def bears(token: str, origin: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | ({"Origin": origin} if origin else {})


async def begun(client: httpx.AsyncClient, token: str = "", origin: str = "") -> tuple[str, str]:
    """The path of a new conversation and its visitor's token."""
    headers = bears(token, origin) if token else {"Origin": origin} if origin else {}
    answer = await client.post("/v1/conversations", headers=headers)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return f"/v1/conversations/{made['conversation_id']}", made["token"] or token


async def said(client: httpx.AsyncClient, path: str, token: str, text: str = "boots") -> int:
    sent = {"json": {"text": text}, "headers": bears(token)}
    return (await client.post(f"{path}/messages", **sent)).status_code


def test_a_token_says_who_its_bearer_is() -> None:
    token = mint(KEY, "session-7", user_id="ann", orders=["W1", "W2"], origin=PAGE)
    assert read(KEY, token) == Visitor("session-7", "ann", ("W1", "W2"), PAGE)
    assert read(KEY, token).profile == {"user_id": "ann", "orders": "W1\nW2"}
    assert read(KEY, mint(KEY, "guest")).profile == {}
    claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="chatrec")
    assert claims["exp"] - claims["iat"] == 900


def claimed(**claims: Any) -> str:
    now = int(time.time())
    whole = {"aud": "chatrec", "sub": "s", "iat": now, "exp": now + 60, **claims}
    return jwt.encode({k: v for k, v in whole.items() if v is not None}, KEY, algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "no.token.atall",
        mint("another key of thirty-two letters", "s"),
        jwt.encode({"aud": "chatrec", "sub": "s"}, "", algorithm="none"),
        claimed(aud="else"),
        claimed(sub=None),
        claimed(sub=""),
        claimed(exp=None),
        claimed(exp=int(time.time()) - 60),
        claimed(exp=int(time.time()) + 90_000),
        claimed(exp=str(int(time.time()) + 60)),
        claimed(exp=float("inf")),
        claimed(user_id=["ann"]),
        claimed(orders="W1"),
        claimed(orders=["W1\nW2"]),
        claimed(sub="x" * 201),
    ],
)
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        read(KEY, token)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(Exception, match="chatrec keys"):
        load_settings(serve={"token_key": "short"})


async def test_another_visitor_reads_and_does_nothing(opened: Opening) -> None:
    async with opened() as client:
        path, token = await begun(client)
        assert await said(client, path, token) == 200
        _, other = await begun(client)
        for headers, status in (({}, 401), (bears("x"), 401), (bears(other), 404)):
            for method, rest, body in (
                ("GET", "", None),
                ("DELETE", "", None),
                ("POST", "/messages", {"text": "boots"}),
                ("PATCH", "/constraints", {}),
                ("POST", "/feedback", {"message_id": "m", "value": "up"}),
                ("POST", "/stop", None),
            ):
                answer = await client.request(method, path + rest, json=body, headers=headers)
                assert answer.status_code == status, (method, rest)
                assert answer.headers["content-type"] == "application/problem+json"
                assert ("www-authenticate" in answer.headers) is (status == 401)
        assert len((await client.get(path, headers=bears(token))).json()["messages"]) == 1


async def test_the_shops_own_token_tells_the_turn_who_is_there(
    opened: Opening, small_shop: SmallShop
) -> None:
    async with opened() as client:
        token = mint(KEY, "session-7", user_id="ann", orders=["W1"])
        path, _ = await begun(client, token)
        assert await said(client, path, token, "boots, I am bob") == 200
        await client.patch(f"{path}/constraints", json={"wish": None}, headers=bears(token))
        for turn in small_shop.dialogue.turns:
            assert turn.profile == {"user_id": "ann", "orders": "W1"}
        again = mint(KEY, "session-7")
        assert await said(client, path, again) == 200
        assert small_shop.dialogue.turns[-1].profile == {}


async def test_a_token_is_of_its_page_and_network(opened: Opening) -> None:
    async with opened() as client:
        path, token = await begun(client, origin=PAGE)
        assert (await client.get(path, headers=bears(token, PAGE))).status_code == 200
        other = bears(token, "http://shop")
        assert (await client.get(path, headers=other)).status_code == 401
    async with opened(address="198.51.100.9") as moved:
        answer = await moved.get(path, headers=bears(token, PAGE))
        assert answer.status_code == 401 and "another network" in answer.json()["detail"]
        renewed = await moved.post("/v1/visitors", headers=bears(token, PAGE))
        fresh = renewed.json()["token"]
        assert (await moved.get(path, headers=bears(fresh, PAGE))).status_code == 200


def test_one_network_is_one_ipv4_address_or_one_ipv6_prefix() -> None:
    same = network_of("2001:db8:1:2::3", KEY)
    assert network_of("2001:db8:1:2:ffff::9", KEY) == same != network_of("2001:db8:1:3::3", KEY)
    assert network_of("192.0.2.1", KEY) != network_of("192.0.2.2", KEY)
    assert network_of("::ffff:192.0.2.1", KEY) == network_of("192.0.2.1", KEY)
    assert network(network("2001:db8::1")) == network("2001:db8::1") == "2001:db8::/64"
    assert network_of("unix", KEY) and "192" not in network_of("192.0.2.1", KEY)


async def test_a_token_that_is_over_is_renewed_where_it_was_given(opened: Opening) -> None:
    over = sign(KEY, Visitor("anonymous:a", origin="", network=network_of("192.0.2.1", KEY)), -60)
    shops = sign(KEY, Visitor("session-7"), -60)
    async with opened() as client:
        assert (await client.post("/v1/conversations", headers=bears(over))).status_code == 401
        made = (await client.post("/v1/visitors", headers=bears(over))).json()
        assert made["visitor"] == "anonymous:a" and made["seconds"] == 3600
        await begun(client, made["token"])
        for token in (shops, mint(KEY, "session-7"), "forged"):
            new = (await client.post("/v1/visitors", headers=bears(token))).json()["visitor"]
            assert new.startswith("anonymous:") and new != "anonymous:a"
    async with opened(address="198.51.100.9") as elsewhere:
        made = (await elsewhere.post("/v1/visitors", headers=bears(over))).json()
        assert made["visitor"] != "anonymous:a"


def test_nobody_mints_an_anonymous_visitor() -> None:
    with pytest.raises(ValueError, match="chatrec's own"):
        mint(KEY, "anonymous:a")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://shop.example:444"])
async def test_a_page_that_is_not_listed_gets_no_token(opened: Opening, origin: str) -> None:
    async with opened() as client:
        for path in ("/v1/visitors", "/v1/conversations"):
            answer = await client.post(path, headers={"Origin": origin})
            assert answer.status_code == 403
            assert origin not in str(answer.headers) + answer.text
        assert (await client.post("/v1/visitors", headers={"Origin": "http://shop"})).is_success


async def test_a_page_that_is_not_listed_uses_no_token_either(opened: Opening) -> None:
    async with opened() as client:
        path, token = await begun(client, mint(KEY, "session-7"))
        answer = await client.get(path, headers=bears(token, "https://evil.example"))
        assert answer.status_code == 403 and answer.json()["code"] == "origin_refused"


async def test_where_only_the_shop_gives_tokens_nobody_else_talks(opened: Opening) -> None:
    async with opened(signed_only=True) as client:
        assert (await client.post("/v1/conversations")).status_code == 401
        assert (await client.post("/v1/visitors")).status_code == 401
        anonymous = sign(KEY, Visitor("anonymous:a"), 60)
        answer = await client.post("/v1/conversations", headers=bears(anonymous))
        assert answer.status_code == 401
        await begun(client, mint(KEY, "session-7"))


async def test_the_staff_reads_every_conversation(opened: Opening) -> None:
    async with opened() as client:
        path, _ = await begun(client)
        assert (await client.get(path, headers=bears("sesame"))).status_code == 200
        assert (await client.get(path, headers=bears("sesam"))).status_code == 401


async def test_a_kept_key_outlives_a_restart_and_is_the_owners_alone(
    opened: Opening, tmp_path: Path
) -> None:
    async with opened(token_key="") as client:
        path, token = await begun(client)
    assert (tmp_path / TOKEN_KEY).stat().st_mode & 0o777 == 0o600
    async with opened(token_key="") as client:
        assert (await client.get(path, headers=bears(token))).status_code == 200


def test_a_kept_key_that_is_cut_short_signs_nothing(tmp_path: Path) -> None:
    for cut in ("", "short"):
        (tmp_path / TOKEN_KEY).write_text(cut, encoding="utf-8")
        with pytest.raises(StorageError, match="remove"):
            kept_key(tmp_path / TOKEN_KEY)


async def test_who_asks_too_much_waits(opened: Opening) -> None:
    async with opened(limits={"visitor_messages": "2/hour"}) as client:
        path, token = await begun(client)
        assert [await said(client, path, token) for _ in range(3)] == [200, 200, 429]
        other, second = await begun(client)
        assert await said(client, other, second) == 200
        sent = {"json": {"text": "boots"}, "headers": bears(token)}
        answer = await client.post(f"{path}/messages", **sent)
        assert answer.headers["content-type"] == "application/problem+json"
        assert 1 <= int(answer.headers["retry-after"]) <= 1800
        assert answer.json()["code"] == "too_many_requests"
        assert "wait" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["address_messages", "shop_messages"])
async def test_many_visitors_share_an_address_and_a_shop(opened: Opening, name: str) -> None:
    async with opened(limits={name: "2/hour"}) as client:
        answers = []
        for _ in range(3):
            path, token = await begun(client)
            answers.append(await said(client, path, token))
    assert answers == [200, 200, 429]


async def test_conversations_are_begun_at_a_pace_and_not_without_end(opened: Opening) -> None:
    async with opened(limits={"address_tokens": "2/hour"}) as client:
        statuses = [(await client.post("/v1/conversations")).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]
        assert (await client.post("/v1/visitors")).status_code == 429
    async with opened(limits={"visitor_conversations": 2}) as client:
        token = mint(KEY, "session-7")
        for _ in range(2):
            path, _ = await begun(client, token)
        answer = await client.post("/v1/conversations", headers=bears(token))
        assert answer.status_code == 429 and "erase one" in answer.json()["detail"]
        await client.delete(path, headers=bears(token))
        await begun(client, token)


async def test_a_conversation_is_full_at_some_time(small_shop: SmallShop) -> None:
    small_shop.conversations._max_turns = 2
    conversation = await small_shop.conversations.start()
    for _ in range(2):
        async for _ in small_shop.conversations.say(conversation, "boots"):
            pass
    with pytest.raises(Exception, match="full"):
        await anext(small_shop.conversations.say(conversation, "boots"))


async def test_only_so_many_answers_are_under_way(opened: Opening, small_shop: SmallShop) -> None:
    async with opened(limits={"visitor_streams": 1}) as client:
        path, token = await begun(client)
        second, _ = await begun(client, token)
        waiting = asyncio.create_task(said(client, path, token, "boots, wait"))
        while not small_shop.dialogue.turns:
            await asyncio.sleep(0.01)
        assert await said(client, second, token) == 429
        assert len(small_shop.dialogue.turns) == 1
        small_shop.dialogue.gate.set()
        assert await waiting == 200
        assert await said(client, second, token) == 200


async def test_anything_else_has_a_pace_too(opened: Opening) -> None:
    async with opened(limits={"address_requests": "3/hour"}) as client:
        path, token = await begun(client)
        statuses = [(await client.get(path, headers=bears(token))).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_what_is_done_is_counted_for_the_staff(opened: Opening) -> None:
    async with opened(limits={"visitor_messages": "1/hour"}) as client:
        path, token = await begun(client)
        await said(client, path, token)
        await said(client, path, token)
        assert (await client.get("/metrics")).status_code == 403
        told = (await client.get("/metrics", headers=bears("sesame"))).text
    assert 'chatrec_turns_total{kind="recommend"} 1.0' in told
    assert 'chatrec_refused_total{by="visitor",what="messages"} 1.0' in told
    assert 'chatrec_turn_seconds_count{until="items"} 1.0' in told
    assert "chatrec_answers_under_way 0.0" in told


@pytest.mark.parametrize("pace", ["many", "5", "5/week", "/minute", "5/minute,"])
def test_a_pace_that_is_none_is_refused(pace: str) -> None:
    with pytest.raises(ValueError):
        LimitSettings(visitor_messages=pace)


def test_the_default_settings_need_no_key(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).serve.admin_key_hash == ""
