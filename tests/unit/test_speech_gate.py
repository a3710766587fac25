"""What goes to a provider that is paid by the second: speech from its first sign on, and little else."""

from __future__ import annotations

import pytest

from rapporteur.transcription.base import BYTES_PER_MS
from rapporteur.transcription.gate import AFTER_MS, BEFORE_MS, Gate

pytestmark = pytest.mark.unit

PIECE_MS = 20


def feed(gate: Gate, from_ms: int, until_ms: int) -> list[float]:
    """The moments of what goes through of the sound of a while."""
    return [at_ms for moment in range(from_ms, until_ms, PIECE_MS)
            for at_ms, _ in gate.sound(moment, bytes(PIECE_MS * BYTES_PER_MS))]


@pytest.fixture
def gate() -> Gate:
    gate = Gate()
    assert feed(gate, 0, 2_000) == []
    return gate


def test_the_first_sign_lets_through_what_was_a_little_before(gate: Gate) -> None:
    passed = [at_ms for at_ms, _ in gate.voice(1_940)]
    assert passed == list(range(1_940 - round(BEFORE_MS), 2_000, PIECE_MS))
    assert feed(gate, 2_000, 2_300) == list(range(2_000, 2_300, PIECE_MS))


def test_speech_behind_its_sign_goes_on_without_a_break(gate: Gate) -> None:
    list(gate.voice(1_940))
    feed(gate, 2_000, 2_300)
    assert list(gate.speech(True, 1_940)) == []
    assert len(feed(gate, 2_300, 6_000)) == 3_700 // PIECE_MS
    assert not gate.take_pause()
    list(gate.speech(False, 5_900))
    feed(gate, 6_000, 7_000)
    assert gate.take_pause()
    assert not gate.is_open


def test_a_sign_of_nothing_closes_again(gate: Gate) -> None:
    list(gate.voice(1_940))
    passed = feed(gate, 2_000, 4_000)
    assert passed[-1] + PIECE_MS == pytest.approx(1_940 + AFTER_MS, abs=PIECE_MS)
    assert gate.take_pause()


def test_a_sign_within_speech_says_nothing_new(gate: Gate) -> None:
    list(gate.speech(True, 1_900))
    assert list(gate.voice(1_990)) == []
    assert len(feed(gate, 2_000, 6_000)) == 4_000 // PIECE_MS
