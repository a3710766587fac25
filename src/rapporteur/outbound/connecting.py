"""TCP connections to hosts that users name: the guard judges the very address that is dialled."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.outbound.guard import Guard, Refused

CONNECT_S = 10.0


async def connected(guard: Guard, host: str, port: int) -> socket.socket:
    """A connected socket to the first address of the host that can be reached.

    Raises BlockedAddress if the guard refused the last one tried, DestinationFailure if none could be reached.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise DestinationFailure("the host has no address") from None
    refusal: OSError | None = None
    for entry in found:
        try:
            return await _connect(guard, entry)
        except (OSError, TimeoutError) as error:
            refusal = error if isinstance(error, OSError) else TimeoutError()
    if isinstance(refusal, Refused):
        raise BlockedAddress(str(refusal))
    raise DestinationFailure(f"no connection: {type(refusal).__name__}")


async def _connect(guard: Guard, entry: tuple[Any, ...]) -> socket.socket:
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
