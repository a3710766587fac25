"""Webhook endpoints, what is owed to them, and what was tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rapporteur.services.rows import AttemptRow, DeliveryRow, EndpointRow
from rapporteur.storage.sealing import Sealer
from rapporteur.storage.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

_DELIVERY = tuple(webhook_deliveries.c[f.name] for f in fields(DeliveryRow))
_ATTEMPT = tuple(webhook_attempts.c[f.name] for f in fields(AttemptRow))
_DELIVERY_NAMES = tuple(f.name for f in fields(DeliveryRow))
_ATTEMPT_NAMES = tuple(f.name for f in fields(AttemptRow))
_TRIED = update(webhook_deliveries).where(webhook_deliveries.c.id == bindparam("tried")).values({
    name: bindparam(f"new_{name}") for name in ("state", "attempts", "next_at_ms", "last_status", "last_error")
})


def _made(dialect: Any) -> Any:
    insert_ = dialect.insert(webhook_attempts)
    fresh = {name: insert_.excluded[name] for name in _ATTEMPT_NAMES if name not in ("delivery_id", "number")}
    return insert_.on_conflict_do_update(index_elements=["delivery_id", "number"], set_=fresh)


_MADE = {"sqlite": _made(sqlite), "postgresql": _made(postgresql)}


class Webhooks:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    # --- endpoints --------------------------------------------------------------------------------------------------

    def add_endpoint(self, endpoint: EndpointRow) -> None:
        self._connection.execute(insert(webhook_endpoints).values(self._stored(endpoint.id, asdict(endpoint))))

    def endpoint(self, workspace_id: str, endpoint_id: str) -> EndpointRow | None:
        c = webhook_endpoints.c
        query = select(webhook_endpoints).where(c.workspace_id == workspace_id, c.id == endpoint_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else self._endpoint(row)

    def endpoints(self, workspace_id: str) -> list[EndpointRow]:
        c = webhook_endpoints.c
        query = select(webhook_endpoints).where(c.workspace_id == workspace_id).order_by(c.created_at_ms, c.id)
        return [self._endpoint(row) for row in self._connection.execute(query).mappings()]

    def endpoints_for(self, workspace_id: str, bot_id: str | None, event: str) -> list[EndpointRow]:
        c = webhook_endpoints.c
        whose = or_(c.bot_id.is_(None), c.bot_id == bot_id)
        query = select(webhook_endpoints).where(c.workspace_id == workspace_id, whose, c.enabled.is_(True))
        rows = self._connection.execute(query.order_by(c.created_at_ms, c.id)).mappings()
        return [self._endpoint(row) for row in rows if not row["events"] or event in row["events"]]

    def endpoints_by_id(self, endpoint_ids: list[str]) -> dict[str, EndpointRow]:
        query = select(webhook_endpoints).where(webhook_endpoints.c.id.in_(set(endpoint_ids)))
        return {row["id"]: self._endpoint(row) for row in self._connection.execute(query).mappings()}

    def update_endpoint(self, endpoint_id: str, **changes: Any) -> None:
        values = self._stored(endpoint_id, changes)
        self._connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(values))

    def remove_endpoint(self, endpoint_id: str) -> None:
        self._connection.execute(delete(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id))

    def remove_endpoints_of(self, bot_id: str) -> None:
        self._connection.execute(delete(webhook_endpoints).where(webhook_endpoints.c.bot_id == bot_id))

    def _stored(self, endpoint_id: str, values: dict[str, Any]) -> dict[str, Any]:
        values = dict(values)
        for name in ("secret", "previous_secret"):
            if values.get(name) is not None:
                values[name] = self._sealer.seal(values[name].encode(), _purpose(endpoint_id))
        if "events" in values:
            values["events"] = list(values["events"])
        return values

    def _endpoint(self, row: Mapping[Any, Any]) -> EndpointRow:
        opened = {
            name: None if row[name] is None else self._sealer.open(row[name], _purpose(row["id"])).decode()
            for name in ("secret", "previous_secret")
        }
        return EndpointRow(**{**row, **opened, "events": tuple(row["events"])})

    # --- deliveries -------------------------------------------------------------------------------------------------

    def add_delivery(self, delivery: DeliveryRow) -> None:
        self.add_deliveries([delivery])

    def add_deliveries(self, deliveries: list[DeliveryRow]) -> None:
        values = [{name: getattr(delivery, name) for name in _DELIVERY_NAMES} for delivery in deliveries]
        self._connection.execute(insert(webhook_deliveries), values)

    def get_delivery(self, delivery_id: str) -> DeliveryRow | None:
        row = self._connection.execute(select(*_DELIVERY).where(webhook_deliveries.c.id == delivery_id)).one_or_none()
        return None if row is None else DeliveryRow(*row)

    def find_delivery(self, workspace_id: str, endpoint_id: str, delivery_id: str) -> DeliveryRow | None:
        c = webhook_deliveries.c
        its_own = and_(c.workspace_id == workspace_id, c.endpoint_id == endpoint_id, c.id == delivery_id)
        row = self._connection.execute(select(*_DELIVERY).where(its_own)).one_or_none()
        return None if row is None else DeliveryRow(*row)

    def pending(self, limit: int, without: Collection[str] = (), held: Collection[str] = ()) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.state == "pending", c.endpoint_id.not_in(without), c.id.not_in(held))
        # Two events of one moment leave in the order of their names: a state's own event before bot.status_change.
        ordered = query.order_by(c.created_at_ms, c.event, c.id).limit(limit)
        return [DeliveryRow(*row) for row in self._connection.execute(ordered)]

    def retrying(self, due_ms: float) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.state == "retrying", c.next_at_ms <= due_ms).order_by(c.next_at_ms)
        return [DeliveryRow(*row) for row in self._connection.execute(query)]

    def owe_overdue(self, due_ms: float) -> int:
        c = webhook_deliveries.c
        overdue = update(webhook_deliveries).where(c.state == "retrying", c.next_at_ms <= due_ms)
        return self._connection.execute(overdue.values(state="pending", next_at_ms=None)).rowcount

    def update_delivery(self, delivery_id: str, **changes: Any) -> None:
        self._connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id).values(changes))

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.endpoint_id == endpoint_id)
        if state is not None:
            query = query.where(c.state == state)
        ordered = query.order_by(c.created_at_ms.desc(), c.id.desc()).limit(limit)
        return [DeliveryRow(*row) for row in self._connection.execute(ordered)]

    def owe_again(self, endpoint_id: str, since_ms: float, states: tuple[str, ...]) -> int:
        c = webhook_deliveries.c
        those = and_(c.endpoint_id == endpoint_id, c.created_at_ms >= since_ms, c.state.in_(states), c.body != b"")
        again = update(webhook_deliveries).where(those).values(state="pending", next_at_ms=None)
        return self._connection.execute(again).rowcount

    def forget_content(self, bot_id: str, states: tuple[str, ...]) -> None:
        d, a = webhook_deliveries.c, webhook_attempts.c
        of_bot = select(d.id).where(d.bot_id == bot_id)
        self._connection.execute(update(webhook_attempts).where(a.delivery_id.in_(of_bot)).values(response=None))
        self._connection.execute(
            update(webhook_deliveries).where(d.bot_id == bot_id, d.state.in_(states)).values(body=b""))

    def record_attempt(self, attempt: AttemptRow, *, state: str, next_at_ms: float | None = None) -> None:
        self.record_attempts([(attempt, state, next_at_ms)])

    def record_attempts(self, attempts: list[tuple[AttemptRow, str, float | None]]) -> None:
        """A repeated record of the same attempt replaces the first."""
        if not attempts:
            return
        made = [{name: getattr(attempt, name) for name in _ATTEMPT_NAMES} for attempt, _, _ in attempts]
        self._connection.execute(_MADE[self._connection.dialect.name], made)
        self._connection.execute(_TRIED, [
            {"tried": attempt.delivery_id, "new_state": state, "new_attempts": attempt.number, "new_next_at_ms": next_at_ms,
             "new_last_status": attempt.status, "new_last_error": attempt.error}
            for attempt, state, next_at_ms in attempts
        ])

    def attempts(self, delivery_id: str) -> list[AttemptRow]:
        c = webhook_attempts.c
        query = select(*_ATTEMPT).where(c.delivery_id == delivery_id).order_by(c.number)
        return [AttemptRow(*row) for row in self._connection.execute(query)]


def _purpose(endpoint_id: str) -> str:
    """Binds what is sealed to its row."""
    return f"webhook_endpoints/{endpoint_id}"
