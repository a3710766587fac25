from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.errors import NotFound
from rapporteur.domain.ids import derived_id
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.retention import expires_at_ms, keeps_nothing
from rapporteur.services.filters import ArtifactFilters, RecordingFilters
from tests.fakes.core import START_MS, Core, Reporting, config, running

pytestmark = pytest.mark.unit

VIDEO = ArtifactKind.VIDEO_MIXED


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


async def recorded(core: Core, recordings: int = 1, **changes: object) -> tuple[str, list[str]]:
    bot_id, generation = await core.next((await core.bot(**changes)).id)
    report = Reporting(bot_id)
    ids = [derived_id(bot_id, "recording", str(n + 1)) for n in range(recordings)]
    await core.attendance.take(bot_id, generation, [*report.joined(), *(f for i in ids for f in report.recording(i))])
    return bot_id, ids


async def test_a_recording_is_read_with_its_bot_and_its_artifacts(core: Core) -> None:
    bot_id, [recording_id] = await recorded(
        core, metadata={"team": "a"}, external_id="crm", config=config(metadata={"topic": "b"}))
    view = await core.recordings.get(core.workspace_id, recording_id)
    assert (view.bot_id, view.bot_metadata, view.external_id, view.metadata) == (bot_id, {"team": "a"}, "crm", {"topic": "b"})
    assert view.status.code == "processing"
    video = next(a for a in view.artifacts if a.kind is VIDEO)
    assert await core.recordings.artifact(core.workspace_id, VIDEO, video.id) == video
    assert video.recording_metadata == {"topic": "b"}
    with pytest.raises(NotFound):
        await core.recordings.artifact(core.workspace_id, ArtifactKind.TRANSCRIPT, video.id)


async def test_recordings_are_listed_newest_first_by_page_and_filter(core: Core) -> None:
    bot_id, ids = await recorded(core, 3)
    other_bot, [other] = await recorded(core)

    async def listed(filters: RecordingFilters, cursor: str | None = None, limit: int = 10):
        return await core.recordings.list(core.workspace_id, filters, cursor, limit)

    of_bot = RecordingFilters(bot_id=bot_id)
    first = await listed(of_bot, limit=2)
    assert [r.id for r in first.items] == ids[:0:-1]
    assert [r.id for r in (await listed(of_bot, first.next_cursor, 2)).items] == ids[:1]
    assert [r.id for r in (await listed(RecordingFilters(bot_id=other_bot))).items] == [other]
    middle = (await core.recordings.get(core.workspace_id, ids[1])).created_at_ms
    assert ids[0] not in [r.id for r in (await listed(RecordingFilters(created_at_after_ms=middle))).items]
    assert ids[2] not in [r.id for r in (await listed(RecordingFilters(created_at_before_ms=middle))).items]
    assert (await listed(RecordingFilters(status_code="done"))).items == []
    assert [r.id for r in (await core.bots.get(core.workspace_id, bot_id)).recordings] == ids


async def test_artifacts_are_listed_by_recording_time_and_status(core: Core) -> None:
    _, ids = await recorded(core, 2)

    async def listed(**filters: object) -> list[str]:
        page = await core.recordings.artifacts(core.workspace_id, VIDEO, ArtifactFilters(**filters), None, 10)
        return [a.recording_id for a in page.items]

    assert await listed() == ids[::-1]
    assert await listed(recording_id=ids[0]) == ids[:1]
    assert await listed(status_code="processing") == ids[::-1]
    assert await listed(status_code="failed") == []
    later = (await core.recordings.get(core.workspace_id, ids[1])).created_at_ms
    assert await listed(created_at_after_ms=later) == ids[1:]
    assert await listed(created_at_before_ms=later - 1) == ids[:1]


async def test_metadata_is_replaced(core: Core) -> None:
    _, [recording_id] = await recorded(core)
    view = await core.recordings.set_metadata(core.workspace_id, recording_id, {"a": "1"})
    assert view.metadata == {"a": "1"}
    video = view.artifacts[0]
    assert video.recording_metadata == {"a": "1"}
    changed = await core.recordings.set_artifact_metadata(core.workspace_id, video.kind, video.id, {"b": None})
    assert changed.metadata == {"b": None}
    again = await core.recordings.get(core.workspace_id, recording_id)
    assert (again.metadata, {a.id: a.metadata for a in again.artifacts}[video.id]) == ({"a": "1"}, {"b": None})


async def test_a_workspace_reads_and_changes_its_own_recordings_only(core: Core) -> None:
    await core.store.write(lambda tx: tx.keys.ensure_workspace("other", "Other", 0))
    _, [recording_id] = await recorded(core)
    video = (await core.recordings.get(core.workspace_id, recording_id)).artifacts[0]
    for attempt in (
        core.recordings.get("other", recording_id), core.recordings.artifact("other", video.kind, video.id),
        core.recordings.set_metadata("other", recording_id, {}),
        core.recordings.set_artifact_metadata("other", video.kind, video.id, {}),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await core.recordings.list("other", RecordingFilters(), None, 10)).items == []
    assert (await core.recordings.artifacts("other", video.kind, ArtifactFilters(), None, 10)).items == []


def test_retention_is_some_hours_for_ever_or_nothing() -> None:
    assert expires_at_ms({"retention": {"type": "timed", "hours": 2}}, START_MS) == START_MS + 7_200_000
    for stays in ({"retention": {"type": "forever"}}, {}, {"retention": None}):
        assert expires_at_ms(stays, START_MS) is None
    assert [keeps_nothing(c) for c in ({"retention": None}, {}, {"retention": {"type": "forever"}})] == [True, False, False]
