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
Delays = dict[str, list[float]]
"""In milliseconds, by the event's name."""
_BYTES_PER_MS = 32


def media_delay(event: Event, arrived_ms: float) -> float:
    """From the first sample's capture to the arrival, less the length of what came."""
    inner = event["data"]["data"]
    length_ms = len(inner["buffer"]) * 3 // 4 / _BYTES_PER_MS
    return arrived_ms - epoch_ms(inner["timestamp"]["absolute"]) - length_ms


def words_delay(event: Event, arrived_ms: float) -> float:
    """From the capture of the last word's end to the arrival."""
    return arrived_ms - epoch_ms(event["data"]["data"]["words"][-1]["end_timestamp"]["absolute"])


def epoch_ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


class Desk:
    def __init__(self, url: str, process: Connection) -> None:
        self.url = url
        self._process = process

    def take(self) -> Delays:
        """Of what arrived since the last time."""
        self._process.send(None)
        return self._process.recv()


@contextmanager
def desk(delay: Callable[[Event, float], float]) -> Iterator[Desk]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(theirs, delay), daemon=True)
    process.start()
    try:
        yield Desk(f"ws://127.0.0.1:{ours.recv()}/", ours)  # pyright: ignore[reportArgumentType] - on Windows it is another kind
    finally:
        process.terminate()
        process.join()


def _work(told: Connection, delay: Callable[[Event, float], float]) -> None:
    arrived: list[tuple[float, str | bytes]] = []

    async def take(connection: ServerConnection) -> None:
        async for message in connection:
            arrived.append((time.time() * 1000, message))

    def answer() -> None:
        told.recv()
        delays: Delays = {}
        for arrived_ms, message in arrived:
            event = json.loads(message)
            delays.setdefault(event["event"], []).append(delay(event, arrived_ms))
        arrived.clear()
        told.send(delays)

    async def run() -> None:
        async with serve(take, "127.0.0.1", 0) as server:
            asyncio.get_running_loop().add_reader(told.fileno(), answer)
            told.send(next(iter(server.sockets)).getsockname()[1])
            await asyncio.Event().wait()

    asyncio.run(run())
