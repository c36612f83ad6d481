"""tau_bench_retail's shop: its variants for sale, its orders looked up, its policy as FAQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from retail_orders import LOOKUPS, SHARED, orders

from chatrec.settings import load_settings
from chatrec.testkit.reading import Located
from chatrec.testkit.runner import Report
from chatrec.testkit.scenario import Scenario
from chatrec.testkit.session import Session
from chatrec.testkit.shops import Shops

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data"),
]
FAQ_ANSWER = {"intent": "faq"}
POLICY = "retail-agent-policy"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    settings = load_settings(
        cache_dir=tmp_path_factory.mktemp("cache"),
        embedder="made_embeddings:Unscaled",
        lookups=LOOKUPS,
        handoff={"queue": True},
    )
    opened = Session(Shops(settings=settings))
    yield opened
    opened.close()


def played(session: Session, *turns: dict[str, Any], user_id: str = "") -> Report:
    """The dialogue, its model scripted: a turn without ``model`` may not call it."""
    scenario = Scenario.model_validate(
        {
            "id": "retail",
            "catalogue": {"path": "variants.jsonl", "faq": "policy.md"},
            "profile": {"user_id": user_id} if user_id else {},
            "turns": [{"model": [], **turn} for turn in turns],
        }
    )
    return session.play(Located(scenario, SHARED / "retail.dialogue.yaml", 1))


def told(order: dict[str, Any]) -> dict[str, Any]:
    """What has to be said of an order, and what of it may not be."""
    method = order["payment_history"][0]["payment_method_id"]
    return {
        "kind": "about",
        "faq": {"any_of": ["order_status"]},
        "text": {
            "mentions_any": [f"Status: {order['status']}"],
            "mentions_none": [order["address"]["address1"], method],
        },
    }


def test_orders_are_told_to_who_knows_number_and_postcode(session: Session) -> None:
    for order in list(orders().values())[:40]:
        number, postcode = order["order_id"], order["address"]["zip"]
        report = played(
            session,
            {"user": "hi, where is my order?", "expect": {"kind": "clarify"}},
            {"user": f"number {number}", "expect": {"kind": "clarify"}},
            {"user": f"it is {postcode}", "expect": told(order)},
        )
        assert report.failures == []


def test_a_stranger_is_told_nothing_and_a_person_is_called_the_second_time(
    session: Session,
) -> None:
    order = next(iter(orders().values()))
    asked = f"where is my order {order['order_id']}, postcode 00000"
    nothing = {"faq": {"none": True}, "text": {"mentions_none": [order["status"]]}}
    report = played(
        session,
        {"user": asked, "expect": {"kind": "faq", **nothing}},
        {"user": asked, "expect": {"handoff": {"reason": "failed"}, **nothing}},
    )
    assert report.failures == []


def test_the_signed_in_shopper_sees_own_orders_alone(session: Session) -> None:
    order = next(iter(orders().values()))
    user = order["user_id"]
    mine = {"kind": "about", "text": {"mentions_any": [order["order_id"]]}}
    theirs = {"faq": {"none": True}, "text": {"mentions_none": [order["order_id"]]}}
    question = f"which did I order? I am {user}"
    assert played(session, {"user": question, "expect": mine}, user_id=user).failures == []
    assert played(session, {"user": question, "expect": theirs}).failures == []
    assert played(session, {"user": question, "expect": theirs}, user_id="noah").failures == []


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("can I cancel a pending order?", "cancel-pending-order"),
        ("return a delivered order", "return-delivered-order"),
        ("exchange a delivered order", "exchange-delivered-order"),
    ],
)
def test_its_policy_answers_and_is_cited(session: Session, question: str, entry: str) -> None:
    turn = {
        "user": question,
        "model": [FAQ_ANSWER],
        "expect": {"faq": {"any_of": [f"{POLICY}-{entry}"]}},
    }
    assert played(session, turn).failures == []


def test_an_order_is_looked_up_in_the_midst_of_a_search(session: Session) -> None:
    order = next(iter(orders().values()))
    held = {"price_max": 60}
    report = played(
        session,
        {
            "user": "a t-shirt under 60",
            "model": [{"intent": "new", "want": ["t-shirt"], "max": ["60"]}, "Fine."],
            "expect": {"items": {"min": 1, "every": {"price_max": 60}}, "constraints": held},
        },
        {
            "user": f"where is my order {order['order_id']} {order['address']['zip']}",
            "expect": {**told(order), "constraints": held},
        },
    )
    assert report.failures == []


def test_the_shared_files_are_those_of_the_lookups() -> None:
    assert len(orders()) == 1000 and Path(SHARED / "policy.md").exists()
