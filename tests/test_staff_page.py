"""The staff's page in a real browser: who gets in, a turn from inside, playground and test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from test_chat_page import Site, replies, say

from chatrec.keys import hashed
from chatrec.settings import ServeSettings

KEY = "the-admin-key"

pytestmark = [
    pytest.mark.browser,
    # Gradio counts its events with ways of pandas that are about to be dropped.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    serve = ServeSettings(admin_key_hash=hashed(KEY))
    opened = Site(tmp_path_factory.mktemp("staff"), serve)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 760})
    opened = context.new_page()
    opened.goto(f"{site.url}/ui/")
    yield opened
    context.close()


def enter(page: Page, key: str) -> None:
    page.get_by_label("username").fill("ann")
    page.get_by_label("password").fill(key)
    page.get_by_role("button", name="Login").click()


def test_only_who_has_the_admin_key_gets_in_and_sees_the_turn(page: Page, site: Site) -> None:
    enter(page, "another-key")
    expect(page.get_by_text("Incorrect")).to_be_visible()
    assert page.locator("#panel").count() == 0
    enter(page, KEY)
    expect(page.get_by_text("What can I find for you?")).to_be_visible()

    say(page, "red boots under 100")
    replies(page, 1)
    panel = page.locator("#panel")
    expect(panel.get_by_text("price_max: 100.0")).to_have_count(2)
    expect(panel.locator("td").filter(has_text="● Red Hiking Boots 1")).to_be_visible()
    expect(panel.get_by_text("100 ms")).to_be_visible()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 760})
        assert page.evaluate("document.documentElement.scrollWidth") == width

    panel.get_by_role("button", name="Dialogue test").click()
    panel.get_by_role("button", name="Write this conversation").click()
    expect(panel.locator(".cm-content")).to_contain_text("user: red boots under 100")

    panel.get_by_role("button", name="Playground").click()
    panel.get_by_label("formal").check()
    panel.get_by_role("button", name="Answer so").click()
    expect(panel.get_by_text("So it answers from now on.")).to_be_visible()
    assert site.shop.under_settings[-1].shop.tone == "formal"
    say(page, "black boots")
    replies(page, 2)

    page.reload()
    replies(page, 2)
    expect(panel.get_by_text("Candidates are not kept")).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(panel.get_by_text("Say something")).to_be_visible()
