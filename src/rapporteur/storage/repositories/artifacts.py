"""Artifacts of recordings and the stored files they consist of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, select, update

from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.services.filters import ArtifactFilters
from rapporteur.services.paging import Cursor
from rapporteur.services.rows import ArtifactRow
from rapporteur.services.views import Status, StoredFile
from rapporteur.storage.repositories import paging, statuses
from rapporteur.storage.tables import artifacts, stored_files

_PLAIN = ("id", "workspace_id", "recording_id", "bot_id", "kind", "created_at_ms", "metadata", "format", "detail")
# What most requests read is composed here, once: composing costs as much as running.
_OF_RECORDINGS = select(*(artifacts.c[name] for name in (*_PLAIN, *statuses.COLUMNS))).where(
    artifacts.c.recording_id.in_(bindparam("ids", expanding=True)),
).order_by(artifacts.c.created_at_ms, artifacts.c.id)
_FILES = select(*(stored_files.c[name] for name in ("artifact_id", "name", "key", "role", "content_type", "size"))).where(
    stored_files.c.artifact_id.in_(bindparam("ids", expanding=True)),
).order_by(stored_files.c.artifact_id, stored_files.c.position)

_UNERASED = and_(
    artifacts.c.status_code == MediaStatus.DELETED, exists().where(stored_files.c.artifact_id == artifacts.c.id))


class Artifacts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, artifact: ArtifactRow) -> None:
        values = {name: getattr(artifact, name) for name in (*_PLAIN, "status")}
        self._connection.execute(insert(artifacts), statuses.columns(values))

    def find(self, workspace_id: str, kind: ArtifactKind, artifact_id: str) -> ArtifactRow | None:
        c = artifacts.c
        query = select(artifacts).where(c.workspace_id == workspace_id, c.kind == kind, c.id == artifact_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _artifact(row)

    def get(self, artifact_id: str) -> ArtifactRow | None:
        row = self._connection.execute(select(artifacts).where(artifacts.c.id == artifact_id)).mappings().one_or_none()
        return None if row is None else _artifact(row)

    def processing_after_call(self, mark: str) -> list[str]:
        c = artifacts.c
        query = select(c.id, c.detail).where(c.kind == ArtifactKind.TRANSCRIPT, c.status_code == MediaStatus.PROCESSING)
        return [artifact_id for artifact_id, detail in self._connection.execute(query) if detail.get(mark)]

    def of_recordings(self, recording_ids: list[str]) -> list[ArtifactRow]:
        rows = map(tuple, self._connection.execute(_OF_RECORDINGS, {"ids": recording_ids}))
        return [
            ArtifactRow(id_, workspace, recording, bot, ArtifactKind(kind), Status(*status), created, metadata, format_, detail)
            for id_, workspace, recording, bot, kind, created, metadata, format_, detail, *status in rows
        ]

    def page(
        self, workspace_id: str, kind: ArtifactKind, filters: ArtifactFilters, cursor: Cursor | None, limit: int,
    ) -> list[ArtifactRow]:
        c = artifacts.c
        query = select(artifacts).where(c.workspace_id == workspace_id, c.kind == kind)
        if filters.recording_id is not None:
            query = query.where(c.recording_id == filters.recording_id)
        if filters.created_at_after_ms is not None:
            query = query.where(c.created_at_ms >= filters.created_at_after_ms)
        if filters.created_at_before_ms is not None:
            query = query.where(c.created_at_ms <= filters.created_at_before_ms)
        if filters.status_code is not None:
            query = query.where(c.status_code == filters.status_code)
        rows = self._connection.execute(paging.narrowed(query, artifacts, cursor, limit)).mappings()
        return paging.newest_first([_artifact(row) for row in rows], cursor)

    def update(self, artifact_id: str, **changes: Any) -> None:
        self._connection.execute(update(artifacts).where(artifacts.c.id == artifact_id).values(statuses.columns(changes)))

    def set_files(self, artifact: ArtifactRow, files: list[StoredFile]) -> None:
        self._connection.execute(delete(stored_files).where(stored_files.c.artifact_id == artifact.id))
        owner = {"artifact_id": artifact.id, "workspace_id": artifact.workspace_id}
        self._connection.execute(
            insert(stored_files), [owner | asdict(file) | {"position": position} for position, file in enumerate(files)])

    def files(self, artifact_ids: list[str]) -> dict[str, tuple[StoredFile, ...]]:
        found: defaultdict[str, list[StoredFile]] = defaultdict(list)
        for artifact_id, *file in self._connection.execute(_FILES, {"ids": artifact_ids}):
            found[artifact_id].append(StoredFile(*file))
        return {artifact_id: tuple(files) for artifact_id, files in found.items()}

    def unerased(self, limit: int) -> list[str]:
        query = select(artifacts.c.bot_id).where(_UNERASED).distinct().limit(limit)
        return list(self._connection.execute(query).scalars())

    def leftovers(self, bot_id: str, limit: int) -> dict[str, list[str]]:
        query = select(artifacts.c.id).where(_UNERASED, artifacts.c.bot_id == bot_id).limit(limit)
        files = self.files(list(self._connection.execute(query).scalars()))
        return {artifact_id: [file.key for file in found] for artifact_id, found in files.items()}

    def remove_files(self, artifact_id: str) -> None:
        self._connection.execute(delete(stored_files).where(stored_files.c.artifact_id == artifact_id))


def _artifact(row: Mapping[Any, Any]) -> ArtifactRow:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return ArtifactRow(**values | {"kind": ArtifactKind(row["kind"]), "status": statuses.read(row)})
