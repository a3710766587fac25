"""How many audio-only bots this machine holds, every one of which loses no sound.

    make bench NAME=density

Rooms of two people who talk in turn with their cameras off, three bots in each, which make an MP3. More and more bots record at
the same time, for as long as each that was sent arrives and no recording tells of a packet that was lost or came too late. The
people, their browsers and the rooms' signalling run on the same processors. There is no opponent.

`bots` is the largest number of STEPS that recorded without a loss; more than the last of them are not tried. `cpu_per_bot` is
what the whole of ours (server and browsers too) spent meanwhile, and `memory_per_bot` what it held.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.measuring.cpu import cpu_seconds, pss_mb
from bench.measuring.meeting import Meeting, held
from bench.measuring.ours import SOUND, House, house
from bench.measuring.results import Result, figure, rounds_wanted

SECONDS = 20.0
STEPS = (8, 10)
ROOMS = 4
AT_ONCE = 2
"""So many arrive at the same time: a start costs as much as a minute of recording."""
LOSSES = ("lost_packets", "late_packets")


@dataclass(frozen=True, slots=True)
class Crowd:
    """What so many bots came to."""

    bots: int
    losses: int
    cpu_per_bot: float
    """Cores."""
    memory_per_bot: float
    """MB PSS."""


async def record(ours: House, meetings: list[Meeting], count: int) -> Crowd:
    gate = asyncio.Semaphore(AT_ONCE)

    async def arrive(meeting: Meeting) -> str:
        async with gate:
            return await ours.arrive(meeting.url, SOUND)

    bots = await asyncio.gather(*map(arrive, islice(cycle(meetings), count)))
    await asyncio.gather(*(ours.start_recording(bot, SOUND) for bot in bots))
    await asyncio.sleep(3)  # composers start with their recordings
    before, began_s = cpu_seconds(ours.root), asyncio.get_running_loop().time()
    await asyncio.gather(*(meeting.people.talk(SECONDS) for meeting in meetings))
    span_s = asyncio.get_running_loop().time() - began_s
    spent_s, memory = sum(cpu_seconds(ours.root).since(before).values()), pss_mb(ours.root).total()

    async def lost(bot: str) -> int:
        recording = (await ours.leave(bot))["recordings"][0]["id"]
        report = (await ours.quality(recording))["artifacts"]["audio_mixed"]
        return sum(report[loss] for loss in LOSSES)

    losses = sum(await asyncio.gather(*map(lost, bots)))
    return Crowd(count, losses, spent_s / span_s / count, memory / count)


async def rising() -> Crowd:
    """The largest crowd without a loss."""
    best = Crowd(0, 0, 0.0, 0.0)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rapporteur-bench-"))
        meetings = [await stack.enter_async_context(held(cameras=False, people=2)) for _ in range(ROOMS)]
        addresses = [meeting.room_address for meeting in meetings]
        ours = await stack.enter_async_context(house(Path(folder), *addresses))
        for count in STEPS:
            crowd = await record(ours, meetings, count)
            print(crowd, flush=True)
            if crowd.losses:
                break
            best = crowd
    return best


async def measure() -> None:
    result = Result("density")
    rounds = [await rising() for _ in range(rounds_wanted())]
    result.write({
        "bots": figure([(crowd.bots, None) for crowd in rounds], "audio-only bots without a lost packet", more_is_better=True),
        "cpu_per_bot": figure([(crowd.cpu_per_bot, None) for crowd in rounds], "core"),
        "memory_per_bot": figure([(crowd.memory_per_bot, None) for crowd in rounds], "MB PSS"),
    }, seconds_per_measurement=SECONDS, rooms=ROOMS, steps=STEPS)


if __name__ == "__main__":
    asyncio.run(measure())
