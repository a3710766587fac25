"""A user's webhook endpoint on loopback: takes what comes, checks its signature, and can misbehave on request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True, slots=True)
class Received:
    id: str
    """The `webhook-id` header."""
    event: str
    body: dict[str, Any]
    raw: bytes
    signed: bool
    """True when both header sets carry a valid signature of the raw body."""
    status: int
    """What the endpoint answered."""


class Receiver:
    """`async with Receiver() as receiver:` serves at `receiver.url`. Set `secret` to have signatures checked."""

    def __init__(self, secret: str | None = None) -> None:
        self.secret = secret
        self.received: list[Received] = []
        self.answers: list[int] = []
        """Statuses of the next answers, taken one by one; 200 when there are none left."""
        self.on_event: Callable[[Received], Awaitable[None]] | None = None
        """What the endpoint does with an event before it answers."""
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/webhook"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def accepted(self) -> list[Received]:
        return [r for r in self.received if 200 <= r.status < 300]

    def events(self, prefix: str = "") -> list[str]:
        """Names of the accepted events in the order of their arrival."""
        return [r.event for r in self.accepted if r.event.startswith(prefix)]

    async def wait_for(self, event: str, timeout_s: float) -> Received:
        """The first accepted event of this name, past or future; TimeoutError when none comes."""
        async with asyncio.timeout(timeout_s), self._arrived:
            while not (found := [r for r in self.accepted if r.event == event]):
                await self._arrived.wait()
            return found[0]

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw)
        status = self.answers.pop(0) if self.answers else 200
        received = Received(request.headers["webhook-id"], body["event"], body, raw, self._verified(request, raw), status)
        if self.on_event is not None:
            await self.on_event(received)
        self.received.append(received)
        async with self._arrived:
            self._arrived.notify_all()
        return web.Response(status=status)

    def _verified(self, request: web.Request, raw: bytes) -> bool:
        if self.secret is None:
            return False
        try:
            for prefix in ("webhook", "svix"):
                headers = {f"webhook-{part}": request.headers[f"{prefix}-{part}"] for part in ("id", "timestamp", "signature")}
                Webhook(self.secret).verify(raw, headers)
        except (WebhookVerificationError, KeyError):
            return False
        return True
