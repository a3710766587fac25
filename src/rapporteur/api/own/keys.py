"""/rapporteur/v1/keys/: API keys of the workspace. A secret is shown once, when it is made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.domain.timeline import iso
from rapporteur.services.keys import KeyView

router = APIRouter(prefix="/keys", tags=["keys"], route_class=RecallRoute)


class CreateKey(Schema):
    name: Annotated[str, Field(max_length=100)] = ""


@router.get("/")
async def list_keys(workspace: Workspace, services: Services) -> dict[str, Any]:
    """The workspace's keys, without their secrets."""
    return {"results": [_as_json(key) for key in await services.keys.list(workspace)]}


@router.post("/", status_code=201, openapi_extra=takes(CreateKey))
async def create_key(request: Request, workspace: Workspace, services: Services) -> Response:
    """Make a key. `secret` is in this answer and nowhere else."""
    body = validate(CreateKey, await read_object(request))
    secret, view = await services.keys.create(workspace, body.name)
    return JSONResponse(_as_json(view) | {"secret": secret}, 201)


@router.delete("/{key_id}/", status_code=204)
async def revoke_key(key_id: str, workspace: Workspace, services: Services) -> Response:
    """Revoke a key, from this moment on."""
    await services.keys.revoke(workspace, key_id)
    return Response(status_code=204)


def _as_json(view: KeyView) -> dict[str, Any]:
    return {
        "id": view.id, "name": view.name, "prefix": view.prefix, "created_at": iso(view.created_at_ms),
        "last_used_at": None if view.last_used_ms is None else iso(view.last_used_ms),
        "revoked_at": None if view.revoked_at_ms is None else iso(view.revoked_at_ms),
    }
