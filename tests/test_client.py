"""The Python client over a real server, and over a line that breaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import pytest
from widget_site import TOKEN_KEY, Site

from chatrec import client as typed
from chatrec.client import Cards, Client, Finished, Piece, Refused, Unreachable
from chatrec.patch import BoundsDocument, ConstraintsDocument
from chatrec.tokens import mint, read, sign
from ui import schema


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    served = Site(tmp_path_factory.mktemp("client"))
    yield served
    served.close()


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with Client(site.url) as opened:
        yield opened


class BreakingLine:
    """A proxy that breaks connections after so many bytes of the answer, one limit for each."""

    def __init__(self, url: str, limits: list[int]) -> None:
        self._target = urlsplit(url)
        self._limits = limits
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            limit = self._limits.pop(0) if self._limits else 1 << 30
            thread = threading.Thread(target=self._relay, args=(near, limit), daemon=True)
            thread.start()

    def _relay(self, near: socket.socket, limit: int) -> None:
        with near, socket.create_connection((self._target.hostname, self._target.port)) as far:
            there = threading.Thread(target=_pump, args=(near, far, 1 << 30))
            there.start()
            _pump(far, near, limit)
            there.join()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, sink: socket.socket, limit: int) -> None:
    try:
        while limit > 0 and (data := source.recv(min(limit, 65536))):
            sink.sendall(data)
            limit -= len(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


@pytest.fixture
def line(site: Site) -> Iterator[Callable[..., BreakingLine]]:
    lines: list[BreakingLine] = []

    def broken(*limits: int) -> BreakingLine:
        lines.append(BreakingLine(site.url, list(limits)))
        return lines[-1]

    yield broken
    for each in lines:
        each.close()


def impatient(url: str, **options: Any) -> Client:
    return Client(url, pause=lambda seconds: None, **options)


def test_a_conversation_from_start_to_end(client: Client) -> None:
    conversation = client.start()
    reply = conversation.say("red boots under 100")
    assert [item["id"] for item in reply["items"]] == ["b1"]
    conversation.feedback(reply["message_id"], "cart", "b1")
    changed = conversation.change({"require": None})
    assert [item["id"] for item in changed["items"]] == ["b1", "b2"]
    conversation.stop()
    transcript = client.conversation(conversation.id).read()
    assert [message["text"] for message in transcript["messages"]] == ["red boots under 100", ""]
    conversation.erase()
    with pytest.raises(Refused) as refused:
        conversation.read()
    assert (refused.value.status, refused.value.code) == (404, "conversation_not_found")


def test_a_reply_comes_as_it_arises(client: Client) -> None:
    cards, *pieces, finished = client.start().stream("boots")
    assert isinstance(cards, Cards) and isinstance(finished, Finished)
    assert cards.items == finished.reply["items"]
    text = "".join(piece.text for piece in pieces if isinstance(piece, Piece))
    assert text == finished.reply["text"] and len(pieces) > 1


def test_a_failure_is_told_as_the_server_tells_it(site: Site) -> None:
    with impatient(site.url, tries=2) as client, pytest.raises(Refused) as refused:
        list(client.start().stream("boots, break"))
    assert refused.value.code == "engine"
    with impatient(site.url) as client, pytest.raises(Refused, match="empty"):
        client.start().say(" ")


@pytest.mark.parametrize("limit", [0, 60, 600, 1000])
def test_a_lost_answer_is_fetched_and_nothing_is_said_twice(
    site: Site, line: Callable[..., BreakingLine], limit: int
) -> None:
    with Client(site.url) as direct:
        known = direct.start()
        token = direct.token
    broken = line(limit)
    with impatient(broken.url, token=token) as client:
        reply = client.conversation(known.id).say("boots")
    assert len(reply["items"]) == 3 and broken.connections == 2
    with Client(site.url, token) as direct:
        assert len(direct.conversation(known.id).read()["messages"]) == 1


@pytest.mark.parametrize("limit", [0, 700, 1100, 1200, 1250, 1300, 1500])
def test_a_lost_stream_goes_on_where_it_broke_off(
    site: Site, line: Callable[..., BreakingLine], limit: int
) -> None:
    with Client(site.url) as direct:
        known = direct.start()
        token = direct.token
    broken = line(limit, limit)
    with impatient(broken.url, token=token) as client:
        events = list(client.conversation(known.id).stream("boots"))
    assert broken.connections == 3
    assert [type(event) for event in events].count(Cards) == 1
    finished = events[-1]
    assert isinstance(finished, Finished)
    text = "".join(event.text for event in events if isinstance(event, Piece))
    assert text == finished.reply["text"]
    with Client(site.url, token) as direct:
        assert len(direct.conversation(known.id).read()["messages"]) == 1


def test_a_purchase_that_may_have_been_told_is_not_told_again(
    site: Site, line: Callable[..., BreakingLine]
) -> None:
    with Client(site.url) as direct:
        known = direct.start()
        reply = known.say("boots")
        token = direct.token
    broken = line(0)
    with impatient(broken.url, token=token) as client, pytest.raises(Unreachable):
        client.conversation(known.id).feedback(reply["message_id"], "purchase", "b1")
    assert broken.connections == 1


def ended(token: str, **changed: Any) -> str:
    """The token after its time."""
    return sign(TOKEN_KEY, replace(read(TOKEN_KEY, token), **changed), -60)


def test_an_anonymous_token_that_is_over_is_renewed(site: Site) -> None:
    with Client(site.url, tries=1) as client:
        conversation = client.start()
        visitor = read(TOKEN_KEY, client.token)
        for done in (
            lambda: conversation.say("boots"),
            lambda: list(conversation.stream("lamps")),
            conversation.read,
            client.start,
        ):
            client.token = ended(client.token)
            done()
            assert read(TOKEN_KEY, client.token) == visitor
        texts = [message["text"] for message in conversation.read()["messages"]]
    assert texts == ["boots", "lamps"]


def test_threads_that_find_a_token_over_all_go_on(site: Site) -> None:
    with Client(site.url) as client:
        conversation = client.start()
        client.token = ended(client.token)
        with ThreadPoolExecutor(4) as threads:
            told = list(threads.map(lambda _: conversation.read(), range(4)))
    assert [each["conversation_id"] for each in told] == [conversation.id] * 4


@pytest.mark.parametrize("kind", ["another network's", "the shop's own", "no token"])
def test_a_token_that_cannot_be_renewed_is_kept_and_told(site: Site, kind: str) -> None:
    with Client(site.url) as client:
        conversation = client.start()
        tokens = {
            "another network's": ended(client.token, network="elsewhere"),
            "the shop's own": mint(TOKEN_KEY, "session-1", seconds=-60),
            "no token": "a.b.c",
        }
        client.token = tokens[kind]
        with pytest.raises(Refused) as refused:
            conversation.say("boots")
        assert (refused.value.status, refused.value.code) == (401, "token_refused")
        assert client.token == tokens[kind]


def test_a_server_that_is_away_is_tried_so_often() -> None:
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with Client(url, tries=4, pause=waits.append) as client, pytest.raises(Unreachable):
        client.start()
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("told", "served"),
    [
        (typed.Fact, schema.FactDocument),
        (typed.Item, schema.ItemDocument),
        (typed.Citation, schema.CitationDocument),
        (typed.Bounds, BoundsDocument),
        (typed.Constraints, ConstraintsDocument),
        (typed.Reply, schema.ReplyDocument),
        (typed.Chip, schema.ChipDocument),
        (typed.Message, schema.MessageDocument),
        (typed.Transcript, schema.ConversationDocument),
    ],
)
def test_its_types_are_those_of_the_server(told: Any, served: Any) -> None:
    assert set(get_type_hints(told)) == set(served.model_fields)
