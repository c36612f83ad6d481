"""The chat page in a real browser: cards, words, chips, suggestions, thumbs, and what is kept."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect
from small_shop import SmallShop
from widget_site import UNLIMITED, run_to_end

from chatrec.settings import PhotoSettings, ServeSettings, Settings
from chatrec.storage import SqliteConversations
from ui.app import create_app

pytestmark = [
    pytest.mark.browser,
    # Gradio counts its events with ways of pandas that are about to be dropped.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


class Site:
    """The small shop, served; a new one on the same data is a restart."""

    def __init__(
        self,
        folder: Path,
        serve: ServeSettings | None = None,
        photos: PhotoSettings | None = None,
    ) -> None:
        self.store = SqliteConversations(folder / "conversations.db")
        self.shop = SmallShop(self.store)
        settings = Settings(
            data_dir=folder,
            limits=UNLIMITED,
            serve=serve or ServeSettings(),
            photos=photos or PhotoSettings(),
        )
        app = create_app(settings, lambda: self.shop)
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
        )
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=run_to_end, args=(self.loop, self._server.serve()))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        while httpx.get(f"{self.url}/readyz").status_code != 200:
            time.sleep(0.05)

    def open_gate(self) -> None:
        """Let what waits go on; the gate lives in the server's thread."""
        self.loop.call_soon_threadsafe(self.shop.dialogue.gate.set)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.store.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """Opened after the browser, whose event loop Gradio finds: else it leaves loops of its own."""
    with pytest.MonkeyPatch.context() as patch:
        # How often Gradio looks whether a page is still there; else 15 seconds.
        patch.setenv("GRADIO_HEARTBEAT_INTERVAL", "0.5")
        opened = Site(tmp_path_factory.mktemp("shop"))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone, the narrower of the two ways to look at it; Gradio's scripts are fetched once."""
    made = browser.new_context(viewport={"width": 360, "height": 740})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """The page of a shopper who has never been there."""
    opened = unknown(context, site)
    go_to(opened, site)
    yield opened
    opened.close()


def unknown(context: BrowserContext, site: Site) -> Page:
    """A page of a browser that remembers nothing, before it goes to the shop.

    Cleared here and not when a page is left, which may still have something to write down.
    """
    opened = context.new_page()
    opened.goto(f"{site.url}/healthz")
    opened.evaluate("localStorage.clear()")
    return opened


def go_to(page: Page, site: Site) -> None:
    """Open the page and wait until it takes messages."""
    page.goto(site.url)
    expect(page.get_by_text("What can I find for you?")).to_be_visible()


def say(page: Page, text: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(text)
    box.press("Enter")


def replies(page: Page, number: int) -> None:
    """Wait until so many replies are finished."""
    expect(page.locator("[role=log] .reply")).to_have_count(number)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_a_conversation_from_the_first_word_to_the_next_one(page: Page) -> None:
    say(page, "red boots under 100")
    replies(page, 1)
    card = page.locator(".card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Red Hiking Boots 1")
    expect(card).to_contain_text("$59")
    expect(card).to_contain_text("4.5")
    expect(card).to_contain_text("Place 1 of 1")
    expect(card.get_by_role("link")).to_have_attribute("href", "https://shop.example/b1")
    expect(page.locator(".words")).to_have_text("1 items fit.")
    expect(page.locator(".chip")).to_have_text(["Boots×", "Up to $100×", "Color: red×"])
    expect(page.get_by_label("Your message")).to_have_value("")

    page.get_by_role("button", name="Remove Color: red").click()
    replies(page, 2)
    expect(page.locator(".reply").last.locator(".card")).to_have_count(2)
    remove = page.get_by_role("button", name="Remove Up to $100")
    remove.focus()
    remove.press("Enter")
    replies(page, 3)
    expect(page.locator(".chip")).to_have_text(["Boots×"])

    page.get_by_role("button", name="In red").click()
    replies(page, 4)
    expect(page.locator(".said").last).to_have_text("in red")

    good = page.get_by_role("button", name="Good answer").last
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")

    page.reload()
    replies(page, 4)
    expect(page.get_by_role("button", name="Good answer").last).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator(".chip")).to_have_text(["Boots×", "Color: red×"])
    page.get_by_role("button", name="Good answer").last.click()
    expect(page.get_by_role("button", name="Good answer").last).to_have_attribute(
        "aria-pressed", "false"
    )

    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("What can I find for you?")).to_be_visible()
    expect(page.locator(".chip")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("What can I find for you?")).to_be_visible()
    say(page, "boots")
    replies(page, 1)


def test_cards_come_before_words_while_the_page_is_busy(page: Page, site: Site) -> None:
    site.shop.dialogue.gate.clear()
    say(page, "boots, wait")
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    site.open_gate()
    replies(page, 1)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_nothing_a_shop_or_shopper_writes_becomes_markup(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    said = "lamp <img src=x onerror=alert(1)> ${alert(1)} {{this}}"
    say(page, said)
    replies(page, 1)
    expect(page.locator(".said")).to_have_text(said)
    titles = page.locator(".card h3")
    expect(titles.first).to_have_text("<img src=x onerror=alert(1)> Lamp ${alert(1)} {{this}}")
    expect(titles.first.locator("a")).to_have_count(0)
    assert page.locator("[role=log] img").count() == 0
    assert dialogs == []


def test_a_failure_is_told_in_words_and_can_be_tried_again(page: Page) -> None:
    say(page, "boots, break")
    alert = page.get_by_role("alert").filter(has_text="could not answer")
    expect(alert).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("/srv/secret")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".said")).to_have_count(2)


def test_without_a_key_the_staffs_page_is_for_this_machine_alone(site: Site) -> None:
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    for path in ("/ui/", "/ui/config", "/ui/gradio_api/info"):
        assert httpx.get(site.url + path).status_code == 200
        assert httpx.get(site.url + path, headers=elsewhere).status_code == 401
    joined = httpx.post(f"{site.url}/ui/gradio_api/queue/join", json={}, headers=elsewhere)
    assert joined.status_code == 401
    assert httpx.get(site.url, headers=elsewhere).status_code == 200


def test_nobody_leaves_files_here(site: Site) -> None:
    for page in ("", "/ui"):
        sent = httpx.post(f"{site.url}{page}/gradio_api/upload", files={"files": b"x"})
        assert sent.status_code == 404


def test_a_message_too_long_is_refused_and_stays_in_the_field(page: Page) -> None:
    say(page, "x" * 10_000)
    expect(page.get_by_role("alert").filter(has_text="10,000")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("x" * 10_000)
    say(page, "boots")
    replies(page, 1)


def test_what_is_written_before_the_shop_is_open_stays(context: BrowserContext, site: Site) -> None:
    held: list[Route] = []
    opened = unknown(context, site)
    opened.route("**/gradio_api/queue/join*", lambda route: held.append(route))
    opened.goto(site.url)
    box = opened.get_by_label("Your message")
    box.fill("boots")
    while not held:
        opened.wait_for_timeout(20)
    for each in held:
        each.continue_()
    opened.unroute("**/gradio_api/queue/join*")
    expect(opened.get_by_text("What can I find for you?")).to_be_visible()
    expect(box).to_have_value("boots")
    box.press("Enter")
    replies(opened, 1)
    opened.close()


def test_nothing_scrolls_sideways_and_nothing_comes_from_elsewhere(
    context: BrowserContext, site: Site
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:")):
            asked.append(request.url)

    opened = unknown(context, site)
    opened.on("request", note)
    go_to(opened, site)
    say(opened, "boots under 150 " + "w" * 300)
    replies(opened, 1)
    for width in (360, 1280):
        opened.set_viewport_size({"width": width, "height": 740})
        assert opened.evaluate("document.documentElement.scrollWidth") == width
        talk = opened.locator("#talk")
        assert talk.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert asked == []
    opened.close()


def test_a_shopper_who_closes_the_page_stops_the_answer(
    context: BrowserContext, site: Site
) -> None:
    dialogue = site.shop.dialogue
    before = dialogue.closed_early
    opened = unknown(context, site)
    go_to(opened, site)
    say(opened, "boots forever")
    expect(opened.locator(".card")).to_have_count(3)
    opened.close()
    deadline = time.monotonic() + 60
    while dialogue.closed_early == before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert dialogue.closed_early == before + 1
