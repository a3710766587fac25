"""The Recall dialect: translates its wire shapes into calls of the use cases and back. No rule about bots lives here."""

from fastapi import APIRouter

from rapporteur.api.recall import (
    artifacts,
    billing,
    bot,
    later,
    older,
    output,
    realtime_endpoint,
    recording,
    screenshots,
    sdk_upload,
    transcripts,
)
from rapporteur.api.recall.examples import SHOWN

__all__ = ["SHOWN", "routers"]


def routers() -> tuple[APIRouter, ...]:
    """Every route of the dialect, under /api/v1/ and /api/v2/."""
    dialect = APIRouter(prefix="/api/v1")
    for part in (output.router, older.router, recording.router, *artifacts.routers, realtime_endpoint.router,
                 transcripts.router, screenshots.router, *sdk_upload.routers, billing.router):
        dialect.include_router(part)
    # Bots are asked for most: their routes stand first, and below no other router, each of which is searched twice.
    return bot.router, dialect, later.router()
