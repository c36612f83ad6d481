"""Messages -> prompt text in the format that the model was trained on.

Models that speak ChatML (SmolLM2, Qwen and their kin) get plain ChatML: their own templates add a
default system prompt where none is given, which chatrec's prompts do without. Other models get
their own template. Control tokens that a shopper types are disarmed, so that no message can end
itself and begin another. Knows no engine: it is given the model's template and control tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from chatrec.types import Message

Template: TypeAlias = Callable[[list[dict[str, str]]], str]
"""The model's own chat template: messages as role and content -> prompt with an open answer."""

TURN_START, TURN_END = "<|im_start|>", "<|im_end|>"
_NO_THINKING = "<think>\n\n</think>\n\n"


class PromptFormat:
    """How one model wants its prompts.

    Args:
        control_tokens: texts that the tokenizer reads as control tokens.
        template: the model's own template, for models that do not speak ChatML.
        thinks: the model thinks aloud unless its answer begins with an empty thought.
    """

    def __init__(
        self, control_tokens: Collection[str], template: Template, *, thinks: bool = False
    ) -> None:
        self._chatml = {TURN_START, TURN_END} <= set(control_tokens)
        self._template = template
        self._opening = _NO_THINKING if thinks else ""
        longest_first = sorted(control_tokens, key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt, ready to be continued with the assistant's answer."""
        safe = [(message.role, self._disarmed(message.text)) for message in messages]
        if not self._chatml:
            return self._template([{"role": role, "content": text} for role, text in safe])
        turns = "".join(f"{TURN_START}{role}\n{text}{TURN_END}\n" for role, text in safe)
        return f"{turns}{TURN_START}assistant\n{self._opening}"

    def _disarmed(self, text: str) -> str:
        """The text with a space inside whatever looks like a control token."""
        text = text.encode("utf-8", "replace").decode("utf-8")  # no half of a surrogate pair
        return self._control.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)
