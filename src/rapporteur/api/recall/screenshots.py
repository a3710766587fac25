"""/api/v1/bot/ID/screenshots/: what the bot's browser showed, when its state changed and once a minute."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from rapporteur.api.deps import Link, Linker, Services, Workspace
from rapporteur.api.recall import query
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.domain.timeline import iso
from rapporteur.services.views import Screenshot

router = APIRouter(prefix="/bot/{bot_id}/screenshots", tags=["bot"], route_class=DialectRoute)


@router.get("/")
async def list_screenshots(
    bot_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> list[dict[str, Any]]:
    """Screenshots of a bot, newest first: a bare list. Filters: `recorded_at_after`, `recorded_at_before`."""
    found = await services.screenshots.list(
        workspace, bot_id, query.moment(request, "recorded_at_after"), query.moment(request, "recorded_at_before"))
    return [_read(screenshot, link) for screenshot in found]


@router.get("/{screenshot_id}/")
async def retrieve_screenshot(
    bot_id: str, screenshot_id: str, workspace: Workspace, services: Services, link: Link,
) -> dict[str, Any]:
    """A screenshot with a fresh link."""
    return _read(await services.screenshots.get(workspace, bot_id, screenshot_id), link)


def _read(screenshot: Screenshot, link: Linker) -> dict[str, Any]:
    return {"id": screenshot.id, "recorded_at": iso(screenshot.at_ms), "url": link.to(screenshot.key)}
