"""Everybody's pictures apart: one file per camera or screen, stretch in which it was shown, and format.

What a format can carry goes into its files as it came: into MP4 H.264, VP9 and AV1, into Matroska everything, into the bare
stream H.264. What it cannot carry is encoded anew as H.264, with the pictures at the times at which they were taken, and so is
what has no key frame to begin with, up to the next one.

Untouched pictures of another size or coding begin another part, because not every player can show both within one file.
Encoded ones are fitted into the part as long as they have its shape and are not larger: a camera that is sent in several sizes
changes between them all the time.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from rapporteur.media.annexb import sequence_parameters
from rapporteur.media.containers import CLOCK, PictureFile, carries, picture_file
from rapporteur.media.encoders import FRAME_RATE, KEY_FRAME_S, X264, label_colours
from rapporteur.media.footage import Untouched
from rapporteur.media.parts import Part, Parts
from rapporteur.media.scene import Scene, Source

TICK_US = 1_000_000 / FRAME_RATE
"""How far apart the moments are at which films are shown."""
HELD_US = 1_000_000
"""A picture that stands still is encoded again after this long: a film of hours of a still screen has places to seek to."""
SAME_SHAPE = 1.03
"""Widths to heights that differ by less than this factor are of one shape."""
ENCODED = "h264"

Size = tuple[int, int]


class Films:
    """Raises FFmpegError or OSError when the disk refuses."""

    def __init__(self, parts: Parts, start_us: float) -> None:
        """Nothing is of before `start_us`, whatever was shown already then."""
        self._parts = parts
        self._start_us = start_us
        self._films: dict[Source, _Film] = {}

    def show(self, scene: Scene, now_us: float) -> None:
        """Take what came until this moment, to which the scene has been brought. Call with growing times, tick by tick."""
        shown = [source for source in scene.sources.values() if scene.is_shown(source, now_us)]
        for source in self._films.keys() - set(shown):
            self._end(source, now_us)
        for source in shown:
            self._take(source, now_us)

    def end(self, now_us: float) -> None:
        """What is shown from now on belongs to other parts."""
        for source in list(self._films):
            self._end(source, now_us)

    def _take(self, source: Source, now_us: float) -> None:
        footage = source.footage
        copied = [] if footage.layered else [name for name in self._parts.formats if carries(name, footage.codec)]
        pictures = footage.take_untouched() if copied else []
        for picture in pictures:
            self._copy(source, picture, copied, now_us)
        film = self._films.get(source)
        if film is None and copied and not pictures:
            return  # what is seen is the last of long ago; what comes next may be a key frame
        if film is None or not film.goes_on(source):
            film = self._begin(source, footage.shown_us, now_us, _size(source), [], None)
        film.encode(source, now_us)

    def _copy(self, source: Source, picture: Untouched, copied: list[str], now_us: float) -> None:
        film, likeness = self._films.get(source), _likeness(source, picture)
        if picture.is_key and (film is None or film.likeness != likeness):
            film = self._begin(source, picture.at_us, now_us, picture.size, copied, likeness)
        if film is not None:
            film.copy(picture)

    def _begin(
        self, source: Source, at_us: float, now_us: float, size: Size, copied: list[str], likeness: object,
    ) -> _Film:
        """A picture of long ago that is shown only now begins now."""
        self._end(source, at_us)
        part = self._parts.begin(source, max(at_us, now_us - TICK_US, self._start_us))
        paths = {name: path for name in self._parts.formats if (path := self._parts.path(part, name)) is not None}
        copies = [picture_file(name, path, source.footage.codec, size) for name, path in paths.items() if name in copied]
        encoded = [picture_file(name, path, ENCODED, size) for name, path in paths.items() if name not in copied]
        film = self._films[source] = _Film(
            _Copy(part, copies) if copies else None, _Encoding(part, encoded, even(*size)) if encoded else None, likeness)
        return film

    def _end(self, source: Source, at_us: float) -> None:
        if (film := self._films.pop(source, None)) is not None:
            film.close(at_us)


def _likeness(source: Source, picture: Untouched) -> object:
    """What pictures of one part have in common; of anything but a key frame it says nothing."""
    parameters = sequence_parameters(picture.payload) if picture.is_key and source.footage.codec == "h264" else None
    return picture.size, parameters


def _size(source: Source) -> Size:
    assert source.footage.frame is not None
    return source.footage.frame.width, source.footage.frame.height


class _Film:
    """A part while it is written, in some formats as it came and in the others encoded."""

    def __init__(self, copied: _Copy | None, encoding: _Encoding | None, likeness: object) -> None:
        self.likeness = likeness
        """Of what is copied; None where nothing is."""
        self._copied = copied
        self._encoding = encoding

    def goes_on(self, source: Source) -> bool:
        """Whether what the source shows can be in this part."""
        if self._copied is not None:
            return not source.footage.layered
        return self._encoding is None or self._encoding.fits(_size(source))

    def copy(self, picture: Untouched) -> None:
        if self._copied is not None:
            self._copied.write(picture.payload, self._copied.clock(picture.at_us), picture.is_key)

    def encode(self, source: Source, now_us: float) -> None:
        if self._encoding is not None:
            self._encoding.show(source, now_us)

    def close(self, end_us: float) -> None:
        for writing in (self._copied, self._encoding):
            if writing is not None:
                writing.close(end_us)


class _Copy:
    """Files that get the same frames. Those on which the first one builds flash by at once, in front of it."""

    def __init__(self, part: Part, files: list[PictureFile]) -> None:
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
        self.part.end_us = max(self.part.end_us, self.part.start_us + end * 1e6 / CLOCK)
        for file in self._files:
            file.close(end)


class _Encoding(_Copy):
    """H.264 of whatever came."""

    def __init__(self, part: Part, files: list[PictureFile], size: Size) -> None:
        super().__init__(part, files)
        self._width, self._height = size
        self._encoder = _encoder(self._width, self._height)
        self._fit = VideoReformatter()
        self._frame: av.VideoFrame | None = None
        self._version = 0
        self._shown_us = self._key_us = float("-inf")

    def fits(self, size: Size) -> bool:
        width, height = even(*size)
        shape, own = width / height, self._width / self._height
        return width <= self._width and max(shape, own) / min(shape, own) < SAME_SHAPE

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


def even(width: int, height: int) -> Size:
    """The size that H.264 can have: a row or a column less where it is odd."""
    return max(2, width & ~1), max(2, height & ~1)
