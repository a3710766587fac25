"""What a bot puts on its tape: media as it comes, whose it is as soon as that is known, and the borders of its recordings.

The hot path ends here: encoded frames go from the meeting to the tape and to the viewer, if there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rapporteur.domain.errors import CaptureFailure
from rapporteur.domain.participants import Participant
from rapporteur.kit.clock import Clock
from rapporteur.services.ports import Tape, TrackSeen, Viewer
from rapporteur.wire.page import AUDIO, VIDEO, MediaFrame
from rapporteur.wire.tape import Kind, Record, Track, json_record

_CONTENT = frozenset({Kind.VIDEO, Kind.AUDIO, Kind.EVENT, Kind.UTTERANCE, Kind.MEETING})
_VIEWED = frozenset({Kind.TRACK, Kind.VIDEO})
_KINDS = {AUDIO: Kind.AUDIO, VIDEO: Kind.VIDEO}


class Taping:
    """`on_failed` hears once when the tape takes no more, and why."""

    def __init__(self, tape: Tape, clock: Clock, *, on_failed: Callable[[str], None], viewer: Viewer | None = None) -> None:
        self._tape = tape
        self._clock = clock
        self._on_failed = on_failed
        self._viewer = viewer
        self._written: dict[int, Track] = {}
        self._people: dict[str, int] = {}
        """Platform ids and participants' as the tape tells them."""
        self.failed = False
        self.discreet = False
        """Whether the recording that runs is one of which nothing may be kept."""

    @property
    def records(self) -> int:
        """Media records written so far."""
        return self._tape.records

    def write(self, kind: Kind, body: object, at_ms: float, source: int = 0) -> None:
        self.append(json_record(kind, round(at_ms * 1000), body, source=source))

    def append(self, *records: Record) -> None:
        if self._viewer is not None:
            for record in records:
                if record.kind in _VIEWED:
                    self._viewer.feed(record)
        if self.discreet:
            records = tuple(record for record in records if record.kind not in _CONTENT)
        if not records:
            return
        try:
            self._tape.append(*records)
        except CaptureFailure as failure:
            if not self.failed:
                self.failed = True
                self._on_failed(failure.message)

    def media(self, frames: Iterable[MediaFrame], *, on_record: bool) -> None:
        """Sound off the record never reaches the disk. Pictures must: those of the record build on them."""
        self.append(*(
            Record(_KINDS[media], round(arrival_ms * 1000), payload, track, flags, rtp, sequence, builds_on)
            for track, media, flags, rtp, sequence, arrival_ms, payload, builds_on in frames if media != AUDIO or on_record
        ))

    def describe(self, tracks: Iterable[TrackSeen], owner: Callable[[TrackSeen], Participant | None]) -> None:
        """What is newly known of each source: its owner may be known before or after the roster."""
        for seen in tracks:
            participant = owner(seen)
            role = seen.role or ("microphone" if seen.media == "audio" else "webcam")
            track = Track(seen.track, seen.media, role, seen.mime, seen.clock_rate,
                          participant.id if participant else None, seen.ended)
            if self._written.get(seen.track) != track:
                self._written[seen.track] = track
                self.write(Kind.TRACK, track.as_json(), self._clock.now_ms(), seen.track)

    def name(self, people: dict[str, int]) -> None:
        """By which id the platform knows each participant: a rejoin needs it."""
        if people != self._people:
            for key, number in people.items() - self._people.items():
                self.write(Kind.PERSON, {"key": key, "id": number}, self._clock.now_ms())
            self._people = people

    async def close(self, reason: str) -> None:
        await self._tape.close(reason)
