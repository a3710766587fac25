"""What a bot that joins again reads off the tape of its earlier generation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.bot.recollection import Recollection
from rapporteur.bot.relistening import Relistening
from rapporteur.bot.scribe import Scribe
from rapporteur.domain.participants import Attendee
from rapporteur.domain.rejoining import Known
from rapporteur.domain.transcript import Word
from rapporteur.kit.tasks import accompanied
from rapporteur.media.tape import TapeFacts, tape_path
from rapporteur.services.ports import EarListener, Heard
from rapporteur.wire.control import Job
from rapporteur.wire.tape import Kind, Record, Track, encode, json_record

pytestmark = pytest.mark.unit

ANA, BEN = ({"id": n, "name": name, "is_host": None, "platform": None, "extra_data": {}, "email": None}
            for n, name in ((100, "Ana"), (200, "Ben")))
PAST = {"state": "in_call_recording", "began_at_ms": 1, "joined_at_ms": 2, "lost_at_ms": 90_000}
ENGLISH: dict[str, Any] = {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}}


def at(ms: float, kind: Kind, body: Any, source: int = 0) -> Record:
    return json_record(kind, round(ms * 1000), body, source=source)


def event(ms: float, action: str, who: dict[str, Any]) -> Record:
    return at(ms, Kind.EVENT, {"recording_id": "r1", "action": action, "participant": who, "data": None})


def border(ms: float, action: str, recording_id: str = "r1") -> Record:
    return at(ms, Kind.RECORDING, {"recording_id": recording_id, "action": action})


def job(**changes: Any) -> Job:
    return Job("b", 2, "attend", "room", "", None, "Bot", {}, {}, **{"past": PAST} | changes)


MEETING = [
    at(0, Kind.BEGIN, {"version": 1, "bot_id": "b", "generation": 1}),
    at(4, Kind.PERSON, {"key": "k-bot", "id": 0}), at(5, Kind.PERSON, {"key": "k-ana", "id": 100}),
    at(6, Kind.PERSON, {"key": "k-ben", "id": 200}),
    border(10, "start"), event(10, "join", ANA), event(10, "webcam_on", ANA), event(10, "unmute", ANA), event(10, "join", BEN),
    event(20, "speech_on", ANA), event(30, "leave", BEN),
]


def test_people_switches_and_speech_are_as_last_told() -> None:
    past = Recollection(job(), MEETING, 60_000_000).past
    assert past is not None
    assert past.people == (Known("k-ana", 100, Attendee("k-ana", "Ana", microphone=True, camera=True)), Known("k-ben", 200))
    assert (past.recording_id, past.recordings, past.paused) == ("r1", 1, False)
    assert past.speaking == past.active == {"k-ana"}
    assert past.own == {"k-bot"}
    assert past.lost_ms == 60_000


def test_the_tape_corrects_what_the_server_knew() -> None:
    known = [{"id": "r1", "started_at_ms": 10, "open": True, "paused": False, "recording_config": None, "published": False}]
    paused = Recollection(job(recordings=known), [*MEETING, border(40, "pause")]).past
    assert paused is not None
    assert paused.paused
    next_one = Recollection(job(recordings=known), [*MEETING, border(40, "stop"), border(50, "start", "r2")]).past
    assert next_one is not None
    assert (next_one.recording_id, next_one.recordings) == ("r2", 2)


def test_without_a_tape_the_job_says_which_recording_to_go_on_with() -> None:
    known = [{"id": "r1", "started_at_ms": 10, "open": False, "paused": False, "recording_config": None, "published": True},
             {"id": "r2", "started_at_ms": 20, "open": True, "paused": True, "recording_config": {"x": 1}, "published": False}]
    past = Recollection(job(recordings=known)).past
    assert past is not None
    assert (past.recording_id, past.recordings, past.paused, past.config) == ("r2", 2, True, {"x": 1})
    assert past.lost_ms == 90_000


def test_a_first_generation_has_no_past() -> None:
    assert Recollection(job(past=None)).past is None


def test_the_facts_of_a_tape_are_read_past_its_media_and_up_to_its_torn_end(tmp_path: Path) -> None:
    media = Record(Kind.VIDEO, 70_000_000, bytes(50_000), 1)
    tape_path(tmp_path, 1).write_bytes(b"".join(map(encode, [*MEETING, media, event(71, "leave", ANA)]))[:-3])
    tape_path(tmp_path, 2).write_bytes(encode(event(99_999, "join", BEN)))
    facts = TapeFacts(tmp_path, before=2)
    assert list(facts) == MEETING
    assert facts.newest_us == 70_000_000


class Parrot:
    """An ear that hands out, at every drain, one utterance per open source, from its first packet to its last."""

    def __init__(self, listener: EarListener) -> None:
        self._listener = listener
        self._open: dict[int, list[float]] = {}

    def open(self, source: int, mime: str, clock_rate: int) -> None:
        self._open[source] = []

    def hear(self, source: int, rtp: int, sequence: int, arrival_ms: float, payload: bytes) -> None:
        self._open[source].append(arrival_ms)

    def close(self, source: int) -> None:
        if times := self._open.pop(source):
            self._listener.on_heard(Heard(source, times[0], times[-1], bytes(round(times[-1] - times[0]) * 32)))

    async def settle(self) -> None: ...

    async def drain(self) -> None: ...

    async def aclose(self) -> None: ...


class Recogniser:
    name = "one word"

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        return [Word("word", 0, len(pcm) / 32)]


async def relistened(records: list[Record]) -> list[tuple[int, float, float]]:
    """(participant, start, end) of what is written down of an old tape."""
    written: list[Record] = []
    scribe = Scribe(Recogniser(), append=written.append, post=lambda *_: None, tell=lambda _: None)
    scribe.recording_started("r1", ENGLISH, 0)

    async def read() -> AsyncIterator[Record]:
        for record in records:
            yield record

    facts = [r for r in records if r.kind is not Kind.AUDIO]
    await Relistening(facts, read, Parrot, scribe).listen()
    await accompanied(scribe.drained(), scribe.run())
    return [(r.body["participant_id"], *r.body["words"][0][1:]) for r in written]


def sound(source: int, start_ms: float, end_ms: float) -> list[Record]:
    return [Record(Kind.AUDIO, round(ms * 1000), b"", source) for ms in (start_ms, end_ms)]


def microphone(source: int, who: int) -> Record:
    return at(0, Kind.TRACK, Track(source, "audio", "microphone", "audio/opus", 48_000, who).as_json(), source)


async def test_only_speech_behind_the_last_words_is_written_down() -> None:
    said = at(5_000, Kind.UTTERANCE, {"participant_id": 100, "words": [], "language_code": "en", "recording_id": "r1"})
    assert await relistened([*MEETING, microphone(1, 100), *sound(1, 3_000, 8_000), said]) == [(100, 5_000, 8_000)]
    assert await relistened([*MEETING, microphone(1, 100), *sound(1, 3_000, 5_100), said]) == []


async def test_a_number_of_a_source_means_another_person_in_another_generation() -> None:
    again = at(20_000, Kind.BEGIN, {"version": 1, "bot_id": "b", "generation": 2})
    assert await relistened([
        *MEETING, microphone(1, 100), *sound(1, 3_000, 4_000), again, microphone(1, 200), *sound(1, 21_000, 22_000),
    ]) == [(100, 3_000, 4_000), (200, 21_000, 22_000)]
