"""/rapporteur/v1/bots/ID/events/: what happens to a bot while it happens, as Server-Sent Events or as JSON.

A client that breaks off resumes with the number it saw last: `after=` in the query, or the `Last-Event-ID` header that
browsers send by themselves. The stream ends when the bot has.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rapporteur.api.deps import ApiServices, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.domain.lifecycle import TERMINAL
from rapporteur.domain.timeline import iso
from rapporteur.services.views import LiveEvent

router = APIRouter(prefix="/bots", tags=["bot events"], route_class=RecallRoute)

QUIET_S = 15.0
"""Silence after which a comment is sent, so that proxies keep the stream open."""


@router.get("/{bot_id}/events/", response_model=None, responses={200: {"content": {"text/event-stream": {}}}})
async def bot_events(
    bot_id: str, workspace: Workspace, services: Services,
    after: Annotated[int | None, Query(ge=0, description="Number of the last event already seen.")] = None,
    wait: Annotated[float, Query(ge=0, le=30, description="JSON only: seconds to wait for a first event.")] = 0,
    accept: Annotated[str, Header()] = "", last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """A bot's events with a number above `after`: a stream for `Accept: text/event-stream`, else a JSON list."""
    seen = after if after is not None else int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    await services.bots.get(workspace, bot_id)
    if "text/event-stream" in accept:
        stream = _stream(services, workspace, bot_id, seen)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})
    if wait:
        events = await services.bots.wait_events(workspace, bot_id, seen, wait)
    else:
        events = await services.bots.events(workspace, bot_id, seen)
    return JSONResponse({"results": [_as_json(event) for event in events]})


async def _stream(services: ApiServices, workspace: str, bot_id: str, seen: int) -> AsyncIterator[str]:
    while True:
        # Asked before the read, so that a bot that ends in between still gets its last events sent.
        over = (await services.bots.get(workspace, bot_id)).status_changes[-1:]
        over = bool(over) and over[0].code in TERMINAL
        events = await services.bots.wait_events(workspace, bot_id, seen, 0 if over else QUIET_S)
        for event in events:
            yield f"id: {event.number}\nevent: {event.type}\ndata: {json.dumps(_as_json(event), ensure_ascii=False)}\n\n"
            seen = event.number
        if not events and over:
            return
        if not events:
            yield ": still here\n\n"


def _as_json(event: LiveEvent) -> dict[str, Any]:
    return {"number": event.number, "at": iso(event.at_ms), "type": event.type, "body": event.body}
