"""What lies in the files of a bot's recordings, for routes whose answers are made of them, and the words for what does not."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from rapporteur.api.deps import ApiServices
from rapporteur.api.meetstream.errors import Gone, NotReady
from rapporteur.api.meetstream.reads import present, recording_with
from rapporteur.domain.errors import NotFound
from rapporteur.domain.lifecycle import TERMINAL
from rapporteur.domain.recording import ArtifactKind, MediaStatus, artifacts_of
from rapporteur.services.views import ArtifactView, BotView, RecordingView, StoredFile

NAMES = {
    ArtifactKind.AUDIO_MIXED: "audio", ArtifactKind.VIDEO_MIXED: "video", ArtifactKind.TRANSCRIPT: "transcript",
    ArtifactKind.AUDIO_SEPARATE: "separate audio", ArtifactKind.VIDEO_SEPARATE: "separate video",
    ArtifactKind.PARTICIPANT_EVENTS: "list of events", ArtifactKind.MEETING_METADATA: "description",
}


def finished(view: BotView, kind: ArtifactKind, now_ms: float) -> tuple[RecordingView, ArtifactView]:
    """The newest artifact of a kind, done, and its recording.

    NotReady while it is made or may still be, Gone when its time is over, NotFound when there is none and will be none.
    """
    recording, artifact = begun(view, kind)
    return recording, checked(recording, artifact, now_ms)


def begun(view: BotView, kind: ArtifactKind) -> tuple[RecordingView, ArtifactView]:
    """The same, done or not."""
    recording, name = recording_with(view, kind), NAMES[kind]
    if recording is None:
        if view.status_changes[-1].code in TERMINAL or not _asked_for(view, kind):
            raise NotFound(f"This bot has no {name}.")
        raise _not_ready(name)
    return recording, present(recording, kind)


def checked(recording: RecordingView, artifact: ArtifactView, now_ms: float) -> ArtifactView:
    """The artifact, if it is done; else NotReady, Gone or NotFound."""
    name = NAMES[artifact.kind]
    match artifact.status.code:
        case MediaStatus.DONE:
            return artifact
        case MediaStatus.FAILED:
            raise NotFound(f"The {name} could not be made: {artifact.status.sub_code or 'failed'}.")
        case MediaStatus.DELETED if recording.expires_at_ms is not None and recording.expires_at_ms <= now_ms:
            raise Gone(f"The {name} was kept for its time, which is over.")
        case MediaStatus.DELETED:
            raise NotFound(f"The {name} was deleted.")
    raise _not_ready(name)


def file_of(artifact: ArtifactView, name: str | None = None) -> StoredFile:
    """The file of this name, or the first."""
    return next(file for file in artifact.files if name is None or file.name == name)


async def content(file: StoredFile, services: ApiServices) -> Any:
    """The JSON in a file; NotFound if it is no longer there."""
    size = await services.blobs.size(file.key)
    if size is None:
        raise NotFound("This file is no longer kept.")
    raw = b"".join([chunk async for chunk in services.blobs.read(file.key, 0, size)])
    # The documents of a long meeting take a while to read.
    return await asyncio.to_thread(json.loads, raw)


async def document(view: BotView, kind: ArtifactKind, name: str, services: ApiServices) -> Any:
    """The document of this name in the bot's newest artifact of a kind. Raises as `finished` does."""
    _, artifact = finished(view, kind, services.clock.now_ms())
    return await content(file_of(artifact, name), services)


def _asked_for(view: BotView, kind: ArtifactKind) -> bool:
    config = view.config.get("recording_config") or {}
    return any(artifact.kind is kind for artifact in artifacts_of(config))


def _not_ready(name: str) -> NotReady:
    return NotReady(f"The {name} is not ready yet.")
