"""The meeting's sound for live endpoints, while it is heard: everybody's apart, and all together in even pieces without gaps.

Pieces of the mix are 16 kHz mono s16le on a grid of UTC. A piece is handed out once everybody's sound has come up to its end.
Whoever brings none is waited for a little; what comes later than that is left out here, and is in the recording all the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rapporteur.domain.participants import Participant
from rapporteur.services.ports import LiveFeed
from rapporteur.wire.live import AUDIO_MIXED, AUDIO_SEPARATE, LiveEvent

RATE = 16_000
PIECE_MS = 100
SAMPLES = RATE * PIECE_MS // 1000
DELAY_MS, MOST_DELAY_MS = 400, 5_000
"""How long somebody is waited for whose sound does not come; a machine that is behind is waited for longer."""
MARGIN_MS = 200

_Piece = NDArray[np.int32]


class LiveMix:
    def __init__(self) -> None:
        self._pieces: dict[int, _Piece] = {}
        self._next: int | None = None
        """The number of the piece that is handed out next: pieces are counted from the epoch."""
        self._delay_ms = float(DELAY_MS)
        self._reached: dict[int, tuple[float, float]] = {}
        """How far each source's sound has come, and when it came."""

    def begin(self, at_ms: float) -> None:
        """From here on; what was heard before is forgotten."""
        self._pieces.clear()
        self._reached.clear()
        self._next = _number(at_ms)

    def add(self, at_ms: float, pcm: bytes, now_ms: float, source: int = 0) -> None:
        """Sound of one source that begins at a moment and is heard now. As late as it comes the next is waited for."""
        if self._next is None:
            return
        self._reached[source] = at_ms + len(pcm) / 2 / RATE * 1000, now_ms
        self._delay_ms = min(MOST_DELAY_MS, max(self._delay_ms, now_ms - at_ms + MARGIN_MS))
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
        waited_for_ms = now_ms - self._delay_ms
        coming = [reached_ms for reached_ms, came_ms in self._reached.values() if came_ms >= waited_for_ms]
        return self._before(max(waited_for_ms, min(now_ms, *coming) if coming else waited_for_ms))

    def end(self, at_ms: float) -> list[tuple[float, bytes]]:
        """What is left up to a moment; nothing is handed out until it begins again."""
        rest = self._before(at_ms)
        self._pieces.clear()
        self._next = None
        return rest

    def _before(self, at_ms: float) -> list[tuple[float, bytes]]:
        if self._next is None:
            return []
        due = _number(at_ms)
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


class LiveSound:
    """Between the ear and the feed: what is on the record is told, by whom it is heard and as the whole meeting hears it."""

    def __init__(self, live: LiveFeed) -> None:
        self._live = live
        self._mix = LiveMix()
        self._recording_id: str | None = None
        self._since_ms = 0.0

    def begin(self, recording_id: str, at_ms: float) -> None:
        """From here on the sound is on the record of this recording."""
        self._recording_id, self._since_ms = recording_id, at_ms
        self._mix.begin(at_ms)

    def end(self, at_ms: float) -> None:
        """The sound from here on is off the record."""
        self._tell(self._mix.end(at_ms))
        self._recording_id = None

    def heard(self, at_ms: float, pcm: bytes, participant: Participant | None, now_ms: float, source: int = 0) -> None:
        """Sound of one source; `participant` is None where it is not one person's."""
        if self._recording_id is None or at_ms < self._since_ms:
            return
        self._mix.add(at_ms, pcm, now_ms, source)
        if participant is not None:
            body = {"participant": participant.as_json()}
            self._live.publish(LiveEvent(AUDIO_SEPARATE, self._recording_id, at_ms, body, pcm))

    def tick(self, now_ms: float) -> None:
        """Hand out the pieces of the mix whose time has come."""
        self._tell(self._mix.take(now_ms))

    def _tell(self, pieces: list[tuple[float, bytes]]) -> None:
        for at_ms, pcm in pieces:
            assert self._recording_id is not None
            self._live.publish(LiveEvent(AUDIO_MIXED, self._recording_id, at_ms, buffer=pcm))
