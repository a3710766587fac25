"""/rapporteur/v1/bots/ID/play_link/: the address of the page that plays a bot's recording, to be shared."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from rapporteur.api.deps import Link, Services, Workspace
from rapporteur.api.errors import RecallRoute

router = APIRouter(prefix="/bots", tags=["player"], route_class=RecallRoute)


@router.get("/{bot_id}/play_link/")
async def play_link(
    bot_id: str, workspace: Workspace, services: Services, link: Link, t: Annotated[int | None, Query(ge=0)] = None,
) -> dict[str, Any]:
    """A signed address of the player page, at `t` seconds. Whoever has it may watch; it carries no API key."""
    view = await services.bots.get(workspace, bot_id)
    path = services.links.sign_play(workspace, view.id)
    return {"url": link.absolute(path if t is None else f"{path}&t={t}")}
