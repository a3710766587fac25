"""Transcripts after the call: /api/v1/recording/ID/create_transcript/, and the older API's /bot/ID/transcribe/."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import Link, Services, Workspace
from rapporteur.api.notices import told
from rapporteur.api.openapi import takes
from rapporteur.api.recall import reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas.transcript import CreateTranscript, Transcribe
from rapporteur.domain.errors import Refused
from rapporteur.services.transcripts import NewTranscript

router = APIRouter(tags=["transcript"], route_class=DialectRoute)


@router.post("/recording/{recording_id}/create_transcript/", openapi_extra=takes(CreateTranscript))
async def create_transcript(
    recording_id: str, request: Request, workspace: Workspace, services: Services, link: Link,
) -> Response:
    """Ask for a transcript of a recording that is done; `transcript.done` or `transcript.failed` tells what came of it.

    400 `recording_not_done` before its time, `no_audio` where no sound is stored, `transcript_limit_reached` beyond ten.
    """
    body = validate(CreateTranscript, await read_object(request))
    view = await services.transcripts.create(workspace, recording_id, _new(body))
    return JSONResponse(reads.artifact(view, None, link), headers=told(unknown_keys(body)))


@router.post("/bot/{bot_id}/transcribe/", openapi_extra=takes(Transcribe))
async def transcribe(bot_id: str, request: Request, workspace: Workspace, services: Services) -> dict[str, Any]:
    """Of an older version of the API: transcribe the newest recording of a bot. `job_id` is the transcript's id."""
    body = validate(Transcribe, await read_object(request))
    recordings = (await services.bots.get(workspace, bot_id)).recordings
    if not recordings:
        raise Refused("This bot has recorded nothing.", code="recording_not_done")
    return {"job_id": (await services.transcripts.create(workspace, recordings[-1].id, _new(body))).id}


def _new(body: CreateTranscript | Transcribe) -> NewTranscript:
    return NewTranscript(body.provider, None if body.diarization is None else body.diarization.echo(), dict(body.metadata))
