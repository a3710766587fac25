"""One of Zoom's connections: opened by a handshake, kept alive by answers, given up when Zoom asks no more.

What is said on it is the business of who holds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from rapporteur.bot.rtms.protocol import Message, Status, message, read
from rapporteur.domain.errors import BlockedAddress, DestinationFailure, MeetingFailure
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.websocket import dial

LARGEST = 8 << 20
"""A key frame of a shared screen, in base64."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Zoom waits for a receiver to come back, by its reference, and how long we wait for Zoom."""

    answer_s: float = 10.0
    keep_alive_s: float = 65.0
    """Zoom asks every ten seconds."""
    join_s: float = 30.0
    signalling_s: float = 60.0
    media_s: float = 65.0
    pause_s: float = 0.5
    """Between two attempts at first; doubled with each."""
    longest_pause_s: float = 10.0
    close_s: float = 2.0


class Dropped(Exception):
    """The connection is gone, or did not come about; another may."""


class Refused(Exception):
    """Zoom does not want this connection, whatever is tried."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Connection:
    def __init__(self, socket: ClientConnection, patience: Patience) -> None:
        self._socket = socket
        self._patience = patience

    async def send(self, text: str) -> None:
        """Dropped when it is gone."""
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            raise Dropped from None

    async def answer(self, kind: Message) -> dict[str, Any]:
        """The answer to a handshake. Refused says why not; Dropped when none comes."""
        try:
            async with asyncio.timeout(self._patience.answer_s):
                while (told := read(await self._socket.recv())).get("msg_type") != kind:
                    pass
        except (ConnectionClosed, TimeoutError):
            raise Dropped from None
        status = told.get("status_code")
        if status == Status.DUPLICATE:
            raise Dropped
        if status != Status.OK:
            raise Refused(status if isinstance(status, int) else -1)
        return told

    async def messages(self) -> AsyncGenerator[dict[str, Any], None]:
        """Everything but the signs of life. Ends by Dropped."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._patience.keep_alive_s
        try:
            while True:
                # Around each frame by itself: a limit that held across a yield would strike whoever is handed the message.
                async with asyncio.timeout_at(until_s):
                    told = read(await self._socket.recv())
                if told.get("msg_type") == Message.KEEP_ALIVE:
                    until_s = loop.time() + self._patience.keep_alive_s
                    await self._socket.send(message(Message.ALIVE, timestamp=told.get("timestamp")))
                else:
                    yield told
        except (ConnectionClosed, TimeoutError):
            raise Dropped from None

    async def close(self) -> None:
        await self._socket.close()


@asynccontextmanager
async def connected(guard: Guard, urls: Sequence[str], patience: Patience) -> AsyncIterator[Connection]:
    """A connection to the first of the addresses that can be had.

    Dropped when none can; MeetingFailure for an address that may not be dialled.
    """
    opened = False
    for url in urls:
        try:
            async with dial(guard, url, {}, largest=LARGEST) as socket:
                opened = True
                yield Connection(socket, patience)
                return
        except DestinationFailure:
            if opened:
                raise
        except BlockedAddress as error:
            raise MeetingFailure("meeting_link_invalid", f"The stream's server may not be dialled: {error.message}") from error
    raise Dropped
