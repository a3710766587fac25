"""Tapes of hours, written in seconds: somebody speaks now and then, a camera stands still, and the events of a busy meeting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from rapporteur.domain.participants import Participant
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import VERSION, Kind, Record, Track, encode, json_record

START_US = 1_764_000_000_000_000
PEOPLE = 4
SILENCE = bytes([0xF8, 0xFF, 0xFE])
"""An Opus packet of twenty silent milliseconds."""


def write(folder: Path, seconds: float) -> Path:
    """A tape without an end: of PEOPLE who speak in turns of five seconds, a packet of sound a second each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tape_path(folder, 1).open("wb") as file:
        for record in chain(_begin(), _middle(seconds)):
            file.write(encode(record))
    return folder


def ending(seconds: float) -> bytes:
    """What closes it."""
    at_us = START_US + round(seconds * 1e6)
    stop = json_record(Kind.RECORDING, at_us, {"recording_id": "r1", "action": "stop"})
    return encode(stop) + encode(json_record(Kind.END, at_us, {"reason": "ended"}))


def _begin() -> Iterator[Record]:
    yield json_record(Kind.BEGIN, START_US, {"version": VERSION, "bot_id": "b", "generation": 1})
    yield json_record(Kind.RECORDING, START_US, {"recording_id": "r1", "action": "start"})
    for n in range(PEOPLE):
        yield _event(START_US, "join", n)
        track = Track(n + 1, "audio", "microphone", "audio/opus", 48_000, _person(n).id)
        yield json_record(Kind.TRACK, START_US, track.as_json(), source=n + 1)


def _middle(seconds: float) -> Iterator[Record]:
    for second in range(round(seconds)):
        at_us, speaker = START_US + second * 1_000_000, second // 5 % PEOPLE
        for n in range(PEOPLE):
            yield Record(Kind.AUDIO, at_us, SILENCE, n + 1, 0, second * 48_000 % (1 << 32), second & 0xFFFF)
        if second % 5 == 0:
            yield _event(at_us, "speech_on", speaker)
        if second % 5 == 4:
            yield _event(at_us + 900_000, "speech_off", speaker)
            words = [[f"word{second}", (at_us - START_US) / 1000, (at_us - START_US) / 1000 + 400] for _ in range(8)]
            said = {"participant_id": _person(speaker).id, "words": words, "language_code": "en", "recording_id": "r1"}
            yield json_record(Kind.UTTERANCE, at_us + 900_000, said)


def _event(at_us: int, action: str, n: int) -> Record:
    body = {"recording_id": "r1", "action": action, "participant": _person(n).as_json(), "data": None}
    return json_record(Kind.EVENT, at_us, body)


def _person(n: int) -> Participant:
    return Participant(100 * (n + 1), f"Person {n + 1}")
