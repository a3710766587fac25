"""Deleting what was recorded: on request, or when its time has come. What was said and done goes; that it was, stays.

A deletion is marked first, which ends every link at once, and its files are erased then. A crash in between leaves files of
artifacts that are marked: the next `due` erases them. The tape, if one was kept, is of all recordings of a bot and goes with
the last of them.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import structlog

from rapporteur.domain.errors import NotFound, RapporteurError, Refused
from rapporteur.domain.lifecycle import TERMINAL, BotEvent, BotState
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.kit.clock import Clock
from rapporteur.services import callbacks, viewing
from rapporteur.services.course import Course, following
from rapporteur.services.ports import BlobStore
from rapporteur.services.rows import ArtifactRow, BotRow, RecordingRow, ScreenshotRow
from rapporteur.services.screenshots import KEPT_MS
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import BotView
from rapporteur.wire import control

log = structlog.get_logger()

AT_ONCE = 100
"""Recordings, and artifacts with files, that one `due` takes."""
_CONTENT = {
    ArtifactKind.PARTICIPANT_EVENTS: control.PARTICIPANT_EVENT,
    ArtifactKind.TRANSCRIPT: control.UTTERANCE,
}
"""What the live view remembers of a meeting, by the artifact it is the same content as."""
_KEPT = ("lock-", "process-", "bot.log")


class Deletion:
    def __init__(self, store: Store, blobs: BlobStore, clock: Clock, *, bots_dir: Path) -> None:
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._bots_dir = bots_dir

    async def of_bot(self, workspace_id: str, bot_id: str) -> BotView:
        """Delete all media of all recordings; the bot becomes `media_expired`. Once deleted, nothing changes.

        Refused with cannot_command_unstarted_bot, or media_in_progress until the bot and its files are done.
        """
        bot = await self._store.read(lambda tx: _deletable(tx, workspace_id, bot_id))
        await asyncio.to_thread(clear_folder, self._bots_dir / bot.id)
        now = self._clock.now_ms()

        def mark(tx: UnitOfWork) -> None:
            with following(tx, _deletable(tx, workspace_id, bot_id)) as course:
                for recording in tx.recordings.of_bots([bot_id]):
                    _delete(course, recording, now)
                _expire(course, now)
            _forget(tx, workspace_id, bot_id)

        await self._store.write(mark)
        await self._erase_all(bot_id)
        return await self._store.read(lambda tx: viewing.bots(tx, [_deletable(tx, workspace_id, bot_id)])[0])

    async def of_recording(self, workspace_id: str, recording_id: str) -> None:
        """Delete a recording with all its artifacts. Refused(media_in_progress) until it is done."""
        await self._delete(await self._store.read(lambda tx: _recording(tx, workspace_id, recording_id)))

    async def of_artifact(self, workspace_id: str, kind: ArtifactKind, artifact_id: str) -> None:
        """Delete one artifact. Refused(media_in_progress) until its recording is done."""
        now = self._clock.now_ms()

        def mark(tx: UnitOfWork) -> ArtifactRow:
            artifact = tx.artifacts.find(workspace_id, kind, artifact_id)
            if artifact is None:
                raise NotFound(f"There is no {kind} with this id.")
            recording = _recording(tx, workspace_id, artifact.recording_id)
            bot = tx.bots.get(artifact.bot_id)
            assert bot is not None, "an artifact goes with its bot"
            with following(tx, bot) as course:
                _delete_artifact(course, recording, artifact, now)
            tx.answers.forget(workspace_id, bot.id)
            return artifact

        await self._erase((await self._store.write(mark)).bot_id)

    async def due(self) -> None:
        """Delete the recordings whose time has come, and erase what an interrupted deletion has left."""
        now = self._clock.now_ms()
        for recording in await self._store.read(lambda tx: tx.recordings.expired(now, AT_ONCE)):
            await self._delete(recording)
            log.info("recording_expired", recording_id=recording.id)
        await self._finish()
        await self._erase_screenshots(await self._store.read(lambda tx: tx.screenshots.before(now - KEPT_MS, AT_ONCE)))

    async def _delete(self, recording: RecordingRow) -> None:
        if last := await self._store.read(lambda tx: _is_last(tx, recording)):
            await asyncio.to_thread(clear_folder, self._bots_dir / recording.bot_id)
        now = self._clock.now_ms()

        def mark(tx: UnitOfWork) -> None:
            bot = tx.bots.get(recording.bot_id)
            fresh = tx.recordings.get(recording.id)
            if bot is None or fresh is None:
                return
            with following(tx, bot) as course:
                _delete(course, fresh, now)
                if all(r.status.code == MediaStatus.DELETED for r in tx.recordings.of_bots([bot.id])):
                    _expire(course, now)
                    _forget(tx, bot.workspace_id, bot.id)

        await self._store.write(mark)
        if last:
            await self._erase_all(recording.bot_id)
        else:
            await self._erase(recording.bot_id)

    async def _finish(self) -> None:
        """Erase what interrupted and failed deletions have left."""
        for bot_id in await self._store.read(_unfinished):
            bot = await self._store.read(lambda tx, bot_id=bot_id: tx.bots.get(bot_id))
            whole = bot is not None and bot.state is BotState.MEDIA_EXPIRED
            try:
                await (self._erase_all if whole else self._erase)(bot_id)
            except (OSError, RapporteurError) as error:
                # Others' files are not kept because one store or disk refuses.
                log.warning("deletion_unfinished", bot_id=bot_id, error=type(error).__name__)

    async def _erase_all(self, bot_id: str) -> None:
        """Erase what is left of a bot, and say how that went."""
        try:
            await self._erase(bot_id)
            await self._erase_screenshots(await self._store.read(lambda tx: tx.screenshots.of_bot(bot_id)))
        except (OSError, RapporteurError):
            await self._store.write(lambda tx: callbacks.deletion_failed(tx, bot_id, self._clock.now_ms()))
            raise
        await self._store.write(lambda tx: callbacks.deleted(tx, bot_id))

    async def _erase_screenshots(self, screenshots: list[ScreenshotRow]) -> None:
        for key in (screenshot.key for screenshot in screenshots if screenshot.key is not None):
            await self._blobs.delete(key)
        if screenshots:
            await self._store.write(lambda tx: tx.screenshots.remove([screenshot.id for screenshot in screenshots]))

    async def _erase(self, bot_id: str) -> None:
        """Erase the files of a bot's deleted artifacts."""
        for artifact_id, keys in (await self._store.read(lambda tx: tx.artifacts.leftovers(bot_id, AT_ONCE))).items():
            for key in keys:
                await self._blobs.delete(key)
            await self._store.write(lambda tx, artifact_id=artifact_id: tx.artifacts.remove_files(artifact_id))
        await self._store.scrub()


def remove_tape(folder: Path) -> None:
    """Everything of a bot's folder that holds media."""
    for name in ("tape", "work"):
        shutil.rmtree(folder / name, ignore_errors=True)


def clear_folder(folder: Path) -> None:
    """Everything of a bot's folder but its locks and its log, which hold nothing of the meeting."""
    for path in folder.glob("*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif not path.name.startswith(_KEPT):
            path.unlink(missing_ok=True)


def _forget(tx: UnitOfWork, workspace_id: str, bot_id: str) -> None:
    """What else was kept of a bot's words: sent webhooks and their answers, kept answers of the API, what it was told to say.

    Webhooks that are still owed keep their bodies: that the media is deleted is among them.
    """
    tx.webhooks.forget_content(bot_id, ("delivered", "failed"))
    tx.answers.forget(workspace_id, bot_id)
    tx.history.forget_orders(bot_id)


def _unfinished(tx: UnitOfWork) -> list[str]:
    return sorted({*tx.artifacts.unerased(AT_ONCE), *tx.screenshots.unerased(AT_ONCE)})


def _deletable(tx: UnitOfWork, workspace_id: str, bot_id: str) -> BotRow:
    bot = tx.bots.find(workspace_id, bot_id)
    if bot is None:
        raise NotFound("There is no bot with this id.")
    if bot.generation == 0 and bot.state is BotState.READY:
        raise Refused("This bot has not started: there is nothing to delete.", code="cannot_command_unstarted_bot")
    if bot.state not in TERMINAL or bot.task != "over":
        raise _in_progress()
    return bot


def _recording(tx: UnitOfWork, workspace_id: str, recording_id: str) -> RecordingRow:
    recording = tx.recordings.find(workspace_id, recording_id)
    if recording is None:
        raise NotFound("There is no recording with this id.")
    if recording.status.code in (MediaStatus.PROCESSING, MediaStatus.PAUSED):
        raise _in_progress()
    return recording


def _in_progress() -> Refused:
    return Refused("The media is still being made: delete it when it is done.", code="media_in_progress")


def _is_last(tx: UnitOfWork, recording: RecordingRow) -> bool:
    """Whether no other recording of its bot is left."""
    others = (r for r in tx.recordings.of_bots([recording.bot_id]) if r.id != recording.id)
    return all(r.status.code == MediaStatus.DELETED for r in others)


def _delete(course: Course, recording: RecordingRow, now_ms: float) -> None:
    if recording.status.code == MediaStatus.DELETED:
        return
    for artifact in course.tx.artifacts.of_recordings([recording.id]):
        _delete_artifact(course, recording, artifact, now_ms)
    # Also where no such artifact was asked for.
    course.tx.history.remove_events(course.bot.id, tuple(_CONTENT.values()), recording.id)
    for code in ("running", "done", "failed"):
        course.endpoints_become(recording, code, "deleted", now_ms)
    course.recording_became(recording, MediaStatus.DELETED, now_ms)


def _delete_artifact(course: Course, recording: RecordingRow, artifact: ArtifactRow, now_ms: float) -> None:
    if artifact.status.code == MediaStatus.DELETED:
        return
    if artifact.kind in _CONTENT:
        course.tx.history.remove_events(course.bot.id, (_CONTENT[artifact.kind],), recording.id)
    detail = {key: value for key, value in artifact.detail.items() if key != "title"}
    course.artifact_became(recording, artifact, MediaStatus.DELETED, now_ms, detail=detail)


def _expire(course: Course, now_ms: float) -> None:
    if course.bot.state in (BotState.DONE, BotState.FATAL):
        course.move(BotEvent.EXPIRED, now_ms)
