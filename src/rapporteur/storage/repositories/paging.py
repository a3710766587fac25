"""Keyset paging over tables that have workspace, creation time and id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, tuple_

from rapporteur.services.paging import Cursor


def narrowed(query: Select[Any], table: Table, cursor: Cursor | None, limit: int) -> Select[Any]:
    """Up to `limit` rows beyond the cursor, in the cursor's direction of reading."""
    place = tuple_(table.c.created_at_ms, table.c.id)
    if cursor is not None:
        here = tuple_(cursor.at_ms, cursor.id)
        query = query.where(place > here if cursor.back else place < here)
    if cursor is not None and cursor.back:
        return query.order_by(table.c.created_at_ms, table.c.id).limit(limit)
    return query.order_by(table.c.created_at_ms.desc(), table.c.id.desc()).limit(limit)


def newest_first(rows: list[Any], cursor: Cursor | None) -> list[Any]:
    return rows[::-1] if cursor is not None and cursor.back else rows
