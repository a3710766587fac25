"""The MeetStream dialect's objects as they are read: views of the core become wire JSON."""

from __future__ import annotations

from typing import Any

from rapporteur.domain.lifecycle import BEFORE_END, BotState
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.callbacks import DENIED, LEAVES, NOT_ALLOWED, SCHEDULED, STATUSES, status_word
from rapporteur.services.filters import BotFilters
from rapporteur.services.views import ArtifactView, BotView, RecordingView, Status
from rapporteur.wire.live import PARTICIPANT

Json = dict[str, Any]

PLATFORMS = {"google_meet": "GMeet", "zoom": "Zoom", "microsoft_teams": "Teams"}
"""The dialect's names; other platforms have the core's."""
STAGES: dict[str, str] = {
    BotState.JOINING_CALL: "Joining", BotState.IN_WAITING_ROOM: "WaitingRoom", BotState.IN_CALL_NOT_RECORDING: "InMeeting",
    BotState.IN_CALL_RECORDING: "Recording", BotState.CALL_ENDED: "Stopped", BotState.DONE: "Done", BotState.FATAL: "Error",
    BotState.MEDIA_EXPIRED: "MediaExpired",
}
_ENDS = ((DENIED, "BotRejected"), (NOT_ALLOWED, "BotNotAllowed"))
_MADE = {
    ArtifactKind.AUDIO_MIXED: "AudioProcessing", ArtifactKind.VIDEO_MIXED: "VideoProcessing",
    ArtifactKind.TRANSCRIPT: "TranscriptionReady",
}
_WORDS = {MediaStatus.DONE: "Success", MediaStatus.FAILED: "Failed", MediaStatus.DELETED: "Deleted"}


def word(view: BotView) -> str:
    return status_word(view.status_changes, scheduled=view.join_at_ms is not None, leaving=view.leaving_ms is not None)


def created(view: BotView, *, transcribed_later: bool, again: bool = False) -> Json:
    """The answer of create_bot. `again`: it was created before, by an equal request."""
    return {
        "bot_id": view.id, "transcript_id": view.id if transcribed_later and not again else None,
        "meeting_url": request_of(view).get("meeting_link") or view.url, "status": "Active",
    }


def request_of(view: BotView) -> Json:
    """The create request as this dialect stored it; empty for a bot of the other one."""
    return (view.config.get("meetstream") or {}).get("request") or {}


def status(view: BotView) -> Json:
    return {"bot_id": view.id, "status": word(view), "custom_attributes": view.metadata}


def listed(view: BotView, workspace: str) -> Json:
    """An entry of the list: the details that cost nothing, and the plain names beside them."""
    whole = details(view, workspace)
    del whole["RequestPayload"], whole["StatusTimeline"]
    return {
        "bot_id": view.id, "bot_name": view.bot_name, "status": word(view), "platform": whole["Platform"],
        "meeting_link": whole["MeetingLink"], "created_at": whole["CreatedAt"], **whole,
    }


def details(view: BotView, workspace: str) -> Json:
    """`bot_details`."""
    sent, last = request_of(view), view.status_changes[-1]
    started, ended = _at(view, BotState.IN_CALL_NOT_RECORDING), _at(view, BotState.CALL_ENDED, BotState.FATAL)
    transcribed = (view.config.get("recording_config") or {}).get("transcript")
    return {
        "BotID": view.id,
        "BotUsername": view.bot_name,
        "BotProfile": None,
        "BotImageURL": view.config.get("bot_avatar_url"),
        "BotMessage": sent.get("bot_message"),
        "MeetingLink": sent.get("meeting_link") or view.url,
        "Platform": platform(view),
        "PlatformCreatedAt": None,
        "OfferingType": "bot",
        "UserID": workspace,
        "Status": word(view),
        "Message": _why(view),
        "MetaData": {},
        "CreatedAt": iso(view.status_changes[0].updated_at_ms),
        "LastUpdatedAt": round(last.updated_at_ms),
        "StartTime": _time(started),
        "EndTime": _time(ended),
        "Duration": round((ended - started) / 1000) if started and ended else None,
        "NativeSTT": "meeting_captions" in ((transcribed or {}).get("provider") or {}),
        "transcript_id": view.id if transcribed else None,
        "TranscriptStatus": made(view, ArtifactKind.TRANSCRIPT),
        "AudioStatus": made(view, ArtifactKind.AUDIO_MIXED),
        "VideoStatus": made(view, ArtifactKind.VIDEO_MIXED),
        "ManifestStatus": made(view, ArtifactKind.MEETING_METADATA),
        "participant_events": _told_of_people(view),
        "MediaS3Bucket": None,
        "caption_file": {"available": made(view, ArtifactKind.TRANSCRIPT) == "Success"},
        "custom_attributes": view.metadata,
        "RequestPayload": sent,
        "StatusTimeline": timeline(view),
    }


def _told_of_people(view: BotView) -> list[Json]:
    """The endpoints of the bot that are told who comes and goes."""
    endpoints = (view.config.get("recording_config") or {}).get("realtime_endpoints") or []
    return [
        {key: endpoint[key] for key in ("type", "url", "events")} for endpoint in endpoints
        if any(name.startswith(f"{PARTICIPANT}.") for name in endpoint["events"])
    ]


def platform(view: BotView) -> str:
    name = str((view.meeting_url or {}).get("platform"))
    return PLATFORMS.get(name, name)


def timeline(view: BotView) -> Json:
    """Stage → {message, status, timestamp}, the first time each was reached."""
    stages: Json = {}
    if view.join_at_ms is not None:
        stages[SCHEDULED] = _stage(view.status_changes[0])
    for change in view.status_changes:
        if (name := _stage_name(change)) is not None:
            stages.setdefault(name, _stage(change))
    if view.leaving_ms is not None:
        stages[LEAVES] = {"status": True, "timestamp": iso(view.leaving_ms)}
    for kind, name in _MADE.items():
        artifact = newest(view, kind)
        if artifact is not None and artifact.status.code in (MediaStatus.DONE, MediaStatus.FAILED):
            stages[name] = _stage(artifact.status, well=artifact.status.code == MediaStatus.DONE)
    return dict(sorted(stages.items(), key=lambda stage: stage[1]["timestamp"]))


def newest(view: BotView, kind: ArtifactKind) -> ArtifactView | None:
    """The artifact of the newest recording that has one."""
    found = recording_with(view, kind)
    return None if found is None else present(found, kind)


def present(recording: RecordingView, kind: ArtifactKind) -> ArtifactView:
    """The artifact that stands for its kind: of several transcripts, which are made one after the other, the latest."""
    if kind is not ArtifactKind.TRANSCRIPT:
        return recording.by_kind()[kind]
    return max((artifact for artifact in recording.artifacts if artifact.kind is kind), key=lambda a: a.created_at_ms)


def recording_with(view: BotView, kind: ArtifactKind) -> RecordingView | None:
    return next((recording for recording in reversed(view.recordings) if kind in recording.by_kind()), None)


def made(view: BotView, kind: ArtifactKind) -> str | None:
    """Success, Failed, Deleted or Processing; None for what was not asked for, or not begun."""
    artifact = newest(view, kind)
    return None if artifact is None else media_word(artifact.status)


def media_word(found: Status) -> str:
    return _WORDS.get(MediaStatus(found.code), "Processing")


def with_status(name: str) -> BotFilters | None:
    """The bots whose status is this word; None for a word that none has."""
    turned_away = tuple(DENIED | NOT_ALLOWED)
    over = (BotState.CALL_ENDED, BotState.RECORDING_DONE, BotState.DONE, BotState.FATAL)
    match name.lower():
        case "scheduled":
            return BotFilters(status=(BotState.READY,), join_at_after_ms=0, leaving=False)
        case "joining":
            return BotFilters(status=(BotState.READY, BotState.JOINING_CALL), without_scheduled=True, leaving=False)
        case "leaving":
            return BotFilters(status=tuple(BEFORE_END), leaving=True)
        case "denied":
            return BotFilters(status=over, sub_code=tuple(DENIED))
        case "notallowed":
            return BotFilters(status=over, sub_code=tuple(NOT_ALLOWED))
    states = tuple(state for state, word in STATUSES.items() if word.lower() == name.lower())
    if not states:
        return None
    return BotFilters(
        status=states, not_sub_code=() if name.lower() == "mediaexpired" else turned_away,
        leaving=False if BEFORE_END.issuperset(states) else None)


def _stage_name(change: Status) -> str | None:
    return next((name for codes, name in _ENDS if change.sub_code in codes), STAGES.get(change.code))


def _stage(change: Status, *, well: bool = True) -> Json:
    told = {"message": change.sub_code} if change.sub_code else {}
    return {**told, "status": well, "timestamp": iso(change.updated_at_ms)}


def _why(view: BotView) -> str | None:
    return next((change.sub_code for change in reversed(view.status_changes) if change.sub_code), None)


def _at(view: BotView, *states: BotState) -> float | None:
    return next((change.updated_at_ms for change in view.status_changes if change.code in states), None)


def _time(at_ms: float | None) -> str | None:
    return None if at_ms is None else iso(at_ms)
