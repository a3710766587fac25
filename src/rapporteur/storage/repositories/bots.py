"""Bots and the history of their states."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from rapporteur.domain.lifecycle import BEFORE_END, BotState
from rapporteur.services.filters import BotFilters
from rapporteur.services.paging import Cursor
from rapporteur.services.rows import UPLOAD, BotRow
from rapporteur.services.views import Status
from rapporteur.storage.repositories import paging
from rapporteur.storage.tables import bots, status_changes

_FIELDS = tuple(f.name for f in fields(BotRow))
_COLUMNS = tuple(bots.c[name] for name in _FIELDS)
_LIVE = bots.c.task.in_(("attend", "finish"))
# Read by most requests, and so composed once: composing costs as much as running.
_FIND = select(*_COLUMNS).where(
    bots.c.workspace_id == bindparam("workspace"), bots.c.id == bindparam("bot"), bots.c.platform != UPLOAD)
_FIND_LOCKED = _FIND.with_for_update()
# Held until the transaction ends: nobody else counts places between a count and the bot that takes one.
_PLACES_LOCKED = select(func.pg_advisory_xact_lock(0x726170, 1))
_STATUSES = select(*(status_changes.c[name] for name in ("bot_id", "code", "at_ms", "sub_code", "message"))).where(
    status_changes.c.bot_id.in_(bindparam("ids", expanding=True)),
).order_by(status_changes.c.at_ms)


class Bots:
    def __init__(self, connection: Connection, *, lock: bool) -> None:
        self._connection = connection
        self._lock = lock

    def add(self, bot: BotRow) -> None:
        values = {name: getattr(bot, name) for name in _FIELDS}
        derived = {"meeting_url": bot.meeting["url"], "platform": bot.meeting["platform"]}
        self._connection.execute(insert(bots), values | derived)

    def get(self, bot_id: str) -> BotRow | None:
        return self._one(bots.c.id == bot_id)

    def find(self, workspace_id: str, bot_id: str) -> BotRow | None:
        query = _FIND_LOCKED if self._lock else _FIND
        row = self._connection.execute(query, {"workspace": workspace_id, "bot": bot_id}).mappings().one_or_none()
        return None if row is None else _bot(row)

    def many(self, bot_ids: list[str]) -> dict[str, BotRow]:
        rows = self._connection.execute(select(*_COLUMNS).where(bots.c.id.in_(set(bot_ids)))).mappings()
        return {row["id"]: _bot(row) for row in rows}

    def page(self, workspace_id: str, filters: BotFilters, cursor: Cursor | None, limit: int) -> list[BotRow]:
        query = paging.narrowed(_filtered(select(*_COLUMNS), workspace_id, filters), bots, cursor, limit)
        return paging.newest_first([_bot(row) for row in self._connection.execute(query).mappings()], cursor)

    def nth(self, workspace_id: str, filters: BotFilters, position: int) -> BotRow | None:
        query = paging.narrowed(_filtered(select(*_COLUMNS), workspace_id, filters), bots, None, 1).offset(position)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _bot(row)

    def count(self, workspace_id: str, filters: BotFilters) -> int:
        query = _filtered(select(func.count()).select_from(bots), workspace_id, filters)
        return self._connection.execute(query).scalar_one()

    def update(self, bot_id: str, **changes: Any) -> None:
        if "meeting" in changes:
            changes |= {"meeting_url": changes["meeting"]["url"], "platform": changes["meeting"]["platform"]}
        self._connection.execute(update(bots).where(bots.c.id == bot_id).values(changes))

    def occupying(self, soon_ms: float) -> int:
        if self._lock and self._connection.dialect.name == "postgresql":  # SQLite has one writer
            self._connection.execute(_PLACES_LOCKED)
        unstarted = and_(bots.c.task.is_(None), bots.c.state == BotState.READY)
        due = and_(unstarted, or_(bots.c.join_at_ms.is_(None), bots.c.join_at_ms <= soon_ms))
        inside = and_(bots.c.task == "attend", bots.c.state.in_(BEFORE_END))
        return self._connection.execute(select(func.count()).select_from(bots).where(or_(due, inside))).scalar_one()

    def remove(self, bot_id: str) -> None:
        self._connection.execute(delete(bots).where(bots.c.id == bot_id))

    def add_status(self, bot_id: str, status: Status) -> None:
        self._connection.execute(insert(status_changes), {
            "bot_id": bot_id, "at_ms": status.updated_at_ms, "code": status.code, "sub_code": status.sub_code,
            "message": status.message,
        })

    def statuses(self, bot_ids: list[str]) -> dict[str, tuple[Status, ...]]:
        found: defaultdict[str, list[Status]] = defaultdict(list)
        for bot_id, *status in self._connection.execute(_STATUSES, {"ids": bot_ids}):
            found[bot_id].append(Status(*status))
        return {bot_id: tuple(statuses) for bot_id, statuses in found.items()}

    def scheduled(self) -> list[tuple[str, float | None]]:
        waiting = and_(bots.c.task.is_(None), bots.c.state == BotState.READY)
        query = select(bots.c.id, bots.c.join_at_ms).where(waiting).order_by(bots.c.created_at_ms)
        return [(bot_id, join_at_ms) for bot_id, join_at_ms in self._connection.execute(query)]

    def live(self) -> list[tuple[str, int]]:
        return self._pairs(_LIVE)

    def expired(self, now_ms: float) -> list[tuple[str, int]]:
        return self._pairs(and_(_LIVE, bots.c.lease_until_ms < now_ms))

    def renew(self, bot_id: str, generation: int, until_ms: float) -> bool:
        present = and_(bots.c.id == bot_id, bots.c.generation == generation, _LIVE)
        return self._connection.execute(update(bots).where(present).values(lease_until_ms=until_ms)).rowcount > 0

    def stays(self, workspace_id: str, before_ms: float) -> list[tuple[float, float | None]]:
        c = status_changes.c
        times = {code: func.min(case((c.code == code, c.at_ms))) for code in (
            BotState.JOINING_CALL, BotState.CALL_ENDED, BotState.DONE, BotState.FATAL)}
        joined = times[BotState.JOINING_CALL]
        query = select(joined, func.coalesce(times[BotState.DONE], times[BotState.CALL_ENDED]))
        query = query.join(bots, bots.c.id == c.bot_id).where(bots.c.workspace_id == workspace_id).group_by(c.bot_id)
        query = query.having(joined < before_ms, times[BotState.FATAL].is_(None))
        return [(joined_ms, left_ms) for joined_ms, left_ms in self._connection.execute(query)]

    def _one(self, condition: ColumnElement[bool]) -> BotRow | None:
        query = select(*_COLUMNS).where(condition)
        row = self._connection.execute(query.with_for_update() if self._lock else query).mappings().one_or_none()
        return None if row is None else _bot(row)

    def _pairs(self, condition: ColumnElement[bool]) -> list[tuple[str, int]]:
        query = select(bots.c.id, bots.c.generation).where(condition).order_by(bots.c.created_at_ms)
        return [(bot_id, generation) for bot_id, generation in self._connection.execute(query)]


def _bot(row: Mapping[Any, Any]) -> BotRow:
    return BotRow(**{**row, "state": BotState(row["state"])})


def _filtered(query: Select[Any], workspace_id: str, filters: BotFilters) -> Select[Any]:
    query = query.where(bots.c.workspace_id == workspace_id, bots.c.platform != UPLOAD)
    if filters.join_at_after_ms is not None:
        query = query.where(bots.c.join_at_ms >= filters.join_at_after_ms)
    if filters.join_at_before_ms is not None:
        query = query.where(bots.c.join_at_ms <= filters.join_at_before_ms)
    if filters.meeting_url is not None:
        query = query.where(bots.c.meeting_url == filters.meeting_url.strip())
    if filters.platform:
        query = query.where(bots.c.platform.in_(filters.platform))
    if filters.status:
        query = query.where(bots.c.state.in_(filters.status))
    if filters.created_at_after_ms is not None:
        query = query.where(bots.c.created_at_ms >= filters.created_at_after_ms)
    if filters.created_at_before_ms is not None:
        query = query.where(bots.c.created_at_ms <= filters.created_at_before_ms)
    if filters.sub_code:
        query = query.where(bots.c.sub_code.in_(filters.sub_code))
    if filters.not_sub_code:
        query = query.where(or_(bots.c.sub_code.is_(None), bots.c.sub_code.not_in(filters.not_sub_code)))
    if filters.external_id is not None:
        query = query.where(bots.c.external_id == filters.external_id)
    if filters.without_scheduled:
        query = query.where(or_(bots.c.state != BotState.READY, bots.c.join_at_ms.is_(None)))
    if filters.leaving is not None:
        query = query.where(bots.c.leaving_ms.is_not(None) if filters.leaving else bots.c.leaving_ms.is_(None))
    for key, value in filters.metadata.items():
        # SQLite finds members by a path in which a quotation mark cannot be spelled.
        query = query.where(false() if '"' in key else _has(bots.c.metadata[key].as_string(), value))
    return query


def _has(member: ColumnElement[str], value: str | float | bool) -> ColumnElement[bool]:
    """Members are compared by their text, in which SQLite writes a truth value as a number and PostgreSQL as a word."""
    if isinstance(value, str):
        return member == value
    spellings = {json.dumps(value), str(int(value))} if isinstance(value, bool) else {json.dumps(value)}
    return cast(member, Text).in_(spellings)
