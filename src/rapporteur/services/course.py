"""A bot's course through the lifecycle, written down: every step is checked against the table, dated and announced.

All moments that are announced about one bot, its recordings and its artifacts are at least a millisecond apart, in the order in
which they were written: receivers tell two events of one name apart by their moment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rapporteur.domain.lifecycle import BotEvent, BotState, advance
from rapporteur.services.rows import ArtifactRow, BotRow, RecordingRow
from rapporteur.services.store import UnitOfWork, events_topic
from rapporteur.services.views import LiveEvent, Status
from rapporteur.wire import control

MIN_STEP_MS = 1.0


def stamp(tx: UnitOfWork, bot: BotRow, status: Status, **changes: Any) -> BotRow:
    """Enter a state into the bot's history and announce it; answers the bot as it now is."""
    raise NotImplementedError


def move(
    tx: UnitOfWork, bot: BotRow, event: BotEvent, at_ms: float, *, sub_code: str | None = None, message: str | None = None,
) -> BotRow:
    """Take the step of the table; raises IllegalTransition, with nothing written, when it has none."""
    raise NotImplementedError
