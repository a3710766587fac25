"""What is ours alone, under /rapporteur/v1/: webhook endpoints and their ledger, keys, live bot events, health."""

from fastapi import APIRouter

from rapporteur.api.own import events, health, keys, play, webhooks


def router() -> APIRouter:
    own = APIRouter(prefix="/rapporteur/v1")
    for part in (webhooks.router, keys.router, events.router, play.router, health.router):
        own.include_router(part)
    return own
