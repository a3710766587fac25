"""What one endpoint is owed, in order and bounded: what was written but not confirmed can be written again.

Media gives way to events when the room is used up, the oldest first, and every loss is counted by its name.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

ROOM_BYTES = 8 << 20
"""Half a minute of everybody's sound and pictures; events alone never fill it."""

UNREAD = 16
"""So many of the newest frames are kept after they were received: WebSocket libraries hold about as many unread."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it is sent; repeats are the same bytes under the same id."""

    number: int
    """Counts up by one per endpoint, so that a receiver sees what is missing."""
    event_id: str
    name: str
    payload: bytes | str
    media: bool

    @property
    def size(self) -> int:
        return len(self.payload)


class Backlog:
    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room = room_bytes
        self._waiting: deque[Frame] = deque()
        self._written: deque[Frame] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = asyncio.Event()
        self.dropped: Counter[str] = Counter()
        """Frames that were given up, by the event's name."""
        self.delivered: Counter[str] = Counter()
        """Frames that are known to have arrived, by the event's name."""
        self.proven = 0
        """The highest number that a receiver's library is known to have had."""

    def __len__(self) -> int:
        """Frames that are not known to have arrived."""
        return len(self._waiting) + len(self._written)

    def add(self, frame: Frame) -> None:
        self._waiting.append(frame)
        self._bytes += frame.size
        while self._bytes > self._room and len(self) > 1:
            self._give_up_one()
        self._changed.set()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._changed.set()

    async def next(self) -> Frame | None:
        """The oldest frame not written yet, once there is one. None when none will come any more."""
        await self._until(lambda: self._waiting or self._closed)
        return self._waiting[0] if self._waiting else None

    def wrote(self, frame: Frame) -> None:
        """The frame that `next` gave is on its way."""
        if self._waiting and self._waiting[0] is frame:  # it may have been given up meanwhile
            self._written.append(self._waiting.popleft())
            self._changed.set()

    async def newest_written(self, after: int) -> int:
        """The number of the newest written frame, once it is beyond `after`, or once nothing will follow it."""
        await self._until(lambda: self._written and (self._written[-1].number > after or self._ending))
        return self._written[-1].number

    def received(self, number: int) -> None:
        """The receiver's library has every frame up to this number; what it holds unread would be lost with it."""
        self.proven = max(self.proven, number)
        self.confirm(number if self._ending else number - UNREAD)

    def confirm(self, number: int) -> None:
        """Every written frame up to this number has arrived."""
        while self._written and self._written[0].number <= number:
            frame = self._written.popleft()
            self._bytes -= frame.size
            self.delivered[frame.name] += 1
        self._changed.set()

    @property
    def _ending(self) -> bool:
        return self._closed and not self._waiting

    async def settled(self) -> None:
        """Returns when everything has arrived."""
        await self._until(lambda: not len(self))

    def rewind(self) -> None:
        """Begin again with the oldest frame that was not confirmed."""
        self._waiting.extendleft(reversed(self._written))
        self._written.clear()
        self._changed.set()

    def give_up(self) -> None:
        """Count everything that is left as dropped."""
        for frame in (*self._written, *self._waiting):
            self.dropped[frame.name] += 1
        self._written.clear()
        self._waiting.clear()
        self._bytes = 0
        self._changed.set()

    async def _until(self, holds: Callable[[], object]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    def _give_up_one(self) -> None:
        """The oldest media frame, the written ones first; where there is none, the oldest event."""
        for media_only in (True, False):
            for frames in (self._written, self._waiting):
                for position, frame in enumerate(frames):
                    if frame.media or not media_only:
                        del frames[position]
                        self._bytes -= frame.size
                        self.dropped[frame.name] += 1
                        return
