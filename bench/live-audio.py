"""How soon the meeting's sound is at a user's WebSocket: from a sample's capture in the page to the bytes that carry it.

    make bench NAME=live-audio
    BOTS=1 ROUNDS=2 make bench NAME=live-audio

Five bots, or as many as BOTS says, attend one meeting of two people who talk in turn, and stream everybody's sound apart and
all of it mixed. Of every message the moment of its first sample, as the recording's clock has it, is held against the moment it
arrives in a process that does nothing else. What is told is what comes on top of the message's own length, which its first
sample has to wait whoever sends it. There is no opponent.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path; benches are commands)

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np

from bench.measuring.desk import Delays, Desk, desk, media_delay
from bench.measuring.meeting import held
from bench.measuring.ours import House, house
from bench.measuring.results import Result, figure, rounds_wanted

BOTS = int(os.environ.get("BOTS", "5"))
PEOPLE = 2
"""Each of them encodes their sound once for everybody in the room: more would leave the bots no machine to be measured on."""
SECONDS = 20.0
SETTLE_S = 4.0
KINDS = {"mixed": "audio_mixed_raw.data", "separate": "audio_separate_raw.data"}
QUANTILES = {"median": 0.5, "p99": 0.99}


def config(url: str) -> dict[str, Any]:
    endpoint = {"type": "websocket", "url": url, "events": list(KINDS.values())}
    return {"video_mixed_mp4": None, "audio_mixed_raw": {}, "audio_separate_raw": {}, "realtime_endpoints": [endpoint]}


async def arrive(ours: House, meeting_url: str, wanted: dict[str, Any]) -> list[str]:
    bots = [await ours.arrive(meeting_url, wanted) for _ in range(BOTS)]
    for bot in bots:
        await ours.start_recording(bot, wanted)
    await asyncio.sleep(SETTLE_S)
    return bots


async def rounds(listener: Desk) -> list[Delays]:
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        async with held(cameras=False, people=PEOPLE) as meeting, house(Path(name), meeting.room_address) as ours:
            bots = await arrive(ours, meeting.url, config(listener.url))
            done: list[Delays] = []
            listener.take()
            for _ in range(rounds_wanted()):
                await meeting.people.talk(SECONDS)
                done.append(listener.take())
                print({kind: (len(done[-1][event]), *quantiles(done[-1][event])) for kind, event in KINDS.items()}, flush=True)
            for bot in bots:
                await ours.leave(bot)
    return done


def quantiles(delays: list[float]) -> list[float]:
    return [round(float(value), 1) for value in np.quantile(delays, list(QUANTILES.values()))]


async def measure() -> None:
    result = Result("live-audio")
    with desk(media_delay) as listener:
        done = await rounds(listener)
    figures = {
        f"{kind}_{name}": figure([(float(np.quantile(d[event], at)), None) for d in done], "ms on top of the message's length")
        for kind, event in KINDS.items() for name, at in QUANTILES.items()
    }
    result.write(figures, seconds_per_measurement=SECONDS, bots=BOTS)


if __name__ == "__main__":
    asyncio.run(measure())
