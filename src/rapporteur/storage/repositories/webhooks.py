"""Webhook endpoints, what is owed to them, and what was tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from rapporteur.services.rows import AttemptRow, DeliveryRow, EndpointRow
from rapporteur.storage.sealing import Sealer
from rapporteur.storage.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

_DELIVERY = tuple(webhook_deliveries.c[f.name] for f in fields(DeliveryRow))
_ATTEMPT = tuple(webhook_attempts.c[f.name] for f in fields(AttemptRow))


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

    def _stored(self, endpoint_id: str, values: dict[str, Any]) -> dict[str, Any]:
        values = dict(values)
        if "secret" in values:
            values["secret"] = self._sealer.seal(values["secret"].encode(), f"webhook_endpoints/{endpoint_id}")
        if "events" in values:
            values["events"] = list(values["events"])
        return values

    def _endpoint(self, row: Mapping[Any, Any]) -> EndpointRow:
        secret = self._sealer.open(row["secret"], f"webhook_endpoints/{row['id']}").decode()
        return EndpointRow(**{**row, "secret": secret, "events": tuple(row["events"])})

    # --- deliveries -------------------------------------------------------------------------------------------------

    def add_delivery(self, delivery: DeliveryRow) -> None:
        self._connection.execute(insert(webhook_deliveries), asdict(delivery))

    def get_delivery(self, delivery_id: str) -> DeliveryRow | None:
        row = self._connection.execute(select(*_DELIVERY).where(webhook_deliveries.c.id == delivery_id)).one_or_none()
        return None if row is None else DeliveryRow(*row)

    def pending(self, limit: int, without: Collection[str] = ()) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.state == "pending", c.endpoint_id.not_in(without))
        # Two events of one moment leave in the order of their names: a state's own event before bot.status_change.
        ordered = query.order_by(c.created_at_ms, c.event, c.id).limit(limit)
        return [DeliveryRow(*row) for row in self._connection.execute(ordered)]

    def retrying(self, due_ms: float) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.state == "retrying", c.next_at_ms <= due_ms).order_by(c.next_at_ms)
        return [DeliveryRow(*row) for row in self._connection.execute(query)]

    def update_delivery(self, delivery_id: str, **changes: Any) -> None:
        self._connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery_id).values(changes))

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> list[DeliveryRow]:
        c = webhook_deliveries.c
        query = select(*_DELIVERY).where(c.endpoint_id == endpoint_id)
        if state is not None:
            query = query.where(c.state == state)
        ordered = query.order_by(c.created_at_ms.desc(), c.id.desc()).limit(limit)
        return [DeliveryRow(*row) for row in self._connection.execute(ordered)]

    def record_attempt(self, attempt: AttemptRow, *, state: str, next_at_ms: float | None = None) -> None:
        """A repeated record of the same attempt replaces the first."""
        a, d = webhook_attempts.c, webhook_deliveries.c
        self._connection.execute(
            delete(webhook_attempts).where(and_(a.delivery_id == attempt.delivery_id, a.number == attempt.number)))
        self._connection.execute(insert(webhook_attempts).values(asdict(attempt)))
        self._connection.execute(update(webhook_deliveries).where(d.id == attempt.delivery_id).values(
            state=state, attempts=attempt.number, next_at_ms=next_at_ms, last_status=attempt.status, last_error=attempt.error,
        ))

    def attempts(self, delivery_id: str) -> list[AttemptRow]:
        c = webhook_attempts.c
        query = select(*_ATTEMPT).where(c.delivery_id == delivery_id).order_by(c.number)
        return [AttemptRow(*row) for row in self._connection.execute(query)]
