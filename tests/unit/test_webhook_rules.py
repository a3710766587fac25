"""Endpoints, the ledger's rules and the retry schedule, on a real SQLite file."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import InvalidRequest, NotFound
from rapporteur.outbound.guard import Guard
from rapporteur.services.events import Announcement, announce
from rapporteur.services.ledger import DISABLED_AFTER_MS, SCHEDULE_S, Attempt, Retry, settle, wait_s
from rapporteur.services.rows import DeliveryRow
from rapporteur.services.store import UnitOfWork
from rapporteur.services.webhooks import Webhooks
from tests.fakes.core import Core, Reporting, config, running, upload

pytestmark = pytest.mark.unit

DAY_MS = 24 * 3600 * 1000.0
URL = "https://hooks.example.com/a"


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


@pytest.fixture
def webhooks(core: Core) -> Webhooks:
    return Webhooks(core.store, core.clock, Guard())


async def owed(core: Core, event: str = "bot.done", moment: float = 1.0) -> DeliveryRow:
    """The one delivery of a new event."""
    await core.store.write(lambda tx: announce(tx, core.workspace_id, [Announcement(event, "b", moment, {})]))
    return (await core.store.read(lambda tx: tx.webhooks.pending(100)))[-1]


async def tried(core: Core, row: DeliveryRow, at_ms: float, status: int | None) -> list[Retry]:
    """Settle the next attempt of a delivery."""

    def write(tx: UnitOfWork) -> list[Retry]:
        current = tx.webhooks.get_delivery(row.id)
        assert current is not None
        return settle(tx, [Attempt(current, at_ms, 10, status, None if status else "no connection")])

    return await core.store.write(write)


# --- the schedule -----------------------------------------------------------------------------------------------------


def test_the_schedule_is_the_documented_one() -> None:
    assert SCHEDULE_S == (0, 5, 300, 1800, 7200, 18000, 36000, 36000)


def test_the_first_waits_are_exact_and_the_later_ones_spread_by_a_tenth() -> None:
    waits = [[wait_s(f"delivery-{n}", attempts) for n in range(200)] for attempts in range(9)]
    assert set(waits[1]) == {5.0}
    assert set(waits[2]) == {300.0}
    for attempts in range(3, 8):
        spread = [wait for wait in waits[attempts] if wait is not None]
        assert len(set(spread)) > 100
        assert 0.9 * SCHEDULE_S[attempts] <= min(spread) < max(spread) <= 1.1 * SCHEDULE_S[attempts]
    assert set(waits[8]) == {None}


def test_the_spread_of_a_delivery_is_always_the_same() -> None:
    assert wait_s("d", 5) == wait_s("d", 5)


# --- what an attempt means --------------------------------------------------------------------------------------------


async def test_any_2xx_is_success_and_all_else_is_a_failure_with_a_next_attempt(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    for moment, status in enumerate([200, 202, 204, 299]):
        assert await tried(core, await owed(core, moment=moment), 1000, status) == []
    for moment, status in enumerate([100, 301, 302, 400, 404, 500, None]):
        row = await owed(core, moment=moment + 10)
        assert await tried(core, row, 1000, status) == [Retry(row.id, 1, 1000 + 10 + 5000)]
    delivered = await webhooks.deliveries(core.workspace_id, endpoint.id, state="delivered")
    assert [(d.attempts, d.last_status) for d in delivered] == [(1, 299), (1, 204), (1, 202), (1, 200)]
    retrying = await webhooks.deliveries(core.workspace_id, endpoint.id, state="retrying")
    assert [d.last_status for d in retrying] == [None, 500, 404, 400, 302, 301, 100]
    assert retrying[0].last_error == "no connection"


async def test_attempts_end_with_the_schedule_and_each_is_kept(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    row = await owed(core)
    retries = [await tried(core, row, n * 1000.0, 500) for n in range(8)]
    assert [len(each) for each in retries] == [1] * 7 + [0]
    assert [d.state for d in await webhooks.deliveries(core.workspace_id, endpoint.id)] == ["failed"]
    attempts = await core.store.read(lambda tx: tx.webhooks.attempts(row.id))
    assert [(a.number, a.status) for a in attempts] == [(n, 500) for n in range(1, 9)]


async def test_an_endpoint_at_which_all_failed_for_five_days_is_switched_off(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    rows = [await owed(core, moment=float(n)) for n in range(3)]
    await tried(core, rows[0], 0.0, 500)
    await tried(core, rows[1], DISABLED_AFTER_MS - 1, 500)
    assert (await webhooks.get(core.workspace_id, endpoint.id)).enabled
    assert await tried(core, rows[2], DISABLED_AFTER_MS, None) == []
    assert not (await webhooks.get(core.workspace_id, endpoint.id)).enabled


async def test_one_success_starts_the_five_days_again(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    rows = [await owed(core, moment=float(n)) for n in range(3)]
    await tried(core, rows[0], 0.0, 500)
    await tried(core, rows[1], 4 * DAY_MS, 200)
    await tried(core, rows[2], 6 * DAY_MS, 500)
    assert (await webhooks.get(core.workspace_id, endpoint.id)).enabled


async def test_results_for_an_endpoint_that_was_removed_meanwhile_are_dropped(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    row = await owed(core)
    await webhooks.remove(core.workspace_id, endpoint.id)
    attempt = Attempt(row, 1000, 10, 500)
    assert await core.store.write(lambda tx: settle(tx, [attempt])) == []


# --- endpoints --------------------------------------------------------------------------------------------------------


async def test_a_new_endpoint_shows_its_secret_once(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, f"  {URL} ", ["bot.done", "bot.done"], "CRM")
    assert endpoint.secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(endpoint.secret.removeprefix("whsec_"), validate=True)) <= 64
    assert (endpoint.url, endpoint.events, endpoint.description, endpoint.enabled) == (URL, ("bot.done",), "CRM", True)
    again = await webhooks.get(core.workspace_id, endpoint.id)
    assert again == replace(endpoint, secret="")
    assert await webhooks.list(core.workspace_id) == [again]


async def test_secrets_are_sealed_in_the_file(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    files = b"".join(path.read_bytes() for path in core.folder.glob("rapporteur.db*"))
    assert endpoint.id.encode() in files
    assert endpoint.secret.encode() not in files
    assert base64.b64decode(endpoint.secret.removeprefix("whsec_")) not in files


async def test_a_url_that_cannot_work_is_refused_with_the_remedy(core: Core, webhooks: Webhooks) -> None:
    for url, says in [
        ("example.com", "full URL"), ("http://127.0.0.1/a", "RAPPORTEUR_ALLOWED_NETWORKS"), ("https://" + "a" * 3000, "2048"),
    ]:
        with pytest.raises(InvalidRequest, match=says) as caught:
            await webhooks.add(core.workspace_id, url)
        assert caught.value.field == "url"


async def test_an_unknown_event_is_refused_with_those_near_it(core: Core, webhooks: Webhooks) -> None:
    for name, near in [("bot.don", "bot.done"), ("transcripts.done", "transcript.done"), ("x", "bot.fatal")]:
        with pytest.raises(InvalidRequest, match=near) as caught:
            await webhooks.add(core.workspace_id, URL, [name])
        assert caught.value.field == "events"


async def test_other_workspaces_see_nothing(core: Core, webhooks: Webhooks) -> None:
    endpoint = await webhooks.add(core.workspace_id, URL)
    row = await owed(core)
    for call in (webhooks.get("w", endpoint.id), webhooks.remove("w", endpoint.id), webhooks.enable("w", endpoint.id),
                 webhooks.deliveries("w", endpoint.id), webhooks.resend("w", endpoint.id, row.id)):
        with pytest.raises(NotFound):
            await call
    assert await webhooks.list("w") == []


# --- endpoints of single bots -----------------------------------------------------------------------------------------


def asking(*endpoints: dict[str, Any]) -> dict[str, Any]:
    return config(realtime_endpoints=list(endpoints))


async def test_a_bots_own_endpoint_gets_the_events_of_that_bot_only(core: Core, webhooks: Webhooks) -> None:
    mine = {"type": "webhook", "url": URL, "events": ["bot.status_change", "transcript.data"]}
    bot = await core.bot(config=asking(mine))
    other = await core.bot()
    for bot_id in (bot.id, other.id):
        await core.bots.leave(core.workspace_id, bot_id)
    rows = await core.store.read(lambda tx: tx.webhooks.pending(100))
    assert {row.bot_id for row in rows} == {bot.id}
    codes = [json.loads(row.body)["data"]["status"]["code"] for row in rows]
    assert codes == ["ready", "call_ended", "done"]
    assert await webhooks.list(core.workspace_id) == [], "it is no endpoint of the workspace"


async def test_endpoints_for_live_media_are_not_webhooks_of_ours(core: Core) -> None:
    await core.bot(config=asking(
        {"type": "webhook", "url": URL, "events": ["transcript.data"]},
        {"type": "websocket", "url": "wss://example.com", "events": ["bot.done"]},
    ))
    assert await core.store.read(lambda tx: tx.webhooks.endpoints(core.workspace_id)) == []


async def test_bots_of_a_workspace_share_one_signing_secret(core: Core) -> None:
    for _ in range(2):
        await core.bot(config=asking({"type": "webhook", "url": URL, "events": ["bot.done"]}))
    endpoints = await core.store.read(lambda tx: tx.webhooks.endpoints(core.workspace_id))
    assert len(endpoints) == 2
    assert len({endpoint.secret for endpoint in endpoints}) == 1


# --- a whole meeting --------------------------------------------------------------------------------------------------


async def test_a_meeting_gives_each_event_once_under_the_keys_that_consumers_use(core: Core, webhooks: Webhooks) -> None:
    await webhooks.add(core.workspace_id, URL)
    bot_id, generation = await core.launched()
    welcome, report = await core.hello(bot_id, generation), Reporting(bot_id)
    recording_id = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
    facts = [*report.joined(), *report.recording(recording_id), *report.over(recording_id)]
    # Everything at one instant: the moments must still differ.
    await core.attendance.take(bot_id, generation, [replace(fact, at_ms=welcome.now_ms) for fact in facts])
    facts = [*await upload(core, bot_id, generation, recording_id, report), *report.finished()]
    await core.attendance.take(bot_id, generation, [replace(fact, at_ms=welcome.now_ms) for fact in facts])
    await core.lifecycle.publish(bot_id)

    bodies = [json.loads(row.body) for row in await core.store.read(lambda tx: tx.webhooks.pending(1000))]
    keys = [(b["event"], b["data"]["bot_id"], b["data"]["updated_at"]) for b in bodies]
    assert len(set(keys)) == len(keys)
    assert len({b["event_id"] for b in bodies}) == len(bodies)
    assert [b["data"]["updated_at"] for b in bodies] == sorted(b["data"]["updated_at"] for b in bodies)
    assert [b["event"] for b in bodies if b["event"].startswith("bot.") and b["event"] != "bot.status_change"] == [
        "bot.joining_call", "bot.in_waiting_room", "bot.in_call_not_recording", "bot.in_call_recording", "bot.call_ended",
        "bot.done",
    ]
    changes = [b["data"]["data"]["code"] for b in bodies if b["event"] == "bot.status_change"]
    assert changes == ["bot.ready", *(f"bot.{s}" for s in (
        "joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording", "call_ended", "recording_done", "done",
    ))]
    events = [b["event"] for b in bodies]
    assert events.index("video_mixed.done") < events.index("recording.done") < events.index("bot.done")
    assert sorted(e for e in events if e.endswith(".processing")) == [
        "meeting_metadata.processing", "participant_events.processing", "recording.processing", "video_mixed.processing",
    ]
