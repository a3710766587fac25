"""A user's webhook receiver on loopback, whose next answers the test sets."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """Answers 200 unless told otherwise: a status, or "hang" for none at all."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: deque[int | str] = deque()
        self.port = 0
        self.said = ""
        """The text of every answer."""
        self._changed = asyncio.Condition()

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def events(self) -> list[str]:
        return [each.body["event"] for each in self.received]

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = await request.read()
        async with self._changed:
            self.received.append(Received(request.path, headers, raw))
            self._changed.notify_all()
        answer = self.answers.popleft() if self.answers else 200
        if isinstance(answer, str):
            await asyncio.Event().wait()
        return web.Response(status=int(answer), text=self.said, headers={"Location": self.url("/elsewhere")})

    async def until(self, count: int, timeout_s: float = 30) -> None:
        """Wait until this many requests came in."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: len(self.received) >= count)


@asynccontextmanager
async def receiving(receiver: Receiver | None = None, port: int = 0) -> AsyncIterator[Receiver]:
    """Listen for the length of the block, on a port of our own or a given one."""
    receiver = receiver or Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
