"""/rapporteur/v1/webhooks/: endpoints that events are sent to, what was sent to them and answered, and sending it again."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Administered, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.own.moments import Moment, moment, shown
from rapporteur.api.own.workspace import RotateSecret
from rapporteur.api.recall.schemas.base import HttpUrl, Schema
from rapporteur.services.events import EVENTS
from rapporteur.services.views import Delivery, DeliveryDetail, WebhookEndpoint

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=RecallRoute)

State = Literal["pending", "retrying", "delivered", "failed"]
MAX_BODY = 64 * 1024
"""Bytes of a delivery's body that the log shows."""
_HIDDEN = "[redacted]"
_EXAMPLE = "https://example.com/hooks/meetings"


class CreateEndpoint(Schema):
    url: Annotated[HttpUrl, Field(examples=[_EXAMPLE])]
    events: Annotated[list[str], Field(default_factory=list, max_length=200, examples=[["bot.done", "transcript"]])]
    """Names such as bot.done or bot.status_change, or nouns such as bot for all of theirs; empty means every event."""
    description: Annotated[str, Field(max_length=500)] = ""


class ChangeEndpoint(Schema):
    url: Annotated[HttpUrl | None, Field(examples=[_EXAMPLE])] = None
    events: Annotated[list[str] | None, Field(max_length=200)] = None
    description: Annotated[str | None, Field(max_length=500)] = None
    enabled: bool | None = None


class SendTest(Schema):
    event: Annotated[str | None, Field(examples=["bot.done"])] = None
    """By default the first that the endpoint asked for."""


class ResendSince(Schema):
    since: Annotated[Moment, Field(examples=["2026-01-31T12:00:00Z"])]
    states: Annotated[list[State], Field(default_factory=lambda: ["failed"], min_length=1)]


class Endpoint(BaseModel):
    id: str
    url: str
    events: list[str]
    """Empty: every event."""
    enabled: bool
    description: str
    created_at: str
    failing_since: str | None
    """Nothing was delivered since then; after five days the endpoint is disabled."""
    disabled_at: str | None
    disabled_reason: Literal["failing", "gone", "switched_off"] | None
    """failing: for five days; gone: the receiver answered 410; switched_off: by a request."""
    previous_secret_until: str | None
    """Until then the secret before this one signs too."""


class NewEndpoint(Endpoint):
    secret: Annotated[str, Field(examples=["whsec_…"])]


class Endpoints(BaseModel):
    results: list[Endpoint]


class Noun(BaseModel):
    noun: str
    events: list[str]


class EventCatalogue(BaseModel):
    results: list[Noun]


class DeliveryObject(BaseModel):
    id: str
    endpoint_id: str
    event: str
    event_id: str
    """The header `webhook-id` and the body's `event_id`: the same at every endpoint and in every attempt."""
    state: State
    attempts: int
    created_at: str
    next_attempt_at: str | None
    last_status: int | None
    last_error: str | None


class SentRequest(BaseModel):
    method: Literal["POST"]
    url: str
    """Without its query, which may hold a token."""
    headers: dict[str, str]
    body: Any
    """As JSON; null once it was deleted with the media of its bot."""


class AttemptObject(BaseModel):
    number: int
    at: str
    duration_ms: float
    status: int | None
    error: str | None
    response: str | None
    """The first 2,000 characters of what was answered; what looks like a secret is replaced."""


class DeliveryLog(DeliveryObject):
    request: SentRequest
    log: list[AttemptObject]
    """Every attempt, oldest first."""


class DeliveryObjects(BaseModel):
    results: list[DeliveryObject]


class Resent(BaseModel):
    resent: int


@router.get("/", response_model=Endpoints)
async def list_endpoints(workspace: Workspace, services: Services) -> Endpoints:
    """The workspace's endpoints, oldest first."""
    return Endpoints(results=[_endpoint(e) for e in await services.webhooks.list(workspace)])


@router.post("/", status_code=201, response_model=NewEndpoint, openapi_extra=takes(CreateEndpoint))
async def add_endpoint(request: Request, workspace: Administered, services: Services) -> NewEndpoint:
    """Register an endpoint. `secret` is in this answer and nowhere else; deliveries are signed with it."""
    body = validate(CreateEndpoint, await read_object(request))
    made = await services.webhooks.add(workspace, body.url, tuple(body.events), body.description)
    return _new(made)


@router.get("/events/", response_model=EventCatalogue)
async def list_events(workspace: Workspace) -> EventCatalogue:
    """Every event that an endpoint can be sent, by the noun it is about."""
    return EventCatalogue(results=[Noun(noun=noun, events=list(names)) for noun, names in EVENTS.items()])


@router.get("/{endpoint_id}/", response_model=Endpoint)
async def retrieve_endpoint(endpoint_id: str, workspace: Workspace, services: Services) -> Endpoint:
    """One endpoint."""
    return _endpoint(await services.webhooks.get(workspace, endpoint_id))


@router.patch("/{endpoint_id}/", response_model=Endpoint, openapi_extra=takes(ChangeEndpoint))
async def change_endpoint(endpoint_id: str, request: Request, workspace: Administered, services: Services) -> Endpoint:
    """Change what is given: where to, which events, its description; switch it off, or on again after it was disabled."""
    body = validate(ChangeEndpoint, await read_object(request))
    view = await services.webhooks.change(
        workspace, endpoint_id, url=body.url, events=body.events, description=body.description)
    if body.enabled is not None:
        view = await services.webhooks.enable(workspace, endpoint_id, body.enabled)
    return _endpoint(view)


@router.delete("/{endpoint_id}/", status_code=204)
async def remove_endpoint(endpoint_id: str, workspace: Administered, services: Services) -> Response:
    """Remove an endpoint; what is still owed to it is dropped."""
    await services.webhooks.remove(workspace, endpoint_id)
    return Response(status_code=204)


@router.post("/{endpoint_id}/rotate_secret/", response_model=NewEndpoint, openapi_extra=takes(RotateSecret))
async def rotate_secret(endpoint_id: str, request: Request, workspace: Administered, services: Services) -> NewEndpoint:
    """Take a new secret. Until the overlap is over, deliveries carry the signatures of both."""
    body = validate(RotateSecret, await read_object(request))
    return _new(await services.webhooks.rotate(workspace, endpoint_id, body.overlap_seconds))


@router.post("/{endpoint_id}/test/", status_code=202, response_model=DeliveryObject, openapi_extra=takes(SendTest))
async def send_test(endpoint_id: str, request: Request, workspace: Workspace, services: Services) -> DeliveryObject:
    """Send an example of an event, signed like any other; its ids are all zeros. 400 `endpoint_disabled` when it is off."""
    body = validate(SendTest, await read_object(request))
    return _delivery(await services.webhooks.send_test(workspace, endpoint_id, body.event))


@router.get("/{endpoint_id}/deliveries/", response_model=DeliveryObjects)
async def list_deliveries(
    endpoint_id: str, workspace: Workspace, services: Services, state: Annotated[State | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DeliveryObjects:
    """What was and is to be sent to this endpoint, newest first. `state` narrows."""
    deliveries = await services.webhooks.deliveries(workspace, endpoint_id, state, limit)
    return DeliveryObjects(results=[_delivery(d) for d in deliveries])


@router.post("/{endpoint_id}/deliveries/resend/", status_code=202, response_model=Resent, openapi_extra=takes(ResendSince))
async def resend_since(endpoint_id: str, request: Request, workspace: Workspace, services: Services) -> Resent:
    """Send again everything since a moment, of those that failed or of other states, with the same ids and bytes."""
    body = validate(ResendSince, await read_object(request))
    since_ms = moment(body.since) or 0.0
    return Resent(resent=await services.webhooks.resend_since(workspace, endpoint_id, since_ms, tuple(body.states)))


@router.get("/{endpoint_id}/deliveries/{delivery_id}/", response_model=DeliveryLog)
async def retrieve_delivery(endpoint_id: str, delivery_id: str, workspace: Workspace, services: Services) -> DeliveryLog:
    """One delivery: its request as it is sent, and what came of every attempt."""
    endpoint = await services.webhooks.get(workspace, endpoint_id)
    return _log(endpoint, await services.webhooks.delivery(workspace, endpoint_id, delivery_id))


@router.post("/{endpoint_id}/deliveries/{delivery_id}/resend/", status_code=202, response_model=DeliveryObject)
async def resend(endpoint_id: str, delivery_id: str, workspace: Workspace, services: Services) -> DeliveryObject:
    """Send a delivery again, with the same id and the same bytes. 400 `content_deleted` once its bot's media was deleted."""
    return _delivery(await services.webhooks.resend(workspace, endpoint_id, delivery_id))


def _endpoint(view: WebhookEndpoint) -> Endpoint:
    return Endpoint.model_validate({
        "id": view.id, "url": view.url, "events": list(view.events), "enabled": view.enabled,
        "description": view.description, "created_at": shown(view.created_at_ms),
        "failing_since": shown(view.failing_since_ms), "disabled_at": shown(view.disabled_at_ms),
        "disabled_reason": view.disabled_reason, "previous_secret_until": shown(view.previous_until_ms),
    })


def _new(view: WebhookEndpoint) -> NewEndpoint:
    return NewEndpoint(**_endpoint(view).model_dump(), secret=view.secret)


def _delivery(view: Delivery) -> DeliveryObject:
    return DeliveryObject.model_validate({
        "id": view.id, "endpoint_id": view.endpoint_id, "event": view.event, "event_id": view.event_id, "state": view.state,
        "attempts": view.attempts, "created_at": shown(view.created_at_ms), "next_attempt_at": shown(view.next_at_ms),
        "last_status": view.last_status, "last_error": view.last_error,
    })


def _log(endpoint: WebhookEndpoint, detail: DeliveryDetail) -> DeliveryLog:
    attempts = [
        AttemptObject(
            number=a.number, at=shown(a.at_ms) or "", duration_ms=a.duration_ms, status=a.status, error=a.error,
            response=a.response,
        )
        for a in detail.attempts
    ]
    request = SentRequest(
        method="POST", url=urlsplit(endpoint.url)._replace(query="", fragment="").geturl(), body=_body(detail.body),
        headers={
            "Content-Type": "application/json", "webhook-id": detail.delivery.event_id, "webhook-signature": _HIDDEN,
            "svix-id": detail.delivery.event_id, "svix-signature": _HIDDEN,
        },
    )
    return DeliveryLog(**_delivery(detail.delivery).model_dump(), request=request, log=attempts)


def _body(raw: bytes | None) -> Any:
    """JSON where it is short enough, else as much of its text as is shown."""
    if raw is None:
        return None
    return json.loads(raw) if len(raw) <= MAX_BODY else raw[:MAX_BODY].decode(errors="replace")
