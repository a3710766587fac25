"""/api/v1/bot/: send a bot, look at it, list bots, control its recordings, make it leave, cancel a scheduled one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import ApiServices, Link, Linker, Services, Workspace, workspace_of
from rapporteur.api.notices import told
from rapporteur.api.openapi import takes
from rapporteur.api.recall import query, reads, starting
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.creation import Creation, addressed, changed, creation, start_notes
from rapporteur.api.recall.schemas import CreateBot, RecordingConfig
from rapporteur.api.retention import kept_by_default
from rapporteur.domain.session import RecordingAction
from rapporteur.domain.timeline import iso
from rapporteur.services.filters import BotFilters
from rapporteur.services.views import BotView

router = APIRouter(prefix="/api/v1/bot", tags=["bot"], route_class=DialectRoute)


@router.post("/", status_code=201, openapi_extra=takes(CreateBot))
async def create_bot(request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
    """Send a bot to a meeting, now or at `join_at`.

    Keys that this API does not know are ignored and named in the header X-Rapporteur-Unknown-Keys and in the bot's log.
    507 `adhoc_pool_depleted` when every place is taken; a bot that is to join in more than ten minutes is always taken.
    """
    body = validate(CreateBot, await read_object(request))
    unknown = unknown_keys(body)
    made = creation(body, unknown, services.catalogue, services.clock.now_ms())
    _keep_by_default(request, body, made)
    return _answer(await services.bots.create(workspace, made.bot), link, unknown, made.notices, status=201)


@router.get("/")
async def list_bots(
    request: Request, workspace: Workspace, services: Services, link: Link, paging: query.Pages,
    platform: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    status: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    meeting_url: str | None = None, external_id: str | None = None,
) -> dict[str, Any]:
    """Bots, newest first. Filters: `join_at_after`, `join_at_before`, `meeting_url`, `platform` and `status` (both may be
    repeated), `external_id`, and `metadata__KEY=VALUE`."""
    filters = BotFilters(
        join_at_after_ms=query.moment(request, "join_at_after"), join_at_before_ms=query.moment(request, "join_at_before"),
        meeting_url=meeting_url, platform=tuple(platform), status=tuple(s.removeprefix("bot.") for s in status),
        metadata=query.metadata(request), external_id=external_id,
    )
    page = await services.bots.list(workspace, filters, paging.cursor, paging.limit, paging.number)
    return reads.page([reads.bot(view, link) for view in page.items], page, link.page)


@router.get("/{bot_id}/")
async def retrieve_bot(bot_id: str, request: Request) -> dict[str, Any]:
    """A bot with its states, its recordings and fresh links to what is done of them."""
    # Clients poll this route more than all others together, and each dependency would cost it as much as a statement.
    services: ApiServices = request.app.state.services
    view = await services.bots.get(await workspace_of(request), bot_id)
    return reads.bot(view, Linker(request, services.links))


@router.patch("/{bot_id}/", openapi_extra=takes(CreateBot, partly=True))
async def update_bot(bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
    """Change a scheduled bot: any field of its creation. A field that is sent takes the place of the whole field.

    400 `update_bot_failed` once the bot was dispatched or joins within ten minutes, and for a new time within them.
    """
    sent = await read_object(request)
    view = await services.bots.get(workspace, bot_id)
    body = validate(CreateBot, addressed(view) | sent)
    if "meeting_url" in sent and "meeting_password" not in sent:
        body.meeting_password = None
    unknown = unknown_keys(body)
    made = creation(body, unknown, services.catalogue, services.clock.now_ms())
    _keep_by_default(request, body, made)
    view = await services.bots.update(workspace, bot_id, changed(view, made.bot, sent))
    return _answer(view, link, unknown, made.notices)


@router.delete("/{bot_id}/", status_code=204)
async def delete_bot(bot_id: str, workspace: Workspace, services: Services) -> Response:
    """Cancel a scheduled bot. 405 once it was dispatched, 400 `update_bot_failed` within ten minutes of its time: make it
    leave instead."""
    await services.bots.delete(workspace, bot_id)
    return Response(status_code=204)


@router.post("/{bot_id}/leave_call/")
async def leave_call(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Make the bot leave; it cannot be undone. 400 for a bot that has ended, and for one that can still be deleted."""
    return reads.bot(await services.bots.leave(workspace, bot_id), link)


@router.post("/{bot_id}/start_recording/", openapi_extra=takes(RecordingConfig))
async def start_recording(
    bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> Response:
    """Begin a new recording, in place of the one that runs. The body holds the fields of `recording_config` at top level.

    What is left out has the defaults of this API, not those of the bot. Answers when the bot records, or after five seconds.
    400 `cannot_command_unstarted_bot` before the bot is in its meeting, `cannot_command_completed_bot` after it. Refused by
    name: what the bot shows and plays, endpoints of type `rtmp`, and live pictures that the bot's own configuration does not
    ask for.
    """
    body = validate(RecordingConfig, await read_object(request))
    starting.check(body)
    unknown = unknown_keys(body)
    view = await services.bots.control_recording(
        workspace, bot_id, RecordingAction.START, kept_by_default(request, body, body.echo()),
        [*start_notes(body, unknown), *starting.notes(body)])
    return _answer(view, link, unknown)


@router.post("/{bot_id}/stop_recording/")
async def stop_recording(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Close the recording that runs or is paused; the bot stays. 400 `not_recording` when there is none."""
    return reads.bot(await services.bots.control_recording(workspace, bot_id, RecordingAction.STOP), link)


@router.post("/{bot_id}/pause_recording/")
async def pause_recording(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Black and silence from here on, while the recording's clock runs on; nothing that happens is told.

    400 `not_recording` when there is no recording, `recording_already_paused` when it is paused.
    """
    return reads.bot(await services.bots.control_recording(workspace, bot_id, RecordingAction.PAUSE), link)


@router.post("/{bot_id}/resume_recording/")
async def resume_recording(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Go on with a paused recording. 400 `not_recording` when there is none, `recording_not_paused` when it runs."""
    return reads.bot(await services.bots.control_recording(workspace, bot_id, RecordingAction.RESUME), link)


@router.post("/{bot_id}/request_recording_permission/")
async def request_recording_permission(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Ask the host for permission to record; 400 `not_supported` on a platform that records without asking.

    400 `cannot_command_unstarted_bot` before the bot is in its meeting, `cannot_command_completed_bot` after it.
    """
    return reads.bot(await services.bots.request_permission(workspace, bot_id), link)


@router.post("/{bot_id}/delete_media/")
async def delete_media(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Delete all media of all recordings, for good; the bot becomes `media_expired`. Its metadata and history stay.

    400 `cannot_command_unstarted_bot` before it has started, `media_in_progress` until its recordings are done.
    """
    return reads.bot(await services.deletion.of_bot(workspace, bot_id), link)


@router.get("/{bot_id}/logs/")
async def bot_logs(bot_id: str, workspace: Workspace, services: Services) -> list[dict[str, Any]]:
    """What the bot has to say about itself, oldest first: ignored keys, features not yet produced, troubles on the way."""
    lines = await services.bots.logs(workspace, bot_id)
    return [{"level": line.level, "message": line.message, "created_at": iso(line.at_ms)} for line in lines]


def _keep_by_default(request: Request, body: CreateBot, made: Creation) -> None:
    config = made.bot.config
    config["recording_config"] = kept_by_default(request, body.recording_config, config["recording_config"])


def _answer(
    view: BotView, link: Linker, unknown: list[str], notices: tuple[str, ...] = (), *, status: int = 200,
) -> JSONResponse:
    """The bot, with what was ignored or taken otherwise in its headers."""
    return JSONResponse(reads.bot(view, link), status, told(unknown, notices))
