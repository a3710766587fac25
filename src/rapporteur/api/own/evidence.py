"""/rapporteur/v1/bots/ID/evidence/: what explains how a bot fared at a meeting's page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rapporteur.api.deps import Link, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.domain.timeline import iso

router = APIRouter(prefix="/bots", tags=["bots"], route_class=RecallRoute)


@router.get("/{bot_id}/evidence/")
async def evidence(bot_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """Newest first: what the page looked like when the bot did not get in, was put out, or did not know what it saw.

    `screen` is the platform's screen that was recognised, null when none was; `matched` counts which alternates of signs and
    controls were of use, by `screen/NAME.NUMBER` and `control/NAME.NUMBER`; `picture` is a link, null where the browser gave
    none. Kept as long as screenshots.
    """
    found = await services.screenshots.evidence(workspace, bot_id)
    return {"bot_id": bot_id, "results": [
        {"id": each.id, "recorded_at": iso(each.at_ms), "screen": each.screen, "text": each.text, "console": each.console,
         "matched": each.matched, "picture": link.to(each.key) if each.key else None}
        for each in found
    ]}
