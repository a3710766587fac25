"""The ear: takes every audio packet of a meeting, tells who speaks and hands out utterances.

Decoding and listening run on one thread, behind a bounded intake, and the listener is called on the event loop. The intake
drops the newest packets when it is full: the tape has them all, and what was taken stays in order. Live, the thread listens in
strides: woken for every packet it would find the voice model out of the processor's caches, at four times the cost. Sound that
somebody wants live does not wait for that: it is decoded and handed on as it comes, and the model alone works in strides. The
ear decides nothing about people: it knows sources. It reads no wall clock: times are those of the packets.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import structlog

from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.clock import Clock
from rapporteur.media.hearing import STALLED_AFTER_MS, Hearing, supported
from rapporteur.services.ports import EarListener, Heard

log = structlog.get_logger()

INTAKE_PACKETS = 20_000
"""About twenty seconds of twenty people; a thread that far behind will not catch up by more memory."""
_BATCH = 500
STRIDE_S = 0.16
"""How long packets gather before they are listened to. Speech is told after 300 ms of it, so nobody waits much longer.
Where sound is handed on nothing gathers but what came while the thread was at work."""
_LOOK_AROUND_S = 0.25


class _Packet(NamedTuple):
    source: int
    rtp: int
    sequence: int
    arrival_ms: float
    payload: bytes


_Order = Callable[[], None]


class DropNewestIntake:
    """Packets and orders for the thread, in one line. Orders are never dropped."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.dropped = 0
        self._items: deque[_Packet | _Order] = deque()
        self._orders = 0
        self._changed = threading.Condition()

    def offer(self, packet: _Packet) -> None:
        with self._changed:
            if len(self._items) >= self.size:
                self.dropped += 1
                return
            self._items.append(packet)
            if len(self._items) == 1:
                self._changed.notify()

    def order(self, order: _Order) -> None:
        with self._changed:
            self._items.append(order)
            self._orders += 1
            self._changed.notify()

    def take(self, timeout_s: float | None, gather_s: float) -> list[_Packet | _Order]:
        """What is there, at most _BATCH of it; waits for the first, and gives up empty-handed after `timeout_s`.

        `gather_s` after the first, or at the first order, what has come is given out.
        """
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_s)
            if gather_s and self._items and not self._orders and len(self._items) < _BATCH:
                self._changed.wait(gather_s)
            taken = [self._items.popleft() for _ in range(min(len(self._items), _BATCH))]
            self._orders -= sum(not isinstance(item, _Packet) for item in taken)
            return taken


class LiveEar:
    """Fulfils services.ports.Ear.

    With a clock a source that stops sending is noticed as time passes. Without one time is that of the packets, which makes the
    ear as fast as the machine and always the same on an old tape: feed some thousand packets, `await settle()`, feed on,
    `await drain()`.
    """

    def __init__(self, listener: EarListener, *, clock: Clock | None = None, intake: int = INTAKE_PACKETS,
                 sound_wanted: Callable[[], bool] = lambda: False) -> None:
        """To be made on the event loop that the listener is to be called on.

        `sound_wanted` is asked there about once per stride: as long as it says so, the listener is given all sound.
        """
        self.failure: BaseException | None = None
        """What killed the thread, if something did: from then on the ear is deaf, and `drain` says so."""
        self._loop = asyncio.get_running_loop()
        self._listener, self._clock = listener, clock
        self._intake = DropNewestIntake(intake)
        self._sound_wanted = sound_wanted
        self._handing_on = False
        self._asked_ms = 0.0
        self._hearings: dict[int, Hearing] = {}
        self._open: set[int] = set()
        self._heard_ms: dict[int, float] = {}
        self._now_ms = self._listened_ms = 0.0
        self._lost = 0
        self._told: list[Callable[[], None]] = []
        """What the loop is to be called with: all that comes of one look at the intake wakes it once."""
        self._waiting: set[asyncio.Future[None]] = set()
        self._running = True
        self._thread = threading.Thread(target=self._work, name="ear", daemon=True)
        self._thread.start()

    # --- on the event loop ----------------------------------------------------------------------------------------------

    def open(self, source: int, mime: str, clock_rate: int) -> None:
        """Begin to listen to a source; opening it again changes nothing. What is not Opus is logged and stays unheard."""
        if source in self._open:
            return
        if not supported(mime, clock_rate):
            log.warning("the ear does not know this codec: the source is recorded, not heard", source=source, mime=mime)
            return
        self._open.add(source)
        self._intake.order(lambda: self._begin(source))

    def hear(self, source: int, rtp: int, sequence: int, arrival_ms: float, payload: bytes) -> None:
        """Take one packet of an open source, in the order of arrival; others are ignored."""
        if source in self._open:
            if abs(arrival_ms - self._asked_ms) >= STRIDE_S * 1000:
                self._asked_ms, self._handing_on = arrival_ms, self._sound_wanted()
            self._intake.offer(_Packet(source, rtp, sequence, arrival_ms, payload))

    def close(self, source: int) -> None:
        if source in self._open:
            self._open.discard(source)
            self._intake.order(lambda: self._end(source))

    async def settle(self) -> None:
        """Wait until everything handed in so far was listened to; speech that goes on stays open. Raises as `drain` does."""
        await self._reach(lambda: None)

    async def drain(self) -> None:
        """Hand out everything still inside: when this returns, the listener has heard it. Sources stay open.

        Raises CaptureFailure when the ear's thread has failed.
        """
        await self._reach(self._finish_all)

    async def aclose(self) -> None:
        """Drain if that is possible, and end the thread. May be called twice."""
        if self._running and self.failure is None:
            await self.drain()
        self._running = False
        self._open.clear()
        self._intake.order(lambda: None)
        await asyncio.to_thread(self._thread.join)

    @property
    def report(self) -> dict[str, int]:
        """What did not reach an utterance: `dropped` because the thread was behind, `lost` on the way here, in packets."""
        return {"dropped": self._intake.dropped, "lost": self._lost + sum(h.lost for h in list(self._hearings.values()))}

    async def _reach(self, order: _Order) -> None:
        reached: asyncio.Future[None] = self._loop.create_future()
        self._waiting.add(reached)
        self._intake.order(lambda: self._mark(order, reached))
        if self.failure is not None:
            self._fail_waiting()
        try:
            await reached
        finally:
            self._waiting.discard(reached)

    def _fail_waiting(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_exception(CaptureFailure("the ear has failed"))

    # --- on the thread --------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while self._running:
                for item in self._intake.take(_LOOK_AROUND_S if self._clock and self._hearings else None, self._gather_s):
                    if isinstance(item, _Packet):
                        self._hear(item)
                    else:
                        item()
                self._hand_on()
                self._pause_stalled()
                self._pass_on()
                if self._now_ms - self._listened_ms >= STRIDE_S * 1000:
                    self._listen()
                    self._pass_on()
        # lint-skip: broad-except-needs-reason the thread's root: its owner learns of it, and the recording goes on unheard
        except Exception as error:
            log.error("the ear failed", exc_info=error)
            self.failure = error
            self._pass_on()
            self._loop.call_soon_threadsafe(self._fail_waiting)

    @property
    def _gather_s(self) -> float:
        return 0.0 if self._clock is None or self._handing_on else STRIDE_S

    def _listen(self) -> None:
        """Where that was put off."""
        self._listened_ms = self._now_ms
        for hearing in self._hearings.values():
            hearing.listen()

    def _begin(self, source: int) -> None:
        self._hearings[source] = Hearing(source, self)

    def _end(self, source: int) -> None:
        if hearing := self._hearings.pop(source, None):
            hearing.finish()
            self._lost += hearing.lost
            self._heard_ms.pop(source, None)

    def _hear(self, packet: _Packet) -> None:
        hearing = self._hearings[packet.source]
        hearing.handing_on = self._handing_on
        hearing.putting_off = self._handing_on and self._clock is not None
        hearing.hear(packet.rtp, packet.sequence, packet.arrival_ms, packet.payload)
        self._now_ms = self._clock.monotonic_s() * 1000 if self._clock else max(self._now_ms, packet.arrival_ms)
        self._heard_ms[packet.source] = self._now_ms

    def _pause_stalled(self) -> None:
        if self._clock:
            self._now_ms = self._clock.monotonic_s() * 1000
        for source in [s for s, at in self._heard_ms.items() if self._now_ms - at >= STALLED_AFTER_MS]:
            del self._heard_ms[source]
            self._hearings[source].finish()

    def _hand_on(self) -> None:
        for hearing in self._hearings.values():
            hearing.hand_on()

    def _finish_all(self) -> None:
        for hearing in self._hearings.values():
            hearing.finish()

    def _mark(self, order: _Order, reached: asyncio.Future[None]) -> None:
        self._listen()
        order()
        self._hand_on()
        self._told.append(partial(_resolve, reached))

    def _pass_on(self) -> None:
        if self._told:
            told, self._told = self._told, []
            self._loop.call_soon_threadsafe(self._call, told)

    def on_voice(self, source: int, at_ms: float) -> None:
        self._told.append(partial(self._listener.on_voice, source, at_ms))

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None:
        self._told.append(partial(self._listener.on_speech, source, speaking, at_ms))

    def on_heard(self, heard: Heard) -> None:
        self._told.append(partial(self._listener.on_heard, heard))

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        self._told.append(partial(self._listener.on_sound, source, at_ms, pcm))

    def _call(self, told: list[Callable[[], None]]) -> None:
        """On the loop. Each by itself: one that fails takes no other with it."""
        for call in told:
            self._loop.call_soon(call)


def _resolve(reached: asyncio.Future[None]) -> None:
    if not reached.done():
        reached.set_result(None)
