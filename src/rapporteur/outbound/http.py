"""HTTP to addresses that users give: every connection of a session passes the guard; no proxies, no cookies.

Redirects are followed by `fetch` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp

from rapporteur import __version__
from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.outbound.guard import Guard, Refused

USER_AGENT = f"Rapporteur/{__version__}"
_HOPS = 5
_MAX_ANSWER = 64 * 1024
"""More of an answer is not read; its connection is closed instead of kept."""


def guarded_session(guard: Guard, *, connections: int = 100) -> aiohttp.ClientSession:
    """A session for guarded dialling; whoever makes it closes it. Must be made on the running event loop."""
    connector = aiohttp.TCPConnector(
        socket_factory=guard.socket, limit=connections, limit_per_host=0, use_dns_cache=True, ttl_dns_cache=10,
    )
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": USER_AGENT}, trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    """At most the first 64 KiB of it."""


async def fetch(session: aiohttp.ClientSession, url: str, *, timeout_s: float, most: int) -> bytes:
    """The body that a GET answers, redirects followed: every hop is dialled by the guard.

    Raises BlockedAddress if the guard refused an address, DestinationFailure if no body of at most `most` bytes came in time.
    """
    try:
        async with session.get(url, max_redirects=_HOPS, timeout=_timeout(timeout_s)) as answer:
            if answer.status != 200:
                raise DestinationFailure(f"the address answered {answer.status}")
            body = bytearray()
            async for part in answer.content.iter_any():
                body += part
                if len(body) > most:
                    raise DestinationFailure(f"there are more than {most // 2**20} MiB")
            return bytes(body)
    except TimeoutError:
        raise DestinationFailure(f"no answer within {timeout_s:g} s") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, Refused):
            raise BlockedAddress(str(error.os_error)) from None
        raise DestinationFailure(f"no connection: {error.os_error.strerror or type(error.os_error).__name__}") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise DestinationFailure(f"no valid answer: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    retry_after_s: float | None
    """How long the other side asks to be left alone."""


async def call(
    session: aiohttp.ClientSession, method: str, url: str, *, headers: Mapping[str, str], timeout_s: float, largest: int,
    data: Any = None,
) -> Answer:
    """Ask a service, and take its whole answer; a redirect is an answer like any other. Raises as `exchange` does, and
    DestinationFailure for an answer of more than `largest` bytes."""
    with _translated(timeout_s):
        async with session.request(
            method, url, data=data, headers=headers, allow_redirects=False, timeout=_timeout(timeout_s),
        ) as answer:
            body = bytearray()
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > largest:
                    raise DestinationFailure("the answer is too large")
            wait = answer.headers.get("Retry-After", "")
            return Answer(answer.status, bytes(body), float(wait) if wait.isdigit() else None)


async def post(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float,
) -> int:
    """Send one POST and return the answer's status; see `exchange`."""
    return (await exchange(session, url, body, headers, timeout_s=timeout_s)).status


async def exchange(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float,
) -> Reply:
    """Send one POST and return the answer; a redirect is an answer like any other.

    Raises BlockedAddress if the guard refused the address, DestinationFailure if no answer came in time.
    """
    with _translated(timeout_s):
        async with session.post(
            url, data=body, headers=headers, allow_redirects=False, timeout=_timeout(timeout_s),
        ) as answer:
            return Reply(answer.status, await answer.content.read(_MAX_ANSWER))


@contextmanager
def _translated(timeout_s: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise DestinationFailure(f"no answer within {timeout_s:g} s") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, Refused):
            raise BlockedAddress(str(error.os_error)) from None
        raise DestinationFailure(f"no connection: {error.os_error.strerror or type(error.os_error).__name__}") from error
    except (aiohttp.ClientError, ValueError) as error:
        # Only the kind of error: its text may repeat what the other side sent.
        raise DestinationFailure(f"no valid answer: {type(error).__name__}") from error


@cache
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)
