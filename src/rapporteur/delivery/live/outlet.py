"""One endpoint of the live feed: sends what it is owed, in order, until it has arrived or the endpoint is given up.

The retry rules are the Recall dialect's, for every dialect: a webhook is tried 60 times, one second apart; a WebSocket is
dialled again 30 times, three seconds apart. Then the endpoint has failed, is told nothing more, and nobody else is held up. A
receiver of a WebSocket need not say anything: the pong that its library sends by itself proves what has arrived, and what is
not proven is sent again after a reconnect, with the same number, id and bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from rapporteur.delivery.live.backlog import Backlog, Frame
from rapporteur.delivery.signatures import signed_headers
from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import accompanied
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import exchange
from rapporteur.outbound.websocket import dial
from rapporteur.wire.live import LiveEndpoint

log = structlog.get_logger()

WEBHOOK_TRIES, WEBHOOK_PAUSE_S, WEBHOOK_TIMEOUT_S = 60, 1.0, 15.0
SOCKET_TRIES, SOCKET_PAUSE_S = 30, 3.0
PROVEN_EVERY_S = 0.2
"""A question after every message of sound would cost as much as the messages."""

Failure = tuple[str, str]
"""Code and sentence of why an endpoint was given up."""


class Transport(Protocol):
    async def deliver(self, backlog: Backlog, running: Callable[[], None]) -> Failure | None:
        """Send until the backlog is closed and empty, then None; a Failure when the endpoint is given up.

        `running` is called when something has arrived for the first time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What every transport works with. `secret` signs; None where a workspace has none."""

    guard: Guard
    clock: Clock
    session: aiohttp.ClientSession
    secret: str | None = None
    greeting: str | None = None
    """What a WebSocket is sent first, every time it was dialled."""
    signature: Callable[[bytes, str, float], dict[str, str]] | None = None
    """A dialect's own signature of a body: (body, secret, now in ms) → headers."""

    def headers(self, identity: str, body: str) -> dict[str, str]:
        if self.secret is None:
            return {}
        now_ms = self.clock.now_ms()
        own = self.signature(body.encode(), self.secret, now_ms) if self.signature is not None else {}
        return own | signed_headers([self.secret], identity, now_ms, body)


class Webhook:
    """POSTs one frame after the other."""

    def __init__(self, endpoint: LiveEndpoint, setting: Setting) -> None:
        self._url = endpoint.url
        self._setting = setting

    async def deliver(self, backlog: Backlog, running: Callable[[], None]) -> Failure | None:
        while (frame := await backlog.next()) is not None:
            failure = await self._insist(frame)
            if failure is not None:
                return failure
            backlog.wrote(frame)
            backlog.confirm(frame.number)
            running()
        return None

    async def _insist(self, frame: Frame) -> Failure | None:
        failure: Failure = ("connection_failed", "")
        for attempt in range(WEBHOOK_TRIES):
            if attempt:
                await self._setting.clock.sleep(WEBHOOK_PAUSE_S)
            try:
                status = await self._post(frame)
            except BlockedAddress as error:
                return "blocked_address", error.message
            except DestinationFailure as error:
                failure = "connection_failed", error.message
            else:
                if 200 <= status < 300:
                    return None
                failure = "bad_answer", f"The endpoint answered {status}."
        return failure

    async def _post(self, frame: Frame) -> int:
        body = frame.payload if isinstance(frame.payload, str) else frame.payload.decode()
        headers = {"Content-Type": "application/json", **self._setting.headers(frame.event_id, body)}
        reply = await exchange(self._setting.session, self._url, body.encode(), headers, timeout_s=WEBHOOK_TIMEOUT_S)
        return reply.status


class Socket:
    """Dials a WebSocket and keeps it open."""

    def __init__(self, endpoint: LiveEndpoint, setting: Setting) -> None:
        self._url = endpoint.url
        self._setting = setting

    async def deliver(self, backlog: Backlog, running: Callable[[], None]) -> Failure | None:
        failure: Failure = ("connection_failed", "")
        failed = 0
        while failed < SOCKET_TRIES:
            proven = backlog.proven
            try:
                async with dial(self._setting.guard, self._url, self._setting.headers(new_id(), "")) as connection:
                    running()
                    await self._converse(connection, backlog)
                    return None
            except BlockedAddress as error:
                return "blocked_address", error.message
            except DestinationFailure as error:
                failure = "connection_failed", error.message
            # A receiver that lets us in and takes nothing is no better than one that is not there.
            failed = 1 if backlog.proven > proven else failed + 1
            backlog.rewind()
            if failed < SOCKET_TRIES:
                await self._setting.clock.sleep(SOCKET_PAUSE_S)
        return failure

    async def _converse(self, connection: ClientConnection, backlog: Backlog) -> None:
        """Returns when everything was sent and has arrived; DestinationFailure when the connection was lost."""
        try:
            if self._setting.greeting is not None:
                await connection.send(self._setting.greeting)
            await accompanied(_send(connection, backlog), _prove(connection, backlog, self._setting.clock), _listen(connection))
        except ConnectionClosed as error:
            raise DestinationFailure("The endpoint closed the connection.") from error


async def _send(connection: ClientConnection, backlog: Backlog) -> None:
    while (frame := await backlog.next()) is not None:
        await connection.send(frame.payload)
        backlog.wrote(frame)
    await backlog.settled()


async def _prove(connection: ClientConnection, backlog: Backlog, clock: Clock) -> None:
    """Ask, one question at a time and with pauses, whether what was written has been received.

    Pongs come in the order of the stream.
    """
    number = 0
    while True:
        number = await backlog.newest_written(after=number)
        await (await connection.ping())
        backlog.received(number)
        await clock.sleep(PROVEN_EVERY_S)


async def _listen(connection: ClientConnection) -> None:
    """What a receiver says has no meaning, but would hold up its pongs if nobody took it."""
    async for _ in connection:
        pass
    raise DestinationFailure("The endpoint closed the connection.")


class Outlet:
    """An endpoint, what it is owed, and how it stands. `report` hears whenever its state changes, and at a `recount`."""

    def __init__(self, endpoint: LiveEndpoint, transport: Transport, report: Callable[[dict[str, Any]], None],
                 backlog: Backlog | None = None) -> None:
        self.endpoint = endpoint
        self.backlog = backlog or Backlog()
        self._transport = transport
        self._report = report
        self._number = 0
        self._running = False
        self._told: tuple[int, int] = (0, 0)
        self.failed = False
        self.ended = asyncio.Event()
        """Set when all is delivered, or the endpoint is given up."""

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def offer(self, frame: Frame) -> None:
        if not self.failed:
            self.backlog.add(frame)

    async def run(self) -> None:
        """Returns when all is delivered after `backlog.close`, or the endpoint is given up."""
        failure = await self._transport.deliver(self.backlog, self._runs)
        self.failed = failure is not None
        if failure is not None:
            self.backlog.give_up()
            log.warning("live_endpoint_failed", endpoint_id=self.endpoint.id, code=failure[0])
        self.tell("failed" if failure else "done", failure)
        self.ended.set()

    def tell(self, code: str, failure: Failure | None = None) -> None:
        error = None if failure is None else {"code": failure[0], "message": failure[1]}
        self._told = self._counts
        self._report({
            "endpoint_id": self.endpoint.id, "code": code, "error": error, "delivered": dict(self.backlog.delivered),
            "dropped": dict(self.backlog.dropped),
        })

    def recount(self) -> None:
        """Tell what has arrived and what was given up, unless that was told already."""
        if not self.ended.is_set() and self._counts != self._told:
            self.tell("running")

    @property
    def _counts(self) -> tuple[int, int]:
        return self.backlog.delivered.total(), self.backlog.dropped.total()

    def _runs(self) -> None:
        if not self._running:
            self._running = True
            self.tell("running")
