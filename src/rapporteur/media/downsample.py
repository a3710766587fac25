"""48 kHz to 16 kHz, at best 32 ms at a time.

Decoders give 20 ms, for which a general resampler spends more on its calls than on its work, as much again as decoding: a
third of what one listener costs. Three to one is one dot product per sample, and of silence nothing: most people in a meeting
are silent most of the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]

FACTOR = 3
_TAPS = 48
_KEPT = _TAPS - FACTOR
_CUTOFF = 7_200 / 48_000
"""Speech recognisers look no higher than 7 kHz; what is above 9 kHz, where it would fold back, is 40 dB down."""

SOUND = 10 / 32768
"""What stays below this is silence: -70 dBFS, where no speech is, yet above a codec's dither."""


def silent(sound: Floats) -> bool:
    return not len(sound) or max(sound.max(), -sound.min()) < SOUND


def _low_pass() -> Floats:
    distance = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(2 * _CUTOFF * distance) * np.kaiser(_TAPS, 7)
    return (taps / taps.sum()).astype(np.float32)


class Downsampler:
    """Continuous over calls, half a millisecond late."""

    def __init__(self, chunk: int) -> None:
        """`chunk` is the largest number of samples given out at a time."""
        self._taps = _low_pass()
        self._input = np.zeros(chunk * FACTOR + _KEPT, np.float32)
        # One row per sample of the output: the stretch of the input it is made of, without copying.
        self._rows: Floats = np.ndarray((chunk, _TAPS), np.float32, self._input.data, 0, (4 * FACTOR, 4))
        self._silence: Floats = np.zeros(chunk, np.float32)
        self._taken = chunk * FACTOR
        """Samples of the latest sound; the end of what it is continued from lies behind so many."""
        self._resting = True
        """Whether the input holds nothing that would still sound."""

    def feed(self, sound: Floats) -> Floats:
        """Take FACTOR times what is given, at most a chunk of it. Silence is always the same one: not to be written to."""
        count = len(sound) // FACTOR
        quiet = silent(sound)
        if quiet and self._resting:
            return self._silence[:count]
        if quiet:
            # The last sound's end is heard out, then there is nothing.
            sound = np.zeros_like(sound)
        self._resting = quiet
        self._input[:_KEPT] = self._input[self._taken:self._taken + _KEPT]
        self._input[_KEPT:_KEPT + len(sound)] = sound
        self._taken = len(sound)
        return self._rows[:count] @ self._taps
