"""The mixed picture and sound as MeetStream's receivers take it: fragments of MP4 over a WebSocket that the bot dials.

The composer makes the film and connects here, on loopback: it says what it sends, as one JSON line with the token it was given,
hears when the receiver is there, and sends. What it sends is cut where fragments end. When the receiver is lost so is the
composer's connection, and it makes another: thirty times, three seconds apart, each with a film that begins anew.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from rapporteur.delivery.live.recall import Bot
from rapporteur.delivery.signatures import signed_headers
from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner, accompanied
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.websocket import dial

log = structlog.get_logger()

Json = dict[str, Any]

PING_S = 5.0
STALLED_S = 10.0
"""How long a receiver may leave a fragment waiting; then it counts as lost."""
END_S = 5.0
LARGEST_BOX = 16 << 20
_CUTS = (b"moov", b"mdat")
"""A message ends with one of these: what a player needs first, and each fragment."""


class Film:
    """One receiver, for as long as `start` to `stop`."""

    def __init__(self, url: str, bot: Bot, *, guard: Guard, clock: Clock, secret: str | None = None) -> None:
        self._url = url
        self._bot = bot
        self._guard = guard
        self._clock = clock
        self._secret = secret
        self._token = secrets.token_hex(16)
        self._server: asyncio.Server | None = None
        self._tasks = TaskOwner("film")

    async def start(self) -> str:
        """The address at which the composer delivers."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"film://127.0.0.1:{port}/{self._token}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._tasks.drain()
        await self._tasks.stop()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.start(self._serve(reader, writer), name="delivery")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(STALLED_S):
                described = json.loads(await reader.readline())
            if secrets.compare_digest(str(described.pop("token", "")), self._token):
                await self._deliver(described, reader, writer)
        except (BlockedAddress, DestinationFailure) as error:
            log.warning("film has no receiver", code=error.code)
        except (ValueError, OSError, TimeoutError):
            log.warning("film broke off")
        finally:
            writer.close()

    async def _deliver(self, described: Json, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        headers = {} if self._secret is None else signed_headers([self._secret], new_id(), self._clock.now_ms(), "")
        async with dial(self._guard, self._url, headers) as connection:
            try:
                await connection.send(self._json("video_stream_start", **described))
                began_s = self._clock.monotonic_s()
                writer.write(b"\n")
                await accompanied(_copy(reader, connection), self._ping(connection), self._listen(connection))
                seconds = round(self._clock.monotonic_s() - began_s, 3)
                await connection.send(self._json("video_stream_end", duration_seconds=seconds))
            except ConnectionClosed as error:
                raise DestinationFailure("The receiver closed the connection.") from error

    async def _ping(self, connection: ClientConnection) -> None:
        sequence = 0
        while True:
            await self._clock.sleep(PING_S)
            sequence += 1
            await connection.send(self._json("video_latency_ping", seq=sequence, sent_at_ms=round(self._clock.now_ms())))

    async def _listen(self, connection: ClientConnection) -> None:
        """Pongs say how far away the receiver is; nothing hangs on them, for its library's own prove that it is there."""
        while True:
            with suppress(ValueError, TypeError, KeyError):
                pong = json.loads(await connection.recv())
                if pong["type"] == "video_latency_pong":
                    log.debug("film_latency", milliseconds=round(self._clock.now_ms() - pong["sent_at_ms"]))

    def _json(self, name: str, **fields: Any) -> str:
        return json.dumps({"type": name, "bot_id": self._bot.id, **fields}, separators=(",", ":"))


async def _copy(reader: asyncio.StreamReader, connection: ClientConnection) -> None:
    """Returns at the film's end."""
    async for message in _messages(reader):
        async with asyncio.timeout(STALLED_S):
            await connection.send(message)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The film in messages that are whole in themselves. ValueError for what is none."""
    gathered: list[bytes] = []
    with suppress(asyncio.IncompleteReadError):
        while True:
            head = await reader.readexactly(8)
            size = int.from_bytes(head[:4])
            if not len(head) <= size <= LARGEST_BOX:
                raise ValueError("not a film")
            gathered += [head, await reader.readexactly(size - len(head))]
            if head[4:] in _CUTS:
                yield b"".join(gathered)
                gathered.clear()


@asynccontextmanager
async def filmed(
    urls: Mapping[int, str], bot: Bot, *, guard: Guard, clock: Clock, secret: str | None,
) -> AsyncIterator[list[Json]]:
    """One film per numbered receiver, for the length of the block; {number, url} of each, for the composer."""
    async with AsyncExitStack() as stack:
        streams: list[Json] = []
        for number, url in urls.items():
            film = Film(url, bot, guard=guard, clock=clock, secret=secret)
            streams.append({"number": number, "url": await film.start()})
            stack.push_async_callback(film.stop)
        yield streams
