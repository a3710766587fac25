"""/api/v1/recording/: recordings of any bot of the workspace."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import Link, Services, Workspace
from rapporteur.api.openapi import takes
from rapporteur.api.recall import query, reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas import MetadataOnly
from rapporteur.services.filters import RecordingFilters

router = APIRouter(prefix="/recording", tags=["recording"], route_class=DialectRoute)


@router.get("/")
async def list_recordings(
    request: Request, workspace: Workspace, services: Services, link: Link, paging: query.Pages,
    bot_id: str | None = None, desktop_sdk_upload_id: str | None = None, status_code: str | None = None,
) -> dict[str, Any]:
    """Recordings, newest first. Filters: `bot_id`, `desktop_sdk_upload_id`, `status_code`, `created_at_after`,
    `created_at_before`."""
    filters = RecordingFilters(
        bot_id=bot_id, upload_id=desktop_sdk_upload_id, status_code=status_code,
        created_at_after_ms=query.moment(request, "created_at_after"),
        created_at_before_ms=query.moment(request, "created_at_before"),
    )
    page = await services.recordings.list(workspace, filters, paging.cursor, paging.limit)
    return reads.page([reads.recording(view, link) for view in page.items], page, link.page)


@router.get("/{recording_id}/")
async def retrieve_recording(recording_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
    """A recording with fresh links to what is done of it."""
    return reads.recording(await services.recordings.get(workspace, recording_id), link)


@router.delete("/{recording_id}/", status_code=204)
async def delete_recording(recording_id: str, workspace: Workspace, services: Services) -> Response:
    """Delete a recording's media for good; the recording stays with the status `deleted`. 400 until it is done."""
    await services.deletion.of_recording(workspace, recording_id)
    return Response(status_code=204)


@router.patch("/{recording_id}/", openapi_extra=takes(MetadataOnly))
async def update_recording(
    recording_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> dict[str, Any]:
    """Replace the recording's metadata."""
    body = validate(MetadataOnly, await read_object(request))
    return reads.recording(await services.recordings.set_metadata(workspace, recording_id, dict(body.metadata)), link)
