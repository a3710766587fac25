"""The JSON documents of a recording, read off the tape: participants, their events, who spoke when, the transcript, metadata.

Pure over records. A record belongs to the recording whose id it names, wherever on the tape it stands: what is recognised
after the meeting is written behind everything else. The same tape always gives the same documents, ids included.

What a record comes to is written when it is taken, as JSON, so that hours of meeting are put together at the end in the time
that putting them in order takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple

from rapporteur.domain.ids import derived_id
from rapporteur.domain.participants import Participant
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.timeline import iso, moment
from rapporteur.domain.transcript import Utterance, words_of
from rapporteur.wire.tape import Kind, Record

DOCUMENTED = frozenset({Kind.MEETING, Kind.EVENT, Kind.UTTERANCE})
"""The records that documents are made of."""
NOT_LISTED = frozenset({"mute", "unmute"})
"""Actions that only go to live subscribers; the list of events shows them as `update`."""
_OPENS = "speech_on"
_TURNS = frozenset({_OPENS, "speech_off", "leave"})
"""Actions that begin or end a turn."""

_dated = itemgetter(0)


class _Said(NamedTuple):
    start_ms: float
    participant_id: int
    language_code: str
    """As JSON, like the words."""
    words: str


class Documents:
    """Collects what the documents of one recording are made of. Feed it every record of the tape, in any number of calls."""

    def __init__(self, recording_id: str, start_us: int) -> None:
        """`start_us` is the recording's start, the zero of all relative times."""
        self._recording_id = recording_id
        self._start_ms = start_us / 1000
        self._events: list[tuple[float, str]] = []
        """When, in UTC milliseconds, and the event as JSON."""
        self._speech: list[tuple[float, str, int]] = []
        """When who did what that begins or ends a turn."""
        self._seen: dict[tuple[str, ...], int] = {}
        self._said: list[_Said] = []
        self._people: dict[int, dict[str, Any]] = {}
        self._heard: set[int] = set()
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
            self._event(record.at_us / 1000, body)
        else:
            self._utterance(Utterance.from_json(body))

    def files(self, end_us: int) -> dict[str, str]:
        """Every document, as JSON, by its file name."""
        makers: dict[str, Callable[[float], str]] = {
            "participants.json": self._participants,
            "participant_events.json": self._participant_events,
            "speaker_timeline.json": self._speaker_timeline,
            "transcript.json": self._transcript,
            "meeting_metadata.json": self._metadata,
        }
        return {name: make(end_us / 1000) for name, make in makers.items()}

    def participant(self, participant_id: int) -> dict[str, Any]:
        """The person of an id; without a name if none was told."""
        return self._people.get(participant_id) or Participant(participant_id, None).as_json()

    def report(self, kind: ArtifactKind) -> dict[str, Any] | None:
        """What the control plane shall know of a document without reading it."""
        return {"title": self._title} if kind is ArtifactKind.MEETING_METADATA else None

    def _event(self, at_ms: float, body: dict[str, Any]) -> None:
        action, person = body["action"], body["participant"]
        self._people[person["id"]] = person
        key = (self._recording_id, repr(at_ms), action, str(person["id"]))
        self._seen[key] = nth = self._seen.get(key, -1) + 1
        if action in _TURNS:
            self._speech.append((at_ms, action, person["id"]))
        if action not in NOT_LISTED:
            self._events.append((at_ms, dumps({
                "id": derived_id(*key, str(nth)),
                "action": action,
                "type": action,
                "ts_ms": round(at_ms - self._start_ms),
                "participant": person,
                "timestamp": moment(at_ms, self._start_ms),
                "data": body.get("data"),
            })))

    def _utterance(self, said: Utterance) -> None:
        self._heard.add(said.participant_id)
        if said.words:
            words = dumps(words_of(said, self._start_ms))
            self._said.append(_Said(said.words[0].start_ms, said.participant_id, dumps(said.language_code), words))

    def _participants(self, end_ms: float) -> str:
        """Those of the events, and nameless entries for who was only heard."""
        return dumps([self.participant(p) for p in sorted(self._heard | self._people.keys())])

    def _participant_events(self, end_ms: float) -> str:
        return _listed(event for _, event in sorted(self._events, key=_dated))

    def _speaker_timeline(self, end_ms: float) -> str:
        open_ms: dict[int, float] = {}
        turns: list[tuple[float, float, int]] = []
        for at_ms, action, participant in sorted(self._speech, key=_dated):
            if action == _OPENS:
                open_ms.setdefault(participant, at_ms)
            elif participant in open_ms:
                turns.append((open_ms.pop(participant), at_ms, participant))
        turns += [(began_ms, end_ms, participant) for participant, began_ms in open_ms.items()]
        return dumps([
            {
                "participant": self._people[participant],
                "start_timestamp": moment(began_ms, self._start_ms),
                "end_timestamp": moment(ended_ms, self._start_ms),
            }
            for began_ms, ended_ms, participant in sorted(turns)
        ])

    def _transcript(self, end_ms: float) -> str:
        people = {participant: dumps(self.participant(participant)) for participant in self._heard}
        return _listed(
            f'{{"participant":{people[said.participant_id]},"language_code":{said.language_code},"words":{said.words}}}'
            for said in sorted(self._said, key=_dated)
        )

    def _metadata(self, end_ms: float) -> str:
        return dumps({"title": self._title, "start_time": iso(self._start_ms), "end_time": iso(end_ms)})


def dumps(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _listed(items: Iterable[str]) -> str:
    return f"[{','.join(items)}]"
