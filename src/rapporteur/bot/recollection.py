"""What a bot remembers that joins its meeting again: read off the tapes of its earlier generations, and from its job.

The tape comes first, because the server may not have heard everything that is on it; what happened on another host's tape, or
was never taped, is as the job says. Nothing here reads files: it is given records, without those of media.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.participants import ITSELF, Attendee
from rapporteur.domain.rejoining import Known, Past
from rapporteur.wire.control import Job
from rapporteur.wire.tape import Kind, Record

_SWITCHES = {
    "webcam_on": ("camera", True), "webcam_off": ("camera", False), "screenshare_on": ("screen", True),
    "screenshare_off": ("screen", False), "unmute": ("microphone", True), "mute": ("microphone", False),
}
"""Actions that tell of a switch: which one, and how it stands then."""


@dataclass(slots=True)
class Taped:
    """A recording as the marks on the tape tell it."""

    recording_id: str
    started_ms: float
    config: dict[str, Any] | None
    paused: bool = False
    stopped_ms: float | None = None


class Recollection:
    def __init__(self, job: Job, records: Iterable[Record] = (), newest_us: int = 0) -> None:
        """`newest_us` is the time of the tape's newest record, whatever its kind; 0 without a tape."""
        self.marks: list[Record] = []
        """Every border of a recording, in order."""
        self.taped: dict[str, Taped] = {}
        self._job = job
        self._newest_ms = newest_us / 1000
        self._keys: dict[str, int] = {}
        self._own: set[str] = set()
        self._present: dict[int, Attendee] = {}
        self._speaking: set[int] = set()
        self._active: set[int] = set()
        for known in job.recordings:
            paused, stopped = bool(known.get("paused")), None if known.get("open", True) else 0.0
            self.taped[known["id"]] = Taped(
                known["id"], known["started_at_ms"], known.get("recording_config"), paused, stopped)
        for record in records:
            self._take(record)

    @property
    def past(self) -> Past | None:
        """None for a generation that has nothing to go on with."""
        if (past := self._job.past) is None:
            return None
        running = next((t for t in reversed(self.taped.values()) if t.stopped_ms is None), None)
        people = tuple(self._known(key, number) for key, number in self._keys.items())
        return Past(
            BotState(past["state"]), past["began_at_ms"], past["joined_at_ms"],
            # The tape says when it was, the server only when it noticed.
            min(self._newest_ms or past["lost_at_ms"], past["lost_at_ms"]),
            len(self.taped), running.recording_id if running else None, running.config if running else None,
            running is not None and running.paused, people, self._of(self._speaking), self._of(self._active),
            frozenset(self._own),
        )

    def _known(self, key: str, number: int) -> Known:
        attendee = self._present.get(number)
        return Known(key, number, None if attendee is None else replace(attendee, key=key))

    def _of(self, numbers: set[int]) -> frozenset[str]:
        return frozenset(key for key, number in self._keys.items() if number in numbers)

    # --- the tape -------------------------------------------------------------------------------------------------------

    def _take(self, record: Record) -> None:
        match record.kind:
            case Kind.PERSON if record.body["id"] == ITSELF:
                self._own.add(record.body["key"])
            case Kind.PERSON:
                # A participant has one key at a time: the newest.
                number = record.body["id"]
                self._keys = {key: known for key, known in self._keys.items() if known != number} | {record.body["key"]: number}
            case Kind.EVENT:
                self._event(record.body["action"], record.body["participant"])
            case Kind.RECORDING:
                self._border(record)

    def _border(self, record: Record) -> None:
        at_ms, body = record.at_us / 1000, record.body
        self.marks.append(record)
        taped = self.taped.get(body["recording_id"])
        match body["action"]:
            case "start" if taped is None:
                self.taped[body["recording_id"]] = Taped(body["recording_id"], at_ms, body.get("recording_config"))
                self._present.clear()
                self._speaking.clear()
            case "stop" if taped is not None:
                taped.stopped_ms = at_ms
            case "pause" | "resume" if taped is not None:
                taped.paused = body["action"] == "pause"

    def _event(self, action: str, person: dict[str, Any]) -> None:
        number = person["id"]
        if action == "leave":
            self._present.pop(number, None)
            self._speaking.discard(number)
            return
        seen = self._present.get(number, Attendee("", None))
        seen = replace(seen, **{each: person[each] for each in ("name", "is_host", "email", "extra_data")})
        if action in _SWITCHES:
            switch, on = _SWITCHES[action]
            seen = replace(seen, **{switch: on})
        self._present[number] = seen
        if action in ("speech_on", "screenshare_on"):
            self._active.add(number)
        if action in ("speech_on", "speech_off"):
            (self._speaking.add if action == "speech_on" else self._speaking.discard)(number)
