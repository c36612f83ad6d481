"""The widget on a shop's page in a real browser: what shoppers do, and what they find again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)
from widget_site import HOSTILE, TOKEN_KEY, Site

from chatrec.tokens import mint, read, sign

ROOT = Path(__file__).parent.parent
FETCHES_TOKEN = """
<script async src="https://chat.shop.example/widget.js" data-manual></script>
<script>
  document.addEventListener('chatrec:ready', () => {
    ChatRec.init({ token: async () => (await fetch('/chat-token')).text() });
  });
</script>
"""
WIDE, PHONE = (1280, 800), (360, 740)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("shop"))
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """The plain host page, wide, the widget open."""
    return visit(context, site.host())


def visit(context: BrowserContext, url: str) -> Page:
    """The page with the widget open."""
    page = context.new_page()
    page.goto(url)
    page.get_by_role("button", name="Open chat").click()
    expect(box(page)).to_be_focused()
    return page


def box(page: Page) -> Locator:
    return page.get_by_label("Your message")


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def replies(page: Page, number: int) -> None:
    """Wait until so many replies are finished and nothing is under way."""
    expect(page.locator("[role=log] .reply")).to_have_count(number)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def transcript(page: Page, site: Site) -> list[str]:
    """What the shopper said as the server has it."""
    identity = page.evaluate(f"localStorage['chatrec:{site.url}']")
    staff = {"Authorization": "Bearer staff"}
    told = httpx.get(f"{site.url}/v1/conversations/{identity}", headers=staff)
    messages = told.json()["messages"]
    return [message["text"] for message in messages]


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where the run wants them (``WIDGET_PICTURES``)."""
    if folder := os.environ.get("WIDGET_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_conversation_from_the_first_word_to_the_next_day(page: Page, site: Site) -> None:
    page.evaluate(
        "for (const name of ['message', 'product-click', 'add-to-cart', 'close', 'open'])"
        "  document.addEventListener(`chatrec:${name}`, (event) => {"
        "    (window.heard ||= []).push([name, event.detail]); })"
    )
    say(page, "red boots under 100")
    replies(page, 1)
    card = page.locator(".card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Red Hiking Boots 1$59★ 4.5Place 1 of 1color: red")
    expect(card.locator("img")).to_have_js_property("complete", True)
    assert card.locator("img").evaluate("image => image.naturalWidth") > 0
    expect(page.locator(".words")).to_have_text("1 items fit.")
    expect(page.locator(".chips li")).to_have_text(["Boots", "Up to $100", "Color: red"])
    expect(box(page)).to_have_value("")

    page.get_by_role("button", name="Remove Color: red").click()
    replies(page, 2)
    expect(page.locator(".reply").last.locator(".card")).to_have_count(2)
    expect(page.locator(".chips li")).to_have_text(["Boots", "Up to $100"])
    page.get_by_role("button", name="In red").click()
    replies(page, 3)
    say(page, "can I return it?")
    replies(page, 4)
    source = page.get_by_role("link", name="Can I return it?")
    expect(source).to_be_in_viewport(ratio=1)
    expect(source).to_have_attribute("href", f"{site.origin}/help/returns")
    good = page.get_by_role("button", name="Good answer").last
    with page.expect_response("**/feedback"):
        good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    card.last.get_by_role("link").evaluate("a => a.removeAttribute('href')")
    card.last.locator("a").click()

    heard = page.evaluate("heard")
    assert [detail["role"] for name, detail in heard if name == "message"][:2] == [
        "user",
        "assistant",
    ]
    clicked = [detail for name, detail in heard if name == "product-click"]
    assert clicked == [
        {"id": "b1", "price": 59, "currency": "USD", "url": "https://shop.example/b1"}
    ]

    page.reload()
    replies(page, 4)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".chips li")).to_have_text(["Boots", "Up to $100", "Color: red"])
    expect(page.get_by_role("button", name="Good answer").last).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("What can I find for you?")).to_be_visible()
    expect(page.locator(".chips li")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_hostile_page_changes_nothing(
    context: BrowserContext, site: Site, size: tuple[int, int]
) -> None:
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text))
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(site.host(HOSTILE, 'data-cart="true"'))
    page.get_by_role("button", name="Open chat").click()
    box(page).press_sequentially("red boots")
    box(page).press("Enter")
    replies(page, 1)
    page.get_by_role("button", name="Remove Color: red").click()
    replies(page, 2)
    page.get_by_role("button", name="Add to cart: Red Hiking Boots 1").last.click()
    say(page, "compare")
    replies(page, 3)
    assert page.locator(".said").first.evaluate("e => getComputedStyle(e).fontSize") == "15px"
    assert page.evaluate("hotkeys.length") == 0
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    assert page.evaluate("hotkeys.length") == 0
    page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k' }))")
    picture(page, f"hostile-{size[0]}")
    assert transcript(page, site) == ["red boots", "", "compare"]
    assert [each for each in complaints if "favicon" not in each] == []


def test_typing_goes_on_while_it_answers_and_is_answered_next(page: Page, site: Site) -> None:
    site.set_gate(is_open=False)
    say(page, "boots, wait")
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    say(page, "lamps")
    expect(page.locator(".said")).to_have_text(["You: boots, wait", "You: lamps"])
    site.set_gate(is_open=True)
    replies(page, 2)
    expect(page.locator(".said")).to_have_text(["You: boots, wait", "You: lamps"])
    assert transcript(page, site) == ["boots, wait", "lamps"]


def test_stop_ends_the_answer_and_keeps_what_was_said(page: Page, site: Site) -> None:
    before = site.shop.dialogue.closed_early
    say(page, "boots forever")
    expect(page.locator("[aria-busy=true] .words")).to_contain_text("and and and")
    page.get_by_role("button", name="Stop").click()
    replies(page, 1)
    expect(page.locator(".words")).to_contain_text("and and and")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert site.shop.dialogue.closed_early == before + 1
    say(page, "lamps")
    replies(page, 2)


def test_a_lost_connection_is_taken_up_again_without_saying_it_twice(
    page: Page, site: Site
) -> None:
    tried: list[str] = []

    def lose_two(route: Route) -> None:
        tried.append(route.request.headers["idempotency-key"])
        if len(tried) == 1:
            route.abort()  # never reached the server
        elif len(tried) == 2:
            route.fetch()  # reached it, but the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose_two)
    say(page, "red boots")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    replies(page, 1)
    assert len(tried) == 3 and len(set(tried)) == 1
    assert transcript(page, site) == ["red boots"]
    expect(page.locator(".said")).to_have_count(1)


def test_a_reload_in_the_middle_of_an_answer_goes_on_with_it(page: Page, site: Site) -> None:
    site.set_gate(is_open=False)
    turns = len(site.shop.dialogue.turns)
    say(page, "boots, wait")
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    page.reload()
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    site.set_gate(is_open=True)
    replies(page, 1)
    expect(page.locator(".words")).to_have_text("3 items fit.")
    assert transcript(page, site) == ["boots, wait"]
    assert len(site.shop.dialogue.turns) == turns + 1


TAKE_OUT = "window.kept = document.querySelector('chatrec-widget'); kept.remove()"


def test_a_page_may_take_it_out_and_put_it_back(
    page: Page, context: BrowserContext, site: Site
) -> None:
    say(page, "boots")
    replies(page, 1)
    for again in ("document.body.append(kept)", "document.querySelector('main').append(kept)"):
        page.evaluate(TAKE_OUT)
        expect(box(page)).to_have_count(0)
        page.evaluate(again)
        replies(page, 1)
        expect(box(page)).to_be_in_viewport()
    page.evaluate("document.querySelector('main').prepend(kept)")  # moved, never taken out
    assert page.evaluate("kept.matches(':popover-open')")
    say(page, "lamps")
    replies(page, 2)
    assert transcript(page, site) == ["boots", "lamps"]
    other = visit(context, page.url)
    say(other, "red boots")
    replies(page, 3)
    box(page).press("Escape")
    expect(box(page)).to_be_hidden()


def test_what_is_taken_out_in_the_middle_of_an_answer_goes_on_with_it(
    page: Page, site: Site
) -> None:
    site.set_gate(is_open=False)
    say(page, "boots, wait")
    expect(page.locator("[aria-busy=true] .card")).to_have_count(3)
    say(page, "lamps")
    page.evaluate(TAKE_OUT)
    page.wait_for_timeout(100)
    page.evaluate("document.body.append(kept)")
    expect(page.locator("[aria-busy=true] .card")).to_have_count(3)
    site.set_gate(is_open=True)
    replies(page, 2)
    assert transcript(page, site) == ["boots, wait", "lamps"]


def test_tabs_of_one_browser_agree(page: Page, context: BrowserContext, site: Site) -> None:
    other = visit(context, page.url)
    site.set_gate(is_open=False)
    say(page, "boots, wait")
    expect(other.locator(".said")).to_have_text("You: boots, wait")
    expect(other.locator(".dots")).to_be_visible()
    site.set_gate(is_open=True)
    for tab in (page, other):
        replies(tab, 1)
    say(other, "lamps")
    for tab in (page, other):
        replies(tab, 2)
        expect(tab.locator(".chips li")).to_have_text(["Lamps"])
    other.get_by_role("button", name="New chat").click()
    expect(page.locator(".reply")).to_have_count(0)


def test_a_failure_is_told_in_words_and_tried_again_without_doubling(
    page: Page, site: Site
) -> None:
    say(page, "boots, break")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("could not answer")
    expect(page.locator("body")).not_to_contain_text("/srv/secret")
    alert.get_by_role("button", name="Try again").click()
    replies(page, 1)
    assert transcript(page, site) == ["boots, break"]
    say(page, "x" * 3000)
    expect(page.get_by_role("alert")).to_contain_text("3,000 characters")
    expect(box(page)).to_have_value("x" * 3000)


def test_a_person_is_shown_and_heard(page: Page, site: Site) -> None:
    say(page, "boots")
    replies(page, 1)
    identity = page.evaluate(f"localStorage['chatrec:{site.url}']")
    staff = {"Authorization": "Bearer staff"}
    conversation = f"{site.url}/v1/conversations/{identity}"
    httpx.post(f"{conversation}/person", json={"text": "Hello, Kim here."}, headers=staff)
    page.clock.install()
    page.reload()
    expect(page.get_by_text("A person answers your next message.")).to_be_visible()
    expect(page.get_by_text("Hello, Kim here.")).to_be_visible()
    expect(page.locator(".said, .changed")).to_have_count(1)
    httpx.post(f"{conversation}/person", json={"text": "Still there?"}, headers=staff)
    page.clock.fast_forward(5000)
    expect(page.get_by_text("Still there?")).to_be_visible()
    httpx.post(f"{conversation}/hand-back", headers=staff)
    page.clock.fast_forward(5000)
    expect(page.get_by_text("A person answers")).to_have_count(0)


def test_nothing_a_shop_or_shopper_writes_becomes_markup(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    said = "lamp <img src=x onerror=alert(1)>"
    say(page, said)
    replies(page, 1)
    expect(page.locator(".said")).to_have_text(f"You: {said}")
    titles = page.locator(".card h3")
    expect(titles.first).to_have_text("<img src=x onerror=alert(1)> Lamp ${alert(1)} {{this}}")
    assert page.locator("[role=log] img, h3 a").count() == 0
    assert page.locator("chatrec-widget [style], chatrec-widget style").count() == 0
    assert dialogs == []


def test_the_page_steers_it(context: BrowserContext, site: Site) -> None:
    url = site.host(options='data-manual="true"', body='<div id="here"></div>')
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.ChatRec")
    assert page.locator("chatrec-widget").count() == 0
    page.evaluate("ChatRec.init({ lang: 'de', labels: { send: 'Los' }, title: 'Fjord & Feld' })")
    page.evaluate("ChatRec.open()")
    expect(page.get_by_role("dialog", name="Fjord & Feld")).to_be_visible()
    expect(page.get_by_role("button", name="Los")).to_be_visible()
    expect(page.get_by_label("Ihre Nachricht")).to_be_focused()
    page.evaluate("ChatRec.close()")
    expect(page.get_by_role("button", name="Chat öffnen")).to_be_focused()
    page.evaluate("ChatRec.init({ target: '#here' })")
    assert page.locator("chatrec-widget").count() == 1
    assert page.locator("#here > chatrec-widget").count() == 1
    expect(page.get_by_role("button", name="Open chat")).to_have_count(0)
    say(page, "boots")
    replies(page, 1)
    picture(page, "inline-1280")
    page.evaluate("ChatRec.destroy()")
    assert page.locator("chatrec-widget").count() == 0


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_in_any_state(
    context: BrowserContext, site: Site, size: tuple[int, int]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if size == PHONE else "light", reduced_motion="reduce")
    lang = "ar" if size == PHONE else "en"
    page.goto(site.host(options=f'data-starters="boots" data-cart="true" data-lang="{lang}"'))
    launcher = page.locator("button.launcher")
    expect(launcher).to_be_visible()

    def audit(state: str) -> None:
        picture(page, f"{lang}-{size[0]}-{state}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"

    audit("closed")
    launcher.click()
    audit("empty")
    site.set_gate(is_open=False)
    field = page.locator("textarea")
    field.fill("boots, wait")
    field.press("Enter")
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    audit("answering")
    site.set_gate(is_open=True)
    replies(page, 1)
    audit("answered")
    field.fill("compare")
    field.press("Enter")
    replies(page, 2)
    audit("compared")
    field.fill("can I return it?")
    field.press("Enter")
    replies(page, 3)
    audit("cited")
    field.fill("boots, break")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    audit("failed")


def test_every_target_is_large_and_nothing_scrolls_sideways(
    context: BrowserContext, site: Site
) -> None:
    for width, height in (PHONE, (320, 256)):  # the latter is 1280 x 1024 at 400 %
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site.host())
        launcher = page.get_by_role("button", name="Open chat")
        launcher.click()
        say(page, "boots under 150 " + "w" * 300)
        replies(page, 1)
        small = page.locator("chatrec-widget").evaluate(
            "e => [...e.shadowRoot.querySelectorAll('button, textarea')]"
            ".filter((b) => b.checkVisibility()).map((b) => b.getBoundingClientRect())"
            ".filter((r) => r.width < 44 || r.height < 44).length"
        )
        assert small == 0
        panel = page.get_by_role("dialog").bounding_box()
        assert panel == {"x": 0, "y": 0, "width": width, "height": height}
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator(".talk").evaluate("e => e.scrollWidth - e.clientWidth") == 0
        expect(launcher).to_have_count(0)
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        expect(box(page)).to_be_in_viewport(ratio=1)
        picture(page, f"phone-{width}")
        page.get_by_role("button", name="New chat").click()
        page.close()


def test_the_keyboard_alone_is_enough(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(site.host())
    launcher = page.get_by_role("button", name="Open chat")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    expect(launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    page.keyboard.type("red boots under 100")
    page.keyboard.press("Enter")
    replies(page, 1)
    expect(box(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove Color: red")).to_be_focused()
    page.keyboard.press("Space")
    replies(page, 2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(launcher).to_be_focused()


def test_a_screen_reader_hears_an_answer_once(page: Page, site: Site) -> None:
    page.locator("chatrec-widget").evaluate(
        "e => { window.heard = []; new MutationObserver((changes) => {"
        "  for (const change of changes) for (const node of change.addedNodes)"
        "    heard.push(node.textContent); })"
        ".observe(e.shadowRoot.querySelector('[role=log]'), { childList: true, subtree: true }); }"
    )
    site.set_gate(is_open=False)
    say(page, "boots, wait")
    expect(page.locator("[aria-busy=true] .words")).to_have_text("3")
    expect(page.locator("[role=status]", has_text="The assistant is looking")).to_have_count(1)
    site.set_gate(is_open=True)
    replies(page, 1)
    heard = [text for text in page.evaluate("heard") if "items fit" in text]
    assert len(heard) == 1
    expect(page.locator("[role=log]")).to_have_attribute("aria-live", "polite")
    expect(page.locator("[role=status]", has_text="The assistant is looking")).to_have_count(0)


def test_every_language_has_every_label() -> None:
    source = (ROOT / "ui" / "widget" / "labels.js").read_text(encoding="utf-8")
    names = re.search(r"NAMES = '([^']*)'", source)
    assert names is not None
    languages = dict(re.findall(r"^  (\w\w): '([^'\n]*)',$", source, re.MULTILINE))
    assert len(languages) == 12
    for language, words in languages.items():
        labels = dict(zip(names[1].split("|"), words.split("|"), strict=True))
        assert all(labels.values()), language
        assert "{}" in labels["remove"] and "{}" in labels["rated"], language


def test_the_snippets_of_the_readme_work(context: BrowserContext, site: Site) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    bubble, inline = re.findall(r"^```html\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    page = context.new_page()
    page.goto(site.written(bubble))
    page.get_by_role("button", name="Open chat").click()
    with page.expect_response("**/messages"):
        page.get_by_role("button", name="Tents for two").click()
    replies(page, 1)
    page.goto(site.written(inline))
    say(page, "boots")
    replies(page, 2)
    panel = page.get_by_role("group", name="Shop assistant").bounding_box()
    assert panel is not None and panel["height"] == 600
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    page.get_by_role("button", name="Add to cart: Red Hiking Boots 1").last.click()
    expect(page).to_have_title("In the cart: Red Hiking Boots 1, 59 USD")


def test_a_page_may_fetch_the_shops_own_token(context: BrowserContext, site: Site) -> None:
    site.lay("/chat-token", mint(TOKEN_KEY, "session-81f2"))
    page = context.new_page()
    page.goto(site.written(FETCHES_TOKEN))
    page.get_by_role("button", name="Open chat").click()
    say(page, "boots")
    replies(page, 1)
    assert len(site.store.conversations_of("session-81f2")) == 1


def test_a_token_that_cannot_be_renewed_just_now_is_kept(page: Page, site: Site) -> None:
    say(page, "boots")
    replies(page, 1)
    place = f"chatrec:{site.url}:token"
    visitor = read(TOKEN_KEY, page.evaluate(f"localStorage['{place}']"))
    page.evaluate(f"localStorage['{place}'] = '{sign(TOKEN_KEY, visitor, -60)}'")
    page.route("**/v1/visitors", lambda route: route.fulfill(status=429))
    say(page, "lamps")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("That did not work. Please try again.")
    page.unroute("**/v1/visitors")
    alert.get_by_role("button", name="Try again").click()
    replies(page, 2)
    assert transcript(page, site) == ["boots", "lamps"]


def test_a_token_that_is_over_is_renewed_without_a_word(page: Page, site: Site) -> None:
    say(page, "boots")
    replies(page, 1)
    place = f"chatrec:{site.url}:token"
    visitor = read(TOKEN_KEY, page.evaluate(f"localStorage['{place}']"))
    page.evaluate(f"localStorage['{place}'] = '{sign(TOKEN_KEY, visitor, -60)}'")
    page.reload()
    replies(page, 1)
    say(page, "lamps")
    replies(page, 2)
    assert read(TOKEN_KEY, page.evaluate(f"localStorage['{place}']")) == visitor
