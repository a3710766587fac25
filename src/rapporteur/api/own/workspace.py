"""/rapporteur/v1/workspace/ is the key's own; /workspaces/ are all, for the installation's operator."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Administered, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.own.moments import shown
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.services.webhooks import MAX_OVERLAP_S, OVERLAP_S
from rapporteur.services.workspaces import MAX_NAME, WorkspaceView

router = APIRouter(tags=["workspaces"], route_class=RecallRoute)


class NameWorkspace(Schema):
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["Sales"])]


class ChangeWorkspace(Schema):
    """What is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["Sales"])] | None = None
    callback_profile: Literal["seed", "current"] | None = None
    """How MeetStream's `callback_url` is told, for bots to come; null leaves it to the server's setting."""


class RotateSecret(Schema):
    overlap_seconds: Annotated[int, Field(ge=0, le=int(MAX_OVERLAP_S), examples=[3600])] = int(OVERLAP_S)
    """How long the old secret signs beside the new one."""


class WorkspaceObject(BaseModel):
    id: str
    name: str
    created_at: str
    callback_profile: str | None = None
    """How MeetStream's `callback_url` is told: seed or current; null: by the server's setting."""


class NewWorkspace(WorkspaceObject):
    key: Annotated[str, Field(examples=["rpt_4fT9Qa…"])]
    """Its first API key, with every scope; in this answer and nowhere else."""


class WorkspaceObjects(BaseModel):
    results: list[WorkspaceObject]


class WebhookSecret(BaseModel):
    secret: Annotated[str, Field(examples=["whsec_…"])]


@router.get("/workspace/", response_model=WorkspaceObject)
async def retrieve_workspace(workspace: Workspace, services: Services) -> WorkspaceObject:
    """The workspace that the key belongs to."""
    return _workspace(await services.workspaces.get(workspace))


@router.patch("/workspace/", response_model=WorkspaceObject, openapi_extra=takes(ChangeWorkspace))
async def change_workspace(request: Request, workspace: Administered, services: Services) -> WorkspaceObject:
    """Give it another name, or choose how its bots call back."""
    body = validate(ChangeWorkspace, await read_object(request))
    if body.name is not None:
        await services.workspaces.rename(workspace, body.name)
    if "callback_profile" in body.model_fields_set:
        await services.workspaces.choose_callbacks(workspace, body.callback_profile)
    return _workspace(await services.workspaces.get(workspace))


@router.get("/workspace/webhook_secret/", response_model=WebhookSecret)
async def retrieve_webhook_secret(workspace: Administered, services: Services) -> WebhookSecret:
    """The secret that signs what goes to the endpoints which bots were given in their requests."""
    return WebhookSecret(secret=await services.webhooks.workspace_secret(workspace))


@router.post("/workspace/webhook_secret/rotate/", response_model=WebhookSecret, openapi_extra=takes(RotateSecret))
async def rotate_webhook_secret(request: Request, workspace: Administered, services: Services) -> WebhookSecret:
    """Take a new secret. Until the overlap is over, deliveries carry the signatures of both."""
    body = validate(RotateSecret, await read_object(request))
    return WebhookSecret(secret=await services.webhooks.rotate_workspace_secret(workspace, body.overlap_seconds))


@router.get("/workspaces/", response_model=WorkspaceObjects)
async def list_workspaces(workspace: Administered, services: Services) -> WorkspaceObjects:
    """Every workspace. For admin keys of the installation's first workspace; 403 for others."""
    return WorkspaceObjects(results=[_workspace(view) for view in await services.workspaces.all(workspace)])


@router.post("/workspaces/", status_code=201, response_model=NewWorkspace, openapi_extra=takes(NameWorkspace))
async def create_workspace(request: Request, workspace: Administered, services: Services) -> NewWorkspace:
    """Make a workspace and its first key. For admin keys of the installation's first workspace; 403 for others."""
    body = validate(NameWorkspace, await read_object(request))
    view = await services.workspaces.create(workspace, body.name)
    secret, _ = await services.keys.create(view.id, "first key")
    return NewWorkspace(**_workspace(view).model_dump(), key=secret)


def _workspace(view: WorkspaceView) -> WorkspaceObject:
    return WorkspaceObject(
        id=view.id, name=view.name, created_at=shown(view.created_at_ms) or "", callback_profile=view.callback_profile)
