"""Where recordings stream to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from rapporteur.services.filters import LiveEndpointFilters
from rapporteur.services.paging import Cursor
from rapporteur.services.rows import EventCounts, LiveEndpointRow
from rapporteur.storage.repositories import paging, statuses
from rapporteur.storage.tables import live_endpoints, live_event_counts

_PLAIN = ("id", "workspace_id", "recording_id", "bot_id", "type", "url", "created_at_ms", "metadata")
_OF_RECORDINGS = select(live_endpoints).where(
    live_endpoints.c.recording_id.in_(bindparam("ids", expanding=True)),
).order_by(live_endpoints.c.created_at_ms, live_endpoints.c.id)

_counts = live_event_counts.c
_COUNTED = select(
    _counts.endpoint_id, _counts.event, func.sum(_counts.delivered), func.sum(_counts.dropped),
).where(_counts.endpoint_id.in_(bindparam("ids", expanding=True))).group_by(_counts.endpoint_id, _counts.event)


class LiveEndpoints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, endpoint: LiveEndpointRow) -> None:
        values: dict[str, Any] = {name: getattr(endpoint, name) for name in (*_PLAIN, "status")}
        self._connection.execute(insert(live_endpoints), statuses.columns(values) | {"events": list(endpoint.events)})

    def find(self, workspace_id: str, endpoint_id: str) -> LiveEndpointRow | None:
        c = live_endpoints.c
        query = select(live_endpoints).where(c.workspace_id == workspace_id, c.id == endpoint_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _endpoint(row)

    def of_recordings(self, recording_ids: list[str]) -> list[LiveEndpointRow]:
        return [_endpoint(row) for row in self._connection.execute(_OF_RECORDINGS, {"ids": recording_ids}).mappings()]

    def page(
        self, workspace_id: str, filters: LiveEndpointFilters, cursor: Cursor | None, limit: int,
    ) -> list[LiveEndpointRow]:
        c = live_endpoints.c
        query = select(live_endpoints).where(c.workspace_id == workspace_id)
        equal = {c.recording_id: filters.recording_id, c.bot_id: filters.bot_id, c.type: filters.type,
                 c.status_code: filters.status_code}
        query = query.where(*(column == value for column, value in equal.items() if value is not None))
        if filters.created_at_after_ms is not None:
            query = query.where(c.created_at_ms >= filters.created_at_after_ms)
        if filters.created_at_before_ms is not None:
            query = query.where(c.created_at_ms <= filters.created_at_before_ms)
        rows = self._connection.execute(paging.narrowed(query, live_endpoints, cursor, limit)).mappings()
        return paging.newest_first([_endpoint(row) for row in rows], cursor)

    def update(self, endpoint_id: str, **changes: Any) -> None:
        self._connection.execute(
            update(live_endpoints).where(live_endpoints.c.id == endpoint_id).values(statuses.columns(changes)))

    def count(self, endpoint_id: str, generation: int, counts: EventCounts) -> None:
        mine = (_counts.endpoint_id == endpoint_id, _counts.generation == generation)
        self._connection.execute(delete(live_event_counts).where(*mine))
        if counts:
            whose = {"endpoint_id": endpoint_id, "generation": generation}
            self._connection.execute(insert(live_event_counts), [
                {**whose, "event": event, "delivered": delivered, "dropped": dropped}
                for event, (delivered, dropped) in counts.items()
            ])

    def counted(self, endpoint_ids: list[str]) -> dict[str, EventCounts]:
        found: defaultdict[str, EventCounts] = defaultdict(dict)
        if endpoint_ids:
            for endpoint_id, event, delivered, dropped in self._connection.execute(_COUNTED, {"ids": endpoint_ids}):
                found[endpoint_id][event] = int(delivered), int(dropped)
        return found


def _endpoint(row: Mapping[Any, Any]) -> LiveEndpointRow:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return LiveEndpointRow(**values | {"status": statuses.read(row), "events": tuple(row["events"])})
