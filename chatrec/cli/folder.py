"""`--data-dir` -> the settings in force for that folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chatrec.settings import Settings, load_settings

data_dir_option = click.option(
    "--data-dir", type=click.Path(path_type=Path), help="Where the index is kept."
)


def settings_in(data_dir: Path | None, **explicit: Any) -> Settings:
    """The settings, with the folder that the command line names, if it names one.

    Raises:
        SettingsError: as `load_settings`.
    """
    return load_settings(**explicit, **({} if data_dir is None else {"data_dir": data_dir}))
