"""/api/v1/bot/ID/output_* and send_chat_message: what a bot shows, plays and writes while the meeting runs.

Every route answers when the bot has done it, in fifteen seconds at most and a page in 45: 504 `bot_not_responding` says that
it was not done and will not be. 400 `cannot_command_unstarted_bot` before the bot is in its meeting,
`cannot_command_completed_bot` after it, `not_supported` where its meeting has no such thing, `invalid_media` for a file that
cannot be read to its end, `output_media_running` for what a page has now.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import Link, Linker, Services, Workspace
from rapporteur.api.notices import told
from rapporteur.api.openapi import NOT_RESPONDING, takes
from rapporteur.api.recall import reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.api.recall.schemas.outputs import PlaySound, SendChatMessage, ShowPages, ShowPicture, StopPages
from rapporteur.domain.output import pages_of
from rapporteur.services.views import BotView
from rapporteur.wire import control

router = APIRouter(prefix="/bot/{bot_id}", tags=["bot"], route_class=DialectRoute)


@router.post("/send_chat_message/", openapi_extra=takes(SendChatMessage), responses=NOT_RESPONDING)
async def send_chat_message(
    bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> Response:
    """Write into the meeting's chat; answers when it stands there. `to` and `pin` are refused where the meeting has no such
    thing: the built-in room writes to everyone."""
    body = validate(SendChatMessage, await read_object(request))
    order = {"message": body.message, "to": body.to, "pin": body.pin}
    return _answer(await services.bots.perform(workspace, bot_id, control.SEND_CHAT, order), body, link)


@router.post("/output_video/", openapi_extra=takes(ShowPicture), responses=NOT_RESPONDING)
async def output_video(bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
    """Show a picture as the bot's camera, in place of the one it shows; it stays over the bot's states."""
    body = validate(ShowPicture, await read_object(request))
    return _answer(await services.bots.perform(workspace, bot_id, control.OUTPUT_VIDEO, _picture("camera", body)), body, link)


@router.delete("/output_video/", status_code=204, responses=NOT_RESPONDING)
async def stop_output_video(bot_id: str, workspace: Workspace, services: Services) -> Response:
    """Switch the bot's camera off; what it shows by itself stays away too."""
    await services.bots.perform(workspace, bot_id, control.STOP_VIDEO, {"surface": "camera"})
    return Response(status_code=204)


@router.post("/output_screenshare/", openapi_extra=takes(ShowPicture), responses=NOT_RESPONDING)
async def output_screenshare(
    bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> Response:
    """Share a picture as the bot's screen, in place of the one it shares."""
    body = validate(ShowPicture, await read_object(request))
    order = _picture("screenshare", body)
    return _answer(await services.bots.perform(workspace, bot_id, control.OUTPUT_VIDEO, order), body, link)


@router.delete("/output_screenshare/", status_code=204, responses=NOT_RESPONDING)
async def stop_output_screenshare(bot_id: str, workspace: Workspace, services: Services) -> Response:
    """Stop sharing."""
    await services.bots.perform(workspace, bot_id, control.STOP_VIDEO, {"surface": "screenshare"})
    return Response(status_code=204)


@router.post("/output_audio/", openapi_extra=takes(PlaySound), responses=NOT_RESPONDING)
async def output_audio(bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
    """Play a sound, in place of the one that plays; answers when it begins. No `automatic_audio_output` is needed for it."""
    body = validate(PlaySound, await read_object(request))
    order = {"b64_data": body.b64_data, "url": body.audio_url}
    return _answer(await services.bots.perform(workspace, bot_id, control.OUTPUT_AUDIO, order), body, link)


@router.delete("/output_audio/", status_code=204, responses=NOT_RESPONDING)
async def stop_output_audio(bot_id: str, workspace: Workspace, services: Services) -> Response:
    """Be quiet at once."""
    await services.bots.perform(workspace, bot_id, control.STOP_AUDIO, {})
    return Response(status_code=204)


@router.post("/output_media/", openapi_extra=takes(ShowPages), responses=NOT_RESPONDING)
async def output_media(bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
    """Show web pages as the bot's camera and screen, with their sound as its microphone; answers when they are seen, within 45
    seconds. A page takes the place of one that is shown there; while it is shown, output_video, output_screenshare and
    output_audio of what it takes are refused with `output_media_running`."""
    body = validate(ShowPages, await read_object(request))
    order = {"pages": pages_of(body.echo())}
    return _answer(await services.bots.perform(workspace, bot_id, control.OUTPUT_MEDIA, order), body, link)


@router.delete("/output_media/", status_code=204, openapi_extra=takes(StopPages), responses=NOT_RESPONDING)
async def stop_output_media(bot_id: str, request: Request, workspace: Workspace, services: Services) -> Response:
    """Stop showing pages; the camera shows again what the bot would show by itself."""
    body = validate(StopPages, await read_object(request))
    surfaces = [surface for surface in ("camera", "screenshare") if getattr(body, surface)]
    await services.bots.perform(workspace, bot_id, control.STOP_MEDIA, {"surfaces": surfaces})
    return Response(status_code=204)


def _picture(surface: str, body: ShowPicture) -> dict[str, Any]:
    return {"surface": surface, "b64_data": body.b64_data, "url": body.image_url}


def _answer(view: BotView, body: Schema, link: Linker) -> JSONResponse:
    return JSONResponse(reads.bot(view, link), 200, told(unknown_keys(body), ()))
