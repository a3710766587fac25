"""The Recall dialect: translates its wire shapes into calls of the use cases and back. No rule about bots lives here."""

from fastapi import APIRouter

from rapporteur.api.recall import artifacts, bot, recording


def router() -> APIRouter:
    """Every route of the dialect, under /api/v1/."""
    dialect = APIRouter(prefix="/api/v1")
    dialect.include_router(bot.router)
    dialect.include_router(recording.router)
    for part in artifacts.routers:
        dialect.include_router(part)
    return dialect
