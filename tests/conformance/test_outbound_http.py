"""The guarded session against real sockets on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import USER_AGENT, fetch, guarded_session, post

pytestmark = pytest.mark.conformance

LOCAL = Guard(loopback=True)


class Site:
    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes, str]] = []
        self.port = 0

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.path, await request.read(), request.headers["User-Agent"]))
        match request.path:
            case "/moved":
                raise web.HTTPFound("/elsewhere")
            case "/silent":
                await asyncio.Event().wait()
            case "/endless":
                answer = web.StreamResponse()
                await answer.prepare(request)
                while True:
                    await answer.write(b"x" * 65536)
        return web.Response(status=202, headers={"Set-Cookie": "a=b"})

    async def give(self, request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/moved":
                raise web.HTTPFound("/picture")
            case "/inside":
                raise web.HTTPFound("http://10.0.0.1/picture")
            case "/circle":
                raise web.HTTPFound("/circle")
            case "/picture":
                return web.Response(body=b"picture")
        raise web.HTTPNotFound

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_post("/{path:.*}", site.take)
    app.router.add_get("/{path:.*}", site.give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await (listener := web.TCPSite(runner, "127.0.0.1", 0)).start()
    assert listener._server is not None
    site.port = listener._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    yield site
    await runner.cleanup()


async def test_a_post_arrives_as_it_was_and_its_status_comes_back(site: Site) -> None:
    async with guarded_session(LOCAL) as session:
        assert await post(session, site.url("/a"), b"body", {}, timeout_s=5) == 202
    assert site.seen == [("/a", b"body", USER_AGENT)]


async def test_a_redirect_is_not_followed(site: Site) -> None:
    async with guarded_session(LOCAL) as session:
        assert await post(session, site.url("/moved"), b"", {}, timeout_s=5) == 302
    assert [path for path, *_ in site.seen] == ["/moved"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_loopback_is_refused_whatever_it_is_called(site: Site, host: str) -> None:
    async with guarded_session(Guard()) as session:
        with pytest.raises(BlockedAddress, match="RAPPORTEUR_ALLOWED_NETWORKS"):
            await post(session, site.url("/a", host), b"", {}, timeout_s=5)
    assert site.seen == []


async def test_silence_is_a_failure_that_names_the_time(site: Site) -> None:
    async with guarded_session(LOCAL) as session:
        with pytest.raises(DestinationFailure, match=r"0\.2 s"):
            await post(session, site.url("/silent"), b"", {}, timeout_s=0.2)


async def test_an_endless_answer_is_cut(site: Site) -> None:
    async with guarded_session(LOCAL) as session:
        assert await post(session, site.url("/endless"), b"", {}, timeout_s=5) == 200


async def test_a_closed_port_is_a_failure_of_the_destination() -> None:
    async with guarded_session(LOCAL) as session:
        with pytest.raises(DestinationFailure, match="no connection"):
            await post(session, "http://127.0.0.1:1/", b"", {}, timeout_s=5)


async def test_what_does_not_speak_http_is_a_failure_of_the_destination() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server, guarded_session(LOCAL) as session:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DestinationFailure) as caught:
            await post(session, f"http://127.0.0.1:{port}/", b"", {}, timeout_s=5)
    assert "mail" not in caught.value.message


@pytest.mark.parametrize("path", ["/picture", "/moved"])
async def test_what_lies_behind_an_address_is_fetched_also_where_it_has_moved(site: Site, path: str) -> None:
    async with guarded_session(LOCAL) as session:
        assert await fetch(session, site.url(path), timeout_s=5, most=100) == b"picture"


@pytest.mark.parametrize(("path", "most", "error", "words"), [
    ("/none", 100, DestinationFailure, "404"), ("/picture", 3, DestinationFailure, "more than"),
    ("/circle", 100, DestinationFailure, "TooManyRedirects"), ("/inside", 100, BlockedAddress, "not public"),
])
async def test_what_cannot_or_may_not_be_fetched_is_said(
    site: Site, path: str, most: int, error: type[Exception], words: str,
) -> None:
    async with guarded_session(LOCAL) as session:
        with pytest.raises(error, match=words):
            await fetch(session, site.url(path), timeout_s=5, most=most)
