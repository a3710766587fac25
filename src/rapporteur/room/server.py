"""The meeting room over HTTP: its page, its files, and the WebSocket each browser keeps open.

    GET  /room/                  start a meeting
    POST /room/                  create one with options; answers RoomLinks
    GET  /room/{code}            the page of a meeting
    GET  /room/static/{name}     its files
    WS   /room/{code}/socket     signalling, JSON frames both ways (messages.py, state.py)

`room_app` gives the routes for a server that has others beside; `running_room` and `serve_room` run them alone.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, Response
from pydantic import ValidationError

from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.serving import address, listen, serving
from rapporteur.kit.tasks import TaskOwner
from rapporteur.room.hub import CodeTaken, Connection, Hub, TooManyRooms
from rapporteur.room.messages import NewRoom, RoomLinks, message
from rapporteur.room.tokens import Mint

STATIC = Path(__file__).parent / "static"
FILES = {path.name: path for path in STATIC.iterdir() if path.suffix in {".js", ".css", ".svg"}}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_MAX_FRAME = 256 * 1024
"""A session description of eight people is a tenth of this."""
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

log = structlog.get_logger()


def room_app(
    *,
    open_rooms: bool = True,
    secret: bytes | None = None,
    ice_servers: tuple[str, ...] = (),
    public_url: str | None = None,
    clock: Clock | None = None,
) -> APIRouter:
    """The routes, under /room/, to be given to `include_router`.

    With a `secret` that is kept (tokens.kept_secret) participants and rooms outlive a restart of this server; without one
    everybody joins anew. `public_url` is the address people reach this server at, when the request does not tell it.
    """
    hub = Hub(Mint(secret or secrets.token_bytes(32)), clock or SystemClock(), open_rooms=open_rooms, ice_servers=ice_servers)
    router = APIRouter(prefix="/room", include_in_schema=False)

    @router.get("/")
    async def start() -> Response:
        return FileResponse(STATIC / "start.html", headers=_HEADERS)

    @router.post("/", status_code=201)
    async def create(wish: NewRoom, request: Request) -> RoomLinks:
        try:
            code, token = hub.create(wish)
        except CodeTaken:
            raise HTTPException(409, "a room with this code is already open; choose another code") from None
        except TooManyRooms:
            raise HTTPException(503, "this server has as many rooms as it can hold; try again later") from None
        url = f"{(public_url or str(request.base_url)).rstrip('/')}/room/{code}"
        return RoomLinks(code=code, url=url, host_url=f"{url}#host={token}")

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404, "no such file")
        return FileResponse(FILES[name], headers=_HEADERS)

    @router.get("/{code}")
    async def page(code: str) -> Response:
        known = _CODE.fullmatch(code) is not None and hub.exists(code)
        return FileResponse(STATIC / ("room.html" if known else "unknown.html"), 200 if known else 404, headers=_HEADERS)

    @router.websocket("/{code}/socket")
    async def signalling(websocket: WebSocket, code: str) -> None:
        if _CODE.fullmatch(code) is None or not _same_origin(websocket):
            await websocket.close(1008)
            return
        await _attend(hub, websocket, code)

    return router


async def _attend(hub: Hub, websocket: WebSocket, code: str) -> None:
    """One browser's connection, from its opening to its end."""
    await websocket.accept()
    connection = Connection(code)
    async with TaskOwner("room connection") as tasks:
        tasks.start(_write(websocket, connection), name="writer")
        hub.connected(connection)
        try:
            async for text in websocket.iter_text():
                _read(hub, connection, text)
        finally:
            hub.disconnected(connection)


def _read(hub: Hub, connection: Connection, text: str) -> None:
    if len(text) > _MAX_FRAME:
        return connection.close()
    try:
        hub.received(connection, message(text))
    except ValidationError:
        connection.send({"type": "notice", "reason": "bad_message"})
    except TooManyRooms:
        connection.send({"type": "refused", "reason": "full"})


async def _write(websocket: WebSocket, connection: Connection) -> None:
    try:
        while (frame := await connection.outbox.get()) is not None:
            await websocket.send_text(frame)
        await websocket.close()
    except (WebSocketDisconnect, RuntimeError) as error:  # RuntimeError: the other side had closed before we did
        log.debug("room connection closed while writing", error=type(error).__name__)


def _same_origin(websocket: WebSocket) -> bool:
    """Another site's page may not speak in the name of the person who looks at it. Programs send no origin."""
    origin = websocket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == websocket.headers.get("host")


# --- a server of its own --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def running_room(
    host: str = "127.0.0.1", port: int = 0, *, certificate: Path | None = None, key: Path | None = None, **options: Any,
) -> AsyncIterator[str]:
    """A room server for the length of the block; gives its base address. `options` are those of `room_app`; port 0 takes a
    free one. OSError when the port is taken."""
    app = FastAPI(title="Rapporteur meeting room", openapi_url=None)
    app.include_router(room_app(**options))
    listener = listen(host, port)
    async with serving(app, listener, ssl_certfile=certificate, ssl_keyfile=key):
        yield address(listener, host, secure=certificate is not None)


async def serve_room(
    host: str, port: int, *, certificate: Path | None = None, key: Path | None = None,
    on_started: Callable[[str], None] | None = None, **options: Any,
) -> None:
    """Serve until cancelled; `on_started` is given the base address. OSError when the port is taken."""
    async with running_room(host, port, certificate=certificate, key=key, **options) as address:
        if on_started is not None:
            on_started(address)
        await asyncio.Event().wait()
