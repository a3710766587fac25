"""Packets of one audio track on their way to the mixer: as they arrived, put into the order in which they were sent.

Nearly always packets come one after the other, each a packet's length behind the one before. Such a run stays together: it is
looked at, timed and given out as one, because what a packet costs by itself is mostly Python. Where it is not so, packets are
taken one by one, with the same result. What is in them is not this module's business.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapporteur.media.clocks import Epoch, TrackClock
from rapporteur.media.encoders import SAMPLE_RATE
from rapporteur.wire.tape import Record

_WRAP, _SEQUENCES = 1 << 32, 1 << 16


def sample_at(time_us: float) -> int:
    return round(time_us * SAMPLE_RATE / 1_000_000)


@dataclass(slots=True)
class Run:
    """Packets that follow each other in sequence and time."""

    number: int
    """Of the epoch."""
    epoch: Epoch
    ticks: int
    """The first one's timestamp, unwrapped."""
    step: int
    """Ticks from one to the next, which is how long each sounds; 0 of a single packet about which nothing is known."""
    records: list[Record]

    def behind(self, count: int) -> Run:
        """What is left without the first packets."""
        return Run(self.number, self.epoch, self.ticks + count * self.step, self.step, self.records[count:])

    def before(self, count: int) -> Run:
        return Run(self.number, self.epoch, self.ticks, self.step, self.records[:count])

    @property
    def order(self) -> tuple[int, int]:
        return self.number, self.ticks

    @property
    def last(self) -> tuple[int, int]:
        return self.number, self.ticks + (len(self.records) - 1) * self.step

    def begun(self, until: int) -> int:
        """How many packets begin before a sample, as the clock has it now."""
        first, step, epoch = self.ticks, self.step, self.epoch
        if sample_at(epoch.time_us(first + (len(self.records) - 1) * step)) < until:
            return len(self.records)
        return bisect_left(range(len(self.records)), until, key=lambda n: sample_at(epoch.time_us(first + n * step)))


class Arrivals:
    def __init__(self, clock_rate: int, length: Callable[[Sequence[bytes]], int]) -> None:
        """`length` tells how many ticks each of some payloads sounds; 0 where that differs or is not known undecoded."""
        self._clock = TrackClock(clock_rate)
        self._length = length
        self._new: list[Record] = []
        self._waiting: list[Run] = []
        """In the order of sending; no two overlap."""
        self.add: Callable[[Record], None] = self._new.append
        """Take a packet, in the order of arrival."""

    def due(self, until: int) -> Iterator[Run]:
        """Take out everything that begins before a sample, in order."""
        if self._new:
            self._settle()
        waiting = self._waiting
        while waiting and (count := waiting[0].begun(until)):
            run = waiting[0]
            if count < len(run.records):
                waiting[0] = run.behind(count)
                yield run.before(count)
                return
            del waiting[0]
            yield run

    def _settle(self) -> None:
        new = self._new.copy()
        self._new.clear()
        for records, step in self._runs(new):
            stamp = self._clock.observe_run(records[0].rtp, step, [r.at_us for r in records]) if len(records) > 1 else None
            if stamp is not None:
                self._put(Run(stamp.number, stamp.epoch, stamp.ticks, step, records))
                continue
            for record in records:
                stamp = self._clock.observe(record.rtp, record.at_us)
                self._put(Run(stamp.number, stamp.epoch, stamp.ticks, step, [record]))

    def _runs(self, new: list[Record]) -> Iterator[tuple[list[Record], int]]:
        """What arrived, cut where one does not follow another, with the ticks from one to the next."""
        step = self._length([record.payload for record in new])
        if step and _unbroken(new, step):
            yield new, step
            return
        steps = [step or self._length([record.payload]) for record in new]
        begin = 0
        for n in range(1, len(new) + 1):
            if n == len(new) or steps[n] != steps[n - 1] or not _follows(new[n - 1], new[n], steps[n]):
                yield new[begin:n], steps[begin]
                begin = n

    def _put(self, run: Run) -> None:
        waiting = self._waiting
        if not waiting or run.order >= waiting[-1].last:
            waiting.append(run)
            return
        for n in range(len(run.records)):
            self._insert(run.behind(n).before(1))

    def _insert(self, single: Run) -> None:
        """A packet that others have overtaken, into its place, which may be inside a run."""
        waiting = self._waiting
        place = bisect_right(waiting, single.order, key=lambda run: run.order)
        if place and single.order < waiting[place - 1].last:
            run = waiting[place - 1]
            inside = (single.ticks - run.ticks) // run.step + 1
            waiting[place - 1:place] = [run.before(inside), run.behind(inside)]
        waiting.insert(place, single)


def _unbroken(records: list[Record], step: int) -> bool:
    """Whether all follow each other, told at a glance: not where numbers begin anew."""
    count, sequence, rtp = len(records), records[0].sequence, records[0].rtp
    return (
        [record.sequence for record in records] == list(range(sequence, sequence + count))
        and [record.rtp for record in records] == list(range(rtp, rtp + count * step, step))
    )


def _follows(one: Record, other: Record, step: int) -> bool:
    return step > 0 and (other.sequence - one.sequence) % _SEQUENCES == 1 and (other.rtp - one.rtp) % _WRAP == step
