"""When a bot whose process was lost joins its meeting again, and what the lost process leaves to the one that takes over.

A rejoin is a new generation inside the same state: the bot comes back to the same recording, the same people under the same
ids, and one timeline. It is tried a few times only. A bot that dies wherever it stands has a fault that joining does not mend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.lifecycle import BEFORE_END, BotState
from rapporteur.domain.participants import Attendee

MAX_REJOINS = 3
"""Within the window; a bot in a long meeting may come back more often than that."""
WINDOW_MS = 15 * 60_000.0
_ON_ITS_WAY = BEFORE_END - {BotState.READY}
MEETING_IS_OVER = frozenset({"meeting_ended", "meeting_not_found", "meeting_link_expired"})
"""What a meeting that the bot was in before answers when there is nothing to come back to."""


def worth_rejoining(state: BotState, losses_ms: Sequence[float], now_ms: float) -> bool:
    """Whether a bot that was lost at the last of these moments, in this state, shall join again."""
    return state in _ON_ITS_WAY and len(recent(losses_ms, now_ms)) <= MAX_REJOINS


def recent(losses_ms: Sequence[float], now_ms: float) -> list[float]:
    """The losses that still count."""
    return [at_ms for at_ms in losses_ms if now_ms - at_ms < WINDOW_MS]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of before: the platform's id, the participant's, and how they were last told to be, if they were there."""

    key: str
    id: int
    present: Attendee | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Where earlier generations left off. Times are UTC milliseconds."""

    state: BotState
    began_ms: float
    """When the bot first set out."""
    joined_ms: float | None
    lost_ms: float
    """The last moment of which anything was recorded."""
    recordings: int = 0
    recording_id: str | None = None
    """The recording that ran or was paused."""
    config: dict[str, Any] | None = None
    """Its own recording_config; None is the bot's."""
    paused: bool = False
    people: tuple[Known, ...] = ()
    speaking: frozenset[str] = frozenset()
    """Keys of those who were told to speak and not yet to have ended."""
    active: frozenset[str] = frozenset()
    """Keys of those who ever spoke or shared a screen."""
    own: frozenset[str] = frozenset()
    """Keys of the bot itself in earlier generations."""
