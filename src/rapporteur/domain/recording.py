"""What a recording consists of: the artifacts a configuration asks for, their files and their states.

Most artifacts are one file, or a few, of fixed names. A separate one is a list of parts, each of one person's sound or picture,
and a file for each of them; how many there are only the meeting tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class ArtifactKind(StrEnum):
    VIDEO_MIXED = "video_mixed"
    AUDIO_MIXED = "audio_mixed"
    TRANSCRIPT = "transcript"
    PARTICIPANT_EVENTS = "participant_events"
    MEETING_METADATA = "meeting_metadata"
    AUDIO_SEPARATE = "audio_separate"
    VIDEO_SEPARATE = "video_separate"


SEPARATE = frozenset({ArtifactKind.AUDIO_SEPARATE, ArtifactKind.VIDEO_SEPARATE})
"""Made of parts."""


class MediaStatus(StrEnum):
    """States of a recording and of each artifact."""

    PROCESSING = "processing"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a recording may be asked for: a kind, and the format where there are several."""

    kind: ArtifactKind
    format: str | None = None


PART = "part"
"""The role of a file that is linked in a list of parts, not in the artifact's data."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file of an artifact, as the composer names it in its output folder and the store keeps it."""

    artifact: ArtifactKind
    name: str
    content_type: str
    role: str = "download_url"
    """The key of the artifact's `data` under which the link appears."""
    format: str | None = None
    part_type: str | None = None
    """Of a list of parts: the content type of the files it lists."""

    def part(self, number: int) -> MediaFile:
        """The file of a part, counted from 1, of the list that this is."""
        assert self.part_type is not None
        name = f"{self.artifact}-{number}.{self.format}"
        return replace(self, name=name, content_type=self.part_type, role=PART, part_type=None)


def _parts(kind: ArtifactKind, file_format: str, part_type: str) -> MediaFile:
    """A list of parts: [{id, participant, start_timestamp, duration, type (of video), file}], `file` being a part's name."""
    return MediaFile(kind, f"{kind}_{file_format}.json", "application/json", format=file_format, part_type=part_type)


FILES: tuple[MediaFile, ...] = (
    MediaFile(ArtifactKind.VIDEO_MIXED, "video_mixed.mp4", "video/mp4", format="mp4"),
    MediaFile(ArtifactKind.AUDIO_MIXED, "audio_mixed.mp3", "audio/mpeg", format="mp3"),
    MediaFile(ArtifactKind.AUDIO_MIXED, "audio_mixed.raw", "application/octet-stream", format="raw"),
    MediaFile(ArtifactKind.TRANSCRIPT, "transcript.json", "application/json"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "participant_events.json", "application/json",
              role="participant_events_download_url"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "speaker_timeline.json", "application/json",
              role="speaker_timeline_download_url"),
    MediaFile(ArtifactKind.PARTICIPANT_EVENTS, "participants.json", "application/json", role="participants_download_url"),
    MediaFile(ArtifactKind.MEETING_METADATA, "meeting_metadata.json", "application/json"),
    _parts(ArtifactKind.AUDIO_SEPARATE, "mp3", "audio/mpeg"),
    _parts(ArtifactKind.AUDIO_SEPARATE, "raw", "application/octet-stream"),
    _parts(ArtifactKind.AUDIO_SEPARATE, "ogg", "audio/ogg"),
    _parts(ArtifactKind.VIDEO_SEPARATE, "mp4", "video/mp4"),
    _parts(ArtifactKind.VIDEO_SEPARATE, "h264", "video/h264"),
    _parts(ArtifactKind.VIDEO_SEPARATE, "mkv", "video/matroska"),
)
"""Where a kind has several formats, the one that people can play comes first."""

_SWITCHES: dict[str, Artifact] = {
    "video_mixed_mp4": Artifact(ArtifactKind.VIDEO_MIXED, "mp4"),
    "audio_mixed_mp3": Artifact(ArtifactKind.AUDIO_MIXED, "mp3"),
    "audio_mixed_raw": Artifact(ArtifactKind.AUDIO_MIXED, "raw"),
    "transcript": Artifact(ArtifactKind.TRANSCRIPT),
    "participant_events": Artifact(ArtifactKind.PARTICIPANT_EVENTS),
    "meeting_metadata": Artifact(ArtifactKind.MEETING_METADATA),
    "audio_separate_mp3": Artifact(ArtifactKind.AUDIO_SEPARATE, "mp3"),
    "audio_separate_raw": Artifact(ArtifactKind.AUDIO_SEPARATE, "raw"),
    "audio_separate_ogg": Artifact(ArtifactKind.AUDIO_SEPARATE, "ogg"),
    "video_separate_mp4": Artifact(ArtifactKind.VIDEO_SEPARATE, "mp4"),
    "video_separate_h264": Artifact(ArtifactKind.VIDEO_SEPARATE, "h264"),
    "video_separate_mkv": Artifact(ArtifactKind.VIDEO_SEPARATE, "mkv"),
}
"""Keys of `recording_config` that this build turns into an artifact."""

LIVE_ALONE = ("video_separate_png", "video_mixed_flv")
"""Keys of which no file is made: what they switch on is sent to the live endpoints that ask for it."""

_NAMED = {file.name: file for file in FILES}
_RANKS = {(file.artifact, file.format): place for place, file in reversed(list(enumerate(FILES)))}
_LISTS = {(file.artifact.value, file.format): file for file in FILES if file.part_type is not None}
_PART_NAME = re.compile(r"([a-z_]+)-([1-9][0-9]{0,4})\.([a-z0-9]+)")


def artifacts_of(recording_config: dict[str, Any]) -> tuple[Artifact, ...]:
    """The artifacts a merged `recording_config` switches on: present and not null."""
    return tuple(artifact for key, artifact in _SWITCHES.items() if recording_config.get(key) is not None)


def options_of(recording_config: dict[str, Any], artifact: Artifact) -> dict[str, Any]:
    """The object that switches an artifact on; empty when it is off."""
    return next((recording_config.get(key) or {} for key, switched in _SWITCHES.items() if switched == artifact), {})


def without_artifacts(recording_config: dict[str, Any]) -> dict[str, Any]:
    """The same configuration with every artifact switched off."""
    return recording_config | dict.fromkeys(_SWITCHES)


def files_of(artifact: Artifact) -> tuple[MediaFile, ...]:
    """The files of fixed names: of a separate artifact its list of parts alone."""
    return tuple(file for file in FILES if (file.artifact, file.format) == (artifact.kind, artifact.format))


def find_file(name: str) -> MediaFile | None:
    """The file of any artifact that has this name, a part or not; None if there can be none."""
    if (match := _PART_NAME.fullmatch(name)) is None:
        return _NAMED.get(name)
    kind, number, file_format = match.groups()
    listed = _LISTS.get((kind, file_format))
    return listed.part(int(number)) if listed else None


def rank(kind: ArtifactKind, file_format: str | None) -> int:
    """Where several formats of a kind were asked for, the one of the lowest rank stands for it."""
    return _RANKS.get((kind, file_format), len(FILES))
