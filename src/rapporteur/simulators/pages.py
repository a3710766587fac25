"""Serves the page of a simulated platform: for every address, under every name, over http for people and https for bots.

The meeting itself happens inside the page (page/src/simulators); this file gives it its scenario and its sounds, takes its
reports, and stands in for the platform's server where a page needs a real one: answers to requests, and sockets.

    GET  /_simulator/setup.js, skin.js, clips/{name}, empty     what the page is made of
    POST /_simulator/report                                     what happened, one JSON object
    PUT  /_simulator/answers/{path}                             from now on GET and POST of this path are answered with the body
    POST /_simulator/sockets/{path}                             send the body to every WebSocket that is open at this path
    GET  anything else                                          the page
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, Response

from rapporteur.domain.errors import InvalidRequest
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.serving import address, listen, serving
from rapporteur.simulators.certificate import make_certificate
from rapporteur.simulators.meetings import Meeting, setup
from rapporteur.simulators.speech import CLIPS, clip_file

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
PLATFORMS = tuple(sorted(path.stem for path in STATIC.glob("*.js")))
"""Those that have a skin."""
UNTIL_S = 30.0
_FRESH = {"Cache-Control": "no-store"}


class Simulator:
    """A platform's page that is being served, and what came of it."""

    def __init__(self, platform: str, meeting: Meeting, speed: float) -> None:
        self.url = ""
        """For people: the address to open. Every path under it is the page."""
        self.switches: tuple[str, ...] = ()
        """Chromium's, by which every real address leads here."""
        self.reports: list[dict[str, Any]] = []
        """What the pages said, in order; each has `kind` and `at` (UTC milliseconds)."""
        self.speed = speed
        self._reported = asyncio.Condition()
        self.play(meeting, platform=platform)

    def play(self, meeting: Meeting, *, platform: str | None = None) -> None:
        """Whoever opens the page from now on comes to this meeting. Forgets what was reported."""
        if platform is not None and platform not in PLATFORMS:
            raise InvalidRequest("platform", f"there is no simulator of {platform!r}, but of {', '.join(PLATFORMS)}")
        self.platform = platform or self.platform
        self.meeting = meeting
        self.reports = []

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The reports of one kind so far."""
        return [report for report in self.reports if report["kind"] == kind]

    async def until(
        self, wanted: str | Callable[[dict[str, Any]], bool], *, timeout_s: float = UNTIL_S,
    ) -> dict[str, Any]:
        """The first report of this kind, or for which this holds; past or future. TimeoutError when none comes."""
        holds = (lambda report: report["kind"] == wanted) if isinstance(wanted, str) else wanted
        async with asyncio.timeout(timeout_s), self._reported:
            while not (found := [report for report in self.reports if holds(report)]):
                await self._reported.wait()
            return found[0]

    async def report(self, report: dict[str, Any]) -> None:
        """Take what a page says."""
        self.reports.append(report)
        async with self._reported:
            self._reported.notify_all()

    def setup_script(self) -> str:
        data = json.dumps(setup(self.meeting, platform=self.platform, speed=self.speed), ensure_ascii=False)
        return f"var simulatedMeeting = {data};\n"


@asynccontextmanager
async def simulated(platform: str, meeting: Meeting, *, speed: float = 1.0, port: int = 0) -> AsyncIterator[Simulator]:
    """Serve the platform's page for the length of the block. `port` is where people find it; 0 takes a free one.

    `speed` divides the times of the door and of dialogs, never those of media. InvalidRequest when there is no such platform;
    OSError when the port is taken.
    """
    simulator = Simulator(platform, meeting, speed)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapporteur-simulator-")))
        certificate = await asyncio.to_thread(make_certificate, folder, SystemClock().now_ms())
        app = _app(simulator)
        plain, secure = listen(HOST, port), listen(HOST, 0)
        await stack.enter_async_context(serving(app, plain))
        await stack.enter_async_context(serving(app, secure, ssl_certfile=certificate.chain, ssl_keyfile=certificate.key))
        simulator.url = f"{address(plain, HOST, secure=False)}/"
        simulator.switches = _switches(secure.getsockname()[1], certificate.switch)
        yield simulator


def _switches(port: int, trust: str) -> tuple[str, ...]:
    return (
        f"--host-resolver-rules=MAP * {HOST}:{port}, EXCLUDE {HOST}, EXCLUDE localhost",
        trust,
        # A proxy would resolve names by itself.
        "--no-proxy-server",
        "--autoplay-policy=no-user-gesture-required",
        "--allow-loopback-in-peer-connection",
    )


def _app(simulator: Simulator) -> FastAPI:
    app = FastAPI(title="Simulated platform", openapi_url=None, docs_url=None, redoc_url=None)
    answers: dict[str, Response] = {}
    sockets: dict[str, set[WebSocket]] = {}

    @app.post("/_simulator/report", status_code=204)
    async def report(request: Request) -> None:
        await simulator.report(json.loads(await request.body()))

    @app.get("/_simulator/setup.js")
    async def setup_script() -> Response:
        return Response(simulator.setup_script(), media_type="text/javascript", headers=_FRESH)

    @app.get("/_simulator/skin.js")
    async def skin() -> Response:
        return FileResponse(STATIC / f"{simulator.platform}.js", headers=_FRESH)

    @app.get("/_simulator/clips/{name}")
    async def clip(name: str) -> Response:
        return FileResponse(clip_file(name), media_type="audio/ogg") if name in CLIPS else Response(status_code=404)

    @app.get("/_simulator/empty")
    async def empty() -> Response:
        return FileResponse(STATIC / "empty.html")

    @app.put("/_simulator/answers/{path:path}", status_code=204)
    async def answer(path: str, request: Request) -> None:
        answers[path] = Response(await request.body(), media_type=request.headers.get("content-type"), headers=_FRESH)

    @app.post("/_simulator/sockets/{path:path}", status_code=204)
    async def push(path: str, request: Request) -> None:
        body, binary = await request.body(), request.headers.get("content-type") == "application/octet-stream"
        for socket in list(sockets.get(path, ())):
            await (socket.send_bytes(body) if binary else socket.send_text(body.decode()))

    @app.websocket("/{path:path}")
    async def socket(websocket: WebSocket, path: str) -> None:
        await websocket.accept(subprotocol=next(iter(websocket.scope["subprotocols"]), None))
        sockets.setdefault(path, set()).add(websocket)
        try:
            while True:
                await websocket.receive()
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: it was told before that the other side is gone
            sockets[path].discard(websocket)

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def page(path: str, request: Request) -> Response:
        if path in answers:
            return answers[path]
        return FileResponse(STATIC / "page.html", headers=_FRESH) if request.method == "GET" else Response(status_code=404)

    return app
