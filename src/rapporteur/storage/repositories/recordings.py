"""Recordings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, select, update

from rapporteur.domain.recording import MediaStatus
from rapporteur.services.filters import RecordingFilters
from rapporteur.services.paging import Cursor
from rapporteur.services.rows import RecordingRow
from rapporteur.services.views import Status
from rapporteur.storage.repositories import paging, statuses
from rapporteur.storage.tables import recordings, uploads

_PLAIN = ("id", "workspace_id", "bot_id", "created_at_ms", "started_at_ms", "completed_at_ms", "expires_at_ms", "metadata",
          "report", "config")
# Read by most requests, and so composed once: composing costs as much as running.
_OF_BOTS = select(*(recordings.c[name] for name in (*_PLAIN, *statuses.COLUMNS))).where(
    recordings.c.bot_id.in_(bindparam("ids", expanding=True)),
).order_by(recordings.c.created_at_ms, recordings.c.id)


class Recordings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, recording: RecordingRow) -> None:
        values = {name: getattr(recording, name) for name in (*_PLAIN, "status")}
        self._connection.execute(insert(recordings), statuses.columns(values))

    def get(self, recording_id: str) -> RecordingRow | None:
        return self._one(recordings.c.id == recording_id)

    def find(self, workspace_id: str, recording_id: str) -> RecordingRow | None:
        return self._one(and_(recordings.c.workspace_id == workspace_id, recordings.c.id == recording_id))

    def many(self, recording_ids: list[str]) -> dict[str, RecordingRow]:
        query = select(recordings).where(recordings.c.id.in_(set(recording_ids)))
        return {row["id"]: _recording(row) for row in self._connection.execute(query).mappings()}

    def of_bots(self, bot_ids: list[str]) -> list[RecordingRow]:
        return [
            RecordingRow(id_, workspace, bot, Status(code, at_ms, sub_code), created, started, completed, expires, metadata,
                         report, config)
            for id_, workspace, bot, created, started, completed, expires, metadata, report, config, code, at_ms, sub_code
            in map(tuple, self._connection.execute(_OF_BOTS, {"ids": bot_ids}))
        ]

    def page(self, workspace_id: str, filters: RecordingFilters, cursor: Cursor | None, limit: int) -> list[RecordingRow]:
        c = recordings.c
        query = select(recordings).where(c.workspace_id == workspace_id)
        if filters.bot_id is not None:
            query = query.where(c.bot_id == filters.bot_id, c.bot_id.not_in(select(uploads.c.id)))
        if filters.upload_id is not None:
            query = query.where(c.bot_id == filters.upload_id, c.bot_id.in_(select(uploads.c.id)))
        if filters.created_at_after_ms is not None:
            query = query.where(c.created_at_ms >= filters.created_at_after_ms)
        if filters.created_at_before_ms is not None:
            query = query.where(c.created_at_ms <= filters.created_at_before_ms)
        if filters.status_code is not None:
            query = query.where(c.status_code == filters.status_code)
        rows = self._connection.execute(paging.narrowed(query, recordings, cursor, limit)).mappings()
        return paging.newest_first([_recording(row) for row in rows], cursor)

    def expired(self, now_ms: float, limit: int) -> list[RecordingRow]:
        c = recordings.c
        due = and_(c.expires_at_ms <= now_ms, c.status_code.in_((MediaStatus.DONE, MediaStatus.FAILED)))
        query = select(recordings).where(due).order_by(c.expires_at_ms).limit(limit)
        return [_recording(row) for row in self._connection.execute(query).mappings()]

    def update(self, recording_id: str, **changes: Any) -> None:
        self._connection.execute(
            update(recordings).where(recordings.c.id == recording_id).values(statuses.columns(changes)))

    def _one(self, condition: ColumnElement[bool]) -> RecordingRow | None:
        row = self._connection.execute(select(recordings).where(condition)).mappings().one_or_none()
        return None if row is None else _recording(row)


def _recording(row: Mapping[Any, Any]) -> RecordingRow:
    return RecordingRow(status=statuses.read(row), **{name: row[name] for name in _PLAIN})
