"""Everybody's pictures apart: one H.264 file per camera or screen and stretch in which it was shown.

What came as H.264 goes into the files as it came. What came otherwise is encoded anew, at its own size and at its own times,
because neither format can carry it. A part also ends where the size of the picture changes, which not every player can show
within one file.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from rapporteur.media.encoders import FRAME_RATE, KEY_FRAME_S, X264, label_colours
from rapporteur.media.parts import Part, Parts
from rapporteur.media.scene import Scene, Source

CLOCK = 90_000
"""Times in the files are counted in this part of a second."""
TICK_US = 1_000_000 / FRAME_RATE
"""How far apart the moments are at which films are shown."""
HELD_US = 1_000_000
"""A picture that stands still is written again after this long: a film of hours of a still screen has places to seek to."""
_START_CODE = re.compile(rb"\x00\x00\x01")
_SEQUENCE_PARAMETERS = 7


class Films:
    """Raises FFmpegError or OSError when the disk refuses."""

    def __init__(self, parts: Parts, start_us: float) -> None:
        """Nothing is of before `start_us`, whatever was shown already then."""
        self._parts = parts
        self._start_us = start_us
        self._copies: dict[Source, _Copy] = {}
        self._encodings: dict[Source, _Encoding] = {}

    def show(self, scene: Scene, now_us: float) -> None:
        """Take what came until this moment, to which the scene has been brought. Call with growing times, tick by tick."""
        shown = [source for source in scene.sources.values() if scene.is_shown(source, now_us)]
        for source in {*self._copies, *self._encodings}.difference(shown):
            self._end(source, now_us)
        for source in shown:
            if source.footage.untouched is None:
                self._encode(source, now_us)
            else:
                self._copy(source, now_us)

    def end(self, now_us: float) -> None:
        """What is shown from now on belongs to other parts."""
        for source in [*self._copies, *self._encodings]:
            self._end(source, now_us)

    def _copy(self, source: Source, now_us: float) -> None:
        for at_us, record in source.footage.take_untouched():
            film = self._copies.get(source)
            parameters = sequence_parameters(record.payload) if record.is_key else None
            if parameters is not None and (film is None or film.parameters != parameters):
                self._end(source, at_us)
                part = self._begin(source, at_us, now_us)
                film = self._copies[source] = _Copy(part, self._files(part, source), parameters)
            if film is not None:
                film.write(record.payload, film.clock(at_us), record.is_key)

    def _encode(self, source: Source, now_us: float) -> None:
        frame = source.footage.frame
        assert frame is not None
        film, size = self._encodings.get(source), (frame.width, frame.height)
        if film is None or film.size != size:
            self._end(source, source.footage.shown_us)
            part = self._begin(source, source.footage.shown_us, now_us)
            film = self._encodings[source] = _Encoding(part, self._files(part, source), size)
        film.show(source, now_us)

    def _begin(self, source: Source, at_us: float, now_us: float) -> Part:
        """A picture of long ago that is shown only now begins now."""
        return self._parts.begin(source, max(at_us, now_us - TICK_US, self._start_us))

    def _end(self, source: Source, at_us: float) -> None:
        for film in (self._copies.pop(source, None), self._encodings.pop(source, None)):
            if film is not None:
                film.close(at_us)

    def _files(self, part: Part, source: Source) -> list[_File]:
        frame = source.footage.frame
        assert frame is not None
        mp4, h264 = self._parts.path(part, "mp4"), self._parts.path(part, "h264")
        return [*([_Mp4(mp4, *even(frame.width, frame.height))] if mp4 else []), *([_Stream(h264)] if h264 else [])]


class _Film:
    """A part while it is written, in any number of files."""

    def __init__(self, part: Part, files: list[_File]) -> None:
        self.part = part
        self._files = files
        self._last = -1

    def clock(self, at_us: float) -> int:
        """The moment in the file's own count: not before its beginning, and never the same twice."""
        return max(self._last + 1, round((at_us - self.part.start_us) * CLOCK / 1e6))

    def write(self, payload: bytes, at: int, is_key: bool) -> None:
        self._last = at
        for file in self._files:
            file.add(payload, at, is_key)

    def close(self, end_us: float) -> None:
        end = self.clock(end_us)
        self.part.end_us = self.part.start_us + end * 1e6 / CLOCK
        for file in self._files:
            file.close(end)


class _Copy(_Film):
    """H.264 as it came. Pictures on which the first one builds flash by at once, in front of it."""

    def __init__(self, part: Part, files: list[_File], parameters: bytes) -> None:
        super().__init__(part, files)
        self.parameters = parameters


class _Encoding(_Film):
    """H.264 of whatever came, with the pictures at the times at which they were taken."""

    def __init__(self, part: Part, files: list[_File], size: tuple[int, int]) -> None:
        super().__init__(part, files)
        self.size = size
        self._width, self._height = even(*size)
        self._encoder = _encoder(self._width, self._height)
        self._fit = VideoReformatter()
        self._frame: av.VideoFrame | None = None
        self._version = 0
        self._shown_us = self._key_us = float("-inf")

    def show(self, source: Source, now_us: float) -> None:
        footage = source.footage
        if footage.version != self._version and footage.frame is not None:
            self._version = footage.version
            self._frame = self._fit.reformat(footage.frame, self._width, self._height, "yuv420p")
            self._put(footage.shown_us)
        elif now_us - self._shown_us >= HELD_US:
            self._put(now_us)

    def close(self, end_us: float) -> None:
        self._out(self._encoder.encode(None))
        super().close(end_us)

    def _put(self, at_us: float) -> None:
        at_us = max(at_us, self.part.start_us)
        is_key = at_us - self._key_us >= KEY_FRAME_S * 1e6
        if self._frame is None:
            return
        self._shown_us = at_us
        self._key_us = at_us if is_key else self._key_us
        self._frame.pts, self._frame.time_base = self.clock(at_us), Fraction(1, CLOCK)
        self._frame.pict_type = PictureType.I if is_key else PictureType.NONE
        self._out(self._encoder.encode(self._frame))

    def _out(self, packets: list[av.Packet]) -> None:
        for packet in packets:
            self.write(bytes(packet), packet.pts or 0, packet.is_keyframe)


def _encoder(width: int, height: int) -> av.VideoCodecContext:
    encoder = cast(av.VideoCodecContext, av.CodecContext.create("libx264", "w"))
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, CLOCK), Fraction(FRAME_RATE)
    encoder.thread_count = 1
    label_colours(encoder)
    encoder.options = X264
    return encoder


def even(width: int, height: int) -> tuple[int, int]:
    """The size that H.264 can have: a row or a column less where it is odd."""
    return max(2, width & ~1), max(2, height & ~1)


def sequence_parameters(payload: bytes) -> bytes | None:
    """What an access unit in the form of Annex B says about its pictures' size and coding; None where it says nothing."""
    starts = [found.end() for found in _START_CODE.finditer(payload)]
    for start, end in zip(starts, [*(s - 3 for s in starts[1:]), len(payload)], strict=True):
        if start < end and payload[start] & 0x1F == _SEQUENCE_PARAMETERS:
            return payload[start:end].rstrip(b"\0")
    return None


# --- the files ----------------------------------------------------------------------------------------------------------


class _File(Protocol):
    def add(self, payload: bytes, at: int, is_key: bool) -> None: ...

    def close(self, end: int) -> None: ...


class _Mp4:
    """Pictures last until the next one comes, so one is always held back."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._container = av.open(str(path), "w", format="mp4")
        self._stream = self._container.add_mux_stream(
            "h264", rate=FRAME_RATE, width=width, height=height, time_base=Fraction(1, CLOCK))
        self._held: av.Packet | None = None

    def add(self, payload: bytes, at: int, is_key: bool) -> None:
        self._release(at)
        packet = av.Packet(payload)
        packet.stream, packet.time_base = self._stream, Fraction(1, CLOCK)
        packet.pts = packet.dts = at
        packet.is_keyframe = is_key
        self._held = packet

    def close(self, end: int) -> None:
        self._release(end)
        self._container.close()

    def _release(self, until: int) -> None:
        if self._held is not None:
            self._held.duration = until - (self._held.pts or 0)
            self._container.mux_one(self._held)


class _Stream:
    """The bare stream in the form of Annex B: the pictures in their order, without their times."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def add(self, payload: bytes, at: int, is_key: bool) -> None:
        self._file.write(payload)

    def close(self, end: int) -> None:
        self._file.close()
