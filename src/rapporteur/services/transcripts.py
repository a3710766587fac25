"""Transcripts made after the call: of any recording whose sound is stored, as often as somebody wants one.

A transcript that is made in the meeting is the bot's business. These are errands: asked for in a moment, made when there is
room, said to be done or failed by the same webhooks.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapporteur.domain.errors import NotFound, Refused
from rapporteur.domain.ids import new_id
from rapporteur.domain.providers import OWN_AFTER_CALL, UNREACHABLE
from rapporteur.domain.recording import PART, ArtifactKind, MediaStatus, rank
from rapporteur.domain.transcript import language_of
from rapporteur.kit.clock import Clock
from rapporteur.services import accounts, callbacks, viewing
from rapporteur.services.course import following
from rapporteur.services.errands import Workshop, fetch, room, store
from rapporteur.services.ports import BlobStore, Engine
from rapporteur.services.rows import ArtifactRow, BotRow, RecordingRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import ArtifactView, Status, StoredFile
from rapporteur.services.webhooks import workspace_secret

KIND = "transcript"
"""Of errands: about the transcript of this id."""
MOST = 10
"""Transcripts of one recording, those of its bot among them."""
AFTER_CALL = "after_call"
"""In the detail of a transcript that was not made in the meeting."""
NAME = "transcript.json"
_SOUNDS = (ArtifactKind.AUDIO_SEPARATE, ArtifactKind.AUDIO_MIXED, ArtifactKind.VIDEO_MIXED)
"""What a transcript can be made of, the best first: where everybody has a file, nobody has to be guessed."""


@dataclass(frozen=True, slots=True)
class NewTranscript:
    provider: dict[str, Any]
    """One provider's key and its options, as they are read back."""
    diarization: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    callback: dict[str, str] | None = None
    """{url, profile}: who is told what becomes of it, in place of the bot's callback_url."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What an errand needs of the store."""

    recording: RecordingRow
    artifact: ArtifactRow
    sound: tuple[ArtifactKind, tuple[StoredFile, ...]]
    timeline: StoredFile | None


class Transcripts:
    """Fulfils services.errands.Errand."""

    def __init__(
        self, store: Store, engine: Engine, blobs: BlobStore, workshop: Workshop, clock: Clock, *, folder: Path,
    ) -> None:
        """`folder` is where errands may put copies of what they work on."""
        self._store = store
        self._engine = engine
        self._blobs = blobs
        self._workshop = workshop
        self._clock = clock
        self._folder = folder

    async def create(self, workspace_id: str, recording_id: str, new: NewTranscript) -> ArtifactView:
        """Ask for a transcript of a recording that is done; it is `processing` at first.

        Refused with recording_not_done, no_audio, or transcript_limit_reached beyond MOST; as accounts.check on `provider`.
        """
        now = self._clock.now_ms()

        def add(tx: UnitOfWork) -> ArtifactView:
            recording = _recording(tx, workspace_id, recording_id)
            accounts.check(tx, workspace_id, {"provider": new.provider}, "provider")
            _check(tx, recording)
            with following(tx, _owner(tx, recording)) as course:
                at_ms = course.moment(now)
                artifact = ArtifactRow(
                    new_id(), workspace_id, recording.id, recording.bot_id, ArtifactKind.TRANSCRIPT,
                    Status(MediaStatus.PROCESSING.value, at_ms), at_ms, metadata=new.metadata,
                    detail={"provider": new.provider, "diarization": new.diarization, AFTER_CALL: True}
                    | ({"callback": new.callback} if new.callback else {}),
                )
                if new.callback:
                    callbacks.awaited(tx, artifact, workspace_secret(tx, workspace_id), now)
                course.artifact_began(recording, artifact)
            return viewing.artifacts(tx, [artifact])[0]

        view = await self._store.write(add)
        await self._engine.errand(KIND, view.id)
        return view

    async def unfinished(self) -> list[str]:
        """Ids of those that are asked for and not made, of recordings that are over."""
        return [artifact.id for artifact in await self._store.read(_due)]

    async def begin(self, bot_id: str) -> None:
        """Have those of a bot made that its configuration asked for and that can be made now."""
        for artifact in await self._store.read(_due):
            if artifact.bot_id == bot_id:
                await self._engine.errand(KIND, artifact.id)

    # --- the errand -------------------------------------------------------------------------------------------------

    async def perform(self, about: str) -> None:
        """Make the transcript of this id, unless it is made, deleted or given up."""
        work = await self._store.read(lambda tx: _work(tx, about))
        if work is None:
            return
        async with room(self._folder / about) as folder:
            await self._workshop.work(folder, await self._told(work, folder))
            key = f"w/{work.recording.workspace_id}/recordings/{work.recording.id}/{KIND}/{about}/{NAME}"
            file = StoredFile(NAME, key, "download_url", "application/json", await store(self._blobs, key, folder / NAME))
        if not await self._conclude(about, MediaStatus.DONE, file=file):
            await self._blobs.delete(key)

    async def give_up(self, about: str, code: str) -> None:
        await self._conclude(about, MediaStatus.FAILED, sub_code=code)

    async def _told(self, work: _Work, folder: Path) -> dict[str, Any]:
        kind, files = work.sound
        for file in files:
            await fetch(self._blobs, file.key, folder / file.name)
        timeline = []
        if work.timeline is not None:
            await fetch(self._blobs, work.timeline.key, folder / work.timeline.name)
            timeline = await _read(folder / work.timeline.name)
        if kind is ArtifactKind.AUDIO_SEPARATE:
            sources = [
                {"file": part["file"], "offset_ms": part["start_timestamp"]["relative"] * 1000,
                 "participant": part["participant"]}
                for part in await _read(folder / next(file.name for file in files if file.role != PART))
            ]
        else:
            sources = [{"file": files[0].name, "offset_ms": 0.0, "participant": None}]
        return {
            "task": "transcribe", "sources": sources, "timeline": timeline, "zero_ms": work.recording.started_at_ms,
            "language_code": language_of(work.artifact.detail), **await self._provider(work),
        }

    async def _provider(self, work: _Work) -> dict[str, Any]:
        """Who is to do it: {provider: {key, options, account}}, where `account` is what opens a vendor's."""
        key, options = next(iter((work.artifact.detail.get("provider") or {OWN_AFTER_CALL: {}}).items()))
        account = await self._store.read(lambda tx: accounts.account_of(tx, work.recording.workspace_id, key))
        return {"provider": {"key": key, "options": options or {}, "account": account}}

    async def _conclude(
        self, about: str, code: MediaStatus, *, file: StoredFile | None = None, sub_code: str | None = None,
    ) -> bool:
        """False when the transcript was deleted meanwhile."""
        now = self._clock.now_ms()

        def write(tx: UnitOfWork) -> bool:
            artifact = tx.artifacts.get(about)
            if artifact is None or artifact.status.code != MediaStatus.PROCESSING:
                return False
            recording = tx.recordings.many([artifact.recording_id])[artifact.recording_id]
            with following(tx, _owner(tx, recording)) as course:
                if file is not None:
                    tx.artifacts.set_files(artifact, [file])
                course.artifact_became(recording, artifact, code, now, sub_code=sub_code)
                if sub_code is not None:
                    course.log("error", f"a transcript could not be made after the call: {_why(artifact, sub_code)}", now)
            return True

        return await self._store.write(write)


def _why(artifact: ArtifactRow, sub_code: str) -> str:
    """The reason, for people."""
    key = next(iter(artifact.detail.get("provider") or {}), None)
    if sub_code != UNREACHABLE:
        return sub_code
    return f"{sub_code}: {key} could not be reached, or refused the workspace's key, its account or the options"


def _due(tx: UnitOfWork) -> list[ArtifactRow]:
    """Transcripts to be made after the call, of recordings that are over."""
    asked = [a for artifact_id in tx.artifacts.processing_after_call(AFTER_CALL) if (a := tx.artifacts.get(artifact_id))]
    recordings = tx.recordings.many([artifact.recording_id for artifact in asked])
    return [a for a in asked if recordings[a.recording_id].status.code in (MediaStatus.DONE, MediaStatus.FAILED)]


def _recording(tx: UnitOfWork, workspace_id: str, recording_id: str) -> RecordingRow:
    recording = tx.recordings.find(workspace_id, recording_id)
    if recording is None:
        raise NotFound("There is no recording with this id.")
    return recording


def _check(tx: UnitOfWork, recording: RecordingRow) -> None:
    if recording.status.code not in (MediaStatus.DONE, MediaStatus.FAILED):
        raise Refused("A transcript can be made when the recording is done.", code="recording_not_done")
    made = [a for a in tx.artifacts.of_recordings([recording.id]) if a.kind is ArtifactKind.TRANSCRIPT]
    if len([a for a in made if a.status.code != MediaStatus.DELETED]) >= MOST:
        raise Refused(f"A recording has at most {MOST} transcripts: delete one first.", code="transcript_limit_reached")
    if _sound(tx, recording) is None:
        raise Refused("There is no sound of this recording to make a transcript of.", code="no_audio")


def _sound(tx: UnitOfWork, recording: RecordingRow) -> tuple[ArtifactKind, tuple[StoredFile, ...]] | None:
    """The files of the best sound there is."""
    done = [
        a for a in tx.artifacts.of_recordings([recording.id]) if a.kind in _SOUNDS and a.status.code == MediaStatus.DONE
    ]
    for artifact in sorted(done, key=lambda a: (_SOUNDS.index(a.kind), rank(a.kind, a.format))):
        if files := tx.artifacts.files([artifact.id]).get(artifact.id):
            return artifact.kind, files
    return None


def _owner(tx: UnitOfWork, recording: RecordingRow) -> BotRow:
    owner = tx.bots.get(recording.bot_id)
    assert owner is not None, "a recording goes with its owner"
    return owner


def _work(tx: UnitOfWork, artifact_id: str) -> _Work | None:
    artifact = tx.artifacts.get(artifact_id)
    if artifact is None or artifact.status.code != MediaStatus.PROCESSING:
        return None
    recording = tx.recordings.many([artifact.recording_id])[artifact.recording_id]
    if (sound := _sound(tx, recording)) is None:
        raise Refused("The sound was deleted meanwhile.", code="no_audio")
    events = [a.id for a in tx.artifacts.of_recordings([recording.id])
              if a.kind is ArtifactKind.PARTICIPANT_EVENTS and a.status.code == MediaStatus.DONE]
    known = [file for files in tx.artifacts.files(events).values() for file in files]
    return _Work(recording, artifact, sound, next((f for f in known if f.name == "speaker_timeline.json"), None))


async def _read(path: Path) -> Any:
    return json.loads(await asyncio.to_thread(path.read_bytes))
