"""Where a bench's bots stream to: a process of its own, so that nothing else on this loop makes what arrives look late."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

Event = dict[str, Any]
Notes = dict[str, list[Any]]
"""Of each event that arrived, by the event's name."""


def words_delay(event: Event, arrived_ms: float) -> float:
    """From the capture of the last word's end to the arrival, in milliseconds."""
    return arrived_ms - epoch_ms(event["data"]["data"]["words"][-1]["end_timestamp"]["absolute"])


def epoch_ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


class Desk:
    def __init__(self, url: str, process: Connection) -> None:
        self.url = url
        self._process = process

    def take(self) -> Notes:
        """What was noted of what arrived since the last time."""
        self._process.send(None)
        return self._process.recv()


@contextmanager
def desk(note: Callable[[Event, float], Any]) -> Iterator[Desk]:
    """`note` makes of an event and its arrival, in epoch milliseconds, what is kept of it."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(theirs, note), daemon=True)
    process.start()
    try:
        yield Desk(f"ws://127.0.0.1:{ours.recv()}/", ours)  # pyright: ignore[reportArgumentType] - on Windows it is another kind
    finally:
        process.terminate()
        process.join()


def _work(told: Connection, note: Callable[[Event, float], Any]) -> None:
    notes: Notes = {}

    async def take(connection: ServerConnection) -> None:
        async for message in connection:
            arrived_ms = time.time() * 1000
            # At once: a minute's messages, read when they are asked for, would hold up those that come meanwhile.
            event = json.loads(message)
            notes.setdefault(event["event"], []).append(note(event, arrived_ms))

    def answer() -> None:
        told.recv()
        told.send(notes)
        notes.clear()

    async def run() -> None:
        async with serve(take, "127.0.0.1", 0) as server:
            asyncio.get_running_loop().add_reader(told.fileno(), answer)
            told.send(next(iter(server.sockets)).getsockname()[1])
            await asyncio.Event().wait()

    asyncio.run(run())
