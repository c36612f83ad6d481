"""The documents in ui/docs: every snippet that can run here runs, against a server or in a browser.

What a shop system would add (Liquid's values, WooCommerce's endpoints, React's hooks) is played.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import pytest
from made_pictures import drawn, encoded
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from widget_site import PLAIN, Site

from chatrec.settings import load_settings
from chatrec.tokens import read
from chatrec.webhooks.sender import AGAIN_AFTER, signature

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "ui" / "docs"
KEY = "k" * 32
PATIENCE = 120.0


def snippets(name: str, language: str) -> list[str]:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    served = Site(tmp_path_factory.mktemp("docs"))
    yield served
    served.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(page: Page) -> None:
    page.get_by_role("button", name="Open chat").click()


def put_in_cart(page: Page, title: str) -> None:
    """Ask for boots and put one in the cart."""
    page.get_by_label("Your message").fill("boots")
    page.get_by_label("Your message").press("Enter")
    page.get_by_role("button", name=f"Add to cart: {title}").click()


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"CHATREC_SERVE__TOKEN_KEY": KEY},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    return done.stdout


def test_every_document_is_found_from_the_readme_and_leads_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for document in DOCS.glob("*.md"):
        assert f"(ui/docs/{document.name})" in readme
        text = document.read_text(encoding="utf-8")
        links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
        local = [link for link in links if link and not link.startswith("https://")]
        assert [link for link in local if not (DOCS / link).exists()] == []


def requested(site: Site, script: str) -> tuple[list[Any], str]:
    """The documents that a shell script's requests are answered with, and all it prints."""
    script = script.replace("curl -s", "curl --fail-with-body -s")
    lines = [f"{line}; echo" if line.startswith("curl") else line for line in script.splitlines()]
    done = subprocess.run(
        ["bash", "-ec", site.here("\n".join(lines))],
        env=os.environ | {"ADMIN_KEY": "staff"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return told, done.stdout


def test_news_is_taken(tmp_path: Path) -> None:
    site = Site(tmp_path / "news")
    [told], _ = requested(site, snippets("api", "sh")[1])
    assert told == {"changed": 2, "unknown": []}
    site.close()


def test_photos_are_taken(tmp_path: Path) -> None:
    site = Site(tmp_path / "photos")
    site.shop.source.takes_photos = True
    (tmp_path / "lamp.jpg").write_bytes(encoded(drawn(1), "JPEG"))
    begin = snippets("api", "sh")[0].partition("curl -s $HERE")[0]
    [told], _ = requested(site, f"cd {tmp_path}\n{begin}{snippets('api', 'sh')[2]}")
    assert told["kind"] == "recommend"
    turn = site.shop.dialogue.turns[-1]
    assert turn.text == "under 100 please" and turn.photo is not None
    site.close()


def test_requests_are_answered(site: Site) -> None:
    told, printed = requested(site, snippets("api", "sh")[0])
    said, changed, transcript, models, completion = told
    assert [item["id"] for item in said["items"]] == ["b1"]
    assert changed["constraints"]["price_max"] is None
    assert len(transcript["messages"]) == 3
    assert models["data"][0]["id"] == completion["model"]
    events = re.findall(r"^event: (\w+)$", printed, re.MULTILINE)
    assert events[0] == "items" and events[-1] == "reply"


def test_events_are_those_that_are_listed(site: Site) -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| (?:the cards|the next|the whole|a problem)", text, re.M) == [
        "items",
        "token",
        "reply",
        "error",
    ]


@pytest.mark.parametrize("place", range(3))
def test_python_runs(site: Site, place: int) -> None:
    run(site.here(snippets("api", "python")[place]))


def test_the_receiver_knows_what_is_genuine() -> None:
    code = snippets("api", "python")[3]
    [function] = ast.parse(code).body[-1:]
    assert isinstance(function, ast.FunctionDef)
    names: dict[str, Any] = {}
    exec(code, names)
    [settings] = snippets("api", "toml")
    secret = re.search(r'secret = "(.*?)"', settings)
    assert secret is not None
    key = base64.b64decode(secret[1].removeprefix("whsec_"))
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1",
        "webhook-signature": signature(key, "msg_1", 1, "{}"),
    }
    assert names["is_genuine"](secret[1], headers, b"{}")
    assert not names["is_genuine"](secret[1], headers, b"{ }")


def test_the_times_of_new_tries_are_those_of_the_sender() -> None:
    assert AGAIN_AFTER == (5, 30, 2 * 60, 10 * 60, 3600, 6 * 3600, 24 * 3600)


@pytest.mark.parametrize("name", ["api", "security"])
def test_settings_are_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [text] = snippets(name, "toml")
    (tmp_path / "chatrec.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings().model_fields_set


def test_a_token_is_minted() -> None:
    [code] = snippets("security", "python")
    visitor = read(KEY, run(code).strip())
    assert (visitor.user_id, visitor.orders) == ("customer-7", ("W1234567",))


@pytest.mark.browser
def test_a_bubble_fills_the_cart(page: Page, site: Site) -> None:
    page.route("**/cart", lambda route: route.fulfill(status=204))
    page.goto(site.written(snippets("embedding", "html")[0]))
    opened(page)
    with page.expect_request("**/cart") as asked:
        put_in_cart(page, "Red Hiking Boots 1")
    assert asked.value.post_data_json == {"id": "b1", "quantity": 1}


@pytest.mark.browser
def test_it_stands_in_an_element(page: Page, site: Site) -> None:
    page.goto(site.written(snippets("embedding", "html")[1]))
    expect(page.get_by_role("heading", name="What are you looking for?")).to_be_visible()
    box = page.get_by_role("group").bounding_box()
    assert box is not None and box["height"] == 600


@pytest.mark.browser
def test_nothing_is_loaded_before_the_visitor_agrees(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.written(snippets("embedding", "html")[2]), wait_until="networkidle")
    assert not [url for url in asked if url.startswith(site.url)]
    page.get_by_role("button", name="Allow the chat").click()
    expect(page.get_by_label("Your message")).to_be_visible()


@pytest.mark.browser
def test_a_page_hands_over_its_visitors_token(page: Page, site: Site) -> None:
    asked = []
    page.route("**/chat-token", lambda route: (asked.append(1), route.fulfill(body="no token")))
    page.goto(site.written(snippets("embedding", "html")[3]))
    opened(page)
    with page.expect_response("**/v1/conversations") as answer:
        page.get_by_label("Your message").fill("boots")
        page.get_by_label("Your message").press("Enter")
    assert answer.value.status == 401 and asked


@pytest.mark.browser
def test_shopify_fills_the_cart(page: Page, site: Site) -> None:
    [liquid] = snippets("embedding", "liquid")
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    jinja.filters["json"] = json.dumps
    values = {
        "request": {"locale": {"iso_code": "en"}},
        "routes": {"root_url": "/en"},
    }
    page.route("**/en/cart/add.js", lambda route: route.fulfill(json={}))
    page.route("**/en/cart", lambda route: route.fulfill(body="the cart"))
    page.goto(site.written(jinja.from_string(liquid).render(values)))
    opened(page)
    with page.expect_request("**/en/cart/add.js") as asked:
        page.evaluate(_ADD, {"id": "shopify_US_4711_0815", "title": "Boots"})
    assert asked.value.post_data_json == {"items": [{"id": 815, "quantity": 1}]}
    page.wait_for_url("**/en/cart")


_ADD = """(detail) => document.dispatchEvent(
    new CustomEvent('chatrec:add-to-cart', { detail, bubbles: true }))"""


@pytest.mark.browser
@pytest.mark.parametrize(("id", "found"), [("SKU-1", 12), ("34", 34)])
def test_woocommerce_fills_the_cart(page: Page, site: Site, id: str, found: int) -> None:
    [script] = snippets("embedding", "js")
    api = f"{site.origin}/wp-json/wc/store/v1"
    given = {"api": api, "nonce": "n1", "page": "/cart"}

    def products(route: Route) -> None:
        route.fulfill(json=[{"id": 12}] if "sku=SKU-1" in route.request.url else [])

    page.route("**/store/v1/products?*", products)
    page.route("**/store/v1/cart/add-item", lambda route: route.fulfill(json={}))
    page.route("**/cart", lambda route: route.fulfill(body="the cart"))
    page.goto(site.written(f"<script>window.chatrecCart = {json.dumps(given)};{script}</script>"))
    with page.expect_request("**/add-item") as asked:
        page.evaluate(_ADD, {"id": id})
    assert asked.value.post_data_json == {"id": found, "quantity": 1}
    assert asked.value.headers["nonce"] == "n1"
    page.wait_for_url("**/cart")


@pytest.mark.skipif(shutil.which("php") is None, reason="no PHP here")
def test_php_is_php(tmp_path: Path) -> None:
    [code] = snippets("embedding", "php")
    (tmp_path / "functions.php").write_text(code, encoding="utf-8")
    subprocess.run(["php", "-l", "functions.php"], cwd=tmp_path, check=True)


_REACT = """
export const useRef = (current) => ({ current });
export const effects = [];
export const useEffect = (effect) => effects.push(effect);
export const createElement = (tag, { ref, style }) => {
  ref.current = document.createElement(tag);
  ref.current.style.height = `${style.height}px`;
  return ref.current;
};
"""
_MOUNT = """
import { effects } from 'react';
import { ShopAssistant } from 'component';
window.mount = () => {
  const element = ShopAssistant({ onAddToCart: ({ id }) => { document.title = id; }, lang: 'de' });
  document.querySelector('main').append(element);
  const cleanUp = effects.pop()();
  return () => { cleanUp(); element.remove(); };
};
window.mount()();  // as React's strict mode does in development
window.unmount = window.mount();
"""


def _script(text: str, route: Route) -> None:
    route.fulfill(body=text, content_type="text/javascript")


@pytest.mark.browser
def test_a_react_component_comes_and_goes(page: Page, site: Site) -> None:
    [component] = snippets("embedding", "jsx")
    files = {"react": _REACT, "component": site.here(component), "mount": _MOUNT}
    imports = json.dumps({"imports": {name: f"/{name}.js" for name in files}})
    for name, text in files.items():
        page.route(f"**/{name}.js", partial(_script, text))
    page.goto(
        site.written(
            f'<script type="importmap">{imports}</script>'
            '<script type="module">import "mount";</script>'
        )
    )
    expect(page.get_by_label("Ihre Nachricht")).to_be_visible()
    assert page.locator("chatrec-widget").count() == 1
    page.get_by_label("Ihre Nachricht").fill("boots")
    page.get_by_label("Ihre Nachricht").press("Enter")
    page.get_by_role("button", name=re.compile("Red Hiking Boots 1$")).last.click()
    expect(page).to_have_title("b1")
    page.evaluate("unmount()")
    expect(page.locator("chatrec-widget")).to_have_count(0)


@pytest.mark.browser
def test_it_runs_under_the_documented_policy(page: Page, site: Site) -> None:
    broken: list[str] = []
    page.on("console", lambda told: broken.append(told.text) if told.type == "error" else None)
    [policy] = snippets("security", "text")
    [snippet] = snippets("security", "html")
    page.goto(site.written(snippet, policy.strip()))
    opened(page)
    page.get_by_label("Your message").fill("red boots")
    page.get_by_label("Your message").press("Enter")
    expect(page.get_by_role("link", name=re.compile("Red Hiking Boots 1"))).to_be_visible()
    assert [each for each in broken if "Content Security Policy" in each] == []


@pytest.mark.browser
def test_the_theme_reaches_inside(page: Page, site: Site) -> None:
    [style] = snippets("theming", "css")
    page.goto(site.host(PLAIN, "data-open", f"<style>{style}</style>"))
    send = page.get_by_role("button", name="Send")
    expect(send).to_have_css("background-color", "rgb(122, 31, 75)")
    page.emulate_media(color_scheme="dark")
    expect(send).to_have_css("background-color", "rgb(242, 167, 201)")


def test_every_property_is_documented() -> None:
    text = (DOCS / "theming.md").read_text(encoding="utf-8")
    css = (ROOT / "ui" / "widget" / "widget.css").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| (`--.*?) \|", text, re.MULTILINE))
    named = {name for row in documented for name in re.findall(r"--chatrec-[a-z-]+", row)}
    assert named == set(re.findall(r"--chatrec-[a-z-]+", css))
