"""Sound in every codec that browsers send, and what becomes of packets that did not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import av
import numpy as np
import pytest

from rapporteur.media.mixing import AudioTrack, SoundReport, sample_at
from rapporteur.wire.tape import Kind, Record

pytestmark = pytest.mark.media

T0_US = 1_764_000_000_000_000
START = sample_at(T0_US)
Samples = np.ndarray


def tone(t: Samples) -> Samples:
    return 0.5 * np.sin(2 * np.pi * 440 * t)


def spoken(t: Samples) -> Samples:
    """Something with the pitch and the formants of a voice: of a bare tone no encoder makes a copy."""
    buzz = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 12))
    return 0.25 * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * t))


def packets(codec: str, rate: int, sound: Callable[[Samples], Samples], seconds: float = 1.0, **options: str) -> list[bytes]:
    """In packets of 20 ms."""
    encoder = av.CodecContext.create(codec, "w")
    sample_format = "flt" if codec == "libopus" else "s16"
    encoder.sample_rate, encoder.layout, encoder.format = rate, "mono", sample_format
    if codec == "libopus":
        encoder.bit_rate = 24_000
    encoder.options = options
    count, out = rate // 50, []
    for n in range(round(seconds * 50)):
        samples = sound((np.arange(count) + n * count) / rate).astype(np.float32)
        samples = samples if sample_format == "flt" else (samples * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format=sample_format, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, n * count, Fraction(1, rate)
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return out


def mixed(
    mime: str, clock_rate: int, sent: Iterable[tuple[int, int, bytes]], seconds: float = 1.0,
) -> tuple[Samples, SoundReport]:
    """One channel of what (sequence number, place among packets of 20 ms, payload) become."""
    report = SoundReport()
    track = AudioTrack(mime, clock_rate, report)
    for sequence, place, payload in sent:
        at_us = T0_US + place * 20_000
        track.observe(Record(Kind.AUDIO, at_us, payload, 1, 0, place * clock_rate // 50, sequence & 0xFFFF))
    block = np.zeros((2, round(seconds * 48_000)), np.float32)
    track.add_to(block, START)
    return block[0], report


def pitch_hz(sound: Samples) -> float:
    return float(np.abs(np.fft.rfft(sound)).argmax()) * 48_000 / len(sound)


@pytest.mark.parametrize(("mime", "codec", "rate"), [
    ("audio/PCMU", "pcm_mulaw", 8_000), ("audio/PCMA", "pcm_alaw", 8_000), ("audio/G722", "g722", 16_000),
])
def test_what_telephones_send_is_heard_at_its_pitch_and_without_gaps(mime: str, codec: str, rate: int):
    # The clock of all three counts 8 kHz, of G.722 too.
    sound, report = mixed(mime, 8_000, [(n, n, p) for n, p in enumerate(packets(codec, rate, tone))])
    middle = sound[9_600:38_400]
    assert pitch_hz(middle) == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.08)
    assert np.abs(middle).reshape(-1, 480).max(axis=1).min() > 0.3
    assert (report.lost_packets, report.gap_samples <= 96) == (0, True), "but for what the rate's change takes to begin"


def test_a_lost_packet_is_recovered_from_the_copy_in_the_next():
    sent = packets("libopus", 48_000, spoken, application="voip", fec="1", packet_loss="20")
    whole, _ = mixed("audio/opus", 48_000, [(n, n, p) for n, p in enumerate(sent)])
    sound, report = mixed("audio/opus", 48_000, [(n, n, p) for n, p in enumerate(sent) if n != 36])
    assert (report.lost_packets, report.recovered_packets, report.concealed_packets) == (1, 1, 0)
    assert report.gap_samples == 0
    place = slice(36 * 960, 37 * 960)
    assert np.corrcoef(sound[place], whole[place])[0, 1] > 0.9


def test_two_lost_packets_are_one_recovered_and_one_concealed():
    sent = packets("libopus", 48_000, spoken, application="voip", fec="1", packet_loss="20")
    sound, report = mixed("audio/opus", 48_000, [(n, n, p) for n, p in enumerate(sent) if n not in (36, 37)])
    assert (report.lost_packets, report.recovered_packets, report.concealed_packets) == (2, 1, 1)
    assert report.gap_samples == 960
    assert np.abs(sound[36 * 960:38 * 960]).reshape(-1, 240).max(axis=1).min() > 0.02


def test_without_a_copy_the_sound_before_goes_on_and_is_counted_as_missing():
    sent = packets("libopus", 48_000, tone)
    sound, report = mixed("audio/opus", 48_000, [(n, n, p) for n, p in enumerate(sent) if n != 30])
    assert (report.lost_packets, report.recovered_packets, report.concealed_packets) == (1, 0, 1)
    assert report.gap_samples == 960
    assert np.abs(sound[30 * 960:31 * 960]).reshape(-1, 240).max(axis=1).min() > 0.1


def test_silence_that_was_not_sent_is_no_loss():
    """Opus with DTX: the numbers go on, the timestamps leap."""
    sent = packets("libopus", 48_000, tone)
    _, report = mixed("audio/opus", 48_000, [(n if n < 15 else n - 18, n, p) for n, p in enumerate(sent) if not 15 <= n < 33])
    assert (report.lost_packets, report.concealed_packets) == (0, 0)


def test_numbers_of_packets_without_sound_are_no_loss():
    """Senders fill the line with empty packets to measure it: the timestamps go on, the numbers leap."""
    sent = packets("libopus", 48_000, tone)
    _, report = mixed("audio/opus", 48_000, [(n if n < 10 else n + 5, n, p) for n, p in enumerate(sent)])
    assert (report.lost_packets, report.concealed_packets, report.gap_samples < 48) == (0, 0, True)


def test_what_comes_when_its_moment_is_over_is_counted_as_late():
    sent = packets("libopus", 48_000, tone)
    report = SoundReport()
    track = AudioTrack("audio/opus", 48_000, report)
    for n in [*range(20), *range(21, 40)]:
        track.observe(Record(Kind.AUDIO, T0_US + n * 20_000, sent[n], 1, 0, n * 960, n))
    track.add_to(np.zeros((2, 30 * 960), np.float32), START)
    track.observe(Record(Kind.AUDIO, T0_US + 800_000, sent[20], 1, 0, 20 * 960, 20))
    track.add_to(np.zeros((2, 20 * 960), np.float32), START + 30 * 960)
    assert (report.lost_packets, report.late_packets) == (1, 1)
