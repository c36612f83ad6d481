"""Photos on the chat page, in a real browser: chosen, made small, sent with words or without."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_pictures import drawn, encoded
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from test_chat_page import Site, context, go_to, page, pytestmark, replies, say

from chatrec.settings import PhotoSettings

__all__ = ["context", "page", "pytestmark"]

PHOTO = {"name": "a.png", "mimeType": "image/png", "buffer": encoded(drawn(1, 900))}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """Opened after the browser, as the other page is."""
    folder = tmp_path_factory.mktemp("shop")
    opened = Site(folder, photos=PhotoSettings(model="any", max_bytes=200_000))
    opened.shop.source.takes_photos = True
    yield opened
    opened.close()


def choose(page: Page, photo: dict[str, object]) -> None:
    page.get_by_label("Search by photo").set_input_files(photo)  # type: ignore[arg-type]


def attached(page: Page) -> None:
    expect(page.get_by_text("Photo attached")).to_be_visible()


def test_a_photo_goes_with_the_words(page: Page, site: Site) -> None:
    choose(page, PHOTO)
    attached(page)
    say(page, "red boots")
    replies(page, 1)
    turn = site.shop.dialogue.turns[-1]
    assert turn.text == "red boots" and turn.photo is not None
    assert (turn.photo.width, turn.photo.height) == (448, 448)
    expect(page.get_by_text("Photo attached")).to_have_count(0)
    expect(page.locator(".said")).to_have_text(re.compile(r"Photo\s*red boots"))
    say(page, "in black")
    replies(page, 2)
    assert site.shop.dialogue.turns[-1].photo is None  # it went once


def test_a_photo_goes_alone_and_is_there_after_a_reload(page: Page, site: Site) -> None:
    choose(page, PHOTO)
    attached(page)
    page.get_by_role("button", name="Send").click()
    replies(page, 1)
    assert site.shop.dialogue.turns[-1].text == ""
    expect(page.locator(".said .photo")).to_have_text("Photo")
    page.reload()
    replies(page, 1)
    expect(page.locator(".said .photo")).to_have_text("Photo")


def test_a_photo_can_be_taken_away(page: Page, site: Site) -> None:
    choose(page, PHOTO)
    attached(page)
    page.get_by_role("button", name="Remove the photo").click()
    expect(page.get_by_text("Photo attached")).to_have_count(0)
    say(page, "boots")
    replies(page, 1)
    assert site.shop.dialogue.turns[-1].photo is None


def test_what_is_no_photo_is_refused_in_words(page: Page) -> None:
    choose(page, {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_role("alert")).to_contain_text("JPEG, PNG or WebP")
    say(page, "boots")
    replies(page, 1)


def test_where_a_photo_was_taken_does_not_leave_the_browser(page: Page) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ana"
    drawn(1, 900).save(buffer, "JPEG", exif=exif)
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    choose(page, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()})
    attached(page)
    sent = next(body for body in bodies if b'"photo"' in body)
    assert len(sent) < len(buffer.getvalue()) * 4 // 3 and b"Ana" not in sent
    shown = page.locator(".attached img").get_attribute("src") or ""
    assert shown.startswith("data:image/jpeg;base64,")


def test_the_button_is_reached_by_keyboard_and_nothing_scrolls_sideways(page: Page) -> None:
    choose(page, PHOTO)
    attached(page)
    page.get_by_label("Search by photo").focus()
    expect(page.locator(".camera:focus-within")).to_have_count(1)
    size = page.locator(".camera").bounding_box()
    assert size is not None and min(size["width"], size["height"]) >= 44
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_a_shop_without_a_model_shows_no_button(browser: Browser, tmp_path: Path) -> None:
    plain = Site(tmp_path)
    page = browser.new_page()
    try:
        go_to(page, plain)
        expect(page.get_by_label("Your message")).to_be_visible()
        expect(page.get_by_label("Search by photo")).to_have_count(0)
    finally:
        page.close()
        plain.close()
