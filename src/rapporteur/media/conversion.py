"""A film or sound from elsewhere made into the files of a recording: MP4 of 1280x720 at 30 pictures a second, MP3, samples.

What has no picture gets a black one, so that every recording has a film to be played.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import av
import av.filter
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.frame import PictureType

from rapporteur.domain.errors import ErrandFailure
from rapporteur.media.encoders import FRAME_RATE, SAMPLE_RATE, Mp3Writer, Mp4Writer, RawWriter, Sound, SoundWriter

WIDTH, HEIGHT = 1280, 720
_GAP = SAMPLE_RATE // 10
"""Sound that comes this much later than counted begins after a pause; less is a container's rounding."""
_BLOCK = SAMPLE_RATE
_FIT = f"scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease:force_divisible_by=2"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files to make; None: not this one."""

    mp4: Path | None = None
    mp3: Path | None = None
    raw: Path | None = None


def convert(source: Path, wanted: Wanted) -> float:
    """Make the files; answers the length in milliseconds. ErrandFailure for what cannot be played."""
    try:
        with av.open(str(source)) as file, ExitStack() as stack:
            return _Conversion(wanted, stack).run(file)
    except (FFmpegError, ValueError) as error:
        raise ErrandFailure("the file cannot be played", code="not_playable") from error


class _Conversion:
    def __init__(self, wanted: Wanted, stack: ExitStack) -> None:
        self._film = Mp4Writer(wanted.mp4, WIDTH, HEIGHT) if wanted.mp4 else None
        self._sounds: list[SoundWriter] = [self._film] if self._film else []
        self._sounds += [Mp3Writer(wanted.mp3)] if wanted.mp3 else []
        self._sounds += [RawWriter(wanted.raw)] if wanted.raw else []
        for writer in self._sounds:
            stack.callback(writer.close)
        self._samples = 0
        self._ticks = 0
        self._picture: av.VideoFrame = _black()
        self._graph: av.filter.Graph | None = None
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)

    def run(self, file: InputContainer) -> float:
        videos = [stream for stream in file.streams.video if not _is_cover(stream)]
        streams: Sequence[Stream] = [*(videos[:1] if self._film else []), *file.streams.audio[:1]]
        if not videos and not file.streams.audio:
            raise ErrandFailure("there is neither picture nor sound", code="not_playable")
        for frame in file.decode(streams):
            if isinstance(frame, av.VideoFrame):
                self._show(frame)
            elif isinstance(frame, av.AudioFrame):
                self._hear(frame)
        return self._end(videos[0] if videos else None)

    def _show(self, frame: av.VideoFrame) -> None:
        """A picture stands until the next one comes."""
        self._until(round((frame.time or 0.0) * FRAME_RATE))
        self._picture = self._fitted(frame)

    def _hear(self, frame: av.AudioFrame) -> None:
        if (late := round((frame.time or 0.0) * SAMPLE_RATE) - self._samples) > _GAP:
            self._silence(late)
        frame.pts = None
        for out in self._resampler.resample(frame):
            self._sound(out.to_ndarray().astype(np.float32, copy=False))

    def _end(self, video: av.VideoStream | None) -> float:
        length_s = self._samples / SAMPLE_RATE
        if self._film is not None:
            shown_s = (self._ticks + 1) / FRAME_RATE if video else 0.0
            length_s = max(length_s, shown_s)
            self._until(max(1, round(length_s * FRAME_RATE)))
            self._silence(round(self._ticks / FRAME_RATE * SAMPLE_RATE) - self._samples)
        return length_s * 1000

    def _until(self, tick: int) -> None:
        while self._film is not None and self._ticks < tick:
            self._film.picture(self._picture)
            self._ticks += 1

    def _silence(self, samples: int) -> None:
        while samples > 0:
            self._sound(np.zeros((2, min(samples, _BLOCK)), np.float32))
            samples -= _BLOCK

    def _sound(self, samples: Sound) -> None:
        self._samples += samples.shape[1]
        for writer in self._sounds:
            writer.sound(samples)

    def _fitted(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self._graph is None:
            self._graph = _fitting(frame)
        self._graph.push(frame)
        fitted = self._graph.pull()
        assert isinstance(fitted, av.VideoFrame)
        # Or the encoder would repeat the key frames of where it came from.
        fitted.pict_type = PictureType.NONE
        return fitted


def _fitting(frame: av.VideoFrame) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    scale = graph.add("scale", _FIT.removeprefix("scale="))
    pad = graph.add("pad", f"{WIDTH}:{HEIGHT}:(ow-iw)/2:(oh-ih)/2")
    plain = graph.add("format", "yuv420p")
    graph.link_nodes(source, scale, pad, plain, graph.add("buffersink")).configure()
    return graph


def _black() -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, value in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def _is_cover(stream: av.VideoStream) -> bool:
    """The picture of a sound file is no film."""
    return bool(stream.disposition & Disposition.attached_pic)
