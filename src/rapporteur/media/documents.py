"""The JSON documents of a recording, read off the tape: participants, their events, who spoke when, the transcript, metadata.

Pure over records. A record belongs to the recording whose id it names, wherever on the tape it stands: what is recognised
after the meeting is written behind everything else. The same tape always gives the same documents, ids included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rapporteur.domain.ids import derived_id
from rapporteur.domain.participants import Participant
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.timeline import iso, moment
from rapporteur.domain.transcript import Utterance, artifact
from rapporteur.wire.tape import Kind, Record

NOT_LISTED = frozenset({"mute", "unmute"})
"""Actions that only go to live subscribers; the list of events shows them as `update`."""


class Documents:
    """Collects what the documents of one recording are made of. Feed it every record of the tape, in any number of calls."""

    def __init__(self, recording_id: str) -> None:
        self._recording_id = recording_id
        self._events: list[tuple[int, dict[str, Any]]] = []
        self._utterances: list[Utterance] = []
        self._people: dict[int, dict[str, Any]] = {}
        self._title: str | None = None

    def take(self, record: Record) -> None:
        if record.kind is Kind.MEETING:
            self._title = record.body.get("title") or self._title
        if record.kind not in (Kind.EVENT, Kind.UTTERANCE):
            return
        body = record.body
        if body.get("recording_id") != self._recording_id:
            return
        if record.kind is Kind.EVENT:
            self._events.append((record.at_us, body))
            self._people[body["participant"]["id"]] = body["participant"]
        else:
            self._utterances.append(Utterance.from_json(body))

    def files(self, start_us: int, end_us: int) -> dict[str, Any]:
        """Every document by its file name. The recording's start is the zero of all relative times."""
        makers: dict[str, Callable[[float, float], Any]] = {
            "participants.json": self._participants,
            "participant_events.json": self._participant_events,
            "speaker_timeline.json": self._speaker_timeline,
            "transcript.json": self._transcript,
            "meeting_metadata.json": self._metadata,
        }
        return {name: make(start_us / 1000, end_us / 1000) for name, make in makers.items()}

    def participant(self, participant_id: int) -> dict[str, Any]:
        """The person of an id; without a name if none was told."""
        return self._everybody().get(participant_id) or Participant(participant_id, None).as_json()

    def _ordered(self) -> list[tuple[float, dict[str, Any]]]:
        return [(at_us / 1000, body) for at_us, body in sorted(self._events, key=lambda event: event[0])]

    def _participants(self, start_ms: float, end_ms: float) -> list[dict[str, Any]]:
        return [self._everybody()[p] for p in sorted(self._everybody())]

    def _everybody(self) -> dict[int, dict[str, Any]]:
        """Those of the events, and nameless entries for who was only heard."""
        heard = {u.participant_id: Participant(u.participant_id, None).as_json() for u in self._utterances}
        return heard | self._people

    def _participant_events(self, start_ms: float, end_ms: float) -> list[dict[str, Any]]:
        seen: dict[tuple[str, ...], int] = {}
        out: list[dict[str, Any]] = []
        for at_ms, body in self._ordered():
            key = (self._recording_id, repr(at_ms), body["action"], str(body["participant"]["id"]))
            seen[key] = nth = seen.get(key, -1) + 1
            if body["action"] in NOT_LISTED:
                continue
            out.append({
                "id": derived_id(*key, str(nth)),
                "action": body["action"],
                "type": body["action"],
                "ts_ms": round(at_ms - start_ms),
                "participant": body["participant"],
                "timestamp": moment(at_ms, start_ms),
                "data": body.get("data"),
            })
        return out

    def _speaker_timeline(self, start_ms: float, end_ms: float) -> list[dict[str, Any]]:
        open_ms: dict[int, float] = {}
        turns: list[tuple[float, float, int]] = []
        for at_ms, body in self._ordered():
            participant = body["participant"]["id"]
            if body["action"] == "speech_on":
                open_ms.setdefault(participant, at_ms)
            elif body["action"] in ("speech_off", "leave") and participant in open_ms:
                turns.append((open_ms.pop(participant), at_ms, participant))
        turns += [(began_ms, end_ms, participant) for participant, began_ms in open_ms.items()]
        return [
            {
                "participant": self._people[participant],
                "start_timestamp": moment(began_ms, start_ms),
                "end_timestamp": moment(ended_ms, start_ms),
            }
            for began_ms, ended_ms, participant in sorted(turns)
        ]

    def _transcript(self, start_ms: float, end_ms: float) -> list[dict[str, Any]]:
        said = [u for u in self._utterances if u.words]
        return artifact(said, self._everybody(), start_ms)

    def report(self, kind: ArtifactKind) -> dict[str, Any] | None:
        """What the control plane shall know of a document without reading it."""
        return {"title": self._title} if kind is ArtifactKind.MEETING_METADATA else None

    def _metadata(self, start_ms: float, end_ms: float) -> dict[str, Any]:
        return {"title": self._title, "start_time": iso(start_ms), "end_time": iso(end_ms)}
