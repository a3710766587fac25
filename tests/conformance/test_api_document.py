"""Requests made from the OpenAPI document are answered as it says: no error of the server, no answer of another shape."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rapporteur.settings import Settings
from tests.fakes.api_server import ApiServer, serving

pytestmark = pytest.mark.conformance

EXAMPLES = 4
"""Requests per operation. More find little: what is read is checked by hand, and the document is checked whole."""
ELSEWHERE = ("/media/", "/internal/", "/play")
"""Files, bots and pages: no JSON, and no key of a workspace."""


@pytest.fixture
async def api(data_dir: Path) -> AsyncIterator[ApiServer]:
    async with serving(data_dir, Settings(rate_limits=False)) as api:
        yield api


async def test_every_operation_answers_as_the_document_says(api: ApiServer) -> None:
    document = (await api.call("GET", "/openapi.json", key=None)).json
    await api.recorded(recording_config={"audio_mixed_mp3": {}})
    assert await asyncio.to_thread(_walk, document, api.url, api.key) > 60


def _walk(document: dict[str, Any], url: str, key: str) -> int:
    schema = schemathesis.openapi.from_dict(document)
    walked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.path.startswith(ELSEWHERE):
            _try(operation, url, key)
            walked += 1
    return walked


def _try(operation: Any, url: str, key: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        response = case.call(base_url=url, headers={"Authorization": f"Token {key}"})
        if response.status_code in (501, 507):  # said by name, and documented
            return
        case.validate_response(response, checks=[
            not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance])

    answers()
