from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.exc import SQLAlchemyError

from rapporteur.domain.errors import InvalidRequest, Refused, Unauthenticated
from rapporteur.domain.ids import derived_id, new_id
from rapporteur.services.rows import EndpointRow
from rapporteur.wire import control
from rapporteur.wire.control import Fact, Fenced, Hello, Job, Welcome
from tests.fakes.core import START_MS, Core, Reporting, config, running, upload

pytestmark = pytest.mark.unit

RECORDING = "6f1c1f0e-0000-4000-8000-000000000001"


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


def first_recording(bot_id: str) -> str:
    return derived_id(bot_id, "recording", "1")


async def whole_meeting(core: Core, bot_id: str, generation: int) -> Reporting:
    report, recording_id = Reporting(bot_id), first_recording(bot_id)
    facts = [*report.joined(), *report.recording(recording_id), *report.over(recording_id)]
    await core.attendance.take(bot_id, generation, facts)
    await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    await core.attendance.take(bot_id, generation, report.finished())
    return report


async def everything(core: Core, bot_id: str) -> object:
    """What a user can see of the bot, and what would be sent."""
    view = await core.bots.get(core.workspace_id, bot_id)
    owed = await core.store.read(lambda tx: [(d.event, d.body) for d in tx.webhooks.pending(1000)])
    return view, await core.bots.events(core.workspace_id, bot_id, 0), await core.bots.logs(core.workspace_id, bot_id), owed


async def listen(core: Core, workspace_id: str | None = None) -> None:
    await core.store.write(lambda tx: tx.webhooks.add_endpoint(EndpointRow(
        new_id(), workspace_id or core.workspace_id, None, "https://example.org/hook", (), "whsec_eA==", True, "", START_MS)))


# --- hello --------------------------------------------------------------------------------------------------------------


async def test_a_bot_with_its_token_gets_its_job(core: Core) -> None:
    bot_id, generation = await core.launched()
    welcome = await core.hello(bot_id, generation)
    job = Job.from_json(json.loads(control.encode(welcome))["job"])
    assert (job.task, job.platform, job.meeting_url) == ("attend", "room", "http://127.0.0.1:8000/room/weekly-sync")
    assert job.recording_config["video_mixed_mp4"] == {}
    assert (welcome.acknowledged, welcome.now_ms) == (0, START_MS)


async def test_a_wrong_token_opens_nothing(core: Core) -> None:
    bot_id, generation = await core.launched()
    good = core.launcher.launched[-1][2].token
    other_id, _ = await core.launched()
    attempts = [
        (bot_id, "", Hello(bot_id, generation, 0)), (bot_id, good[:-1], Hello(bot_id, generation, 0)),
        (bot_id, good, Hello(bot_id, generation + 1, 0)), (other_id, good, Hello(other_id, generation, 0)),
        (bot_id, good, Hello(other_id, generation, 0)), (bot_id, "schlüssel", Hello(bot_id, generation, 0)),
    ]
    for to, token, hello in attempts:
        with pytest.raises(Unauthenticated):
            await core.attendance.hello(to, token, hello)


async def test_an_older_generation_and_a_bot_that_is_over_are_fenced(core: Core) -> None:
    bot_id, generation = await core.launched()
    old = core.launcher.launched[-1][2].token
    _, newer = await core.next(bot_id)
    assert await core.attendance.hello(bot_id, old, Hello(bot_id, generation, 0)) == Fenced()
    await whole_meeting(core, bot_id, newer)
    assert isinstance(await core.hello(bot_id, newer), Welcome)
    await core.lifecycle.publish(bot_id)
    new = core.launcher.launched[-1][2].token
    assert await core.attendance.hello(bot_id, new, Hello(bot_id, newer, 0)) == Fenced()


async def test_an_older_generation_reports_and_stores_nothing(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.next(bot_id)
    for attempt in (
        core.attendance.take(bot_id, generation, [Reporting(bot_id).state("joining_call")]),
        core.attendance.heartbeat(bot_id, generation, 0, 0), core.attendance.uploads(bot_id, generation, []),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "fenced"
    assert await core.states(bot_id) == ["ready"]


async def test_the_token_is_nowhere_in_the_data_folder(core: Core) -> None:
    await core.launched()
    token = core.launcher.launched[-1][2].token.encode()
    await core.database.close()
    assert not any(token in file.read_bytes() for file in core.folder.rglob("*") if file.is_file())


async def test_a_heartbeat_alone_keeps_the_lease(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.hello(bot_id, generation)
    core.clock.at_ms += 40_000
    await core.attendance.heartbeat(bot_id, generation, 0, 10)
    core.clock.at_ms += 40_000
    assert await core.lifecycle.expired_leases(core.clock.now_ms()) == []
    core.clock.at_ms += 6_000
    await core.attendance.take(bot_id, generation, [])
    assert await core.lifecycle.expired_leases(core.clock.now_ms()) == [(bot_id, generation)]


# --- facts --------------------------------------------------------------------------------------------------------------


async def test_a_meeting_becomes_states_a_recording_and_its_artifacts(core: Core) -> None:
    bot_id, generation = await core.launched()
    await whole_meeting(core, bot_id, generation)
    view = await core.bots.get(core.workspace_id, bot_id)
    assert [s.code for s in view.status_changes] == [
        "ready", "joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording", "call_ended",
        "recording_done"]
    assert [s.sub_code for s in view.status_changes][5] == "call_ended_by_host"
    [recording] = view.recordings
    assert recording.id == first_recording(bot_id)
    assert recording.started_at_ms == START_MS + 4000
    assert recording.completed_at_ms == START_MS + 6000
    assert recording.report == {"video_mixed": {"frames_lost": 0}}
    assert {a.kind: (a.status.code, a.format, [f.role for f in a.files]) for a in recording.artifacts} == {
        "video_mixed": ("done", "mp4", ["download_url"]),
        "participant_events": ("done", None, ["participant_events_download_url", "speaker_timeline_download_url",
                                              "participants_download_url"]),
        "meeting_metadata": ("done", None, ["download_url"]),
    }
    assert core.engine.told == [(bot_id, generation, "ended")]


async def test_every_artifact_is_processing_from_the_recordings_start(core: Core) -> None:
    bot_id, generation = await core.launched(config=config(
        audio_mixed_mp3={"metadata": {"a": "b"}}, transcript={"provider": {"recallai_streaming": {}}}, participant_events=None))
    report = Reporting(bot_id)
    await core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(first_recording(bot_id))])
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    artifacts = {a.kind.value: a for a in recording.artifacts}
    assert sorted(artifacts) == ["audio_mixed", "meeting_metadata", "transcript", "video_mixed"]
    assert {a.status.code for a in recording.artifacts} == {"processing"}
    assert artifacts["audio_mixed"].metadata == {"a": "b"}
    assert artifacts["transcript"].detail == {"provider": {"recallai_streaming": {}}, "diarization": None}


async def test_repeated_and_overlapping_facts_change_nothing(core: Core, tmp_path: Path) -> None:
    await listen(core)
    bot_id, generation = await core.launched()
    report, recording_id = Reporting(bot_id), first_recording(bot_id)
    facts = [*report.joined(), *report.recording(recording_id), report.fact(control.LOG, level="warning", message="dim"),
             report.fact(control.PARTICIPANT_EVENT, recording_id=recording_id, action="join", participant={"id": 100},
                         data=None)]
    assert await core.attendance.take(bot_id, generation, facts[:4]) == 4
    assert await core.attendance.take(bot_id, generation, facts[2:6]) == 6
    assert await core.attendance.take(bot_id, generation, facts[::-1]) == 7
    once = await everything(core, bot_id)
    for batch in (facts, facts[:1], facts[3:], []):
        assert await core.attendance.take(bot_id, generation, batch) == 7
    assert await everything(core, bot_id) == once
    assert [e.number for e in await core.bots.events(core.workspace_id, bot_id, 0)] == list(range(1, 8))


async def test_a_restart_between_batches_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as core:
        await listen(core)
        bot_id, generation = await core.launched()
        report, recording_id = Reporting(bot_id), first_recording(bot_id)
        facts = [*report.joined(), *report.recording(recording_id), *report.over(recording_id)]
        await core.attendance.take(bot_id, generation, facts[:3])
        token = core.launcher.launched[-1][2].token
    async with running(tmp_path) as core:
        welcome = await core.attendance.hello(bot_id, token, Hello(bot_id, generation, 0))
        assert isinstance(welcome, Welcome)
        assert welcome.acknowledged == 3
        assert await core.attendance.take(bot_id, generation, facts) == len(facts)
        assert (await core.states(bot_id)).count("joining_call") == 1
        assert (await core.states(bot_id))[-1] == "call_ended"


async def test_what_cannot_follow_is_told_and_does_not_hold_back_the_rest(core: Core) -> None:
    bot_id, generation = await core.launched()
    report = Reporting(bot_id)
    facts = [report.state("done"), report.state("in_call_recording"), report.state("nonsense"),
             report.fact(control.RECORDING_STOPPED, recording_id=new_id()), report.fact("gossip"),
             report.fact(control.ARTIFACT_STORED), report.fact(control.RECORDING_STARTED, recording_id="../x"),
             report.fact(control.ARTIFACT_FAILED, recording_id=None, artifact=[]), report.state("joining_call")]
    assert await core.attendance.take(bot_id, generation, facts) == 9
    assert await core.states(bot_id) == ["ready", "joining_call"]
    lines = await core.bots.logs(core.workspace_id, bot_id)
    assert [line.level for line in lines] == ["error"] * 8
    assert "nothing leads from ready to done" in lines[0].message


async def test_a_bot_cannot_say_done_for_itself(core: Core) -> None:
    bot_id, generation = await core.launched()
    report = await whole_meeting(core, bot_id, generation)
    await core.attendance.take(bot_id, generation, [report.state("done")])
    assert (await core.states(bot_id))[-1] == "recording_done"


async def test_the_end_keeps_its_first_reason(core: Core) -> None:
    bot_id, generation = await core.launched()
    report = Reporting(bot_id)
    facts = [*report.joined(), report.state("fatal", "bot_errored"), report.state("call_ended", "call_ended_by_host")]
    await core.attendance.take(bot_id, generation, facts)
    assert (await core.states(bot_id))[-1] == "fatal"
    assert core.engine.told == []
    await core.attendance.take(bot_id, generation, [report.fact(control.MEDIA_FINISHED)])
    assert core.engine.told == [(bot_id, generation, "ended")]


async def test_no_two_moments_of_a_bot_are_less_than_a_millisecond_apart(core: Core) -> None:
    await listen(core)
    bot_id, generation = await core.launched()
    same = [Fact(n, START_MS, control.STATE_CHANGED, {"state": s}) for n, s in enumerate(
        ("joining_call", "in_call_not_recording", "in_call_recording", "in_call_not_recording", "in_call_recording"), 1)]
    early = Fact(6, START_MS - 5000, control.STATE_CHANGED, {"state": "call_ended", "sub_code": "call_ended_by_host"})
    started = [Fact(n, START_MS, control.RECORDING_STARTED, {"recording_id": derived_id(bot_id, "recording", str(n))})
               for n in (7, 8)]
    await core.attendance.take(bot_id, generation, [*same, early, *started])
    moments = [s.updated_at_ms for s in (await core.bots.get(core.workspace_id, bot_id)).status_changes]
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))
    owed = [json.loads(d.body) for d in await core.store.read(lambda tx: tx.webhooks.pending(1000))]
    keys = [(body["event"], body["data"]["bot_id"], body["data"]["updated_at"]) for body in owed]
    assert len(keys) == len(set(keys))
    assert {"bot.in_call_recording", "bot.status_change", "recording.processing", "video_mixed.processing"} <= {
        body["event"] for body in owed}


async def test_a_failed_batch_leaves_nothing_behind(core: Core) -> None:
    bot_id, generation = await core.launched()
    before = await everything(core, bot_id)
    unstorable = cast(float, object())
    facts = [Reporting(bot_id).state("joining_call"), Fact(2, unstorable, control.LOG, {"level": "info", "message": "m"})]
    with pytest.raises(SQLAlchemyError):
        await core.attendance.take(bot_id, generation, facts)
    assert await everything(core, bot_id) == before


# --- media --------------------------------------------------------------------------------------------------------------


async def test_uploads_are_signed_for_files_of_the_bots_own_recordings_only(core: Core) -> None:
    bot_id, generation = await core.launched()
    other_id, other_generation = await core.launched()
    report, recording_id = Reporting(bot_id), first_recording(bot_id)
    await core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(recording_id)])
    [grant] = await core.attendance.uploads(
        bot_id, generation, [{"recording_id": recording_id, "name": "video_mixed.mp4"}])
    assert grant["key"] == f"w/{core.workspace_id}/recordings/{recording_id}/video_mixed/video_mixed.mp4"
    assert grant["path"].startswith(f"/internal/blobs/{grant['key']}?Expires=")
    for who, number, recording, name in (
        (bot_id, generation, recording_id, "../../passwd"), (bot_id, generation, new_id(), "video_mixed.mp4"),
        (other_id, other_generation, recording_id, "video_mixed.mp4"),
    ):
        with pytest.raises(InvalidRequest):
            await core.attendance.uploads(who, number, [{"recording_id": recording, "name": name}])


async def test_a_file_that_is_not_there_makes_a_failed_artifact(core: Core) -> None:
    bot_id, generation = await core.launched()
    report, recording_id = Reporting(bot_id), first_recording(bot_id)
    await core.attendance.take(bot_id, generation, [
        *report.joined(), *report.recording(recording_id),
        report.fact(control.ARTIFACT_STORED, recording_id=recording_id, artifact="video_mixed",
                    files=[{"name": "video_mixed.mp4", "key": "w/elsewhere", "size": 5}], report=None)])
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    status = next(a.status for a in recording.artifacts if a.kind == "video_mixed")
    assert (status.code, status.sub_code) == ("failed", "file_missing")


async def test_one_bot_cannot_write_into_the_recording_of_another(core: Core) -> None:
    bot_id, generation = await core.launched()
    await whole_meeting(core, bot_id, generation)
    before = await core.recordings.get(core.workspace_id, first_recording(bot_id))
    other_id, other_generation = await core.launched()
    report = Reporting(other_id)
    await core.attendance.take(other_id, other_generation, [
        *report.joined(), report.fact(control.RECORDING_STARTED, recording_id=first_recording(bot_id)),
        report.fact(control.ARTIFACT_FAILED, recording_id=first_recording(bot_id), artifact="video_mixed", sub_code="x")])
    assert await core.recordings.get(core.workspace_id, first_recording(bot_id)) == before
    assert (await core.bots.get(core.workspace_id, other_id)).recordings == ()


async def test_with_zero_retention_nothing_of_the_content_is_kept(core: Core) -> None:
    bot_id, generation = await core.launched(config=config(retention=None))
    job = (await core.hello(bot_id, generation)).job
    assert job["recording_config"]["video_mixed_mp4"] is None
    report, recording_id = Reporting(bot_id), first_recording(bot_id)
    await core.attendance.take(bot_id, generation, [
        *report.joined(), *report.recording(recording_id),
        report.fact(control.PARTICIPANT_EVENT, recording_id=recording_id, action="join", participant={}, data=None),
        report.fact(control.UTTERANCE, recording_id=recording_id, participant={}, utterance={}),
        *report.over(recording_id), *report.finished()])
    assert {e.type for e in await core.bots.events(core.workspace_id, bot_id, 0)} == {
        control.STATE_CHANGED, control.RECORDING_STARTED, control.RECORDING_STOPPED}
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    assert recording.artifacts == ()
    await core.lifecycle.publish(bot_id)
    assert (await core.states(bot_id))[-1] == "done"


# --- orders -------------------------------------------------------------------------------------------------------------


async def test_an_order_wakes_the_channel_and_is_repeated_until_it_is_acknowledged(core: Core) -> None:
    bot_id, _ = await core.launched()
    waiting = asyncio.ensure_future(core.attendance.order_waiting(bot_id, 0))
    await asyncio.sleep(0)
    await core.bots.leave(core.workspace_id, bot_id)
    async with asyncio.timeout(0.9):
        await waiting
        await core.attendance.order_waiting(bot_id, 0)
    assert [o.number for o in await core.attendance.orders(bot_id, 0)] == [1]
    assert [o.number for o in await core.attendance.orders(bot_id, 0)] == [1]
    await core.bots.leave(core.workspace_id, bot_id)
    assert [o.number for o in await core.attendance.orders(bot_id, 1)] == [2]
    await core.attendance.acknowledge_order(bot_id, 1)
    assert [o.number for o in await core.attendance.orders(bot_id, 0)] == [2]


async def test_a_pause_is_told_and_a_stop_ends_it(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.hello(bot_id, generation)
    report = Reporting(bot_id)
    await core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(RECORDING)])

    async def after(*facts: Fact) -> str:
        await core.attendance.take(bot_id, generation, list(facts))
        return (await core.recordings.get(core.workspace_id, RECORDING)).status.code

    assert await after(report.fact(control.RECORDING_PAUSED, recording_id=RECORDING)) == "paused"
    assert await after(report.fact(control.RECORDING_PAUSED, recording_id=RECORDING)) == "paused"
    assert await after(report.fact(control.RECORDING_RESUMED, recording_id=RECORDING)) == "processing"
    assert await after(report.fact(control.RECORDING_PAUSED, recording_id=RECORDING)) == "paused"
    assert await after(report.fact(control.RECORDING_STOPPED, recording_id=RECORDING)) == "processing"
    shown = [event.type for event in await core.bots.events(core.workspace_id, bot_id, 0)]
    assert shown.count("recording_paused") == 2


async def test_a_recording_follows_the_configuration_it_was_started_with(core: Core) -> None:
    bot_id, generation = await core.launched(config=config(retention={"type": "forever"}))
    await core.hello(bot_id, generation)
    report, second = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000002"
    own = {"audio_mixed_mp3": {"metadata": {"a": "b"}}, "metadata": {"part": "2"}, "retention": {"type": "timed", "hours": 2}}
    await core.attendance.take(bot_id, generation, [
        *report.joined(), *report.recording(RECORDING), report.fact(control.RECORDING_STOPPED, recording_id=RECORDING),
        report.state("in_call_not_recording"),
        report.fact(control.RECORDING_STARTED, recording_id=second, recording_config=own), report.state("in_call_recording"),
        *report.over(second), *report.finished(),
    ])
    await core.lifecycle.publish(bot_id)
    recording = await core.recordings.get(core.workspace_id, second)
    assert [(a.kind, a.metadata) for a in recording.artifacts] == [("audio_mixed", {"a": "b"})]
    assert recording.metadata == {"part": "2"}
    assert recording.expires_at_ms == (recording.completed_at_ms or 0) + 2 * 3_600_000
    assert (await core.recordings.get(core.workspace_id, RECORDING)).expires_at_ms is None
