"""Track clocks: media is where it happened, whatever the network did to it."""

from __future__ import annotations

import itertools
import random

import pytest

from rapporteur.media.clocks import TrackClock

pytestmark = pytest.mark.unit

RATE = 48_000
T0 = 1_700_000_000_000_000


def packets(count: int, *, first_rtp: int = 0, jitter_us: int = 40_000, delay_us: int = 30_000, start_us: int = T0):
    """(sent_us, rtp, arrival_us) of 20 ms packets whose fastest travels `delay_us`."""
    rng = random.Random(7)
    for n in range(count):
        late = 0 if n % 10 == 3 else rng.randrange(jitter_us + 1)
        sent = start_us + n * 20_000
        yield sent, (first_rtp + n * 960) % (1 << 32), sent + delay_us + late


def test_jitter_does_not_move_media():
    clock = TrackClock(RATE)
    stamps = [(sent, clock.observe(rtp, arrival)) for sent, rtp, arrival in packets(500)]
    assert all(abs(stamp.time_us - sent - 30_000) < 1_000 for sent, stamp in stamps)


def test_timestamps_that_wrap_go_on():
    clock = TrackClock(RATE)
    stamps = [clock.observe(rtp, arrival) for _, rtp, arrival in packets(200, first_rtp=(1 << 32) - 50 * 960)]
    steps = {b.ticks - a.ticks for a, b in itertools.pairwise(stamps)}
    assert steps == {960}
    assert {s.number for s in stamps} == {0}


def test_reordered_packets_keep_the_senders_order():
    clock = TrackClock(RATE)
    sent = list(packets(50))
    sent[20], sent[22] = sent[22], sent[20]
    stamps = [(at, clock.observe(rtp, arrival)) for at, rtp, arrival in sent]
    assert [at for at, _ in sorted(stamps, key=lambda s: s[1].order)] == sorted(at for at, _ in stamps)


def test_a_sender_that_starts_anew_gets_a_new_epoch_and_no_gap_moves():
    clock = TrackClock(RATE)
    first = [clock.observe(rtp, arrival) for _, rtp, arrival in packets(100, first_rtp=123)]
    later = [(sent, clock.observe(rtp, arrival)) for sent, rtp, arrival
             in packets(100, first_rtp=3_000_000_000, start_us=T0 + 2_000_000)]
    assert {s.number for s in first} == {0}
    assert {s.number for _, s in later} == {1}
    assert all(abs(s.time_us - sent - 30_000) < 1_000 for sent, s in later)


def test_a_clock_that_stood_still_during_a_pause_is_placed_after_it():
    clock = TrackClock(RATE)
    for _, rtp, arrival in packets(100):
        clock.observe(rtp, arrival)
    sent, rtp, arrival = next(packets(1, first_rtp=100 * 960, start_us=T0 + 60_000_000))
    assert abs(clock.observe(rtp, arrival).time_us - sent - 30_000) < 50_000


def test_a_straggler_of_the_old_epoch_does_not_disturb_the_new_one():
    clock = TrackClock(RATE)
    old = list(packets(100, first_rtp=500))
    for _, rtp, arrival in old[:-1]:
        clock.observe(rtp, arrival)
    new = list(packets(100, first_rtp=2_000_000_000, start_us=T0 + 2_000_000))
    clock.observe(new[0][1], new[0][2])
    assert clock.observe(old[-1][1], new[0][2] + 1_000).number == 0
    assert clock.observe(new[1][1], new[1][2]).number == 1


def test_a_faster_route_moves_an_old_clock_slowly():
    clock = TrackClock(RATE)
    for _, rtp, arrival in packets(500, delay_us=100_000):
        clock.observe(rtp, arrival)
    places = []
    for sent, rtp, arrival in list(packets(1_500, delay_us=60_000))[500:]:
        places.append(clock.observe(rtp, arrival).time_us - sent)
    moves = [abs(b - a) for a, b in itertools.pairwise(places)]
    assert max(moves) <= 0.005 * 200_000
    assert abs(places[-1] - 60_000) < 2_000


def test_a_burst_held_back_by_the_network_finds_its_place():
    clock = TrackClock(RATE)
    sent = list(packets(150))
    for _, rtp, arrival in sent[:100]:
        clock.observe(rtp, arrival)
    release = sent[-1][2]
    stamps = [(at, clock.observe(rtp, max(arrival, release))) for at, rtp, arrival in sent[100:]]
    assert all(abs(s.time_us - at - 30_000) < 2_000 for at, s in stamps)


def test_a_sender_whose_clock_stood_still_is_believed_again_after_a_second():
    clock = TrackClock(RATE)
    for _, rtp, arrival in packets(500):
        clock.observe(rtp, arrival)
    stalled_us = 300_000
    after = [(sent + stalled_us, rtp, arrival + stalled_us) for sent, rtp, arrival in list(packets(700))[500:]]
    stamps = [(sent, clock.observe(rtp, arrival), arrival) for sent, rtp, arrival in after]
    assert {stamp.number for _, stamp, _ in stamps} == {0}
    believed = [s.time_us - sent - 30_000 for sent, s, arrival in stamps if arrival - after[0][2] > 1_300_000]
    assert all(abs(error) < 5_000 for error in believed)


def test_a_packet_that_is_too_early_disproves_the_offset_at_once():
    clock = TrackClock(RATE)
    for _, rtp, arrival in packets(500, delay_us=150_000):
        clock.observe(rtp, arrival)
    sent, rtp, arrival = list(packets(504, delay_us=30_000))[503]
    assert abs(clock.observe(rtp, arrival).time_us - sent - 30_000) < 5_000
