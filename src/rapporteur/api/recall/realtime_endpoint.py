"""/api/v1/realtime_endpoint/: where recordings stream to, one object for each entry of `realtime_endpoints`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Link, Services, Workspace
from rapporteur.api.openapi import takes
from rapporteur.api.recall import query, reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas import MetadataOnly
from rapporteur.services.filters import LiveEndpointFilters

router = APIRouter(prefix="/realtime_endpoint", tags=["realtime_endpoint"], route_class=DialectRoute)


@router.get("/")
async def list_realtime_endpoints(
    request: Request, workspace: Workspace, services: Services, link: Link, paging: query.Pages,
    recording_id: str | None = None, bot_id: str | None = None, type: str | None = None, status_code: str | None = None,
) -> dict[str, Any]:
    """Live endpoints, newest first. Filters: `recording_id`, `bot_id`, `type`, `status_code`, `created_at_after`,
    `created_at_before`."""
    filters = LiveEndpointFilters(
        recording_id=recording_id, bot_id=bot_id, type=type, status_code=status_code,
        created_at_after_ms=query.moment(request, "created_at_after"),
        created_at_before_ms=query.moment(request, "created_at_before"),
    )
    page = await services.live_endpoints.list(workspace, filters, paging.cursor, paging.limit)
    return reads.page([reads.realtime_endpoint(view) for view in page.items], page, link.page)


@router.get("/{endpoint_id}/")
async def retrieve_realtime_endpoint(endpoint_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """A live endpoint: `running` while its recording is, then `done`, or `failed` once it was given up.

    `delivered` and `dropped` count events by their names, and are at most some seconds old while the bot is there; streams
    (`video_mixed_flv.data` and films) are not counted.
    """
    return reads.realtime_endpoint(await services.live_endpoints.get(workspace, endpoint_id))


@router.patch("/{endpoint_id}/", openapi_extra=takes(MetadataOnly))
async def update_realtime_endpoint(
    endpoint_id: str, request: Request, workspace: Workspace, services: Services,
) -> dict[str, Any]:
    """Replace the endpoint's metadata."""
    body = validate(MetadataOnly, await read_object(request))
    return reads.realtime_endpoint(
        await services.live_endpoints.set_metadata(workspace, endpoint_id, dict(body.metadata)))
