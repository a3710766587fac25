"""Everybody's sound apart: one file per person and stretch in which there was something of theirs.

Somebody may come on several tracks, by turns, as on platforms that have fewer tracks than people: to a file that is one voice.
Silence between two sounds is written as silence, so that a file's time is the meeting's time; only where a voice brought
nothing for long does a part end and, when it comes again, another begin. Into Ogg goes Opus as it came; whatever else came is
encoded anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rapporteur.media.encoders import SAMPLE_RATE, Mp3Writer, OpusWriter, RawWriter, Sound, SoundWriter
from rapporteur.media.mixing import AudioTrack, sample_at
from rapporteur.media.ogg import OggOpus
from rapporteur.media.parts import Part, Parts
from rapporteur.wire.tape import Track

APART_US = 10_000_000
"""Silence longer than this divides two parts. A microphone that is merely still sends signs of life far more often."""
PORTION = SAMPLE_RATE
"""Encoders are fed so much at a time: a call costs more than its work on the blocks of one tick."""


@dataclass(slots=True, eq=False)
class Microphone:
    """An audio track and what the tape says about it."""

    track: Track
    sound: AudioTrack


Owner = tuple[int, str] | Microphone
"""Participant and role of a track; a track itself as long as it is nobody's."""


class Voices:
    """Raises FFmpegError or OSError when the disk refuses."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._open: dict[Owner, _Voice] = {}

    def hear(self, heard: Mapping[Microphone, tuple[Sound, float]], now_us: float) -> None:
        """What each microphone that sounded brought, and when that began; nothing before now. Call with growing times."""
        for owner, microphones in _by_owner(heard).items():
            sound, at_us = _together([heard[microphone] for microphone in microphones])
            if owner in self._open and at_us - self._open[owner].part.end_us > APART_US:
                self._open.pop(owner).close()
            if owner not in self._open:
                part = self._parts.begin(microphones[0], at_us)
                self._open[owner] = _Voice(part, *self._writers(part, microphones[0]))
            self._open[owner].add(sound, at_us)
            for microphone in microphones:
                self._open[owner].copy(microphone.sound)
        for owner in [owner for owner, voice in self._open.items() if now_us - voice.part.end_us > APART_US]:
            self._open.pop(owner).close()

    def end(self) -> None:
        """What is heard from now on belongs to other parts."""
        while self._open:
            self._open.popitem()[1].close()

    def _writers(self, part: Part, microphone: Microphone) -> tuple[list[SoundWriter], OggOpus | None]:
        """Those that take what is heard, and the one that takes it as it came."""
        writers: list[SoundWriter] = []
        if (mp3 := self._parts.path(part, "mp3")) is not None:
            writers.append(Mp3Writer(mp3))
        if (raw := self._parts.path(part, "raw")) is not None:
            writers.append(RawWriter(raw))
        ogg = self._parts.path(part, "ogg")
        if ogg is not None and not microphone.sound.is_opus:
            writers.append(OpusWriter(ogg))
            ogg = None
        return writers, None if ogg is None else OggOpus(ogg)


def _by_owner(heard: Mapping[Microphone, tuple[Sound, float]]) -> dict[Owner, list[Microphone]]:
    """Whose the microphones are; those of one in the order in which they sounded."""
    owners: dict[Owner, list[Microphone]] = {}
    for microphone in sorted(heard, key=lambda each: heard[each][1]):
        track = microphone.track
        owner: Owner = microphone if track.participant_id is None else (track.participant_id, track.role)
        owners.setdefault(owner, []).append(microphone)
    return owners


def _together(pieces: list[tuple[Sound, float]]) -> tuple[Sound, float]:
    """Sounds of one tick as one, in the order of their beginnings, and when it begins."""
    [(first, begin_us), *others] = pieces
    if not others:
        return first, begin_us
    places = [(round((at_us - begin_us) * SAMPLE_RATE / 1e6), piece) for piece, at_us in pieces]
    whole = np.zeros((first.shape[0], max(at + piece.shape[1] for at, piece in places)), np.float32)
    for at, piece in places:
        whole[:, at:at + piece.shape[1]] += piece
    return whole, begin_us


class _Voice:
    """A part while it is written."""

    def __init__(self, part: Part, writers: list[SoundWriter], untouched: OggOpus | None) -> None:
        self.part = part
        self._writers = writers
        self._ogg = untouched
        self._waiting: list[Sound] = []
        self._samples = 0
        self._written = 0

    def add(self, block: Sound, at_us: float) -> None:
        silence = round((at_us - self.part.start_us) * SAMPLE_RATE / 1e6) - self._samples
        if silence > 0:
            self._take(np.zeros((1, silence), np.float32))
        self._take(block.mean(axis=0, keepdims=True))
        self.part.end_us = self.part.start_us + self._samples * 1e6 / SAMPLE_RATE
        if self._samples - self._written >= PORTION:
            self._write()

    def copy(self, sound: AudioTrack) -> None:
        """Take the packets of what was added."""
        if self._ogg is not None:
            first = sample_at(self.part.start_us)
            for at, packet in sound.take_untouched():
                self._ogg.add(packet, at - first)

    def close(self) -> None:
        self._write()
        for writer in self._writers:
            writer.close()
        if self._ogg is not None:
            self._ogg.close(self._samples)

    def _take(self, sound: Sound) -> None:
        self._waiting.append(sound)
        self._samples += sound.shape[1]

    def _write(self) -> None:
        if self._waiting:
            sound = np.concatenate(self._waiting, axis=1)
            for writer in self._writers:
                writer.sound(sound)
        self._waiting, self._written = [], self._samples
