"""A message and the labels that a head finds nearest -> the label that a language model picks.

The model sees two examples of each and answers with one of them or none; it cannot name another.
An answer that cannot be read counts as none. Measured only: serving asks no model about the FAQ.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from chatrec.errors import UnreadableAnswer
from chatrec.ports import Embedder, LanguageModel
from chatrec.prompting import render
from chatrec.testkit.faq_rates import LabelRates, Way
from chatrec.types import Message
from vectorstore.faq_head import Example

_CHOICES = 3
_SHOWN_EXAMPLES = 2
_NONE = "none"
_MAX_TOKENS = 16


async def judged(
    way: Way,
    train: Sequence[Example],
    asked: Sequence[Example],
    embedder: Embedder,
    model: LanguageModel,
) -> LabelRates:
    """How often the model's pick among the nearest labels of a fitted way is right.

    Raises:
        EngineError: the language model or the embedding model failed.
    """
    examples: dict[str, list[str]] = {}
    for example in train:
        if example.label is not None:
            examples.setdefault(example.label, []).append(example.text)
    scores = way.scores([e.text for e in asked], embedder.embed([e.text for e in asked]))
    told = []
    for example, row in zip(asked, scores, strict=True):
        nearest = [way.labels[place] for place in (-row).argsort()[:_CHOICES]]
        told.append(await _pick(example.text, nearest, examples, model))
    return LabelRates.of([e.label for e in asked], told)


async def _pick(
    text: str,
    labels: Sequence[str],
    examples: dict[str, list[str]],
    model: LanguageModel,
) -> str | None:
    places = {str(place): label for place, label in enumerate(labels, 1)}
    topics = [(place, examples[label][:_SHOWN_EXAMPLES]) for place, label in places.items()]
    schema = {
        "type": "object",
        "properties": {"topic": {"type": "string", "enum": [*places, _NONE]}},
        "required": ["topic"],
        "additionalProperties": False,
    }
    prompt = [Message("user", render("judge.jinja", topics=topics, said=text))]
    try:
        answer = await model.complete(prompt, schema, max_tokens=_MAX_TOKENS)
        return places.get(str(json.loads(answer.text)["topic"]))
    except (UnreadableAnswer, ValueError, KeyError):
        return None
