"""When a piece of media happened: RTP timestamps of one track, turned into UTC microseconds.

A track's clock is `rtp / clock_rate + offset`, where the offset is the smallest `arrival − rtp` seen lately: the packet that
travelled fastest shows the truth, every other one was merely late. The offset moves to a new minimum slowly, so that sound
need not jump, except while the clock is young and where the truth itself has jumped: a packet that is earlier than the offset
allows disproves it, and when for a second not one packet has come near it, the sender's clock has stood still (sound that a
starved sender never made has no timestamps). When a timestamp fits the running epoch no more a new epoch begins. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from operator import sub

WINDOW_US = 30_000_000
"""How long a minimum counts: long enough to hold a quick packet, short enough that 100 ppm of drift stay within 3 ms."""
BUCKET_US = 250_000
YOUNG_US = 2_000_000
"""While an epoch is younger, its offset follows the minimum at once."""
SLEW = 0.005
"""Seconds per second by which an older offset may move."""
RECENT_US = 1_000_000
"""So long every packet must have missed the offset before the sender's clock is taken to have stood still."""
JUMP_US = 40_000
"""Further off than this an offset is wrong, not imprecise: sound and picture would be seen apart."""
TOO_EARLY_US = 500_000
"""Nothing arrives before it was sent: a packet this much ahead of the minimum belongs to another epoch."""
TOO_LATE_US = 2_500_000
"""Longer than any network holds a packet that still matters."""
_WRAP = 1 << 32


class Epoch:
    """A stretch of timestamps that one sender's clock counted without a break."""

    def __init__(self, clock_rate: int, rtp: int, arrival_us: int) -> None:
        self._rate = clock_rate
        self._last_ticks = rtp
        self._born_us = self._moved_us = arrival_us
        self._minima: deque[tuple[int, int]] = deque([(arrival_us // BUCKET_US, arrival_us - self._media_us(rtp))])
        self._lowest = self._minima.copy()
        """Those of the minima that no later one is as low as: the first is the lowest of all."""
        self.offset_us = float(self._lowest[0][1])

    def unwrap(self, rtp: int) -> int:
        """The timestamp nearest to the last one that reads `rtp` in its low 32 bits."""
        step = (rtp - self._last_ticks) % _WRAP
        return self._last_ticks + (step if step < _WRAP // 2 else step - _WRAP)

    def fits(self, ticks: int, arrival_us: int) -> bool:
        """Whether a packet can be of this epoch: late as networks are late, and never early once the epoch is settled."""
        lateness_us = arrival_us - self._media_us(ticks) - self.offset_us
        young = arrival_us - self._born_us < YOUNG_US
        return -(TOO_LATE_US if young else TOO_EARLY_US) <= lateness_us <= TOO_LATE_US

    def observe(self, ticks: int, arrival_us: int) -> None:
        self._last_ticks = max(self._last_ticks, ticks)
        self._see(arrival_us - self._media_us(ticks), arrival_us)

    def observe_run(self, ticks: int, step: int, arrivals: Sequence[int]) -> bool:
        """The same as `fits` and `observe` of one packet after the other, `step` ticks apart, for less.

        False, with nothing observed, where it must be done packet by packet.
        """
        step_us, rest = divmod(step * 1_000_000, self._rate)
        young = arrivals[-1] - self._born_us < YOUNG_US
        if rest or young != (arrivals[0] - self._born_us < YOUNG_US):
            return False
        first_us = self._media_us(ticks)
        delays = list(map(sub, arrivals, range(first_us, first_us + len(arrivals) * step_us, step_us)))
        # Half the limits, because the offset moves on the way; by very little.
        if min(delays) - self.offset_us < -TOO_EARLY_US // 2 or max(delays) - self.offset_us > TOO_LATE_US // 2:
            return False
        begin = 0
        while begin < len(arrivals):
            border = (arrivals[begin] // BUCKET_US + 1) * BUCKET_US
            end = len(arrivals) if arrivals[-1] < border else bisect_left(arrivals, border, begin + 1)
            self._see_alike(delays[begin:end], arrivals[begin:end])
            begin = end
        self._last_ticks = max(self._last_ticks, ticks + (len(arrivals) - 1) * step)
        return True

    def _see_alike(self, delays: Sequence[int], arrivals: Sequence[int]) -> None:
        """Packets of one bucket."""
        self._see(delays[0], arrivals[0])
        if (least := min(delays)) < self._lowest[0][1]:
            for delay, arrival_us in zip(delays[1:], arrivals[1:], strict=True):
                self._see(delay, arrival_us)
            return
        if least < self._minima[-1][1]:
            self._note(self._minima.pop()[0], least)
        self._follow(self._lowest[0][1], arrivals[-1])

    def _see(self, delay: int, arrival_us: int) -> None:
        bucket = arrival_us // BUCKET_US
        if bucket > self._minima[-1][0]:
            self._note(bucket, delay)
            oldest = bucket - WINDOW_US // BUCKET_US
            for minima in (self._minima, self._lowest):
                while minima[0][0] < oldest:
                    minima.popleft()
            self._forget_what_stood_still(bucket)
        elif delay < self._minima[-1][1]:
            self._note(self._minima.pop()[0], delay)
        self._follow(self._lowest[0][1], arrival_us)

    def _note(self, bucket: int, delay: int) -> None:
        """The newest minimum."""
        self._minima.append((bucket, delay))
        while self._lowest and self._lowest[-1][1] >= delay:
            self._lowest.pop()
        self._lowest.append((bucket, delay))

    def _forget_what_stood_still(self, bucket: int) -> None:
        """Drop the minima of before the sender's clock stopped, when it has: packets came all the while, each too late."""
        whole = RECENT_US // BUCKET_US
        if len(self._minima) <= whole or self._minima[-whole][0] <= bucket - whole:
            return
        recent = [self._minima[n] for n in range(-whole, 0)]
        if min(m for _, m in recent) - self.offset_us > JUMP_US:
            self._minima.clear()
            self._lowest.clear()
            for minimum in recent:
                self._note(*minimum)

    def _follow(self, target_us: float, now_us: int) -> None:
        off_us = target_us - self.offset_us
        if now_us - self._born_us < YOUNG_US or abs(off_us) > JUMP_US:
            self.offset_us = target_us
        elif off_us:
            reach = SLEW * max(0, now_us - self._moved_us)
            self.offset_us += max(-reach, min(reach, off_us))
        if now_us > self._moved_us:
            self._moved_us = now_us

    def _media_us(self, ticks: int) -> int:
        return ticks * 1_000_000 // self._rate

    def time_us(self, ticks: int) -> float:
        return self._media_us(ticks) + self.offset_us


class Stamp:
    """One timestamp of a track; its time is as good as what the clock has seen when it is asked."""

    __slots__ = ("epoch", "number", "ticks")

    def __init__(self, number: int, epoch: Epoch, ticks: int) -> None:
        self.number = number
        """Of the epoch: grows with each break."""
        self.epoch = epoch
        self.ticks = ticks

    @property
    def time_us(self) -> float:
        """UTC microseconds."""
        return self.epoch.time_us(self.ticks)

    @property
    def order(self) -> tuple[int, int]:
        """The order in which the sender stamped, which is not that of arrival."""
        return self.number, self.ticks


class TrackClock:
    """Feed it every packet of a track in the order of arrival."""

    def __init__(self, clock_rate: int) -> None:
        self._rate = clock_rate
        self._epochs: deque[tuple[int, Epoch]] = deque(maxlen=2)

    def observe(self, rtp: int, arrival_us: int) -> Stamp:
        for number, epoch in reversed(self._epochs):
            ticks = epoch.unwrap(rtp)
            if epoch.fits(ticks, arrival_us):
                epoch.observe(ticks, arrival_us)
                return Stamp(number, epoch, ticks)
        number = self._epochs[-1][0] + 1 if self._epochs else 0
        epoch = Epoch(self._rate, rtp, arrival_us)
        self._epochs.append((number, epoch))
        return Stamp(number, epoch, rtp)

    def observe_run(self, rtp: int, step: int, arrivals: Sequence[int]) -> Stamp | None:
        """Packets that follow each other, `step` ticks apart: the stamp of the first.

        None, with nothing observed, where each must be observed by itself.
        """
        if not self._epochs:
            return None
        number, epoch = self._epochs[-1]
        ticks = epoch.unwrap(rtp)
        return Stamp(number, epoch, ticks) if epoch.observe_run(ticks, step, arrivals) else None
