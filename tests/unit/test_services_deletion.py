"""What was recorded goes when it is told to, or when its time has come: rows, objects, tapes and what live views remember."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.domain.errors import NotFound, Refused
from rapporteur.domain.ids import derived_id
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services import callbacks
from rapporteur.services.deletion import Deletion
from rapporteur.services.rows import DeliveryRow, EndpointRow
from rapporteur.storage.blobs import Blobs
from rapporteur.wire import control
from tests.fakes.core import START_MS, Core, Reporting, config, running, upload

pytestmark = pytest.mark.unit

HOUR_MS = 3_600_000
CANARY = "the canary sings"
ADA = {"id": 100, "name": CANARY}


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        await core.store.write(lambda tx: tx.webhooks.add_endpoint(EndpointRow(
            "e", core.workspace_id, None, "http://127.0.0.1:1/hook", (), "whsec_c2VjcmV0", True, "", START_MS)))
        yield core


async def recorded(core: Core, hours: int = 2, recordings: int = 1) -> str:
    """A bot that is done, with content everywhere content may be."""
    bot_id, generation = await core.launched(config=config(retention={"type": "timed", "hours": hours}))
    await core.hello(bot_id, generation)
    report = Reporting(bot_id)
    await core.attendance.take(bot_id, generation, report.joined())
    for number in range(1, recordings + 1):
        recording_id = derived_id(bot_id, "recording", str(number))
        await core.attendance.take(bot_id, generation, [
            *report.recording(recording_id),
            report.fact(control.PARTICIPANT_EVENT, recording_id=recording_id, action="join", participant=ADA, data=None),
            report.fact(control.UTTERANCE, recording_id=recording_id, participant=ADA, utterance={"words": [[CANARY, 0, 1]]}),
            report.fact(control.RECORDING_STOPPED, recording_id=recording_id), report.state("in_call_not_recording"),
        ])
    await core.attendance.take(bot_id, generation, [report.state("call_ended", "call_ended_by_host")])
    for number in range(1, recordings + 1):
        recording_id = derived_id(bot_id, "recording", str(number))
        await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    await core.attendance.take(bot_id, generation, report.finished())
    core.clock.at_ms = report.at_ms
    await core.lifecycle.publish(bot_id)
    tape = core.folder / "bots" / bot_id / "tape"
    tape.mkdir(parents=True)
    (tape / "0001.tape").write_text(CANARY)
    return bot_id


def objects(core: Core) -> list[Path]:
    return [path for path in (core.folder / "blobs").rglob("*") if path.is_file()]


async def codes(core: Core, bot_id: str) -> list[str]:
    return [r.status.code for r in (await core.bots.get(core.workspace_id, bot_id)).recordings]


async def remembered(core: Core, bot_id: str) -> str:
    return str([event.body for event in await core.bots.events(core.workspace_id, bot_id, 0)])


async def sent(core: Core) -> list[str]:
    return await core.store.read(lambda tx: [d.event for d in tx.webhooks.pending(1000)])


async def test_deleting_the_media_of_a_bot_leaves_nothing_of_the_meeting(core: Core) -> None:
    bot_id = await recorded(core, recordings=2)
    assert CANARY in await remembered(core, bot_id)
    view = await core.deletion.of_bot(core.workspace_id, bot_id)
    assert view.status_changes[-1].code == "media_expired"
    assert [r.status.code for r in view.recordings] == ["deleted", "deleted"]
    assert {(a.status.code, a.files) for r in view.recordings for a in r.artifacts} == {("deleted", ())}
    assert objects(core) == []
    assert not (core.folder / "bots" / bot_id / "tape").exists()
    assert CANARY not in await remembered(core, bot_id)
    deleted = sorted(event for event in await sent(core) if event.endswith(".deleted"))
    assert deleted == sorted(2 * ["meeting_metadata.deleted", "participant_events.deleted", "recording.deleted",
                                  "video_mixed.deleted"])
    assert view.meeting_url is not None
    again = await core.deletion.of_bot(core.workspace_id, bot_id)
    assert again == view, "once deleted, nothing changes"


async def test_media_that_is_still_being_made_cannot_be_deleted(core: Core) -> None:
    fresh = await core.bot()
    with pytest.raises(Refused) as refusal:
        await core.deletion.of_bot(core.workspace_id, fresh.id)
    assert refusal.value.code == "cannot_command_unstarted_bot"
    bot_id, generation = await core.next(fresh.id)
    report, recording_id = Reporting(bot_id), derived_id(bot_id, "recording", "1")
    await core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(recording_id)])
    artifact = (await core.recordings.get(core.workspace_id, recording_id)).artifacts[0]
    for attempt in (
        core.deletion.of_bot(core.workspace_id, bot_id), core.deletion.of_recording(core.workspace_id, recording_id),
        core.deletion.of_artifact(core.workspace_id, artifact.kind, artifact.id),
    ):
        with pytest.raises(Refused) as refusal:
            await attempt
        assert refusal.value.code == "media_in_progress"


async def test_nobody_deletes_in_another_workspace(core: Core) -> None:
    bot_id = await recorded(core)
    recording = (await core.bots.get(core.workspace_id, bot_id)).recordings[0]
    for attempt in (
        core.deletion.of_bot("other", bot_id), core.deletion.of_recording("other", recording.id),
        core.deletion.of_artifact("other", recording.artifacts[0].kind, recording.artifacts[0].id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert len(objects(core)) > 0


async def test_one_recording_goes_and_the_other_stays(core: Core) -> None:
    bot_id = await recorded(core, recordings=2)
    first, second = (await core.bots.get(core.workspace_id, bot_id)).recordings
    before = len(objects(core))
    await core.deletion.of_recording(core.workspace_id, first.id)
    assert await codes(core, bot_id) == ["deleted", "done"]
    assert len(objects(core)) == before / 2
    assert (await core.states(bot_id))[-1] == "done"
    assert CANARY in await remembered(core, bot_id), "of the other recording"
    await core.deletion.of_recording(core.workspace_id, second.id)
    assert (await core.states(bot_id))[-1] == "media_expired"
    assert objects(core) == []
    assert not (core.folder / "bots" / bot_id / "tape").exists()


async def test_one_artifact_goes_with_what_live_views_know_of_it(core: Core) -> None:
    bot_id = await recorded(core)
    [recording] = (await core.bots.get(core.workspace_id, bot_id)).recordings
    events = next(a for a in recording.artifacts if a.kind is ArtifactKind.PARTICIPANT_EVENTS)
    await core.deletion.of_artifact(core.workspace_id, events.kind, events.id)
    await core.deletion.of_artifact(core.workspace_id, events.kind, events.id)
    assert not [path for path in objects(core) if "participant_events" in str(path)]
    assert {event.type for event in await core.bots.events(core.workspace_id, bot_id, 0)} >= {control.UTTERANCE}
    assert await codes(core, bot_id) == ["done"]
    assert (await sent(core)).count("participant_events.deleted") == 1


async def test_media_goes_when_its_time_has_come_and_not_before(core: Core) -> None:
    soon, later = await recorded(core, hours=2), await recorded(core, hours=5)
    core.clock.at_ms += 1.9 * HOUR_MS
    await core.deletion.due()
    assert (await codes(core, soon), await codes(core, later)) == (["done"], ["done"])
    core.clock.at_ms += 0.2 * HOUR_MS
    await core.deletion.due()
    await core.deletion.due()
    assert (await codes(core, soon), await codes(core, later)) == (["deleted"], ["done"])
    assert ((await core.states(soon))[-1], (await core.states(later))[-1]) == ("media_expired", "done")
    assert (await sent(core)).count("recording.deleted") == 1


async def test_the_callback_of_a_deletion_waits_for_its_end(core: Core) -> None:
    told = []
    for bot_id, well in ((await recorded(core), True), (await recorded(core), False)):
        bot = await core.store.read(lambda tx, bot_id=bot_id: tx.bots.get(bot_id))
        assert bot is not None
        bot = replace(bot, config=bot.config | {"callback": {"url": "http://127.0.0.1:1/hook", "profile": "seed"}})
        await core.store.write(lambda tx, bot=bot: (
            tx.bots.update(bot.id, config=bot.config),
            tx.webhooks.add_endpoint(callbacks.endpoint(bot, "whsec_c2VjcmV0", START_MS)),
        ))
        if well:
            waiting = Watching(core, bot_id)
            await Deletion(core.store, waiting, core.clock, bots_dir=core.folder / "bots").of_bot(core.workspace_id, bot_id)
            assert waiting.states == {"retrying"}, "not before the last file is gone"
        else:
            dying = Deletion(core.store, Dying.local(core.folder / "blobs"), core.clock, bots_dir=core.folder / "bots")
            with pytest.raises(OSError, match="power"):
                await dying.of_bot(core.workspace_id, bot_id)
        row = await callback(core, bot_id)
        said = json.loads(row.body)
        told.append((row.state, said["status"], said["status_code"], said["deleted_objects"] > 0))
    assert told == [("pending", "success", 200, True), ("pending", "failed", 500, False)]


async def callback(core: Core, bot_id: str) -> DeliveryRow:
    row = await core.store.read(lambda tx: tx.webhooks.get_delivery(callbacks.deletion_id(bot_id)))
    assert row is not None
    return row


class Watching(Blobs):
    """Looks at the callback of a bot's deletion whenever a file of it goes."""

    def __init__(self, core: Core, bot_id: str) -> None:
        self.__dict__ |= Blobs.local(core.folder / "blobs").__dict__
        self._core, self._bot_id = core, bot_id
        self.states: set[str] = set()

    async def delete(self, key: str) -> None:
        self.states.add((await callback(self._core, self._bot_id)).state)
        await super().delete(key)


class Dying(Blobs):
    async def delete(self, key: str) -> None:
        raise OSError("the power went")


async def test_a_deletion_that_was_cut_off_is_completed_later(core: Core) -> None:
    bot_id = await recorded(core)
    dying = Deletion(core.store, Dying.local(core.folder / "blobs"), core.clock, bots_dir=core.folder / "bots")
    with pytest.raises(OSError, match="power"):
        await dying.of_bot(core.workspace_id, bot_id)
    assert await codes(core, bot_id) == ["deleted"], "no link leads to it any more"
    assert len(objects(core)) > 0
    await core.deletion.due()
    assert objects(core) == []
