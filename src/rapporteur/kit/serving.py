"""Serving an ASGI application inside an event loop of ours: who runs the loop decides when serving ends, no signal handler."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from rapporteur.kit.tasks import TaskOwner

GRACE_S = 2
"""Open requests and sockets get this long when serving ends; then they are cut."""

KEPT_S = 75
"""An idle connection is kept so long: longer than clients keep theirs, so that it is they who close it. Of a request that was
on its way when the other side closed, nobody knows whether it was heard."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one. OSError when the port is taken."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)


def address(listener: socket.socket, host: str, *, secure: bool) -> str:
    """The base address under which `listener` is reached at `host`."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{listener.getsockname()[1]}"


@asynccontextmanager
async def serving(app: Any, listener: socket.socket, **config: Any) -> AsyncIterator[None]:
    """Serve for the length of the block, from the moment requests are answered; `config` is uvicorn's."""
    server = _Server(uvicorn.Config(
        app, log_config=None, access_log=False, ws="websockets-sansio", timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEPT_S,
        # Whose forwarded headers count is the application's decision; uvicorn would believe everybody on this machine.
        proxy_headers=False, **config,
    ))
    async with TaskOwner("http") as tasks:
        task = tasks.start(server.serve(sockets=[listener]), name="uvicorn")
        while not server.started and not task.done():
            await asyncio.wait([task], timeout=0.01)
        try:
            yield
        finally:
            server.should_exit = True
            await asyncio.wait([task])
            listener.close()
