"""/api/v1/bots/: send a bot, look at it, list bots, make it leave, delete what it recorded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import ApiServices, Changing, Services, Workspace
from rapporteur.api.errors import StillWorking
from rapporteur.api.meetstream import reads
from rapporteur.api.meetstream.answers import answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute, callback_profile
from rapporteur.api.meetstream.creation import creation, provider_of
from rapporteur.api.meetstream.providers import transcribes_later
from rapporteur.api.meetstream.schemas import CreateMeetStreamBot
from rapporteur.api.notices import told
from rapporteur.api.openapi import takes
from rapporteur.api.retention import kept_by_default
from rapporteur.domain.errors import InvalidRequest, Refused
from rapporteur.domain.lifecycle import BotState
from rapporteur.services.filters import BotFilters
from rapporteur.services.idempotency import Claim
from rapporteur.services.rows import AnswerRow
from rapporteur.services.views import BotView

router = APIRouter(prefix="/bots", tags=["MeetStream: bots"], route_class=MeetStreamRoute)

REPLAYED = 507
"""Not an error here: this Idempotency-Key has been answered before."""
PAGE = 50
LARGEST_PAGE = 100
CORE_PLATFORMS = {name: core for core, name in reads.PLATFORMS.items()}
CREATED = {
    "bot_id": "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", "transcript_id": None,
    "meeting_url": "https://meet.google.com/abc-defg-hij", "status": "Active",
}
_STATUS = {"bot_id": CREATED["bot_id"], "status": "Recording", "custom_attributes": {"tenant": "t1"}}


@router.post("/create_bot/", status_code=201, response_model=None, openapi_extra=takes(CreateMeetStreamBot), responses=answers(
    CREATED, 400, 409, 501, 503, status=201, also={
        200: ("`deduplication_key`: there is a bot with it already.", CREATED),
        507: ("`Idempotency-Key`: the first answer again; nothing was created.", CREATED),
    }))
async def create_bot(request: Request, workspace: Workspace, services: Services) -> Response:
    """Send a bot to a meeting, now or at `join_at`.

    Two ways to send it once: the header `Idempotency-Key`, whose repetition answers 507 with the first bot and ignores the new
    body, and `deduplication_key` in the body, whose repetition answers 200, or 409 for another meeting. The header wins.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return await _create(request, workspace, services, deduplicated=True)
    claim = await services.idempotency.claim(workspace, request.url.path, key)
    if claim is None:
        raise StillWorking("A request with this Idempotency-Key is still being worked on: wait, then send it again.")
    if isinstance(claim, AnswerRow):
        return JSONResponse(json.loads(claim.body) | {"transcript_id": None}, REPLAYED)
    kept = False
    try:
        response = await _create(request, workspace, services, deduplicated=False)
        await services.idempotency.keep(claim, AnswerRow(response.status_code, [], bytes(response.body)))
        kept = True
    finally:
        # A refusal is no first call: the key is free for the corrected request.
        if not kept:
            await services.idempotency.release(claim)
    return response


async def _create(request: Request, workspace: str, services: ApiServices, *, deduplicated: bool) -> Response:
    body = validate(CreateMeetStreamBot, await read_object(request))
    unknown, later = unknown_keys(body), transcribes_later(provider_of(body))
    if body.callback_url is not None:
        services.webhooks.check_url(body.callback_url, field="callback_url")
    profile = await callback_profile(request, workspace, services)
    new = creation(body, unknown, services.catalogue, profile=profile, now_ms=services.clock.now_ms())
    new.config["recording_config"] = kept_by_default(request, body.recording_config, new.config["recording_config"])
    if not deduplicated or body.deduplication_key is None:
        view = await services.bots.create(workspace, new)
        return JSONResponse(reads.created(view, transcribed_later=later), 201, told(unknown))
    async with _alone(workspace, body.deduplication_key, services):
        known = await _known(workspace, body.deduplication_key, services)
        view = known or await services.bots.create(workspace, new)
    if known is not None and known.url != new.address.url:
        raise Refused("Another bot with this deduplication_key was sent to another meeting.", code="duplicate_bot")
    return JSONResponse(
        reads.created(view, transcribed_later=later, again=known is not None), 200 if known else 201, told(unknown))


@asynccontextmanager
async def _alone(workspace: str, key: str, services: ApiServices) -> AsyncIterator[None]:
    """Nobody else sends a bot with this key meanwhile: of two first calls at the same time, one is told to wait."""
    claim = await services.idempotency.claim(workspace, "deduplication_key", key)
    if not isinstance(claim, Claim):
        raise StillWorking("A bot with this deduplication_key is being sent: wait, then send it again.")
    try:
        yield
    finally:
        await services.idempotency.release(claim)


async def _known(workspace: str, key: str, services: ApiServices) -> BotView | None:
    """The newest bot of this dialect with this key."""
    found = await services.bots.list(workspace, BotFilters(external_id=key), None, PAGE)
    return next((view for view in found.items if "meetstream" in view.config), None)


@router.get("/", response_model=None, responses=answers(
    {"bots": [{"bot_id": CREATED["bot_id"], "status": "Done"}], "hasNextPage": False, "nextCursor": None}, 400))
async def list_bots(
    request: Request, workspace: Workspace, services: Services,
    status: Annotated[str | None, Query(description="Recording, Done, Error …")] = None,
    platform: Annotated[str | None, Query(description="GMeet, Zoom or Teams, in this case of letters; or room.")] = None,
    from_: Annotated[str | None, Query(alias="from", description="First day, YYYY-MM-DD.")] = None,
    to: Annotated[str | None, Query(description="Last day, YYYY-MM-DD.")] = None,
    cursor: Annotated[str | None, Query(description="`nextCursor` of a page; also taken as nextCursor.")] = None,
    limit: Annotated[int, Query(ge=1, description=f"Bots per page, {LARGEST_PAGE} at most.")] = PAGE,
) -> dict[str, Any]:
    """Bots, newest first. Further filters: `custom_attr[NAME]=VALUE`, all of which must hold; VALUE is JSON or plain text."""
    query = request.query_params
    known = BotFilters() if status is None else reads.with_status(status)
    if known is None:
        return {"bots": [], "hasNextPage": False, "nextCursor": None}
    filters = replace(
        known, platform=(CORE_PLATFORMS.get(platform, platform),) if platform else (), metadata=_attributes(request),
        created_at_after_ms=_day("from", from_), created_at_before_ms=_day("to", to, after=timedelta(days=1, milliseconds=-1)),
    )
    cursor = cursor or query.get("nextCursor") or query.get("next_cursor")
    page = await services.bots.list(workspace, filters, cursor, min(limit, LARGEST_PAGE))
    return {
        "bots": [reads.listed(view, workspace) for view in page.items], "hasNextPage": page.next_cursor is not None,
        "nextCursor": page.next_cursor,
    }


@router.get("/{bot_id}/status/", response_model=None, responses=answers(_STATUS, 404))
async def bot_status(bot_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """What a bot is doing."""
    return reads.status(await services.bots.get(workspace, bot_id))


_DETAIL = answers({"bot_details": {
    "BotID": CREATED["bot_id"], "BotUsername": "Meeting Notetaker", "Status": "Recording", "Platform": "GMeet",
    "StatusTimeline": {"Joining": {"status": True, "timestamp": "2026-01-15T14:30:00.000000Z"}},
}}, 404)


@router.get("/{bot_id}/detail/", response_model=None, responses=_DETAIL)
@router.get("/{bot_id}/details/", response_model=None, responses=_DETAIL)
@router.get("/{bot_id}/summary/", response_model=None, responses=_DETAIL)
async def bot_detail(bot_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Everything about a bot: its request, its history, what became of its media. No summary is written yet."""
    return {"bot_details": reads.details(await services.bots.get(workspace, bot_id), workspace)}


_REMOVED = answers({"message": "The bot is leaving the meeting.", "bot_id": CREATED["bot_id"]}, 404, 409)


@router.get("/{bot_id}/remove_bot/", response_model=None, responses=_REMOVED)
@router.post("/{bot_id}/remove_bot/", response_model=None, responses=_REMOVED)
async def remove_bot(bot_id: str, workspace: Changing, services: Services) -> dict[str, Any]:
    """Make the bot leave; what it recorded is kept. A bot that was to join later never does. 409 for one that has left."""
    view = await services.bots.leave(workspace, bot_id, scheduled=True)
    gone = view.status_changes[-1].code == BotState.DONE
    return {"message": "The scheduled bot was cancelled." if gone else "The bot is leaving the meeting.", "bot_id": bot_id}


@router.delete("/{bot_id}/delete/", response_model=None, responses=answers(
    {"message": "The data of the bot was deleted.", "bot_id": CREATED["bot_id"], "deleted_objects": 6}, 404, 409))
async def delete_data(bot_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Delete everything a bot recorded, for good. 409 until the bot and its files are done."""
    view = await services.bots.get(workspace, bot_id)
    count = sum(len(artifact.files) for recording in view.recordings for artifact in recording.artifacts)
    await services.deletion.of_bot(workspace, bot_id)
    return {"message": "The data of the bot was deleted.", "bot_id": bot_id, "deleted_objects": count}


def _attributes(request: Request) -> dict[str, str | float | bool]:
    """`custom_attr[NAME]=VALUE` pairs."""
    return {
        name[len("custom_attr["):-1]: _plain(value) for name, value in request.query_params.multi_items()
        if name.startswith("custom_attr[") and name.endswith("]")
    }


def _plain(text: str) -> str | float | bool:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str | int | float) else text


def _day(name: str, text: str | None, *, after: timedelta = timedelta()) -> float | None:
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidRequest(name, "Write the day as YYYY-MM-DD.") from None
    return (day + after).timestamp() * 1000
