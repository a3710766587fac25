"""What every route of the Recall dialect does alike: idempotency keys, rate limits; and the usage that is billed by it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.api.limits import endpoint
from rapporteur.api.recall.limits import limit_of
from rapporteur.domain.timeline import iso
from rapporteur.services.idempotency import Claim, Idempotency
from rapporteur.services.rows import AnswerRow
from rapporteur.settings import Settings
from tests.fakes import core as fakes
from tests.fakes.api_server import ROOM, Answer, ApiServer, serving
from tests.fakes.core import START_MS, Reporting

pytestmark = pytest.mark.contract

KEYED = {"Idempotency-Key": "a-key-of-mine"}
USAGE = "/api/v1/billing/usage/"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def create(api: ApiServer, **options: object) -> Answer:
    return await api.call("POST", "/api/v1/bot/", **{"json": {"meeting_url": ROOM}, "headers": KEYED} | options)


async def bots(api: ApiServer) -> int:
    return (await api.get("/api/v1/bot/"))["count"]


# --- idempotency --------------------------------------------------------------------------------------------------------


async def test_a_repeated_request_gets_the_first_answer_byte_for_byte(api: ApiServer) -> None:
    first = await create(api, json={"meeting_url": ROOM, "typo": 1})
    api.core.clock.at_ms += 3_599_000
    again = await api.call("POST", "/api/v1/bot", headers=KEYED, json={"meeting_url": ROOM, "bot_name": "another"})
    assert (again.status, again.raw) == (first.status, first.raw) == (201, first.raw)
    assert again.headers["X-Rapporteur-Unknown-Keys"] == "typo"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert await bots(api) == 1


async def test_an_answer_is_forgotten_after_an_hour(api: ApiServer) -> None:
    first = await create(api)
    api.core.clock.at_ms += 3_600_000
    assert (await create(api)).json["id"] != first.json["id"]


async def test_a_refusal_is_an_answer_like_any_other(api: ApiServer) -> None:
    refused = await create(api, json={"meeting_url": "no link"})
    assert refused.status == 400
    again = await create(api)
    assert (again.status, again.raw) == (400, refused.raw)
    assert await bots(api) == 0


async def test_a_key_belongs_to_its_workspace_and_its_path(api: ApiServer) -> None:
    bot = (await create(api)).json
    left = await api.call("POST", f"/api/v1/bot/{bot['id']}/leave_call/", headers=KEYED)
    assert left.json["status_changes"][-1]["code"] == "done"
    again = await api.call("POST", f"/api/v1/bot/{bot['id']}/leave_call/", headers=KEYED)
    assert (again.status, again.raw) == (200, left.raw), "done anew this would be refused"
    stranger = await other_workspace(api)
    assert (await create(api, key=stranger)).json["id"] != bot["id"]


async def test_reads_and_requests_without_a_key_are_never_replayed(api: ApiServer) -> None:
    listed = await api.call("GET", "/api/v1/bot/", headers=KEYED)
    assert (await create(api, headers={})).raw != (await create(api, headers={"Idempotency-Key": " "})).raw
    assert (await api.call("GET", "/api/v1/bot/", headers=KEYED)).raw != listed.raw


async def test_a_duplicate_of_a_request_under_way_is_told_to_wait(api: ApiServer) -> None:
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        reading.set()  # the server asked for the body, so it has the key
        await go_on.wait()
        yield json.dumps({"meeting_url": ROOM}).encode()

    first = asyncio.ensure_future(create(api, json=None, data=body(), expect100=True))
    await reading.wait()
    duplicate = await create(api)
    assert (duplicate.status, duplicate.json.keys()) == (409, {"code", "detail"})
    assert duplicate.json["code"] == "idempotency_key_in_use"
    go_on.set()
    assert (await first).status == 201
    assert (await create(api)).raw == (await first).raw


async def test_a_key_whose_server_died_is_free_again_soon(api: ApiServer) -> None:
    claim = await Idempotency(api.core.store, api.core.clock).claim(api.core.workspace_id, "/api/v1/bot/", "a-key-of-mine")
    assert isinstance(claim, Claim)
    assert (await create(api)).status == 409
    api.core.clock.at_ms += 60_000
    assert (await create(api)).status == 201


async def test_work_that_broke_gives_its_key_back(api: ApiServer) -> None:
    async def broken(bot_id: str, at_ms: float | None) -> None:
        raise ArithmeticError("planted")

    attend, api.core.engine.attend = api.core.engine.attend, broken
    failed = await create(api, headers=KEYED | {"Connection": "close"})
    assert (failed.status, failed.json["code"]) == (500, "internal_error")
    api.core.engine.attend = attend
    assert (await create(api)).status == 201


async def test_answers_outlive_the_server_and_are_removed_when_their_time_is_over(tmp_path: Path) -> None:
    answer = AnswerRow(507, [("retry-after", "30")], b"\x00{}")
    async with fakes.running(tmp_path) as core:
        keys = Idempotency(core.store, core.clock)
        claim = await keys.claim(core.workspace_id, "/", "k")
        assert isinstance(claim, Claim)
        await keys.keep(claim, answer)
    async with fakes.running(tmp_path) as core:
        keys = Idempotency(core.store, core.clock)
        assert await keys.claim(core.workspace_id, "/", "k") == answer
        assert await keys.clear() == 0
        core.clock.at_ms += 3_600_000
        assert await keys.clear() == 1
        late = await keys.claim(core.workspace_id, "/", "k")
        assert isinstance(late, Claim)
        await keys.keep(claim, answer)
        assert await keys.claim(core.workspace_id, "/", "k") is None, "a claim that lapsed has no say"


# --- rate limits --------------------------------------------------------------------------------------------------------


async def test_one_request_too_many_within_a_minute_is_told_when_to_come_back(api: ApiServer) -> None:
    for _ in range(5):
        assert (await api.call("GET", USAGE)).status == 200
        api.core.clock.at_ms += 10_000
    refused = await api.call("GET", USAGE)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    assert refused.json == {"code": "throttled", "detail": refused.json["detail"]}
    assert (await api.call("GET", "/api/v1/bot/")).status == 200, "every endpoint has its own"
    assert (await api.call("GET", USAGE, key=await other_workspace(api))).status == 200, "so has every workspace"
    api.core.clock.at_ms += 10_000
    assert [(await api.call("GET", USAGE)).status for _ in range(2)] == [200, 429], "the minute slides"


async def test_a_refusal_by_the_limit_is_kept_under_no_key(api: ApiServer) -> None:
    async def again(recording: str = "one", **headers: str) -> int:
        return (await api.call("POST", f"/api/v1/recording/{recording}/create_transcript/", headers=headers)).status

    assert 429 not in {await again() for _ in range(5)}
    assert await again(**KEYED) == 429
    assert await again("another", **KEYED) != 429, "this limit is each recording's own"
    api.core.clock.at_ms += 60_000
    assert await again(**KEYED) != 429


async def test_the_servers_own_tools_and_a_server_without_limits_are_not_limited(tmp_path: Path) -> None:
    async with serving(tmp_path, Settings(rate_limits=False)) as api:
        assert {(await api.call("GET", USAGE)).status for _ in range(7)} == {200}
    (tmp_path / "limited").mkdir()
    async with serving(tmp_path / "limited") as api:
        assert {(await api.call("GET", "/rapporteur/v1/keys/")).status for _ in range(61)} == {200}
        assert {(await api.call("GET", USAGE, key="wrong")).status for _ in range(6)} == {401}
        assert (await api.call("GET", USAGE)).status == 200, "nobody uses up a workspace's limit without its key"


@pytest.mark.parametrize(("method", "path", "per_minute"), [
    ("GET", "/bot/", 60), ("GET", "/recording/", 60), ("GET", "/api/v2/calendars/", 60),
    ("GET", "/bot/{bot_id}/screenshots/", 60), ("POST", "/bot/", 120), ("GET", "/bot/{bot_id}/", 300),
    ("DELETE", "/bot/{bot_id}/", 300),
    ("POST", "/bot/{bot_id}/leave_call/", 300), ("POST", "/api/v2/calendar-events/{event_id}/bot/", 600),
    ("POST", "/api/v1/recording/{recording_id}/create_transcript/", 5), ("GET", "/billing/usage/", 5),
])
def test_limits_are_the_documented_ones(method: str, path: str, per_minute: int) -> None:
    assert limit_of(endpoint(method, path)).per_minute == per_minute


# --- usage --------------------------------------------------------------------------------------------------------------


async def test_usage_is_the_time_of_bots_that_did_not_fail(api: ApiServer) -> None:
    async def attended(*states: tuple[str, str | None]) -> None:
        bot_id, generation = await api.core.next((await api.create())["id"])
        report = Reporting(bot_id)
        await api.core.attendance.take(bot_id, generation, [report.state(*state, after_ms=10_000) for state in states])

    async def used(**query: str) -> int:
        return (await api.get(USAGE, params=query))["bot_total"]

    assert await used() == 0
    inside = [("joining_call", None), ("in_call_not_recording", None)]
    await attended(*inside, ("call_ended", "call_ended_by_host"))
    await attended(*inside, ("fatal", "bot_errored"))
    await attended(*inside)
    await api.create(join_at=iso(START_MS + 3_600_000))
    api.core.clock.at_ms = START_MS + 100_000
    assert await used() == 20 + 90, "the third is at work since the tenth second"
    assert await used(start=iso(START_MS + 15_000), end=iso(START_MS + 20_000)) == 5 + 5
    assert (await api.call("GET", USAGE, params={"start": "yesterday"})).json.keys() == {"start"}


async def other_workspace(api: ApiServer) -> str:
    """The key of a workspace that is not the tests'."""
    name = "8f0e5b7c-0000-4000-8000-000000000000"
    await api.core.store.write(lambda tx: tx.keys.ensure_workspace(name, "Other", START_MS))
    secret, _ = await api.core.keys.create(name, "other")
    return f"Token {secret}"
