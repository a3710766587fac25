"""The MeetStream table holds the server to its word: every route, field and event has a row, and the row is true."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from rapporteur.api import meetstream
from rapporteur.api.meetstream.providers import CORE, REFUSED
from rapporteur.api.meetstream.schemas import BotRecording, CreateMeetStreamBot, LeaveTimeouts
from rapporteur.domain.providers import CAPTIONS
from rapporteur.services.callbacks import EVENTS, LEAVES, PREFIX, SCHEDULED, STATUSES
from tests.contracts.test_compatibility import with_field
from tests.contracts.test_meetstream_conventions import routes
from tests.fakes.api_server import ROOM, ApiServer, serving
from tools import compatibility
from tools.compatibility import Row

pytestmark = pytest.mark.contract

ROWS = compatibility.rows("meetstream")


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


def of_kind(kind: str, *states: str) -> list[Row]:
    return compatibility.of_kind(ROWS, kind, *states)


def names(kind: str, *states: str) -> set[str]:
    return {row.name for row in of_kind(kind, *states)}


# --- endpoints ----------------------------------------------------------------------------------------------------------


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert routes(meetstream) == names("endpoint")


async def test_what_is_not_there_is_refused_by_its_name(api: ApiServer) -> None:
    async def refused(row: Row) -> None:
        method, path = row.name.split()
        answer = await api.call(method, path.replace("{id}", "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"), json={})
        code, words = ("not_supported", "This server has no ") if row.state == "refused" else (
            "not_implemented", "This build does not have it yet: ")
        assert (answer.status, answer.json["code"]) == (501, code), f"{row.name}: done? Then its row says so"
        assert answer.json["message"].startswith(words)

    await asyncio.gather(*map(refused, of_kind("endpoint", "later", "refused")))


# --- fields -------------------------------------------------------------------------------------------------------------


def test_every_field_that_is_read_has_a_row() -> None:
    for within, model in (("", CreateMeetStreamBot), ("recording_config", BotRecording), ("automatic_leave", LeaveTimeouts)):
        known = {row.path[len(row.within.split(".")) if row.within else 0] for row in of_kind("field") if row.within == within}
        known |= {row.within for row in of_kind("field")} if not within else set()
        assert set(model.model_fields) <= known, within or "a new bot"


async def payload(api: ApiServer, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.call("POST", "/api/v1/bots/create_bot", json=body)
    assert (answer.status, answer.headers.get("X-Rapporteur-Unknown-Keys")) == (201, None), answer.raw
    return (await api.get(f"/api/v1/bots/{answer.json['bot_id']}/detail"))["bot_details"]["RequestPayload"]


def at(value: Any, row: Row) -> Any:
    for part in row.path:
        value = (value or {}).get(part)
    return value


async def test_every_default_is_the_documented_one(api: ApiServer) -> None:
    shown = await payload(api, {"meeting_link": ROOM})
    differing = {".".join(row.path): at(shown, row) for row in of_kind("field")
                 if "default" in row.detail and at(shown, row) != row.detail["default"]}
    assert differing == {}


async def test_every_field_is_taken_and_read_back(api: ApiServer) -> None:
    fields = of_kind("field")
    shown = await payload(api, reduce(with_field, fields, {}))
    for row in fields:
        expected = row.detail.get("echoes", row.detail["sends"])
        assert expected is None or at(shown, row) == expected, row.name


def test_providers_are_those_of_the_code() -> None:
    assert names("provider", "done", "accepted") == set(CORE) - {CAPTIONS}
    assert names("provider", "refused") == REFUSED | {CAPTIONS}


# --- statuses and events ------------------------------------------------------------------------------------------------


def test_statuses_are_those_of_the_code() -> None:
    assert names("status", "done") == {SCHEDULED, LEAVES, "Denied", "NotAllowed", *STATUSES.values()}


def test_callbacks_are_those_of_the_code() -> None:
    known = {event.removeprefix(PREFIX) for event in EVENTS}
    assert names("callback", "done") <= known <= names("callback")
