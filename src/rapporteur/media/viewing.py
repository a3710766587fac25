"""The viewer's process: turns the frames of everybody's camera and screen into pictures that live endpoints can show.

It reads ONE JSON line from standard input, {png, h264}, and then the TRACK and VIDEO records of the tape as they are made; it
writes pictures to standard output, each behind viewer.HEADER. It ends when its input does, so it never outlives its bot.
Pictures that nobody asked for are not made; what came as H.264 is handed on as it came.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from io import BufferedReader
from typing import IO, cast

import av
import numpy as np
import structlog
from av.error import FFmpegError
from numpy.typing import NDArray

from rapporteur.media.footage import PictureReport, Untouched, VideoTrack
from rapporteur.media.viewer import H264, HEADER, PNG
from rapporteur.wire.tape import Decoder, Kind, Record, Track

log = structlog.get_logger()

WIDTH, HEIGHT = 640, 360
EVERY_US = 500_000
"""A picture this often per camera, as the Recall dialect has it."""
SETTLED_US = 100_000
"""Frames that overtook each other on the way are put in order within this time."""
STILL_US = 3_000_000
"""A camera that has brought nothing for so long is off, or frozen: its last picture is not sent again."""
NICE = 5
_READ = 1 << 16

Picture = NDArray[np.uint8]
"""Rows of pixels of red, green and blue."""


@dataclass(frozen=True, slots=True)
class Seen:
    what: int
    """PNG | H264"""
    source: int
    at_us: int
    payload: bytes


class Viewing:
    """Feed it records, take out pictures."""

    def __init__(self, *, png: bool, h264: bool) -> None:
        self._png, self._h264 = png, h264
        self._views: dict[int, _View] = {}

    def take(self, record: Record) -> Iterator[Seen]:
        if record.kind is Kind.TRACK:
            self._track(record)
        elif record.kind is Kind.VIDEO and (view := self._views.get(record.source)) is not None:
            try:
                yield from view.take(record, png=self._png, h264=self._h264)
            except FFmpegError as error:
                log.warning("a picture could not be made", source=record.source, error=type(error).__name__)

    def _track(self, record: Record) -> None:
        track = Track(**{f.name: record.body[f.name] for f in fields(Track)})
        if track.ended:
            self._views.pop(track.source, None)
        elif track.media == "video" and track.source not in self._views:
            try:
                self._views[track.source] = _View(track)
            except ValueError:
                log.warning("track_not_decodable", source=track.source, mime=track.mime)


class _View:
    def __init__(self, track: Track) -> None:
        self._source = track.source
        self._track = VideoTrack(track.mime, track.clock_rate, PictureReport())
        self._copied = self._track.codec == "h264"
        self._encoder: _Encoder | None = None
        self._next_us = 0.0
        self._shown_us = 0.0

    def take(self, record: Record, *, png: bool, h264: bool) -> Iterator[Seen]:
        self._track.observe(record)
        now_us = record.at_us - SETTLED_US
        self._track.advance(now_us)
        untouched = self._track.take_untouched()
        if h264:
            yield from self._copies(untouched) if self._copied else self._encoded()
        if png and now_us >= self._next_us:
            self._next_us = max(self._next_us + EVERY_US, now_us)
            yield from self._picture(now_us)

    def _copies(self, untouched: list[Untouched]) -> Iterator[Seen]:
        return (Seen(H264, self._source, round(frame.at_us), frame.payload) for frame in untouched)

    def _encoded(self) -> Iterator[Seen]:
        frame, at_us = self._track.newest, self._track.shown_us
        if frame is None or at_us == self._shown_us:
            return
        self._shown_us = at_us
        if self._encoder is None or self._encoder.size != (frame.width, frame.height):
            self._encoder = _Encoder(frame.width, frame.height)
        for payload in self._encoder.encode(frame):
            yield Seen(H264, self._source, round(at_us), payload)

    def _picture(self, now_us: float) -> Iterator[Seen]:
        frame = self._track.newest
        if frame is not None and now_us - self._track.shown_us < STILL_US:
            yield Seen(PNG, self._source, round(self._track.shown_us), png_of(frame))


class _Encoder:
    """H.264 in the form of Annex B, frame by frame."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        context = cast(av.VideoCodecContext, av.CodecContext.create("libx264", "w"))
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = Fraction(1, 30)
        context.thread_count = 1
        context.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "28", "g": "60"}
        self._context = context
        self._count = 0

    def encode(self, frame: av.VideoFrame) -> Iterator[bytes]:
        frame.pts, frame.time_base = self._count, Fraction(1, 30)
        self._count += 1
        return (bytes(packet) for packet in self._context.encode(frame))


def png_of(frame: av.VideoFrame) -> bytes:
    """The picture at 640x360, whole, with black beside or above it where its shape is another."""
    scale = min(WIDTH / frame.width, HEIGHT / frame.height)
    width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    small = cast(Picture, frame.reformat(width, height, "rgb24").to_ndarray())
    whole = small if (width, height) == (WIDTH, HEIGHT) else _letterboxed(small)
    context = cast(av.VideoCodecContext, av.CodecContext.create("png", "w"))
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "rgb24"
    context.time_base = Fraction(1, 2)
    context.options = {"compression_level": "1"}
    packets = [*context.encode(av.VideoFrame.from_ndarray(whole, format="rgb24")), *context.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def _letterboxed(small: Picture) -> Picture:
    whole = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    top, left = (HEIGHT - small.shape[0]) // 2, (WIDTH - small.shape[1]) // 2
    whole[top:top + small.shape[0], left:left + small.shape[1]] = small
    return whole


def main(stdin: BufferedReader, stdout: IO[bytes]) -> int:
    wanted = json.loads(stdin.readline())
    os.nice(NICE)
    viewing, decoder = Viewing(png=wanted["png"], h264=wanted["h264"]), Decoder()
    while data := stdin.read1(_READ):
        for record in decoder.feed(data):
            for seen in viewing.take(record):
                stdout.write(HEADER.pack(seen.what, seen.source, seen.at_us, len(seen.payload)) + seen.payload)
        stdout.flush()
    return 0
