"""Packets of one audio track, decoded to the form in which sound is mixed here: 48 kHz, floating point, one or two channels.

Opus comes at that rate by itself. What telephones speak is brought up to it, without looking at where packets are missing:
placing pieces is the mixer's business.
"""

from __future__ import annotations

from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
OPUS = "audio/opus"
_CODECS = {OPUS: ("opus", RATE), "audio/pcmu": ("pcm_mulaw", 8_000), "audio/pcma": ("pcm_alaw", 8_000),
           "audio/g722": ("g722", 16_000)}
"""By MIME type: the decoder, and the rate of what it gives. The clock of RTP is another matter: G.722's runs at 8 kHz."""

_STEREO = 4
"""The bit of an Opus packet's first byte that tells of two channels."""

Stereo = NDArray[np.float32]
"""(2, samples), or (1, samples) of what is the same on both sides."""


class SoundDecoder:
    def __init__(self, mime: str) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() not in _CODECS:
            raise ValueError(f"no decoder for {mime}")
        name, rate = _CODECS[mime.lower()]
        self._name, self._rate = name, rate
        self._decoder = self._opened("mono")
        self._is_mono = rate == RATE
        """Whether two channels may come yet: one is decoded, and mixed, for less."""
        self._resampler = None if rate == RATE else av.AudioResampler(format="fltp", layout="mono", rate=RATE)

    def _opened(self, layout: str) -> av.AudioCodecContext:
        decoder = cast(av.AudioCodecContext, av.CodecContext.create(self._name, "r"))
        decoder.thread_count, decoder.sample_rate, decoder.layout = 1, self._rate, layout
        return decoder

    def decode(self, payload: bytes) -> Stereo | None:
        """What a packet says; None where it says nothing. FFmpegError for one that is damaged."""
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
