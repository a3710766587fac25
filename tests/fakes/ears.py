"""A user's WebSocket server that listens to a live feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

JOIN = "participant_events.join"


class Ears:
    """A user's WebSocket server that says nothing, and hangs up after as many messages as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.visits: list[tuple[str, dict[str, str]]] = []
        self.hang_up_after: list[int] = []
        self.port = 0
        self._changed = asyncio.Condition()

    async def visit(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.visits.append((connection.request.path, dict(connection.request.headers)))
        left = self.hang_up_after.pop(0) if self.hang_up_after else None
        if left == 0:
            return
        async for message in connection:
            assert isinstance(message, str)
            async with self._changed:
                self.heard.append(json.loads(message))
                self._changed.notify_all()
            left = None if left is None else left - 1
            if left == 0:
                connection.transport.abort()
                return

    def endpoint(self, *events: str) -> dict[str, Any]:
        return {"type": "websocket", "url": f"ws://127.0.0.1:{self.port}/", "events": list(events or [JOIN])}

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.heard) >= count)

    async def until_event(self, name: str, within_s: float = 30) -> None:
        async with asyncio.timeout(within_s), self._changed:
            await self._changed.wait_for(lambda: any(event["event"] == name for event in self.heard))


@asynccontextmanager
async def listening(port: int = 0) -> AsyncIterator[Ears]:
    ears = Ears()
    async with serve(ears.visit, "127.0.0.1", port) as server:
        ears.port = next(iter(server.sockets)).getsockname()[1]
        yield ears
