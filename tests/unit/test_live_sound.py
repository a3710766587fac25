"""The live mix: even pieces without gaps, whoever speaks and whatever comes late."""

from __future__ import annotations

import numpy as np
import pytest

from rapporteur.media.live_sound import DELAY_MS, PIECE_MS, SAMPLES, LiveMix

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
    mix.add(ZERO_MS, tone(1000, 300))
    mix.add(ZERO_MS + 200, tone(500, 200))
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
    mix.add(ZERO_MS + 100, tone(1000, 200))
    assert levels(mix.take(ZERO_MS + 400 + DELAY_MS)) == [1000, 0]


def test_a_crowd_is_clipped_and_does_not_turn_around():
    mix = begun()
    for _ in range(5):
        mix.add(ZERO_MS, tone(30_000, 100))
    assert levels(mix.take(ZERO_MS + 100 + DELAY_MS)) == [32_767]


def test_before_a_beginning_nothing_is_kept():
    mix = LiveMix()
    mix.add(ZERO_MS, tone(1000, 100))
    assert mix.take(ZERO_MS + 1000) == []
