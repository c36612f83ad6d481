"""The chat page for the shop's own people: beside the chat, each turn from inside.

A playground answers this page's messages under other settings, and a button writes the
conversation down as a dialogue test. Where an admin key is set, it is the password; without one
the page opens on this machine alone.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from importlib import resources

import gradio as gr
from fastapi import FastAPI, Request

from chatrec.conversations import Conversations
from chatrec.keys import fits
from chatrec.settings import Settings
from chatrec.testkit.written import scenario
from chatrec.types import Exchange
from ui.chat_page import NONE, ChatPage, Update, mount
from ui.inside import inside
from ui.loading import Loading
from ui.rates import Rates

PATH = "/ui"
_TRIALS = 100


def mount_staff_page(app: FastAPI, settings: Settings, loading: Loading, rates: Rates) -> None:
    """Mount the page at `PATH` of the app."""
    stored = settings.serve.admin_key_hash

    def is_staff(name: str, key: str) -> bool:
        return fits(key, stored)

    page = StaffPage(settings, loading, rates)
    style = (resources.files("ui") / "staff_page.css").read_text(encoding="utf-8")
    if stored:
        said = "For the shop's own people: any name, and the admin key as the password."
        mount(app, page, PATH, style, auth=is_staff, auth_message=said)
    else:
        mount(app, page, PATH, style, auth_dependency=_here)


def _here(request: Request) -> str | None:
    """A name for who asks from this machine; None for anybody else."""
    address = request.client.host if request.client else ""
    try:
        is_here = ipaddress.ip_address(address).is_loopback
    except ValueError:  # a socket's name
        is_here = False
    return "staff" if is_here else None


class StaffPage(ChatPage):
    """The chat page with the panel beside it."""

    storage_key = "chatrec-staff-conversation"

    def __init__(self, settings: Settings, loading: Loading, rates: Rates) -> None:
        self._settings = settings
        self._trials: OrderedDict[str, Conversations] = OrderedDict()
        super().__init__(settings, loading, rates)

    def _lay_out(self) -> None:
        with gr.Row(elem_id="staff"):
            with gr.Column(elem_id="chat"):
                super()._lay_out()
            with gr.Column(elem_id="panel"):
                with gr.Accordion("The turn from inside", open=True):
                    self._inside = gr.HTML(inside(None), apply_default_css=False)
                with gr.Accordion("Playground", open=False):
                    self._lay_out_playground()
                with gr.Accordion("Dialogue test", open=False):
                    self._write = gr.Button("Write this conversation down as a test")
                    self._written = gr.Code(language="yaml", label="Dialogue test", visible=False)

    def _lay_out_playground(self) -> None:
        gr.Markdown("Answers on this page alone, until it is loaded again.")
        settings = self._settings
        self._shown = gr.Slider(1, 10, settings.shown, step=1, label="Items a reply shows")
        self._tone = gr.Radio(["warm", "plain", "formal"], value=settings.shop.tone, label="Tone")
        self._floor = gr.Slider(
            0, 1, settings.faq_floor or 0, step=0.01, label="FAQ floor (0: the index's own)"
        )
        self._try = gr.Button("Answer so from now on")
        self._trying = gr.HTML(apply_default_css=False)

    def _connect(self) -> None:
        super()._connect()
        self._try.click(
            self.try_settings,
            [self._shown, self._tone, self._floor],
            [self._trying],
            show_progress="hidden",
            api_visibility="private",
        )
        self._write.click(
            self.write_test,
            [self._conversation],
            [self._written],
            show_progress="hidden",
            api_visibility="private",
        )

    @property
    def _outputs(self) -> list[gr.blocks.Block]:
        return [*super()._outputs, self._inside]

    def _seen(self, exchange: Exchange | None) -> Update:
        return {self._inside: inside(exchange)}

    def _conversations(self, request: gr.Request) -> Conversations:
        trial = self._trials.get(str(request.session_hash))
        return super()._conversations(request) if trial is None else trial

    def try_settings(self, shown: int, tone: str, floor: float, request: gr.Request) -> str:
        """Answer this page under other settings."""
        shop = self._settings.shop.model_copy(update={"tone": tone})
        update = {"shown": int(shown), "shop": shop, "faq_floor": floor or None}
        changed = self._settings.model_copy(update=update)
        self._trials[str(request.session_hash)] = self._loading.shop.under(changed)
        while len(self._trials) > _TRIALS:
            self._trials.popitem(last=False)
        return '<p class="quiet" role="status">So it answers from now on.</p>'

    async def write_test(self, conversation_id: str) -> Update:
        """The conversation as a dialogue test."""
        await self._check(conversation_id)
        text = ""
        if conversation_id != NONE:
            stored = await self._loading.shop.conversations.transcript(conversation_id)
            text = scenario("from_the_chat_page", stored)
        told = text or "# Say something first: nothing here can be played again.\n"
        return {self._written: gr.Code(told, visible=True)}
