"""The mixed sound: every audio track decoded, placed by its timestamps on one grid of samples, summed and limited.

The grid counts 48 kHz samples of UTC. Within a track a piece stands where its timestamp says relative to the one before, so
that a lost packet shifts nothing: what its neighbours tell of it stands in its place, or silence. The track as a whole follows
its clock by shortening or stretching packets by inaudible amounts, and jumps only when it is more than 20 ms off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from av.error import FFmpegError

from rapporteur.media.arrivals import Arrivals, Run, sample_at
from rapporteur.media.clocks import Epoch
from rapporteur.media.encoders import SAMPLE_RATE, Sound
from rapporteur.media.limiting import Limiter
from rapporteur.media.recovery import LONGEST, recovered
from rapporteur.media.sounds import BARE, OPUS, SoundDecoder
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
REMEMBERED = 5
"""Packets that are kept for what may be lost behind them."""
UNTOUCHED = 256
"""Packets that wait for somebody to take them as they came: those of five seconds."""


Stretch = tuple[int, int]
"""Of a block: the first sample of something, and the one behind its last."""


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


class AudioTrack:
    """One source of sound. Feed it packets as they arrived; take blocks of samples out in the order of time."""

    def __init__(self, mime: str, clock_rate: int, report: SoundReport) -> None:
        """ValueError for a codec that is not decoded here."""
        if mime.lower() == BARE and clock_rate != SAMPLE_RATE:
            raise ValueError(f"no decoder for {mime} at {clock_rate} Hz")
        self._decoder = SoundDecoder(mime)
        self._is_opus = mime.lower() == OPUS
        self._arrivals = Arrivals(clock_rate, self._ticks)
        self._rate = clock_rate
        self._report = report
        self._placed: deque[tuple[int, Sound]] = deque()
        self._epoch: int | None = None
        self._shift = 0
        self._cursor = 0
        self._last: Record | None = None
        self._last_ticks = self._end = 0
        """The tick of the last packet, and the one behind it."""
        self._before: deque[bytes] = deque(maxlen=REMEMBERED)
        self._untouched: deque[tuple[int, int, list[Record]]] = deque()
        """Packets that sounded: where the first stands, how long each is."""
        self._kept = 0
        """How many these are."""
        self.observe = self._arrivals.add
        """Take a packet. Nothing is looked at before somebody wants to hear what there is."""

    @property
    def is_opus(self) -> bool:
        return self._is_opus

    def take_untouched(self) -> list[tuple[int, bytes]]:
        """(sample at which it begins, packet) of the Opus that sounded since the last call, or lately where nobody called."""
        taken = [(at + n * length, record.payload) for at, length, records in self._untouched
                 for n, record in enumerate(records)]
        self._untouched.clear()
        self._kept = 0
        return taken

    def add_to(self, block: Sound, start: int) -> Stretch | None:
        """Add what sounds from sample `start` on to the block; answers where anything did. What is older is forgotten."""
        first, last = block.shape[1], 0
        for at, piece in self.sounding(start, block.shape[1]):
            block[:, at:at + piece.shape[1]] += piece
            first, last = min(first, at), max(last, at + piece.shape[1])
        return (first, last) if first < last else None

    def sounding(self, start: int, count: int) -> Iterator[tuple[int, Sound]]:
        """What sounds in `count` samples from sample `start` on, of one or two channels each, and where in them it begins.

        It may be looked at, not written to. What is older is forgotten.
        """
        end = start + count
        for run in self._arrivals.due(end):
            self._place(run)
        while self._placed and self._placed[0][0] < end:
            at, piece = self._placed[0]
            begins, ends = max(at, start), min(at + piece.shape[1], end)
            if begins < ends:
                yield begins - start, piece[:, begins - at:ends - at]
            if at + piece.shape[1] > end:
                return
            self._placed.popleft()

    def skip(self, until: int) -> None:
        """Forget what sounds before sample `until`: nobody takes it."""
        for _ in self._arrivals.due(until):
            pass
        self._placed.clear()

    def rest(self) -> None:
        """What comes next has no connection to what was: the time between is neither lost nor a gap."""
        self._last, self._cursor = None, 0

    def _ticks(self, payloads: Sequence[bytes]) -> int:
        return self._decoder.samples(payloads) * self._rate // SAMPLE_RATE

    # --- in one go ------------------------------------------------------------------------------------------------------

    def _place(self, run: Run) -> None:
        """Packets that go on from what stands already all at once, others one by one."""
        while run.records:
            done = self._place_together(run) if self._goes_on(run) else 0
            if not done:
                self._place_packet(run, run.records[0])
                done = 1
            run = run.behind(done)

    def _goes_on(self, run: Run) -> bool:
        """Whether nothing is missing before it, and it may stand exactly where what stands already ends."""
        last, first = self._last, run.records[0]
        return (
            last is not None and run.step > 0 and run.number == self._epoch and run.ticks == self._end
            and (first.sequence - last.sequence) & 0xFFFF == 1
            and abs(sample_at(run.epoch.offset_us) - self._shift) <= TOLERATED
            and self._sample(run.ticks) >= self._cursor
        )

    def _place_together(self, run: Run) -> int:
        """Place packets as long as they are as long as their timestamps promise; how many they were."""
        length = run.step * SAMPLE_RATE // self._rate
        sound, count = self._decoder.decode_alike([record.payload for record in run.records], length)
        if sound is None:
            return 0
        records = run.records if count == len(run.records) else run.records[:count]
        self._report.placed += count
        self._report.off_samples += count * (self._shift - sample_at(run.epoch.offset_us))
        at = self._sample(run.ticks)
        self._stand(at, sound)
        self._last, self._last_ticks = records[-1], run.ticks + (count - 1) * run.step
        self._end = run.ticks + count * run.step
        if self._is_opus:
            self._before.extend([record.payload for record in records[-REMEMBERED:]])
            self._keep_untouched(at, length, records)
        return count

    def _keep_untouched(self, at: int, length: int, records: list[Record]) -> None:
        self._untouched.append((at, length, records))
        self._kept += len(records)
        while self._kept > UNTOUCHED:
            self._kept -= len(self._untouched.popleft()[2])

    # --- one by one -----------------------------------------------------------------------------------------------------

    def _place_packet(self, run: Run, record: Record) -> None:
        lost = 0
        if self._last is not None and run.number == self._epoch:
            step = (record.sequence - self._last.sequence) & 0xFFFF
            if step == 0 or step > 0x8000:
                self._report.late_packets += step != 0
                return  # the same packet once more, or one whose place has been filled
            lost = self._lost(step - 1, run.ticks - self._end, self._end - self._last_ticks) if step < LOSS else 0
        piece = self._decode(record.payload)
        if lost:
            self._report.lost_packets += lost
            self._fill(run, record.payload, lost)
        elif self._last is None or run.ticks != self._end:
            self._before.clear()
        self._last, self._last_ticks = record, run.ticks
        self._end = run.ticks
        if piece is not None:
            self._end += piece.shape[1] * self._rate // SAMPLE_RATE
            self._put(run.number, run.epoch, run.ticks, piece)
            if self._is_opus:
                self._before.append(record.payload)
                self._keep_untouched(self._cursor - piece.shape[1], piece.shape[1], [record])

    @staticmethod
    def _lost(skipped: int, gap: int, length: int) -> int:
        """How many packets of sound are missing: senders also number what carries none, and leave out silence unnumbered."""
        return min(skipped, round(gap / length)) if length > 0 else skipped

    def _fill(self, run: Run, after: bytes, lost: int) -> None:
        """Put in what can be told of the packets that were lost in front of this one."""
        hole = (run.ticks - self._end) * SAMPLE_RATE // self._rate
        found = recovered(list(self._before), after, hole) if self._is_opus and hole <= LONGEST else None
        if found is not None:
            sound, copied = found
            self._report.recovered_packets += copied
            self._report.concealed_packets += lost - copied
            self._report.gap_samples += round(sound.shape[1] * (lost - copied) / lost)
            self._put(run.number, run.epoch, self._end, sound)

    def _decode(self, payload: bytes) -> Sound | None:
        try:
            return self._decoder.decode(payload)
        except FFmpegError:
            self._report.lost_packets += 1
            return None

    def _put(self, number: int, epoch: Epoch, ticks: int, piece: Sound) -> None:
        due = sample_at(epoch.offset_us)
        if number != self._epoch or abs(due - self._shift) > OFF_GRID:
            self._epoch, self._shift = number, due
        self._report.placed += 1
        self._report.off_samples += self._shift - due
        at = self._sample(ticks)
        if abs(due - self._shift) > TOLERATED:
            step = STRETCH if due > self._shift else -STRETCH
            piece = _stretched(piece, piece.shape[1] + step)
            self._shift += step
        self._stand(at, piece)

    def _sample(self, ticks: int) -> int:
        return ticks * SAMPLE_RATE // self._rate + self._shift

    def _stand(self, at: int, piece: Sound) -> None:
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


class Mixer:
    """The sum of all tracks."""

    def __init__(self) -> None:
        self._limiter = Limiter()

    def mix(self, tracks: Iterable[AudioTrack], start: int, count: int) -> Sound:
        """The next `count` samples from the grid's sample `start`. Blocks follow each other."""
        # What is the same on both sides, which is nearly all there is, is added and limited once.
        sums: dict[int, Sound] = {}
        for track in tracks:
            for at, piece in track.sounding(start, count):
                if (total := sums.get(len(piece))) is None:
                    total = sums[len(piece)] = np.zeros((len(piece), count), np.float32)
                total[:, at:at + piece.shape[1]] += piece
        if not sums:
            return np.zeros((2, count), np.float32)
        total = sums[1] + sums[2] if len(sums) > 1 else next(iter(sums.values()))
        return np.broadcast_to(self._limiter.limit(total), (2, count))

    def sum(self, blocks: Iterable[Sound], count: int) -> Sound:
        """The same of tracks that were taken one by one; `blocks` are those in which something sounds."""
        total, heard = np.zeros((2, count), np.float32), False
        for block in blocks:
            total += block
            heard = True
        return self._limiter.limit(total) if heard else total
