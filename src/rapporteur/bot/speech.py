"""What a bot says while it is still being made: sound that comes in portions, taken out in pieces as it is to be heard.

Owns the order and the bound of what waits. Who speaks, and when each piece is heard, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from rapporteur.wire.page import SOUND_RATE

LONGEST_S = 120.0
"""So much may wait: an answer that a synthesiser gives at once, as fast as it likes."""


class Speech:
    """48 kHz mono s16le in `piece` bytes. It has ended when nothing has come for `patience_s`."""

    def __init__(self, piece: int, *, pause_s: float, patience_s: float) -> None:
        """`pause_s`: how long an empty line is waited at before it is told as a pause."""
        self._piece = piece
        self._pause_s = pause_s
        self._pauses = round(patience_s / pause_s)
        self._waiting = bytearray()
        self._came = asyncio.Event()

    def add(self, samples: bytes) -> bool:
        """Say this too, behind what waits. False where that is too much; then none of it is said."""
        if len(self._waiting) + len(samples) > LONGEST_S * SOUND_RATE * 2:
            return False
        self._waiting += samples
        self._came.set()
        return True

    async def pieces(self) -> AsyncIterator[bytes]:
        """Piece by piece; nothing (b"") at every pause."""
        pauses = 0
        while pauses < self._pauses:
            if self._waiting:
                pauses = 0
                yield self._take()
                continue
            self._came.clear()
            try:
                async with asyncio.timeout(self._pause_s):
                    await self._came.wait()
            except TimeoutError:
                pauses += 1
                yield b""

    def _take(self) -> bytes:
        piece = bytes(self._waiting[:self._piece])
        del self._waiting[:self._piece]
        return piece
