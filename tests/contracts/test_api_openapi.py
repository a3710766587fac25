"""The OpenAPI document is whole, and the one in docs/; whether it is true is asked in tests/conformance."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator  # which schemathesis checks with

from rapporteur.api import meetstream, recall
from rapporteur.api.body import unknown_keys
from rapporteur.api.meetstream.schemas import CreateMeetStreamBot
from rapporteur.api.recall.schemas import CreateBot
from rapporteur.settings import Settings
from tests.fakes.api_server import ApiServer, serving
from tools import docs

pytestmark = pytest.mark.contract

ELSEWHERE = ("/media/", "/internal/", "/play")
"""Files, bots and pages: no JSON, and no key of a workspace."""


@pytest.fixture
async def api(data_dir: Path) -> AsyncIterator[ApiServer]:
    async with serving(data_dir, Settings(rate_limits=False)) as api:
        yield api


async def test_every_operation_says_how_it_refuses_and_shows_an_example(api: ApiServer) -> None:
    document = (await api.call("GET", "/openapi.json", key=None)).json
    for path, operations in document["paths"].items():
        if path.startswith(ELSEWHERE) or path == "/rapporteur/v1/health/":
            continue
        for method, operation in operations.items():
            refusals = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
            assert "401" in refusals, (method, path)
            assert all("example" in answer["content"]["application/json"] for answer in refusals.values()), (method, path)
            assert operation.get("description") or operation.get("summary"), (method, path)


def test_every_request_and_answer_is_shown_by_an_example_that_is_one() -> None:
    document = json.loads(docs.API_DOCUMENT.read_text())
    shown = [(f"{method} {path} {what}", content) for path, operations in document["paths"].items()
             if not path.startswith(ELSEWHERE) for method, operation in operations.items()
             for what, content in _json_of(operation)]
    assert len(shown) > 500
    for name, content in shown:
        rules = {"components": document["components"], **content["schema"]}
        assert [fault.message for fault in Draft202012Validator(rules).iter_errors(content["example"])] == [], name


def _json_of(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    found = {"request": operation.get("requestBody", {}), **operation["responses"]}
    for what, described in found.items():
        if "application/json" in described.get("content", {}):
            yield what, described["content"]["application/json"]


def test_the_requests_that_are_shown_are_taken_without_a_word() -> None:
    for shown, model in ((recall.SHOWN, CreateBot), (meetstream.SHOWN, CreateMeetStreamBot)):
        body = model.model_validate(next(iter(shown.bodies.values())))
        assert unknown_keys(body) == []


def test_the_committed_document_is_what_the_server_serves() -> None:
    assert docs.API_DOCUMENT.read_text() == docs.api_document(), "renew it: make docs"


async def test_the_reference_page_needs_nothing_from_elsewhere(api: ApiServer) -> None:
    page = (await api.call("GET", "/docs", key=None)).raw.decode()
    assert "/api/v1/bot/{bot_id}/leave_call/" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "stylesheet" not in page
