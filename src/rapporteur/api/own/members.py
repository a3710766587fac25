"""/rapporteur/v1/members/: the people of the workspace."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Administered, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.openapi import takes
from rapporteur.api.own.moments import shown
from rapporteur.api.recall.schemas.base import Schema
from rapporteur.services.rows import MemberRow

router = APIRouter(prefix="/members", tags=["members"], route_class=RecallRoute)
Role = Literal["admin", "member"]


class AddMember(Schema):
    email: Annotated[str, Field(max_length=320, examples=["ada@example.com"])]
    role: Role = "member"


class ChangeMember(Schema):
    role: Role


class Member(BaseModel):
    id: str
    email: str
    role: Role
    created_at: str


class Members(BaseModel):
    results: list[Member]


@router.get("/", response_model=Members)
async def list_members(workspace: Workspace, services: Services) -> Members:
    """The workspace's members, in the order of their joining."""
    return Members(results=[_member(row) for row in await services.members.list(workspace)])


@router.post("/", status_code=201, response_model=Member, openapi_extra=takes(AddMember))
async def add_member(request: Request, workspace: Administered, services: Services) -> Member:
    """Take somebody in. The first member of a workspace is an admin, whatever was asked. 400 `member_exists` if known."""
    body = validate(AddMember, await read_object(request))
    return _member(await services.members.add(workspace, body.email, body.role))


@router.get("/{member_id}/", response_model=Member)
async def retrieve_member(member_id: str, workspace: Workspace, services: Services) -> Member:
    """One member."""
    return _member(await services.members.get(workspace, member_id))


@router.patch("/{member_id}/", response_model=Member, openapi_extra=takes(ChangeMember))
async def change_member(member_id: str, request: Request, workspace: Administered, services: Services) -> Member:
    """Give a member another role. 400 `last_admin` where nobody would be left to govern."""
    body = validate(ChangeMember, await read_object(request))
    return _member(await services.members.set_role(workspace, member_id, body.role))


@router.delete("/{member_id}/", status_code=204)
async def remove_member(member_id: str, workspace: Administered, services: Services) -> Response:
    """Remove a member. 400 `last_admin` where others would be left and nobody to govern."""
    await services.members.remove(workspace, member_id)
    return Response(status_code=204)


def _member(row: MemberRow) -> Member:
    role: Role = "admin" if row.role == "admin" else "member"
    return Member(id=row.id, email=row.email, role=role, created_at=shown(row.created_at_ms) or "")
