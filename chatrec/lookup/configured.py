"""Settings -> lookups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from chatrec.errors import SettingsError
from chatrec.lookup.service import Lookup, Slot
from chatrec.lookup.systems import IDENTITY, open_system
from chatrec.settings import LookupSettings


def configured(settings: Mapping[str, LookupSettings]) -> Iterator[Lookup]:
    """The lookups that the settings name.

    Raises:
        SettingsError: a pattern is no regular expression, or a system cannot be used.
    """
    for name, given in settings.items():
        if IDENTITY in given.slots:
            raise SettingsError(
                f"lookups.{name}: who the shopper is comes from the host page, so no slot may be "
                f"called {IDENTITY!r}"
            )
        if given.own and given.own not in given.slots:
            raise SettingsError(f"lookups.{name}: own names no slot: {given.own!r}")
        yield Lookup(
            name=name,
            system=open_system(given.system, given.headers),
            triggers=tuple(_compiled(name, pattern) for pattern in given.triggers),
            slots=tuple(
                Slot(slot, wanted.ask, _compiled(name, wanted.pattern))
                for slot, wanted in given.slots.items()
            ),
            fields=given.fields,
            signed_in=given.signed_in,
            own=given.own,
            seconds=given.seconds,
        )


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as exc:
        raise SettingsError(f"lookups.{name}: {pattern!r} is no regular expression: {exc}") from exc
