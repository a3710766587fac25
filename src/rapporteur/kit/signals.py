"""In-process wake-ups by topic. A signal carries nothing and may be missed by another process: whoever waits also polls."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One listener's ear for a topic. It stays rung until heard, so a signal between a look and a wait is not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def rung(self, timeout_s: float) -> bool:
        """Wait for a signal, at most `timeout_s`; false when none came."""
        try:
            # Not wait_for: until Python 3.12 it swallows a cancellation that comes in the same turn as the signal.
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Signals:
    """Rung and listened to on one event loop only."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)

    def ring(self, topic: str) -> None:
        for bell in self._bells.get(topic, ()):
            bell.ring()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Bell]:
        """Listen from here on. Look at the truth only after this began, then wait."""
        bell = Bell()
        self._bells[topic].add(bell)
        try:
            yield bell
        finally:
            self._bells[topic].discard(bell)
            if not self._bells[topic]:
                del self._bells[topic]
