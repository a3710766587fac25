"""Speech that a dead generation heard and did not come to write down: its tape is listened to again, from where words end.

The tape's facts tell who was there and how far words reach; the sound behind that goes to an ear. What was written down already
is not written again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable

from rapporteur.bot.scribe import Scribe
from rapporteur.domain.participants import Participant
from rapporteur.services.ports import Ear, EarListener, Heard
from rapporteur.wire.tape import Kind, Record, Track

_AGAIN_MS = 250.0
"""What an utterance on the tape leaves of a longer one must be longer than this, or it is the same speech."""
_BREATH = 5000
"""Packets handed to the ear before it is waited for: far less than it can hold."""
_LONGEST_MS = 60_000.0
"""No utterance is longer; what came so long before the last words needs no hearing, because speech is written down in order."""
_BYTES_PER_MS = 32


class Relistening:
    def __init__(self, facts: Iterable[Record], read_tape: Callable[[], AsyncIterator[Record]],
                 ear: Callable[[EarListener], Ear], scribe: Scribe) -> None:
        """`facts` are the records of dead generations without the media, and `read_tape` yields all, each from its BEGIN on."""
        self._read_tape = read_tape
        self._ear = ear(self)
        self._scribe = scribe
        self._people: dict[int, Participant] = {}
        self._tracks: list[dict[int, Track]] = []
        """As last described, per generation."""
        self._at = -1
        self._written_until: dict[int, float] = {}
        """Per participant: the end of the last utterance on the tape."""
        for record in facts:
            self._learn(record)

    def _learn(self, record: Record) -> None:
        match record.kind:
            case Kind.BEGIN:
                self._tracks.append({})
            case Kind.TRACK:
                track = Track(**record.body)
                self._tracks[-1][track.source] = track
            case Kind.EVENT:
                person = Participant(**record.body["participant"])
                self._people[person.id] = person
            case Kind.UTTERANCE:
                person_id = record.body["participant_id"]
                self._written_until[person_id] = max(self._written_until.get(person_id, 0.0), record.at_us / 1000)

    async def listen(self) -> None:
        """Hand what is not written down to the scribe; returns when the scribe has it."""
        from_ms = max(self._written_until.values(), default=0.0) - _LONGEST_MS
        opened: set[int] = set()
        packets = 0
        async for record in self._read_tape():
            if record.kind is Kind.BEGIN:
                await self._close(opened)
                self._at += 1
            if record.kind is not Kind.AUDIO or record.at_us / 1000 < from_ms or (track := self._track(record.source)) is None:
                continue
            if record.source not in opened:
                opened.add(record.source)
                self._ear.open(record.source, track.mime, track.clock_rate)
            self._ear.hear(record.source, record.rtp, record.sequence, record.at_us / 1000, record.payload)
            packets += 1
            if packets % _BREATH == 0:
                await self._ear.settle()
        await self._close(opened)

    async def aclose(self) -> None:
        await self._ear.aclose()

    def _track(self, source: int) -> Track | None:
        track = self._tracks[self._at].get(source) if 0 <= self._at < len(self._tracks) else None
        return track if track is not None and track.participant_id is not None else None

    async def _close(self, opened: set[int]) -> None:
        """A generation ends, and with it the meaning of its sources' numbers."""
        for source in opened:
            self._ear.close(source)
        opened.clear()
        await self._ear.drain()

    # --- what the ear hears (EarListener) -------------------------------------------------------------------------------

    def on_voice(self, source: int, at_ms: float) -> None:
        """Nobody is in a hurry."""

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None:
        """Speaking marks are on the tape already, as far as they were made."""

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        """Nobody listens live to what was said before."""

    def on_heard(self, heard: Heard) -> None:
        track = self._track(heard.source)
        person = self._people.get(track.participant_id or 0) if track else None
        if person is not None and (new := _behind(heard, self._written_until.get(person.id, 0.0))) is not None:
            self._scribe.write_down(new, person, again=True)


def _behind(heard: Heard, written_ms: float) -> Heard | None:
    """The part that is not written down yet, None if that is nothing: an ear that begins elsewhere cuts elsewhere."""
    if heard.end_ms <= written_ms + _AGAIN_MS:
        return None
    if heard.start_ms >= written_ms:
        return heard
    return Heard(heard.source, written_ms, heard.end_ms, heard.pcm[round(written_ms - heard.start_ms) * _BYTES_PER_MS:])
