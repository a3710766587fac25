"""Is somebody speaking: Silero's verdict per 32 ms of sound, and the gates that make stretches of speech out of verdicts.

Everything here is 16 kHz mono and counts samples of one source's stream; what a sample's wall-clock time is, the caller knows.
The model is asked only where there is sound at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapporteur.media.downsample import Floats, silent
from rapporteur.media.silero import CHUNK, Silero

RATE = 16_000
_BEGINS, _GOES_ON = 0.5, 0.35
"""Silero's own thresholds: the probability that begins speech, and the lower one that keeps it."""
_FORGOTTEN_AFTER = 16 * CHUNK
"""Half a second of silence: what comes then is heard afresh."""


def samples(ms: float) -> int:
    return round(ms * RATE / 1000)


@dataclass(frozen=True, slots=True)
class Edge:
    """Speech begins (`speaking`) or has ended, at a sample of the stream: the true place, not where it was noticed."""

    speaking: bool
    at: int


class Gate:
    """Stretches of speech: on after `on_ms` of voice, off after `off_ms` without, both dated back to where they truly were.

    Edges alternate and never go backwards. Voice that stays short of `on_ms`, pauses up to `dip_ms` inside it allowed, is a
    click or a cough and leaves no edge.
    """

    def __init__(self, on_ms: float, off_ms: float, dip_ms: float = 160) -> None:
        self._on, self._off, self._dip = samples(on_ms), samples(off_ms), samples(dip_ms)
        self.speaking = False
        self._first: int | None = None
        self._last = 0
        self._voiced = 0

    @property
    def stirs(self) -> bool:
        """Whether there is a voice that is speech, or may become it."""
        return self._first is not None

    def feed(self, voiced: bool, start: int, end: int) -> Edge | None:
        """Take the verdict on the samples from `start` up to `end`; they follow each other."""
        return self._voice(start, end) if voiced else self._quiet(end)

    def finish(self) -> Edge | None:
        """The stream ends or jumps: close what is open."""
        edge = Edge(False, self._last) if self.speaking else None
        self.speaking, self._first = False, None
        return edge

    def _voice(self, start: int, end: int) -> Edge | None:
        if self._first is None:
            self._first, self._voiced = start, 0
        self._voiced += end - start
        self._last = end
        if self.speaking or self._voiced < self._on:
            return None
        self.speaking = True
        return Edge(True, self._first)

    def _quiet(self, end: int) -> Edge | None:
        if self._first is None:
            return None
        if end - self._last >= (self._off if self.speaking else self._dip):
            return self.finish()
        return None


class Voice:
    """The verdict on one source, chunk by chunk."""

    def __init__(self) -> None:
        self._model = Silero()
        self._silent = 0
        self._voiced = False

    def hears(self, chunk: Floats) -> bool:
        """Whether somebody speaks in the CHUNK samples (float32, -1 to 1)."""
        if silent(chunk):
            return self._silence()
        self._silent = 0
        self._voiced = self._model.probability(chunk) >= (_GOES_ON if self._voiced else _BEGINS)
        return self._voiced

    def rest(self) -> None:
        """The stream ends or jumps: what comes next is heard afresh."""
        self._voiced, self._silent = False, 0
        self._model.reset()

    def _silence(self) -> bool:
        self._voiced = False
        self._silent += CHUNK
        if self._silent == _FORGOTTEN_AFTER:
            self.rest()
        return False
