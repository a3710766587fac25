"""The live mix: even pieces without gaps, whoever speaks and whatever comes late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapporteur.bot.live_sound import DELAY_MS, PIECE_MS, SAMPLES, LiveMix, LiveSound
from rapporteur.domain.participants import Participant
from rapporteur.wire.live import AUDIO_MIXED, AUDIO_SEPARATE, LiveEvent

pytestmark = pytest.mark.unit

ZERO_MS = 1_700_000_000_000.0


def tone(level: int, ms: int) -> bytes:
    return np.full(16 * ms, level, "<i2").tobytes()


def levels(pieces: list[tuple[float, bytes]]) -> list[int]:
    return [int(np.frombuffer(pcm, "<i2").max()) for _, pcm in pieces]


def begun() -> LiveMix:
    mix = LiveMix()
    mix.begin(ZERO_MS)
    return mix


def test_two_voices_are_added_where_they_sound():
    mix = begun()
    mix.add(ZERO_MS, tone(1000, 300), ZERO_MS)
    mix.add(ZERO_MS + 200, tone(500, 200), ZERO_MS)
    pieces = mix.take(ZERO_MS + 500 + DELAY_MS)
    assert [at - ZERO_MS for at, _ in pieces] == [0, 100, 200, 300, 400]
    assert levels(pieces) == [1000, 1000, 1500, 500, 0]
    assert {len(pcm) for _, pcm in pieces} == {2 * SAMPLES}


def test_silence_is_handed_out_too_and_nothing_twice():
    mix = begun()
    assert levels(mix.take(ZERO_MS + 3 * PIECE_MS + DELAY_MS)) == [0, 0, 0]
    assert mix.take(ZERO_MS + 3 * PIECE_MS + DELAY_MS) == []


def test_what_comes_too_late_is_left_out():
    mix = begun()
    mix.take(ZERO_MS + 200 + DELAY_MS)
    mix.add(ZERO_MS + 100, tone(1000, 200), ZERO_MS)
    assert levels(mix.take(ZERO_MS + 400 + DELAY_MS)) == [1000, 0]


def test_a_piece_is_handed_out_once_everybodys_sound_is_in_it():
    mix = begun()
    mix.add(ZERO_MS, tone(1, 180), ZERO_MS + 185, source=1)
    mix.add(ZERO_MS, tone(2, 90), ZERO_MS + 195, source=2)
    assert levels(mix.take(ZERO_MS + 200)) == []
    mix.add(ZERO_MS + 90, tone(2, 90), ZERO_MS + 205, source=2)
    assert levels(mix.take(ZERO_MS + 205)) == [3]


def test_who_brings_nothing_any_more_is_waited_for_a_little_and_then_no_longer():
    mix = begun()
    mix.add(ZERO_MS, tone(1, 100), ZERO_MS + 105, source=1)
    for at_ms in range(0, 1000, 100):
        mix.add(ZERO_MS + at_ms, tone(2, 100), ZERO_MS + at_ms + 105, source=2)
    assert levels(mix.take(ZERO_MS + 1000)) == [3, *[2] * 9]


def test_a_machine_that_is_behind_is_waited_for():
    mix = begun()
    mix.add(ZERO_MS, tone(1, 100), ZERO_MS + 1_500, source=1)
    mix.add(ZERO_MS, tone(2, 200), ZERO_MS + 1_550, source=2)
    assert levels(mix.take(ZERO_MS + 1_600)) == [3]
    mix.add(ZERO_MS + 100, tone(1, 100), ZERO_MS + 1_700, source=1)
    assert levels(mix.take(ZERO_MS + 1_700)) == [3]


def test_a_crowd_is_clipped_and_does_not_turn_around():
    mix = begun()
    for _ in range(5):
        mix.add(ZERO_MS, tone(30_000, 100), ZERO_MS)
    assert levels(mix.take(ZERO_MS + 100 + DELAY_MS)) == [32_767]


def test_before_a_beginning_nothing_is_kept():
    mix = LiveMix()
    mix.add(ZERO_MS, tone(1000, 100), ZERO_MS)
    assert mix.take(ZERO_MS + 1000) == []


class Feed:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[LiveEvent] = []

    def wants(self, name: str) -> bool:
        return True

    def recording_started(self, recording_id: str, recording_config: dict[str, Any], at_ms: float) -> None: ...

    def recording_stopped(self, recording_id: str) -> None: ...

    def publish(self, event: LiveEvent) -> None:
        self.told.append(event)

    async def aclose(self) -> None: ...

    def of(self, name: str) -> list[float]:
        return [event.at_ms - ZERO_MS for event in self.told if event.name == name]


def test_sound_off_the_record_is_told_to_nobody():
    feed, ada = Feed(), Participant(100, "Ada")
    sound = LiveSound(feed)
    sound.heard(ZERO_MS - 100, tone(1, 100), ada, ZERO_MS)
    sound.begin("r1", ZERO_MS)
    sound.heard(ZERO_MS - 50, tone(1, 100), ada, ZERO_MS)
    sound.heard(ZERO_MS + 50, tone(1, 100), ada, ZERO_MS)
    sound.end(ZERO_MS + 200)
    sound.heard(ZERO_MS + 200, tone(1, 100), ada, ZERO_MS)
    sound.tick(ZERO_MS + 5000)
    assert feed.of(AUDIO_SEPARATE) == [50]
    assert feed.of(AUDIO_MIXED) == [0, 100]


def test_sound_that_is_not_one_persons_is_only_in_the_mix():
    feed = Feed()
    sound = LiveSound(feed)
    sound.begin("r1", ZERO_MS)
    sound.heard(ZERO_MS, tone(7, 100), None, ZERO_MS)
    sound.tick(ZERO_MS + 100 + DELAY_MS)
    assert [event.name for event in feed.told] == [AUDIO_MIXED]
