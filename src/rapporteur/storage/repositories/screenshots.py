"""Pictures of what bots saw."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import Connection, delete, insert, select

from rapporteur.domain.lifecycle import BotState
from rapporteur.services.rows import ScreenshotRow
from rapporteur.storage.tables import bots, screenshots

_COLUMNS = tuple(screenshots.c[f.name] for f in fields(ScreenshotRow))


class Screenshots:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, screenshot: ScreenshotRow) -> None:
        self._connection.execute(insert(screenshots), asdict(screenshot))

    def find(self, bot_id: str, screenshot_id: str) -> ScreenshotRow | None:
        query = select(*_COLUMNS).where(screenshots.c.bot_id == bot_id, screenshots.c.id == screenshot_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ScreenshotRow(*row)

    def of_bot(self, bot_id: str, after_ms: float | None = None, before_ms: float | None = None) -> list[ScreenshotRow]:
        query = select(*_COLUMNS).where(screenshots.c.bot_id == bot_id)
        if after_ms is not None:
            query = query.where(screenshots.c.at_ms >= after_ms)
        if before_ms is not None:
            query = query.where(screenshots.c.at_ms <= before_ms)
        return [ScreenshotRow(*row) for row in self._connection.execute(query.order_by(screenshots.c.at_ms.desc()))]

    def before(self, at_ms: float, limit: int) -> list[ScreenshotRow]:
        query = select(*_COLUMNS).where(screenshots.c.at_ms < at_ms).order_by(screenshots.c.at_ms).limit(limit)
        return [ScreenshotRow(*row) for row in self._connection.execute(query)]

    def unerased(self, limit: int) -> list[str]:
        query = select(screenshots.c.bot_id).join(bots, bots.c.id == screenshots.c.bot_id)
        query = query.where(bots.c.state == BotState.MEDIA_EXPIRED).distinct().limit(limit)
        return list(self._connection.execute(query).scalars())

    def remove(self, screenshot_ids: list[str]) -> None:
        self._connection.execute(delete(screenshots).where(screenshots.c.id.in_(screenshot_ids)))
