"""`chatrec mcp`: catalogue and FAQ as tools for an agent on this machine, over standard in/out."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from chatrec.cli.folder import data_dir_option, settings_in
from vectorstore.live_catalogue import LiveCatalogue


@click.command()
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Offer search_catalog, get_product and search_policies to an agent (MCP over stdio)."""
    settings = settings_in(data_dir)
    catalogue = LiveCatalogue(settings)
    # Loaded here only, as `chatrec serve` does: the library is not there for other commands.
    tools = importlib.import_module("ui.mcp_server")
    shelves = tools.Shelves(catalogue, catalogue.faq)
    tools.mcp_server(settings, lambda: shelves).run("stdio")
