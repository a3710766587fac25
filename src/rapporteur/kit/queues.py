"""Bounded queues whose overflow policy is their name: one forgets the oldest and counts it, the other makes the writer wait."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Closed(Exception):
    """The queue was closed, and on reading: it is empty as well."""


class _Queue(Generic[T]):
    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError("a queue holds at least one item")
        self.size = size
        self._items: deque[T] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._items)

    async def get(self) -> T:
        """The oldest item, as soon as there is one; Closed when none will come any more."""
        while not self._items:
            if self._closed:
                raise Closed
            await self._change()
        item = self._items.popleft()
        self._changed.set()
        return item

    def close(self) -> None:
        """Take nothing more; what is inside can still be read."""
        self._closed = True
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _add(self, item: T) -> None:
        self._items.append(item)
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.get()
        except Closed:
            raise StopAsyncIteration from None


class BlockingQueue(_Queue[T]):
    """A full queue makes the writer wait: nothing is lost, and slowness travels upstream."""

    async def put(self, item: T) -> None:
        while len(self._items) >= self.size and not self._closed:
            await self._change()
        if self._closed:
            raise Closed
        self._add(item)


class DropOldestQueue(_Queue[T]):
    """A full queue forgets its oldest item: the writer never waits, and `dropped` tells how much was lost."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.dropped = 0

    def put(self, item: T) -> None:
        if self._closed:
            raise Closed
        if len(self._items) == self.size:
            self._items.popleft()
            self.dropped += 1
        self._add(item)
