"""Which sound goes to a provider that is paid by the second: speech, with a little around it. No I/O, no time of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from rapporteur.transcription.base import BYTES_PER_MS

BEFORE_MS, AFTER_MS = 300.0, 800.0
"""Sound that goes along with speech: recognisers lose words that begin at once, and find ends by the quiet behind them."""
_MEMORY_MS = 1_500.0
"""Speech, and even its first sign, is told a while later; its beginning must still be there."""

Portion = tuple[float, bytes]
"""(at_ms, pcm)"""


class Gate:
    """Opens when somebody begins to. One that is not to gate stays open from then on, and silence goes along."""

    def __init__(self, gating: bool = True) -> None:
        self.is_open = False
        self.until_ms = 0.0
        """The end of what went through."""
        self._gating = gating
        self._speaking = False
        self._quiet_ms = 0.0
        """When speech ended."""
        self._paused = False
        self._memory: deque[Portion] = deque()
        self._remembered_ms = 0.0

    def voice(self, at_ms: float) -> Iterator[Portion]:
        """What goes through at the first sign of speech. If that comes to nothing, it is as if speech had ended at once."""
        if not self._speaking:
            yield from self.speech(True, at_ms)
            yield from self.speech(False, at_ms)

    def speech(self, speaking: bool, at_ms: float) -> Iterator[Portion]:
        """What goes through because speech begins: the sound from a little before it."""
        self._speaking = speaking
        if not speaking:
            self._quiet_ms = at_ms
        elif not self.is_open:
            self.is_open = True
            yield from self._remembered(at_ms - BEFORE_MS)

    def sound(self, at_ms: float, pcm: bytes) -> Iterator[Portion]:
        """What goes through of this."""
        if not self.is_open:
            self._remember(at_ms, pcm)
            return
        end_ms = at_ms + len(pcm) / BYTES_PER_MS
        yield at_ms, pcm
        self.until_ms = end_ms
        if not self._speaking and end_ms >= self._quiet_ms + AFTER_MS:
            self._pause()

    def overdue(self, now_ms: float) -> bool:
        """Whether a speaker whose sound ceased altogether has made a pause."""
        if self.is_open and not self._speaking and now_ms >= self._quiet_ms + 2 * AFTER_MS:
            self._pause()
        return self._paused

    def close(self) -> None:
        """The meeting is over for this speaker."""
        if self.is_open:
            self._paused, self.is_open = True, False

    def take_pause(self) -> bool:
        """Whether the speaker paused since this was asked last."""
        paused, self._paused = self._paused, False
        return paused

    def _pause(self) -> None:
        if self._gating:
            self.is_open, self._paused = False, True

    def _remember(self, at_ms: float, pcm: bytes) -> None:
        self._memory.append((at_ms, pcm))
        self._remembered_ms += len(pcm) / BYTES_PER_MS
        while self._remembered_ms - len(self._memory[0][1]) / BYTES_PER_MS >= _MEMORY_MS:
            self._remembered_ms -= len(self._memory.popleft()[1]) / BYTES_PER_MS

    def _remembered(self, from_ms: float) -> Iterator[Portion]:
        for at_ms, pcm in self._memory:
            skip = max(0, round(from_ms - at_ms)) * BYTES_PER_MS
            if skip < len(pcm):
                yield at_ms + skip / BYTES_PER_MS, pcm[skip:]
                self.until_ms = at_ms + len(pcm) / BYTES_PER_MS
        self._memory.clear()
        self._remembered_ms = 0.0
