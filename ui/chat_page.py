"""Clicks and messages -> the parts of the chat page that change, in Gradio.

The page keeps only the conversation's id, in the browser; what it shows is made anew from the
conversation each time. Needs nothing from elsewhere: no fonts, no scripts, no telemetry.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from html import escape
from importlib import resources
from typing import Any, TypeAlias

import gradio as gr
from fastapi import FastAPI, HTTPException, Request, Response

from chatrec.conversations import Accepted, Conversations
from chatrec.errors import ConversationNotFound, MessageRefused
from chatrec.handoff import whose_turn
from chatrec.patch import document
from chatrec.respond.suggest import departments
from chatrec.settings import Settings
from chatrec.tokens import network
from chatrec.types import Event, Exchange, Picture, Shown, Words, said_with
from ui import transcript as html
from ui.chips import chips, patch_without
from ui.errors import TooMany, public
from ui.loading import Loading
from ui.photos import taken
from ui.rates import Rates
from ui.schema import ItemDocument, MessageDocument

Update: TypeAlias = dict[Any, Any]
"""New values of components, by component."""
_Start: TypeAlias = Callable[[Conversations, str], AsyncGenerator[Accepted | Event]]

NONE = "none"
"""In place of a conversation's id: the browser state does not write over an id with nothing."""
_PAGE = "page"
"""The visitor whom the page's conversations belong to: who has an id may go on with it here."""
_PHOTO_SECONDS = 3600
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Ubuntu", "sans-serif")
_MONO_FONTS = ("ui-monospace", "Consolas", "monospace")
_OPENING = '<div class="opening" role="status">One moment, the shop is opening …</div>'
_LOG = '<div role="log" aria-label="Conversation">${value}</div>'
_HEAD = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def mount_page(app: FastAPI, settings: Settings, loading: Loading, rates: Rates) -> None:
    """Mount the chat page at the root of the app, below every route that is there already."""
    mount(app, ChatPage(settings, loading, rates), "/")


def mount(app: FastAPI, page: ChatPage, path: str, style: str = "", **access: Any) -> None:
    """Mount a page at a path of the app; ``access`` is Gradio's ``auth`` or ``auth_dependency``."""
    own = (resources.files("ui") / "page.css").read_text(encoding="utf-8")
    # No part of a page takes files, and Gradio keeps what anybody sends there.
    app.add_route(f"{path.rstrip('/')}/gradio_api/upload", _nothing_here, methods=["POST"])
    gr.mount_gradio_app(
        app,
        page.blocks,
        path=path,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=_SYSTEM_FONTS, font_mono=_MONO_FONTS),
        css=own + style,
        head=_HEAD,
        **access,
    )


async def _nothing_here(request: Request) -> Response:
    raise HTTPException(404)


class ChatPage:
    """The components of the page and what happens to them."""

    storage_key = "chatrec-conversation"
    """Under which the browser remembers the conversation."""

    def __init__(self, settings: Settings, loading: Loading, rates: Rates) -> None:
        self._shop_name = settings.shop.name
        self._loading = loading
        self._rates = rates
        self._photos = settings.photos
        with gr.Blocks(title=self._shop_name, analytics_enabled=False) as self.blocks:
            self._lay_out()
            self._connect()
        self.blocks.queue(default_concurrency_limit=None, api_open=False)

    def _lay_out(self) -> None:
        script = (resources.files("ui") / "page.js").read_text(encoding="utf-8")

        def part(value: str = "", around: str = "${value}") -> gr.HTML:
            return gr.HTML(value, html_template=around, js_on_load=script, apply_default_css=False)

        # The secret hides nothing: it goes to the browser. A fixed one outlives a restart.
        self._conversation = gr.BrowserState(NONE, storage_key=self.storage_key, secret="chatrec")
        with gr.Column(elem_id="shop"):
            with gr.Row(elem_id="head"):
                gr.HTML(self._brand(), apply_default_css=False)
                self._renew = gr.Button("New chat", elem_id="renew")
            with gr.Column(elem_id="talk"):
                self._told = part(_OPENING, _LOG)
                self._live = part()
            with gr.Column(elem_id="dock"):
                self._chips = part()
                self._photo = gr.State(None, time_to_live=_PHOTO_SECONDS)
                self._attached = part()
                with gr.Row(elem_id="write"):
                    if self._photos.model:
                        self._camera = part(html.camera())
                    self._box = gr.Textbox(
                        placeholder="I’m looking for …",
                        label="Your message",
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        scale=1,
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
                    )
                    self._send = gr.Button("Send", elem_id="send", scale=0)

    def _connect(self) -> None:
        def on(event: Any, fn: Any, inputs: list[Any]) -> None:
            event(fn, inputs, self._outputs, show_progress="hidden", api_visibility="private")

        for submitted in (self._box.submit, self._send.click):
            on(submitted, self.say, [self._box, self._conversation, self._photo])
        if self._photos.model:
            on(self._camera.attach, self.attach, [])
            on(self._attached.detach, self.detach, [])
        for part in (self._told, self._live):
            on(part.suggest, self.suggest, [self._conversation])
        on(self._told.rate, self.rate, [self._conversation])
        on(self._chips.drop, self.drop, [self._conversation])
        on(self._renew.click, self.renew, [])
        on(self.blocks.load, self.restore, [self._conversation])

    @property
    def _outputs(self) -> list[gr.blocks.Block]:
        """Every component that an event may change."""
        return [
            self._told,
            self._live,
            self._chips,
            self._conversation,
            self._photo,
            self._attached,
            self._box,
            self._send,
        ]

    def _seen(self, exchange: Exchange | None) -> Update:
        """What changes when a turn is over, or has been before the page was loaded."""
        return {}

    def _conversations(self, request: gr.Request) -> Conversations:
        """What answers this page."""
        return self._loading.shop.conversations

    def _brand(self) -> str:
        initial = escape(self._shop_name.removeprefix("our ")[:1].upper())
        name = escape(self._shop_name[:1].upper() + self._shop_name[1:])
        return (
            f'<div class="brand"><i aria-hidden="true">{initial}</i><h1>{name}</h1>'
            "<small>Shop assistant</small></div>"
        )

    async def restore(self, conversation_id: str) -> AsyncGenerator[Update]:
        """The conversation that the browser remembers, as soon as the shop is open.

        What the shopper has written until then stays.
        """
        await self._loading.opened()
        try:
            await self._check(conversation_id)
            if conversation_id == NONE:
                yield self._blank()
            else:
                stored = await self._loading.shop.conversations.transcript(conversation_id)
                latest = stored[-1].exchange if stored else None
                yield {**await self._settled(conversation_id), **self._seen(latest)}
        except ConversationNotFound:
            yield self._blank()
        except Exception as exc:
            yield {self._told: html.failure(public(exc).message)}

    def renew(self) -> Update:
        """An empty page; the former conversation is left as it is."""
        return {**self._blank(), self._box: "", **self.detach()}

    def _blank(self) -> Update:
        """A page on which nothing has been said."""
        starters = departments(self._loading.shop.source.vocabulary)
        return {
            self._told: html.welcome(self._shop_name, starters),
            self._live: "",
            self._chips: "",
            self._conversation: NONE,
            **self._seen(None),
        }

    async def attach(self, event: gr.EventData) -> Update:
        """The photo that was chosen, made ready for the next message."""
        photo = str(event.photo)
        try:
            self._loading.shop.conversations.check_photos()
            picture = await taken(photo, self._photos.max_bytes)
        except Exception as exc:
            return {self._photo: None, self._attached: html.failure(public(exc).message)}
        return {self._photo: picture, self._attached: html.attached(photo)}

    def detach(self) -> Update:
        """No photo goes with the next message."""
        return {self._photo: None, self._attached: ""}

    async def say(
        self, text: str, conversation_id: str, photo: Picture | None, request: gr.Request
    ) -> AsyncGenerator[Update]:
        """What the shopper wrote, or showed, and the reply as it arises."""

        def start(all: Conversations, id: str) -> AsyncGenerator[Accepted | Event]:
            return all.say(id, text, photo=photo)

        said = said_with(photo, text.strip())
        async with aclosing(self._turn(conversation_id, said, request, start)) as updates:
            async for update in updates:
                if self._box in update:  # it was taken
                    update |= self.detach()
                yield update

    async def suggest(
        self, conversation_id: str, event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[Update]:
        """The suggestion that was clicked, said by the shopper."""
        async with aclosing(self.say(str(event.text), conversation_id, None, request)) as updates:
            async for update in updates:
                for unsaid in (self._box, self._photo, self._attached):
                    update.pop(unsaid, None)  # what stands there half written stays
                yield update

    async def drop(
        self, conversation_id: str, event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[Update]:
        """The conversation without the constraint whose chip was removed."""
        if conversation_id == NONE:
            return
        await self._check(conversation_id)
        standing = await self._loading.shop.conversations.standing(conversation_id)
        held = document(standing.constraints)
        patch = patch_without(held, str(event.field), str(event.facet), str(event.value))
        turn = self._turn(conversation_id, "", request, lambda all, id: all.change(id, patch))
        async with aclosing(turn) as updates:
            async for update in updates:
                update.pop(self._box, None)
                yield update

    async def rate(self, conversation_id: str, event: gr.EventData) -> Update:
        """The thumb that was clicked."""
        if conversation_id == NONE or event.value not in ("up", "down", "none"):
            return {}
        await self._check(conversation_id)
        conversations = self._loading.shop.conversations
        await conversations.feedback(conversation_id, str(event.message_id), event.value)
        return {self._told: await self._transcript(conversation_id)}

    async def _check(self, conversation_id: str) -> None:
        """Nothing, where the conversation is one of this page's.

        Raises:
            ConversationNotFound: it is not, or it is not there.
        """
        if conversation_id == NONE:
            return
        if await self._loading.shop.conversations.owner(conversation_id) != _PAGE:
            raise ConversationNotFound("the page has no such conversation")

    async def _turn(
        self, conversation_id: str, text: str, request: gr.Request, start: _Start
    ) -> AsyncGenerator[Update]:
        """The updates of one turn, whatever started it; failures are told in words."""
        kept = conversation_id
        try:
            conversations = self._conversations(request)
            address = network(request.client.host) if request.client else ""
            if kept == NONE:
                self._rates.spend("tokens", address)
                kept = await conversations.start(_PAGE)
            else:
                await self._check(kept)
            events = self._rates.answer(
                lambda: start(conversations, kept), address, str(request.session_hash)
            )
            asked = html.said(text)
            yield {
                self._conversation: kept,
                self._box: "",
                self._send: gr.Button(interactive=False),
                self._live: asked + html.answer_so_far([], ""),
                **({self._told: ""} if conversation_id == NONE else {}),
            }
            async with aclosing(self._arising(events, asked)) as updates:
                async for update in updates:
                    yield update
            yield {**await self._settled(kept), self._send: gr.Button(interactive=True)}
        except (MessageRefused, TooMany) as exc:
            yield {
                self._live: html.failure(str(exc)) if text.strip() else "",
                self._send: gr.Button(interactive=True),
            }
        except Exception as exc:
            yield await self._failed(exc, kept, text)

    async def _arising(
        self, events: AsyncGenerator[Accepted | Event], asked: str
    ) -> AsyncGenerator[Update]:
        """The page below ``asked``, again with each event that adds to the reply."""
        items: list[ItemDocument] = []
        words = ""
        async with aclosing(events):
            async for event in events:
                match event:
                    case Shown():
                        items = [ItemDocument.of(each) for each in event.recommendations]
                    case Words():
                        words += event.text
                    case Exchange():
                        if seen := self._seen(event):  # Gradio takes no empty update
                            yield seen
                        continue
                    case Accepted():
                        continue
                yield {self._live: asked + html.answer_so_far(items, words)}

    async def _failed(self, error: Exception, conversation_id: str, text: str) -> Update:
        """The page after a turn that failed: what is kept, and words on what went wrong."""
        trouble = public(error).message
        idle = {self._send: gr.Button(interactive=True)}
        unsaid = {self._live: html.said(text) + html.failure(trouble, text)}
        if isinstance(error, ConversationNotFound) or conversation_id == NONE:
            return idle | unsaid | {self._conversation: NONE, self._chips: ""}
        try:
            return idle | await self._settled(conversation_id, trouble)
        except Exception as exc:
            public(exc)  # for the log; the shopper is told of the first trouble
            return idle | unsaid

    async def _settled(self, conversation_id: str, trouble: str = "") -> Update:
        """The page between turns; ``trouble`` is what befell the last one."""
        shop = self._loading.shop
        standing = await shop.conversations.standing(conversation_id)
        held = chips(document(standing.constraints), shop.source.vocabulary)
        return {
            self._told: await self._transcript(conversation_id, trouble),
            self._live: "",
            self._chips: html.chip_row(held) + html.whose_turn(whose_turn(standing)),
            self._conversation: conversation_id,
        }

    async def _transcript(self, conversation_id: str, trouble: str = "") -> str:
        stored = await self._loading.shop.conversations.transcript(conversation_id)
        return html.transcript([MessageDocument.of(turn) for turn in stored], trouble)
