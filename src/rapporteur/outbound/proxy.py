"""A way out for a browser that shows what users name: an HTTP proxy on loopback whose every connection the guard judges.

A browser resolves and dials by itself, page after page; with this as its only way, it reaches what the guard allows and nothing
else. Names are resolved here, so one that means another machine the second time gains nothing. It answers CONNECT, which is how
browsers ask for TLS and WebSockets, and plain requests one per connection. Nothing that passes is read, kept or logged.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import structlog

from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.kit.tasks import accompanied
from rapporteur.outbound.connecting import connected
from rapporteur.outbound.guard import Guard

log = structlog.get_logger()

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

ASKED_WITHIN_S = 30.0
"""So long a connection may stay without a request: browsers open some before they need them."""
_LONGEST_HEAD = 1 << 17
_CHUNK = 1 << 16
_REMEMBERED = 64
_HOP = (b"connection:", b"proxy-", b"keep-alive:", b"upgrade:", b"te:")
"""Headers that are for the next machine only."""


class Proxy:
    """From `start` to `stop`, at a port of this machine that changes with every start."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._failures: dict[str, BlockedAddress | DestinationFailure] = {}

    async def start(self) -> int:
        """The port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.close()
            await self._server.wait_closed()

    def failure(self, host: str) -> BlockedAddress | DestinationFailure | None:
        """Why no connection to a host came about, if none did lately."""
        return self._failures.get(host)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            async with asyncio.timeout(ASKED_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head, reader, writer)
        except (BlockedAddress, DestinationFailure) as error:
            _refuse(writer, "403 Forbidden" if isinstance(error, BlockedAddress) else "502 Bad Gateway")
        except ValueError:
            _refuse(writer, "400 Bad Request")
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            pass  # one side is gone, or never asked
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        if method == "CONNECT":
            host, port = _authority(f"//{target}", None)
            onward = await self._dial(host, port)
            writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            await _joined((reader, writer), onward)
        else:
            host, port = _authority(target, 80)
            request, body = _in_origin_form(head, method, target), _length(head)
            await _exchanged(request, body, (reader, writer), await self._dial(host, port))

    async def _dial(self, host: str, port: int) -> Streams:
        try:
            return await asyncio.open_connection(sock=await connected(self._guard, host, port), limit=_LONGEST_HEAD)
        except (BlockedAddress, DestinationFailure) as error:
            if len(self._failures) >= _REMEMBERED:
                self._failures.clear()
            self._failures[host] = error
            raise


def _refuse(writer: asyncio.StreamWriter, status: str) -> None:
    with suppress(OSError):
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


def _authority(url: str, default: int | None) -> tuple[str, int]:
    """Host and port; ValueError where there is none."""
    parts = urlsplit(url)
    port = parts.port or default
    if not parts.hostname or port is None or parts.scheme not in {"", "http"}:
        raise ValueError("no host and port")
    return parts.hostname, port


def _in_origin_form(head: bytes, method: str, target: str) -> bytes:
    """The request as its server expects it, and the last on its connection."""
    parts = urlsplit(target)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    kept = [line for line in head.split(b"\r\n")[1:-2] if not line.lower().startswith(_HOP)]
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode("ascii"), *kept, b"Connection: close", b"\r\n"])


def _length(head: bytes) -> int:
    """Bytes of the body behind a request's head. ValueError for one that does not say: browsers always do."""
    headers = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:-2])
    if b"transfer-encoding" in headers:
        raise ValueError("a body without a length")
    return int(headers.get(b"content-length", b"0"))


async def _exchanged(request: bytes, body: int, client: Streams, onward: Streams) -> None:
    """One request and its answer. The browser is told not to send another: that one may be for another machine."""
    back, out = onward
    try:
        out.write(request)
        await accompanied(_answered(back, client[1]), _copied(client[0], out, body))
    finally:
        out.close()


async def _answered(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    first, *lines = (await source.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    target.write(b"\r\n".join([first, *kept, b"Connection: close", b"\r\n"]))
    await _copied(source, target)


async def _joined(client: Streams, onward: Streams) -> None:
    """A tunnel, until the browser closes it; where the other side does, the browser is told by closing its own."""
    async def down() -> None:
        with suppress(OSError):
            await _copied(onward[0], client[1])
        client[1].close()

    try:
        await accompanied(_copied(client[0], onward[1]), down())
    finally:
        onward[1].close()


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter, most: int | None = None) -> None:
    """To the end, or as many bytes."""
    while most != 0 and (data := await source.read(_CHUNK if most is None else min(most, _CHUNK))):
        most = None if most is None else most - len(data)
        target.write(data)
        await target.drain()
