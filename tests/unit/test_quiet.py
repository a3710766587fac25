"""Packets of silence that were seen before sound as a decoder would have made them sound."""

from __future__ import annotations

import av
import numpy as np
import pytest

from rapporteur.media.downsample import SOUND
from rapporteur.media.hearing import Opus
from rapporteur.media.sounds import SoundDecoder

pytestmark = pytest.mark.unit

RATE, PACKET = 48_000, 960
TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE // 2) / RATE)).astype(np.float32)


class Counted(Opus):
    """Counts what comes to the decoder."""

    decoded = 0

    def _decoded(self, payload: bytes) -> np.ndarray:
        self.decoded += 1
        return super()._decoded(payload)


def packets(sound: np.ndarray) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "flt", 32_000
    made: list[bytes] = []
    for at in range(0, len(sound), PACKET):
        frame = av.AudioFrame.from_ndarray(sound[None, at:at + PACKET], format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return made


@pytest.fixture(scope="module")
def meeting() -> list[bytes]:
    """Two seconds of silence, half a second of a tone, and the same again."""
    silence = np.zeros(2 * RATE, np.float32)
    return packets(np.concatenate((silence, TONE, silence, TONE)))


def test_silence_is_decoded_once_and_sound_always(meeting: list[bytes]) -> None:
    opus = Counted()
    heard = np.concatenate([opus.decode(packet) for packet in meeting])
    plain = Opus()
    expected = np.concatenate([plain._decoded(packet) for packet in meeting])
    assert len(heard) == len(expected) == len(meeting) * PACKET
    assert np.abs(heard - expected).max() < SOUND
    assert opus.decoded < 0.5 * len(meeting)
    assert np.abs(heard).max() > 0.25


def test_the_composer_hears_the_same(meeting: list[bytes]) -> None:
    decoder, plain = SoundDecoder("audio/opus"), SoundDecoder("audio/opus")
    for packet in meeting:
        sound, expected = decoder.decode(packet), plain._decoded(packet)
        assert sound is not None
        assert expected is not None
        assert sound.shape == expected.shape
        assert np.abs(sound - expected).max() < SOUND


def test_what_was_silence_after_sound_is_decoded(meeting: list[bytes]) -> None:
    """The same packet means something else where the sound before it is not over."""
    opus = Counted()
    for packet in meeting[:60]:
        opus.decode(packet)
    known = meeting[59]
    before = opus.decoded
    opus.decode(known)
    assert opus.decoded == before
    loud = next(packet for packet in meeting if len(packet) > 2 * len(known))
    opus.decode(loud)
    opus.decode(known)
    assert opus.decoded == before + 2


def test_what_cannot_be_decoded_is_counted_each_time_and_is_no_silence(meeting: list[bytes]) -> None:
    opus = Counted()
    for packet in meeting[:60]:
        opus.decode(packet)
    known, loud = meeting[59], next(packet for packet in meeting if len(packet) > 2 * len(meeting[59]))
    opus.decode(loud)
    for _ in range(2):
        assert not len(opus.decode(b""))
    before = opus.decoded
    opus.decode(known)
    assert (opus.damaged, opus.decoded) == (2, before + 1)
