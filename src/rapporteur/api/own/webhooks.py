"""/rapporteur/v1/webhooks/: endpoints that status changes are sent to, what was sent to them, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.recall.schemas.base import HttpUrl, Schema
from rapporteur.domain.timeline import iso
from rapporteur.services.views import Delivery, WebhookEndpoint

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=RecallRoute)


class CreateEndpoint(Schema):
    url: HttpUrl
    events: list[str] = Field(default_factory=list)
    """Names such as bot.done or bot.status_change; empty means every event."""
    description: Annotated[str, Field(max_length=500)] = ""


class SwitchEndpoint(Schema):
    enabled: bool


@router.get("/")
async def list_endpoints(workspace: Workspace, services: Services) -> dict[str, Any]:
    """The workspace's endpoints, oldest first."""
    return {"results": [_endpoint(e) for e in await services.webhooks.list(workspace)]}


@router.post("/", status_code=201, openapi_extra=takes(CreateEndpoint))
async def add_endpoint(request: Request, workspace: Workspace, services: Services) -> Response:
    """Register an endpoint. `secret` is in this answer and nowhere else; deliveries are signed with it."""
    body = validate(CreateEndpoint, await read_object(request))
    made = await services.webhooks.add(workspace, body.url, tuple(body.events), body.description)
    return JSONResponse(_endpoint(made) | {"secret": made.secret}, 201)


@router.get("/{endpoint_id}/")
async def retrieve_endpoint(endpoint_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """One endpoint."""
    return _endpoint(await services.webhooks.get(workspace, endpoint_id))


@router.patch("/{endpoint_id}/", openapi_extra=takes(SwitchEndpoint))
async def switch_endpoint(endpoint_id: str, request: Request, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Switch an endpoint on again after it was switched off for failing, or off."""
    body = validate(SwitchEndpoint, await read_object(request))
    return _endpoint(await services.webhooks.enable(workspace, endpoint_id, body.enabled))


@router.delete("/{endpoint_id}/", status_code=204)
async def remove_endpoint(endpoint_id: str, workspace: Workspace, services: Services) -> Response:
    """Remove an endpoint; what is still owed to it is dropped."""
    await services.webhooks.remove(workspace, endpoint_id)
    return Response(status_code=204)


@router.get("/{endpoint_id}/deliveries/")
async def list_deliveries(
    endpoint_id: str, workspace: Workspace, services: Services, state: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """What was and is to be sent to this endpoint, newest first. `state` narrows."""
    deliveries = await services.webhooks.deliveries(workspace, endpoint_id, state, limit)
    return {"results": [_delivery(d) for d in deliveries]}


@router.post("/{endpoint_id}/deliveries/{delivery_id}/resend/", status_code=202)
async def resend(endpoint_id: str, delivery_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Send a delivery again, with the same id and the same bytes."""
    return _delivery(await services.webhooks.resend(workspace, endpoint_id, delivery_id))


def _endpoint(view: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": view.id, "url": view.url, "events": list(view.events), "enabled": view.enabled,
        "description": view.description, "created_at": iso(view.created_at_ms),
    }


def _delivery(view: Delivery) -> dict[str, Any]:
    return {
        "id": view.id, "endpoint_id": view.endpoint_id, "event": view.event, "state": view.state, "attempts": view.attempts,
        "created_at": iso(view.created_at_ms), "last_status": view.last_status, "last_error": view.last_error,
    }
