"""Time in a test's hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools

START_MS = 1_790_000_000_000.0
_TURNS = 25
"""Of the event loop: enough for a message to cross loopback and be answered."""


class SteppedClock:
    """Stands still until it is advanced; then every sleeper wakes at its own moment, and gets room to act."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._numbers = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now_ms(self) -> float:
        return START_MS + self._now_s * 1000

    def monotonic_s(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_s + max(0.0, seconds), next(self._numbers), waking))
        await waking

    async def advance(self, seconds: float) -> None:
        end_s = self._now_s + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end_s:
            self._now_s, _, waking = heapq.heappop(self._sleepers)
            if not waking.done():
                waking.set_result(None)
                await settle()
        self._now_s = end_s
        await settle()


async def settle() -> None:
    """Let everything happen that can without time."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
