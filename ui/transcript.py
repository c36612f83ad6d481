"""Messages, replies and chips -> HTML for the chat page, every text in it escaped.

Holds no script and no event handler: what is clicked carries ``data-`` attributes that the page's
own script reads. Knows nothing of the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

from chatrec.sizes import SIZE, written
from chatrec.types import PHOTO, Kind
from chatrec.wording import capital, money, readable
from ui.chips import Chip
from ui.reply_text import lines, reply_text
from ui.schema import (
    CitationDocument,
    FactDocument,
    ItemDocument,
    MessageDocument,
    ReplyDocument,
    safe_url,
)

_UP = '<path d="M7 11v9H4v-9zm3 9h7.2a2 2 0 0 0 2-1.6l1.2-6A2 2 0 0 0 18.4 10H14l.7-4.1A1.6 1.6 0 0 0 13.1 4L10 10z"/>'  # noqa: E501
_CAMERA = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h3l1.5-2.5h7L17 7h3v12H4z"/>'
    '<circle cx="12" cy="13" r="3.5"/></svg>'
)
_THUMBS = (("up", "Good answer", ""), ("down", "Bad answer", ' transform="rotate(180 12 12)"'))


def transcript(messages: Sequence[MessageDocument], trouble: str = "") -> str:
    """The conversation, oldest first; only the latest reply carries suggestions.

    ``trouble`` is what befell the latest turn.
    """
    if not messages:
        return failure(trouble) if trouble else ""
    *earlier, latest = messages
    told = "".join(_message(message, is_latest=False) for message in earlier)
    return told + _message(latest, is_latest=True, trouble=trouble)


def welcome(shop: str, starters: Iterable[str]) -> str:
    """What stands on the page before anything is said."""
    return (
        '<div class="welcome"><h2>What can I find for you?</h2>'
        f"<p>Tell me what you need, what it may cost, what it must not be. I look through what "
        f"{escape(shop)} has, and answer questions on orders too.</p>"
        f"{_suggestions(starters)}</div>"
    )


def said(text: str) -> str:
    """What the shopper said, or did where nothing was said."""
    if not text:
        return '<div class="said changed"><div>You changed the search</div></div>'
    words = text.removeprefix(PHOTO).lstrip()
    photo = f'<span class="photo">{_CAMERA}Photo</span>' if words != text else ""
    return f'<div class="said"><div>{photo}{lines(words)}</div></div>'


def answer_so_far(items: Sequence[ItemDocument], text: str) -> str:
    """A reply that is still being written."""
    body = f'<div class="words">{reply_text(text)}</div>' if text else _DOTS
    return f'<div class="reply" aria-busy="true">{_cards(items)}{body}</div>'


def failure(message: str, again: str = "") -> str:
    """Words on what went wrong; with ``again`` a button that says that once more.

    A photo is not there any more to be sent again.
    """
    button = _suggest(again, "Try again") if again and not again.startswith(PHOTO) else ""
    return f'<div class="failure" role="alert"><span>{escape(message)}</span>{button}</div>'


def camera() -> str:
    """The button that chooses a photo; the page's script makes it small and sends it."""
    return (
        '<label class="camera" title="Search by photo">'
        '<input type="file" accept="image/jpeg,image/png,image/webp" aria-label="Search by photo">'
        f"{_CAMERA}</label>"
    )


def attached(photo: str) -> str:
    """The photo, in base64, that goes with the next message, and a button that takes it away."""
    return (
        '<div class="attached" role="status">'
        f'<img src="data:image/jpeg;base64,{escape(photo)}" alt=""><span>Photo attached</span>'
        '<button type="button" data-detach="photo" aria-label="Remove the photo" title="Remove">×'
        "</button></div>"
    )


def chip_row(chips: Sequence[Chip]) -> str:
    """The constraints that are held, each with a button that removes it."""
    if not chips:
        return ""
    items = "".join(
        f'<li class="chip{" soft" if chip.soft else ""}"><span>{escape(chip.label)}</span>'
        f'<button type="button" data-field="{escape(chip.field)}" '
        f'data-facet="{escape(chip.facet)}" data-value="{escape(chip.value)}" '
        f'aria-label="Remove {escape(chip.label)}" title="Remove">×</button></li>'
        for chip in chips
    )
    return f'<ul class="chips" aria-label="What you asked for">{items}</ul>'


def whose_turn(turn: Literal["assistant", "person"]) -> str:
    """A line that says so while a person has the conversation."""
    if turn == "assistant":
        return ""
    return '<p class="turn" role="status">A person answers your next message.</p>'


_DOTS = (
    '<div class="dots" role="status" aria-label="The assistant is looking">'
    "<i></i><i></i><i></i></div>"
)


def _message(message: MessageDocument, is_latest: bool, trouble: str = "") -> str:
    again = message.text if is_latest else ""
    if message.reply is not None and message.reply.kind == Kind.HANDOFF and not message.reply.text:
        return said(message.text)  # a person answers
    if message.reply is not None:
        told = _reply(message.reply, message.thumb, is_latest)
        return said(message.text) + told + (failure(trouble, again) if trouble else "")
    if not message.text and not trouble:
        return ""
    return said(message.text) + failure(trouble or "This was not answered.", again)


def _reply(reply: ReplyDocument, thumb: str, is_last: bool) -> str:
    words = f'<div class="words">{reply_text(reply.text)}</div>' if reply.text else ""
    return (
        f'<div class="reply">{_cards(reply.items)}{words}{_citations(reply.citations)}'
        f"{_thumbs(reply.message_id, thumb)}"
        f"{_suggestions(reply.suggestions) if is_last else ''}</div>"
    )


def _cards(items: Sequence[ItemDocument]) -> str:
    if not items:
        return ""
    return f'<ol class="cards">{"".join(map(_card, items))}</ol>'


def _card(item: ItemDocument) -> str:
    title = escape(item.title)
    if item.url:
        title = (
            f'<a href="{escape(item.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
        )
    price = "" if item.price is None else escape(money(item.price, item.currency))
    rating = ""
    if item.rating is not None:
        rating = (
            f'<span class="rating" role="img" aria-label="rated {item.rating:g}">'
            f"★ {item.rating:.1f}</span>"
        )
    reason = f'<p class="reason">{escape(capital(item.reason))}</p>' if item.reason else ""
    return (
        f'<li class="card" data-item="{escape(item.id)}">{_picture(item)}<div class="about">'
        f'<h3>{title}</h3><div class="terms"><span class="price">{price}</span>{rating}</div>'
        f"{reason}{_facts(item.facts)}</div></li>"
    )


def _picture(item: ItemDocument) -> str:
    initial = escape(next((c for c in item.title if c.isalnum()), "·").upper())
    image = ""
    if item.image_url:
        image = f'<img src="{escape(item.image_url)}" alt="" loading="lazy">'
    return f'<div class="picture" data-initial="{initial}">{image}</div>'


def _said(fact: FactDocument) -> str:
    """The value as one writes it: a size in letters in upper case, as in the sentences."""
    return written(fact.value) if fact.name == SIZE else fact.value


def _facts(facts: Sequence[FactDocument]) -> str:
    if not facts:
        return ""
    rows = "".join(
        f"<div><dt>{escape(capital(readable(fact.name)))}</dt><dd>{escape(_said(fact))}</dd></div>"
        for fact in facts
    )
    return f"<dl>{rows}</dl>"


def _citations(citations: Sequence[CitationDocument]) -> str:
    if not citations:
        return ""
    links = " · ".join(_link(safe_url(entry.source), entry.question) for entry in citations)
    return f'<p class="citation">From our answers: {links}</p>'


def _link(url: str | None, text: str) -> str:
    """The text, leading to the URL where there is one that a page may link to."""
    if not url:
        return escape(text)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def _thumbs(message_id: str, thumb: str) -> str:
    buttons = "".join(
        f'<button type="button" data-message="{escape(message_id)}" data-thumb="{value}" '
        f'aria-label="{label}" aria-pressed="{"true" if thumb == value else "false"}">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><g{turn}>{_UP}</g></svg></button>'
        for value, label, turn in _THUMBS
    )
    return f'<div class="thumbs">{buttons}</div>'


def _suggestions(suggestions: Iterable[str]) -> str:
    buttons = "".join(_suggest(each, capital(each)) for each in suggestions)
    return f'<div class="suggestions">{buttons}</div>' if buttons else ""


def _suggest(text: str, label: str) -> str:
    return f'<button type="button" data-say="{escape(text)}">{escape(label)}</button>'
