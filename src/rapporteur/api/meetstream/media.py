"""/api/v1/bots/ID/get_…: links to what a bot recorded. Every answer before it is ready is 202, which is no error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from fastapi import APIRouter

from rapporteur.api import wav
from rapporteur.api.deps import ApiServices, Link, Linker, Services, Workspace
from rapporteur.api.meetstream.answers import NOT_READY, answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute
from rapporteur.api.meetstream.documents import begun, checked, content, document, file_of, finished
from rapporteur.api.meetstream.errors import NotReady
from rapporteur.domain.layout import HEIGHT, WIDTH
from rapporteur.domain.lifecycle import TERMINAL
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.timeline import iso
from rapporteur.services.views import ArtifactView, BotView, RecordingView

router = APIRouter(prefix="/bots", tags=["MeetStream: media"], route_class=MeetStreamRoute)

Json = dict[str, Any]

FRAME_RATE = 30
RESOLUTION = f"{WIDTH}x{HEIGHT}"
SAMPLE_RATE = 48_000
_LINK = "https://rapporteur.example.org/media/…/audio.wav?Expires=1764090000&Signature=abc"
_BOT = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"


def _media(example: Any) -> dict[Any, Any]:
    return answers(example, 404, 410, also={202: NOT_READY})


@router.get("/{bot_id}/get_audio/", response_model=None, responses=_media({"audio_url": _LINK}))
async def get_audio(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """A link to the sound of everybody: `audio.wav`, or an MP3 where the bot was sent for nothing else."""
    _, artifact = _sound(await services.bots.get(workspace, bot_id), services.clock.now_ms())
    file = file_of(artifact)
    return {"audio_url": link.to(wav.key_of(file.key)) if file.name == wav.STORED else link(file)}


def _sound(view: BotView, now_ms: float) -> tuple[RecordingView, ArtifactView]:
    """The recording with the sound of which get_audio gives out a file. Raises as `finished` does."""
    recording, artifact = begun(view, ArtifactKind.AUDIO_MIXED)
    raw = next((a for a in recording.artifacts if (a.kind, a.format) == (ArtifactKind.AUDIO_MIXED, "raw")), artifact)
    return recording, checked(recording, raw, now_ms)


@router.get("/{bot_id}/get_video/", response_model=None, responses=_media({"video_url": _LINK, "video_info": {
    "duration": 61.2, "size_mb": 4.1, "resolution": RESOLUTION, "fps": FRAME_RATE, "frames_processed": 1836,
    "corrupted_frames": 0,
}}))
async def get_video(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """A link to the MP4, and what is known of it."""
    view = await services.bots.get(workspace, bot_id)
    recording, artifact = finished(view, ArtifactKind.VIDEO_MIXED, services.clock.now_ms())
    file, report = file_of(artifact), (recording.report or {}).get(ArtifactKind.VIDEO_MIXED.value) or {}
    seconds = report.get("seconds", _seconds(recording))
    return {"video_url": link(file), "video_info": {
        "duration": seconds, "size_mb": round(file.size / 1_000_000, 3), "resolution": RESOLUTION, "fps": FRAME_RATE,
        "frames_processed": report.get("video_frames", round(seconds * FRAME_RATE)),
        "corrupted_frames": report.get("lost_frames", 0),
    }}


@router.get("/{bot_id}/get_screenshots/", response_model=None, responses=answers({
    "bot_id": _BOT, "screenshots_count": 1, "screenshots": [
        {"screenshot_id": "5b0a5d2e-…", "url": _LINK, "timestamp": "2026-01-15T14:30:00.000000Z"}],
}, 404, also={202: NOT_READY}))
async def get_screenshots(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """What the bot's browser showed, oldest first."""
    view = await services.bots.get(workspace, bot_id)
    taken = await services.screenshots.list(workspace, bot_id)
    if not taken and view.status_changes[-1].code not in TERMINAL:
        raise NotReady("There are no screenshots yet.")
    return {"bot_id": bot_id, "screenshots_count": len(taken), "screenshots": [
        {"screenshot_id": shot.id, "url": link.to(shot.key), "timestamp": iso(shot.at_ms)} for shot in reversed(taken)
    ]}


# --- everybody apart ----------------------------------------------------------------------------------------------------

_SEGMENT = {
    "segment_index": 0, "url": _LINK, "filename": "audio_separate-1.mp3", "duration_seconds": 12.5, "sample_rate": SAMPLE_RATE,
    "channels": 1, "codec": "mp3",
}
_STREAMS = [{"participant_name": "Ada", "streams": [{"stream_id": "100-audio", "segments": [_SEGMENT]}]}]


@router.get("/{bot_id}/get_audio_streams/", response_model=None, responses=_media({
    "bot_id": _BOT, "audio_status": "Success", "audio_streams_available": True, "participants": _STREAMS,
    "summary": {"total_participants": 1, "total_segments": 1},
}))
async def get_audio_streams(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """Everybody's sound in files of their own, where `audio_separate_streams` asked for it."""
    parts = await _parts(bot_id, ArtifactKind.AUDIO_SEPARATE, workspace, services, link)
    people = _by_person(parts, {"sample_rate": SAMPLE_RATE, "channels": 1, "codec": "mp3"}, "audio")
    return {
        "bot_id": bot_id, "audio_status": "Success", "audio_streams_available": bool(parts), "participants": people,
        "summary": {"total_participants": len(people), "total_segments": len(parts)},
    }


@router.get("/{bot_id}/get_recording_streams/", response_model=None, responses=_media({
    "bot_id": _BOT, "video_status": "Success", "recording_streams_available": True, "participants": _STREAMS,
    "screenshares": [], "summary": {"total_participants": 1, "total_segments": 1, "total_screenshares": 0},
}))
async def get_recording_streams(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """Everybody's camera and shared screen in files of their own, where `video_separate_streams` asked for it."""
    parts = await _parts(bot_id, ArtifactKind.VIDEO_SEPARATE, workspace, services, link)
    shared = [part for part in parts if part.get("type") == "screenshare"]
    said = {"width": None, "height": None, "codec": "h264"}
    people = _by_person([part for part in parts if part not in shared], said, "webcam")
    screens = _by_person(shared, said, "screenshare")
    return {
        "bot_id": bot_id, "video_status": "Success", "recording_streams_available": bool(parts), "participants": people,
        "screenshares": screens,
        "summary": {
            "total_participants": len(people), "total_segments": len(parts), "total_screenshares": len(screens),
        },
    }


async def _parts(bot_id: str, kind: ArtifactKind, workspace: str, services: ApiServices, link: Linker) -> list[Json]:
    """The list of parts, each with the link to its file."""
    _, artifact = finished(await services.bots.get(workspace, bot_id), kind, services.clock.now_ms())
    listed = file_of(artifact, f"{kind}_{artifact.format}.json")
    folder = listed.key.rpartition("/")[0]
    return [part | {"url": link.to(f"{folder}/{part['file']}")} for part in await content(listed, services)]


def _by_person(parts: list[Json], said: Json, kind: str) -> list[Json]:
    """One entry per person with one stream, whose segments follow each other in time."""
    people: dict[int, list[Json]] = {}
    for part in parts:
        people.setdefault(part["participant"]["id"], []).append(part)
    return [
        {
            "participant_name": own[0]["participant"]["name"] or "NoSpeaker",
            "streams": [{
                "stream_id": f"{number}-{kind}",
                "segments": [{
                    "segment_index": index, "url": part["url"], "filename": part["file"],
                    "duration_seconds": part["duration"], "start_time": part["start_timestamp"]["relative"], **said,
                } for index, part in enumerate(own)],
            }],
        }
        for number, own in people.items()
    ]


# --- who spoke when -----------------------------------------------------------------------------------------------------


@router.get("/{bot_id}/get_speaker_timeline/", response_model=None, responses=_media({
    "chunks": [{
        "chunkIndex": 0, "timestamp": "2026-01-15T14:30:01.000000Z", "sampleRate": wav.RATE, "speakerId": "100",
        "speakerName": "Ada", "startByte": 32044, "endByte": 96044,
    }], "lastUpdated": "2026-01-15T14:31:00.000000Z", "audioFilePath": wav.NAME, "totalFileSize": 1958444,
}))
async def get_speaker_timeline(bot_id: str, workspace: Workspace, services: Services) -> Json:
    """Who spoke when, as byte offsets in the file of get_audio; `startTime` and `endTime` beside them are in seconds."""
    view = await services.bots.get(workspace, bot_id)
    recording, artifact = _sound(view, services.clock.now_ms())
    turns = await document(view, ArtifactKind.PARTICIPANT_EVENTS, "speaker_timeline.json", services)
    file = file_of(artifact)
    if file.name == wav.STORED:
        name, size, rate, offset = wav.NAME, wav.HEADER_BYTES + file.size, wav.RATE, wav.offset
    else:
        # An MP3's bit rate is constant here.
        name, size, rate, seconds = file.name, file.size, SAMPLE_RATE, _heard_s(recording, artifact)
        offset = partial(_share, size=size, seconds=seconds)
    return {
        "chunks": list(_chunks(turns, rate, lambda moment: max(0, min(size, offset(moment["relative"]))))),
        "lastUpdated": iso(artifact.status.updated_at_ms), "audioFilePath": name, "totalFileSize": size,
    }


def _share(at_s: float, *, size: int, seconds: float) -> int:
    return round(at_s / seconds * size) if seconds > 0 else 0


def _chunks(turns: list[Json], rate: int, offset: Callable[[Json], int]) -> Iterator[Json]:
    for index, turn in enumerate(turns):
        start, end = turn["start_timestamp"], turn["end_timestamp"]
        yield {
            "chunkIndex": index, "timestamp": start["absolute"], "sampleRate": rate,
            "speakerId": str(turn["participant"]["id"]), "speakerName": turn["participant"]["name"] or "NoSpeaker",
            "startByte": offset(start), "endByte": offset(end), "startTime": start["relative"], "endTime": end["relative"],
        }


def _heard_s(recording: RecordingView, artifact: ArtifactView) -> float:
    report = (recording.report or {}).get(artifact.kind.value) or {}
    return report.get("seconds", _seconds(recording))


def _seconds(recording: RecordingView) -> float:
    if recording.started_at_ms is None or recording.completed_at_ms is None:
        return 0.0
    return round((recording.completed_at_ms - recording.started_at_ms) / 1000, 3)
