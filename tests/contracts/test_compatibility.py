"""The Recall table holds the server to its word: every route, field, code and event has a row, and the row is true."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from rapporteur.api.recall import routers
from rapporteur.api.recall.creation import LIVE
from rapporteur.api.recall.schemas import PROVIDERS, CreateBot, RecordingConfig
from rapporteur.api.recall.schemas.leaving import AutomaticLeave
from rapporteur.domain.lifecycle import CALL_ENDED_SUB_CODES, FATAL_SUB_CODES, PLATFORM_SUB_CODES, BotState
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services.events import EVENT_NAMES
from rapporteur.wire.live import VIDEO_FLV
from tests.fakes.api_server import ROOM, ApiServer, serving
from tools import compatibility
from tools.compatibility import Row

pytestmark = pytest.mark.contract

ROWS = compatibility.rows("recall")


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


def of_kind(kind: str, *states: str) -> list[Row]:
    return compatibility.of_kind(ROWS, kind, *states)


def names(kind: str, *states: str) -> set[str]:
    return {row.name for row in of_kind(kind, *states)}


# --- endpoints ----------------------------------------------------------------------------------------------------------


def routes() -> Iterator[str]:
    """METHOD and path of every route of the dialect, its parameters all called {id}."""
    app = FastAPI()
    for router in routers():
        app.include_router(router)
    for prefix, route in walked(app.routes, ""):
        for method in route.methods or ():
            yield f"{method} {re.sub(r'{[^}]*}', '{id}', prefix + route.path)}"


def walked(found: Any, prefix: str) -> Iterator[tuple[str, APIRoute]]:
    for route in found:
        if isinstance(route, APIRoute):
            yield prefix, route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from walked(inner.routes, prefix + route.include_context.prefix)


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert set(routes()) == names("endpoint")


async def test_what_comes_later_is_refused_by_its_name(api: ApiServer) -> None:
    later = of_kind("endpoint", "later")

    async def refused(row: Row) -> None:
        method, path = row.name.split()
        answer = await api.call(method, path.replace("{id}", "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"), json={})
        assert (answer.status, answer.json["code"]) == (501, "not_implemented"), f"{row.name}: done? Then its row says so"
        assert answer.json.keys() == {"code", "detail"}
        assert answer.json["detail"].startswith("This build does not have it yet: ")

    await asyncio.gather(*map(refused, later))
    stranger = await api.call("GET", "/api/v2/calendars/", key="nobody")
    assert stranger.status == 401, "who has no key is told nothing else"


async def test_every_artifact_is_read_changed_and_deleted_at_its_own_address(api: ApiServer) -> None:
    config = {"transcript": {"provider": {"recallai_streaming": {}}}, "audio_mixed_mp3": {}, "audio_separate_mp3": {},
              "video_separate_mp4": {}}
    _, recording_id = await api.recorded(recording_config=config)
    for kind in ArtifactKind:
        [listed] = (await api.get(f"/api/v1/{kind}/?recording_id={recording_id}"))["results"]
        address = f"/api/v1/{kind}/{listed['id']}/"
        assert (await api.get(address))["id"] == listed["id"]
        changed = await api.call("PATCH", address, json={"metadata": {"a": "1"}})
        assert (changed.status, changed.json["metadata"]) == (200, {"a": "1"})
        assert (await api.call("DELETE", address)).status == 204
        assert (await api.get(address))["status"]["code"] == "deleted"


async def test_a_page_is_asked_for_by_either_name(api: ApiServer) -> None:
    for _ in range(2):
        api.core.clock.at_ms += 1000
        await api.create()
    first = await api.get("/api/v1/bot/?page=1&limit=1")
    cursor = first["next"].partition("cursor=")[2]
    by_cursor, by_page = [await api.get(f"/api/v1/bot/?limit=1&{name}={cursor}") for name in ("cursor", "page")]
    assert by_cursor["results"] == by_page["results"] != first["results"]


async def test_pages_of_bots_are_asked_for_by_number(api: ApiServer) -> None:
    for _ in range(5):
        api.core.clock.at_ms += 1000
        await api.create()
    everything = await api.get("/api/v1/bot/")
    pages = [await api.get(f"/api/v1/bot/?page={number}&limit=2") for number in (1, 2, 3)]
    assert [bot for page in pages for bot in page["results"]] == everything["results"]
    assert [(page["count"], bool(page["previous"]), bool(page["next"])) for page in pages] == [
        (5, False, True), (5, True, True), (5, True, False)]
    assert (await api.get(pages[0]["next"]))["results"] == pages[1]["results"]
    for number in (4, 99):
        assert (await api.call("GET", f"/api/v1/bot/?page={number}&limit=2")).status == 404


# --- fields -------------------------------------------------------------------------------------------------------------


def test_every_field_that_is_read_has_a_row() -> None:
    for within, model in (("", CreateBot), ("recording_config", RecordingConfig), ("automatic_leave", AutomaticLeave)):
        known = {row.path[len(row.within.split(".")) if row.within else 0] for row in of_kind("field") if row.within == within}
        known |= {row.within for row in of_kind("field")} if not within else {
            "automatic_video_output", "automatic_audio_output", "output_media", "variant"}
        assert set(model.model_fields) <= known, within or "a new bot"


async def test_every_default_is_the_documented_one(api: ApiServer) -> None:
    bot = await api.create()
    differing = {".".join(row.path): at(bot, row) for row in of_kind("field")
                 if "default" in row.detail and at(bot, row) != row.detail["default"]}
    assert differing == {}


async def test_every_field_is_taken_and_read_back(api: ApiServer) -> None:
    fields = of_kind("field")
    answer = await api.call("POST", "/api/v1/bot/", json=reduce(with_field, fields, {}))
    assert (answer.status, answer.headers.get("X-Rapporteur-Unknown-Keys")) == (201, None), answer.raw
    for row in fields:
        expected = row.detail.get("echoes", row.detail["sends"])
        if expected is not None:
            assert at(answer.json, row) == expected or covers(at(answer.json, row), expected), row.name


def with_field(body: dict[str, Any], row: Row) -> dict[str, Any]:
    inner = body
    for part in row.path[:-1]:
        inner = inner.setdefault(part, {})
    sent, before = row.detail["sends"], inner.get(row.path[-1])
    inner[row.path[-1]] = before | sent if isinstance(before, dict) and isinstance(sent, dict) else sent
    return body


def at(value: Any, row: Row) -> Any:
    for part in row.path:
        value = (value or {}).get(part)
    return value


def covers(found: Any, expected: Any) -> bool:
    """Whether everything expected is found; other rows may have added to it."""
    return isinstance(found, dict) and isinstance(expected, dict) and found.items() >= expected.items()


async def test_every_provider_is_taken_and_read_back_or_refused_by_its_name(api: ApiServer) -> None:
    assert names("provider") == set(PROVIDERS)
    await api.accounts()
    for row in of_kind("provider"):
        transcript = {"provider": {row.name: {"an_option": "of its own"}}}
        body = {"meeting_url": ROOM, "recording_config": {"transcript": transcript}}
        answer = await api.call("POST", "/api/v1/bot/", json=body)
        assert (answer.status == 201) == (row.state == "done"), row.name
        if row.state == "done":
            assert answer.json["recording_config"]["transcript"] == transcript
        else:
            assert row.name in str(answer.json)


async def test_every_kind_of_live_endpoint_is_taken(api: ApiServer) -> None:
    events = sorted(names("live event"))
    for kind, url in (("webhook", "https://e.org/"), ("websocket", "wss://e.org/"), ("rtmp", "rtmp://e.org/"),
                      ("desktop_sdk_callback", "app")):
        flat = {"type": kind, "url": url, "events": events}
        nested = {"type": kind, "config": {"url": url, "events": events}}
        bot = await api.create(meeting_url=ROOM, recording_config={"realtime_endpoints": [flat, nested]})
        assert bot["recording_config"]["realtime_endpoints"] == [flat | {"metadata": {}}] * 2
        notes = " ".join(line["message"] for line in await api.get(f"/api/v1/bot/{bot['id']}/logs/"))
        sent = {"webhook": LIVE, "websocket": LIVE, "rtmp": {VIDEO_FLV}}.get(kind, set())
        assert all((event in notes) == (event not in sent) for event in events), "what is not sent is said"


# --- states, reasons, events --------------------------------------------------------------------------------------------


def test_states_are_those_of_the_code() -> None:
    known = {state.value for state in BotState}
    assert names("state", "done") <= known <= names("state")


def test_reasons_are_those_of_the_code() -> None:
    reasons = FATAL_SUB_CODES | PLATFORM_SUB_CODES
    for kind, known in (("sub_code of call_ended", CALL_ENDED_SUB_CODES), ("sub_code of fatal", reasons)):
        assert names(kind, "done") <= known <= names(kind)


def test_webhooks_are_those_of_the_code() -> None:
    assert names("webhook", "done", "accepted") == EVENT_NAMES
    assert all(f"{kind}.{code}" in EVENT_NAMES for kind in ArtifactKind for code in ("processing", "done", "failed", "deleted"))
