"""The pictures of one video track: encoded frames in, the picture of a given moment out.

Frames wait, in the sender's order, until their time has come; then each is decoded, because the next depends on it, and only
the last is shown. Behind a break in the stream the last good picture stays until a key frame begins anew: a decoder that is
handed a frame whose ground is missing shows mud, and says nothing. What was decoded is also kept as it came, for who wants to
pass it on.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import av
from av.codec.context import Flags
from av.error import FFmpegError

from rapporteur.media.chains import Chain, Unknown, chain_of
from rapporteur.media.clocks import Stamp, TrackClock
from rapporteur.media.stillness import moved
from rapporteur.wire.tape import Record

HELD_BYTES = 8_000_000
"""What nobody takes is kept from its last key frame on, because what comes next builds on it, but not more than this."""
PATIENCE_US = 5_000_000
"""So long a broken stream shows its last good picture. Of a sender that makes no key frame even then, what comes is shown."""
AHEAD_US = 500_000
"""A key frame this soon behind a hole in a stream without numbers was asked for because of the hole."""
HOLE = 1.6
"""A hole is a step of so many usual steps."""

_DECODERS = {"video/vp8": "vp8", "video/vp9": "vp9", "video/h264": "h264", "video/av1": "libdav1d"}
CODECS = {"vp8": "vp8", "vp9": "vp9", "h264": "h264", "libdav1d": "av1"}
"""The codec by the name of its decoder."""


@dataclass(slots=True)
class PictureReport:
    decoded_frames: int = 0
    lost_frames: int = 0
    """Frames that never came, as far as the stream tells, and such as could not be decoded."""
    late_frames: int = 0
    """Frames that came when their moment was over."""
    held_frames: int = 0
    """Frames that came in vain, because something they build on was lost: the last good picture stood in for them."""


@dataclass(frozen=True, slots=True)
class Untouched:
    """A frame as it came."""

    at_us: float
    payload: bytes
    is_key: bool
    size: tuple[int, int]


class VideoTrack:
    def __init__(self, mime: str, clock_rate: int, report: PictureReport) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() not in _DECODERS:
            raise ValueError(f"no decoder for {mime}")
        self._decoder_name = _DECODERS[mime.lower()]
        self.codec = CODECS[self._decoder_name]
        """vp8 | vp9 | h264 | av1"""
        self.layered = False
        """Whether a picture comes in several frames, which no container holds apart."""
        self._clock = TrackClock(clock_rate)
        self._report = report
        self._waiting: list[tuple[tuple[int, int, int], int, Stamp, Record]] = []
        self._arrived = 0
        self._decoder: av.VideoCodecContext | None = None
        self._reached: tuple[int, int, int] | None = None
        self._continuity = _Continuity(report, self.codec)
        self.frame: av.VideoFrame | None = None
        """The picture shown now; None until the first key frame."""
        self.version = 0
        """Grows with every picture that differs from the one before."""
        self._newest: av.VideoFrame | None = None
        self.shown_us = 0.0
        """When the newest picture was taken, UTC microseconds."""
        self._untouched: list[Untouched] = []
        self._untouched_bytes = 0
        self._key_at = 0
        """Where in `_untouched` the newest key frame is."""

    def observe(self, record: Record) -> None:
        stamp = self._clock.observe(record.rtp, record.at_us)
        self._arrived += 1
        self.layered = self.layered or record.layer > 0
        heapq.heappush(self._waiting, ((*stamp.order, record.layer), self._arrived, stamp, record))

    def advance(self, now_us: float) -> None:
        """Make `frame` the newest picture that is not later than `now_us`. Call with growing times."""
        self._forget()
        while self._waiting and self._waiting[0][2].time_us <= now_us:
            order, _, stamp, record = heapq.heappop(self._waiting)
            if self._reached is not None and order <= self._reached:
                self._report.late_frames += order < self._reached
                continue
            if self._reached is not None and order[0] != self._reached[0]:
                self._decoder = None  # another sender: its pictures do not build on what was before
            self._reached = order
            if self._continuity.goes_on(stamp, record, self._key_follows):
                self._decode(stamp, record)

    @property
    def newest(self) -> av.VideoFrame | None:
        """The picture as it was decoded last, however little it differs from `frame`."""
        return self._newest

    def take_untouched(self) -> list[Untouched]:
        """What was decoded since the last call; before the first, from the newest key frame on."""
        taken, self._untouched, self._untouched_bytes, self._key_at = self._untouched, [], 0, 0
        return taken

    def _key_follows(self, until_us: float) -> bool:
        return any(record.is_key and stamp.time_us <= until_us for _, _, stamp, record in self._waiting)

    def settle(self) -> None:
        """Show the newest picture even if it differs from the one that is shown by less than can be seen."""
        if self._newest is not self.frame:
            self.frame = self._newest
            self.version += 1

    def _forget(self) -> None:
        """Let go of what nobody took and nothing that comes can build on."""
        if self._key_at:
            self._untouched_bytes -= sum(len(frame.payload) for frame in self._untouched[:self._key_at])
            del self._untouched[:self._key_at]
            self._key_at = 0
        if self._untouched_bytes > HELD_BYTES:
            self.take_untouched()

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
            if self.frame is None or moved(len(record.payload), self.frame, frame):
                self.settle()
        self._keep(stamp, record)

    def _keep(self, stamp: Stamp, record: Record) -> None:
        if self._newest is None or self.layered:
            return
        if record.is_key:
            self._key_at = len(self._untouched)
        size = self._newest.width, self._newest.height
        self._untouched.append(Untouched(stamp.time_us, record.payload, record.is_key, size))
        self._untouched_bytes += len(record.payload)

    def _new_decoder(self) -> av.VideoCodecContext:
        decoder = cast(av.VideoCodecContext, av.CodecContext.create(self._decoder_name, "r"))
        decoder.thread_count = 1
        decoder.flags |= Flags.low_delay
        return decoder


class _Continuity:
    """Says of each frame, in the sender's order, whether it can be shown as it was meant."""

    def __init__(self, report: PictureReport, codec: str) -> None:
        self._report = report
        self._codec = codec
        self._chain: Chain | None = None
        self._told_missing = 0
        self._torn_us: float | None = None
        """Since when the stream has been broken."""
        self._until_key = False
        self._last: Stamp | None = None
        self._step_us = 0.0
        """The usual time between two pictures."""

    def goes_on(self, stamp: Stamp, record: Record, key_follows: Callable[[float], bool]) -> bool:
        if self._chain is None or (self._last is not None and self._last.number != stamp.number):
            self._chain, self._told_missing, self._torn_us = chain_of(self._codec, record), 0, None
        whole = self._chain.whole(record)
        self._report.lost_frames += self._chain.missing - self._told_missing
        self._told_missing = self._chain.missing
        if isinstance(self._chain, Unknown):
            whole = self._judged_by_time(stamp, record, key_follows)
        self._last = stamp
        if whole:
            self._torn_us = None
            return True
        self._torn_us = stamp.time_us if self._torn_us is None else self._torn_us
        if stamp.time_us - self._torn_us > PATIENCE_US:
            return True
        self._report.held_frames += 1
        return False

    def _judged_by_time(self, stamp: Stamp, record: Record, key_follows: Callable[[float], bool]) -> bool:
        """A stream without numbers: a hole behind which a key frame was wanted is a loss, any other is a slow camera."""
        step_us = 0.0 if self._last is None or self._last.number != stamp.number else stamp.time_us - self._last.time_us
        if record.is_key:
            self._until_key = False
        elif self._step_us and step_us > HOLE * self._step_us and key_follows(stamp.time_us + AHEAD_US):
            self._report.lost_frames += max(1, round(step_us / self._step_us) - 1)
            self._until_key = True
        if step_us > 0:
            self._step_us += (min(step_us, 2 * self._step_us or step_us) - self._step_us) / (8 if self._step_us else 1)
        return not self._until_key
