"""/rapporteur/v1/providers/: what opens the workspace's accounts elsewhere. It goes in, and comes out masked only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Administered, Services
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.own.moments import shown
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.services.providers import CredentialsView

router = APIRouter(prefix="/providers", tags=["providers"], route_class=RecallRoute)


class PutCredentials(Schema):
    secrets: Annotated[dict[str, str], Field(examples=[{"api_key": "dg_0123456789abcdef"}])]
    """By the names that the provider gives them."""


class Credentials(BaseModel):
    provider: Annotated[str, Field(examples=["deepgram"])]
    secrets: Annotated[dict[str, str], Field(examples=[{"api_key": "…cdef"}])]
    """Masked."""
    created_at: str
    updated_at: str


class AllCredentials(BaseModel):
    results: list[Credentials]


@router.get("/", response_model=AllCredentials)
async def list_credentials(workspace: Administered, services: Services) -> AllCredentials:
    """The providers for which the workspace has credentials."""
    return AllCredentials(results=[_credentials(view) for view in await services.providers.list(workspace)])


@router.get("/{provider}/", response_model=Credentials)
async def retrieve_credentials(provider: str, workspace: Administered, services: Services) -> Credentials:
    """Those for one provider, masked."""
    return _credentials(await services.providers.get(workspace, provider))


@router.put("/{provider}/", response_model=Credentials, openapi_extra=takes(PutCredentials))
async def put_credentials(provider: str, request: Request, workspace: Administered, services: Services) -> Credentials:
    """Keep credentials, in place of those there were. They are sealed and cannot be read again."""
    body = validate(PutCredentials, await read_object(request))
    return _credentials(await services.providers.put(workspace, provider, body.secrets))


@router.delete("/{provider}/", status_code=204)
async def remove_credentials(provider: str, workspace: Administered, services: Services) -> Response:
    """Forget those for one provider."""
    await services.providers.remove(workspace, provider)
    return Response(status_code=204)


def _credentials(view: CredentialsView) -> Credentials:
    return Credentials(
        provider=view.provider, secrets=view.masked, created_at=shown(view.created_at_ms) or "",
        updated_at=shown(view.updated_at_ms) or "",
    )
