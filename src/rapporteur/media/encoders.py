"""The files of sound and of the mixed picture: an MP4 that plays even if its writer dies, MP3 and bare samples.

Pictures come one per tick, sound in blocks; both start at zero and are stamped by counting what was written, so whoever feeds
these writers must leave nothing out. Nothing here knows what the pictures show or who is heard.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from numpy.typing import NDArray

from rapporteur.media.broadcast import Broadcast
from rapporteur.media.repeats import Repeater

FRAME_RATE = 30
SAMPLE_RATE = 48_000
KEY_FRAME_S = 2
KEY_FRAMES = KEY_FRAME_S * FRAME_RATE
HELD = 10
"""Pictures after which the encoder gets one even if nothing moved. It lets a picture go when the next one comes, and until then
nothing of what was repeated in between can be written."""
AUDIO_BIT_RATE = 128_000
VOICE_BIT_RATE = 64_000
"""Of one channel, which a single person's sound is."""
RAW_RATE = 16_000
X264 = {
    # What it leaves out costs bits, of which there are enough, except the filter over the blocks' edges: that one is seen.
    "preset": "ultrafast",
    "crf": "28",
    # With the sound 2 Mbps. The buffer is short and begins less than half full, so that even a file of a few seconds of
    # nothing but moving noise stays within 2.2 Mbps.
    "maxrate": "1850k",
    "bufsize": "1200k",
    # CAVLC and a single reference are what media.repeats understands.
    "x264-params": "vbv-init=0.4:deblock=0,0:cabac=0:ref=1",
    "bf": "0",
    "profile": "high",
}
_CONSTANT = {
    "b": X264["maxrate"],
    "minrate": X264["maxrate"],
    "x264-params": X264["x264-params"] + ":nal-hrd=cbr",
}
"""Instead of `crf`: what pictures do not need is filled up."""
# The careful search for the best coding costs five times as much, and at 64 kbit/s per channel is not heard. Two equal
# channels are the rule here; comparing them for what they share costs more than it saves.
_AAC = {"aac_coder": "fast", "aac_ms": "0", "aac_is": "0", "aac_pns": "0", "aac_tns": "0"}
_MP3 = {"compression_level": "7"}
"""The finer model of hearing takes a fifth more, or of one channel twice as much; it saves nothing at a constant bit rate."""
_MP4 = {
    # Fragments while the file grows, an ordinary index when it is closed. The header waits for the encoders' first
    # packets: without them it cannot tell the sound's priming samples, and everything would be 21 ms late.
    "movflags": "hybrid_fragmented+delay_moov",
    # With the sound's portions and the pictures that the encoder holds, what is not on the disk yet is less than a second.
    "frag_duration": "400000",
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

    def __init__(self, path: Path, width: int, height: int, *, constant_bit_rate: bool = False,
                 broadcasts: Sequence[Broadcast] = ()) -> None:
        """At a constant bit rate every picture is encoded, and everything costs what movement costs. `broadcasts` get every
        packet of the file too."""
        self._constant = constant_bit_rate
        self._broadcasts = broadcasts
        self._container: OutputContainer = av.open(str(path), "w", format="mp4", options=_MP4)
        self._video = self._container.add_stream("libx264", rate=FRAME_RATE)
        self._video.width, self._video.height = width, height
        self._video.pix_fmt = "yuv420p"
        context = self._video.codec_context
        context.time_base = Fraction(1, FRAME_RATE)
        context.thread_count = 1
        label_colours(context)
        quality = {key: value for key, value in X264.items() if key != "crf"} | _CONSTANT if constant_bit_rate else X264
        context.options = {**quality, "g": str(KEY_FRAMES)}
        self._repeater: Repeater | None = None
        self._audio = _AudioTrack(self._container, "aac", options=_AAC, on_packet=self._sounded if broadcasts else None)
        self.frames = 0
        self._key = -KEY_FRAMES
        """The newest picture that was to be a key frame."""
        self._given: deque[int] = deque()
        """The pictures that the encoder still holds."""
        self._written = 0

    @property
    def key_is_due(self) -> bool:
        """Whether the next picture stands for itself, and so is encoded even if nothing moved."""
        return self.frames - self._key >= KEY_FRAMES

    def picture(self, frame: av.VideoFrame, *, changed: bool = True) -> None:
        """Add the picture of the next tick; unless `changed` it is the one before. It may be painted over afterwards."""
        held = bool(self._given) and self.frames - self._given[0] >= HELD
        if changed or self._constant or self.key_is_due or held:
            frame.pts, frame.time_base = self.frames, Fraction(1, FRAME_RATE)
            frame.pict_type = PictureType.I if self.key_is_due else PictureType.NONE
            self._key = self.frames if self.key_is_due else self._key
            self._given.append(self.frames)
            self._write(self._video.encode(frame))
        self.frames += 1

    def _write(self, packets: Sequence[Packet]) -> None:
        """What the encoder let go of, each picture as often as it was shown."""
        if self._repeater is None:
            self._repeater = Repeater(self._video.codec_context.extradata or b"")
        for packet in packets:
            self._mux(self._repeater.passed(bytes(packet)), is_key=packet.is_keyframe)
            self._given.popleft()
            while self._written < (self._given[0] if self._given else self.frames):
                self._mux(self._repeater.repetition())

    def _mux(self, data: bytes, *, is_key: bool = False) -> None:
        packet = av.Packet(data)
        packet.stream, packet.time_base = self._video, Fraction(1, FRAME_RATE)
        packet.pts = packet.dts = self._written
        packet.duration, packet.is_keyframe = 1, is_key
        self._written += 1
        for broadcast in self._broadcasts:
            broadcast.picture(self._video, data, packet.pts, packet.time_base, is_key=is_key)
        self._container.mux_one(packet)

    def sound(self, samples: Sound) -> None:
        self._audio.add(samples)

    def _sounded(self, packet: Packet) -> None:
        for broadcast in self._broadcasts:
            broadcast.sound(self._audio.stream, bytes(packet), cast(int, packet.pts), cast(Fraction, packet.time_base))

    def close(self) -> None:
        self._write(self._video.encode(None))
        self._audio.end()
        self._container.close()


class Mp3Writer:
    """One channel: people talk in one, and a second that says the same costs as much again. Takes sound of one or two."""

    def __init__(self, path: Path) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="mp3", options={"flush_packets": "1"})
        self._audio = _AudioTrack(self._container, "libmp3lame", 1, options=_MP3)

    def sound(self, samples: Sound) -> None:
        self._audio.add(_one_channel(samples))

    def close(self) -> None:
        self._audio.end()
        self._container.close()


class OpusWriter:
    """Opus of one channel, in Ogg."""

    def __init__(self, path: Path) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="ogg")
        self._audio = _AudioTrack(self._container, "libopus", 1, sample_format="flt")

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
        frame = _frame(_one_channel(samples), self._samples)
        self._samples += samples.shape[1]
        self._write(self._resampler.resample(frame))

    def close(self) -> None:
        self._write(self._resampler.resample(None))
        self._file.close()

    def _write(self, frames: Sequence[av.AudioFrame]) -> None:
        for frame in frames:
            self._file.write(frame.to_ndarray().astype("<i2", copy=False).tobytes())


class _AudioTrack:
    def __init__(
        self, container: OutputContainer, codec: str, channels: int = 2, options: dict[str, str] | None = None,
        sample_format: str = "fltp", on_packet: Callable[[Packet], None] | None = None,
    ) -> None:
        self._container = container
        self._on_packet = on_packet
        self._stream = cast(av.AudioStream, container.add_stream(codec, rate=SAMPLE_RATE, options=options or {}))
        self._stream.codec_context.layout = _LAYOUTS[channels]
        self._stream.codec_context.format = sample_format
        self._stream.codec_context.bit_rate = AUDIO_BIT_RATE if channels == 2 else VOICE_BIT_RATE
        self._samples = 0

    def add(self, samples: Sound) -> None:
        frame = _frame(samples, self._samples)
        self._samples += samples.shape[1]
        self._mux(self._stream.encode(frame))

    def end(self) -> None:
        self._mux(self._stream.encode(None))

    @property
    def stream(self) -> av.AudioStream:
        return self._stream

    def _mux(self, packets: Sequence[Packet]) -> None:
        if self._on_packet is not None:
            for packet in packets:
                self._on_packet(packet)
        self._container.mux(packets)


_LAYOUTS = {1: "mono", 2: "stereo"}


def _one_channel(samples: Sound) -> Sound:
    # The mixer shows one channel twice where both sides are the same.
    return samples[:1] if samples.strides[0] == 0 else samples.mean(axis=0, keepdims=True)


def _frame(samples: Sound, first: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=_LAYOUTS[samples.shape[0]])
    frame.sample_rate, frame.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
    frame.pts = first
    return frame
