"""The FastAPI application, put together from services that wiring built.

Everything HTTP comes in here: the dialects under /api/, our own API under /rapporteur/v1/, the bots' channel under
/internal/, downloads under /media/. Pages and the room are handed in by wiring, because siblings do not know each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from fastapi.routing import iter_route_contexts

from rapporteur import __version__
from rapporteur.api import errors, internal, media, meetstream, openapi, own, recall, reference, retention
from rapporteur.api.addresses import Addresses
from rapporteur.api.deps import ApiServices
from rapporteur.api.limits import Limits
from rapporteur.api.metering import Meter, Metered
from rapporteur.api.paths import EitherSlash, HeadAsGet
from rapporteur.settings import Settings

__all__ = ["ApiServices", "create_app", "furnish"]


def create_app(services: ApiServices, settings: Settings, *, pages: Sequence[APIRouter] = ()) -> FastAPI:
    """The whole application. `pages` are further routers, the dashboard's for one.

    The reference is at /docs, its document at /openapi.json.
    """
    app = FastAPI(title="Rapporteur", version=__version__, redirect_slashes=False, redoc_url=None, docs_url=None)
    furnish(app, services, settings)
    ours = own.router(), own.metrics.router, internal.router(), media.router, reference.router
    for router in (*recall.routers(), *meetstream.routers(), *ours, *pages):
        app.include_router(router)

    @app.get("/", include_in_schema=False)
    async def front() -> RedirectResponse:
        return RedirectResponse("/docs")

    errors.install(app)
    meetstream.errors.install(app)
    openapi.install(app, recall.SHOWN, meetstream.SHOWN, own.SHOWN)
    app.add_middleware(Metered)
    app.add_middleware(HeadAsGet)
    app.add_middleware(EitherSlash)
    # Included routes are worked out when somebody looks: better here than on the loop, while the first caller waits.
    for _ in iter_route_contexts(app.routes):
        pass
    return app


def furnish(app: FastAPI, services: ApiServices, settings: Settings) -> None:
    """Give the routes what they work with. They keep nothing of their own, so an application may be furnished again."""
    app.state.services = services
    app.state.addresses = Addresses(settings)
    app.state.recall_limits = Limits(services.clock, enabled=settings.rate_limits)
    app.state.meetstream_limits = Limits(services.clock, enabled=settings.rate_limits)
    app.state.callback_profile = settings.callback_profile
    app.state.retention = retention.chosen(settings)
    app.state.meter = Meter()
    app.state.metrics_token = settings.metrics_token
