"""Sound on its way to a provider: cut into messages, kept until it has words, dated by the meeting's clock. No I/O, no time.

A provider counts from the first sample that a connection brought it; a meeting has silences that are never sent. `Sent` leads
from the one to the other. `Replay` holds what has no final words yet, for a new connection to begin where the old one ended.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapporteur.transcription.base import BYTES_PER_MS

QUIET_MS = 1_100.0
"""So much sound between the last word and a pause is the quiet that goes along with speech."""
TOGETHER_MS = 20.0
"""Sound that begins this near to where the last ended follows it: clocks of tracks move a little."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message's worth of sound. Without sound it is a mark: here the speaker paused."""

    at_ms: float
    pcm: bytes = b""

    @property
    def ms(self) -> float:
        return len(self.pcm) / BYTES_PER_MS

    @property
    def end_ms(self) -> float:
        return self.at_ms + self.ms


class Pieces:
    """Cuts sound into messages of one length. What is left at a break is filled up with silence."""

    def __init__(self, piece_ms: int) -> None:
        self._size = piece_ms * BYTES_PER_MS
        self._rest = bytearray()
        self._rest_ms = 0.0

    def feed(self, at_ms: float, pcm: bytes) -> Iterator[Piece]:
        if self._rest and abs(at_ms - self._rest_ms - len(self._rest) / BYTES_PER_MS) > TOGETHER_MS:
            yield from self.end()
        if not self._rest:
            self._rest_ms = at_ms
        self._rest += pcm
        while len(self._rest) >= self._size:
            yield Piece(self._rest_ms, bytes(self._rest[:self._size]))
            del self._rest[:self._size]
            self._rest_ms += self._size / BYTES_PER_MS

    def end(self) -> Iterator[Piece]:
        if self._rest:
            yield Piece(self._rest_ms, bytes(self._rest).ljust(self._size, b"\0"))
            self._rest.clear()


class Replay:
    """Pieces in order: those before the cursor went out on this connection, those behind wait. Bounded in time."""

    def __init__(self, limit_ms: float) -> None:
        self._limit_ms = limit_ms
        self._pieces: deque[Piece] = deque()
        self._cursor = 0
        self._held_ms = 0.0
        self.lost_ms = 0.0
        """Sound that had to be dropped before it was ever sent."""

    def add(self, piece: Piece) -> None:
        self._pieces.append(piece)
        self._held_ms += piece.ms
        while self._held_ms > self._limit_ms:
            if self._cursor == 0:
                self.lost_ms += self._pieces[0].ms
            self._forget()

    def next(self) -> Piece | None:
        if self._cursor >= len(self._pieces):
            return None
        piece = self._pieces[self._cursor]
        self._cursor += 1
        return piece

    def rewind(self) -> None:
        """A new connection has nothing yet."""
        self._cursor = 0

    def acknowledge(self, until_ms: float) -> None:
        """Final words reach up to here; what was sent of it need not be sent again."""
        pause = next((n for n, p in enumerate(self._sent()) if not p.pcm and 0 <= p.at_ms - until_ms <= QUIET_MS), None)
        for _ in range(0 if pause is None else pause + 1):
            self._forget()
        while self._cursor and self._pieces[0].end_ms <= until_ms + TOGETHER_MS / 2:
            self._forget()

    def settle(self) -> None:
        """The provider had its last word about everything that was sent."""
        while self._cursor:
            self._forget()

    @property
    def fresh(self) -> bool:
        """Whether there is sound without final words that a next connection should have."""
        return any(piece.pcm for piece in self._pieces)

    @property
    def unheard(self) -> list[tuple[float, bytes]]:
        return [(piece.at_ms, piece.pcm) for piece in self._pieces if piece.pcm]

    def clear(self) -> None:
        self._pieces.clear()
        self._cursor, self._held_ms = 0, 0.0

    def _sent(self) -> Iterator[Piece]:
        return (self._pieces[n] for n in range(self._cursor))

    def _forget(self) -> None:
        self._held_ms -= self._pieces.popleft().ms
        self._cursor = max(0, self._cursor - 1)


@dataclass(slots=True)
class Sent:
    """Which moment of the meeting each millisecond of a connection's sound is."""

    ms: float = 0.0
    """How much was sent."""
    _offsets: list[float] = field(default_factory=list[float])
    _moments: list[float] = field(default_factory=list[float])

    def add(self, piece: Piece) -> None:
        if not self._offsets or abs(self.at(self.ms) - piece.at_ms) > TOGETHER_MS:
            self._offsets.append(self.ms)
            self._moments.append(piece.at_ms)
        self.ms += piece.ms

    def at(self, ms: float) -> float:
        """The moment at which what is `ms` into the sound was said."""
        place = max(bisect_right(self._offsets, ms) - 1, 0)
        return self._moments[place] + ms - self._offsets[place]

    def until(self, ms: float) -> float:
        """The moment at which what ends there ended: on a border that of the stretch before it."""
        place = max(bisect_right(self._offsets, ms - 0.5) - 1, 0)
        return self._moments[place] + ms - self._offsets[place]
