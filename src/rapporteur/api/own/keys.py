"""/rapporteur/v1/keys/: API keys of the workspace. A secret is shown once, when it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Administered, Services
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.own.moments import Moment, moment, shown
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.services.keys import MAX_OVERLAP_S, OVERLAP_S, SCOPES, KeyView

router = APIRouter(prefix="/keys", tags=["keys"], route_class=RecallRoute)


class CreateKey(Schema):
    name: Annotated[str, Field(max_length=100, examples=["laptop"])] = ""
    scopes: Annotated[list[str], Field(default_factory=lambda: list(SCOPES), examples=[["read"]])]
    """read, write, admin; all of them unless said otherwise."""
    expires_at: Annotated[Moment | None, Field(examples=["2030-01-01T00:00:00Z"])] = None


class RotateKey(Schema):
    overlap_seconds: Annotated[int, Field(ge=0, le=int(MAX_OVERLAP_S), examples=[3600])] = int(OVERLAP_S)
    """How long the old key goes on to work."""


class Key(BaseModel):
    id: str
    name: str
    prefix: Annotated[str, Field(examples=["rpt_4fT9Qa"])]
    """What its secret begins with."""
    scopes: list[str]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    """To the minute."""
    revoked_at: str | None


class NewKey(Key):
    secret: Annotated[str, Field(examples=["rpt_4fT9Qa…"])]


class Keys(BaseModel):
    results: list[Key]


@router.get("/", response_model=Keys)
async def list_keys(workspace: Administered, services: Services) -> Keys:
    """The workspace's keys, without their secrets."""
    return Keys(results=[_key(key) for key in await services.keys.list(workspace)])


@router.post("/", status_code=201, response_model=NewKey, openapi_extra=takes(CreateKey))
async def create_key(request: Request, workspace: Administered, services: Services) -> NewKey:
    """Make a key. `secret` is in this answer and nowhere else."""
    body = validate(CreateKey, await read_object(request))
    secret, view = await services.keys.create(workspace, body.name, body.scopes, moment(body.expires_at))
    return _new(view, secret)


@router.post("/{key_id}/rotate/", status_code=201, response_model=NewKey, openapi_extra=takes(RotateKey))
async def rotate_key(key_id: str, request: Request, workspace: Administered, services: Services) -> NewKey:
    """Make the key that follows this one, with its name and scopes; this one ends after the overlap."""
    body = validate(RotateKey, await read_object(request))
    secret, view = await services.keys.rotate(workspace, key_id, body.overlap_seconds)
    return _new(view, secret)


@router.delete("/{key_id}/", status_code=204)
async def revoke_key(key_id: str, workspace: Administered, services: Services) -> Response:
    """Revoke a key, from this moment on; other servers on the same database believe it for five seconds more."""
    await services.keys.revoke(workspace, key_id)
    return Response(status_code=204)


def _key(view: KeyView) -> Key:
    return Key(
        id=view.id, name=view.name, prefix=view.prefix, scopes=list(view.scopes), created_at=shown(view.created_at_ms) or "",
        expires_at=shown(view.expires_at_ms), last_used_at=shown(view.last_used_ms), revoked_at=shown(view.revoked_at_ms),
    )


def _new(view: KeyView, secret: str) -> NewKey:
    return NewKey(**_key(view).model_dump(), secret=secret)
