"""Packets that say nothing. An open microphone in a silent room sends the same two or three packets over and over, and most
microphones are silent most of the time: such a packet needs no decoder.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rapporteur.media.downsample import silent

Sound = np.ndarray[Any, np.dtype[np.float32]]
"""(samples,) or (channels, samples)."""

KNOWN = 8
"""So many packets are remembered; who sends more kinds of silence changes its coding anyway."""


class Quiet:
    """The packets that one decoder has turned into silence following silence.

    Where they follow silence again they are silence again, and leave the decoder as it was.
    """

    def __init__(self) -> None:
        self._shapes: dict[bytes, tuple[int, ...]] = {}
        self._rests = False

    def sound(self, payload: bytes) -> Sound | None:
        """The silence that a packet brings; None if that is for the decoder to tell."""
        if not self._rests or (shape := self._shapes.get(payload)) is None:
            return None
        return np.zeros(shape, np.float32)

    def learn(self, payload: bytes, sound: Sound) -> None:
        """What the decoder made of a packet."""
        rested, self._rests = self._rests, silent(sound)
        if rested and self._rests:
            if len(self._shapes) == KNOWN:
                self._shapes.clear()
            self._shapes[payload] = sound.shape
