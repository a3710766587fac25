"""The end of a bot's recordings: what is claimed to be stored is looked at, and only then said to be done."""

from __future__ import annotations

from rapporteur.domain.lifecycle import BotEvent, BotState
from rapporteur.domain.recording import MediaStatus
from rapporteur.domain.retention import expires_at_ms
from rapporteur.services import callbacks
from rapporteur.services.course import Course
from rapporteur.services.facts import called
from rapporteur.services.ports import BlobStore
from rapporteur.services.rows import ArtifactRow, BotRow, RecordingRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.transcripts import AFTER_CALL


async def sizes(store: Store, blobs: BlobStore, bot_id: str) -> dict[str, int | None]:
    """Of every file that the bot's artifacts name: its real size in the store, None where there is no such file."""

    def keys(tx: UnitOfWork) -> list[str]:
        artifacts = tx.artifacts.of_recordings([r.id for r in tx.recordings.of_bots([bot_id])])
        return [file.key for files in tx.artifacts.files([a.id for a in artifacts]).values() for file in files]

    return {key: await blobs.size(key) for key in await store.read(keys)}


def processing(tx: UnitOfWork, bot: BotRow) -> bool:
    """Whether anything of the bot's recordings is still being made."""
    artifacts = tx.artifacts.of_recordings([r.id for r in tx.recordings.of_bots([bot.id])])
    return any(a.status.code == MediaStatus.PROCESSING and not a.detail.get(AFTER_CALL) for a in artifacts)


def give_up(course: Course, now_ms: float) -> None:
    """What was not made until now never will be."""
    for recording in course.tx.recordings.of_bots([course.bot.id]):
        for artifact in course.tx.artifacts.of_recordings([recording.id]):
            if artifact.status.code == MediaStatus.PROCESSING and not artifact.detail.get(AFTER_CALL):
                _fail(course, recording, artifact, "bot_errored", now_ms)


def conclude(course: Course, sizes: dict[str, int | None], now_ms: float) -> bool:
    """Give every recording its final status and the bot its final state; answers whether all of the media is whole."""
    whole = course.bot.media_finished
    for recording in course.tx.recordings.of_bots([course.bot.id]):
        whole = _recording(course, recording, sizes, now_ms) and whole
    if course.bot.state is BotState.CALL_ENDED:
        course.move(BotEvent.MEDIA_STORED, now_ms)
    if course.bot.state is BotState.RECORDING_DONE:
        course.move(BotEvent.PUBLISHED, now_ms)
    if course.bot.task != "over":
        callbacks.concluded(course.tx, course.bot, course.moment(now_ms))
    course.change(task="over", lease_until_ms=None)
    return whole


def complete(course: Course, recording_id: str, now_ms: float) -> None:
    """End a recording that was over before its call was. Its files were looked at when each was said to be stored."""
    recording = course.tx.recordings.get(recording_id)
    if recording is not None and recording.bot_id == course.bot.id:
        files = course.tx.artifacts.files([a.id for a in course.tx.artifacts.of_recordings([recording_id])])
        _recording(course, recording, {file.key: file.size for own in files.values() for file in own}, now_ms)


def _recording(course: Course, recording: RecordingRow, sizes: dict[str, int | None], now_ms: float) -> bool:
    artifacts = [
        a for a in course.tx.artifacts.of_recordings([recording.id]) if not a.detail.get(AFTER_CALL)
    ]
    files = course.tx.artifacts.files([a.id for a in artifacts])
    failed = 0
    for artifact in artifacts:
        if artifact.status.code == MediaStatus.PROCESSING:
            _fail(course, recording, artifact, "not_produced", now_ms)
            failed += 1
        elif artifact.status.code == MediaStatus.FAILED:
            failed += 1
        elif artifact.status.code == MediaStatus.DONE and any(
            sizes.get(file.key) != file.size for file in files.get(artifact.id, ())
        ):
            _fail(course, recording, artifact, "file_missing", now_ms)
            failed += 1
    course.endpoints_become(recording, "running", "done", now_ms)
    if recording.status.code in (MediaStatus.PROCESSING, MediaStatus.PAUSED):
        completed_at_ms = recording.completed_at_ms or max(course.bot.state_since_ms, recording.started_at_ms)
        course.recording_became(
            recording, MediaStatus.FAILED if artifacts and failed == len(artifacts) else MediaStatus.DONE, now_ms,
            completed_at_ms=completed_at_ms,
            expires_at_ms=expires_at_ms(course.config_of(recording), completed_at_ms),
        )
    return failed == 0


def _fail(course: Course, recording: RecordingRow, artifact: ArtifactRow, sub_code: str, now_ms: float) -> None:
    course.artifact_became(recording, artifact, MediaStatus.FAILED, now_ms, sub_code=sub_code)
    course.log("error", f"{called(artifact)} could not be kept: {sub_code}", now_ms)
