"""The watch against named fakes and a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from rapporteur.engine.watch import Watch
from rapporteur.services.ports import Credentials

pytestmark = pytest.mark.unit

BOT = ("b", 1)


class HandClock:
    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def now_ms(self) -> float:
        return self.now

    def monotonic_s(self) -> float:
        return self.now / 1000

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


@dataclass
class World:
    """Bots, their processes and their lifecycles, as the watch may ask about them."""

    live: list[tuple[str, int]] = field(default_factory=lambda: [BOT])
    expired: list[tuple[str, int]] = field(default_factory=list)
    scheduled: list[tuple[str, float | None]] = field(default_factory=list)
    running: set[tuple[str, int]] = field(default_factory=lambda: {BOT})
    started: set[tuple[str, int]] = field(default_factory=lambda: {BOT})
    begun: set[str] = field(default_factory=set)
    told: list[tuple[str, int, str]] = field(default_factory=list)
    ended: list[tuple[str, int]] = field(default_factory=list)
    attended: list[tuple[str, float | None]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    errands: list[tuple[str, str]] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    rescheduled: list[tuple[str, float]] = field(default_factory=list)

    expiries: int = 0

    async def due(self) -> None:
        self.expiries += 1

    async def live_bots(self) -> list[tuple[str, int]]:
        return self.live

    async def expired_leases(self, now_ms: float) -> list[tuple[str, int]]:
        return self.expired

    async def unstarted(self) -> list[tuple[str, float | None]]:
        return self.scheduled

    async def attend(self, bot_id: str, at_ms: float | None) -> None:
        self.attended.append((bot_id, at_ms))
        self.begun.add(bot_id)

    async def unfinished(self) -> list[tuple[str, str]]:
        return self.errands

    async def errand(self, kind: str, about: str) -> None:
        self.sent.append((kind, about))

    async def reschedule(self, bot_id: str, at_ms: float) -> None:
        self.rescheduled.append((bot_id, at_ms))

    async def tell(self, bot_id: str, generation: int, news: str) -> None:
        self.told.append((bot_id, generation, news))

    async def without_lifecycle(self, bot_ids: list[str]) -> list[str]:
        self.asked.append(bot_ids)
        return [bot_id for bot_id in bot_ids if bot_id not in self.begun]

    async def mend(self, bot_ids: list[str]) -> None:
        self.mended = bot_ids

    async def forget(self, before_ms: float) -> int:
        return 0

    async def launch(self, bot_id: str, generation: int, credentials: Credentials) -> None:
        raise AssertionError("the watch launches nothing")

    def alive(self, bot_id: str, generation: int) -> bool:
        return (bot_id, generation) in self.running

    def launched(self, bot_id: str, generation: int) -> bool:
        return (bot_id, generation) in self.started

    def end(self, bot_id: str, generation: int) -> None:
        self.ended.append((bot_id, generation))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def watch(world: World, clock: HandClock) -> Watch:
    return Watch(world, world, world, world, world, clock, sweep_s=2, lease_s=45, launch_timeout_s=60)


async def sweep_for(watch: Watch, clock: HandClock, seconds: int) -> None:
    for _ in range(seconds // 2):
        await watch.sweep()
        clock.now += 2000


async def test_a_living_bot_is_left_alone(watch: Watch, world: World, clock: HandClock) -> None:
    await sweep_for(watch, clock, 300)
    assert world.told == []


async def test_a_dead_process_is_told_at_the_next_look_and_once(watch: Watch, world: World, clock: HandClock) -> None:
    world.running.clear()
    await sweep_for(watch, clock, 10)
    assert world.told == [("b", 1, "lost")]


async def test_the_next_generation_is_told_again(watch: Watch, world: World, clock: HandClock) -> None:
    world.running.clear()
    await sweep_for(watch, clock, 4)
    world.live, world.started = [("b", 2)], {("b", 2)}
    await sweep_for(watch, clock, 4)
    assert world.told == [("b", 1, "lost"), ("b", 2, "lost")]


async def test_a_process_that_is_still_to_be_launched_is_given_time(watch: Watch, world: World, clock: HandClock) -> None:
    world.running.clear()
    world.started.clear()
    await sweep_for(watch, clock, 58)
    assert world.told == []
    await sweep_for(watch, clock, 6)
    assert world.told == [("b", 1, "lost")]


async def test_a_silent_process_is_told_and_ended_by_force(watch: Watch, world: World, clock: HandClock) -> None:
    await sweep_for(watch, clock, 60)
    world.expired = [BOT]
    await sweep_for(watch, clock, 4)
    assert world.told == [("b", 1, "lost")]
    assert world.ended == [BOT]


async def test_silence_does_not_count_before_the_server_is_up_for_a_lease(
    watch: Watch, world: World, clock: HandClock,
) -> None:
    world.expired = [BOT]
    await sweep_for(watch, clock, 44)
    assert world.told == []
    await sweep_for(watch, clock, 6)
    assert world.told == [("b", 1, "lost")]


async def test_silence_does_not_count_after_a_time_in_which_the_server_slept(
    watch: Watch, world: World, clock: HandClock,
) -> None:
    await sweep_for(watch, clock, 100)
    clock.now += 3600_000
    world.expired = [BOT]
    await sweep_for(watch, clock, 44)
    assert world.told == []
    world.expired = []
    await sweep_for(watch, clock, 100)
    assert world.told == []


async def test_a_bot_without_a_lifecycle_gets_one_at_its_time(watch: Watch, world: World) -> None:
    world.scheduled = [("later", 5.0), ("now", None)]
    world.begun = {"b"}
    await watch.reconcile()
    assert world.attended == [("later", 5.0), ("now", None)]
    assert world.mended == ["b"]


async def test_bots_whose_lifecycle_is_known_are_not_asked_about_again(watch: Watch, world: World) -> None:
    await watch.reconcile()
    world.scheduled = [("new", None)]
    await watch.reconcile()
    assert world.asked == [["b"], ["new"]]


async def test_lifecycles_that_wait_are_put_to_their_bots_times_once(watch: Watch, world: World) -> None:
    world.live, world.scheduled, world.begun = [], [("moved", 2_000.0), ("now", None)], {"moved", "now"}
    await watch.reconcile()
    await watch.reconcile()
    assert world.rescheduled == [("moved", 2_000.0)]


async def test_errands_that_are_not_done_are_sent_again(watch: Watch, world: World) -> None:
    world.errands = [("transcript", "t")]
    await watch.reconcile()
    assert world.sent == [("transcript", "t")]


async def test_a_running_watch_does_all_its_duties(watch: Watch, world: World, clock: HandClock) -> None:
    running = asyncio.ensure_future(watch.run())
    while not world.asked:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_media_whose_time_has_come_is_looked_for(watch: Watch, world: World) -> None:
    task = asyncio.create_task(watch.run())
    async with asyncio.timeout(5):
        while not world.expiries:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
