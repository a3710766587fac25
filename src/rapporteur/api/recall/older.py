"""/api/v1/bot/ID/{transcript, speaker_timeline, chat-messages}/: reads of an older version of the API that clients still make.

Views of the newest recording's documents. They are empty until its artifact is done.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter

from rapporteur.api.deps import ApiServices, Services, Workspace
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.domain.recording import MediaStatus
from rapporteur.services.views import RecordingView

router = APIRouter(prefix="/bot", tags=["bot, older reads"], route_class=DialectRoute)

Json = dict[str, Any]


@router.get("/{bot_id}/transcript/")
async def older_transcript(bot_id: str, workspace: Workspace, services: Services) -> list[Json]:
    """Utterances with their speaker; times in seconds from the recording's start. Confidence is not known."""
    return [
        {
            "speaker": said["participant"]["name"], "speaker_id": said["participant"]["id"], "language": said["language_code"],
            "words": [{
                "text": word["text"], "start_timestamp": word["start_timestamp"]["relative"],
                "end_timestamp": word["end_timestamp"]["relative"], "confidence": None,
            } for word in said["words"]],
        }
        for said in await _document(bot_id, "transcript.json", workspace, services)
    ]


@router.get("/{bot_id}/speaker_timeline/")
async def older_speaker_timeline(bot_id: str, workspace: Workspace, services: Services) -> list[Json]:
    """Who began to speak when, in seconds from the recording's start."""
    return [
        {
            "name": turn["participant"]["name"], "user_id": turn["participant"]["id"],
            "timestamp": turn["start_timestamp"]["relative"],
        }
        for turn in await _document(bot_id, "speaker_timeline.json", workspace, services)
    ]


@router.get("/{bot_id}/chat-messages/")
async def older_chat_messages(bot_id: str, workspace: Workspace, services: Services) -> Json:
    """The chat in the order of writing, as a page that has it all."""
    events = await _document(bot_id, "participant_events.json", workspace, services)
    messages = [
        {
            "text": event["data"]["text"], "to": event["data"]["to"], "created_at": event["timestamp"]["absolute"],
            "sender": event["participant"],
        }
        for event in events if event["action"] == "chat_message"
    ]
    return {"count": len(messages), "next": None, "previous": None, "results": messages}


async def _document(bot_id: str, name: str, workspace: str, services: ApiServices) -> list[Json]:
    recordings = (await services.bots.get(workspace, bot_id)).recordings
    key = _key(recordings[-1], name) if recordings else None
    size = None if key is None else await services.blobs.size(key)
    if key is None or size is None:
        return []
    raw = b"".join([chunk async for chunk in services.blobs.read(key, 0, size)])
    # The transcript of a long meeting takes a while to read.
    return await asyncio.to_thread(json.loads, raw)


def _key(recording: RecordingView, name: str) -> str | None:
    done = (artifact for artifact in recording.artifacts if artifact.status.code == MediaStatus.DONE)
    return next((file.key for artifact in done for file in artifact.files if file.name == name), None)
