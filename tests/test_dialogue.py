"""A turn from its understanding to its reply: kinds, cards, words, and what they promise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import pytest
from outdoor_shop import (
    EXPRESS,
    FLINT,
    ITEMS,
    LODEN,
    MUGS,
    RETURNS,
    RIDGE,
    RIDGE_RED,
    SHIPPING,
    TENT,
    LaidDownReader,
    ListFaq,
    ListSource,
    cards,
    manners,
    played,
    wants,
    words,
)

from chatrec.dialogue import Dialogue
from chatrec.errors import EngineError
from chatrec.records import turn_after
from chatrec.respond import courtesy
from chatrec.respond.compare import differences
from chatrec.respond.opening import for_wish
from chatrec.stated import stated
from chatrec.testkit.scripted import ScriptedModel
from chatrec.types import (
    Bounds,
    Choices,
    Constraints,
    Exchange,
    Intent,
    Item,
    Kind,
    Mention,
    Message,
    ModelCall,
    Shown,
    Turn,
    Understanding,
    Vocabulary,
    Words,
)

BACKPACKS = {"category": ("backpack",)}


async def test_cards_go_out_before_words_and_the_exchange_comes_last() -> None:
    events, reply = await played(wants(**BACKPACKS))
    kinds = [type(event) for event in events]
    assert kinds[0] is Shown and kinds[-1] is Exchange
    assert set(kinds[1:-1]) == {Words}
    assert reply.kind is Kind.RECOMMEND
    assert words(events) == reply.text
    assert cards(events) == [r.item.id for r in reply.recommendations]


async def test_the_exchange_tells_when_each_stage_was_reached() -> None:
    events, _ = await played(wants(**BACKPACKS))
    exchange = events[-1]
    assert isinstance(exchange, Exchange)
    stages = [exchange.timings[s] for s in ("understood", "retrieved", "items_shown", "first_word")]
    assert stages == sorted(stages) and stages[-1] <= exchange.timings["done"]
    assert [call.purpose for call in exchange.calls] == ["read"]


async def test_each_card_is_spoken_of_once_and_in_order() -> None:
    _, reply = await played(wants(**BACKPACKS))
    names = [r.item.title.split(",")[0] for r in reply.recommendations]
    places = [reply.text.index(name) for name in names]
    assert places == sorted(places)
    assert [reply.text.count(name) for name in names] == [1] * len(names)


async def test_no_card_breaks_a_constraint_and_what_is_sold_out_comes_last() -> None:
    understood = wants(**BACKPACKS, price_max=90.0, numeric={"capacity": Bounds(low=28)})
    _, reply = await played(understood)
    shown = [r.item for r in reply.recommendations]
    assert all(understood.constraints.allows(item) for item in shown)
    assert [item.stock == 0 for item in shown] == sorted(item.stock == 0 for item in shown)
    assert shown[-1].stock == 0
    assert "sold out" in reply.text


async def test_a_vague_wish_gets_different_things_and_one_question_once() -> None:
    wish = wants(wish="bag coffee")
    _, reply = await played(wish)
    assert reply.kind is Kind.CLARIFY and reply.asked
    assert len({r.item.types for r in reply.recommendations}) > 1
    assert reply.text.count("?") == 1
    history = (Message("user", "hm"), Message("assistant", reply.text))
    again = Turn("bag", history, wish.constraints)
    _, second = await played(wish, turn=again)
    question = reply.text.rsplit("\n\n", 1)[1]
    assert question.split(":")[0] not in second.text
    _, third = await played(wish, turn=Turn("bag", history, wish.constraints, asked="type"))
    assert third.kind is Kind.RECOMMEND and "?" not in third.text


@pytest.mark.parametrize("wish", ["asdf qwerty", "car insurance policy"])
async def test_what_the_shop_does_not_sell_gets_no_cards(wish: str) -> None:
    events, reply = await played(wants(wish=wish))
    assert reply.kind is Kind.NOTHING_FITS and not cards(events)
    assert wish in reply.text


async def test_a_budget_in_the_way_is_named_with_what_the_cheapest_costs() -> None:
    _, reply = await played(wants(**BACKPACKS, price_max=40.0))
    assert reply.kind is Kind.NOTHING_FITS
    assert "up to €40" in reply.text and "€64" in reply.text
    assert reply.suggestions == ("up to €64",)
    assert reply.text.endswith("Shall I show you?")


async def test_the_cheapest_is_found_though_a_search_gives_the_most_relevant() -> None:
    priced = [replace(TENT, id=f"t{n}", price=190.0 - n) for n in range(90)]
    dialogue = Dialogue(
        LaidDownReader(wants(category=("tent",), price_max=50.0)),
        ScriptedModel(), ListSource(priced), ListFaq(), manners(),
    )  # fmt: skip
    last = [event async for event in dialogue.run(Turn("a tent"))][-1]
    assert isinstance(last, Exchange) and "The cheapest is €101." in last.reply.text


async def test_a_quality_that_is_in_the_way_is_called_by_its_name() -> None:
    held = wants(category=("tent",), exclude={"waterproof": ("yes",)})
    wet = replace(TENT, facets={**TENT.facets, "waterproof": ("yes",)})
    dialogue = Dialogue(
        LaidDownReader(held), ScriptedModel(), ListSource([wet]), ListFaq(), manners()
    )
    last = [event async for event in dialogue.run(Turn("no waterproof tent"))][-1]
    assert isinstance(last, Exchange)
    assert "With waterproof allowed there is one" in last.reply.text


async def test_what_has_no_size_is_not_said_to_come_in_another() -> None:
    _, reply = await played(wants(category=("tent",), require={"size": ("m",)}))
    assert "in size M" in reply.text and "Without insisting on a size there is one" in reply.text


async def test_a_value_in_the_way_is_named_with_what_another_would_give() -> None:
    _, reply = await played(wants(category=("tent",), require={"color": ("blue",)}))
    assert reply.kind is Kind.NOTHING_FITS
    assert "in blue" in reply.text and "another colour there is one" in reply.text
    assert reply.suggestions == ("any colour",)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("yes please", True),
        ("yes show me one", True),
        ("let’s see", True),
        ("👍", True),
        ("thanks", False),
        ("ok thanks", True),
        ("ok but in red", False),
        ("ok show me that one", True),
        ("Go ahead!", True),
        ("yes, in red", False),
    ],
)
async def test_a_plain_yes_takes_up_what_was_offered(said: str, taken: bool) -> None:
    read: list[str] = []

    class Listening(LaidDownReader):
        async def understand(self, turn: Turn) -> tuple[Understanding, tuple[ModelCall, ...]]:
            read.append(turn.text)
            return await super().understand(turn)

    blue = wants(category=("tent",), require={"color": ("blue",)})
    dialogue = Dialogue(Listening(blue), ScriptedModel(), ListSource(), ListFaq(), manners())

    async def reply_to(turn: Turn) -> Exchange:
        last = [event async for event in dialogue.run(turn)][-1]
        assert isinstance(last, Exchange)
        return last

    offer = await reply_to(Turn("a blue tent"))
    assert offer.reply.text.endswith("In another colour there is one. Shall I show you?")
    after = replace(turn_after(Turn(""), "a blue tent", offer.reply), text=said)
    exchange = await reply_to(after)
    assert read[-1] == ("any colour" if taken else said)
    assert exchange.turn.text == said


async def test_nothing_is_offered_where_more_than_one_thing_is_in_the_way() -> None:
    tent = replace(TENT, id="t9", price=40.0, facets={**TENT.facets, "color": ("red",)})
    wish = wants(category=("tent",), price_max=60.0, require={"color": ("blue",)})
    blue = replace(TENT, id="t8", price=80.0, facets={**TENT.facets, "color": ("blue",)})
    dialogue = Dialogue(
        LaidDownReader(wish), ScriptedModel(), ListSource([tent, blue]), ListFaq(), manners()
    )
    last = [event async for event in dialogue.run(Turn("a blue tent up to 60"))][-1]
    assert isinstance(last, Exchange)
    assert len(last.reply.suggestions) == 2
    assert "?" not in last.reply.text and not last.reply.asked


async def test_limits_that_only_together_are_in_the_way_are_said_to_be_so() -> None:
    understood = wants(category=("tent",), price_max=10.0, require={"color": ("blue",)})
    _, reply = await played(understood)
    assert "With any price and any colour there is one, at €299." in reply.text
    three = wants(
        category=("tent",),
        price_max=10.0,
        require={"color": ("blue",)},
        numeric={"capacity": Bounds(low=500)},
    )
    _, reply = await played(three)
    assert "Several of your limits are in the way together" in reply.text


async def test_a_measure_in_the_way_is_named_with_what_misses_it_least() -> None:
    _, reply = await played(wants(category=("backpack",), numeric={"weight": Bounds(high=0.1)}))
    weights = [i.measures["weight"] for i in ITEMS if "backpack" in i.types]
    assert f"the nearest at {1000 * min(weights):g} g" in reply.text


async def test_more_shows_nothing_seen_and_says_when_there_is_no_more() -> None:
    standing = Constraints(category=("mug",))
    seen = frozenset(mug.id for mug in MUGS[:3])
    understood = Understanding(Intent.MORE, standing)
    events, _ = await played(understood, turn=Turn("more", constraints=standing, seen=seen))
    assert set(cards(events)) == {mug.id for mug in MUGS[3:]}
    everything = frozenset(mug.id for mug in MUGS)
    _, last = await played(understood, turn=Turn("more", constraints=standing, seen=everything))
    assert last.kind is Kind.NOTHING_FITS and "all the mugs" in last.text
    assert last.constraints == standing


async def test_similar_items_leave_the_model_out_and_keep_its_kind() -> None:
    events, reply = await played(
        wants(Intent.SIMILAR, [RIDGE], price_max=88.0), "cheaper", shown=[FLINT, RIDGE]
    )
    assert RIDGE.id not in cards(events) and FLINT.id in cards(events)
    assert all("backpack" in r.item.types for r in reply.recommendations)
    assert reply.text.startswith("Most like the Norrheim Ridge 28")


async def test_a_brand_holds_for_what_is_like_an_item_while_it_has_something_that_fits() -> None:
    by_norrheim = {**BACKPACKS, "require": {"brand": ("norrheim",)}}
    events, reply = await played(wants(Intent.SIMILAR, [RIDGE], **by_norrheim), shown=[RIDGE])
    assert cards(events) == [RIDGE_RED.id]
    assert reply.constraints.require == {"brand": ("norrheim",)}


async def test_a_brand_that_has_nothing_else_gives_way_in_words() -> None:
    by_norrheim = {**BACKPACKS, "require": {"brand": ("norrheim",)}}
    shown = [RIDGE, RIDGE_RED]
    events, reply = await played(wants(Intent.SIMILAR, shown, **by_norrheim), shown=shown)
    assert FLINT.id in cards(events)
    assert reply.text.startswith(
        "Nothing else by Norrheim fits, so here are other brands. Most like"
    )
    assert reply.constraints.require == {}
    assert reply.constraints.prefer == {"brand": ("norrheim",)}


async def test_a_brand_stays_where_no_other_would_help() -> None:
    held = wants(
        Intent.SIMILAR, [RIDGE], **BACKPACKS, price_max=1.0, require={"brand": ("norrheim",)}
    )
    _, reply = await played(held, shown=[RIDGE])
    assert reply.kind is Kind.NOTHING_FITS
    assert reply.constraints.require == {"brand": ("norrheim",)}


async def test_what_goes_with_an_item_is_none_of_its_kind() -> None:
    events, reply = await played(
        wants(Intent.COMPLEMENT, [RIDGE], category=("tent",)), "which tent?", shown=[RIDGE, FLINT]
    )
    assert cards(events) == [TENT.id]
    assert reply.text.startswith("To go with the Norrheim Ridge 28: one tent")
    _, reply = await played(wants(Intent.COMPLEMENT, [TENT]), "what goes with it?", shown=[TENT])
    assert all("tent" not in r.item.types for r in reply.recommendations)


async def test_that_nothing_goes_with_an_item_is_said_and_changes_nothing() -> None:
    standing = Constraints(category=("mug",), price_max=9.0)
    turn = Turn("what goes with it?", constraints=standing, shown=MUGS[:1])
    _, reply = await played(wants(Intent.COMPLEMENT, price_max=0.5), turn=turn)
    assert reply.kind is Kind.CLARIFY and reply.constraints == standing
    assert "goes with the Kaldvik" in reply.text


async def test_a_search_for_nothing_asks_and_offers_what_the_shop_has() -> None:
    _, reply = await played(wants())
    assert reply.kind is Kind.CLARIFY and reply.suggestions
    assert reply.text.endswith(".") or "?" in reply.text


async def test_an_unreadable_turn_changes_nothing_and_is_asked_for_again() -> None:
    standing = Constraints(category=("tent",))
    _, reply = await played(Understanding(Intent.NEW, standing, readable=False))
    assert reply.kind is Kind.CLARIFY and reply.constraints == standing
    assert not reply.recommendations


async def test_an_engine_that_fails_to_read_is_admitted() -> None:
    standing = Constraints(category=("tent",))
    events, reply = await played(None, turn=Turn("a tent", constraints=standing))
    assert reply.kind is Kind.CLARIFY and reply.constraints == standing
    assert "could not read" in reply.text and not cards(events)


def test_a_fact_is_compared_once_whatever_its_column_is_called() -> None:
    chairs = [
        Item(name, name, attributes={"colour": name}, facets={"color": (name,)})
        for name in ("red", "blue")
    ]
    assert differences(chairs, Vocabulary()) == [("color", ["red", "blue"])]


async def test_comparing_sets_out_the_differences_and_says_why_one_is_better() -> None:
    _, reply = await played(wants(Intent.COMPARE), "compare them", shown=[RIDGE, FLINT])
    assert reply.kind is Kind.COMPARE
    assert "| Price | €89 | €72 |" in reply.text
    assert "| Waterproof | yes | no |" in reply.text
    assert "Material" not in reply.text
    assert "take the Norrheim Ridge 28: it is the better rated" in reply.text
    assert "Tarnfell Flint is the cheaper of the two (€72) and the lighter" in reply.text


async def test_which_is_lightest_is_answered_by_its_number() -> None:
    _, reply = await played(
        wants(Intent.COMPARE), "which is the lightest?", shown=[RIDGE, FLINT, LODEN]
    )
    assert "Tarnfell Flint is the lightest of the three, at 900 g" in reply.text
    assert reply.focus == (FLINT.id,)  # what "it" means afterwards


async def test_a_comparison_that_could_not_be_made_is_admitted() -> None:
    understood = replace(wants(Intent.REFINE, **BACKPACKS), unmeasured=("bigger",))
    _, reply = await played(understood, "anything bigger", shown=[RIDGE, FLINT])
    assert reply.text.startswith("The listings do not tell which are bigger. Here are")
    understood = replace(understood, unmeasured=("quieter", "with more battery"))
    _, reply = await played(understood, "quieter, more battery", shown=[RIDGE, FLINT])
    first = "The listings do not tell which are quieter or have more battery. Here are"
    assert reply.text.startswith(first)


async def test_a_comparison_that_nothing_meets_does_not_stand() -> None:
    mentions = (Mention("relative", "heavier", 0, 7),)
    understood = replace(
        wants(Intent.REFINE, **BACKPACKS, numeric={"weight": Bounds(low=9.01)}), mentions=mentions
    )
    standing = Constraints(**BACKPACKS)
    turn = Turn("heavier", constraints=standing, shown=(RIDGE, FLINT))
    _, reply = await played(understood, turn=turn)
    assert reply.kind is Kind.NOTHING_FITS
    assert "of more than 9 kg" in reply.text
    assert reply.constraints == standing
    assert not any(click.startswith("any ") for click in reply.suggestions)
    plain = replace(understood, mentions=())
    _, reply = await played(plain, turn=turn)
    assert reply.constraints == understood.constraints


async def test_a_gift_that_nothing_is_about_is_admitted_to_be_none() -> None:
    _, reply = await played(wants(wish="gift wine", price_max=60.0))
    assert reply.text.startswith("I found nothing for “wine”. ")


async def test_a_department_is_no_name_of_things() -> None:
    mugs = replace(MUGS[0], category=("Kitchen", "Mugs"), types=("kitchen", "mug"))
    toys = replace(mugs, category=("Kids and Toys",), types=("kids and toy",))
    bags = replace(RIDGE, category=("Bags",), types=("bag",))
    said = [
        for_wish([item] * 2, Constraints(), ListSource().vocabulary) for item in (mugs, toys, bags)
    ]
    assert said == ["Here are two mugs:", "Here are two suggestions:", "Here are two bags:"]


async def test_one_thing_is_told_in_the_singular() -> None:
    kept = Constraints(exclude={"any": ("cards",), "pattern": ("striped",)})
    many = for_wish([MUGS[0]] * 2, kept, ListSource().vocabulary)
    assert many == "Here are two mugs that do not mention “cards” and that are not striped:"
    one = for_wish([MUGS[0]], kept, ListSource().vocabulary)
    assert one == "Here is one mug that does not mention “cards” and that is not striped:"


async def test_what_is_insisted_on_is_not_said_to_be_of_any_kind() -> None:
    wanted = wants(**BACKPACKS, require={"waterproof": ("yes",)}, price_max=80.0)
    _, reply = await played(wanted)
    assert reply.kind is Kind.NOTHING_FITS
    assert "Without insisting on waterproof there" in reply.text


async def test_which_brand_is_left_out_is_asked_where_several_are_shown() -> None:
    understood = replace(
        wants(Intent.REFINE, **BACKPACKS), unclear={"brand": ("norrheim", "tarnfell")}
    )
    _, reply = await played(understood, "not that brand", shown=[RIDGE, FLINT])
    assert reply.kind is Kind.CLARIFY
    assert reply.text == "Which brand should I leave out: Norrheim or Tarnfell?"
    assert reply.suggestions == ("not Norrheim", "not Tarnfell")
    assert reply.asked == "not brand"


async def test_money_of_another_country_is_told_to_be_read_as_the_shops() -> None:
    understood = replace(wants(**BACKPACKS, price_max=100.0), foreign_money=True)
    _, reply = await played(understood)
    assert reply.text.startswith("Our prices are in euros, so I read your amount in euros. ")


def test_what_the_shop_writes_in_capitals_stays_so() -> None:
    item = Item("x", "Pool Slides", attributes={"material": "EVA"}, facets={"material": ("eva",)})
    assert stated(item, "material") == ("EVA",)
    assert stated(replace(item, attributes={"material": "Eva"}), "material") == ("eva",)


async def test_one_item_alone_is_not_compared() -> None:
    _, reply = await played(wants(Intent.COMPARE), "compare", shown=[RIDGE])
    assert reply.kind is Kind.CLARIFY and reply.text.startswith("Only")
    _, reply = await played(wants(Intent.COMPARE), "compare")
    assert reply.kind is Kind.CLARIFY and "not shown you anything" in reply.text


@pytest.mark.parametrize(
    ("intent", "kind"),
    [
        (Intent.CHAT, Kind.SMALLTALK),
        (Intent.OFF_TOPIC, Kind.DECLINE),
        (Intent.HUMAN, Kind.HANDOFF),
    ],
)
async def test_what_is_no_search_keeps_the_search(intent: Intent, kind: Kind) -> None:
    events, reply = await played(wants(intent, **BACKPACKS), "hello", contact="help@shop.example")
    assert reply.kind is kind and reply.constraints.category == ("backpack",)
    assert not cards(events) and reply.text


async def test_what_is_off_topic_costs_no_call_beyond_the_reading() -> None:
    model = ScriptedModel()  # fails on any call
    events, _ = await played(wants(Intent.OFF_TOPIC), "write me a poem", model=model)
    exchange = events[-1]
    assert isinstance(exchange, Exchange) and model.finish() == []
    assert [call.purpose for call in exchange.calls] == ["read"]


async def test_a_person_is_named_only_where_one_is_configured() -> None:
    _, told = await played(wants(Intent.HUMAN), contact="help@shop.example")
    assert "help@shop.example" in told.text
    _, untold = await played(wants(Intent.HUMAN))
    assert "cannot" in untold.text


async def test_restarting_forgets_the_constraints() -> None:
    _, reply = await played(wants(Intent.RESTART, **BACKPACKS))
    assert reply.constraints == Constraints()


async def test_a_faq_answer_is_cited_and_keeps_the_search() -> None:
    faq = ListFaq((RETURNS, 0.8), (SHIPPING, 0.55))
    _, reply = await played(wants(Intent.FAQ, **BACKPACKS), "can I return it?", faq=faq)
    assert reply.kind is Kind.FAQ and reply.citations == (RETURNS,)
    assert reply.text == RETURNS.answer
    assert reply.suggestions == (SHIPPING.question,)
    assert reply.constraints.category == ("backpack",)


async def test_a_faq_that_does_not_answer_says_so_and_cites_nothing() -> None:
    faq = ListFaq((RETURNS, 0.2), (EXPRESS, 0.1))
    _, reply = await played(wants(Intent.FAQ), "what?", faq=faq, contact="help@shop.example")
    assert not reply.citations and "do not answer" in reply.text
    assert "help@shop.example" in reply.text


async def test_a_removed_constraint_gives_a_new_reply_without_reading() -> None:
    dialogue = Dialogue(LaidDownReader(None), ScriptedModel(), ListSource(), ListFaq(), manners())
    turn = Turn("", constraints=Constraints(category=("tent",), price_max=10.0))
    loosened = Constraints(category=("tent",))
    events = [event async for event in dialogue.apply(turn, loosened)]
    assert cards(events) == [TENT.id]
    last = events[-1]
    assert isinstance(last, Exchange) and last.calls == () and last.reply.constraints == loosened


TRUE_WORDS = (
    "1. The Haldrye Loden is a black nylon backpack with a capacity of 32 l.\n"
    "2. The Norrheim Ridge 28 is waterproof and comes with a rain cover.\n"
    "3. The Tarnfell Flint is the cheapest of the three."
)


def _laid(text: str) -> ScriptedModel:
    model = ScriptedModel()
    model.lay([text])
    return model


async def test_true_sentences_of_the_model_are_sent() -> None:
    understood = wants(**BACKPACKS, rejected=frozenset({RIDGE_RED.id, "p5"}))
    model = _laid(TRUE_WORDS)
    events, reply = await played(understood, "a backpack", model=model)
    assert "The Haldrye Loden (€119) is a black nylon backpack with a capacity" in reply.text
    assert model.finish() == []
    exchange = events[-1]
    assert isinstance(exchange, Exchange)
    assert [call.purpose for call in exchange.calls] == ["read", "explain"]


async def test_false_missing_and_stray_sentences_give_way_to_plain_ones() -> None:
    understood = wants(**BACKPACKS, rejected=frozenset({RIDGE_RED.id, "p5"}))
    _, plain = await played(understood)
    model = _laid(
        "Sure! Here are some great picks. The Osprey Talon costs €20. "
        "The Norrheim Ridge 28 is the cheapest and made of leather. It floats."
    )
    _, reply = await played(understood, model=model)
    assert reply.text == plain.text


async def test_sentences_on_two_items_or_on_one_already_told_are_not_sent() -> None:
    understood = wants(**BACKPACKS, rejected=frozenset({RIDGE_RED.id, "p5"}))
    _, plain = await played(understood)
    first, last = (plain.recommendations[at].item.title.split(",")[0] for at in (0, 2))
    both = f"The {first} is made of nylon and the {last} is made of nylon."
    _, reply = await played(understood, model=_laid(both))
    assert reply.text == plain.text
    backwards = f"The {last} is a backpack made of nylon. The {first} is a backpack made of nylon."
    _, reply = await played(understood, model=_laid(backwards))
    assert f"The {last} (€" in reply.text and reply.text.count(first) == 1
    assert reply.text.endswith("is a backpack made of nylon.")


class FailingModel:
    """An engine that fails once it has written a piece."""

    name = "failing"
    tuned = False

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        yield "The Norrheim "
        raise EngineError("out of memory")

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return 1

    async def complete(self, *args: object, **kwargs: object) -> object:
        raise EngineError("out of memory")

    async def aclose(self) -> None:
        pass


async def test_an_engine_that_fails_while_explaining_costs_no_truth() -> None:
    understood = wants(**BACKPACKS)
    _, plain = await played(understood)
    _, reply = await played(understood, model=FailingModel())  # type: ignore[arg-type]
    assert reply.text == plain.text


async def test_every_suggestion_after_a_search_can_be_fulfilled() -> None:
    _, reply = await played(wants(**BACKPACKS))
    assert 2 <= len(reply.suggestions) <= 4
    for suggestion in reply.suggestions:
        if suggestion.startswith("under €"):
            limit = float(suggestion.removeprefix("under €"))
            assert any("backpack" in i.types and (i.price or 0) <= limit for i in ITEMS)


async def test_no_claim_passes_over_the_item_that_was_pointed_at() -> None:
    """The item itself stays out of a search for its like, and may be the cheapest of all."""
    understood = Understanding(
        Intent.SIMILAR, Constraints(category=("mug",), price_max=9.49), about=(MUGS[2].id,)
    )
    _, reply = await played(understood, shown=(MUGS[2],))
    assert reply.kind is Kind.NOTHING_FITS
    assert "no other mugs" in reply.text and "The cheapest of the others is €12." in reply.text


async def test_an_unsure_reading_is_checked_once_with_the_items_shown() -> None:
    unsure = replace(wants(**BACKPACKS), confidence=0.2)
    _, reply = await played(unsure, unsure_below=0.3)
    assert reply.kind is Kind.RECOMMEND and reply.recommendations
    assert reply.text.count("Is that what you meant?") == 1
    asked = Turn("backpack", history=(Message("assistant", reply.text),))
    for understood, turn in (
        (unsure, asked),
        (replace(unsure, confidence=0.4), Turn("backpack")),
        (replace(unsure, confidence=None), Turn("backpack")),
    ):
        _, again = await played(understood, turn=turn, unsure_below=0.3)
        assert "Is that what you meant?" not in again.text


async def test_a_basket_is_the_shops_own() -> None:
    understood = replace(wants(Intent.ABOUT, [RIDGE]), buys=True)
    _, reply = await played(understood, "add it to my basket", shown=[RIDGE, FLINT])
    assert reply.kind is Kind.ABOUT
    assert reply.text.endswith("You find the Norrheim Ridge 28 in the shop.")
    linked = replace(RIDGE, url="https://a.example/ridge")
    assert "card of the Norrheim Ridge 28 leads" in courtesy.to_order([linked])
    assert "each card leads" in courtesy.to_order([linked, linked])


async def test_there_is_nothing_to_choose_from_where_nothing_fits() -> None:
    asked = wants(Intent.CHOICES, category=("backpack",), price_max=5.0)
    asked = replace(asked, choices=Choices("color", whole=False, start=0, end=7))
    _, reply = await played(asked, "what colours are there?")
    assert reply.text == "We have no backpacks up to €5, so there is nothing to choose from."
