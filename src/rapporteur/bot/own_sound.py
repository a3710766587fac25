"""What the bot itself says, put on the tape as one more microphone, for a recording that is to include it.

Owns the times: a piece lies where it was heard in the meeting, and a pause between two is a gap in the timestamps, as with any
other microphone. The ear never hears it: a bot that speaks keeps no meeting alive, and nobody's words are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rapporteur.domain.participants import ITSELF
from rapporteur.kit.clock import Clock
from rapporteur.wire.page import SOUND_RATE
from rapporteur.wire.tape import Kind, Record, Track, json_record

SOURCE = 0xFFFF
"""Meetings number their tracks from one."""
CONTINUOUS_MS = 10.0
"""A piece that begins later than this after the end of the one before follows a pause."""
LATE_MS = 200.0
"""The same of packets, which come in batches and on a busy machine unevenly."""
PACKET_MS = 20
PACKET = SOUND_RATE * PACKET_MS // 1000


def included(recording_config: dict[str, Any]) -> bool:
    return bool((recording_config.get("include_bot_in_recording") or {}).get("audio"))


class OwnSound:
    """`encode` makes packets of 20 ms of 48 kHz mono s16le samples."""

    def __init__(self, encode: Callable[[bytes], list[bytes]], clock: Clock, append: Callable[[Record], None]) -> None:
        self._encode = encode
        self._clock = clock
        self._append = append
        self._described = False
        self._rtp = self._sequence = 0
        self._due_ms = float("-inf")

    def said(self, samples: bytes, at_ms: float) -> None:
        """These were heard from a moment on."""
        self._follow(at_ms, CONTINUOUS_MS)
        self._due_ms += len(samples) / 2 / SOUND_RATE * 1000
        self._write(self._encode(samples))

    def passed_on(self, packet: bytes, at_ms: float) -> None:
        """This packet of a page that is shown went into the meeting."""
        self._follow(at_ms, LATE_MS)
        self._due_ms += PACKET_MS
        self._write([packet])

    def _follow(self, at_ms: float, tolerance_ms: float) -> None:
        """Go on behind what was written, or anew where that ended too long ago."""
        if abs(at_ms - self._due_ms) > tolerance_ms:
            self._rtp, self._due_ms = round(at_ms * SOUND_RATE / 1000), at_ms

    def _write(self, packets: list[bytes]) -> None:
        now_us = round(self._clock.now_ms() * 1000)
        if not self._described:
            self._described = True
            track = Track(SOURCE, "audio", "microphone", "audio/opus", SOUND_RATE, ITSELF)
            self._append(json_record(Kind.TRACK, now_us, track.as_json(), source=SOURCE))
        for packet in packets:
            self._append(Record(
                Kind.AUDIO, now_us, packet, SOURCE, 0, self._rtp & 0xFFFFFFFF, self._sequence & 0xFFFF, 0))
            self._rtp += PACKET
            self._sequence += 1
