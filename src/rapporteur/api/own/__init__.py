"""What is ours alone, under /rapporteur/v1/: workspaces and who may use them, webhooks, live events, health; and /metrics."""

from fastapi import APIRouter

from rapporteur.api.own import (
    events,
    evidence,
    health,
    keys,
    members,
    metrics,
    play,
    providers,
    quality,
    webhooks,
    workspace,
    zoom,
)
from rapporteur.api.own.examples import SHOWN

__all__ = ["SHOWN", "metrics", "router"]


def router() -> APIRouter:
    own = APIRouter(prefix="/rapporteur/v1")
    for part in (
        workspace.router, members.router, keys.router, providers.router, webhooks.router, events.router, play.router,
        quality.router, evidence.router, zoom.router, health.router,
    ):
        own.include_router(part)
    return own
