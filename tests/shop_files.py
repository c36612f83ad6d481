"""Small files as shop systems write them, with the column names of their documentation.

One boot in two colours and three sizes stands in each: moss green 42 is sold out, slate grey 43
costs more, and everything else can be had at 119. A flask without variants stands beside it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

BOOT = "<p>The <b>lightest</b> boot we make.</p><ul><li>840 g the pair</li></ul>"
FLASK = "Keeps tea hot for a day."
VARIANTS = (
    ("Slate Grey", "41", "119.00", 4),
    ("Slate Grey", "42", "119.00", 2),
    ("Slate Grey", "43", "129.00", 1),
    ("Moss Green", "41", "119.00", 3),
    ("Moss Green", "42", "119.00", 0),
    ("Moss Green", "43", "119.00", 5),
)
"""Colour, size, price and stock of the boot's variants."""


def code(color: str, size: str) -> str:
    """The SKU of a variant."""
    return f"SCREE-{color.split()[0].upper()}-{size}"


def shopify() -> str:
    """A product export: options are named in a product's first row, pictures have own rows."""
    columns = (
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,"
        "Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,"
        "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
        "Variant Fulfillment Service,Variant Price,Variant Compare At Price,"
        "Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,"
        "Image Alt Text,Gift Card,SEO Title,SEO Description,"
        "Fabric (product.metafields.shopify.fabric),Variant Image,Variant Weight Unit,"
        "Cost per item,Status"
    ).split(",")
    rows: list[dict[str, object]] = []
    for place, (color, size, price, stock) in enumerate(VARIANTS):
        row: dict[str, object] = {
            "Handle": "scree-boot",
            "Option1 Value": color,
            "Option2 Value": size,
            "Variant SKU": code(color, size),
            "Variant Grams": 820 + 20 * place,
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Qty": stock,
            "Variant Inventory Policy": "deny",
            "Variant Price": price,
            "Variant Compare At Price": "149.00" if price == "119.00" else "",
            "Variant Image": f"https://cdn.example/{color.split()[0].lower()}.jpg",
        }
        if place == 0:
            row |= {
                "Title": "Scree Light Boot",
                "Body (HTML)": BOOT,
                "Vendor": "Tarnfell",
                "Product Category": "Apparel & Accessories > Shoes",
                "Type": "Hiking Boots",
                "Tags": "hiking, light",
                "Published": "true",
                "Option1 Name": "Color",
                "Option2 Name": "Size",
                "Image Src": "https://cdn.example/scree.jpg",
                "Fabric (product.metafields.shopify.fabric)": "recycled polyester; nylon",
                "Status": "active",
            }
        rows.append(row)
    rows.append({"Handle": "scree-boot", "Image Src": "https://cdn.example/sole.jpg"})
    rows.append(
        {
            "Handle": "flask", "Title": "Steel Flask", "Body (HTML)": FLASK, "Vendor": "Kiln",
            "Type": "Flasks", "Published": "true", "Option1 Name": "Title",
            "Option1 Value": "Default Title", "Variant Price": "24.90", "Status": "active",
            "Variant Inventory Tracker": "", "Variant Inventory Qty": "0",
        }
    )  # fmt: skip
    rows.append(
        {
            "Handle": "next-year", "Title": "Next Year's Boot", "Published": "false",
            "Option1 Name": "Title", "Option1 Value": "Default Title", "Variant Price": "99",
            "Status": "draft",
        }
    )  # fmt: skip
    return table(columns, rows)


def woocommerce() -> str:
    """An export in which a variation stands before its parent, and one has any size."""
    columns = (
        "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,"
        "Description,Date sale price starts,Date sale price ends,Tax status,In stock?,Stock,"
        "Backorders allowed?,Weight (kg),Sale price,Regular price,Categories,Tags,Images,Parent,"
        "Position,Brands,Attribute 1 name,Attribute 1 value(s),Attribute 1 visible,"
        "Attribute 1 global,Attribute 2 name,Attribute 2 value(s),Attribute 2 visible,"
        "Attribute 2 global,Meta: _internal"
    ).split(",")
    variations: list[dict[str, object]] = [
        {
            "ID": 50 + place, "Type": "variation", "SKU": code(color, size),
            "Name": f"Scree Light Boot - {color}, {size}", "Published": 1,
            "In stock?": int(stock > 0), "Stock": stock, "Backorders allowed?": 0,
            "Regular price": price.replace("119.00", "149"), "Parent": "scree",
            "Sale price": "119" if price == "119.00" else "",
            "Date sale price starts": "2026-11-01", "Date sale price ends": "2026-11-30",
            "Attribute 1 name": "Color", "Attribute 1 value(s)": color,
            "Attribute 2 name": "Size", "Attribute 2 value(s)": size,
        }
        for place, (color, size, price, stock) in enumerate(VARIANTS)
    ]  # fmt: skip
    parent = {
        "ID": 44, "Type": "variable", "SKU": "scree", "Name": "Scree Light Boot", "Published": 1,
        "Visibility in catalog": "visible", "Short description": "A light boot.",
        "Description": BOOT, "Categories": "Shoes, Shoes > Hiking Boots", "Tags": "hiking, light",
        "Images": "https://shop.example/scree.jpg, https://shop.example/sole.jpg",
        "Brands": "Tarnfell", "Weight (kg)": "0.84", "In stock?": 1,
        "Attribute 1 name": "Color", "Attribute 1 value(s)": "Slate Grey, Moss Green",
        "Attribute 2 name": "Size", "Attribute 2 value(s)": "41, 42, 43",
    }  # fmt: skip
    sock = {
        "ID": 60, "Type": "variable", "SKU": "sock", "Name": "Wool Sock", "Published": 1,
        "Categories": "Socks", "Attribute 1 name": "Color", "Attribute 1 value(s)": "Red, Blue",
        "Attribute 2 name": "Size", "Attribute 2 value(s)": "S, M", "In stock?": 1,
    }  # fmt: skip
    any_size = {
        "ID": 61, "Type": "variation", "SKU": "sock-red", "Published": 1, "Regular price": "12",
        "In stock?": 1, "Parent": "id:60", "Attribute 1 name": "Color",
        "Attribute 1 value(s)": "Red", "Attribute 2 name": "Size",
    }  # fmt: skip
    flask = {
        "ID": 70, "Type": "simple", "SKU": "flask", "Name": "Steel Flask", "Published": 1,
        "Description": FLASK, "Regular price": "24.90", "Categories": "Flasks", "In stock?": 1,
        "Images": "https://shop.example/flask.jpg",
    }  # fmt: skip
    hidden = {**flask, "ID": 71, "SKU": "old", "Name": "Old Flask", "Published": -1}
    bundle = {"ID": 72, "Type": "grouped", "SKU": "kit", "Name": "Hiking Kit", "Published": 1}
    rows = [variations[0], parent, *variations[1:], sock, any_size, flask, hidden, bundle]
    return table(columns, rows)


OFFERS: list[dict[str, object]] = [
    {
        "id": code(color, size),
        "title": f"Tarnfell Scree Light Boot {color} {size}",
        "description": BOOT,
        "link": f"https://shop.example/scree?variant={code(color, size)}",
        "image_link": f"https://shop.example/{color.split()[0].lower()}.jpg",
        "availability": "in_stock" if stock else "out_of_stock",
        "price": "149.00 EUR" if price == "119.00" else "129.00 EUR",
        "sale_price": "119.00 EUR" if price == "119.00" else "",
        "sale_price_effective_date": "2026-11-01T00:00+0100/2026-11-30T23:59+0100",
        "brand": "Tarnfell",
        "item_group_id": "SCREE",
        "color": color,
        "size": size,
        "gender": "unisex",
        "condition": "new",
        "gtin": f"400000000{place:04}",
        "product_type": "Shoes > Hiking Boots",
        "google_product_category": "187",
        "custom_label_0": "margin-high",
        "shipping_weight": "1.2 kg",
    }
    for place, (color, size, price, stock) in enumerate(VARIANTS)
] + [
    {
        "id": "flask",
        "title": "Steel Flask",
        "description": FLASK,
        "link": "https://shop.example/flask",
        "image_link": "https://shop.example/flask.jpg",
        "availability": "backorder",
        "price": "24.90 EUR",
        "brand": "Kiln",
        "condition": "new",
        "product_type": "Flasks",
    }
]  # fmt: skip
"""The offers of a Google Merchant feed."""


def merchant_tsv() -> str:
    """The feed as a table."""
    return table(list(OFFERS[0]), OFFERS, delimiter="\t")


def merchant_xml() -> str:
    """The feed as RSS 2.0, with elements that hold others."""
    detail = (
        "<g:product_detail><g:section_name>Care</g:section_name><g:attribute_name>Capacity"
        "</g:attribute_name><g:attribute_value>0.5 l</g:attribute_value></g:product_detail>"
        "<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>"
        "<g:product_highlight>Fits any cup holder</g:product_highlight>"
    )
    items = "\n".join(
        "<item>\n"
        + "".join(
            f"<g:{name}>{str(value).replace('&', '&amp;').replace('<', '&lt;')}</g:{name}>\n"
            for name, value in offer.items()
        )
        + detail * (offer["id"] == "flask")
        + "</item>"
        for offer in OFFERS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">\n<channel>\n'
        "<title>Example shop</title><link>https://shop.example</link>\n"
        f"{items}\n</channel>\n</rss>\n"
    )


def boot_page() -> str:
    """A page with a ProductGroup, the breadcrumb, and scripts that are no data."""
    group = {
        "@context": "https://schema.org/",
        "@type": "ProductGroup",
        "name": "Scree Light Boot",
        "description": "The lightest boot we make. 840 g the pair.",
        "url": "https://shop.example/scree",
        "brand": {"@type": "Brand", "name": "Tarnfell"},
        "productGroupID": "SCREE",
        "variesBy": ["https://schema.org/color", "https://schema.org/size"],
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": "8.6", "bestRating": 10,
                            "reviewCount": 57},
        "hasVariant": [
            {
                "@type": "Product",
                "sku": code(color, size),
                "name": f"Scree Light Boot {color} {size}",
                "color": color,
                "size": size,
                "image": [f"https://shop.example/{color.split()[0].lower()}.jpg"],
                "offers": {
                    "@type": "Offer",
                    "price": float(price),
                    "priceCurrency": "EUR",
                    "availability": f"https://schema.org/{'InStock' if stock else 'OutOfStock'}",
                },
            }
            for color, size, price, stock in VARIANTS
        ],
    }  # fmt: skip
    crumbs = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name}
            for place, name in enumerate(["Home", "Shoes", "Hiking Boots", "Scree"], 1)
        ],
    }
    return page(group, crumbs, canonical="https://shop.example/scree")


def flask_page() -> str:
    """A page with a graph whose nodes refer to each other."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "@id": "#shop", "name": "Example shop"},
            {"@type": "Brand", "@id": "#kiln", "name": "Kiln"},
            {
                "@type": ["Product"],
                "name": "Steel Flask",
                "description": FLASK,
                "sku": "flask",
                "category": "Flasks",
                "brand": {"@id": "#kiln"},
                "image": {"@type": "ImageObject", "url": "https://shop.example/flask.jpg"},
                "weight": {"@type": "QuantitativeValue", "value": 0.31, "unitCode": "KGM"},
                "additionalProperty": [
                    {"@type": "PropertyValue", "name": "Capacity", "value": "0.5", "unitText": "l"}
                ],
                "offers": {
                    "@type": "Offer",
                    "availability": "BackOrder",
                    "priceSpecification": [
                        {"price": 24.9, "priceCurrency": "EUR"},
                        {"price": 29.9, "priceCurrency": "EUR",
                         "priceType": "https://schema.org/StrikethroughPrice"},
                    ],
                },
            },
        ],
    }  # fmt: skip
    return page(graph, canonical="https://shop.example/flask")


def page(*data: Mapping[str, Any], canonical: str = "") -> str:
    """An HTML page that carries these objects."""
    scripts = "\n".join(
        f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in data
    )
    return (
        f'<!doctype html>\n<html><head><link rel="canonical" href="{canonical}">\n'
        f'<script>var dataLayer = [{{"@type": "Product"}}];</script>\n{scripts}\n</head>'
        "<body><h1>Shop</h1></body></html>\n"
    )


def excel(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook whose first sheet is hidden and whose second has these rows."""
    with xlsxwriter.Workbook(str(path)) as book:
        hidden = book.add_worksheet("Notes")
        hidden.write(0, 0, "not for shoppers")
        sheet = book.add_worksheet("Products")
        sheet.activate()
        hidden.hide()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return path


def table(
    columns: Sequence[str], rows: Sequence[Mapping[str, object]], delimiter: str = ","
) -> str:
    """Rows as delimited text with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
