"""What the person who writes dialogue tests can put right."""

from __future__ import annotations

from chatrec.errors import ChatrecError


class ScenarioError(ChatrecError):
    """A dialogue file is broken; the message names file, line and what to write instead."""


class ReferenceProblem(ChatrecError):
    """A reference such as ``prev:2`` points at nothing that was shown."""


class ScriptError(ChatrecError):
    """The scripted answers do not fit the calls that were made."""


class CatalogueAbsent(ChatrecError):
    """The catalogue of a dialogue is not here, and the dialogue says that it may be skipped."""
