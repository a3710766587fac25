"""Everybody's sound as one stream, while it is heard: a live endpoint gets the meeting's sound in even pieces without gaps.

Pieces are 16 kHz mono s16le on a grid of UTC. A piece is handed out a little after its time, so that what comes late still has
its place; what comes later than that is left out here, and is in the recording all the same. Pure but for numpy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
PIECE_MS = 100
SAMPLES = RATE * PIECE_MS // 1000
DELAY_MS = 400
"""The ear hears in strides; half a second is what it may take from somebody's mouth to the endpoint."""

_Piece = NDArray[np.int32]


class LiveMix:
    def __init__(self) -> None:
        self._pieces: dict[int, _Piece] = {}
        self._next: int | None = None
        """The number of the piece that is handed out next: pieces are counted from the epoch."""

    def begin(self, at_ms: float) -> None:
        """From here on; what was heard before is forgotten."""
        self._pieces.clear()
        self._next = _number(at_ms)

    def add(self, at_ms: float, pcm: bytes) -> None:
        """Sound of one person that begins at a moment."""
        if self._next is None:
            return
        samples = np.frombuffer(pcm, "<i2")
        at = round(at_ms * RATE / 1000)
        for number in range(at // SAMPLES, (at + len(samples) - 1) // SAMPLES + 1):
            if number < self._next:
                continue
            first, last = max(at, number * SAMPLES), min(at + len(samples), (number + 1) * SAMPLES)
            piece = self._pieces.setdefault(number, np.zeros(SAMPLES, np.int32))
            piece[first - number * SAMPLES:last - number * SAMPLES] += samples[first - at:last - at]

    def take(self, now_ms: float) -> list[tuple[float, bytes]]:
        """(beginning, sound) of every piece whose time has come, silent ones too."""
        if self._next is None:
            return []
        due = _number(now_ms - DELAY_MS)
        taken = [(number * PIECE_MS, self._sound(number)) for number in range(self._next, due)]
        self._next = max(self._next, due)
        return [(float(at_ms), pcm) for at_ms, pcm in taken]

    def _sound(self, number: int) -> bytes:
        piece = self._pieces.pop(number, None)
        if piece is None:
            return bytes(2 * SAMPLES)
        return np.clip(piece, -32_768, 32_767).astype("<i2").tobytes()


def _number(at_ms: float) -> int:
    return int(at_ms // PIECE_MS)
