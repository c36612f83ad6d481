"""`chatrec mcp`: catalogue and FAQ as tools for an agent on this machine, over standard in/out."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from chatrec.settings import load_settings
from vectorstore.live_catalogue import LiveCatalogue


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where the index is kept.")
def command(data_dir: Path | None) -> None:
    """Offer search_catalog, get_product and search_policies to an agent (MCP over stdio)."""
    settings = load_settings(**({} if data_dir is None else {"data_dir": data_dir}))
    catalogue = LiveCatalogue(settings)
    # Loaded here only, as `chatrec serve` does: the library is not there for other commands.
    tools = importlib.import_module("ui.mcp_server")
    shelves = tools.Shelves(catalogue, catalogue.faq)
    tools.mcp_server(settings, lambda: shelves).run("stdio")
