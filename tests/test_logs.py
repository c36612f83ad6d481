"""What is logged holds no secret and no personal data, in messages and in traces."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from chatrec.logs import SafeFormatter, secrets_in, set_up
from chatrec.settings import load_settings

PLANTED: dict[str, Any] = {
    "serve": {"token_key": "planted-token-key-of-32-characters"},
    "handoff": {
        "secret": "planted-handoff-secret",
        "webhook": "https://hooks.example/services/planted-in-a-path",
    },
    "webhooks": [
        {
            "url": "https://user:planted-password@shop.example/hook?key=planted-in-a-query",
            "secret": "whsec_plantedplantedplantedplantedplantedpl",
        }
    ],
    "model": {"options": {"api_key": "planted-model-key", "temperature": 0}},
    "lookups": {
        "orders": {
            "system": "https://orders.example/status",
            "triggers": ["order"],
            "fields": {"status": "status"},
            "headers": {"X-Shop": "planted-header-value"},
        }
    },
}


def test_every_secret_of_the_settings_is_known() -> None:
    settings = load_settings(**PLANTED)
    assert set(secrets_in(settings)) >= {
        "planted-token-key-of-32-characters",
        "planted-handoff-secret",
        "planted-model-key",
        "planted-header-value",
        "whsec_plantedplantedplantedplantedplantedpl",
    }
    assert "planted" not in repr(settings.serve) + repr(settings.handoff.secret)


def test_no_secret_and_no_personal_data_reaches_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = logging.root.handlers[:]
    try:
        set_up(load_settings(**PLANTED), {"OPENAI_API_KEY": "planted-in-environment", "HOME": "/h"})
        log = logging.getLogger("chatrec.anything")
        for secret in ("planted-token-key-of-32-characters", "planted-header-value"):
            log.error("the system refused %s", secret)
        log.warning("Authorization: Bearer abcdefgh.ijkl and eyJhbGci.eyJzdWIi.c2ln")
        log.warning("planted-in-environment, /h")
        log.error("%s and %s failed", PLANTED["handoff"]["webhook"], PLANTED["webhooks"][0]["url"])
        try:
            raise ValueError("planted-model-key for ana@shop.example, card 4111 1111 1111 1111")
        except ValueError:
            log.exception("a lookup failed for %s", "+49 30 901820")
    finally:
        logging.root.handlers[:] = before
    told = capsys.readouterr().err
    assert "planted" not in told and "abcdefgh" not in told and "eyJ" not in told
    assert "ana@" not in told and "4111" not in told and "901820" not in told
    assert told.count("[secret]") == 10 and "[email]" in told and "[card]" in told
    assert "/h" in told and "ValueError" in told
    assert "https://hooks.example" in told and "shop.example" in told


def test_short_settings_do_not_blot_out_words() -> None:
    line = SafeFormatter(iter(["a", ""])).format(
        logging.LogRecord("n", logging.INFO, "p", 1, "a map", None, None)
    )
    assert line.endswith("a map")
