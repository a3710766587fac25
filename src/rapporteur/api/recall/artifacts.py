"""/api/v1/KIND/: one resource per kind of artifact.

audio_mixed, audio_separate, video_mixed, video_separate, transcript, participant_events, meeting_metadata.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rapporteur.api.body import read_object, validate
from rapporteur.api.deps import ApiServices, Link, Linker, Services, Workspace
from rapporteur.api.openapi import takes
from rapporteur.api.recall import query, reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas import MetadataOnly
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services.filters import ArtifactFilters
from rapporteur.services.views import ArtifactView


def _router(kind: ArtifactKind) -> APIRouter:
    router = APIRouter(prefix=f"/{kind}", tags=[str(kind)], route_class=DialectRoute)

    @router.get("/")
    async def list_artifacts(
        request: Request, workspace: Workspace, services: Services, link: Link, paging: query.Pages,
        recording_id: str | None = None, status_code: str | None = None,
    ) -> dict[str, Any]:
        """Artifacts, newest first. Filters: `recording_id`, `status_code`, `created_at_after`, `created_at_before`."""
        filters = ArtifactFilters(
            recording_id=recording_id, status_code=status_code,
            created_at_after_ms=query.moment(request, "created_at_after"),
            created_at_before_ms=query.moment(request, "created_at_before"),
        )
        page = await services.recordings.artifacts(workspace, kind, filters, paging.cursor, paging.limit)
        return reads.page([await _read(v, workspace, services, link) for v in page.items], page, link.page)

    @router.get("/{artifact_id}/")
    async def retrieve_artifact(artifact_id: str, workspace: Workspace, services: Services, link: Link) -> dict[str, Any]:
        """An artifact with fresh links; null until it is done."""
        view = await services.recordings.artifact(workspace, kind, artifact_id)
        return await _read(view, workspace, services, link)

    @router.patch("/{artifact_id}/", openapi_extra=takes(MetadataOnly))
    async def update_artifact(
        artifact_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
    ) -> dict[str, Any]:
        """Replace the artifact's metadata."""
        body = validate(MetadataOnly, await read_object(request))
        view = await services.recordings.set_artifact_metadata(workspace, kind, artifact_id, dict(body.metadata))
        return await _read(view, workspace, services, link)

    @router.delete("/{artifact_id}/", status_code=204)
    async def delete_artifact(artifact_id: str, workspace: Workspace, services: Services) -> Response:
        """Delete the artifact's files for good; it stays with the status `deleted`. 400 until its recording is done."""
        await services.deletion.of_artifact(workspace, kind, artifact_id)
        return Response(status_code=204)

    return router


async def _read(view: ArtifactView, workspace: str, services: ApiServices, link: Linker) -> dict[str, Any]:
    """Meeting metadata tells when the recording began and ended, which only the recording knows."""
    recording = None
    if view.kind is ArtifactKind.MEETING_METADATA:
        recording = await services.recordings.get(workspace, view.recording_id)
    return reads.artifact(view, recording, link)


routers = tuple(_router(kind) for kind in ArtifactKind)
