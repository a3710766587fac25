"""/api/v1/billing/usage/: how long the workspace's bots were at work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from rapporteur.api.deps import Services, Workspace
from rapporteur.api.recall import query
from rapporteur.api.recall.conventions import DialectRoute

router = APIRouter(prefix="/billing", tags=["billing"], route_class=DialectRoute)


@router.get("/usage/")
async def usage(
    request: Request, workspace: Workspace, services: Services, start: str | None = None, end: str | None = None,
) -> dict[str, Any]:
    """Seconds of all bots from `joining_call` to `done` that fall between `start` and `end`; those that failed are free.

    Without `start` everything counts, without `end` everything up to now.
    """
    seconds = await services.billing.bot_seconds(workspace, query.moment(request, "start"), query.moment(request, "end"))
    return {"bot_total": seconds}
