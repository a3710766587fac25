"""Packets of one audio track, decoded to the form in which sound is mixed here: 48 kHz, floating point, one or two channels.

Opus comes at that rate by itself, and so do bare samples (L16 at 48 kHz). What telephones speak is brought up to it, without
looking at where packets are missing: placing pieces is the mixer's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from rapporteur.media.quiet import Quiet

RATE = 48_000
OPUS, BARE = "audio/opus", "audio/l16"
_CODECS = {OPUS: ("opus", RATE), "audio/pcmu": ("pcm_mulaw", 8_000), "audio/pcma": ("pcm_alaw", 8_000),
           "audio/g722": ("g722", 16_000), BARE: ("pcm_s16be", RATE)}
"""By MIME type: the decoder, and the rate of what it gives. The clock of RTP is another matter: G.722's runs at 8 kHz."""

_HALF_SAMPLES = {"audio/pcmu": 12, "audio/pcma": 12, "audio/g722": 12, BARE: 1}
"""Of RATE, in a byte."""
_FULL_SCALE = np.float32(1 / 32768)
_STEREO = 4
"""The bit of an Opus packet's first byte that tells of two channels."""

Stereo = NDArray[np.float32]
"""(2, samples), or (1, samples) of what is the same on both sides."""


def _opus_length(first: int) -> int:
    """Samples of an Opus packet by its first byte; 0 where the next one tells how many frames it has (RFC 6716, 3.1)."""
    configuration, frames = first >> 3, (1, 2, 2, 0)[first & 3]
    if configuration < 12:
        length = (480, 960, 1920, 2880)[configuration & 3]
    elif configuration < 16:
        length = (480, 960)[configuration & 1]
    else:
        length = (120, 240, 480, 960)[configuration & 3]
    return length * frames


_OPUS_LENGTHS = [_opus_length(first) for first in range(256)]


class SoundDecoder:
    def __init__(self, mime: str) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() not in _CODECS:
            raise ValueError(f"no decoder for {mime}")
        name, rate = _CODECS[mime.lower()]
        self._name, self._rate = name, rate
        self._mime = mime.lower()
        self._another: tuple[bytes, Stereo | None] | None = None
        """A packet that is decoded already, because it could not be known before how long it sounds."""
        self._decoder = self._opened("mono")
        self._quiet = Quiet()
        self._is_mono = rate == RATE
        """Whether two channels may come yet: one is decoded, and mixed, for less."""
        self._resampler = None if rate == RATE else av.AudioResampler(format="fltp", layout="mono", rate=RATE)

    def _opened(self, layout: str) -> av.AudioCodecContext:
        decoder = cast(av.AudioCodecContext, av.CodecContext.create(self._name, "r"))
        decoder.thread_count, decoder.sample_rate, decoder.layout = 1, self._rate, layout
        return decoder

    def samples(self, payloads: Sequence[bytes]) -> int:
        """How long each of some packets sounds, at RATE, as it says itself; 0 where they differ or do not say."""
        if self._mime == OPUS:
            # An Opus packet's first byte tells how many frames it has and how long they are, if they are one or two.
            lengths = {_OPUS_LENGTHS[payload[0]] if payload else 0 for payload in payloads}
            return lengths.pop() if len(lengths) == 1 else 0
        sizes = set(map(len, payloads))
        return sizes.pop() * _HALF_SAMPLES[self._mime] // 2 if len(sizes) == 1 else 0

    def decode_alike(self, payloads: Sequence[bytes], length: int) -> tuple[Stereo | None, int]:
        """The first packets together, as far as each brings `length` samples in as many channels, and how many they are.

        What ends them is to be given to `decode` next.
        """
        if self._mime == BARE:
            sound = np.frombuffer(b"".join(payloads), ">i2").astype(np.float32)
            sound *= _FULL_SCALE
            return sound[None], len(payloads)
        pieces: list[Stereo] = []
        for payload in payloads:
            try:
                piece = self.decode(payload)
            except FFmpegError:
                break
            if piece is None or piece.shape[1] != length or (pieces and len(piece) != len(pieces[0])):
                self._another = payload, piece
                break
            pieces.append(piece)
        return np.concatenate(pieces, axis=1) if pieces else None, len(pieces)

    def decode(self, payload: bytes) -> Stereo | None:
        """What a packet says; None where it says nothing. FFmpegError for one that is damaged."""
        another, self._another = self._another, None
        if another is not None and another[0] is payload:
            return another[1]
        if (silence := self._quiet.sound(payload)) is not None:
            return silence
        sound = self._decoded(payload)
        if sound is not None:
            self._quiet.learn(payload, sound)
        return sound

    def _decoded(self, payload: bytes) -> Stereo | None:
        if self._mime == BARE:
            whole = payload[:len(payload) & ~1]
            return self.decode_alike([whole], 0)[0] if whole else None
        if self._is_mono and payload and payload[0] & _STEREO:
            self._decoder, self._is_mono = self._opened("stereo"), False
        # To a decoder an empty packet is the end of the stream, after which it says nothing more.
        frames = self._decoder.decode(av.Packet(payload)) if payload else []
        if self._resampler is not None:
            for frame in frames:
                frame.pts = None
            frames = [resampled for frame in frames for resampled in self._resampler.resample(frame)]
        pieces = [_samples(frame) for frame in frames]
        if not pieces:
            return None
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)


def _samples(frame: av.AudioFrame) -> Stereo:
    """Of a frame of separate channels; of one channel a view, which keeps the frame alive."""
    planes = [np.frombuffer(cast(Any, plane), np.float32, frame.samples) for plane in frame.planes]
    return planes[0][None] if len(planes) == 1 else np.stack(planes)
