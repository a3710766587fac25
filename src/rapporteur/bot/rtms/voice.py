"""One person's bare sound as Zoom sends it, made Opus at the edge: the tape, the ear and the composer know no other.

Packets lie where Zoom's stamps say. A message that others have overtaken is waited for a moment, because an encoder must hear
in order; where sound is missing, or a microphone was off, the encoder begins anew and the gap stays a gap in the timestamps.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rapporteur.bot.rtms.protocol import RATE
from rapporteur.wire.page import AUDIO, MediaFrame

MIME, CLOCK_RATE = "audio/opus", 48_000
PACKET_MS = 20
LOOK_AHEAD = 312
"""By so many samples of CLOCK_RATE an Opus encoder's sound comes later than what it was given (6.5 ms)."""
HELD_MS = 200.0
"""How long a message waits for one that should be in front of it."""
OFF_MS = 1_000.0
"""A longer gap is a microphone that was off: nothing is waited for."""
TOLERATED_MS = 20.0
"""Nearer to where it should be than this, sound goes on without a seam."""
Encode = Callable[[bytes], list[bytes]]
"""Samples of RATE, one channel, s16le, to packets of PACKET_MS; what does not fill one waits for more."""


@dataclass(order=True, slots=True)
class _Held:
    stamp_ms: float
    arrival_ms: float = field(compare=False)
    pcm: bytes = field(compare=False)


class Voice:
    """`place` gives the time of a stamp on our timeline."""

    def __init__(self, track: int, encoder: Callable[[], Encode], place: Callable[[float], float]) -> None:
        self.late = 0
        """Messages whose moment was over."""
        self._track = track
        self._encoder = encoder
        self._encode = encoder()
        self._place = place
        self._held: list[_Held] = []
        self._due_ms: float | None = None
        """The stamp of what comes next, if it follows."""
        self._packet_ms = 0.0
        """The stamp of the next packet."""
        self._sequence = 0

    def take(self, stamp_ms: float, arrival_ms: float, pcm: bytes) -> Iterator[MediaFrame]:
        """Take one message; answers what can be put on the tape by now."""
        heapq.heappush(self._held, _Held(stamp_ms, arrival_ms, pcm))
        yield from self.due(arrival_ms)

    def due(self, now_ms: float) -> Iterator[MediaFrame]:
        """What has waited long enough."""
        while self._held and self._ripe(self._held[0], now_ms):
            held = heapq.heappop(self._held)
            if self._due_ms is not None and held.stamp_ms < self._due_ms - TOLERATED_MS:
                self.late += 1
            else:
                yield from self._sound(held)

    def _ripe(self, first: _Held, now_ms: float) -> bool:
        if self._due_ms is None:
            return True
        gap_ms = first.stamp_ms - self._due_ms
        return not TOLERATED_MS < gap_ms <= OFF_MS or now_ms - first.arrival_ms >= HELD_MS

    def _sound(self, held: _Held) -> Iterator[MediaFrame]:
        if self._due_ms is None or abs(held.stamp_ms - self._due_ms) > TOLERATED_MS:
            self._encode = self._encoder()
            self._due_ms = self._packet_ms = held.stamp_ms
        self._due_ms += len(held.pcm) / 2 / RATE * 1000
        for packet in self._encode(held.pcm):
            rtp = round(self._packet_ms * CLOCK_RATE / 1000) - LOOK_AHEAD
            at_ms = self._place(self._packet_ms)
            yield MediaFrame(self._track, AUDIO, 0, rtp & 0xFFFFFFFF, self._sequence & 0xFFFF, at_ms, packet)
            self._packet_ms += PACKET_MS
            self._sequence += 1
