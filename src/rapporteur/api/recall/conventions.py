"""What every route of the Recall dialect does alike, around its own work: who calls, how often, whether it was done before.

In this order: the key of the API, the workspace's limit for the endpoint, the `Idempotency-Key`. Refusals of these are nobody's
work and are kept under no key; an answer of the route itself is, whatever its status.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from rapporteur.api.deps import ApiServices, workspace_of
from rapporteur.api.errors import RecallRoute, StillWorking, recall_error
from rapporteur.api.limits import Limit, endpoint
from rapporteur.api.recall.limits import limit_of
from rapporteur.domain.errors import RapporteurError
from rapporteur.services.rows import AnswerRow

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""Header of an answer that was given before."""
_KEYED = frozenset({"POST", "PUT", "PATCH"})

Answering = Callable[[Request], Awaitable[Response]]


class DialectRoute(RecallRoute):
    """A route of the dialect."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        work = super().get_route_handler()
        names = {method: endpoint(method, self.path) for method in self.methods or ()}
        limits = {method: (name, limit_of(name)) for method, name in names.items()}

        async def answer(request: Request) -> Response:
            services: ApiServices = request.app.state.services
            try:
                workspace = await workspace_of(request)
                _count(request, workspace, *limits[request.method])
                key = request.headers.get(IDEMPOTENCY_KEY, "").strip()
                if not key or request.method not in _KEYED:
                    return await work(request)
                return await _once(request, workspace, key, work, services)
            except RapporteurError as error:
                return recall_error(error)

        return answer


def _count(request: Request, workspace: str, name: str, limit: Limit) -> None:
    caller = (workspace, name, request.url.path if limit.each else None)
    request.app.state.recall_limits.take(caller, limit.per_minute)


async def _once(request: Request, workspace: str, key: str, work: Answering, services: ApiServices) -> Response:
    claim = await services.idempotency.claim(workspace, request.url.path, key)
    if claim is None:
        raise StillWorking("A request with this Idempotency-Key is still being worked on: wait, then send it again.")
    if isinstance(claim, AnswerRow):
        return _response(claim)
    kept = False
    try:
        response = await work(request)
        await services.idempotency.keep(claim, _row(response))
        kept = True
    finally:
        # Work that broke has no answer to give again; it is done anew when it is asked for again.
        if not kept:
            await services.idempotency.release(claim)
    return response


def _row(response: Response) -> AnswerRow:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
    return AnswerRow(response.status_code, headers, bytes(response.body))


def _response(answer: AnswerRow) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    response.headers[REPLAYED] = "true"
    return response
