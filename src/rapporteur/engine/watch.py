"""The watch over bots, lifecycles and media: who died, who fell silent, whose lifecycle never began, what is to be forgotten.

It only looks and tells. A bot is lost when its process is gone, when it never came, or when it was not heard of for a lease.
Silence counts only once the server has itself been awake for a lease without a break: after an outage or a suspended machine
every lease looks old.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner, keep_running
from rapporteur.services.ports import Launcher

log = structlog.get_logger()

RECONCILE_S = 60.0
EXPIRE_S = 60.0
FORGET_EVERY_S = 24 * 3600.0
FORGET_AFTER_MS = 7 * 24 * 3600 * 1000.0
_BREAK_MS = 10_000.0
"""Two looks further apart than this, or than three times the usual, mean that the server was not awake in between."""

Process = tuple[str, int]
"""Bot and generation."""


class Bots(Protocol):
    """What the watch asks services.lifecycle."""

    async def live_bots(self) -> list[Process]: ...

    async def expired_leases(self, now_ms: float) -> list[Process]: ...

    async def unstarted(self) -> list[tuple[str, float | None]]: ...


class Lifecycles(Protocol):
    """What the watch asks the engine."""

    async def attend(self, bot_id: str, at_ms: float | None) -> None: ...

    async def reschedule(self, bot_id: str, at_ms: float) -> None: ...

    async def tell(self, bot_id: str, generation: int, news: str) -> None: ...

    async def errand(self, kind: str, about: str) -> None: ...

    async def without_lifecycle(self, bot_ids: list[str]) -> list[str]: ...

    async def mend(self, bot_ids: list[str]) -> None: ...

    async def forget(self, before_ms: float) -> int: ...


class Errands(Protocol):
    """What the watch asks services.errands."""

    async def unfinished(self) -> list[tuple[str, str]]: ...


class Media(Protocol):
    """What the watch asks services.deletion."""

    async def due(self) -> None: ...


class Watch:
    def __init__(
        self, bots: Bots, lifecycles: Lifecycles, launcher: Launcher, media: Media, errands: Errands, clock: Clock, *,
        sweep_s: float = 2.0, lease_s: float = 45.0, launch_timeout_s: float = 60.0,
    ) -> None:
        self._bots = bots
        self._lifecycles = lifecycles
        self._launcher = launcher
        self._media = media
        self._errands = errands
        self._clock = clock
        self._sweep_s = sweep_s
        self._lease_ms = lease_s * 1000
        self._launch_timeout_ms = launch_timeout_s * 1000
        self._awake_since_ms = clock.now_ms()
        self._looked_ms = self._awake_since_ms
        self._first_seen_ms: dict[Process, float] = {}
        self._told: set[Process] = set()
        self._begun: set[str] = set()
        """Bots that are known to have a lifecycle, so that thousands of scheduled ones are not asked about every minute."""

    async def run(self) -> None:
        """Watch until cancelled."""
        async with TaskOwner("watch") as tasks:
            for work, every_s in (
                (self.sweep, self._sweep_s), (self.reconcile, RECONCILE_S), (self.expire, EXPIRE_S),
                (self.forget, FORGET_EVERY_S),
            ):
                tasks.start(self._repeat(work, every_s), name=work.__name__)
            await tasks.drain()

    async def sweep(self) -> None:
        """Tell the lifecycle of every lost process, once."""
        now = self._clock.now_ms()
        live = set(await self._bots.live_bots())
        silent = set(await self._bots.expired_leases(now)) if self._awake_for_a_lease(now) else set()
        self._told &= live
        self._first_seen_ms = {process: self._first_seen_ms.get(process, now) for process in live}
        for process in sorted(live - self._told):
            if why := self._lost(process, process in silent, now):
                bot_id, generation = process
                log.info("bot process lost", bot_id=bot_id, generation=generation, why=why)
                await self._lifecycles.tell(bot_id, generation, "lost")
                self._told.add(process)
                if why == "silent":
                    self._launcher.end(bot_id, generation)

    def _lost(self, process: Process, silent: bool, now_ms: float) -> str | None:
        if self._launcher.alive(*process):
            return "silent" if silent else None
        if self._launcher.launched(*process):
            return "gone"
        return "never came" if now_ms - self._first_seen_ms[process] >= self._launch_timeout_ms else None

    def _awake_for_a_lease(self, now_ms: float) -> bool:
        if now_ms - self._looked_ms > max(_BREAK_MS, 3000 * self._sweep_s):
            self._awake_since_ms = now_ms
        self._looked_ms = now_ms
        return now_ms - self._awake_since_ms >= self._lease_ms

    async def reconcile(self) -> None:
        """Begin every lifecycle and errand that should be there and is not: they are written in a database of their own."""
        live = sorted({bot_id for bot_id, _ in await self._bots.live_bots()})
        times: dict[str, float | None] = dict.fromkeys(live) | dict(await self._bots.unstarted())
        unknown = [bot_id for bot_id in times if bot_id not in self._begun]
        without = await self._lifecycles.without_lifecycle(unknown)
        for bot_id in without:
            log.info("a lifecycle begins late", bot_id=bot_id)
            await self._lifecycles.attend(bot_id, times[bot_id])
        for bot_id in set(unknown).difference(without):
            # A server that died between a bot's new time and its lifecycle's left the old one there.
            if (at_ms := times[bot_id]) is not None:
                await self._lifecycles.reschedule(bot_id, at_ms)
        for kind, about in await self._errands.unfinished():
            await self._lifecycles.errand(kind, about)
        self._begun = set(times)
        await self._lifecycles.mend(live)

    async def expire(self) -> None:
        """Delete the media whose time has come."""
        await self._media.due()

    async def forget(self) -> None:
        """Drop the engine's record of work that was completed long ago."""
        if forgotten := await self._lifecycles.forget(self._clock.now_ms() - FORGET_AFTER_MS):
            log.info("completed workflows forgotten", count=forgotten)

    async def _repeat(self, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        async def turn() -> None:
            await work()
            await self._clock.sleep(every_s)

        await keep_running(turn, self._clock)
