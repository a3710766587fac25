"""Loudness that stays within full scale: what would clip is turned down before it does, and nothing else is touched.

The gain moves in steps of a thirtieth of a second, from step to step in a straight line. Knows nothing of tracks or time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CEILING = 0.9
STEP = 48_000 // 30
"""Samples over which the gain moves at once."""
RELEASE = 0.05
"""How much of the way back to full gain one step goes."""
Floats = NDArray[np.float32]


class Limiter:
    """Turns down what would clip, smoothly from block to block, and rounds off what is left above the ceiling."""

    def __init__(self) -> None:
        self._gain = 1.0

    def limit(self, block: Floats) -> Floats:
        """The block itself, (channels, samples), where nothing is to be done; else another one."""
        if _peak(block) <= CEILING and self._gain > 0.999:
            self._gain = 1.0
            return block
        turned = block * self._ramp(block)
        # While the gain is on its way down, what comes before the loudest sample may be above the ceiling still.
        return _rounded(turned) if _peak(turned) > CEILING else turned

    def _ramp(self, block: Floats) -> Floats:
        """The gain of every sample."""
        pieces: list[Floats] = []
        for at in range(0, block.shape[1], STEP):
            part = block[:, at:at + STEP]
            gain = min(self._gain + (1 - self._gain) * RELEASE, CEILING / max(_peak(part), 1e-9))
            pieces.append(_line(self._gain, gain, part.shape[1]))
            self._gain = gain
        return np.concatenate(pieces)


def _line(begin: float, end: float, length: int) -> Floats:
    if length == STEP:
        return _RISING * np.float32(end - begin) + np.float32(begin)
    return np.linspace(begin, end, length, dtype=np.float32)


def _peak(block: Floats) -> float:
    return max(float(block.max(initial=0.0)), -float(block.min(initial=0.0)))


def _rounded(block: Floats) -> Floats:
    excess = np.maximum(np.abs(block) - CEILING, 0)
    return np.where(excess > 0, np.sign(block) * (CEILING + (1 - CEILING) * np.tanh(excess / (1 - CEILING))), block)


_RISING = np.linspace(0, 1, STEP, dtype=np.float32)
