"""Pictures on the web: fetched from real servers, within limits, never from the own network."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from made_pictures import Averaging, drawn, encoded

from chatrec.settings import PhotoSettings, load_settings
from chatrec.types import Item
from vectorstore.hashing import HashingEmbedder
from vectorstore.index import index_catalogue
from vectorstore.pictures import fetching
from vectorstore.pictures.fetching import Fetcher, Limits, NotFetched
from vectorstore.pictures.files import Folders, Unread

PICTURE = encoded(drawn(1))
INSIDE = Limits(max_bytes=50_000, private_addresses=True)


class Web:
    """A server on this machine; ``answers`` are (status, headers, body) by path."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, self.headers["Host"]))
                status, headers, body = web.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    opened = Web()
    opened.answers["/a.png"] = (200, {"Content-Type": "image/png"}, PICTURE)
    yield opened
    opened.close()


def refused(address: str, limits: Limits = INSIDE) -> NotFetched:
    with Fetcher(limits) as fetcher, pytest.raises(NotFetched) as caught:
        fetcher.fetch(address)
    return caught.value


def test_a_picture_is_fetched(web: Web) -> None:
    with Fetcher(INSIDE) as fetcher:
        assert fetcher.fetch(f"{web.url}/a.png") == PICTURE


def test_a_host_is_asked_by_its_name(web: Web) -> None:
    with Fetcher(INSIDE) as fetcher:
        assert fetcher.fetch(f"http://localhost:{web.port}/a.png") == PICTURE
    assert web.asked == [("/a.png", f"localhost:{web.port}")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_the_own_network_is_not_asked(web: Web, host: str) -> None:
    error = refused(f"http://{host}:{web.port}/a.png", Limits(50_000))
    assert web.asked == []
    if "own network" not in str(error):  # this machine may not know the form at all
        assert "not found" in str(error)


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00::1]"])
def test_hosts_inside_are_known_by_their_address(address: str) -> None:
    assert "photos.private_addresses" in str(refused(f"http://{address}/a.png", Limits(50_000)))


def test_a_name_is_looked_up_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says something else the second time leads nowhere."""
    asked: list[str] = []

    def told(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) > 1 else "93.184.215.14"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[str] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise OSError("no network in this test")

    monkeypatch.setattr(fetching.socket, "getaddrinfo", told)
    monkeypatch.setattr(socket, "create_connection", connect)
    error = refused(f"http://rebound.example:{web.port}/a.png", Limits(50_000))
    assert error.passing and asked == ["rebound.example"]
    assert connected == ["93.184.215.14"] and web.asked == []


def test_redirects_are_followed_and_checked(web: Web) -> None:
    web.answers["/old.png"] = (301, {"Location": "/a.png"}, b"")
    web.answers["/away.png"] = (302, {"Location": "file:///etc/passwd"}, b"")
    web.answers["/round.png"] = (302, {"Location": "/round.png"}, b"")
    with Fetcher(INSIDE) as fetcher:
        assert fetcher.fetch(f"{web.url}/old.png") == PICTURE
    assert "file" in str(refused(f"{web.url}/away.png"))
    assert "too often" in str(refused(f"{web.url}/round.png"))


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        ({"Content-Type": "text/html"}, b"<html>", "text/html"),
        ({}, PICTURE, "no named type"),
        ({"Content-Type": "image/png"}, b"x" * 50_001, "50,000 bytes"),
        ({"Content-Type": "image/png", "Content-Length": "9"}, b"short", "cannot be fetched"),
    ],
)
def test_what_is_no_picture_or_too_much_is_refused(
    web: Web, headers: dict[str, str], body: bytes, why: str
) -> None:
    web.answers["/b"] = (200, headers, body)
    assert why in str(refused(f"{web.url}/b"))


def test_what_is_packed_is_not_unpacked(web: Web) -> None:
    packed = gzip.compress(b"\0" * 10_000_000)
    headers = {"Content-Type": "image/png", "Content-Encoding": "gzip"}
    web.answers["/bomb"] = (200, headers, packed)
    with Fetcher(INSIDE) as fetcher:
        assert fetcher.fetch(f"{web.url}/bomb") == packed


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (410, False), (503, True), (429, True)]
)
def test_it_is_told_whether_asking_again_may_help(web: Web, status: int, passing: bool) -> None:
    web.answers["/b"] = (status, {}, b"")
    error = refused(f"{web.url}/b")
    assert str(status) in str(error) and error.passing is passing


def test_a_server_that_trickles_is_left(web: Web) -> None:
    error = refused(f"{web.url}/a.png", Limits(50_000, private_addresses=True, seconds=0.0))
    assert "takes more than 0 s" in str(error) and error.passing


@pytest.mark.parametrize(
    "address",
    ["ftp://host/a.png", "http://", "data:image/png;base64,AA", "http://a\0b"],
)
def test_other_addresses_are_none(address: str) -> None:
    assert not refused(address).passing


def test_files_are_looked_for_in_two_folders_alone(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path / "shop" / "products.csv", tmp_path / "data")

    def place(link: str) -> object:
        try:
            found = folders.place(Item("a", "A", image_url=link))
        except Unread as exc:
            return str(exc)
        return found and found.file

    shop = (tmp_path / "shop").resolve()
    assert place("p/a.png") == place("/p/a.png") == place("p/../p/a.png") == shop / "p" / "a.png"
    assert place("p\\a.png") == shop / "p" / "a.png"
    assert place("pictures/a.png") == place("/pictures/a.png") == shop / "pictures" / "a.png"
    assert place("") is None
    for outside in ("../a.png", "p/../../a.png", "%2e%2e/a.png", "..\\a.png"):
        assert place(outside) == "lies outside of the catalogue's folder"


def indexer(tmp_path: Path, link: str) -> Callable[[Averaging], object]:
    """Index a shop of one item whose picture is there."""
    catalogue = tmp_path / "products.jsonl"
    row = {"id": "a", "title": "Lamp", "image_url": link}
    catalogue.write_text(json.dumps(row) + "\n", encoding="utf-8")
    photos = PhotoSettings(model="any", private_addresses=True)
    settings = load_settings(data_dir=tmp_path / "data", photos=photos)
    return lambda looks: (
        index_catalogue(settings, catalogue, embedder=HashingEmbedder(), pictures=looks).pictures
    )


def test_a_server_that_was_down_is_asked_again(web: Web, tmp_path: Path) -> None:
    index = indexer(tmp_path, f"{web.url}/a.png")
    picture, web.answers["/a.png"] = web.answers["/a.png"], (503, {}, b"")
    looks = Averaging()
    index(looks)
    assert looks.looked_at == 0
    web.answers["/a.png"] = picture
    index(looks)
    assert looks.looked_at == 1
    index(looks)
    assert looks.looked_at == 1 and len(web.asked) == 2


def test_an_address_is_fetched_once(web: Web, tmp_path: Path) -> None:
    index = indexer(tmp_path, f"{web.url}/a.png")
    looks = Averaging()
    for _ in range(3):
        index(looks)
    assert looks.looked_at == len(web.asked) == 1
    web.answers["/a.png?v=2"] = web.answers["/a.png"]
    indexer(tmp_path, f"{web.url}/a.png?v=2")(looks)
    assert looks.looked_at == len(web.asked) == 2
