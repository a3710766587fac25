"""What happens to a bot, entry by entry: its events, its log, and the orders given to it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, and_, delete, insert, select, update

from rapporteur.services.views import LiveEvent, LogLine
from rapporteur.storage.tables import bot_events, bot_logs, orders
from rapporteur.wire.control import Order


class History:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_events(self, workspace_id: str, bot_id: str, events: list[LiveEvent]) -> None:
        owner = {"workspace_id": workspace_id, "bot_id": bot_id}
        self._connection.execute(insert(bot_events), [
            owner | {"number": e.number, "at_ms": e.at_ms, "type": e.type, "body": e.body} for e in events
        ])

    def events(self, bot_id: str, after: int, limit: int) -> list[LiveEvent]:
        c = bot_events.c
        query = select(c.number, c.at_ms, c.type, c.body).where(c.bot_id == bot_id, c.number > after)
        return [LiveEvent(*row) for row in self._connection.execute(query.order_by(c.number).limit(limit))]

    def remove_events(self, bot_id: str, types: tuple[str, ...], recording_id: str) -> None:
        c = bot_events.c
        about = c.body["recording_id"].as_string() == recording_id
        self._connection.execute(delete(bot_events).where(c.bot_id == bot_id, c.type.in_(types), about))

    def add_log(self, workspace_id: str, bot_id: str, line: LogLine) -> None:
        self._connection.execute(insert(bot_logs), {"workspace_id": workspace_id, "bot_id": bot_id} | asdict(line))

    def logs(self, bot_id: str) -> list[LogLine]:
        c = bot_logs.c
        query = select(c.at_ms, c.level, c.message).where(c.bot_id == bot_id).order_by(c.id)
        return [LogLine(*row) for row in self._connection.execute(query)]

    def add_order(self, workspace_id: str, bot_id: str, order: Order) -> None:
        self._connection.execute(
            insert(orders), {"workspace_id": workspace_id, "bot_id": bot_id, "acknowledged": False} | asdict(order))

    def orders(self, bot_id: str, after: int) -> list[Order]:
        c = orders.c
        open_ = and_(c.bot_id == bot_id, c.number > after, c.acknowledged.is_(False))
        query = select(c.number, c.name, c.body).where(open_).order_by(c.number)
        return [Order(*row) for row in self._connection.execute(query)]

    def ordered(self, bot_id: str, name: str) -> bool:
        query = select(orders.c.number).where(orders.c.bot_id == bot_id, orders.c.name == name).limit(1)
        return self._connection.execute(query).first() is not None

    def acknowledge_orders(self, bot_id: str, number: int) -> None:
        known = and_(orders.c.bot_id == bot_id, orders.c.number <= number)
        self._connection.execute(update(orders).where(known).values(acknowledged=True))

    def forget_orders(self, bot_id: str) -> None:
        done = and_(orders.c.bot_id == bot_id, orders.c.acknowledged.is_(True))
        self._connection.execute(update(orders).where(done).values(body={}))
