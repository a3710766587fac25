"""Packets of one audio track, decoded to the one form in which sound is mixed here: stereo, 48 kHz, floating point.

Opus comes at that rate by itself. What telephones speak is brought up to it, without looking at where packets are missing:
placing pieces is the mixer's business.
"""

from __future__ import annotations

from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
OPUS = "audio/opus"
_CODECS = {OPUS: ("opus", RATE), "audio/pcmu": ("pcm_mulaw", 8_000), "audio/pcma": ("pcm_alaw", 8_000),
           "audio/g722": ("g722", 16_000)}
"""By MIME type: the decoder, and the rate of what it gives. The clock of RTP is another matter: G.722's runs at 8 kHz."""

Stereo = NDArray[np.float32]
"""(2, samples)"""


class SoundDecoder:
    def __init__(self, mime: str) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() not in _CODECS:
            raise ValueError(f"no decoder for {mime}")
        name, rate = _CODECS[mime.lower()]
        self._decoder = cast(av.AudioCodecContext, av.CodecContext.create(name, "r"))
        self._decoder.thread_count = 1
        self._decoder.sample_rate = rate
        self._decoder.layout = "stereo" if rate == RATE else "mono"
        self._resampler = None if rate == RATE else av.AudioResampler(format="fltp", layout="mono", rate=RATE)

    def decode(self, payload: bytes) -> Stereo | None:
        """What a packet says; None where it says nothing. FFmpegError for one that is damaged."""
        # To a decoder an empty packet is the end of the stream, after which it says nothing more.
        frames = self._decoder.decode(av.Packet(payload)) if payload else []
        if self._resampler is not None:
            for frame in frames:
                frame.pts = None
            frames = [resampled for frame in frames for resampled in self._resampler.resample(frame)]
        pieces = [frame.to_ndarray().astype(np.float32, copy=False) for frame in frames]
        if not pieces:
            return None
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)
        return whole if whole.shape[0] == 2 else whole.repeat(2, axis=0)


