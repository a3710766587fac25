"""Counts the requests that come in, by the route that answered them: never by a path, which holds ids."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rapporteur.services.metrics import Family

REQUESTS = Family(
    "rapporteur_http_requests_total", "Requests this process answered, by method, route and status.",
    ("method", "route", "status"))
DURATION = Family(
    "rapporteur_http_request_duration_seconds", "Time until an answer began, by method and route.", ("method", "route"))
BUCKETS_S = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Meter:
    """What one process has answered since it began."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(REQUESTS.name, REQUESTS.help, REQUESTS.labels, registry=self.registry)
        self._duration = Histogram(
            DURATION.name, DURATION.help, DURATION.labels, registry=self.registry, buckets=BUCKETS_S)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds)


class Metered:
    """Tells the application's Meter of every request once its answer begins; when a stream ends says nothing of our speed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope["app"].state
        clock, began_s, told = state.services.clock, state.services.clock.monotonic_s(), False

        def tell(status: int) -> None:
            nonlocal told
            if not told:
                told = True
                state.meter.answered(scope["method"], _route(scope), status, clock.monotonic_s() - began_s)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            tell(500)  # nothing was answered: an error of ours, for which the server has an answer further out


def _route(scope: Scope) -> str:
    context = scope.get("fastapi", {}).get("effective_route_context")
    return getattr(context or scope.get("route"), "path", None) or NO_ROUTE
