"""Every error chatrec raises on purpose, by who can put it right.

    ChatrecError
    |-- SetupError                 the person who installs or configures
    |   |-- SettingsError          a setting is missing, unknown or contradictory
    |   |-- ModelUnavailable       a model cannot be fetched, verified or loaded
    |   `-- IndexMismatch          the index was built with another embedding model or format
    |-- CatalogueError             the person who writes the catalogue or the FAQ
    |-- StorageError               the operator: disk full, folder read-only, file locked
    |-- EngineError                the operator: the language model failed on a request
    |   |-- ContextOverflow        the prompt does not fit the model's context
    |   `-- UnreadableAnswer       the model's answer does not fit its schema; keeps the raw text
    |-- HandoffFailed              the operator: no person could be reached
    |-- LookupFailed               the operator: the shop's own system did not answer
    |-- MessageRefused             the shopper: empty, too long
    |   |-- KeyTaken               its idempotency key is another message's
    |   `-- PictureRefused         too large, broken, or of another format
    |-- TokenRefused               the caller of the API: no token, a forged one, one that is over
    `-- ConversationNotFound       the caller of the API

Foreign exceptions are translated where they arise, with ``raise ... from``.
Each message says what to do next.
"""

from __future__ import annotations


class ChatrecError(Exception):
    """Base of every error that chatrec raises on purpose."""


class SetupError(ChatrecError):
    """Something about the installation has to be put right before a retry can help."""


class SettingsError(SetupError):
    """A setting is missing, unknown or contradicts another."""


class ModelUnavailable(SetupError):
    """A model cannot be fetched, does not match its checksum, or cannot be loaded."""


class IndexMismatch(SetupError):
    """The index was built with another embedding model or an incompatible format."""


class CatalogueError(ChatrecError):
    """The catalogue or FAQ file as a whole cannot be used (single rows are only reported)."""


class StorageError(ChatrecError):
    """The data folder cannot be read or written."""


class EngineError(ChatrecError):
    """The language model failed on this request; another request may succeed."""


class ContextOverflow(EngineError):
    """The prompt and the tokens asked for do not fit the model's context window."""


class UnreadableAnswer(EngineError):
    """The model's answer does not fit the schema it was given."""

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw


class HandoffFailed(ChatrecError):
    """A conversation could not be handed to a person."""


class LookupFailed(ChatrecError):
    """The shop's own system did not answer, or not in time."""


class MessageRefused(ChatrecError):
    """The shopper's message cannot be taken as it is."""


class KeyTaken(MessageRefused):
    """A message comes under the idempotency key of another one."""

    def __init__(self) -> None:
        super().__init__("This idempotency key was given to another message already.")


class PictureRefused(MessageRefused):
    """A picture cannot be taken as it is: the shopper's photo, or one of the catalogue."""


class TokenRefused(ChatrecError):
    """A visitor's token is missing, forged or over, or is another visitor's."""


class ConversationNotFound(ChatrecError):
    """No conversation has this id, or it was erased."""
