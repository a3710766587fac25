"""/rapporteur/v1/recordings/ID/quality/: how a recording was taken, and what its media came to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rapporteur.api.deps import Services, Workspace
from rapporteur.api.errors import RecallRoute

router = APIRouter(prefix="/recordings", tags=["recordings"], route_class=RecallRoute)


@router.get("/{recording_id}/quality/")
async def quality(recording_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """`capture` is the `way` (tracks, tab or display) and `why` it is not as before, known while the recording runs; null for
    one that was uploaded. `artifacts` has, by kind, what was measured when each was made: seconds, frames, losses, silence,
    black. `pages` are web pages that the bot showed meanwhile and shows no more: the `surface`, for how many `seconds`, the
    `cpu_s` of processor time that their browsers took, and how often they were started again.
    """
    view = await services.recordings.get(workspace, recording_id)
    artifacts = dict(view.report or {})
    capture, pages = artifacts.pop("capture", None), artifacts.pop("pages", [])
    return {"recording_id": view.id, "capture": capture, "pages": pages, "artifacts": artifacts}
