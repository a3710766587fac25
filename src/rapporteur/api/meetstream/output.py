"""/api/v1/bots/ID/send_message and send_image: what a bot writes and shows while the meeting runs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import ApiServices, Services, Workspace
from rapporteur.api.meetstream.answers import answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute
from rapporteur.api.meetstream.schemas import PictureUrl
from rapporteur.api.openapi import takes
from rapporteur.api.recall.schemas.base import SparseSchema
from rapporteur.domain.errors import InvalidRequest, Refused
from rapporteur.wire import control

router = APIRouter(prefix="/bots", tags=["MeetStream: output"], route_class=MeetStreamRoute)

_ABOUT_THE_FILE = frozenset({"invalid_media", "blocked_address", "destination_failure"})


class SendMessage(SparseSchema):
    message: Annotated[str, Field(min_length=1, max_length=4096)]
    metadata: dict[str, Any] | None = None


class SendImage(SparseSchema):
    img_url: PictureUrl
    display_duration: Annotated[int, Field(ge=1)] | None = None
    """Seconds; without it the picture stays."""
    metadata: dict[str, Any] | None = None


def _accepted(command: str) -> dict[Any, Any]:
    example = {"status": "accepted", "bot_id": "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", "command": command}
    return answers(example, 400, 404, 409, 501, 503)


@router.post("/{bot_id}/send_message/", response_model=None, openapi_extra=takes(SendMessage),
             responses=_accepted("send_message"))
async def send_message(bot_id: str, request: Request, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Write into the meeting's chat, to everyone; answers when it stands there. 409 outside a meeting, 503 when the bot does
    not answer in time: then it was not written."""
    body = validate(SendMessage, await read_object(request))
    order = {"message": body.message, "to": "everyone", "pin": False}
    return await _perform(bot_id, "send_message", control.SEND_CHAT, order, workspace, services)


@router.post("/{bot_id}/send_image/", response_model=None, openapi_extra=takes(SendImage), responses=_accepted("send_image"))
async def send_image(bot_id: str, request: Request, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Show a picture as the bot's camera, for `display_duration` seconds or until another. 400 when it cannot be fetched or
    read, 409 outside a meeting, 503 when the bot does not answer in time: then it is not shown."""
    body = validate(SendImage, await read_object(request))
    order = {"surface": "camera", "b64_data": None, "url": body.img_url, "duration_s": body.display_duration}
    return await _perform(bot_id, "send_image", control.OUTPUT_VIDEO, order, workspace, services)


async def _perform(
    bot_id: str, command: str, name: str, order: dict[str, Any], workspace: str, services: ApiServices,
) -> dict[str, Any]:
    try:
        await services.bots.perform(workspace, bot_id, name, order)
    except Refused as error:
        if error.code in _ABOUT_THE_FILE:
            raise InvalidRequest("img_url", error.message) from None
        raise
    return {"status": "accepted", "bot_id": bot_id, "command": command}
