"""The MeetStream dialect: translates its wire shapes into calls of the use cases and back. No rule about bots lives here.

It shares /api/v1/ with the Recall dialect; no path belongs to both.
"""

from fastapi import APIRouter

from rapporteur.api.meetstream import bots, errors, later, media, output, people, recording, transcripts
from rapporteur.api.meetstream.answers import SHOWN

__all__ = ["SHOWN", "errors", "routers"]


def routers() -> tuple[APIRouter, ...]:
    """Every route of the dialect."""
    dialect = APIRouter(prefix="/api/v1")
    for part in (bots.router, recording.router, output.router, media.router, people.router, transcripts.router, later.router()):
        dialect.include_router(part)
    return (dialect,)
