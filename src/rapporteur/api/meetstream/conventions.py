"""What every route of the MeetStream dialect does alike, around its own work: who calls, and how often."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from rapporteur.api.deps import ApiServices, workspace_of
from rapporteur.api.limits import Limit, endpoint
from rapporteur.api.meetstream.errors import invalid_query, meetstream_error
from rapporteur.domain.errors import RapporteurError

OTHERS_PER_MINUTE = 300

LIMITS: dict[str, Limit] = {
    "POST /bots/*/pause_recording/": Limit(30, each=True),
    "POST /bots/*/resume_recording/": Limit(30, each=True),
}
"""Those that the reference states. It keeps the others to itself; ours are generous."""


async def callback_profile(request: Request, workspace: str, services: ApiServices) -> str:
    """How the workspace is called back: as it has chosen, or else as the server says."""
    return (await services.workspaces.get(workspace)).callback_profile or request.app.state.callback_profile


class MeetStreamRoute(APIRoute):
    """A route that asks for a key, counts, and answers errors in the dialect's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        work = super().get_route_handler()
        names = {method: endpoint(method, self.path) for method in self.methods or ()}
        limits = {method: (name, LIMITS.get(name, Limit(OTHERS_PER_MINUTE))) for method, name in names.items()}

        async def answer(request: Request) -> Response:
            try:
                workspace = await workspace_of(request)
                name, limit = limits[request.method]
                caller = (workspace, name, request.url.path if limit.each else None)
                request.app.state.meetstream_limits.take(caller, limit.per_minute)
                return await work(request)
            except RequestValidationError as error:
                return invalid_query(error)
            except RapporteurError as error:
                return meetstream_error(error)

        return answer
