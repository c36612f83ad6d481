"""Tokens, as they come -> pieces of text that never split a character."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"


class TextPieces:
    """Decodes a growing sequence of tokens piece by piece.

    A character may be spread over several tokens, and a token's text may depend on the one before
    it; so each piece is the difference of two decodings of the same short window, given out only
    once it ends in a whole character. The method is that of vLLM's incremental detokenizer.
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._tokens: list[int] = []
        self._window = 0  # first token of the window
        self._given = 0  # tokens whose text was given out

    def push(self, tokens: Sequence[int]) -> str:
        """The text that these tokens complete; empty while a character is unfinished."""
        self._tokens += tokens
        text = self._pending()
        if text.endswith(_INCOMPLETE):
            return ""
        self._window, self._given = self._given, len(self._tokens)
        return text

    def rest(self) -> str:
        """What is left at the end, unfinished characters dropped."""
        return self._pending().rstrip(_INCOMPLETE)

    def _pending(self) -> str:
        known = self._decode(self._tokens[self._window : self._given])
        return self._decode(self._tokens[self._window :])[len(known) :]
