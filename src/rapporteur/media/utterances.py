"""Cuts one source's speech into utterances: at pauses, and where somebody goes on and on, at the quietest place.

Positions are samples of the source's 16 kHz stream. Every utterance has a little quiet on both sides, because recognisers lose
a word that begins with the first sample; no sample is in two utterances.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from rapporteur.media.downsample import Floats
from rapporteur.media.voice import CHUNK, Gate, samples

SHORTEST_MS, PAUSE_MS = 250, 600
"""Voice shorter than a "no" is a click; a pause this long ends a thought, and is still within a live caption's patience."""
LONGEST_MS = 15_000
PADDING_MS = 200
_CUT_FROM_MS = 8_000
_TAIL_MS = 600
_MEMORY_MS = 1_200
"""How much is kept while nobody speaks: what the gate may date back, and the padding before it."""


@dataclass(frozen=True, slots=True)
class Cut:
    start: int
    sound: Floats

    @property
    def end(self) -> int:
        return self.start + len(self.sound)


class Cutter:
    def __init__(self) -> None:
        self._gate = Gate(SHORTEST_MS, PAUSE_MS)
        self._kept: deque[Floats] = deque()
        self._start = 0
        self._end = 0
        self._begin: int | None = None
        self._handed = 0

    def feed(self, chunk: Floats, voiced: bool) -> Cut | None:
        """Take the next CHUNK samples; return the utterance that ends here, if one does."""
        self._kept.append(chunk)
        at, self._end = self._end, self._end + len(chunk)
        edge = self._gate.feed(voiced, at, self._end)
        if edge and edge.speaking:
            self._begin = max(edge.at - samples(PADDING_MS), self._start, self._handed)
        if edge and not edge.speaking:
            return self._hand_out(edge.at)
        if self._begin is None:
            self._forget(self._end - samples(_MEMORY_MS))
        elif self._end - self._begin >= samples(LONGEST_MS):
            return self._take(self._quietest())
        return None

    def jump(self) -> Cut | None:
        """What comes next has no connection to what was: hand out what is open."""
        edge = self._gate.finish()
        cut = self._hand_out(edge.at) if edge else None
        self._kept.clear()
        self._start = self._handed = self._end
        self._begin = None
        return cut

    def _hand_out(self, last: int) -> Cut | None:
        cut = None
        if self._begin is not None and last > self._begin:
            cut = self._take(min(last + samples(PADDING_MS), self._end))
        self._begin = None
        return cut

    def _take(self, end: int) -> Cut:
        """What was said up to `end`; the utterance goes on from there unless the caller ends it."""
        begin = self._begin
        assert begin is not None
        sound = np.concatenate(self._kept)
        cut = Cut(begin, sound[begin - self._start:end - self._start])
        self._begin = self._handed = end
        self._forget(end)
        return cut

    def _quietest(self) -> int:
        """The middle of the quietest tenth of a second of the later half; the last one where several are alike."""
        first = self._begin or 0
        sound = np.concatenate(self._kept)
        low = first + samples(_CUT_FROM_MS) - self._start
        high = self._end - samples(_TAIL_MS) - self._start
        usable = (high - low) // CHUNK * CHUNK
        loudness = np.square(sound[low:low + usable]).reshape(-1, CHUNK).sum(axis=1)
        smooth = np.convolve(loudness, np.ones(3), mode="valid")
        best = len(smooth) - 1 - int(np.argmin(smooth[::-1]))
        return self._start + low + (best + 1) * CHUNK + CHUNK // 2

    def _forget(self, before: int) -> None:
        while self._kept and self._start + len(self._kept[0]) <= before:
            self._start += len(self._kept.popleft())
