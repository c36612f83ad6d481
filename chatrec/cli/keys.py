"""`chatrec keys`: a new admin key with its hash, and a key for visitors' tokens."""

from __future__ import annotations

import click

from chatrec.keys import hashed, new_key


@click.command()
def command() -> None:
    """Make an admin key and a key for visitors' tokens."""
    admin = new_key()
    click.echo(f"Admin key, shown this once: {admin}\n")
    click.echo("For chatrec.toml:\n")
    click.echo(f'[serve]\nadmin_key_hash = "{hashed(admin)}"\ntoken_key = "{new_key()}"')
    click.echo("\nThe shop's own server signs visitors' tokens with token_key; keep it secret.")
