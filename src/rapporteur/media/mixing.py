"""The mixed sound: every audio track decoded, placed by its timestamps on one grid of samples, summed and limited.

The grid counts 48 kHz samples of UTC. Within a track a piece stands where its timestamp says relative to the one before, so
that a lost packet shifts nothing: what its neighbours tell of it stands in its place, or silence. The track as a whole follows
its clock by shortening or stretching packets by inaudible amounts, and jumps only when it is more than 20 ms off.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from rapporteur.media.clocks import Stamp, TrackClock
from rapporteur.media.encoders import SAMPLE_RATE, Sound
from rapporteur.media.recovery import LONGEST, recovered
from rapporteur.media.sounds import OPUS, SoundDecoder
from rapporteur.wire.tape import Record

OFF_GRID = SAMPLE_RATE // 50
"""Further off its clock than this, a track jumps."""
TOLERATED = SAMPLE_RATE // 200
"""Nearer to its clock than this, a track is left alone."""
STRETCH = 5
"""Samples by which one packet may be made longer or shorter: half a percent."""
LOSS = 1_000
"""A larger step in the sequence numbers is a new sender, not so many lost packets."""
GAP = 2 * SAMPLE_RATE
"""A longer silence between two packets is a microphone that was off, not a gap in the sound."""
CEILING = 0.9
REMEMBERED = 5
"""Packets that are kept for what may be lost behind them."""
UNTOUCHED = 256
"""Packets that wait for somebody to take them as they came: those of five seconds."""


Stretch = tuple[int, int]
"""Of a block: the first sample of something, and the one behind its last."""


def sample_at(time_us: float) -> int:
    return round(time_us * SAMPLE_RATE / 1_000_000)


@dataclass(slots=True)
class SoundReport:
    lost_packets: int = 0
    """That never came, came damaged or came too late."""
    late_packets: int = 0
    """That came when their moment was over."""
    recovered_packets: int = 0
    """Lost ones whose sound was taken from the copy that the next packet brought."""
    concealed_packets: int = 0
    """Lost ones in whose place the sound before them goes on."""
    gap_samples: int = 0
    """Sound that is missing, concealed or not."""
    placed: int = 0
    off_samples: int = 0
    """By how much all that was placed stands later than its track's clock, together."""

    def offset_ms(self, before: SoundReport) -> float | None:
        """By how much sound has stood later than pictures of the same moment since then, on average; None without sound.

        This is what placing did: pictures stand where their clock says. What the network did to one and not to the other
        nobody can see from here.
        """
        placed = self.placed - before.placed
        return round((self.off_samples - before.off_samples) * 1000 / SAMPLE_RATE / placed, 1) if placed else None
    peak: float = 0.0


class AudioTrack:
    """One source of sound. Feed it packets as they arrived; take blocks of samples out in the order of time."""

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
        self._untouched: deque[tuple[int, bytes]] = deque(maxlen=UNTOUCHED)

    @property
    def is_opus(self) -> bool:
        return self._is_opus

    def take_untouched(self) -> list[tuple[int, bytes]]:
        """(sample at which it begins, packet) of what sounded since the last call, or lately where nobody called."""
        taken = list(self._untouched)
        self._untouched.clear()
        return taken

    def observe(self, record: Record) -> None:
        stamp = self._clock.observe(record.rtp, record.at_us)
        self._arrived += 1
        heapq.heappush(self._waiting, (stamp.order, self._arrived, stamp, record))

    def add_to(self, block: Sound, start: int) -> Stretch | None:
        """Add what sounds from sample `start` on to the block; answers where anything did. What is older is forgotten."""
        end = start + block.shape[1]
        waiting = self._waiting
        while waiting and sample_at(waiting[0][2].time_us) < end:
            _, _, stamp, record = heapq.heappop(waiting)
            self._place(stamp, record)
        first, last = end, start
        for at, piece in _runs(self._placed):
            begins, ends = max(at, start), min(at + piece.shape[1], end)
            if begins < ends:
                block[:, begins - start:ends - start] += piece[:, begins - at:ends - at]
                first, last = min(first, begins), max(last, ends)
        while self._placed and self._placed[0][0] + self._placed[0][1].shape[1] <= end:
            self._placed.popleft()
        return (first - start, last - start) if first < last else None

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
            self._untouched.append((self._cursor - piece.shape[1], record.payload))

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


def _runs(placed: Iterable[tuple[int, Sound]]) -> Iterator[tuple[int, Sound]]:
    """Pieces that follow each other without a gap, and have as many channels, as one."""
    began, end, run = 0, 0, list[Sound]()
    for at, piece in placed:
        if run and (at != end or piece.shape[0] != run[0].shape[0]):
            yield began, _joined(run)
            run = []
        if not run:
            began = at
        run.append(piece)
        end = at + piece.shape[1]
    if run:
        yield began, _joined(run)


def _joined(run: list[Sound]) -> Sound:
    return run[0] if len(run) == 1 else np.concatenate(run, axis=1)


def _stretched(piece: Sound, length: int) -> Sound:
    old = np.arange(piece.shape[1])
    new = np.linspace(0, piece.shape[1] - 1, length)
    return np.stack([np.interp(new, old, channel) for channel in piece]).astype(np.float32)


class Limiter:
    """Turns down what would clip, smoothly from block to block, and rounds off what is left above the ceiling."""

    STEP = SAMPLE_RATE // 30
    """Samples over which the gain moves at once."""
    RELEASE = 0.05
    """How much of the way back to full gain one step goes."""

    def __init__(self) -> None:
        self._gain = 1.0

    def limit(self, block: Sound) -> Sound:
        if _peak(block) <= CEILING and self._gain > 0.999:
            self._gain = 1.0
            return block
        steps = range(0, block.shape[1], self.STEP)
        return np.concatenate([self._limited(block[:, at:at + self.STEP]) for at in steps], axis=1)

    def _limited(self, block: Sound) -> Sound:
        target = min(self._gain + (1 - self._gain) * self.RELEASE, CEILING / max(_peak(block), 1e-9))
        block = block * np.linspace(self._gain, target, block.shape[1], dtype=np.float32)
        self._gain = target
        return _rounded(block)


def _peak(block: Sound) -> float:
    return max(float(block.max(initial=0.0)), -float(block.min(initial=0.0)))


def _rounded(block: NDArray[np.float32]) -> Sound:
    excess = np.maximum(np.abs(block) - CEILING, 0)
    return np.where(excess > 0, np.sign(block) * (CEILING + (1 - CEILING) * np.tanh(excess / (1 - CEILING))), block)


class Mixer:
    """The sum of all tracks."""

    def __init__(self) -> None:
        self._limiter = Limiter()

    def mix(self, tracks: Iterable[AudioTrack], start: int, count: int) -> Sound:
        """The next `count` samples from the grid's sample `start`. Blocks follow each other."""
        block = np.zeros((2, count), np.float32)
        heard = [track.add_to(block, start) for track in tracks]
        return block if all(stretch is None for stretch in heard) else self._limiter.limit(block)

    def sum(self, blocks: Iterable[Sound], count: int) -> Sound:
        """The same of tracks that were taken one by one; `blocks` are those in which something sounds."""
        total, heard = np.zeros((2, count), np.float32), False
        for block in blocks:
            total += block
            heard = True
        return self._limiter.limit(total) if heard else total
