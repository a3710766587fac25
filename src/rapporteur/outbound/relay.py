"""A way out for programs that dial by themselves: they connect to loopback, and what they say goes on to a judged address.

FFmpeg opens RTMP connections itself and cannot be given a socket, so it gets an address of this machine instead; the guard
judges the real one at each connection. TLS is spoken here where the address wants it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

import structlog

from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.kit.tasks import accompanied
from rapporteur.outbound.connecting import connected
from rapporteur.outbound.guard import Guard

log = structlog.get_logger()

_PORTS = {"rtmp": 1935, "rtmps": 443}
_CHUNK = 1 << 16
STALLED_S = 10.0
"""How long one side may leave the other waiting; then the connection counts as lost."""


class Relay:
    """One address, for as long as `start` to `stop`."""

    def __init__(self, guard: Guard, url: str) -> None:
        self._guard = guard
        self._target: SplitResult = urlsplit(url)
        self._server: asyncio.Server | None = None
        self.failure: BlockedAddress | DestinationFailure | None = None
        """Why the newest connection did not come about."""

    async def start(self) -> str:
        """The address to give instead: the same path and query on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._target._replace(scheme="rtmp", netloc=f"127.0.0.1:{port}").geturl()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, back = await self._dial()
        except (BlockedAddress, DestinationFailure) as error:
            self.failure = error
            log.warning("relay has no connection", code=error.code)
            writer.close()
            return
        self.failure = None
        try:
            with suppress(ConnectionError, TimeoutError):
                await accompanied(_copy(reader, back), _copy(onward, writer))
        finally:
            for side in (writer, back):
                side.close()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, secure = self._target.hostname or "", self._target.scheme == "rtmps"
        sock = await connected(self._guard, host, self._target.port or _PORTS.get(self._target.scheme, 1935))
        try:
            return await asyncio.open_connection(
                sock=sock, ssl=ssl.create_default_context() if secure else None, server_hostname=host if secure else None)
        except (OSError, ssl.SSLError) as error:
            sock.close()
            raise DestinationFailure(f"no TLS connection: {type(error).__name__}") from error


@asynccontextmanager
async def relayed(guard: Guard, urls: Mapping[int, str]) -> AsyncIterator[list[dict[str, Any]]]:
    """One relay per numbered URL, for the length of the block; {number, url} of each, to be dialled in the URL's place."""
    async with AsyncExitStack() as stack:
        streams: list[dict[str, Any]] = []
        for number, url in urls.items():
            relay = Relay(guard, url)
            streams.append({"number": number, "url": await relay.start()})
            stack.push_async_callback(relay.stop)
        yield streams


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(_CHUNK):
        target.write(data)
        async with asyncio.timeout(STALLED_S):
            await target.drain()
