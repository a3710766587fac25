"""The OpenAPI document is whole, and the one in docs/; whether it is true is asked in tests/conformance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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


def test_the_committed_document_is_what_the_server_serves() -> None:
    assert docs.API_DOCUMENT.read_text() == docs.api_document(), "renew it: make docs"


async def test_the_reference_page_needs_nothing_from_elsewhere(api: ApiServer) -> None:
    page = (await api.call("GET", "/docs", key=None)).raw.decode()
    assert "/api/v1/bot/{bot_id}/leave_call/" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "stylesheet" not in page
