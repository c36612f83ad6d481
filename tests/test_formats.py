"""Files of shop systems: how they are recognised, and which items come of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shop_files
from shop_files import code

from chatrec.errors import CatalogueError
from chatrec.types import Item
from vectorstore import formats
from vectorstore.catalogue import Reading, RowError, read_catalogue

DURING_THE_SALE = datetime(2026, 11, 22, tzinfo=UTC)
AFTER_THE_SALE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def pages(path: Path) -> Path:
    path.mkdir()
    (path / "boot.html").write_text(shop_files.boot_page(), encoding="utf-8")
    (path / "shop").mkdir()
    (path / "shop/flask.html").write_text(shop_files.flask_page(), encoding="utf-8")
    (path / "shop/again.html").write_text(shop_files.flask_page(), encoding="utf-8")
    (path / "about.html").write_text("<p>About us</p>", encoding="utf-8")
    return path


def written(text: Callable[[], str]) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_text(text(), encoding="utf-8")
        return path

    return write


FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "shopify": ("shop.csv", written(shop_files.shopify)),
    "woocommerce": ("shop.csv", written(shop_files.woocommerce)),
    "merchant": ("feed.tsv", written(shop_files.merchant_tsv)),
    "merchant-xml": ("feed.xml", written(shop_files.merchant_xml)),
    "pages": ("saved", pages),
}


@pytest.fixture(params=FILES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(kind: str, tmp_path: Path) -> Path:
    name, write = FILES[kind]
    return write(tmp_path / name)


def read(
    path: Path, reading: Reading | None = None, now: datetime = DURING_THE_SALE
) -> tuple[list[Item], list[RowError]]:
    rows = list(read_catalogue(path, reading, now))
    return (
        [row for row in rows if isinstance(row, Item)],
        [row for row in rows if isinstance(row, RowError)],
    )


def sizes(item: Item) -> Sequence[str]:
    value = item.attributes["size"]
    assert isinstance(value, tuple)
    return value


def test_the_format_is_recognised(kind: str, path: Path) -> None:
    assert formats.detect(path).name == kind.removesuffix("-xml")


def test_variants_become_cards_whose_values_hold_together(kind: str, path: Path) -> None:
    items, _ = read(path, Reading(currency="EUR"))
    boots = [item for item in items if "Boot" in item.title]
    told = {
        (str(item.attributes.get("color") or item.attributes.get("Color")), item.price): sizes(item)
        for item in boots
    }
    assert told == {
        ("Slate Grey", 119.0): ("41", "42"),
        ("Slate Grey", 129.0): ("43",),
        ("Moss Green", 119.0): ("41", "43"),  # 42 is sold out
    }
    assert len({item.group for item in boots}) == 1
    assert {item.currency for item in items} == {"EUR"}


def test_every_field_is_read(kind: str, path: Path) -> None:
    items, _ = read(path, Reading(currency="EUR", site="https://shop.example"))
    boot = next(item for item in items if item.price == 119.0)
    assert boot.id == code("Slate Grey", "41")
    assert boot.title.removeprefix("Tarnfell ").replace(",", "") == "Scree Light Boot Slate Grey"
    assert boot.description.removesuffix(".").endswith("The lightest boot we make. 840 g the pair")
    assert boot.brand == "Tarnfell"
    assert boot.category[-1] == "Hiking Boots"
    assert boot.url is not None and boot.url.startswith("https://shop.example/")
    assert boot.image_url is not None and boot.image_url.endswith(".jpg")
    flask = next(item for item in items if item.title == "Steel Flask")
    assert (flask.id, flask.price, flask.group or "flask") == ("flask", 24.9, "flask")
    assert flask.stock != 0


def test_a_sale_price_counts_while_it_lasts(kind: str, path: Path) -> None:
    def boot(now: datetime) -> Item:
        items, _ = read(path, now=now)
        return next(item for item in items if code("Slate Grey", "41") == item.id)

    during, after = boot(DURING_THE_SALE), boot(AFTER_THE_SALE)
    assert during.price == 119.0
    if kind == "pages":  # tell of no other price
        return
    assert during.attributes["on sale"] is True
    assert str(during.attributes["regular price"]).startswith("149.00")
    if kind == "shopify":  # gives no dates
        return
    assert (after.price, after.attributes["on sale"]) == (149.0, False)
    assert "regular price" not in after.attributes


def test_what_shoppers_do_not_see_is_named(tmp_path: Path) -> None:
    for kind, line, reason in (
        ("shopify", 10, '"Next Year\'s Boot" is not published (status draft)'),
        ("woocommerce", 12, "'Old Flask' is not published"),
    ):
        _, errors = read(FILES[kind][1](tmp_path / kind).rename(tmp_path / "shop.csv"))
        assert [(error.line, error.reason) for error in errors] == [(line, reason)]


def test_one_broken_variant_spoils_only_itself(kind: str, path: Path) -> None:
    places = [path] if path.is_file() else [path / "boot.html"]
    for place in places:
        text = place.read_text(encoding="utf-8")
        at = text.index("129")
        place.write_text(f"{text[:at]}N/A {text[at + 3 :]}", encoding="utf-8")
        if kind == "pages":  # a number that is none spoils the block: write it as a text
            place.write_text(text.replace('"price": 129.0', '"price": "N/A"'), encoding="utf-8")
    items, errors = read(path)
    (error,) = (error for error in errors if "not an amount" in error.reason)
    text = places[0].read_text(encoding="utf-8").splitlines()
    assert any("N/A" in line for line in text[error.line - 1 : error.line + 22])
    assert {item.price for item in items if "Boot" in item.title} == {119.0}


def test_stock_of_shopify(tmp_path: Path) -> None:
    def stock(tracker: str, number: str, policy: str) -> tuple[int | None, object]:
        row = {
            "Handle": "x", "Title": "Mug", "Option1 Name": "Title",
            "Option1 Value": "Default Title", "Variant Price": "5",
            "Variant Inventory Tracker": tracker, "Variant Inventory Qty": number,
            "Variant Inventory Policy": policy,
        }  # fmt: skip
        path = tmp_path / "shop.csv"
        path.write_text(shop_files.table(list(row), [row]), encoding="utf-8")
        ((item,), _) = read(path)
        return item.stock, item.attributes.get("availability")

    assert stock("shopify", "3", "deny") == (3, None)
    assert stock("shopify", "0", "deny") == (0, None)
    assert stock("shopify", "-2", "deny") == (0, None)
    assert stock("shopify", "-2", "continue") == (None, "backorder")
    assert stock("", "0", "deny") == (None, None)  # not tracked


def test_shopifys_template_of_2025_and_shared_codes(tmp_path: Path) -> None:
    columns = [
        "Title", "URL handle", "Description", "Vendor", "Status", "SKU", "Option1 name",
        "Option1 value", "Price", "Compare-at price", "Inventory tracker", "Inventory quantity",
        "Continue selling when out of stock", "Product image URL",
    ]  # fmt: skip
    mug = {"URL handle": "mug", "SKU": "M", "Price": "9", "Option1 value": "Red"}
    rows = [
        {**mug, "Title": "Mug", "Status": "Active", "Option1 name": "Color"},
        {**mug, "Option1 value": "Blue", "Compare-at price": "12"},
    ]
    path = tmp_path / "products.csv"
    path.write_text(shop_files.table(columns, rows), encoding="utf-8")
    items, errors = read(path)
    assert errors == []
    assert [(i.id, i.title, i.attributes["on sale"]) for i in items] == [
        ("M", "Mug, Red", False),
        ("mug:blue", "Mug, Blue", True),
    ]


def test_woocommerce_variations_of_any_value(tmp_path: Path) -> None:
    items, _ = read(FILES["woocommerce"][1](tmp_path / "shop.csv"))
    (sock,) = (item for item in items if "Sock" in item.title)
    assert sock.attributes["Size"] == ("S", "M")
    assert sock.attributes["Color"] == "Red"
    assert not any(item.title == "Hiking Kit" for item in items)


def test_what_is_only_for_google_is_left_out(tmp_path: Path) -> None:
    items, _ = read(FILES["merchant-xml"][1](tmp_path / "feed.xml"))
    boot, flask = items[1], items[0]
    assert set(boot.attributes) == {
        "color", "size", "gender", "gtin", "on sale", "regular price",
    }  # fmt: skip
    assert flask.attributes["Capacity"] == "0.5 l"
    assert flask.attributes["availability"] == "backorder"
    assert flask.description == f"{shop_files.FLASK} Fits any cup holder."


def test_a_feed_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(shop_files.merchant_xml()[:-200], encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"not well-formed XML: line \d+"):
        read(path)


def test_a_feed_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="ascii")
    path = tmp_path / "feed.xml"
    path.write_text(
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>1</g:id>'
        "<g:title>Mug &x;</g:title></item></rss>",
        encoding="ascii",
    )
    ((mug,), _) = read(path)
    assert mug.title == "Mug"


def test_pages_tell_ratings_weights_and_references(tmp_path: Path) -> None:
    items, errors = read(pages(tmp_path / "saved"))
    assert errors == []
    boot = next(item for item in items if "Boot" in item.title)
    assert (boot.rating, boot.attributes["reviews"]) == (4.3, 57.0)
    (flask,) = (item for item in items if item.id == "flask")
    assert flask.brand == "Kiln"
    assert flask.attributes["weight"] == "0.31 kg"
    assert flask.attributes["regular price"] == "29.90 EUR"


def offers(*given: dict[str, object]) -> str:
    product = {"@type": "Product", "name": "Mug", "sku": "mug", "offers": list(given)}
    return shop_files.page(product)


@pytest.mark.parametrize(
    ("given", "prices"),
    [
        ([{"price": 5, "availability": "OutOfStock"}, {"price": 5}], [5.0]),
        ([{"price": 5, "sku": "a"}, {"price": 6, "sku": "b"}], [5.0, 6.0]),
        ([{"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 9}], [None]),
        ([{"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 5}], [5.0]),
        ([{"@type": "AggregateOffer", "offers": [{"price": 5}, {"price": 7}]}], [5.0, 7.0]),
        ([], [None]),
    ],
)
def test_offers_of_a_page(
    tmp_path: Path, given: list[dict[str, object]], prices: list[float | None]
) -> None:
    path = tmp_path / "mug.html"
    path.write_text(offers(*given), encoding="utf-8")
    items, _ = read(path)
    assert [item.price for item in items] == prices
    assert all(item.stock is None for item in items)


def test_a_block_that_is_no_json_is_named(tmp_path: Path) -> None:
    folder = pages(tmp_path / "saved")
    broken = '<html>\n\n<script type="application/ld+json">{"@type": "Product",</script></html>'
    (folder / "broken.html").write_text(broken, encoding="utf-8")
    _, (error,) = read(folder)
    assert error.line == 3
    assert error.reason.startswith("broken.html: not JSON")


def test_a_spreadsheet_is_a_table(tmp_path: Path) -> None:
    path = shop_files.excel(
        tmp_path / "shop.xlsx",
        [["Artikelnummer", "Name", "Price", "Color"], [1, "Mug", 12.5, "red"],
         [2, "Cup", "much", "blue"], [3, "Jug", "1.299,00 €", ""]],
    )  # fmt: skip
    items, (error,) = read(path, Reading(mapping={"id": "Artikelnummer"}))
    assert [(item.id, item.price) for item in items] == [("1", 12.5), ("3", 1299.0)]
    assert items[0].attributes == {"Color": "red"}
    assert (error.line, error.reason) == (3, "price 'much' is not an amount")


def test_an_export_that_was_saved_as_a_spreadsheet(tmp_path: Path) -> None:
    lines = [line.split("\t") for line in shop_files.merchant_tsv().splitlines()]
    path = shop_files.excel(tmp_path / "feed.xlsx", lines)
    assert formats.detect(path).name == "merchant"
    assert len(read(path)[0]) == 4


@pytest.mark.parametrize("name", ["shop.xlsx", "shop.ods", "shop.xls"])
def test_a_file_that_is_no_spreadsheet_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"id,title\n1,Mug\n")
    with pytest.raises(CatalogueError, match="cannot be read as a spreadsheet"):
        read(tmp_path / name)


def test_rows_of_any_table_are_grouped_by_a_column(tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    tee = {"title": "Tee", "price": 20, "parent_sku": "tee", "fit": "slim"}
    rows = [
        {**tee, "id": "1", "size": "S", "color": "red", "availability": "in stock"},
        {**tee, "id": "2", "size": "M", "color": "red", "availability": "sold out"},
        {**tee, "id": "3", "size": "M", "color": "blue", "availability": "in stock"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    items, _ = read(path)
    assert [(item.id, item.title, sizes(item)) for item in items] == [
        ("1", "Tee, red", ("S",)),
        ("3", "Tee, blue", ("M",)),
    ]
    assert items[0].attributes["fit"] == "slim"


def test_the_format_can_be_chosen(tmp_path: Path) -> None:
    path = FILES["merchant"][1](tmp_path / "feed.tsv")
    items, _ = read(path, Reading(format="table"))
    assert "custom_label_0" in items[-1].attributes
    with pytest.raises(CatalogueError, match="there is no format 'magento'"):
        read(path, Reading(format="magento"))


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="is a folder without pages"):
        read(tmp_path)
