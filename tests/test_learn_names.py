"""Words of products' names that are values elsewhere: learnt from titles, never from hearsay."""

from __future__ import annotations

from chatrec.types import Item, Turn
from chatrec.understand.spot import Spotter
from vectorstore.learn import Learnt, learn

OTHERS = [("Oak Tray", "slate"), ("Tin Tray", "slate"), ("Pine Lamp", "red"), ("Tin Lamp", "red")]
TABLET = ("Orrin Slate 8 Tablet", "graphite")


def learnt(*titled: tuple[str, str]) -> Learnt:
    items = [
        Item(id=str(n), title=title, attributes={"color": colour} if colour else {})
        for n, (title, colour) in enumerate([*titled, *OTHERS, *OTHERS])
    ]
    return learn(items)


def names(*titled: tuple[str, str]) -> frozenset[str]:
    return learnt(*titled).vocabulary.name_words


def test_a_value_that_the_named_item_has_not_is_part_of_its_name() -> None:
    found = names(TABLET)
    assert {"orrin [slate]", "[slate] 8"} <= found


def test_what_a_title_says_for_what_it_means_is_no_name() -> None:
    assert "[slate] 8" not in names(TABLET, ("Slate 8 Roof Box", "slate"))


def test_an_item_whose_value_is_not_known_makes_no_name() -> None:
    assert names(("Orrin Slate Tablet", "")) == frozenset()


def test_beside_what_describes_the_item_it_may_be_a_value() -> None:
    assert "[slate] tablet" not in names(("Slate Tablet", "graphite"))


def test_a_name_is_no_value_in_a_message() -> None:
    spotter = Spotter(learnt(TABLET).vocabulary)

    def colours(text: str) -> list[str]:
        return [m.label for m in spotter.spot(Turn(text)).mentions if m.facet == "color"]

    assert colours("the Orrin Slate 8") == colours("slate 8 tablet") == []
    assert colours("a slate tray") == ["slate"]


def test_a_number_in_a_name_is_no_price() -> None:
    spotter = Spotter(learnt(TABLET, ("Norrheim Ridge 45 Backpack", "green")).vocabulary)

    def amounts(text: str) -> list[str]:
        return spotter.spot(Turn(text)).labels("number")

    assert amounts("how heavy is the ridge 45?") == amounts("orrin slate 8") == []
    assert amounts("a ridge under 45") == amounts("a tray for 45") == ["45"]


def test_a_number_behind_a_kind_of_thing_is_no_part_of_its_name() -> None:
    puzzles = [("Night Train Puzzle 500", "red"), ("Bird Atlas Puzzle 1500", "green")]
    assert "puzzle [500]" not in names(*puzzles)
