"""Mixing as it is meant, packet by packet and without any haste: what the mixer's batches are held to."""

from __future__ import annotations

import heapq
from collections import deque

import numpy as np
from av.error import FFmpegError

from rapporteur.media.arrivals import sample_at
from rapporteur.media.clocks import Stamp, TrackClock
from rapporteur.media.encoders import SAMPLE_RATE, Sound
from rapporteur.media.mixing import GAP, LOSS, OFF_GRID, REMEMBERED, STRETCH, TOLERATED, SoundReport
from rapporteur.media.recovery import LONGEST, recovered
from rapporteur.media.sounds import OPUS, SoundDecoder
from rapporteur.wire.tape import Record


class PacketTrack:
    """What media.mixing.AudioTrack is."""

    def __init__(self, mime: str, clock_rate: int, report: SoundReport) -> None:
        """ValueError for a codec that is not decoded here."""
        self._decoder = SoundDecoder(mime)
        self._is_opus = mime.lower() == OPUS
        self._clock = TrackClock(clock_rate)
        self._rate = clock_rate
        self._report = report
        self._waiting: list[tuple[tuple[int, int], int, Stamp, Record]] = []
        self._arrived = 0
        self._placed: deque[tuple[int, Sound]] = deque()
        self._epoch: int | None = None
        self._shift = 0
        self._cursor = 0
        self._last: Record | None = None
        self._last_ticks = self._end = 0
        """The tick of the last packet, and the one behind it."""
        self._before: deque[bytes] = deque(maxlen=REMEMBERED)

    def observe(self, record: Record) -> None:
        stamp = self._clock.observe(record.rtp, record.at_us)
        self._arrived += 1
        heapq.heappush(self._waiting, (stamp.order, self._arrived, stamp, record))

    def add_to(self, block: Sound, start: int) -> None:
        """Add what sounds from sample `start` on to the block; answers where anything did. What is older is forgotten."""
        end = start + block.shape[1]
        waiting = self._waiting
        while waiting and sample_at(waiting[0][2].time_us) < end:
            _, _, stamp, record = heapq.heappop(waiting)
            self._place(stamp, record)
        for at, piece in self._placed:
            begins, ends = max(at, start), min(at + piece.shape[1], end)
            if begins < ends:
                block[:, begins - start:ends - start] += piece[:, begins - at:ends - at]
        while self._placed and self._placed[0][0] + self._placed[0][1].shape[1] <= end:
            self._placed.popleft()

    def skip(self, until: int) -> None:
        """Forget what sounds before sample `until`: nobody takes it."""
        while self._waiting and sample_at(self._waiting[0][2].time_us) < until:
            heapq.heappop(self._waiting)
        self._placed.clear()

    def rest(self) -> None:
        """What comes next has no connection to what was: the time between is neither lost nor a gap."""
        self._last, self._cursor = None, 0

    def _place(self, stamp: Stamp, record: Record) -> None:
        lost = 0
        if self._last is not None and stamp.number == self._epoch:
            step = (record.sequence - self._last.sequence) & 0xFFFF
            if step == 0 or step > 0x8000:
                self._report.late_packets += step != 0
                return  # the same packet once more, or one whose place has been filled
            lost = self._lost(step - 1, stamp.ticks - self._end, self._end - self._last_ticks) if step < LOSS else 0
        piece = self._decode(record.payload)
        if lost:
            self._report.lost_packets += lost
            self._fill(stamp, record.payload, lost)
        elif self._last is None or stamp.ticks != self._end:
            self._before.clear()
        self._last, self._last_ticks = record, stamp.ticks
        self._end = stamp.ticks
        if piece is not None:
            self._end += piece.shape[1] * self._rate // SAMPLE_RATE
            self._before.append(record.payload)
            self._put(stamp, stamp.ticks, piece)

    @staticmethod
    def _lost(skipped: int, gap: int, length: int) -> int:
        """How many packets of sound are missing: senders also number what carries none, and leave out silence unnumbered."""
        return min(skipped, round(gap / length)) if length > 0 else skipped

    def _fill(self, stamp: Stamp, after: bytes, lost: int) -> None:
        """Put in what can be told of the packets that were lost in front of this one."""
        hole = (stamp.ticks - self._end) * SAMPLE_RATE // self._rate
        found = recovered(list(self._before), after, hole) if self._is_opus and hole <= LONGEST else None
        if found is not None:
            sound, copied = found
            self._report.recovered_packets += copied
            self._report.concealed_packets += lost - copied
            self._report.gap_samples += round(sound.shape[1] * (lost - copied) / lost)
            self._put(stamp, self._end, sound)

    def _decode(self, payload: bytes) -> Sound | None:
        try:
            return self._decoder.decode(payload)
        except FFmpegError:
            self._report.lost_packets += 1
            return None

    def _put(self, stamp: Stamp, ticks: int, piece: Sound) -> None:
        due = sample_at(stamp.epoch.offset_us)
        if stamp.number != self._epoch or abs(due - self._shift) > OFF_GRID:
            self._epoch, self._shift = stamp.number, due
        self._report.placed += 1
        self._report.off_samples += self._shift - due
        at = ticks * SAMPLE_RATE // self._rate + self._shift
        if abs(due - self._shift) > TOLERATED:
            step = STRETCH if due > self._shift else -STRETCH
            piece = _stretched(piece, piece.shape[1] + step)
            self._shift += step
        if self._cursor < at < self._cursor + GAP:
            self._report.gap_samples += at - self._cursor
        if at < self._cursor:  # what was placed already stays
            piece, at = piece[:, self._cursor - at:], self._cursor
        if piece.shape[1]:
            self._placed.append((at, piece))
            self._cursor = at + piece.shape[1]


def _stretched(piece: Sound, length: int) -> Sound:
    old = np.arange(piece.shape[1])
    new = np.linspace(0, piece.shape[1] - 1, length)
    return np.stack([np.interp(new, old, channel) for channel in piece]).astype(np.float32)
