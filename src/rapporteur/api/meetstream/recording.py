"""/api/v1/bots/ID/pause_recording and resume_recording: a gap in the recording, whose clock runs on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rapporteur.api.deps import ApiServices, Services, Workspace
from rapporteur.api.meetstream.answers import answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute
from rapporteur.api.meetstream.errors import NotRecording
from rapporteur.domain.errors import Refused
from rapporteur.domain.session import RecordingAction

router = APIRouter(prefix="/bots", tags=["MeetStream: recording"], route_class=MeetStreamRoute)

_DONE_ALREADY = frozenset({"recording_already_paused", "recording_not_paused"})


def _accepted(command: str) -> dict[Any, Any]:
    example = {"status": "accepted", "bot_id": "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", "command": command}
    return answers(example, 404, 409, 503)


@router.post("/{bot_id}/pause_recording/", response_model=None, responses=_accepted("pause_recording"))
async def pause_recording(bot_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Black and silence from here on. Pausing what is paused changes nothing. 409 outside a meeting, 503 without recording."""
    return await _control(bot_id, RecordingAction.PAUSE, workspace, services)


@router.post("/{bot_id}/resume_recording/", response_model=None, responses=_accepted("resume_recording"))
async def resume_recording(bot_id: str, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Go on with a paused recording. Resuming what runs changes nothing. 409 outside a meeting, 503 without recording."""
    return await _control(bot_id, RecordingAction.RESUME, workspace, services)


async def _control(bot_id: str, action: RecordingAction, workspace: str, services: ApiServices) -> dict[str, Any]:
    try:
        await services.bots.control_recording(workspace, bot_id, action)
    except Refused as error:
        if error.code == NotRecording.code:
            raise NotRecording(error.message) from None
        if error.code not in _DONE_ALREADY:
            raise
    return {"status": "accepted", "bot_id": bot_id, "command": f"{action.value}_recording"}
