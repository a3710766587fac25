"""Scheduled bots and the ten-minute line: who is admitted, and until when a scheduled bot may still be changed.

A bot that is to join in more than ten minutes is scheduled: its place is kept, and until the line it may be changed or deleted.
Every other bot wants a place at once, and is turned away when all are taken. The moment of joining is kept to the second either
way; the line decides about nothing else.
"""

from __future__ import annotations

from rapporteur.domain.errors import PoolDepleted, Refused
from rapporteur.domain.lifecycle import BotState
from rapporteur.services.rows import BotRow
from rapporteur.services.store import UnitOfWork

LINE_MS = 10 * 60 * 1000.0
MISSED_MS = 60_000.0
"""A bot that could not set out this long after its time has missed it: the server was down."""
RETRY_AFTER_S = 30
"""What the vendor advises clients to wait when every place is taken."""


def admit(tx: UnitOfWork, join_at_ms: float | None, now_ms: float, max_bots: int | None) -> None:
    """PoolDepleted when a bot that wants a place by then finds none; `max_bots` None is no limit.

    Places are those of the whole server. Bots that are due within the line count as if they were there.
    """
    if max_bots is None or ahead(join_at_ms, now_ms):
        return
    if tx.bots.occupying(now_ms + LINE_MS) >= max_bots:
        raise PoolDepleted(
            f"All {max_bots} places for bots are taken. Try again in {RETRY_AFTER_S} s, or schedule the bot.", RETRY_AFTER_S)


def ahead(join_at_ms: float | None, now_ms: float) -> bool:
    """Whether a time lies beyond the line."""
    return join_at_ms is not None and join_at_ms - now_ms > LINE_MS


def dispatched(bot: BotRow) -> bool:
    """Whether the bot has set out, or never waited for a time: such a one takes commands only."""
    return bot.join_at_ms is None or bot.generation > 0 or bot.state is not BotState.READY


def changeable(bot: BotRow, now_ms: float) -> None:
    """Refused(update_bot_failed) unless the bot is scheduled and its time lies beyond the line."""
    if dispatched(bot):
        raise Refused("Only a scheduled bot that was not dispatched yet can be changed.", code="update_bot_failed")
    if not ahead(bot.join_at_ms, now_ms):
        raise Refused("This bot joins within ten minutes and cannot be changed any more.", code="update_bot_failed")


def movable(join_at_ms: float | None, now_ms: float) -> None:
    """Refused(update_bot_failed) for a new time that lies within the line."""
    if not ahead(join_at_ms, now_ms):
        raise Refused(
            "A scheduled bot can be moved to a time that is more than ten minutes ahead. To join sooner, delete it and "
            "create it anew.", code="update_bot_failed")


def missed(bot: BotRow, now_ms: float) -> bool:
    """Whether it is too late for a scheduled bot to set out for the first time."""
    return bot.join_at_ms is not None and bot.generation == 0 and now_ms - bot.join_at_ms > MISSED_MS
