"""What our own Python costs in an audio-only bot: the bot's process and its composer, the browser and its driver beside them.

    make bench NAME=overhead

Four people talk in turn, once with their cameras off and once with them on; a bot makes an MP3 of it and no picture. Each round
is a stretch of the same recording. CPU is user and system time, memory the proportional share (PSS), which counts a page that
two processes map as half a page of each. There is no opponent.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.measuring.cpu import cpu_seconds, pss_mb
from bench.measuring.meeting import held
from bench.measuring.ours import SOUND, House, house
from bench.measuring.results import Result, figure, rounds_wanted, tidy

SECONDS = 20.0
OURS = ("bot", "composer")
BESIDE = ("browser", "driver", "server")
Stretch = dict[str, dict[str, float]]


async def stretches(*, cameras: bool) -> list[Stretch]:
    """CPU and memory by kind of process, once per round."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        async with held(cameras=cameras) as meeting, house(Path(name), meeting.room_address) as ours:
            bot = await ours.arrive(meeting.url, SOUND)
            await ours.start_recording(bot, SOUND)
            # The composer starts with the recording; its start is no part of a long meeting's rate.
            await asyncio.sleep(3)
            done = [await stretch(ours, meeting.people.talk(SECONDS)) for _ in range(rounds_wanted())]
            await ours.leave(bot)
    return done


async def stretch(ours: House, talk: Any) -> Stretch:
    before, began_s = cpu_seconds(ours.root), asyncio.get_running_loop().time()
    await talk
    span_s = asyncio.get_running_loop().time() - began_s
    cpu = {kind: amount / span_s for kind, amount in cpu_seconds(ours.root).since(before).items()}
    print(tidy(cpu), flush=True)
    return {"cpu": cpu, "memory": dict(pss_mb(ours.root))}


def figures(done: list[Stretch], suffix: str) -> dict[str, dict[str, Any]]:
    def of(what: str, kinds: tuple[str, ...], unit: str) -> dict[str, Any]:
        return figure([(sum(s[what].get(kind, 0.0) for kind in kinds), None) for s in done], unit)

    made: dict[str, dict[str, Any]] = {}
    for name, kinds in {"python": OURS, **{kind: (kind,) for kind in (*OURS, *BESIDE)}}.items():
        made[f"{name}_cpu{suffix}"] = of("cpu", kinds, "core")
        made[f"{name}_memory{suffix}"] = of("memory", kinds, "MB PSS")
    return made


async def measure() -> None:
    result = Result("overhead")
    made = figures(await stretches(cameras=False), "") | figures(await stretches(cameras=True), "_cameras_on")
    result.write(made, seconds_per_measurement=SECONDS)


if __name__ == "__main__":
    asyncio.run(measure())
