"""The files of sound and of the mixed picture: an MP4 that plays even if its writer dies, MP3 and bare samples.

Pictures come one per tick, sound in blocks; both start at zero and are stamped by counting what was written, so whoever feeds
these writers must leave nothing out. Nothing here knows what the pictures show or who is heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

FRAME_RATE = 30
SAMPLE_RATE = 48_000
KEY_FRAME_S = 2
AUDIO_BIT_RATE = 128_000
VOICE_BIT_RATE = 64_000
"""Of one channel, which a single person's sound is."""
RAW_RATE = 16_000
X264 = {
    "preset": "superfast",
    "crf": "24",
    # With the sound 2 Mbps. The buffer is short and begins less than half full, so that even a file of a few seconds of
    # nothing but moving noise stays within 2.2 Mbps.
    "maxrate": "1850k",
    "bufsize": "1200k",
    "x264-params": "vbv-init=0.4",
    "bf": "0",
    "profile": "high",
}
_MP4 = {
    # Fragments while the file grows, an ordinary index when it is closed. The header waits for the encoders' first
    # packets: without them it cannot tell the sound's priming samples, and everything would be 21 ms late.
    "movflags": "hybrid_fragmented+delay_moov",
    "frag_duration": "1000000",
    "flush_packets": "1",
}
# The planes come as they were captured, and cameras in browsers are BT.601 in limited range. Without the label players
# take BT.709 for granted at this size and shift every colour.
_SMPTE170M, _LIMITED = 6, 1



def label_colours(context: av.VideoCodecContext) -> None:
    context.colorspace = context.color_primaries = context.color_trc = _SMPTE170M
    context.color_range = _LIMITED


Sound = NDArray[np.float32]
"""(2, samples), full scale ±1, 48 kHz; (1, samples) for the writers of one channel."""


class SoundWriter(Protocol):
    """Whoever it is, it raises av.error.FFmpegError or OSError when the disk refuses."""

    def sound(self, samples: Sound) -> None: ...

    def close(self) -> None: ...


class Mp4Writer:
    """H.264 at a constant 30 pictures per second, with stereo AAC. Raises av.error.FFmpegError when the disk refuses."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="mp4", options=_MP4)
        self._video = self._container.add_stream("libx264", rate=FRAME_RATE)
        self._video.width, self._video.height = width, height
        self._video.pix_fmt = "yuv420p"
        context = self._video.codec_context
        context.time_base = Fraction(1, FRAME_RATE)
        context.thread_count = 1
        label_colours(context)
        context.options = {**X264, "g": str(KEY_FRAME_S * FRAME_RATE)}
        self._audio = _AudioTrack(self._container, "aac")
        self.frames = 0

    def picture(self, frame: av.VideoFrame) -> None:
        """Add the picture of the next tick. The frame may be painted over as soon as this returns."""
        frame.pts, frame.time_base = self.frames, Fraction(1, FRAME_RATE)
        self.frames += 1
        self._container.mux(self._video.encode(frame))

    def sound(self, samples: Sound) -> None:
        self._audio.add(samples)

    def close(self) -> None:
        self._container.mux(self._video.encode(None))
        self._audio.end()
        self._container.close()


class Mp3Writer:
    def __init__(self, path: Path, *, channels: int = 2) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="mp3", options={"flush_packets": "1"})
        self._audio = _AudioTrack(self._container, "libmp3lame", channels)

    def sound(self, samples: Sound) -> None:
        self._audio.add(samples)

    def close(self) -> None:
        self._audio.end()
        self._container.close()


class RawWriter:
    """16 kHz, one channel, signed 16-bit little-endian, and nothing around it. Takes sound of one or two channels."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RAW_RATE)
        self._samples = 0

    def sound(self, samples: Sound) -> None:
        frame = _frame(samples.mean(axis=0, keepdims=True), self._samples)
        self._samples += samples.shape[1]
        self._write(self._resampler.resample(frame))

    def close(self) -> None:
        self._write(self._resampler.resample(None))
        self._file.close()

    def _write(self, frames: Sequence[av.AudioFrame]) -> None:
        for frame in frames:
            self._file.write(frame.to_ndarray().astype("<i2", copy=False).tobytes())


class _AudioTrack:
    def __init__(self, container: OutputContainer, codec: str, channels: int = 2) -> None:
        self._container = container
        self._stream = cast(av.AudioStream, container.add_stream(codec, rate=SAMPLE_RATE))
        self._stream.codec_context.layout = _LAYOUTS[channels]
        self._stream.codec_context.format = "fltp"
        self._stream.codec_context.bit_rate = AUDIO_BIT_RATE if channels == 2 else VOICE_BIT_RATE
        self._samples = 0

    def add(self, samples: Sound) -> None:
        frame = _frame(samples, self._samples)
        self._samples += samples.shape[1]
        self._mux(self._stream.encode(frame))

    def end(self) -> None:
        self._mux(self._stream.encode(None))

    def _mux(self, packets: Sequence[Packet]) -> None:
        self._container.mux(packets)


_LAYOUTS = {1: "mono", 2: "stereo"}


def _frame(samples: Sound, first: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=_LAYOUTS[samples.shape[0]])
    frame.sample_rate, frame.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
    frame.pts = first
    return frame
