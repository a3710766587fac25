"""Packets that are taken together sound exactly as if each were taken by itself, whatever the network did to them."""

from __future__ import annotations

import random
from dataclasses import asdict
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from packet_by_packet import PacketTrack

from rapporteur.media.arrivals import sample_at
from rapporteur.media.limiting import STEP, Limiter
from rapporteur.media.mixing import AudioTrack, SoundReport
from rapporteur.wire.tape import Kind, Record

pytestmark = pytest.mark.unit

T0_US = 1_764_000_000_000_000
START = sample_at(T0_US)
PORTION = 9 * 1600
LAG_PACKETS = 100
"""So many packets are on the way before anything is taken out, as with the composer, which works two seconds behind."""


@lru_cache(maxsize=1)
def bare() -> list[bytes]:
    """Noise in packets of 20 ms, no two alike, as L16."""
    return [np.random.default_rng(n).integers(-3000, 3000, 960).astype(">i2").tobytes() for n in range(350)]


@lru_cache(maxsize=1)
def opus() -> list[bytes]:
    """A rising tone in Opus with copies of what was before, and in the middle some packets of two channels."""
    out: list[bytes] = []
    for layout, count in (("mono", 120), ("stereo", 40), ("mono", 190)):
        encoder = av.CodecContext.create("libopus", "w")
        encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, layout, "flt", 32_000
        encoder.options = {"fec": "1", "packet_loss": "20", "application": "voip"}
        width = 1 if layout == "mono" else 2
        for n in range(count):
            t = np.arange(960 * width) // width / 48_000 + n * 0.02
            frame = av.AudioFrame.from_ndarray(
                (0.3 * np.sin(2 * np.pi * (300 + 40 * t) * t)).astype(np.float32)[None], format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = 48_000, n * 960, Fraction(1, 48_000)
            out += [bytes(packet) for packet in encoder.encode(frame)]
    return out


def carried(payloads: list[bytes], seed: int, *, loss: float, jitter_us: int, ppm: float, pauses: bool,
            first_rtp: int) -> list[Record]:
    """The packets as they arrive: some never, some twice, some behind others, of a sender whose clock is off."""
    rng, out, sent_us, rtp = random.Random(seed), list[Record](), 0.0, first_rtp
    for n, payload in enumerate(payloads):
        if pauses and rng.random() < 0.02:  # silence is left out, the numbers go on
            sent_us, rtp = sent_us + 400_000, rtp + 20 * 960
        arrival = T0_US + sent_us * (1 + ppm / 1e6) + 20_000 + (rng.random() * jitter_us if n % 3 else 0)
        record = Record(Kind.AUDIO, round(arrival), payload, 1, 0, rtp % (1 << 32), (65_400 + n) % (1 << 16))
        if rng.random() >= loss:
            out.append(record)
        if rng.random() < loss / 4:
            out.append(record._replace(at_us=record.at_us + 60_000))
        sent_us, rtp = sent_us + 20_000, rtp + 960
    return sorted(out, key=lambda record: record.at_us)


def heard(track: AudioTrack | PacketTrack, records: list[Record]) -> np.ndarray:
    """Taken out in portions, two seconds behind what arrives."""
    blocks: list[np.ndarray] = []
    waiting = iter(records)
    record = next(waiting, None)
    while record is not None or len(blocks) < (records[-1].at_us - T0_US) / 300_000 + 4:
        now_us = T0_US + len(blocks) * 300_000 + LAG_PACKETS * 20_000
        while record is not None and record.at_us <= now_us:
            track.observe(record)
            record = next(waiting, None)
        block = np.zeros((2, PORTION), np.float32)
        track.add_to(block, START + len(blocks) * PORTION)
        blocks.append(block)
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize("mime", ["audio/L16", "audio/opus"])
@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    seed=st.integers(0, 10_000), loss=st.sampled_from([0, 0.01, 0.15]), jitter_us=st.sampled_from([0, 15_000, 90_000]),
    ppm=st.sampled_from([0, 120, -900]), pauses=st.booleans(), first_rtp=st.sampled_from([0, (1 << 32) - 150_000]),
)
def test_taken_together_or_one_by_one_packets_sound_the_same(
    mime: str, seed: int, loss: float, jitter_us: int, ppm: float, pauses: bool, first_rtp: int,
) -> None:
    payloads = bare() if mime == "audio/L16" else opus()
    records = carried(payloads, seed, loss=loss, jitter_us=jitter_us, ppm=ppm, pauses=pauses, first_rtp=first_rtp)
    together, apart = SoundReport(), SoundReport()
    sound = heard(AudioTrack(mime, 48_000, together), records)
    assert np.array_equal(sound, heard(PacketTrack(mime, 48_000, apart), records))
    assert asdict(together) == asdict(apart)
    assert np.abs(sound).max() > 0.05


def test_every_packet_is_given_out_untouched_and_told_where_it_sounds():
    records = carried(opus(), 3, loss=0.02, jitter_us=15_000, ppm=0, pauses=False, first_rtp=77)
    track = AudioTrack("audio/opus", 48_000, SoundReport())
    for record in records[:200]:
        track.observe(record)
    track.add_to(np.zeros((2, 48_000 * 3), np.float32), START)
    taken = track.take_untouched()
    sent = {id(record.payload): (record.rtp - 77) // 960 for record in records}
    assert len(taken) > 120
    places = [(at - taken[0][0]) / 960 for at, _ in taken]
    assert places == pytest.approx([sent[id(packet)] - sent[id(taken[0][1])] for _, packet in taken], abs=0.1)
    assert track.take_untouched() == []


def test_blocks_are_limited_alike_however_long_they_are():
    loud = np.random.default_rng(5).normal(0, 0.6, (2, STEP * 12)).astype(np.float32)
    loud[:, STEP * 8:] *= 0.1
    whole, by_steps = Limiter(), Limiter()
    limited = whole.limit(loud)
    pieces = [by_steps.limit(loud[:, at:at + STEP]) for at in range(0, loud.shape[1], STEP)]
    assert np.allclose(limited, np.concatenate(pieces, axis=1), atol=1e-6)
    assert np.abs(limited).max() <= 1


def test_bare_samples_are_taken_at_one_rate_only():
    with pytest.raises(ValueError, match="44100"):
        AudioTrack("audio/L16", 44_100, SoundReport())
