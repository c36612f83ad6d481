"""An exchange -> HTML that shows the turn from inside, every text in it escaped.

What was spotted in the message, how it was read, what it changed, what was found and why, and how
long each stage took. For the shop's own people; holds no script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from chatrec.patch import document
from chatrec.types import (
    PHOTO,
    Constraints,
    Evidence,
    Exchange,
    Mention,
    ModelCall,
    Turn,
    Understanding,
)

_MOST_CANDIDATES = 20


def inside(exchange: Exchange | None) -> str:
    """The turn from inside; words on what will stand here before there is one."""
    if exchange is None:
        return '<p class="quiet">Say something: here stands how it was read and answered.</p>'
    read = exchange.understanding
    before, after = exchange.turn.constraints, exchange.reply.constraints
    return "".join(
        (
            _part("Message", _message(exchange.turn, read.mentions)),
            _part("Reading", _reading(read)),
            _part("Patch", _json(patch(before, after)), "what the turn changed"),
            _part("Constraints", _json(_set(after)), "what holds after it"),
            _part(
                "Candidates",
                _candidates(exchange),
                f"{len(exchange.candidates)} found, {len(exchange.reply.recommendations)} shown",
            ),
            _part("Time", _timings(exchange.timings, exchange.calls)),
        )
    )


def patch(before: Constraints, after: Constraints) -> dict[str, Any]:
    """The merge patch (RFC 7396) that turns one into the other."""
    return _patch(document(before).model_dump(), document(after).model_dump())


def _patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in (*before, *(each for each in after if each not in before)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            if inner := _patch(old, new):
                changed[name] = inner
        elif old != new:
            changed[name] = new or None
    return changed


def _set(held: Constraints) -> dict[str, Any]:
    return {name: value for name, value in document(held).model_dump().items() if value}


def _part(title: str, body: str, beside: str = "") -> str:
    note = f"<small>{escape(beside)}</small>" if beside else ""
    return f"<section><h3>{escape(title)} {note}</h3>{body}</section>"


def _message(turn: Turn, mentions: Sequence[Mention]) -> str:
    """The message with what was spotted in it marked, and a row for each."""
    text = turn.text.removeprefix(PHOTO).lstrip()
    photo = '<p class="quiet">With a photo.</p>' if turn.photo or text != turn.text else ""
    if not text:
        return photo or '<p class="quiet">The constraints were changed by hand.</p>'
    marked, end = "", 0
    for mention in sorted(mentions, key=lambda each: (each.start, -each.end)):
        if end <= mention.start < mention.end <= len(text):
            said = escape(text[mention.start : mention.end])
            kind = escape(f"{mention.kind} {mention.facet}".strip())
            marked += f'{escape(text[end : mention.start])}<mark title="{kind}">{said}</mark>'
            end = mention.end
    rows = [
        (each.label, each.kind, each.facet, _means(each))
        for each in sorted(mentions, key=lambda each: each.start)
    ]
    return (
        photo
        + f'<p class="message">{marked}{escape(text[end:])}</p>'
        + _table(("mention", "kind", "facet", "means"), rows)
    )


def _means(mention: Mention) -> str:
    if mention.low is not None or mention.high is not None:
        low = "" if mention.low is None else f"{mention.low:g}"
        high = "" if mention.high is None else f"{mention.high:g}"
        return low if low == high else f"{low}…{high}"
    return ", ".join(mention.item_ids or mention.values)


def _reading(read: Understanding) -> str:
    told = {
        "intent": str(read.intent),
        "confidence": "" if read.confidence is None else f"{read.confidence:.2f}",
        "about": ", ".join(read.about),
        "asks": ", ".join(read.asks),
        "readable": "" if read.readable else "no",
        "language": read.language,
    }
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
        for name, value in told.items()
        if value
    )
    return f"<dl>{rows}</dl>"


def _candidates(exchange: Exchange) -> str:
    shown = {each.item.id for each in exchange.reply.recommendations}
    rows = [
        (
            f"{'● ' if each.item.id in shown else ''}{each.item.title}",
            "" if each.item.price is None else f"{each.item.price:g}",
            f"{each.score:.2f}",
            *_evidence(each.evidence),
        )
        for each in exchange.candidates[:_MOST_CANDIDATES]
    ]
    if not rows and shown:
        return '<p class="quiet">Candidates are not kept: they are told with a new turn.</p>'
    return _table(("item", "price", "score", "words", "meaning", "why"), rows)


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"{evidence.lexical:.2f}"
    yield f"{evidence.dense:.2f}"
    photo = "" if evidence.picture is None else f"photo {evidence.picture:.2f}"
    met = ", ".join(f"{f} {v}" for f, v in evidence.meets)
    yield "; ".join(filter(None, (photo, " ".join(evidence.words), met)))


def _timings(timings: Mapping[str, float], calls: Sequence[ModelCall]) -> str:
    whole = max(timings.values(), default=0.0) or 1.0
    bars = "".join(
        f"<div><dt>{escape(stage)}</dt><dd>"
        f'<meter min="0" max="100" value="{100 * seconds / whole:.0f}"></meter> '
        f"{1000 * seconds:.0f} ms</dd></div>"
        for stage, seconds in sorted(timings.items(), key=lambda each: each[1])
    )
    told = [(c.purpose, str(c.prompt_tokens), str(c.completion_tokens)) for c in calls]
    return f"<dl>{bars}</dl>" + _table(("call to the model", "prompt tokens", "answered"), told)


def _json(value: Mapping[str, Any]) -> str:
    """A line for each name."""
    lines = (f"{name}: {json.dumps(inner, ensure_ascii=False)}" for name, inner in value.items())
    return f"<pre>{escape(chr(10).join(lines)) or '{}'}</pre>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return (
        f'<div class="rows" tabindex="0"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
