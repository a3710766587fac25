"""Recordings that applications bring themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from rapporteur.services.paging import Cursor
from rapporteur.services.rows import UploadRow
from rapporteur.storage.repositories import paging, statuses
from rapporteur.storage.tables import uploads

_PLAIN = ("id", "workspace_id", "created_at_ms", "metadata", "digest", "recording_id", "content_type")


class Uploads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, upload: UploadRow) -> None:
        values = {name: getattr(upload, name) for name in (*_PLAIN, "status")}
        self._connection.execute(insert(uploads), statuses.columns(values))

    def get(self, upload_id: str) -> UploadRow | None:
        return self._one(uploads.c.id == upload_id)

    def find(self, workspace_id: str, upload_id: str) -> UploadRow | None:
        return self._one(and_(uploads.c.workspace_id == workspace_id, uploads.c.id == upload_id))

    def many(self, upload_ids: list[str]) -> dict[str, UploadRow]:
        rows = self._connection.execute(select(uploads).where(uploads.c.id.in_(set(upload_ids)))).mappings()
        return {row["id"]: _upload(row) for row in rows}

    def page(self, workspace_id: str, cursor: Cursor | None, limit: int) -> list[UploadRow]:
        query = select(uploads).where(uploads.c.workspace_id == workspace_id)
        rows = self._connection.execute(paging.narrowed(query, uploads, cursor, limit)).mappings()
        return paging.newest_first([_upload(row) for row in rows], cursor)

    def unfinished(self, status_code: str) -> list[str]:
        c = uploads.c
        query = select(c.id).where(c.status_code == status_code, c.recording_id.is_not(None))
        return list(self._connection.execute(query).scalars())

    def update(self, upload_id: str, **changes: Any) -> None:
        self._connection.execute(update(uploads).where(uploads.c.id == upload_id).values(statuses.columns(changes)))

    def _one(self, condition: ColumnElement[bool]) -> UploadRow | None:
        row = self._connection.execute(select(uploads).where(condition)).mappings().one_or_none()
        return None if row is None else _upload(row)


def _upload(row: Mapping[Any, Any]) -> UploadRow:
    return UploadRow(status=statuses.read(row), **{name: row[name] for name in _PLAIN})
