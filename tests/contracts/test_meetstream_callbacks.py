"""Callbacks of a bot: what each says in both profiles, when it is owed, and how it is signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.delivery.webhooks import signed
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.timeline import iso
from rapporteur.services import callbacks
from rapporteur.services.callbacks import CURRENT, EVENTS, PREFIX, PROFILES, SEED, Callback
from rapporteur.services.rows import ArtifactRow, BotRow, DeliveryRow
from rapporteur.services.views import Status
from rapporteur.services.webhooks import workspace_secret
from rapporteur.settings import Settings, from_environment
from rapporteur.wire import control
from tests.fakes.api_server import ROOM, ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).parents[2] / "contracts" / "callbacks"
AT_MS = 1_764_072_000_123.0
EVENT_ID = "7f8a1c8e-0d54-4be8-9f50-3f7c8b0f2f11"
HOOK = "http://127.0.0.1:9/hook"
BOT = BotRow(
    id="3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", workspace_id="w", state=BotState.READY, state_since_ms=AT_MS, stamped_ms=AT_MS,
    config={}, meeting={}, bot_name="Notes", metadata={"tenant": "t1"}, external_id=None, join_at_ms=None, created_at_ms=AT_MS,
)


def artifact(kind: ArtifactKind, code: str) -> ArtifactRow:
    status = Status(code, AT_MS, "bot_errored" if code == "failed" else None)
    return ArtifactRow("e0a5c6a2-33ab-4c43-9c30-7a9c1f0d8b21", "w", "r", BOT.id, kind, status, AT_MS)


def every_callback() -> dict[str, Callback]:
    """By the name of its sample: an event, and of a stop each kind."""
    found = [callbacks.AHEAD, callbacks.LEAVING, *callbacks.OF_STATE.values(), callbacks.deletion(6), callbacks.TROUBLE]
    made = [callbacks.made(artifact(kind, code)) for kind in callbacks.OF_ARTIFACT for code in ("done", "failed")]
    samples = {callback.event: callback for callback in (*found, *made) if callback is not None}
    for state, sub_code in (
        (BotState.CALL_ENDED, "call_ended_by_host"), (BotState.CALL_ENDED, "bot_kicked_from_call"),
        (BotState.CALL_ENDED, "bot_kicked_from_waiting_room"), (BotState.CALL_ENDED, "timeout_exceeded_waiting_room"),
        (BotState.FATAL, "bot_errored"),
    ):
        stop = callbacks.stopped(state, sub_code)
        narrower = (stop.bot_event or "").removeprefix("bot.")
        samples["bot.stopped" if narrower == "stopped" else f"bot.stopped.{narrower}"] = stop
    return samples | {"bot.done.failed": callbacks.BROKEN, "data_deletion.failed": callbacks.deletion(0, well=False)}


def bodies() -> dict[str, dict[str, Any]]:
    return {
        f"{profile}/{name}": body for profile in PROFILES for name, callback in every_callback().items()
        if (body := callback.body(BOT, profile, EVENT_ID, AT_MS)) is not None
    }


# --- what they say ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(bodies()))
def test_a_callback_is_what_its_sample_says(name: str) -> None:
    sample = json.loads((SAMPLES / f"{name}.json").read_text())
    assert bodies()[name] == sample
    assert list(bodies()[name]) == list(sample)


def test_there_is_a_sample_of_every_callback_and_of_nothing_else() -> None:
    assert {f"{path.parent.name}/{path.stem}" for path in SAMPLES.glob("*/*.json")} == bodies().keys()
    assert {PREFIX + callback.event for callback in every_callback().values()} == set(EVENTS)


def test_the_seed_profile_has_the_seeds_events_fields_and_codes() -> None:
    told = {name.partition("/")[2]: body for name, body in bodies().items() if name.startswith("seed/")}
    expected = {
        "bot.joining": {"bot_status": "joining", "status_code": 102},
        "bot.inmeeting": {"bot_status": "InMeeting", "status_code": 200},
        "bot.stopped": {"bot_status": "Stopped", "status_code": 500},
        "audio.processed": {"audio_status": "Success", "status_code": 200},
        "transcription.processed": {"transcript_status": "Success", "status_code": 200},
        "data_deletion": {"event": "data_deletion", "status": "success", "deleted_objects": 6, "status_code": 200},
    }
    for name, says in expected.items():
        assert told[name].items() >= says.items(), name
        assert told[name].keys() >= {"bot_id", "message", "status_code", "timestamp"}
    failures = {"audio.failed", "transcription.failed", "data_deletion.failed"}
    assert {name for name in told if not name.startswith("bot.stopped.")} == expected.keys() | failures
    stops = [body for name, body in told.items() if name.startswith("bot.stopped")]
    assert {(stop["bot_status"], stop["status_code"]) for stop in stops} == {("Stopped", 500)}


def test_the_current_profile_names_every_event_and_keeps_500_for_failures() -> None:
    told = {name.partition("/")[2]: body for name, body in bodies().items() if name.startswith("current/")}
    assert "status_code" not in told["bot.error"], "which is no end"
    assert all(body.keys() >= {"event", "timestamp", "custom_attributes", "message"} for body in told.values())
    assert all("status_code" in body for name, body in told.items() if name != "bot.error")
    assert told["bot.joining"].items() >= {"bot_status": "Joining", "status_code": 200, "bot_event": "bot.joining"}.items()
    for name, word, code in (
        ("bot.stopped", "Stopped", 200), ("bot.stopped.kicked", "Stopped", 200), ("bot.stopped.denied", "Denied", 500),
        ("bot.stopped.notallowed", "NotAllowed", 500), ("bot.stopped.failed", "Error", 500),
    ):
        assert (told[name]["event"], told[name]["bot_status"], told[name]["status_code"]) == ("bot.stopped", word, code)
        assert told[name]["bot_event"] == f"bot.{name.rpartition('.')[2]}"
    assert told["transcription.failed"].items() >= {
        "status": "error", "transcript_status": "Failed", "status_code": 500}.items()
    assert told["audio.processed"].items() >= {"status": "success", "audio_status": "Success", "status_code": 200}.items()
    assert (told["bot.done"]["status_code"], told["bot.done.failed"]["status_code"]) == (200, 500)


def test_a_profile_is_one_of_the_two() -> None:
    assert from_environment({"RAPPORTEUR_CALLBACK_PROFILE": "current"}).callback_profile == CURRENT
    with pytest.raises(Exception, match="RAPPORTEUR_CALLBACK_PROFILE"):
        from_environment({"RAPPORTEUR_CALLBACK_PROFILE": "latest"})


async def test_a_workspace_chooses_its_profile_and_may_leave_it_to_the_server(tmp_path: Path) -> None:
    async with serving(tmp_path, Settings(callback_profile=CURRENT)) as api:
        for chosen, expected in ((None, CURRENT), (SEED, SEED), (None, CURRENT)):
            changed = await api.call("PATCH", "/rapporteur/v1/workspace/", json={"callback_profile": chosen})
            assert (changed.status, changed.json["callback_profile"]) == (200, chosen)
            bot_id = await create(api)
            view = await api.core.bots.get(api.core.workspace_id, bot_id)
            assert view.config["callback"]["profile"] == expected
        assert (await api.call("PATCH", "/rapporteur/v1/workspace/", json={"callback_profile": "latest"})).status == 400


# --- when they are owed -------------------------------------------------------------------------------------------------


@pytest.fixture
async def api(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path, Settings(callback_profile=getattr(request, "param", SEED))) as running:
        yield running


current = pytest.mark.parametrize("api", [CURRENT], indirect=True)


async def create(api: ApiServer, **body: Any) -> str:
    sent = {"meeting_link": ROOM, "callback_url": HOOK, "custom_attributes": {"tenant": "t1"}} | body
    answer = await api.call("POST", "/api/v1/bots/create_bot", json=sent)
    assert answer.status == 201, answer.raw
    return answer.json["bot_id"]


async def owed(api: ApiServer, bot_id: str) -> list[DeliveryRow]:
    rows = await api.core.store.read(lambda tx: tx.webhooks.deliveries(callbacks.endpoint_id(bot_id), None, 100))
    return sorted(rows, key=lambda row: (row.created_at_ms, row.event))


async def told(api: ApiServer, bot_id: str) -> list[str]:
    return [row.event.removeprefix(PREFIX) for row in await owed(api, bot_id)]


async def test_a_whole_life_in_the_seed_profile(api: ApiServer) -> None:
    bot_id = await create(api, transcription={"meetstream": {}})
    await api.attended(bot_id)
    await api.call("DELETE", f"/api/v1/bots/{bot_id}/delete")
    events = await told(api, bot_id)
    assert [*events[:3], *events[5:]] == ["bot.joining", "bot.inmeeting", "bot.stopped", "data_deletion"]
    assert set(events[3:5]) == {"audio.processed", "transcription.processed"}, "as each is stored"
    said = [json.loads(row.body) for row in await owed(api, bot_id)]
    assert [body["status_code"] for body in said] == [102, 200, 500, 200, 200, 200]
    assert {body["bot_id"] for body in said} == {bot_id}
    assert said[-1]["deleted_objects"] >= 4
    assert [body["event_id"] for body in said] == [row.id for row in await owed(api, bot_id)]


@current
async def test_a_whole_life_in_the_current_profile(api: ApiServer) -> None:
    bot_id = await create(api, transcription={"meetstream": {}})
    await api.attended(bot_id)
    events = await told(api, bot_id)
    assert events[:6] == [
        "bot.joining", "bot.in_waiting_room", "bot.inmeeting", "bot.recording", "bot.leaving", "bot.stopped"]
    assert set(events[6:-1]) == {"manifest.completed", "audio.processed", "video.processed", "transcription.processed"}
    assert events[-1] == "bot.done"


@current
async def test_that_a_bot_was_told_to_leave_is_told_at_once_and_once(api: ApiServer) -> None:
    bot_id = await create(api)
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    await api.core.attendance.take(bot_id, generation, report.joined())
    for _ in range(2):
        assert (await api.call("GET", f"/api/v1/bots/{bot_id}/remove_bot")).status == 200
    assert (await told(api, bot_id))[-2:] == ["bot.inmeeting", "bot.leaving"]
    await api.core.attendance.take(bot_id, generation, [report.state("call_ended", "bot_received_leave_call")])
    assert (await told(api, bot_id))[-2:] == ["bot.leaving", "bot.stopped"]


@current
async def test_a_scheduled_bot_says_so_and_a_cancelled_one_too(api: ApiServer) -> None:
    bot_id = await create(api, join_at="2040-01-15T14:30:00Z")
    assert await told(api, bot_id) == ["bot.scheduled"]
    await api.call("GET", f"/api/v1/bots/{bot_id}/remove_bot")
    assert sorted(await told(api, bot_id)) == ["bot.done", "bot.scheduled", "bot.stopped"]


@current
async def test_a_bot_that_fails_stops_once_and_is_done_once(api: ApiServer) -> None:
    bot_id = await create(api)
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    facts = [report.state("joining_call"), report.state("fatal", "meeting_requires_sign_in"), report.fact("media_finished")]
    await api.core.attendance.take(bot_id, generation, facts)
    for _ in range(2):
        await api.core.lifecycle.publish(bot_id)
    assert await told(api, bot_id) == ["bot.joining", "bot.stopped", "bot.done"]
    stop, done = [json.loads(row.body) for row in (await owed(api, bot_id))[1:]]
    assert (stop["bot_status"], stop["bot_event"], stop["status_code"]) == ("NotAllowed", "bot.notallowed", 500)
    assert (done["bot_status"], done["status_code"]) == ("Done", 500)


@current
async def test_a_provider_that_gives_up_in_the_meeting_is_told_at_once(api: ApiServer) -> None:
    bot_id = await create(api, transcription={"meetstream": {}}, live_transcription_required={})
    _, generation = await api.core.next(bot_id)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    await api.core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(recording_id)])
    await api.core.attendance.take(bot_id, generation, [report.fact(
        control.ARTIFACT_FAILED, recording_id=recording_id, artifact="transcript", sub_code="provider_connection_failed")])
    assert sorted(await told(api, bot_id))[:1] == ["bot.error"]
    assert "transcription.failed" in await told(api, bot_id)


@current
async def test_a_pause_is_not_told_as_a_second_recording(api: ApiServer) -> None:
    bot_id = await create(api)
    _, generation = await api.core.next(bot_id)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    facts = [*report.joined(), *report.recording(recording_id), report.state("in_call_not_recording"),
             report.state("in_call_recording")]
    await api.core.attendance.take(bot_id, generation, facts)
    assert (await told(api, bot_id)).count("bot.recording") == 1
    assert (await told(api, bot_id)).count("bot.inmeeting") == 1


async def test_media_that_expires_is_told_like_media_that_is_deleted(api: ApiServer) -> None:
    bot_id = await create(api, recording_config={"retention": {"type": "timed", "hours": 1}})
    await api.attended(bot_id)
    api.core.clock.at_ms += 2 * 3_600_000
    await api.core.deletion.due()
    last = (await owed(api, bot_id))[-1]
    assert json.loads(last.body)["event"] == "data_deletion"


async def deletions(api: ApiServer, bot_id: str) -> list[DeliveryRow]:
    found = [row for row in await owed(api, bot_id) if row.event == f"{PREFIX}data_deletion"]
    return sorted(found, key=lambda row: row.id != callbacks.deletion_id(bot_id))


async def test_a_deletion_that_fails_is_told_and_told_again_when_it_went_well(api: ApiServer) -> None:
    bot_id = await create(api)
    await api.attended(bot_id)
    view = await api.core.bots.get(api.core.workspace_id, bot_id)
    keys = [file.key for recording in view.recordings for artifact in recording.artifacts for file in artifact.files]
    stuck = api.core.folder / "blobs" / keys[-1]
    content = stuck.read_bytes()
    stuck.unlink()
    (stuck / "in the way").mkdir(parents=True)  # no store deletes a folder by a file's name
    assert (await api.call("DELETE", f"/api/v1/bots/{bot_id}/delete")).status == 500
    first, second = await deletions(api, bot_id)
    failed, late = json.loads(first.body), json.loads(second.body)
    assert (first.state, second.state) == ("pending", "retrying")
    assert (failed["status"], failed["status_code"]) == ("failed", 500)
    assert failed["deleted_objects"] < len(keys)
    await api.core.deletion.due()
    assert await deletions(api, bot_id) == [first, second], "the same failure is not told again"

    (stuck / "in the way").rmdir()
    stuck.rmdir()
    stuck.write_bytes(content)
    await api.core.deletion.due()
    assert not stuck.exists()
    assert [row.state for row in await deletions(api, bot_id)] == ["pending", "pending"]
    assert (late["status"], late["status_code"], late["deleted_objects"]) == ("success", 200, len(keys))


async def test_a_transcript_asked_for_afterwards_is_told_to_its_own_address(api: ApiServer) -> None:
    bot_id = await create(api)
    await api.attended(bot_id)
    before = await told(api, bot_id)
    body = {"provider": {"meetstream": {}}, "callback_url": "http://127.0.0.1:9/transcribed"}
    made = await api.call("POST", f"/api/v1/bots/{bot_id}/transcribe", json=body)
    assert made.status == 200, made.raw
    transcript_id = made.json["transcript_id"]
    await api.core.transcripts.give_up(transcript_id, "failed")
    to = await api.core.store.read(
        lambda tx: tx.webhooks.endpoint(api.core.workspace_id, callbacks.endpoint_id(transcript_id)))
    assert to is not None
    assert to.url == body["callback_url"]
    [row] = await owed(api, transcript_id)
    said = json.loads(row.body)
    assert (said["bot_id"], said["event"], said["status_code"]) == (bot_id, "transcription.failed", 500)
    assert said["custom_attributes"] == {}
    assert await told(api, bot_id) == before, "the bot's own address is not told"
    refused = await api.call(
        "POST", f"/api/v1/bots/{bot_id}/transcribe", json=body | {"callback_url": "http://10.0.0.1/hook"})
    assert refused.status == 400


async def test_callbacks_go_to_their_bots_address_alone(api: ApiServer) -> None:
    everything = await api.call("POST", "/rapporteur/v1/webhooks/", json={"url": "http://127.0.0.1:9/all"})
    silent = await api.call("POST", "/api/v1/bots/create_bot", json={"meeting_link": ROOM})
    bot_id = await create(api)
    for made in (silent.json["bot_id"], bot_id):
        await api.attended(made)
    sent = await api.core.store.read(lambda tx: tx.webhooks.deliveries(everything.json["id"], None, 500))
    assert sent
    assert not [row.event for row in sent if row.event.startswith(PREFIX)]
    assert await owed(api, silent.json["bot_id"]) == []
    endpoint = await api.core.store.read(
        lambda tx: tx.webhooks.endpoint(api.core.workspace_id, callbacks.endpoint_id(bot_id)))
    assert endpoint is not None
    assert (endpoint.url, endpoint.bot_id, endpoint.events) == (HOOK, bot_id, EVENTS)


async def test_a_callback_is_signed_in_both_ways_with_the_workspaces_secret(api: ApiServer) -> None:
    bot_id = await create(api)
    await api.attended(bot_id)
    secret = await api.core.store.read(lambda tx: workspace_secret(tx, api.core.workspace_id))
    delivery = (await owed(api, bot_id))[0]
    headers = signed(delivery, (secret,), AT_MS)
    expected = hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    assert headers["X-MeetStream-Signature"] == f"sha256={expected}"
    assert headers["X-MeetStream-Timestamp"] == iso(AT_MS)
    assert headers["webhook-id"] == delivery.id
    assert headers["webhook-signature"].startswith("v1,")
