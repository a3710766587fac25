"""The mixer: loss shifts nothing, drift is absorbed, loudness is bounded."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from rapporteur.media.mixing import AudioTrack, Limiter, Mixer, SoundReport, sample_at
from rapporteur.wire.tape import Kind, Record

pytestmark = pytest.mark.unit

T0_US = 1_764_000_000_000_000
START = sample_at(T0_US)
LATENCY = 700
"""Samples that Opus may smear the beginning of a tone over."""


@pytest.fixture(scope="module")
def tone() -> list[bytes]:
    """A second of 1 kHz in Opus packets of 20 ms."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "flt"
    out: list[bytes] = []
    for n in range(50):
        t = (np.arange(960) + n * 960) / 48_000
        samples = (0.5 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, n * 960, Fraction(1, 48_000)
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return out


def packet(payload: bytes, n: int, at_us: float, first_rtp: int = 0) -> Record:
    return Record(Kind.AUDIO, round(at_us), payload, 1, 0, (first_rtp + n * 960) % (1 << 32), n)


def heard(track: AudioTrack, seconds: float) -> np.ndarray:
    mixer, blocks = Mixer(), []
    for n in range(round(seconds * 30)):
        blocks.append(mixer.mix([track], START + n * 1600, 1600)[0])
    return np.concatenate(blocks)


def loud(sound: np.ndarray) -> np.ndarray:
    """Indices of the milliseconds in which something sounds."""
    return np.flatnonzero(np.abs(sound[:len(sound) // 48 * 48].reshape(-1, 48)).max(axis=1) > 0.1)


def test_sound_stands_where_its_timestamps_say(tone: list[bytes]):
    track = AudioTrack("audio/opus", 48_000, SoundReport())
    for n, payload in enumerate(tone):
        track.observe(packet(payload, n, T0_US + 500_000 + n * 20_000))
    there = loud(heard(track, 2))
    assert there[0] == pytest.approx(500, abs=LATENCY / 48)
    assert there[-1] == pytest.approx(1499, abs=LATENCY / 48)
    assert len(there) >= 985


def test_many_lost_packets_leave_exactly_their_own_silence(tone: list[bytes]):
    report = SoundReport()
    track = AudioTrack("audio/opus", 48_000, report)
    for n, payload in enumerate(tone):
        if n not in range(20, 26):
            track.observe(packet(payload, n, T0_US + n * 20_000))
    there = loud(heard(track, 1.2))
    assert there[-1] == pytest.approx(999, abs=LATENCY / 48)
    assert (report.lost_packets, report.concealed_packets) == (6, 0)
    assert report.gap_samples == 6 * 960
    silent = sorted(set(range(there[0], there[-1])) - set(there))
    assert 105 <= len(silent) <= 121
    assert 395 <= silent[0] <= silent[-1] <= 525


def test_reordered_and_repeated_packets_sound_once_and_in_order(tone: list[bytes]):
    report = SoundReport()
    track = AudioTrack("audio/opus", 48_000, report)
    order = [0, *range(2, 20), 1, 5, 21, 20, *range(22, 50)]
    for n in order:
        track.observe(packet(tone[n], n, T0_US + 20_000 * max(n, 20)))
    in_order = AudioTrack("audio/opus", 48_000, SoundReport())
    for n in range(50):
        in_order.observe(packet(tone[n], n, T0_US + 20_000 * max(n, 20)))
    assert np.array_equal(heard(track, 2), heard(in_order, 2))
    assert report.lost_packets == 0


def test_a_sender_whose_clock_is_slow_is_followed_without_a_jump(tone: list[bytes]):
    report = SoundReport()
    track = AudioTrack("audio/opus", 48_000, report)
    for n in range(50 * 40):
        track.observe(packet(tone[n % 50], n, T0_US + n * 20_000 * 1.0005))
    sound = heard(track, 39)
    assert report.gap_samples < 48
    assert len(loud(sound)) >= 38_900


def test_a_codec_that_is_not_decoded_is_refused_by_name():
    with pytest.raises(ValueError, match="audio/CN"):
        AudioTrack("audio/CN", 8_000, SoundReport())


def test_garbage_in_a_packet_is_a_loss_not_a_failure():
    report = SoundReport()
    track = AudioTrack("audio/opus", 48_000, report)
    track.observe(packet(b"\xff" * 40, 0, T0_US))
    track.observe(packet(b"", 1, T0_US + 20_000))
    assert not heard(track, 0.1).any()
    assert report.lost_packets >= 1


def test_the_limiter_leaves_ordinary_sound_alone_and_keeps_loud_sound_below_full_scale():
    limiter = Limiter()
    quiet = np.full((2, 1600), 0.5, np.float32)
    assert limiter.limit(quiet) is quiet
    for _ in range(10):
        assert np.abs(limiter.limit(np.full((2, 1600), 2.5, np.float32))).max() <= 1.0
    for _ in range(300):
        last = limiter.limit(quiet)
    assert last is quiet
