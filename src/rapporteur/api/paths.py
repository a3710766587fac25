"""The forms of a request that clients use for one route, answered without a redirect: a redirected POST loses its body in most
clients."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

WITH_SLASH = ("/api/", "/rapporteur/")
"""Written with a trailing slash in the vendors' documents, and so in our routes."""
WITHOUT_SLASH = ("/internal/", "/play")
ACTS = ("/remove_bot/",)
"""Does something although it is asked for by GET: HEAD must be safe."""
UNPREFIXED = ("/v1/bots/", "/v1/transcript/")
"""As the oldest of MeetStream's samples write them: without the /api in front."""


class EitherSlash:
    """Gives a path the form that its route is declared in. Everything else, files and mounted apps, passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "path": canonical(scope["path"])}
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD on the APIs' routes as GET; the server leaves the body out. Never a stream, which would have no end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and _only_looks(scope["path"]):
            headers = [(name, value) for name, value in scope["headers"] if name != b"accept" or b"event-stream" not in value]
            scope = {**scope, "method": "GET", "headers": headers}
        await self._app(scope, receive, send)


def _only_looks(path: str) -> bool:
    return path.startswith(WITH_SLASH) and not path.endswith(ACTS)


def canonical(path: str) -> str:
    if f"{path.rstrip('/')}/".startswith(UNPREFIXED):
        path = f"/api{path}"
    if path.startswith(WITH_SLASH):
        return path if path.endswith("/") else f"{path}/"
    if path.startswith(WITHOUT_SLASH):
        return path.rstrip("/")
    return path
