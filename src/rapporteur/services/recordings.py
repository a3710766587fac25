"""Reading recordings and their artifacts, and the metadata that users hang on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rapporteur.domain.errors import NotFound
from rapporteur.domain.recording import ArtifactKind
from rapporteur.kit.clock import Clock
from rapporteur.services import viewing
from rapporteur.services.filters import ArtifactFilters, RecordingFilters
from rapporteur.services.paging import decode, paged
from rapporteur.services.rows import ArtifactRow, RecordingRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import ArtifactView, Page, RecordingView


class Recordings:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, workspace_id: str, recording_id: str) -> RecordingView:
        return await self._store.read(lambda tx: viewing.recordings(tx, [_recording(tx, workspace_id, recording_id)])[0])

    async def list(
        self, workspace_id: str, filters: RecordingFilters, cursor: str | None, limit: int,
    ) -> Page[RecordingView]:
        """Newest first. InvalidRequest for a cursor that is not ours."""
        at = decode(cursor)

        def read(tx: UnitOfWork) -> Page[RecordingView]:
            rows = tx.recordings.page(workspace_id, filters, at, limit + 1)
            return paged(rows, at, limit, lambda kept: viewing.recordings(tx, kept))

        return await self._store.read(read)

    async def artifact(self, workspace_id: str, kind: ArtifactKind, artifact_id: str) -> ArtifactView:
        return await self._store.read(lambda tx: viewing.artifacts(tx, [_artifact(tx, workspace_id, kind, artifact_id)])[0])

    async def artifacts(
        self, workspace_id: str, kind: ArtifactKind, filters: ArtifactFilters, cursor: str | None, limit: int,
    ) -> Page[ArtifactView]:
        """Newest first. InvalidRequest for a cursor that is not ours."""
        at = decode(cursor)

        def read(tx: UnitOfWork) -> Page[ArtifactView]:
            rows = tx.artifacts.page(workspace_id, kind, filters, at, limit + 1)
            return paged(rows, at, limit, lambda kept: viewing.artifacts(tx, kept))

        return await self._store.read(read)

    async def set_metadata(self, workspace_id: str, recording_id: str, metadata: dict[str, Any]) -> RecordingView:
        """Replace the recording's metadata."""

        def write(tx: UnitOfWork) -> RecordingView:
            recording = _recording(tx, workspace_id, recording_id)
            tx.recordings.update(recording.id, metadata=metadata)
            return viewing.recordings(tx, [replace(recording, metadata=metadata)])[0]

        return await self._store.write(write)

    async def set_artifact_metadata(
        self, workspace_id: str, kind: ArtifactKind, artifact_id: str, metadata: dict[str, Any],
    ) -> ArtifactView:
        """Replace the artifact's metadata."""

        def write(tx: UnitOfWork) -> ArtifactView:
            artifact = _artifact(tx, workspace_id, kind, artifact_id)
            tx.artifacts.update(artifact.id, metadata=metadata)
            return viewing.artifacts(tx, [replace(artifact, metadata=metadata)])[0]

        return await self._store.write(write)


def _recording(tx: UnitOfWork, workspace_id: str, recording_id: str) -> RecordingRow:
    recording = tx.recordings.find(workspace_id, recording_id)
    if recording is None:
        raise NotFound("There is no recording with this id.")
    return recording


def _artifact(tx: UnitOfWork, workspace_id: str, kind: ArtifactKind, artifact_id: str) -> ArtifactRow:
    artifact = tx.artifacts.find(workspace_id, kind, artifact_id)
    if artifact is None:
        raise NotFound(f"There is no {kind} with this id.")
    return artifact
