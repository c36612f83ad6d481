"""A turn with a photo: what it means, what is shown, and that nothing is said of the photo."""

from __future__ import annotations

from pathlib import Path

import pytest
from outdoor_shop import RETURNS, LaidDownReader, ListFaq, cards, manners, words
from photo_shop import ITEMS, opened, plain

from chatrec import demo
from chatrec.dialogue import Dialogue
from chatrec.llm.models import load_model
from chatrec.retrieve import with_photo
from chatrec.settings import load_settings
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import (
    Constraints,
    Event,
    Exchange,
    Intent,
    Item,
    Kind,
    Mention,
    ModelCall,
    Reply,
    Turn,
    Understanding,
)
from chatrec.understand import Reader
from vectorstore.catalogue import read_catalogue
from vectorstore.learn import learn

BLUE, GREEN = plain(10, 10, 200), plain(10, 200, 10)
BY_ID = {item.id: item for item in ITEMS}


async def played(
    turn: Turn,
    understanding: Understanding | None = None,
    *,
    model: ScriptedModel | None = None,
    faq: ListFaq | None = None,
) -> tuple[list[Event], Exchange]:
    """The events of the turn; without an understanding whoever reads it fails."""
    help_pages = faq or ListFaq()
    settled = manners(explain=model is not None)
    reader, model = LaidDownReader(understanding), model or ScriptedModel()
    dialogue = Dialogue(reader, model, opened(help_pages), help_pages, settled)
    events = [event async for event in dialogue.run(turn)]
    last = events[-1]
    assert isinstance(last, Exchange)
    return events, last


def colors(events: list[Event]) -> set[str]:
    return {BY_ID[id].facets["color"][0] for id in cards(events)}


def shown(reply: Reply) -> list[Item]:
    return [recommendation.item for recommendation in reply.recommendations]


async def test_a_photo_alone_means_something_like_it() -> None:
    events, exchange = await played(Turn("", photo=BLUE))
    assert exchange.reply.kind is Kind.RECOMMEND
    assert len(cards(events)) == 3 and colors(events) == {"blue"}
    assert exchange.understanding.intent is Intent.REFINE
    assert exchange.calls == () and exchange.reply.constraints == Constraints()
    assert words(events) == exchange.reply.text


async def test_nothing_is_said_of_the_photo() -> None:
    """The opening says how the cards were found; the rest are facts of theirs."""
    _, exchange = await played(Turn("", photo=BLUE))
    opening, *told = exchange.reply.text.split("\n\n")
    assert opening.startswith("Going by your photo, here are three")
    assert len(told) == 3
    for item, sentence in zip(shown(exchange.reply), told, strict=True):
        assert item.title.partition(" ")[2] in sentence and "photo" not in sentence


async def test_a_photo_keeps_the_constraints_that_stand() -> None:
    held = Constraints(category=("lamp",), price_max=60, exclude={"color": ("blue",)})
    events, exchange = await played(Turn("", constraints=held, photo=BLUE))
    assert exchange.reply.constraints == held
    assert cards(events) and all(held.allows(item) for item in shown(exchange.reply))


async def test_words_and_photo_search_together() -> None:
    meant = Understanding(Intent.NEW, Constraints(category=("chair",), price_max=80))
    events, exchange = await played(Turn("chairs under 80 like this", photo=GREEN), meant)
    assert all(meant.constraints.allows(item) for item in shown(exchange.reply))
    assert BY_ID[cards(events)[0]].facets["color"] == ("green",)
    assert "up to" in exchange.reply.text.partition("\n")[0]


@pytest.mark.parametrize(
    "intent",
    [intent for intent in Intent if intent is not Intent.HUMAN],
)
async def test_whatever_is_said_beside_a_photo_it_is_searched_by(intent: Intent) -> None:
    meant = Understanding(intent, Constraints(), about=("i01",))
    turn = Turn("do you have this?", shown=(ITEMS[1],), photo=GREEN)
    events, exchange = await played(turn, meant)
    assert exchange.reply.kind is Kind.RECOMMEND and colors(events) == {"green"}


async def test_an_unreadable_message_is_no_reason_not_to_look() -> None:
    meant = Understanding(Intent.CHAT, Constraints(), readable=False)
    events, _ = await played(Turn("¿algo así?", photo=GREEN), meant)
    assert colors(events) == {"green"}


class SecondTime(LaidDownReader):
    """Reads nothing in a text unless it names a thing."""

    async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
        if not turn.text.startswith("a product. "):
            return Understanding(Intent.CHAT, turn.constraints), (ModelCall("read"),)
        return await super().understand(turn)


async def test_what_is_said_of_a_photo_is_read_as_if_a_thing_were_named() -> None:
    green = Mention("value", "green", 20, 25, "color", values=("green",))
    thing = Mention("word", "product", 2, 9)
    held = Constraints(require={"color": ("green",)})
    reader = SecondTime(Understanding(Intent.NEW, held, mentions=(thing, green)))
    dialogue = Dialogue(reader, ScriptedModel(), opened(ListFaq()), ListFaq(), manners())
    turn = Turn("like this in green", photo=BLUE)
    events = [event async for event in dialogue.run(turn)]
    last = events[-1]
    assert isinstance(last, Exchange) and len(last.calls) == 2
    assert last.reply.constraints == held and colors(events) == {"green"}
    assert last.turn.text == "like this in green"
    [mention] = last.understanding.mentions
    assert mention.label == "green" and (mention.start, mention.end) == (9, 14)


@pytest.mark.model
async def test_the_default_model_reads_what_is_said_of_a_photo() -> None:
    settings = load_settings()
    rows = read_catalogue(Path(demo.__file__).parent / "products.jsonl")
    vocabulary = learn([row for row in rows if isinstance(row, Item)]).vocabulary
    model = load_model(settings)
    try:
        dialogue = Dialogue(
            Reader(vocabulary, model), model, opened(ListFaq()), ListFaq(), manners()
        )
        read = {}
        for text in ("similar but in black, under 100", "like this, max 80", "this but waterproof"):
            events = [event async for event in dialogue.run(Turn(text, photo=BLUE))]
            last = events[-1]
            assert isinstance(last, Exchange)
            read[text] = last.understanding.constraints
    finally:
        await model.aclose()
    assert list(read.values()) == [
        Constraints(require={"color": ("black",)}, price_max=100),
        Constraints(price_max=80),
        Constraints(require={"waterproof": ("yes",)}),
    ]


async def test_customer_service_and_people_come_before_a_photo() -> None:
    faq = ListFaq((RETURNS, 0.9))
    meant = Understanding(Intent.FAQ, Constraints())
    _, exchange = await played(Turn("can I return this?", photo=GREEN), meant, faq=faq)
    assert exchange.reply.kind is Kind.FAQ and exchange.reply.citations == (RETURNS,)
    meant = Understanding(Intent.HUMAN, Constraints())
    _, exchange = await played(Turn("a person please", photo=GREEN), meant)
    assert exchange.reply.kind is Kind.HANDOFF


async def test_to_begin_anew_with_a_photo_forgets_what_stood() -> None:
    held = Constraints(category=("lamp",))
    meant = Understanding(Intent.RESTART, held)
    events, exchange = await played(Turn("start over, this", constraints=held, photo=BLUE), meant)
    assert exchange.reply.constraints == Constraints() and colors(events) == {"blue"}


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ("something like this photo", ""),
        ("similar to the picture", ""),
        ("do you have anything that looks like this", ""),
        ("boots like this", "boots this"),
        ("not too expensive", "not too expensive"),
        ("a light lamp similar to the image", "a light lamp to the"),
        ("", ""),
    ],
)
def test_words_that_point_at_the_photo_are_no_wish(wish: str, left: str) -> None:
    assert with_photo(Understanding(Intent.NEW, Constraints(wish=wish))).constraints.wish == left


async def test_what_cannot_be_compared_is_found_by_words_and_that_is_said() -> None:
    bare = Constraints(price_max=0)
    assert bare.allows(ITEMS[0])  # the one without a picture
    meant = Understanding(Intent.NEW, Constraints(category=("boot",), price_max=0))
    events, exchange = await played(Turn("a boot for free", photo=BLUE), meant)
    assert cards(events) == ["i00"]
    assert exchange.reply.text.startswith("None of what fits can be compared with your photo")
    events, exchange = await played(Turn("", constraints=bare, photo=BLUE))
    assert exchange.reply.kind is Kind.CLARIFY and not cards(events)
    assert "compare with your photo" in exchange.reply.text


async def test_where_nothing_fits_it_is_said_as_ever() -> None:
    held = Constraints(category=("lamp",), price_max=1)
    events, exchange = await played(Turn("", constraints=held, photo=BLUE))
    assert exchange.reply.kind is Kind.NOTHING_FITS and not cards(events)


async def test_no_model_writes_about_a_photo() -> None:
    model = ScriptedModel()
    model.lay([])  # any call is one too many
    _, exchange = await played(Turn("", photo=BLUE), model=model)
    assert exchange.reply.kind is Kind.RECOMMEND and model.finish() == []


async def test_what_is_suggested_needs_no_photo() -> None:
    _, exchange = await played(Turn("", photo=BLUE))
    assert exchange.reply.suggestions == (
        "more like the first one",
        "more like the second one",
        "compare the first two",
    )
