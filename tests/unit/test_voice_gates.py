"""The pure parts of hearing: gates, cutting, order of packets, place on the wall clock."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rapporteur.media.clocks import TrackClock
from rapporteur.media.downsample import Downsampler
from rapporteur.media.hearing import HELD_PACKETS, Packet, Sequencer
from rapporteur.media.utterances import LONGEST_MS, PADDING_MS, Cut, Cutter
from rapporteur.media.voice import CHUNK, Edge, Gate, samples

pytestmark = pytest.mark.unit

CHUNK_MS = 32


def edges(gate: Gate, *stretches: tuple[bool, int]) -> list[tuple[bool, int]]:
    """Feed (voiced, chunks) stretches; the edges with their chunk numbers."""
    found, at = [], 0
    for voiced, chunks in stretches:
        for _ in range(chunks):
            if edge := gate.feed(voiced, at * CHUNK, (at + 1) * CHUNK):
                found.append((edge.speaking, edge.at // CHUNK))
            at += 1
    return found


def test_speech_is_dated_back_to_its_first_and_last_chunk():
    assert edges(Gate(300, 700), (False, 5), (True, 20), (False, 30)) == [(True, 5), (False, 25)]


def test_a_pause_shorter_than_the_limit_stays_inside_the_speech():
    assert edges(Gate(300, 700), (True, 20), (False, 21), (True, 20), (False, 30)) == [(True, 0), (False, 61)]


def test_a_click_is_no_speech_and_does_not_date_later_speech_back():
    assert edges(Gate(300, 700), (True, 3), (False, 10), (True, 20), (False, 30)) == [(True, 13), (False, 33)]


def test_a_syllable_gap_does_not_start_the_count_again():
    assert edges(Gate(300, 700), (True, 6), (False, 3), (True, 6), (False, 30)) == [(True, 0), (False, 15)]


def test_finishing_closes_what_is_open_and_only_that():
    gate = Gate(300, 700)
    assert gate.finish() is None
    edges(gate, (True, 20), (False, 3))
    assert gate.finish() == Edge(False, 20 * CHUNK)
    assert gate.finish() is None


def cuts(*stretches: tuple[float, int]) -> list[Cut]:
    """Feed (loudness, chunks) stretches, voiced where they are loud; every chunk carries its number in its samples."""
    cutter, found, number = Cutter(), [], 0
    for loudness, chunks in stretches:
        for _ in range(chunks):
            chunk = np.full(CHUNK, loudness, np.float32)
            found.append(cutter.feed(chunk, loudness > 0.01))
            number += 1
    return [cut for cut in [*found, cutter.jump()] if cut]


def test_an_utterance_has_quiet_on_both_sides():
    (cut,) = cuts((0, 40), (0.5, 30), (0, 40))
    assert cut.start == 40 * CHUNK - samples(PADDING_MS)
    assert cut.end == 70 * CHUNK + samples(PADDING_MS)
    assert np.count_nonzero(cut.sound) == 30 * CHUNK


def test_a_pause_makes_two_utterances_that_share_no_sample():
    first, second = cuts((0, 40), (0.5, 30), (0, 19), (0.5, 30), (0, 40))
    assert first.end <= second.start


def test_a_click_is_not_handed_out():
    assert cuts((0, 40), (0.5, 5), (0, 40)) == []


def test_a_long_speech_is_cut_at_its_quietest_place_and_loses_nothing():
    first, second = cuts((0, 40), (0.5, 350), (0.02, 3), (0.5, 200), (0, 40))
    assert len(first.sound) <= samples(LONGEST_MS)
    assert 390 * CHUNK <= first.end <= 393 * CHUNK
    assert second.start == first.end
    assert np.count_nonzero(first.sound) + np.count_nonzero(second.sound) == 553 * CHUNK


def test_an_endless_speech_comes_in_pieces_of_bounded_length():
    pieces = cuts((0.5, 3000), (0, 40))
    assert all(len(p.sound) <= samples(LONGEST_MS) for p in pieces)
    assert all(a.end == b.start for a, b in itertools.pairwise(pieces))
    assert sum(np.count_nonzero(p.sound) for p in pieces) == 3000 * CHUNK


def test_an_utterance_at_the_end_of_the_stream_is_handed_out():
    (cut,) = cuts((0, 40), (0.5, 30))
    assert cut.end == 70 * CHUNK


def ordered(*packets: tuple[int, float]) -> list[int]:
    """(number, arrival_ms) of 20 ms packets in the order of arrival; their numbers as the sequencer gives them back."""
    clock, sequencer = TrackClock(48_000), Sequencer()
    out: list[int] = []
    for number, arrival_ms in packets:
        stamp = clock.observe(number * 960, round(arrival_ms * 1000))
        out += [p.sequence for p in sequencer.feed(Packet(stamp, number & 0xFFFF, arrival_ms, b""))]
    return out + [p.sequence for p in sequencer.flush()]


def test_overtaking_packets_are_put_in_order():
    assert ordered((1, 20), (3, 60), (2, 61), (4, 80), (6, 120), (5, 125)) == [1, 2, 3, 4, 5, 6]


def test_a_lost_packet_holds_the_rest_up_for_a_while_only():
    clock, sequencer, out = TrackClock(48_000), Sequencer(), []
    for number in range(1, HELD_PACKETS + 10):
        if number == 3:
            continue
        stamp = clock.observe(number * 960, number * 20_000)
        out += list(sequencer.feed(Packet(stamp, number, number * 20, b"")))
    assert [p.sequence for p in out] == [n for n in range(1, HELD_PACKETS + 10) if n != 3]


def test_doubles_and_stragglers_are_dropped_and_counted():
    assert ordered((1, 20), (2, 40), (2, 41), (3, 60), (1, 61)) == [1, 2, 3]


def test_the_sequence_number_may_wrap():
    assert ordered((65534, 20), (65535, 40), (65536, 60), (65537, 80)) == [65534, 65535, 0, 1]


def test_downsampling_keeps_speech_and_drops_what_would_fold_back():
    def loudness(hz: float) -> float:
        tone = np.sin(2 * np.pi * hz * np.arange(48_000) / 48_000).astype(np.float32)
        down = Downsampler(CHUNK)
        out = [down.feed(tone[at:at + 3 * CHUNK]) for at in range(0, len(tone) - 3 * CHUNK, 3 * CHUNK)]
        return float(np.std(np.concatenate(out[1:])))

    assert loudness(1_000) == pytest.approx(0.707, rel=0.01)
    assert loudness(5_000) == pytest.approx(0.707, rel=0.05)
    assert loudness(10_000) < 0.001
