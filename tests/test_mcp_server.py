"""Agents of other programs use the shop's tools through the official client."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from widget_site import Site

from chatrec.settings import Settings
from ui.mcp_server import Shelves, mcp_server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    served = Site(tmp_path_factory.mktemp("mcp"))
    yield served
    served.close()


async def asked(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    content: dict[str, Any] = result.structured_content
    return content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    [told] = result.content
    text: str = told.text
    return text


def ids(found: dict[str, Any]) -> list[str]:
    return [product["id"] for product in found["products"]]


async def test_the_tools_say_what_they_take(site: Site) -> None:
    async with Client(f"{site.url}/mcp") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "describe_catalog",
            "search_catalog",
            "get_product",
            "search_policies",
        }
        arguments = tools["search_catalog"].input_schema["properties"]
        assert arguments["product_types"]["maxItems"] == 50
        for facets in ("require", "exclude"):
            assert arguments[facets]["maxProperties"] == 50
            assert arguments[facets]["additionalProperties"]["maxItems"] == 50
        assert {"product_types", "price_min", "price_max", "require", "exclude", "numeric"} < set(
            arguments
        )
        assert all(tool.annotations.read_only_hint for tool in tools.values())
        assert "our shop" in (client.instructions or "")


async def test_demands_hold_and_are_counted(site: Site) -> None:
    async with Client(f"{site.url}/mcp") as client:
        found = await asked(client, "search_catalog", product_types=["boots"], price_max=100)
        assert ids(found) == ["b1", "b2"] and found["meeting_demands"] == 2
        found = await asked(
            client,
            "search_catalog",
            query="something red",
            product_types=["boot"],
            exclude={"color": ["red"]},
            numeric={"rating": {"min": 4.5}},
        )
        assert ids(found) == ["b3"]
        [lamp, _] = (await asked(client, "search_catalog", product_types=["light"]))["products"]
        assert (lamp["url"], lamp["image_url"]) == (None, None)


async def test_what_the_shop_does_not_have_is_refused_with_what_it_has(site: Site) -> None:
    async with Client(f"{site.url}/mcp") as client:
        told = await refused(client, "search_catalog", product_types=["tent"])
        assert "boot, lamp" in told
        assert "red, black, blue" in await refused(
            client, "search_catalog", require={"color": ["mauve"]}
        )
        assert "flavour" in await refused(client, "search_catalog", exclude={"flavour": ["sweet"]})
        assert "above" in await refused(client, "search_catalog", price_min=9, price_max=8)
        assert "b9" in await refused(client, "get_product", product_id="b9")


async def test_a_product_is_told_whole(site: Site) -> None:
    async with Client(f"{site.url}/mcp") as client:
        product = await asked(client, "get_product", product_id="b1")
        assert product["title"] == "Red Hiking Boots 1" and product["price"] == 59.0


async def test_only_an_entry_about_the_question_is_an_answer(site: Site) -> None:
    async with Client(f"{site.url}/mcp") as client:
        [entry] = (await asked(client, "search_policies", question="can I return it?"))["entries"]
        assert entry["answer"] == "You have 30 days."
        assert await asked(client, "search_policies", question="who won?") == {"entries": []}


async def test_a_failure_tells_no_inner_detail() -> None:
    def broken() -> Shelves:
        raise ZeroDivisionError("/srv/secret")

    async with Client(mcp_server(Settings(), broken)) as client:
        assert "secret" not in await refused(client, "get_product", product_id="b1")


def test_pages_of_other_origins_are_kept_out(site: Site) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream"}
    for origin, status in ((site.origin, 200), ("https://elsewhere.example", 403)):
        answer = httpx.post(f"{site.url}/mcp", json=body, headers={**headers, "Origin": origin})
        assert answer.status_code == status, answer.text


@pytest.mark.model
async def test_an_agent_on_the_same_machine_starts_it_as_a_program(tmp_path: Path) -> None:
    rows = ["id,title,price", "a1,Oak Desk Lamp,49.00", "a2,Brass Desk Lamp,89.00"]
    (tmp_path / "products.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "faq.md").write_text("# Can I return it?\n\nWithin 30 days.\n", encoding="utf-8")
    chatrec = str(Path(sys.executable).parent / "chatrec")
    command = [chatrec, "index", "products.csv", "--faq", "faq.md"]
    subprocess.run(command, cwd=tmp_path, check=True)
    program = StdioServerParameters(
        command=chatrec, args=["mcp"], cwd=tmp_path, env=dict(os.environ)
    )
    async with Client(stdio_client(program)) as client:
        found = await asked(client, "search_catalog", query="a lamp", price_max=60)
        assert ids(found) == ["a1"]
        question = "can I return a lamp?"
        [entry] = (await asked(client, "search_policies", question=question))["entries"]
        assert entry["answer"] == "Within 30 days."
