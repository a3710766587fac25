"""One clock for everything: UTC milliseconds of the control plane inside, `absolute` and `relative` at the edge."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=8192)
def iso(at_ms: float) -> str:
    """ISO 8601 in UTC with microseconds and Z, as both APIs print it."""
    # A fifth of what strftime takes, and remembered: every answer has dozens, many of them equal, and is asked for again.
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="microseconds")[:-len("+00:00")] + "Z"


def from_iso(text: str) -> int:
    """UTC milliseconds of an ISO 8601 date with an offset or Z; a date without one is read as UTC. ValueError if neither."""
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def moment(at_ms: float, zero_ms: float) -> dict[str, Any]:
    """A timestamp of the APIs: wall clock, and seconds since the recording's first video frame."""
    return {"absolute": iso(at_ms), "relative": round((at_ms - zero_ms) / 1000, 3)}
