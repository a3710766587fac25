"""Recordings that applications bring themselves: a place is made, a file comes into it, a recording like any other out of it.

    pending → uploading → complete | failed

An upload owns its recording as a bot does, under a row of the bots' table that is no bot to anybody: so the same artifacts,
links, webhooks, retention and deletion are had without a second way to them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rapporteur.domain.errors import NotFound, Refused, Unauthenticated
from rapporteur.domain.ids import derived_id, new_id
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import Artifact, ArtifactKind, MediaStatus, files_of
from rapporteur.domain.retention import expires_at_ms, keeps_nothing
from rapporteur.domain.transcript import language_of
from rapporteur.kit.clock import Clock
from rapporteur.services import events, viewing
from rapporteur.services.course import Course, following
from rapporteur.services.errands import Workshop, fetch, room, store
from rapporteur.services.facts import begin_artifacts, key_of
from rapporteur.services.paging import decode, paged
from rapporteur.services.ports import BlobStore, Engine
from rapporteur.services.rows import UPLOAD, ArtifactRow, BotRow, RecordingRow, UploadRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import Page, Status, StoredFile, UploadView
from rapporteur.services.webhooks import subscribe

KIND = "upload"
"""Of errands: about the upload of this id."""
PENDING, UPLOADING, COMPLETE, FAILED = "pending", "uploading", "complete", "failed"
INPUT = "input"
_NOWHERE = {"platform": UPLOAD, "url": "", "meeting_id": "", "password": None}


class Uploads:
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

    async def create(self, workspace_id: str, config: dict[str, Any], metadata: dict[str, Any]) -> UploadView:
        """Make a place for one file. `config` holds the merged `recording_config`. The answer alone has the token."""
        now, token = self._clock.now_ms(), secrets.token_urlsafe(32)
        upload = UploadRow(new_id(), workspace_id, Status(PENDING, now), now, metadata, _digest(token))
        owner = BotRow(
            id=upload.id, workspace_id=workspace_id, state=BotState.READY, state_since_ms=now, stamped_ms=now, config=config,
            meeting=_NOWHERE, bot_name="", metadata=metadata, external_id=None, join_at_ms=None, created_at_ms=now,
            task="over",
        )

        def add(tx: UnitOfWork) -> None:
            tx.bots.add(owner)
            tx.uploads.add(upload)
            subscribe(tx, owner, now)

        await self._store.write(add)
        return viewing.upload(upload, token)

    async def get(self, workspace_id: str, upload_id: str) -> UploadView:
        return await self._store.read(lambda tx: viewing.upload(_found(tx, workspace_id, upload_id)))

    async def list(self, workspace_id: str, cursor: str | None, limit: int) -> Page[UploadView]:
        """Newest first. InvalidRequest for a cursor that is not ours."""
        at = decode(cursor)
        rows = await self._store.read(lambda tx: tx.uploads.page(workspace_id, at, limit + 1))
        return paged(rows, at, limit, lambda kept: [viewing.upload(row) for row in kept])

    async def receive(self, upload_id: str, token: str, chunks: AsyncIterator[bytes]) -> UploadView:
        """Take the file, whole or not at all, and begin to make the recording of it.

        Unauthenticated for a wrong token, Refused(upload_not_pending) once a file was taken.
        """
        await self._store.read(lambda tx: _opened(tx, upload_id, token))
        await self._move(upload_id, UPLOADING)
        key = _key(await self._store.read(lambda tx: _opened(tx, upload_id, token)))
        await self._blobs.put(key, chunks)
        view = await self._store.write(lambda tx: self._begin(tx, upload_id, token))
        await self._engine.errand(KIND, upload_id)
        return view

    def _begin(self, tx: UnitOfWork, upload_id: str, token: str) -> UploadView:
        upload, now = _opened(tx, upload_id, token), self._clock.now_ms()
        with following(tx, _owner(tx, upload)) as course:
            config = course.config_of(None)
            status = Status(MediaStatus.PROCESSING.value, course.moment(now))
            recording = RecordingRow(
                derived_id(upload.id, "recording"), upload.workspace_id, upload.id, status, status.updated_at_ms, now,
                metadata=config.get("metadata") or {},
            )
            course.recording_began(recording)
            begin_artifacts(course, recording, config)
        tx.uploads.update(upload.id, recording_id=recording.id)
        return viewing.upload(replace(upload, recording_id=recording.id))

    # --- the errand -------------------------------------------------------------------------------------------------

    async def perform(self, about: str) -> None:
        """Make the recording of what was uploaded, unless it is made, deleted or given up."""
        work = await self._store.read(lambda tx: _work(tx, about))
        if work is None:
            return
        upload, recording, config, artifacts = work
        async with room(self._folder / about) as folder:
            await fetch(self._blobs, _key(upload), folder / INPUT)
            asked = [a for a in artifacts if a.kind is not ArtifactKind.TRANSCRIPT]
            transcript = config.get("transcript") if len(asked) < len(artifacts) else None
            result = await self._workshop.work(folder, {
                "task": "import", "recording_id": recording.id, "zero_ms": recording.started_at_ms,
                "artifacts": [[a.kind, a.format] for a in asked], "timeline": [],
                "language_code": None if transcript is None else language_of(transcript),
            })
            made = [Artifact(ArtifactKind(kind), file_format) for kind, file_format in result["made"]]
            made += [Artifact(ArtifactKind.TRANSCRIPT)] if transcript is not None else []
            files = {artifact: await self._stored(recording, artifact, folder) for artifact in made}
        why = {Artifact(ArtifactKind(kind), file_format): code for kind, file_format, code in result["failed"]}
        await self._conclude(about, files, why, result["duration_ms"])

    async def give_up(self, about: str, code: str) -> None:
        await self._conclude(about, {}, {}, 0.0, code)

    async def unfinished(self) -> list[str]:
        """Ids of those whose file is there and whose recording is not."""
        return await self._store.read(lambda tx: tx.uploads.unfinished(UPLOADING))

    async def _stored(self, recording: RecordingRow, artifact: Artifact, folder: Path) -> list[StoredFile]:
        stored: list[StoredFile] = []
        for file in files_of(artifact):
            key = key_of(recording.workspace_id, recording.id, file)
            size = await store(self._blobs, key, folder / file.name)
            stored.append(StoredFile(file.name, key, file.role, file.content_type, size))
        return stored

    async def _conclude(
        self, about: str, files: dict[Artifact, list[StoredFile]], why: dict[Artifact, str], duration_ms: float,
        failure: str | None = None,
    ) -> None:
        now = self._clock.now_ms()

        def write(tx: UnitOfWork) -> UploadRow | None:
            work = _work(tx, about)
            if work is None:
                return None
            upload, recording, config, artifacts = work
            with following(tx, _owner(tx, upload)) as course:
                for row in artifacts:
                    artifact = Artifact(row.kind, row.format)
                    _settle(course, recording, row, files.get(artifact), failure or why.get(artifact, "not_produced"), now)
                completed_ms = recording.started_at_ms + duration_ms
                recording = course.recording_became(
                    recording, MediaStatus.FAILED if failure else MediaStatus.DONE, now, completed_at_ms=completed_ms,
                    expires_at_ms=expires_at_ms(config, completed_ms))
                _become(course, upload, FAILED if failure else COMPLETE, now, recording, failure)
            return upload

        if (upload := await self._store.write(write)) is not None:
            await self._blobs.delete(_key(upload))

    async def _move(self, upload_id: str, code: str) -> None:
        now = self._clock.now_ms()

        def write(tx: UnitOfWork) -> None:
            upload = tx.uploads.get(upload_id)
            if upload is not None and upload.status.code != code:
                with following(tx, _owner(tx, upload)) as course:
                    _become(course, upload, code, now, None)

        await self._store.write(write)


def _become(
    course: Course, upload: UploadRow, code: str, now_ms: float, recording: RecordingRow | None, sub_code: str | None = None,
) -> None:
    upload = replace(upload, status=Status(code, course.moment(now_ms), sub_code))
    course.tx.uploads.update(upload.id, status=upload.status)
    events.announce(course.tx, upload.workspace_id, events.upload_changed(course.bot, upload, recording))


def _settle(
    course: Course, recording: RecordingRow, artifact: ArtifactRow, files: list[StoredFile] | None, why: str, now_ms: float,
) -> None:
    if artifact.status.code != MediaStatus.PROCESSING:
        return
    if files is None:
        course.artifact_became(recording, artifact, MediaStatus.FAILED, now_ms, sub_code=why)
        return
    course.tx.artifacts.set_files(artifact, files)
    course.artifact_became(recording, artifact, MediaStatus.DONE, now_ms)


def _work(
    tx: UnitOfWork, upload_id: str,
) -> tuple[UploadRow, RecordingRow, dict[str, Any], list[ArtifactRow]] | None:
    upload = tx.uploads.get(upload_id)
    if upload is None or upload.recording_id is None or upload.status.code != UPLOADING:
        return None
    recording = tx.recordings.many([upload.recording_id])[upload.recording_id]
    config = _owner(tx, upload).config.get("recording_config") or {}
    return upload, recording, config, tx.artifacts.of_recordings([recording.id])


def _found(tx: UnitOfWork, workspace_id: str, upload_id: str) -> UploadRow:
    upload = tx.uploads.find(workspace_id, upload_id)
    if upload is None:
        raise NotFound("There is no upload with this id.")
    return upload


def _opened(tx: UnitOfWork, upload_id: str, token: str) -> UploadRow:
    upload = tx.uploads.get(upload_id)
    if upload is None or not hmac.compare_digest(upload.digest, _digest(token)):
        raise Unauthenticated("This token opens no upload.", code="upload_token_invalid")
    if upload.recording_id is not None or upload.status.code not in (PENDING, UPLOADING):
        raise Refused("This upload has its file: make another one for the next.", code="upload_not_pending")
    if keeps_nothing(_owner(tx, upload).config.get("recording_config") or {}):
        raise Refused("With retention null nothing can be kept, so there is nothing to upload.", code="nothing_is_kept")
    return upload


def _owner(tx: UnitOfWork, upload: UploadRow) -> BotRow:
    owner = tx.bots.get(upload.id)
    assert owner is not None, "an upload goes with its owner's row"
    return owner


def _key(upload: UploadRow) -> str:
    return f"w/{upload.workspace_id}/uploads/{upload.id}/{INPUT}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
