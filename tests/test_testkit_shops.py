"""`chatrec test`: dialogue files played against shops that are really wired, the model scripted."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from chatrec.cli.test import command
from chatrec.errors import CatalogueError
from chatrec.settings import load_settings
from chatrec.testkit.errors import CatalogueAbsent
from chatrec.testkit.reading import Located
from chatrec.testkit.runner import Report
from chatrec.testkit.scenario import Scenario
from chatrec.testkit.session import Session
from chatrec.testkit.shops import Shops
from chatrec.testkit.stages import Stage
from vectorstore.index import index_catalogue

BOOTS = """\
id: boots
catalogue: demo
turns:
  - user: hiking boots under 130
    model:
      - {intent: new, want: [hiking boot], max: ["130"]}
      - Good boots for the money.
    expect:
      items: {min: 1, every: {price_max: 130, category_in: [Hiking Boots]}}
      constraints: {price_max: 130}
  - user: what is your return policy?
    model: [{intent: faq}]
    expect: {kind: faq, faq: {any_of: [returns, return-worn]}, constraints: {price_max: 130}}
"""
WRONG = BOOTS.replace("id: boots", "id: wrong").replace("price_max: 130, cat", "price_max: 9, cat")
MUGS = """\
id: mugs
catalogue: PATH
turns:
  - user: mugs
    model: [{intent: new, want: [mug]}, Mugs.]
    expect: {items: {min: 1, include_ids: [m1]}}
"""
FAQ_TURN = """\
  - user: delivery cost
    model: [{intent: faq}]
    expect: {faq: {any_of: [delivery-cost]}}
"""
SHOP = "id,title,price,category\nm1,Blue Mug,9.50,Mugs\nm2,Red Mug,8,Mugs\nl1,Desk Lamp,30,Lamps\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo shop is indexed once for all tests here."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def no_model_is_fetched(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Vectors come from hashed words, and indexes go to a cache of their own."""
    monkeypatch.setenv("CHATREC_EMBEDDER", "made_embeddings:Unscaled")
    monkeypatch.setenv("CHATREC_CACHE_DIR", str(cache))


def written(tmp_path: Path, text: str, name: str = "some") -> Path:
    path = tmp_path / f"{name}.dialogue.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def chatrec_test(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def about(path: str, tmp_path: Path, *, optional: bool = False) -> Located:
    scenario = Scenario.model_validate(
        {
            "id": "x",
            "catalogue": {"path": path, "optional": optional},
            "turns": [{"user": "x", "model": []}],
        }
    )
    return Located(scenario, tmp_path / "x.dialogue.yaml", 1)


def test_all_pass(tmp_path: Path) -> None:
    result = chatrec_test(written(tmp_path, BOOTS))
    assert result.exit_code == 0, result.output
    assert result.output.startswith("ok     boots (2 turns, ")
    assert "1 of 1 dialogues passed, 0 failed as known, 0 skipped" in result.output
    assert "constraint violations: 0 among" in result.output
    assert "ungrounded sentences: 0" in result.output


def test_one_fails(tmp_path: Path) -> None:
    path = written(tmp_path, f"{BOOTS}---\n{WRONG}")
    report = tmp_path / "reports" / "junit.xml"
    result = chatrec_test(path, "--junit", report)
    assert result.exit_code == 1, result.output
    assert "FAILED wrong" in result.output
    assert f"wrong  {path}:" in result.output
    assert "x items.every: expected every {price_max: 9.0" in result.output
    assert "1 of 2 dialogues passed" in result.output
    cases = ElementTree.parse(report).getroot().iter("testcase")
    assert [(c.get("name"), c.find("failure") is not None) for c in cases] == [
        ("boots", False),
        ("wrong", True),
    ]


def test_what_was_played_before_ctrl_c_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Session._played

    async def interrupted(session: Session, located: Located, stage: Stage) -> Report:
        if located.scenario.id == "wrong":
            raise KeyboardInterrupt
        return await played(session, located, stage)

    monkeypatch.setattr(Session, "_played", interrupted)
    report = tmp_path / "junit.xml"
    path = written(tmp_path, f"{BOOTS}---\n{WRONG}")
    result = chatrec_test(path, "--junit", report, "--at-once", "1")
    assert result.exit_code == 130
    assert "1 of 1 dialogues passed" in result.output
    assert "stopped after 1 of 2" in result.output
    assert report.exists()


def test_only_those_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"{BOOTS}---\n{WRONG}")
    result = chatrec_test(path, "-k", "BOOT")
    assert result.exit_code == 0
    assert "wrong" not in result.output
    assert chatrec_test(path, "-k", "nobody").exit_code == 2


def test_every_broken_file_is_named_before_anything_is_played(tmp_path: Path) -> None:
    good = written(tmp_path, BOOTS, "good")
    first = written(tmp_path, BOOTS.replace("expect", "expct"), "first")
    second = written(tmp_path, BOOTS.replace("turns", "trns"), "second")
    result = chatrec_test(good, first, second)
    assert result.exit_code == 2
    assert f"{first}:8: turns.0.expct: unknown key 'expct'" in result.output
    assert f"{second}:3: trns: unknown key 'trns'; the nearest one is 'turns'" in result.output
    assert "ok " not in result.output


LOOKUP = """\
id: stock
settings: [one.toml, two.toml]
profile: {user_id: ann}
turns:
  - user: my points please
    model: []
    expect: {kind: about, faq: {any_of: [points]}, text: {mentions_any: ["340"]}}
  - user: a person please
    model: [{intent: human}]
    expect: {handoff: {reason: asked}, text: {mentions_any: [soon]}}
"""
POINTS = """\
[lookups.points]
system = "python:chatrec.demo.orders:loyalty_points"
triggers = ["my points"]
fields = { "points" = "points" }
"""


def test_a_dialogue_has_settings_and_a_shopper_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text("[handoff]\nqueue = true\n" + POINTS, encoding="utf-8")
    (tmp_path / "two.toml").write_text("[handoff]\nnext_step = 'Soon.'\n", encoding="utf-8")
    result = chatrec_test(written(tmp_path, LOOKUP))
    assert result.exit_code == 0, result.output
    other = chatrec_test(written(tmp_path, LOOKUP.replace("ann", "bob")))
    assert other.exit_code == 1 and "points cited first, got none" in other.output


@pytest.mark.parametrize("settings", ["data_dir = 'x'", "[handoff]\nquue = true", "[", None])
def test_settings_that_are_wrong_or_not_the_dialogues_are_named(
    tmp_path: Path, settings: str | None
) -> None:
    (tmp_path / "two.toml").write_text("", encoding="utf-8")
    if settings is not None:
        (tmp_path / "one.toml").write_text(settings, encoding="utf-8")
    assert chatrec_test(written(tmp_path, LOOKUP)).exit_code == 2


def test_a_shops_own_catalogue_beside_the_dialogue(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    path = written(tmp_path, MUGS.replace("PATH", "shop.csv"))
    assert chatrec_test(path).exit_code == 0
    (tmp_path / "shop.csv").write_text(SHOP.replace("m1,", "m7,"), encoding="utf-8")
    result = chatrec_test(path)
    assert result.exit_code == 1
    assert "the catalogue has no item m1" in result.output


def test_a_catalogue_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    monkeypatch.setenv("OUR_SHOP", str(tmp_path / "shop.csv"))
    assert chatrec_test(written(tmp_path, MUGS.replace("PATH", "$OUR_SHOP"))).exit_code == 0


def test_a_shops_own_index(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    index = tmp_path / "index"
    index_catalogue(load_settings(data_dir=index), tmp_path / "shop.csv")
    named = written(tmp_path, MUGS.replace("PATH", "index"), "named")
    assert chatrec_test(named).exit_code == 0
    unnamed = written(tmp_path, MUGS.replace("catalogue: PATH\n", ""), "unnamed")
    assert chatrec_test(unnamed, "--data-dir", index).exit_code == 0


def test_a_folder_of_a_shops_files(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    path = written(tmp_path, f"{MUGS}{FAQ_TURN}".replace("PATH", "shop"))
    result = chatrec_test(path)
    assert result.exit_code == 2
    assert "neither an index nor one products.* file" in result.output
    (folder / "products.csv").write_text(SHOP, encoding="utf-8")
    (folder / "faq.md").write_text("# Delivery cost\nParcels are free.\n", encoding="utf-8")
    assert chatrec_test(path).exit_code == 0
    (folder / "products.tsv").write_text(SHOP, encoding="utf-8")
    assert chatrec_test(path).exit_code == 2


def test_a_call_too_many_and_too_few_fail(tmp_path: Path) -> None:
    many = BOOTS.replace("    model: [{intent: faq}]", "    model: []")
    few = BOOTS.replace("    model: [{intent: faq}]", "    model: [{intent: faq}, more]")
    result = chatrec_test(written(tmp_path, many))
    assert result.exit_code == 1
    assert "x model: a call too many" in result.output
    result = chatrec_test(written(tmp_path, few))
    assert result.exit_code == 1
    assert "x model: a call too few: 1 of 2 scripted answers" in result.output


async def test_a_catalogue_that_is_not_here(tmp_path: Path) -> None:
    shops = Shops()
    with pytest.raises(CatalogueAbsent, match="nowhere"):
        await shops.open(about("nowhere", tmp_path, optional=True))
    with pytest.raises(CatalogueError, match="nowhere"):
        await shops.open(about("nowhere", tmp_path))


async def test_a_shop_is_opened_once(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    shops = Shops()
    first = await shops.open(about("shop.csv", tmp_path))
    assert await shops.open(about("shop.csv", tmp_path)) is first
    assert set(first.shelf.items) == {"m1", "m2", "l1"}
    await shops.aclose()
