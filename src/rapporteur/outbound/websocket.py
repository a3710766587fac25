"""WebSockets to addresses that users give: the connection is made here, to an address the guard has judged."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from rapporteur.domain.errors import DestinationFailure
from rapporteur.outbound.connecting import CONNECT_S, connected
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import USER_AGENT

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
async def dial(
    guard: Guard, url: str, headers: Mapping[str, str], *, largest: int = LARGEST_MESSAGE,
) -> AsyncIterator[ClientConnection]:
    """An open connection, without subprotocol and compression. `largest` bounds what is received, in bytes of a message.

    Raises BlockedAddress if the guard refused every address of the host, DestinationFailure if no connection came about.
    """
    address = as_websocket(url)
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise DestinationFailure("not an address of a WebSocket")
    sock = await connected(guard, parts.hostname, parts.port or (443 if parts.scheme == "wss" else 80))
    try:
        connecting = connect(
            address, sock=sock, additional_headers=dict(headers), user_agent_header=USER_AGENT, compression=None, proxy=None,
            open_timeout=CONNECT_S, ping_interval=PING_S, ping_timeout=2 * PING_S, close_timeout=2.0,
            max_size=largest, logger=_SILENT,
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
