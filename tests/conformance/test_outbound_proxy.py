"""The proxy that browsers leave by: what it carries, and that every connection is judged by the address that is dialled."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import aiohttp
import aiohttp.web
import pytest

from rapporteur.domain.errors import BlockedAddress
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.proxy import Proxy

pytestmark = pytest.mark.conformance

ONE = Guard((ip_network("127.0.0.1/32"),))
"""One address of this machine, and none of its others."""


class Site:
    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    async def answer(self, request: aiohttp.web.Request) -> aiohttp.web.StreamResponse:
        self.asked.append((request.method, request.path_qs, dict(request.headers)))
        if request.path == "/socket":
            socket = aiohttp.web.WebSocketResponse()
            await socket.prepare(request)
            async for said in socket:
                await socket.send_str(said.data.upper())
            return socket
        if request.path == "/away":
            raise aiohttp.web.HTTPFound(f"http://127.0.0.2:{self.port}/inside")
        return aiohttp.web.Response(body=await request.read() or b"hello", headers={"Connection": "keep-alive"})


@asynccontextmanager
async def serving(guard: Guard = ONE) -> AsyncIterator[tuple[Site, Proxy, int]]:
    site, proxy = Site(), Proxy(guard)
    app = aiohttp.web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{any:.*}", site.answer)
    runner = aiohttp.web.AppRunner(app, access_log=None)
    await runner.setup()
    await (listening := aiohttp.web.TCPSite(runner, "0.0.0.0", 0)).start()
    assert listening._server is not None
    site.port = listening._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    try:
        yield site, proxy, await proxy.start()
    finally:
        await proxy.stop()
        await runner.cleanup()


async def asked(proxy: int, request: str) -> tuple[bytes, bytes]:
    """Head and body of what the proxy answers until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy)
    writer.write(request.encode())
    async with asyncio.timeout(10):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head, body


async def test_requests_of_any_size_go_through_and_none_follows_on_their_connection() -> None:
    large = b"x" * 3_000_000
    async with serving() as (site, _, port), aiohttp.ClientSession() as http:
        for body in (None, b"small", large):
            url, method = f"http://127.0.0.1:{site.port}/any?a=b", "GET" if body is None else "POST"
            async with http.request(method, url, data=body and io.BytesIO(body), proxy=f"http://127.0.0.1:{port}") as answer:
                assert await answer.read() == (body or b"hello")
                assert answer.headers["Connection"] == "close"
        request = f"GET http://127.0.0.1:{site.port}/x HTTP/1.1\r\nHost: a\r\nProxy-Authorization: b\r\n\r\n"
        head, body = await asked(port, request)
        assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 200 OK", b"hello")
        assert [path for _, path, _ in site.asked] == ["/any?a=b"] * 3 + ["/x"]
        assert "Proxy-Authorization" not in site.asked[-1][2]


async def test_a_tunnel_carries_whatever_is_said_in_it() -> None:
    async with serving() as (site, _, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"CONNECT 127.0.0.1:{site.port} HTTP/1.1\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET /in HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(10):
            assert (await reader.read()).endswith(b"hello")
        writer.close()


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost.invalid", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"])
async def test_what_the_guard_refuses_is_not_dialled(host: str) -> None:
    async with serving() as (site, proxy, port):
        plain, _ = await asked(port, f"GET http://{host}:{site.port}/inside HTTP/1.1\r\nHost: a\r\n\r\n")
        tunnel, _ = await asked(port, f"CONNECT {host}:{site.port} HTTP/1.1\r\n\r\n")
        status = b"HTTP/1.1 502" if "invalid" in host else b"HTTP/1.1 403"
        assert plain.startswith(status)
        assert tunnel.startswith(status)
        assert site.asked == []
        assert isinstance(proxy.failure(host.strip("[]")), BlockedAddress) == (b"403" in status)


async def test_a_page_that_leads_inside_leads_nowhere() -> None:
    async with serving() as (site, _, port), aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{site.port}/away", proxy=f"http://127.0.0.1:{port}") as answer:
            assert answer.status == 403
        assert [path for _, path, _ in site.asked] == ["/away"]


@pytest.mark.parametrize("request_", [
    "GET / HTTP/1.1\r\n\r\n", "CONNECT host HTTP/1.1\r\n\r\n", "CONNECT host:x HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n",
    "GET https://host/ HTTP/1.1\r\n\r\n", "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
    "POST http://127.0.0.1/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
])
async def test_what_is_no_request_to_a_proxy_is_refused(request_: str) -> None:
    async with serving() as (_, _, port):
        head, _ = await asked(port, request_)
        assert head.startswith(b"HTTP/1.1 400")


async def test_stopping_ends_what_is_open() -> None:
    async with serving() as (site, proxy, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"CONNECT 127.0.0.1:{site.port} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await proxy.stop()
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
