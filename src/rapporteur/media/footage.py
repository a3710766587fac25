"""The pictures of one video track: encoded frames in, the picture of a given moment out.

Frames wait, in the sender's order, until their time has come; then each is decoded, because the next depends on it, and only
the last is shown. Behind a break in the stream the last good picture stays until a key frame begins anew. H.264 is also kept
as it came, for who wants to pass it on.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import cast

import av
from av.codec.context import Flags
from av.error import FFmpegError

from rapporteur.media.clocks import Stamp, TrackClock
from rapporteur.media.planes import view
from rapporteur.media.stillness import moved
from rapporteur.wire.tape import Record

COPIED = "h264"
HELD_BYTES = 8_000_000
"""What nobody takes is kept from its last key frame on, because what comes next builds on it, but not more than this."""

_DECODERS = {"video/vp8": "vp8", "video/vp9": "vp9", "video/h264": "h264"}


@dataclass(slots=True)
class PictureReport:
    decoded_frames: int = 0
    lost_frames: int = 0
    """Frames that came too late, could not be decoded, or had nothing to build on."""


class VideoTrack:
    def __init__(self, mime: str, clock_rate: int, report: PictureReport) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() not in _DECODERS:
            raise ValueError(f"no decoder for {mime}")
        self._codec = _DECODERS[mime.lower()]
        self._clock = TrackClock(clock_rate)
        self._report = report
        self._waiting: list[tuple[tuple[int, int], int, Stamp, Record]] = []
        self._arrived = 0
        self._decoder: av.VideoCodecContext | None = None
        self._reached: tuple[int, int] | None = None
        self.frame: av.VideoFrame | None = None
        """The picture shown now; None until the first key frame."""
        self.version = 0
        """Grows with every picture that differs from the one before."""
        self._newest: av.VideoFrame | None = None
        self.shown_us = 0.0
        """When the newest picture was taken, UTC microseconds."""
        self.untouched: list[tuple[float, Record]] | None = [] if self._codec == COPIED else None
        """(taken, frame) of what came as H.264 and was not taken yet; None for any other codec."""

    def observe(self, record: Record) -> None:
        stamp = self._clock.observe(record.rtp, record.at_us)
        self._arrived += 1
        heapq.heappush(self._waiting, (stamp.order, self._arrived, stamp, record))

    def advance(self, now_us: float) -> None:
        """Make `frame` the newest picture that is not later than `now_us`. Call with growing times."""
        self._forget()
        while self._waiting and self._waiting[0][2].time_us <= now_us:
            order, _, stamp, record = heapq.heappop(self._waiting)
            if self._reached is not None and order <= self._reached:
                self._report.lost_frames += order < self._reached
                continue
            if self._reached is not None and order[0] != self._reached[0]:
                self._decoder = None  # another sender: its pictures do not build on what was before
            self._reached = order
            if self.untouched is not None:
                self.untouched.append((stamp.time_us, record))
            self._decode(stamp, record)

    def take_untouched(self) -> list[tuple[float, Record]]:
        """What came since the last call; before the first, from the newest key frame on."""
        taken, self.untouched = self.untouched or [], []
        return taken

    def settle(self) -> None:
        """Show the newest picture even if it differs from the one that is shown by less than can be seen."""
        if self._newest is not self.frame:
            self.frame = self._newest
            self.version += 1

    def _forget(self) -> None:
        """Let go of what nobody took and nothing that comes can build on."""
        if self.untouched:
            newest_key = max((n for n, (_, record) in enumerate(self.untouched) if record.is_key), default=len(self.untouched))
            del self.untouched[:newest_key]
            if sum(len(record.payload) for _, record in self.untouched) > HELD_BYTES:
                self.untouched.clear()

    def _decode(self, stamp: Stamp, record: Record) -> None:
        if self._decoder is None:
            if not record.is_key:
                self._report.lost_frames += 1
                return
            self._decoder = self._new_decoder()
        try:
            frames = self._decoder.decode(av.Packet(record.payload))
        except FFmpegError:
            self._decoder = None
            self._report.lost_frames += 1
            return
        for frame in frames:
            self._newest, self.shown_us = frame, stamp.time_us
            self._report.decoded_frames += 1
            if self.frame is None or moved(len(record.payload), view(self.frame), view(frame)):
                self.settle()

    def _new_decoder(self) -> av.VideoCodecContext:
        decoder = cast(av.VideoCodecContext, av.CodecContext.create(self._codec, "r"))
        decoder.thread_count = 1
        decoder.flags |= Flags.low_delay
        return decoder
