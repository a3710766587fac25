"""What every route of the MeetStream dialect does alike: keys, limits, errors, slashes, whose is whose, and its document."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from rapporteur.api import meetstream, recall
from rapporteur.api.meetstream.conventions import LIMITS, OTHERS_PER_MINUTE
from rapporteur.services.idempotency import Claim, Idempotency
from tests.fakes.api_server import ROOM, ApiServer, serving
from tests.fakes.core import START_MS

pytestmark = pytest.mark.contract

CREATE = "/api/v1/bots/create_bot"
NOBODY = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def create(api: ApiServer, **body: Any) -> str:
    answer = await api.call("POST", CREATE, json={"meeting_link": ROOM} | body)
    assert answer.status == 201, answer.raw
    return answer.json["bot_id"]


async def other_workspace(api: ApiServer) -> str:
    name = "8f0e5b7c-0000-4000-8000-000000000000"
    await api.core.store.write(lambda tx: tx.keys.ensure_workspace(name, "Other", START_MS))
    secret, _ = await api.core.keys.create(name, "other")
    return f"Token {secret}"


def routes(dialect: Any) -> set[str]:
    """METHOD and path of every route, its parameters all called {id}."""
    app = FastAPI()
    for router in dialect.routers():
        app.include_router(router)
    return {
        f"{method} {re.sub(r'{[^}]*}', '{id}', prefix + route.path)}"
        for prefix, route in walked(app.routes, "") for method in route.methods or ()
    }


def walked(found: Any, prefix: str) -> Iterator[tuple[str, APIRoute]]:
    for route in found:
        if isinstance(route, APIRoute):
            yield prefix, route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from walked(inner.routes, prefix + route.include_context.prefix)


# --- whose paths --------------------------------------------------------------------------------------------------------


def test_no_path_belongs_to_both_dialects() -> None:
    ours, theirs = ({route.partition(" ")[2] for route in routes(dialect)} for dialect in (meetstream, recall))
    assert ours
    assert theirs
    overlapping = {(a, b) for a in ours for b in theirs if overlap(a.strip("/").split("/"), b.strip("/").split("/"))}
    assert overlapping == set()


def overlap(a: list[str], b: list[str]) -> bool:
    """Whether one address can match both patterns."""
    return len(a) == len(b) and all(x == y or "{id}" in (x, y) for x, y in zip(a, b, strict=True))


async def test_each_path_answers_in_its_own_dialect(api: ApiServer) -> None:
    for path in ("/api/v1/bots/none/status", "/api/v1/transcript/none/get_transcript", "/api/v1/bots/none/nothing",
                 "/api/v1/mia/nothing/here"):
        answer = await api.call("GET", path)
        assert (answer.status, answer.json["code"]) == (404, "not_found"), path
        assert answer.json.keys() == {"message", "code"}
    wrong = await api.call("DELETE", CREATE)
    assert (wrong.status, wrong.json["message"]) == (405, "Method DELETE is not allowed here.")
    assert "POST" in wrong.headers["Allow"]
    for path in ("/api/v1/bot/none/", "/api/v1/transcript/none/", "/api/v1/nothing"):
        assert (await api.call("GET", path)).json.keys() == {"detail"}
    both = [await api.call("GET", path, key="wrong") for path in ("/api/v1/bots", "/api/v1/bot")]
    assert [(answer.status, "message" in answer.json) for answer in both] == [(403, True), (401, False)]


# --- keys ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("authorization", "status"), [
    (None, 401), ("Bearer anything", 401), ("Token nonsense", 403), ("nonsense", 403),
])
async def test_no_key_is_401_and_a_wrong_one_403(api: ApiServer, authorization: str | None, status: int) -> None:
    answer = await api.call("GET", "/api/v1/bots", key=authorization)
    assert (answer.status, answer.json.keys()) == (status, {"message", "code"})


async def test_a_key_is_taken_with_and_without_the_word_token(api: ApiServer) -> None:
    for authorization in (f"Token {api.key}", api.key):
        assert (await api.call("GET", "/api/v1/bots", key=authorization)).status == 200


async def test_a_key_that_may_only_read_cannot_make_a_bot_leave(api: ApiServer) -> None:
    bot_id = await create(api)
    secret, _ = await api.core.keys.create(api.core.workspace_id, "reader", ("read",))
    assert (await api.call("GET", f"/api/v1/bots/{bot_id}/status", key=secret)).status == 200
    for method in ("GET", "POST"):
        answer = await api.call(method, f"/api/v1/bots/{bot_id}/remove_bot", key=secret)
        assert (answer.status, answer.json["code"]) == (403, "permission_denied")
    assert (await api.call("POST", CREATE, key=secret, json={"meeting_link": ROOM})).status == 403


# --- one workspace and another ------------------------------------------------------------------------------------------


VALID = {"message": "Hello", "img_url": "https://example.org/a.png", "provider": {"meetstream": {}}}
"""What every command takes, so that none is refused for its body."""


async def test_no_route_shows_or_changes_what_another_workspace_has(api: ApiServer) -> None:
    bot_id = await create(api, transcription={"meetstream": {}}, custom_attributes={"secret": "canary"})
    await api.attended(bot_id)
    stranger, walked_through = await other_workspace(api), 0
    before = await api.get(f"/api/v1/bots/{bot_id}/detail")
    for route in sorted(routes(meetstream)):
        method, path = route.split(" ")
        answer = await api.call(method, path.replace("{id}", bot_id), key=stranger, json=VALID)
        assert answer.status == 404 or "{id}" not in path or answer.json["code"] in {"not_implemented", "not_supported"}, route
        assert b"canary" not in answer.raw
        assert bot_id.encode() not in answer.raw
        walked_through += 1
    assert walked_through > 50
    assert await api.get(f"/api/v1/bots/{bot_id}/detail") == before
    assert (await api.call("POST", CREATE, key=stranger, json={"meeting_link": ROOM, "deduplication_key": "d"})).status == 201
    assert (await api.call("POST", CREATE, json={"meeting_link": ROOM, "deduplication_key": "d"})).status == 201


async def test_an_idempotency_key_is_each_workspaces_own(api: ApiServer) -> None:
    keyed = {"Idempotency-Key": "k"}
    first = await api.call("POST", CREATE, json={"meeting_link": ROOM}, headers=keyed)
    other = await api.call("POST", CREATE, json={"meeting_link": ROOM}, headers=keyed, key=await other_workspace(api))
    assert (first.status, other.status, first.json["bot_id"] != other.json["bot_id"]) == (201, 201, True)


async def test_a_duplicate_of_a_request_under_way_is_told_to_wait(api: ApiServer) -> None:
    assert isinstance(await Idempotency(api.core.store, api.core.clock).claim(api.core.workspace_id, CREATE + "/", "k"), Claim)
    answer = await api.call("POST", CREATE, json={"meeting_link": ROOM}, headers={"Idempotency-Key": "k"})
    assert (answer.status, answer.json["code"]) == (409, "idempotency_key_in_use")


# --- limits -------------------------------------------------------------------------------------------------------------


async def test_a_bot_is_paused_thirty_times_a_minute_at_most(api: ApiServer) -> None:
    first, second = await create(api), await create(api)
    path = "/api/v1/bots/{}/pause_recording"
    assert {(await api.call("POST", path.format(first))).status for _ in range(30)} == {409}
    refused = await api.call("POST", path.format(first))
    assert (refused.status, refused.json["code"], refused.headers["Retry-After"]) == (429, "throttled", "60")
    assert (await api.call("POST", path.format(second))).status == 409, "the limit is each bot's own"
    assert (await api.call("POST", f"/api/v1/bots/{first}/resume_recording")).status == 409


def test_limits_are_the_documented_ones() -> None:
    assert {name: (limit.per_minute, limit.each) for name, limit in LIMITS.items()} == {
        "POST /bots/*/pause_recording/": (30, True), "POST /bots/*/resume_recording/": (30, True)}
    assert OTHERS_PER_MINUTE == 300


# --- slashes, and the document ------------------------------------------------------------------------------------------


async def test_every_route_answers_with_and_without_its_last_slash_and_never_redirects(api: ApiServer) -> None:
    for route in sorted(routes(meetstream)):
        method, path = route.split(" ")
        path = path.replace("{id}", NOBODY)
        with_slash, without = [await api.call(method, p, json={}) for p in (path, path.rstrip("/"))]
        assert with_slash.status == without.status, route
        assert with_slash.status in {200, 400, 404, 501}, (route, with_slash.raw)
        assert with_slash.json == without.json


async def test_the_document_has_every_route_with_examples_and_errors(api: ApiServer) -> None:
    document = (await api.call("GET", "/openapi.json", key=None)).json
    shown = {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{id}', path)}": operation
        for path, operations in document["paths"].items() for method, operation in operations.items()
        if any(tag.startswith("MeetStream") for tag in operation["tags"])
    }
    refused = {route for route in routes(meetstream) if route not in shown}
    for route in refused:
        method, path = route.split(" ")
        assert (await api.call(method, path.replace("{id}", NOBODY), json={})).status == 501, route
    for route, operation in shown.items():
        assert operation["summary"], route
        assert operation["responses"].keys() >= {"401", "403", "429"}, route
        for status, response in operation["responses"].items():
            if status != "422":
                assert "example" in response["content"]["application/json"], (route, status)
    created = shown["POST /api/v1/bots/create_bot/"]
    assert created["responses"].keys() >= {"200", "201", "400", "409", "501", "503", "507"}
    reference = created["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "meeting_link" in document["components"]["schemas"][reference]["required"]
    text = json.dumps(document)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in document["components"]["schemas"]


async def test_paths_of_the_oldest_samples_lead_to_the_same_routes(api: ApiServer) -> None:
    made = await api.call("POST", "/v1/bots/create_bot", json={"meeting_link": ROOM})
    assert made.status == 201, made.raw
    for path in (f"/v1/bots/{made.json['bot_id']}/status", f"/api/v1/bots/{made.json['bot_id']}/status/"):
        assert (await api.get(path))["bot_id"] == made.json["bot_id"]
    assert (await api.call("GET", "/v1/bots")).json["bots"]


async def test_an_empty_text_is_the_same_as_leaving_a_field_out(api: ApiServer) -> None:
    blank = dict.fromkeys(("callback_url", "bot_image_url", "join_at", "deduplication_key", "agent_config_id"), "")
    answer = await api.call("POST", "/api/v1/bots/create_bot", json={"meeting_link": ROOM} | blank)
    assert answer.status == 201, answer.raw


async def test_more_bots_than_a_page_holds_are_not_refused(api: ApiServer) -> None:
    assert (await api.call("GET", "/api/v1/bots?limit=1000")).status == 200
    assert (await api.call("GET", "/api/v1/bot/?limit=1000")).status == 200
