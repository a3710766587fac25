"""/api/v1/bots/ID/get_participants and get_chats: who was there, and what they wrote."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter

from rapporteur import __version__
from rapporteur.api.deps import ApiServices, Services, Workspace
from rapporteur.api.meetstream import reads
from rapporteur.api.meetstream.answers import NOT_READY, answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute
from rapporteur.api.meetstream.documents import document, finished
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.views import BotView
from rapporteur.wire.control import PARTICIPANT_EVENT

router = APIRouter(prefix="/bots", tags=["MeetStream: people"], route_class=MeetStreamRoute)

Json = dict[str, Any]
_BOT = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
_HERE, _GONE = (1, "in_meeting"), (2, "left")
"""`status` and `humanized_status`; the reference does not tell the numbers."""


@router.get("/{bot_id}/get_participants/", response_model=None, responses=answers([{
    "deviceId": "100", "displayName": "Ada", "fullName": "Ada", "profilePicture": None, "status": 1,
    "humanized_status": "in_meeting", "streamIds": [], "lastUpdated": "2026-01-15T14:30:00.000000Z",
}], 404))
async def get_participants(bot_id: str, workspace: Workspace, services: Services) -> list[Json]:
    """Everybody who was there, during the meeting too."""
    view = await services.bots.get(workspace, bot_id)
    over = reads.word(view) not in {"InMeeting", "Recording"}
    people: dict[int, Json] = {}
    for event in await _events(view, workspace, services):
        who = event["participant"]
        number, words = _GONE if over or event["action"] == "leave" else _HERE
        people[who["id"]] = {
            "deviceId": str(who["id"]), "displayName": who["name"], "fullName": who["name"], "profilePicture": None,
            "status": number, "humanized_status": words, "streamIds": [], "lastUpdated": event["timestamp"]["absolute"],
        }
    return [people[number] for number in sorted(people)]


async def _events(view: BotView, workspace: str, services: ApiServices) -> list[Json]:
    """What participants did: from the recording's own list once there is one, else from what the bot reports."""
    listed = reads.newest(view, ArtifactKind.PARTICIPANT_EVENTS)
    if listed is not None and listed.status.code == MediaStatus.DONE:
        return await document(view, ArtifactKind.PARTICIPANT_EVENTS, "participant_events.json", services)
    found: list[Json] = []
    after = 0
    while events := await services.bots.events(workspace, view.id, after):
        after = events[-1].number
        found += [event.body | {"timestamp": {"absolute": iso(event.at_ms)}} for event in events
                  if event.type == PARTICIPANT_EVENT]
    return found


_MESSAGE = {
    "messageId": "5b0a5d2e-…", "deviceId": "100", "timestamp": "2026-01-15T14:31:00.000000Z", "text": "Hello",
    "speakerName": "Ada", "speakerDisplayName": "Ada", "sessionTimestamp": 60_000,
    "clientTimestamp": "2026-01-15T14:31:00.000000Z",
}


@router.get("/{bot_id}/get_chats/", response_model=None, responses=answers({
    "metadata": {
        "sessionId": "b4a0c4de-…", "startTime": "2026-01-15T14:30:00.000000Z", "lastUpdated": "2026-01-15T14:31:00.000000Z",
        "totalMessages": 1, "uniqueSpeakers": 1, "botId": _BOT, "meetingId": "abc-defg-hij",
    },
    "speakers": [{"deviceId": "100", "name": "Ada", "displayName": "Ada", "messageCount": 1}], "chatMessages": [_MESSAGE],
    "messagesBySpeaker": {"Ada": [_MESSAGE]},
    "serverMetadata": {
        "savedAt": "2026-01-15T14:32:00.000000Z", "serverBotId": _BOT, "serverMeetingId": "abc-defg-hij", "serverVersion": "1",
    },
}, 404, 410, also={202: NOT_READY}))
async def get_chats(bot_id: str, workspace: Workspace, services: Services) -> Json:
    """What was written in the meeting's chat."""
    view = await services.bots.get(workspace, bot_id)
    recording, artifact = finished(view, ArtifactKind.PARTICIPANT_EVENTS, services.clock.now_ms())
    events = await document(view, ArtifactKind.PARTICIPANT_EVENTS, "participant_events.json", services)
    messages = [_message(event) for event in events if event["action"] == "chat_message"]
    written = Counter((message["deviceId"], message["speakerName"]) for message in messages)
    by_speaker: dict[str, list[Json]] = {}
    for message in messages:
        by_speaker.setdefault(message["speakerName"], []).append(message)
    meeting = (view.meeting_url or {}).get("meeting_id")
    saved = iso(artifact.status.updated_at_ms)
    return {
        "metadata": {
            "sessionId": recording.id, "startTime": iso(recording.started_at_ms or recording.created_at_ms),
            "lastUpdated": saved, "totalMessages": len(messages), "uniqueSpeakers": len(written), "botId": bot_id,
            "meetingId": meeting,
        },
        "speakers": [
            {"deviceId": device, "name": name, "displayName": name, "messageCount": count}
            for (device, name), count in written.items()
        ],
        "chatMessages": messages,
        "messagesBySpeaker": by_speaker,
        "serverMetadata": {
            "savedAt": saved, "serverBotId": bot_id, "serverMeetingId": meeting, "serverVersion": __version__,
        },
    }


def _message(event: Json) -> Json:
    who, at = event["participant"], event["timestamp"]
    name = who["name"] or "NoSpeaker"
    return {
        "messageId": event["id"], "deviceId": str(who["id"]), "timestamp": at["absolute"], "text": event["data"]["text"],
        "speakerName": name, "speakerDisplayName": name, "clientTimestamp": at["absolute"],
        "sessionTimestamp": round(at["relative"] * 1000),
    }
