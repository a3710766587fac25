"""Workspaces and API keys."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, insert, select, update

from rapporteur.services.rows import KeyRow
from rapporteur.storage.tables import api_keys, workspaces

_COLUMNS = tuple(api_keys.c[f.name] for f in fields(KeyRow))


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure_workspace(self, workspace_id: str, name: str, now_ms: float) -> None:
        known = self._connection.execute(select(workspaces.c.id).where(workspaces.c.id == workspace_id)).first()
        if known is None:
            self._connection.execute(insert(workspaces), {"id": workspace_id, "name": name, "created_at_ms": now_ms})

    def add(self, key: KeyRow) -> None:
        self._connection.execute(insert(api_keys), asdict(key))

    def by_digest(self, digest: str) -> KeyRow | None:
        row = self._connection.execute(select(*_COLUMNS).where(api_keys.c.digest == digest)).one_or_none()
        return None if row is None else KeyRow(*row)

    def of_workspace(self, workspace_id: str) -> list[KeyRow]:
        query = select(*_COLUMNS).where(api_keys.c.workspace_id == workspace_id)
        ordered = query.order_by(api_keys.c.created_at_ms, api_keys.c.id)
        return [KeyRow(*row) for row in self._connection.execute(ordered)]

    def update(self, key_id: str, **changes: Any) -> None:
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(changes))
