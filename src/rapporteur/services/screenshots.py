"""Pictures of what bots saw, to be looked at; they go with the media of their bot, and after a week in any case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapporteur.domain.errors import NotFound
from rapporteur.services.rows import BotRow, ScreenshotRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import Evidence, Screenshot
from rapporteur.wire.control import screenshot_name

KEPT_MS = 7 * 24 * 3600 * 1000.0


class Screenshots:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def list(
        self, workspace_id: str, bot_id: str, after_ms: float | None = None, before_ms: float | None = None,
    ) -> list[Screenshot]:
        """Newest first; bounds are inclusive."""

        def read(tx: UnitOfWork) -> list[Screenshot]:
            bot = _bot(tx, workspace_id, bot_id)
            rows = tx.screenshots.of_bot(bot.id, after_ms, before_ms)
            return [Screenshot(row.id, row.at_ms, row.key) for row in rows if row.key is not None]

        return await self._store.read(read)

    async def get(self, workspace_id: str, bot_id: str, screenshot_id: str) -> Screenshot:
        def read(tx: UnitOfWork) -> Screenshot:
            row = tx.screenshots.find(_bot(tx, workspace_id, bot_id).id, screenshot_id)
            if row is None or row.key is None:
                raise NotFound("There is no screenshot with this id.")
            return Screenshot(row.id, row.at_ms, row.key)

        return await self._store.read(read)

    async def evidence(self, workspace_id: str, bot_id: str) -> Sequence[Evidence]:
        """What explains how a bot fared; newest first."""

        def read(tx: UnitOfWork) -> list[Evidence]:
            rows = tx.screenshots.of_bot(_bot(tx, workspace_id, bot_id).id)
            return [_evidence(row, row.evidence) for row in rows if row.evidence is not None]

        return await self._store.read(read)


def key_of(bot: BotRow, screenshot_id: str) -> str:
    return f"w/{bot.workspace_id}/bots/{bot.id}/screenshots/{screenshot_name(screenshot_id)}"


def _evidence(row: ScreenshotRow, told: dict[str, Any]) -> Evidence:
    return Evidence(row.id, row.at_ms, row.key, told["screen"], told["text"], told["console"], told["matched"])


def _bot(tx: UnitOfWork, workspace_id: str, bot_id: str) -> BotRow:
    bot = tx.bots.find(workspace_id, bot_id)
    if bot is None:
        raise NotFound("There is no bot with this id.")
    return bot
