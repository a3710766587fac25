"""/play: the page that plays a recording beside its transcript, for whoever has the signed link.

The link carries no API key and opens this page alone. The page's own links to the media are signed anew at every opening.
"""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from rapporteur.dashboard import pages
from rapporteur.dashboard.meeting_view import MeetingView, meeting_view
from rapporteur.domain.errors import NotFound, Refused
from rapporteur.domain.lifecycle import TERMINAL
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.bots import Bots
from rapporteur.services.links import Links
from rapporteur.services.ports import BlobStore
from rapporteur.services.views import ArtifactView, BotView, RecordingView, StoredFile

LOOK_AGAIN_S = 5
LABELS = {
    "video_mixed.mp4": "Video", "audio_mixed.mp3": "Sound", "transcript.json": "Transcript",
    "participant_events.json": "Participant events", "speaker_timeline.json": "Speaker timeline",
}
"""The files offered for download, in this order."""


@dataclass(frozen=True, slots=True)
class PlayerServices:
    bots: Bots
    links: Links
    blobs: BlobStore


def play_link(links: Links, workspace_id: str, bot_id: str, t: int | None = None) -> str:
    """Path and query of the player page of a bot, at `t` seconds; put the server's address in front."""
    path = links.sign_play(workspace_id, bot_id)
    return path if t is None else f"{path}&t={t}"


def create_router(services: PlayerServices) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/play")
    async def play(
        request: Request, bot_id: str = "", workspace: str = "", t: str = "0", recording: int | None = None,
        Expires: str | None = None, Signature: str | None = None,
    ) -> Response:
        try:
            services.links.verify_play(workspace, bot_id, Expires, Signature)
            bot = await services.bots.get(workspace, bot_id)
        except Refused as refusal:
            expired = refusal.code == "link_expired"
            return pages.notice(
                "This link has expired" if expired else "This link is not complete",
                "Ask whoever shared it for a fresh one." if expired else
                "A shared recording opens with the whole link, exactly as it was given.", status=403)
        except NotFound:
            return pages.notice("Nothing here any more", "This recording was deleted.", status=404)
        return await _page(request, services, bot, recording, _seconds(t))

    @router.get("/play/static/{name}")
    async def asset(name: str) -> Response:
        path = pages.STATIC / name
        if path.parent != pages.STATIC or not path.is_file():
            return pages.notice("Not found", "There is no such file.", status=404)
        caching = {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=pages.CONTENT_TYPES[path.suffix], headers=caching)

    return router


async def _page(
    request: Request, services: PlayerServices, bot: BotView, position: int | None, start_s: float,
) -> HTMLResponse:
    code = bot.status_changes[-1].code if bot.status_changes else "ready"
    if not bot.recordings:
        return _without_recording(bot, code)
    index = min(max(position or 1, 1), len(bot.recordings)) - 1
    recording = bot.recordings[index]
    if recording.status.code == MediaStatus.PROCESSING and code not in TERMINAL:
        return pages.notice(
            "The recording is on its way", "The meeting or its processing is still going on. This page opens by itself.",
            refresh_s=LOOK_AGAIN_S)
    present = recording.by_kind()
    meeting = await _meeting(services.blobs, recording, present)
    # Beside the loop: hours of talk are megabytes of page, and the loop also carries the bots' heartbeats.
    return await asyncio.to_thread(
        pages.render, "player.html", title=_title(present), meeting=meeting, start_s=start_s,
        started_at=iso(recording.started_at_ms) if recording.started_at_ms else None,
        video=_source(services.links, present.get(ArtifactKind.VIDEO_MIXED)),
        audio=_source(services.links, present.get(ArtifactKind.AUDIO_MIXED)),
        downloads=_downloads(services.links, recording), recordings=_siblings(request, bot, index),
        without_media=_absence(present.get(ArtifactKind.VIDEO_MIXED), "video"),
        without_words=_absence(present.get(ArtifactKind.TRANSCRIPT), "transcript"),
    )


def _without_recording(bot: BotView, code: str) -> HTMLResponse:
    if code in TERMINAL:
        reason = next((s.sub_code for s in reversed(bot.status_changes) if s.sub_code), None)
        why = f" It ended with: {reason.replace('_', ' ')}." if reason else ""
        return pages.notice("Nothing was recorded", f"The bot has left its meeting without a recording.{why}")
    return pages.notice(
        "The meeting has not been recorded yet",
        f"The bot is in the state {code.replace('_', ' ')}. This page opens by itself.", refresh_s=LOOK_AGAIN_S)


async def _meeting(
    blobs: BlobStore, recording: RecordingView, present: dict[ArtifactKind, ArtifactView],
) -> MeetingView:
    events = present.get(ArtifactKind.PARTICIPANT_EVENTS)
    duration_s = ((recording.completed_at_ms or 0) - (recording.started_at_ms or 0)) / 1000
    documents = [
        await _document(blobs, present.get(ArtifactKind.TRANSCRIPT), "download_url"),
        await _document(blobs, events, "participant_events_download_url"),
        await _document(blobs, events, "speaker_timeline_download_url"),
    ]
    known = recording.completed_at_ms is not None and recording.started_at_ms is not None
    return await asyncio.to_thread(_view, documents, max(0.0, duration_s) if known else 0.0)


def _view(documents: list[bytes], duration_s: float) -> MeetingView:
    transcript, events, timeline = (json.loads(document) if document else None for document in documents)
    return meeting_view(transcript, events, timeline, duration_s)


async def _document(blobs: BlobStore, artifact: ArtifactView | None, role: str) -> bytes:
    """The file's content; nothing if there is no such file (yet, or any more)."""
    file = _file(artifact, role)
    if file is None:
        return b""
    try:
        return b"".join([chunk async for chunk in blobs.read(file.key, 0, file.size)])
    except NotFound:
        return b""


def _file(artifact: ArtifactView | None, role: str = "download_url") -> StoredFile | None:
    if artifact is None or artifact.status.code != MediaStatus.DONE:
        return None
    return next((file for file in artifact.files if file.role == role), None)


def _source(links: Links, artifact: ArtifactView | None) -> str | None:
    file = _file(artifact)
    return links.sign_get(file.key, file.name) if file else None


def _title(present: dict[ArtifactKind, ArtifactView]) -> str:
    metadata = present.get(ArtifactKind.MEETING_METADATA)
    return (metadata.detail.get("title") if metadata else None) or "Recorded meeting"


def _downloads(links: Links, recording: RecordingView) -> list[dict[str, str]]:
    files = {f.name: f for a in recording.artifacts if a.status.code == MediaStatus.DONE for f in a.files}
    offered = [(files[name], label) for name, label in LABELS.items() if name in files]
    return [
        {"href": links.sign_get(f.key, f.name), "name": f.name, "label": label, "size": pages.human_size(f.size)}
        for f, label in offered
    ]


def _siblings(request: Request, bot: BotView, index: int) -> list[dict[str, Any]]:
    """Links to every recording of the bot, which share this page's signature."""
    query = {k: v for k, v in request.query_params.items() if k not in {"recording", "t"}}
    return [
        {"href": f"/play?{urlencode(query | {'recording': number})}", "current": number == index + 1}
        for number in range(1, len(bot.recordings) + 1)
    ]


def _absence(artifact: ArtifactView | None, noun: str) -> str:
    if artifact is None:
        return f"No {noun} was asked for."
    match artifact.status.code:
        case MediaStatus.FAILED:
            reason = f": {artifact.status.sub_code.replace('_', ' ')}" if artifact.status.sub_code else ""
            return f"The {noun} could not be made{reason}."
        case MediaStatus.DELETED:
            return f"The {noun} was deleted."
        case MediaStatus.DONE:
            return "Nothing was said." if noun == "transcript" else f"There is no {noun}."
    return f"The {noun} is still being made."


def _seconds(text: str) -> float:
    """`t=342`, `t=342.5` or `t=342s`; what is no number is the beginning, since a broken link should still play."""
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
