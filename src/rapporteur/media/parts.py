"""The parts of separate artifacts: stretches of one source each, the files they are in, and the list that tells whose they are.

A part belongs to whoever its source belongs to when the list is made, because the page may tell that late. What is in the
files is the business of voices and films.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rapporteur.domain.ids import derived_id
from rapporteur.domain.recording import MediaFile
from rapporteur.domain.timeline import moment
from rapporteur.wire.tape import Track

NOBODY = 0
"""The participant of a source whose owner never became known; no participant has this id."""


class Origin(Protocol):
    """Where a part comes from; the track is as the tape last described it."""

    track: Track


@dataclass(slots=True)
class Part:
    number: int
    origin: Origin
    start_us: float
    end_us: float


class Parts:
    """Those of one kind, in every format that was asked for."""

    def __init__(self, folder: Path, lists: Sequence[MediaFile]) -> None:
        """`lists` are the lists of parts to be made, one per format."""
        self._folder = folder
        self._lists = lists
        self._parts: list[Part] = []

    @property
    def formats(self) -> list[str]:
        """Those that were asked for."""
        return [lst.format for lst in self._lists if lst.format is not None]

    def begin(self, origin: Origin, start_us: float) -> Part:
        """A new part, as long as nothing; whoever fills it moves its end."""
        part = Part(len(self._parts) + 1, origin, start_us, start_us)
        self._parts.append(part)
        return part

    def path(self, part: Part, file_format: str) -> Path | None:
        """The part's file of a format; None where this format was not asked for."""
        return next((self._folder / lst.part(part.number).name for lst in self._lists if lst.format == file_format), None)

    def paths(self, listed: MediaFile) -> list[Path]:
        return [self._folder / listed.part(part.number).name for part in self._ordered()]

    def listing(
        self, listed: MediaFile, recording_id: str, zero_us: float, participant: Callable[[int], dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """What the list of a format says; `participant` describes the person of an id."""
        return [_entry(part, listed.part(part.number), recording_id, zero_us, participant) for part in self._ordered()]

    def _ordered(self) -> list[Part]:
        return sorted(self._parts, key=lambda part: (part.start_us, part.number))


def _entry(
    part: Part, file: MediaFile, recording_id: str, zero_us: float, participant: Callable[[int], dict[str, Any]],
) -> dict[str, Any]:
    track = part.origin.track
    kind = {"type": track.role} if track.media == "video" else {}
    return {
        "id": derived_id(recording_id, file.name),
        "participant": participant(NOBODY if track.participant_id is None else track.participant_id),
        "start_timestamp": moment(part.start_us / 1000, zero_us / 1000),
        "duration": round((part.end_us - part.start_us) / 1e6, 3),
        **kind,
        "file": file.name,
    }
