"""What a recording consists of: the artifacts a configuration asks for, their files and their states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ArtifactKind(StrEnum):
    VIDEO_MIXED = "video_mixed"
    AUDIO_MIXED = "audio_mixed"
    TRANSCRIPT = "transcript"
    PARTICIPANT_EVENTS = "participant_events"
    MEETING_METADATA = "meeting_metadata"


class MediaStatus(StrEnum):
    """States of a recording and of each artifact."""

    PROCESSING = "processing"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file of an artifact, as the composer names it in its output folder and the store keeps it."""

    artifact: ArtifactKind
    name: str
    content_type: str
    role: str = "download_url"
    """The key of the artifact's `data` under which the link appears."""
    format: str | None = None


FILES: tuple[MediaFile, ...] = (
    MediaFile(ArtifactKind.VIDEO_MIXED, "video_mixed.mp4", "video/mp4", format="mp4"),
    MediaFile(ArtifactKind.AUDIO_MIXED, "audio_mixed.mp3", "audio/mpeg", format="mp3"),
    MediaFile(ArtifactKind.TRANSCRIPT, "transcript.json", "application/json"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "participant_events.json", "application/json",
              role="participant_events_download_url"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "speaker_timeline.json", "application/json",
              role="speaker_timeline_download_url"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "participants.json", "application/json", role="participants_download_url"),
    MediaFile(ArtifactKind.MEETING_METADATA, "meeting_metadata.json", "application/json"),
)

_SWITCHES: dict[str, ArtifactKind] = {
    "video_mixed_mp4": ArtifactKind.VIDEO_MIXED,
    "audio_mixed_mp3": ArtifactKind.AUDIO_MIXED,
    "transcript": ArtifactKind.TRANSCRIPT,
    "participant_events": ArtifactKind.PARTICIPANT_EVENTS,
    "meeting_metadata": ArtifactKind.MEETING_METADATA,
}
"""Keys of `recording_config` that this build turns into an artifact."""

NOT_YET_PRODUCED = (
    "audio_mixed_raw", "audio_separate_raw", "audio_separate_mp3", "video_separate_mp4", "video_separate_png",
    "video_separate_h264", "video_mixed_flv",
)
"""Accepted, stored and echoed; the bot's log says that nothing comes of them yet."""


def artifacts_of(recording_config: dict[str, Any]) -> tuple[ArtifactKind, ...]:
    """The artifacts a merged `recording_config` switches on: present and not null."""
    return tuple(kind for key, kind in _SWITCHES.items() if recording_config.get(key) is not None)


def options_of(recording_config: dict[str, Any], kind: ArtifactKind) -> dict[str, Any]:
    """The object that switches an artifact on; empty when it is off."""
    return next((recording_config.get(key) or {} for key, switched in _SWITCHES.items() if switched is kind), {})


def without_artifacts(recording_config: dict[str, Any]) -> dict[str, Any]:
    """The same configuration with every artifact switched off."""
    return recording_config | dict.fromkeys(_SWITCHES)


def files_of(kinds: tuple[ArtifactKind, ...]) -> tuple[MediaFile, ...]:
    return tuple(file for file in FILES if file.artifact in kinds)
