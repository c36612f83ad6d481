"""The demo shop "Fjord & Field": where its catalogue, FAQ and pictures lie in the package.

All of it is invented: brands, products, numbers, policies, orders. This package is data, the paths
to it and the order system that `lookups.toml` names; it does not know how a catalogue is read,
indexed or shown. ``image_url`` of a product is ``/pictures/<id>.svg``, which whoever serves the
shop maps to `pictures_path`.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def catalogue_path() -> Path:
    """The products, JSONL, one a line."""
    return _HERE / "products.jsonl"


def faq_path() -> Path:
    """The customer-service entries, JSONL: id, question, answer, source, paraphrases."""
    return _HERE / "faq.jsonl"


def lookups_path() -> Path:
    """The lookups over the demo shop's own orders, as `chatrec.toml` would have them."""
    return _HERE / "lookups.toml"


def pictures_path() -> Path:
    """The folder with one SVG per product, named by the product's id."""
    return _HERE / "pictures"
