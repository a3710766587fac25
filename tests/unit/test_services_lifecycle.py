from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.ids import derived_id
from rapporteur.domain.rejoining import MAX_REJOINS, WINDOW_MS
from rapporteur.services.scheduling import MISSED_MS
from rapporteur.wire import control
from tests.fakes.core import START_MS, Core, Reporting, config, running, upload

pytestmark = pytest.mark.unit

HOUR_MS = 3_600_000


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


async def recorded(core: Core, *, end: bool = True) -> tuple[str, int, Reporting, str]:
    """A bot whose meeting was recorded, and is over if `end`; its media is not stored yet."""
    bot_id, generation = await core.launched()
    report, recording_id = Reporting(bot_id), derived_id(bot_id, "recording", "1")
    facts = [*report.joined(), *report.recording(recording_id), *(report.over(recording_id) if end else [])]
    await core.attendance.take(bot_id, generation, facts)
    tape = core.folder / "bots" / bot_id / "tape"
    tape.mkdir(parents=True)
    (tape / "0001.tape").write_bytes(b"tape")
    return bot_id, generation, report, recording_id


def has_tape(core: Core, bot_id: str) -> bool:
    return (core.folder / "bots" / bot_id / "tape").exists()


async def test_a_launch_repeated_after_a_crash_gives_the_same_token(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.database.close()
    async with running(core.folder) as again:
        await again.lifecycle.launch(bot_id, generation)
        assert again.launcher.launched == core.launcher.launched
        assert again.launcher.launched[0][2].control_url == f"ws://127.0.0.1:8000/internal/bots/{bot_id}/control"


async def test_generations_attend_before_the_end_and_finish_after_it(core: Core) -> None:
    bot_id, first = await core.launched()
    _, second = await core.next(bot_id)
    assert (first, second) == (1, 2)
    assert (await core.hello(bot_id, second)).job["task"] == "attend"
    await core.attendance.take(bot_id, second, [Reporting(bot_id).state("joining_call")])
    await for_good(core, bot_id, second)
    _, third = await core.next(bot_id)
    assert (await core.hello(bot_id, third)).job["task"] == "finish"


async def test_a_bot_lost_in_its_meeting_joins_again_and_is_told_where_it_stands(core: Core) -> None:
    bot_id, generation, _, recording_id = await recorded(core, end=False)
    states = await core.states(bot_id)
    assert await core.lifecycle.lost(bot_id, generation) == "rejoin"
    assert await core.states(bot_id) == states, "users see no change"
    _, again = await core.next(bot_id)
    job = (await core.hello(bot_id, again)).job
    assert job["task"] == "attend"
    assert job["past"] == {
        "state": "in_call_recording", "began_at_ms": START_MS + 1000, "joined_at_ms": START_MS + 3000,
        "lost_at_ms": core.clock.now_ms(),
    }
    assert job["recordings"] == [{
        "id": recording_id, "started_at_ms": START_MS + 4000, "open": True, "recording_config": None, "paused": False,
        "published": False,
    }]
    assert "the bot joins its meeting again" in [line.message for line in await core.bots.logs(core.workspace_id, bot_id)]


async def test_a_bot_that_dies_again_and_again_is_fatal(core: Core) -> None:
    bot_id, generation, *_ = await recorded(core, end=False)
    fates = [await gone(core, bot_id, generation)]
    for _ in range(MAX_REJOINS):
        _, generation = await core.next(bot_id)
        fates.append(await gone(core, bot_id, generation))
    assert fates == ["rejoin"] * MAX_REJOINS + ["finish"]
    last = (await core.bots.get(core.workspace_id, bot_id)).status_changes[-1]
    assert (last.code, last.sub_code) == ("fatal", "bot_errored")


async def test_losses_of_long_ago_do_not_count(core: Core) -> None:
    bot_id, generation, *_ = await recorded(core, end=False)
    for _ in range(MAX_REJOINS + 2):
        assert await core.lifecycle.lost(bot_id, generation) == "rejoin"
        core.clock.at_ms += WINDOW_MS / MAX_REJOINS + 1
        _, generation = await core.next(bot_id)


async def test_a_bot_that_was_told_to_leave_does_not_come_back(core: Core) -> None:
    bot_id, generation, *_ = await recorded(core, end=False)
    await core.bots.leave(core.workspace_id, bot_id)
    assert await core.lifecycle.lost(bot_id, generation) == "finish"
    last = (await core.bots.get(core.workspace_id, bot_id)).status_changes[-1]
    assert (last.code, last.sub_code) == ("call_ended", "bot_received_leave_call")


async def gone(core: Core, bot_id: str, generation: int) -> str:
    core.clock.at_ms += 1000
    return await core.lifecycle.lost(bot_id, generation)


async def for_good(core: Core, bot_id: str, generation: int) -> int:
    """Lose a bot as often as it comes back; answer the generation that was the last."""
    while await gone(core, bot_id, generation) == "rejoin":
        _, generation = await core.next(bot_id)
    return generation


async def test_a_bot_lost_for_good_is_fatal_and_a_finisher_stores_what_it_recorded(core: Core) -> None:
    bot_id, generation, _, recording_id = await recorded(core, end=False)
    await for_good(core, bot_id, generation)
    last = (await core.bots.get(core.workspace_id, bot_id)).status_changes[-1]
    assert (last.code, last.sub_code) == ("fatal", "bot_errored")
    _, finisher = await core.next(bot_id)
    welcome = await core.hello(bot_id, finisher)
    assert welcome.acknowledged == 0
    assert welcome.job["past"] is None
    report = Reporting(bot_id)
    again = [report.fact(control.RECORDING_STARTED, recording_id=recording_id)]
    facts = await upload(core, bot_id, finisher, recording_id, report)
    await core.attendance.take(bot_id, finisher, [*again, *facts, report.fact(control.MEDIA_FINISHED)])
    assert core.engine.told == [(bot_id, finisher, "ended")]
    await core.lifecycle.publish(bot_id)
    view = await core.bots.get(core.workspace_id, bot_id)
    assert view.status_changes[-1].code == "fatal"
    assert view.recordings[0].status.code == "done"
    assert {a.status.code for a in view.recordings[0].artifacts} == {"done"}
    assert not has_tape(core, bot_id)


async def test_a_bot_that_never_spoke_failed_to_launch_in_time(core: Core) -> None:
    bot_id, generation = await core.launched()
    core.clock.at_ms += 61_000
    assert await core.lifecycle.expired_leases(core.clock.now_ms()) == [(bot_id, generation)]
    assert await core.lifecycle.lost(bot_id, generation) == "finish"
    last = (await core.bots.get(core.workspace_id, bot_id)).status_changes[-1]
    assert (last.code, last.sub_code) == ("fatal", "failed_to_launch_in_time")
    assert await core.lifecycle.expired_leases(core.clock.now_ms()) == []


async def test_a_loss_after_the_call_keeps_the_calls_own_end(core: Core) -> None:
    bot_id, generation, *_ = await recorded(core)
    assert await core.lifecycle.lost(bot_id, generation) == "finish"
    assert (await core.states(bot_id))[-1] == "call_ended"


async def test_a_loss_of_what_was_stored_already_or_of_an_older_process_is_none(core: Core) -> None:
    bot_id, generation, report, recording_id = await recorded(core)
    await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    assert await core.lifecycle.lost(bot_id, generation) == "ended"
    assert await core.lifecycle.next_generation(bot_id) is None
    await core.lifecycle.publish(bot_id)
    assert (await core.states(bot_id))[-2:] == ["recording_done", "done"]
    assert await core.lifecycle.lost(bot_id, generation) == "ended"
    other, first = await core.launched()
    await core.next(other)
    assert await core.lifecycle.lost(other, first) == "stale"
    assert await core.lifecycle.lost("unknown", 1) == "ended"


async def test_after_three_finishers_the_server_gives_up_and_keeps_the_tape(core: Core) -> None:
    bot_id, generation, *_ = await recorded(core, end=False)
    generation = await for_good(core, bot_id, generation)
    _, generation = await core.next(bot_id)
    outcomes = ["finish"]
    for _ in range(3):
        outcomes.append(await core.lifecycle.lost(bot_id, generation))
        if outcomes[-1] == "finish":
            _, generation = await core.next(bot_id)
    assert outcomes == ["finish", "finish", "finish", "give_up"]
    assert await core.lifecycle.lost(bot_id, generation) == "give_up"
    await core.lifecycle.publish(bot_id)
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    assert recording.status.code == "failed"
    assert {(a.status.code, a.status.sub_code) for a in recording.artifacts} == {("failed", "bot_errored")}
    assert (await core.states(bot_id))[-1] == "fatal"
    assert has_tape(core, bot_id)
    assert await core.lifecycle.live_bots() == []


async def test_done_is_said_after_every_file_was_seen_and_only_once(core: Core) -> None:
    bot_id, generation, report, recording_id = await recorded(core)
    await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    await core.attendance.take(bot_id, generation, report.finished())
    core.clock.at_ms += 10_000
    await core.lifecycle.publish(bot_id)
    view = await core.bots.get(core.workspace_id, bot_id)
    [recording] = view.recordings
    assert view.status_changes[-1].code == "done"
    assert recording.status.code == "done"
    assert recording.status.updated_at_ms < view.status_changes[-1].updated_at_ms
    assert recording.expires_at_ms == START_MS + 6000 + 168 * HOUR_MS
    assert not has_tape(core, bot_id)
    await core.lifecycle.publish(bot_id)
    assert await core.bots.get(core.workspace_id, bot_id) == view


async def test_a_file_that_went_missing_or_is_short_is_no_done_artifact(core: Core) -> None:
    bot_id, generation, report, recording_id = await recorded(core)
    await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    await core.attendance.take(bot_id, generation, report.finished())
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    files = {a.kind.value: a.files[0].key for a in recording.artifacts}
    await core.blobs.delete(files["video_mixed"])
    await core.stored(files["meeting_metadata"], b"cut")
    await core.lifecycle.publish(bot_id)
    view = await core.bots.get(core.workspace_id, bot_id)
    assert {a.kind.value: a.status.sub_code for a in view.recordings[0].artifacts} == {
        "video_mixed": "file_missing", "meeting_metadata": "file_missing", "participant_events": None}
    assert view.status_changes[-1].code == "done"
    assert has_tape(core, bot_id)


async def test_a_bot_that_recorded_nothing_is_done_too(core: Core) -> None:
    bot_id, generation = await core.launched(config=config(retention={"type": "forever"}))
    report = Reporting(bot_id)
    await core.attendance.take(bot_id, generation, [
        *report.joined(), report.state("call_ended", "timeout_exceeded_waiting_room"), *report.finished()])
    await core.lifecycle.publish(bot_id)
    assert (await core.states(bot_id))[-1] == "done"


async def test_bots_that_wait_and_bots_that_live_are_known_apart(core: Core) -> None:
    waiting = await core.bot(join_at_ms=START_MS + 60_000)
    now = await core.bot()
    living, generation = await core.launched()
    assert sorted(await core.lifecycle.unstarted(), key=str) == sorted(
        [(waiting.id, START_MS + 60_000), (now.id, None)], key=str)
    assert await core.lifecycle.live_bots() == [(living, generation)]


async def test_a_scheduled_bot_that_missed_its_time_is_fatal_and_never_set_out(core: Core) -> None:
    bot = await core.bot(join_at_ms=START_MS + 60_000)
    core.clock.at_ms += 60_000 + MISSED_MS + 1
    assert await core.lifecycle.next_generation(bot.id) is None
    await core.lifecycle.publish(bot.id)
    view = await core.bots.get(core.workspace_id, bot.id)
    assert [(s.code, s.sub_code) for s in view.status_changes] == [("ready", None), ("fatal", "failed_to_launch_in_time")]
    assert core.launcher.launched == []
    assert await core.lifecycle.unstarted() == await core.lifecycle.live_bots() == []


async def test_a_scheduled_bot_that_is_a_little_late_sets_out(core: Core) -> None:
    bot = await core.bot(join_at_ms=START_MS + 60_000)
    core.clock.at_ms += 60_000 + MISSED_MS
    assert await core.lifecycle.next_generation(bot.id) == 1
