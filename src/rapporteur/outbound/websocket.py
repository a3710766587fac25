"""WebSockets to addresses that users give: the connection is made here, to an address the guard has judged."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.outbound.guard import Guard, Refused
from rapporteur.outbound.http import USER_AGENT

CONNECT_S = 10.0
PING_S = 10.0
"""Also how long a receiver may leave a ping unanswered before its connection counts as lost."""
LARGEST_MESSAGE = 1 << 20
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}

# The library's own logger prints request lines, and addresses carry tokens.
_SILENT = logging.getLogger("rapporteur.outbound.websocket")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def as_websocket(url: str) -> str:
    """An address given as http(s) becomes ws(s); path and query stay as they are."""
    parts = urlsplit(url.strip())
    return urlunsplit(parts._replace(scheme=_SCHEMES.get(parts.scheme, parts.scheme)))


@asynccontextmanager
async def dial(guard: Guard, url: str, headers: Mapping[str, str]) -> AsyncIterator[ClientConnection]:
    """An open connection, without subprotocol and compression.

    Raises BlockedAddress if the guard refused every address of the host, DestinationFailure if no connection came about.
    """
    address = as_websocket(url)
    sock = await _connected(guard, address)
    try:
        connecting = connect(
            address, sock=sock, additional_headers=dict(headers), user_agent_header=USER_AGENT, compression=None, proxy=None,
            open_timeout=CONNECT_S, ping_interval=PING_S, ping_timeout=2 * PING_S, close_timeout=2.0,
            max_size=LARGEST_MESSAGE, logger=_SILENT,
        )
        connection = await connecting
    except (InvalidHandshake, InvalidURI, OSError, TimeoutError, EOFError) as error:
        sock.close()
        # Only the kind of error: its text may repeat what the other side sent.
        status = error.response.status_code if isinstance(error, InvalidStatus) else None
        raise DestinationFailure(f"no WebSocket: {type(error).__name__}", status=status) from error
    try:
        yield connection
    finally:
        await connection.close()


async def _connected(guard: Guard, address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise DestinationFailure("not an address of a WebSocket")
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise DestinationFailure("the host has no address") from None
    refusal: OSError | None = None
    for entry in found:
        try:
            return await _connect_one(guard, entry)
        except (OSError, TimeoutError) as error:
            refusal = error if isinstance(error, OSError) else TimeoutError()
    if isinstance(refusal, Refused):
        raise BlockedAddress(str(refusal))
    raise DestinationFailure(f"no connection: {type(refusal).__name__}")


async def _connect_one(guard: Guard, entry: tuple[Any, ...]) -> socket.socket:
    sock = guard.socket(entry)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(sock, entry[4])
    except (OSError, TimeoutError):
        sock.close()
        raise
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
