"""The server against its own OpenAPI document: schemathesis finds nothing.

It sends what the document allows and what it does not, follows ids from answers to requests, and
holds each answer to the status, media type and schema that the document promises.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from widget_site import Site

PATIENCE = 300.0
CONFIG = """
headers = {{ Authorization = "Bearer {token}" }}
request-timeout = 60

[generation]
deterministic = true
max-examples = 8

[[operations]]
include-path-regex = "/(person|hand-back)$|/visitors/|/catalogue/|/metrics"
headers = {{ Authorization = "Bearer staff" }}

# Which facets there are is the catalogue's to say, not the document's.
[[operations]]
include-path-regex = "/constraints$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]

# Whether a photo is one, and whether the shop takes any, is not the document's to say.
[[operations]]
include-path-regex = "/messages$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]

# Of anybody nothing may be kept, before and after it is erased.
[[operations]]
include-path-regex = "/visitors/"
checks.use_after_free.enabled = false
"""


def run(site: Site, document: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What schemathesis makes of the server, as a visitor and, where it takes one, as staff."""
    token = httpx.post(f"{site.url}/v1/visitors").json()["token"]
    (folder / "schemathesis.toml").write_text(CONFIG.format(token=token), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", document, *options],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    served = Site(tmp_path_factory.mktemp("openapi"))
    yield served
    served.close()


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    told: dict[str, Any] = site.app.openapi()
    return told


def test_schemathesis_finds_nothing(site: Site, tmp_path: Path) -> None:
    done = run(site, f"{site.url}/openapi.json", tmp_path)
    assert done.returncode == 0, done.stdout
    assert "Authentication failed" not in done.stdout  # it was let in everywhere


def test_it_would_find_something(site: Site, document: dict[str, Any], tmp_path: Path) -> None:
    """The same run with a document that promises too much of one operation."""
    path = "/v1/conversations"
    wrong = {**document, "paths": {path: json.loads(json.dumps(document["paths"][path]))}}
    wrong["paths"][path]["post"]["responses"].pop("201")
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    done = run(site, "wrong.json", tmp_path, "--url", site.url)
    assert done.returncode == 1 and "Undocumented status code" in done.stdout


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["description"] and operation["tags"], path
            for status, answer in operation["responses"].items():
                wanted = {"application/problem+json"} if status >= "400" else {None}
                assert status < "400" or set(answer["content"]) == wanted, path


def test_documents_of_events_are_described(document: dict[str, Any]) -> None:
    schemas = set(document["components"]["schemas"])
    assert {"ItemsDocument", "TokenDocument", "ReplyDocument", "ProblemDocument"} <= schemas
    assert not schemas & {"HTTPValidationError", "ValidationError"}
