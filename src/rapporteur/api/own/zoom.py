"""/rapporteur/v1/zoom/: where Zoom tells, by its own webhooks, that a media stream began or stopped.

The address carries the workspace, because Zoom's webhooks do not say whose app they are about; what proves them is the app's
secret token, which the workspace keeps as its account `zoom_rtms`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from rapporteur.api.body import parse, parse_value, unknown_keys, validate
from rapporteur.api.deps import ApiServices, Services
from rapporteur.api.errors import BodyTooLarge, RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.recall.creation import creation
from rapporteur.api.recall.schemas import CreateBot
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.api.retention import kept_by_default
from rapporteur.domain.errors import InvalidRequest, NotFound, Unauthenticated
from rapporteur.domain.meeting import MeetingAddress
from rapporteur.domain.zoom_streams import BOT, Announced, announced, answered_challenge
from rapporteur.services.streams import PLATFORM

router = APIRouter(prefix="/zoom", tags=["zoom"], route_class=RecallRoute)

CHALLENGE = "endpoint.url_validation"
OFF = "off"
MAX_BYTES = 64 * 1024


class ZoomWebhook(Schema):
    """As Zoom sends it: `meeting.rtms_started`, `meeting.rtms_stopped` or `endpoint.url_validation`."""

    event: Annotated[str, Field(max_length=255, examples=["meeting.rtms_started"])]
    event_ts: int | None = None
    payload: dict[str, Any] = Field(default_factory=dict)


class Taken(BaseModel):
    """What became of a webhook."""

    bot_id: str | None = None
    """The bot that receives the stream, or did; null where there is none."""
    plainToken: str | None = None
    encryptedToken: str | None = None


@router.post(
    "/rtms/{workspace_id}/", response_model=Taken, response_model_exclude_none=True, openapi_extra=takes(ZoomWebhook))
async def take_webhook(workspace_id: str, request: Request, services: Services) -> Taken:
    """Take a webhook of Zoom's and hand the stream to the bot that waits for it, or send a bot for it.

    Enter this address as the event notification endpoint of your Zoom app. It needs no key: Zoom's signature is checked, with
    the app's secret token. Events about anything but media streams are taken and left.
    """
    if (secret := await services.zoom_streams.webhook_secret(workspace_id)) is None:
        raise NotFound("There is no Zoom app at this address.")
    body = await _read(request)
    hook = validate(ZoomWebhook, parse(body))
    if hook.event == CHALLENGE:
        return _answered(secret, hook)
    signature, timestamp = (request.headers.get(f"x-zm-{name}", "") for name in ("signature", "request-timestamp"))
    if not await services.zoom_streams.believes(workspace_id, signature, timestamp, body):
        raise Unauthenticated("This webhook is not signed with the app's secret token, or is too old.")
    told = announced({"event": hook.event, "payload": hook.payload})
    if told is None:
        return Taken()
    bot_id = await services.zoom_streams.hand_over(workspace_id, told)
    if bot_id is None and told.began:
        bot_id = await _send_bot(request, services, workspace_id, told)
    return Taken(bot_id=bot_id)


async def _read(request: Request) -> bytes:
    """The body as it came, which is what is signed."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise BodyTooLarge(f"A webhook has at most {MAX_BYTES} bytes.")
    return body


def _answered(secret: str, hook: ZoomWebhook) -> Taken:
    plain = hook.payload.get("plainToken")
    answer = answered_challenge(secret, plain) if isinstance(plain, str) else None
    if answer is None:
        raise InvalidRequest("payload.plainToken", "This is no token of Zoom's.")
    return Taken(plainToken=plain, encryptedToken=answer)


async def _send_bot(request: Request, services: ApiServices, workspace_id: str, told: Announced) -> str | None:
    """A bot by the account's own words, or by the defaults of this API."""
    wanted = await services.zoom_streams.bot_wanted(workspace_id)
    if wanted == OFF:
        return None
    settings = parse_value(wanted) if wanted else {}
    if not isinstance(settings, dict):
        raise InvalidRequest(BOT, "The account's `bot` is the body of a bot's creation as JSON, or `off`.")
    address = _address(told)
    stream = {
        "meeting_uuid": told.meeting_uuid, "rtms_stream_id": told.stream_id, "server_urls": told.server_urls}
    body = validate(CreateBot, settings | {"meeting_url": address.url or "zoom", "zoom": {"rtms": stream}})
    made = creation(body, unknown_keys(body), services.catalogue, services.clock.now_ms(), address=address)
    config = made.bot.config
    config["recording_config"] = kept_by_default(request, body.recording_config, config["recording_config"])
    return (await services.bots.create(workspace_id, replace(made.bot, join_at_ms=None))).id


def _address(told: Announced) -> MeetingAddress:
    """Of the meeting, whose number Zoom may leave out: then it has no link."""
    if told.meeting_id is None:
        return MeetingAddress(PLATFORM, "", told.meeting_uuid)
    return MeetingAddress(PLATFORM, f"https://zoom.us/j/{told.meeting_id}", told.meeting_id)
