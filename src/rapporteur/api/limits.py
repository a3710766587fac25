"""Limits on how often something may be asked for: so many times within any minute. Kept in this process, by no other store."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from rapporteur.api.errors import Throttled
from rapporteur.kit.clock import Clock

WINDOW_S = 60.0
_CROWD = 10_000
"""From so many callers on, those that have been quiet for a window are forgotten."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Of one endpoint of a dialect, for each workspace."""

    per_minute: int
    each: bool = False
    """For every object by itself, instead of for all of them together."""


def endpoint(method: str, path: str) -> str:
    """The name of an endpoint in a dialect's table: method, and path behind the version, with a star for each parameter."""
    return f"{method} {re.sub(r'{[^}]*}', '*', re.sub(r'^/api/v[0-9]+', '', path))}"


class Limits:
    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        self._clock = clock
        self._enabled = enabled
        self._taken: dict[Hashable, deque[float]] = {}

    def take(self, caller: Hashable, per_minute: int) -> None:
        """Count one request of `caller`; Throttled, and not counted, when it is one too many within the last minute."""
        if not self._enabled:
            return
        now = self._clock.monotonic_s()
        if len(self._taken) >= _CROWD:
            self._taken = {who: times for who, times in self._taken.items() if times[-1] > now - WINDOW_S}
        times = self._taken.setdefault(caller, deque())
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= per_minute:
            raise Throttled(per_minute, max(1, math.ceil(times[0] + WINDOW_S - now)))
        times.append(now)
