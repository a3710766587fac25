"""How soon the meeting's sound is at a user's WebSocket: from a sample's capture in the page to the bytes that carry it.

    make bench NAME=live-audio
    BOTS=1 ROUNDS=2 make bench NAME=live-audio

Five bots, or as many as BOTS says, attend one meeting of two people who talk in turn, and stream everybody's sound apart and
all of it mixed, to a process that does nothing else but note when a message arrives. Held against that is the moment at which
the bot's page had the last packet without which the message could not be made (measuring/captured.py), so that how long the
people's browsers and the meeting took counts for nobody. There is no opponent.
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

from bench.measuring.captured import Message, delays_ms, message
from bench.measuring.desk import Desk, desk
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


async def rounds(listener: Desk) -> list[dict[str, list[float]]]:
    """Milliseconds, by the kind of sound, of every round."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        async with held(cameras=False, people=PEOPLE) as meeting, house(Path(name), meeting.room_address) as ours:
            bots = await arrive(ours, meeting.url, config(listener.url))
            listener.take()
            heard: list[dict[str, list[Message]]] = []
            for _ in range(rounds_wanted()):
                await meeting.people.talk(SECONDS)
                heard.append(listener.take())
            for bot in bots:
                await ours.leave(bot)
            everything = [sent for messages in heard for event in KINDS.values() for sent in messages[event]]
            delays = {sent: delay for bot in bots for sent, delay in delays_of(ours.tape(bot), bot, everything)}
    done = [{kind: [delays[sent] for sent in messages[event] if sent in delays] for kind, event in KINDS.items()}
            for messages in heard]
    for one in done:
        print({kind: (len(found), *quantiles(found)) for kind, found in one.items()}, flush=True)
    return done


def delays_of(tape: Path, bot: str, messages: list[Message]) -> list[tuple[Message, float]]:
    own = sorted((sent for sent in messages if sent.bot == bot), key=lambda sent: sent.arrived_ms)
    found = delays_ms(tape, own)
    if found.count(None) > len(found) // 100:
        raise SystemExit(f"{found.count(None)} of {len(found)} messages are of no packet on the tape")
    return [(sent, delay) for sent, delay in zip(own, found, strict=True) if delay is not None]


def quantiles(delays: list[float]) -> list[float]:
    return [round(float(value), 1) for value in np.quantile(delays, list(QUANTILES.values()))]


async def measure() -> None:
    result = Result("live-audio")
    with desk(message) as listener:
        done = await rounds(listener)
    figures = {
        f"{kind}_{name}": figure([(float(np.quantile(d[kind], at)), None) for d in done], "ms from the page to the socket")
        for kind in KINDS for name, at in QUANTILES.items()
    }
    result.write(figures, seconds_per_measurement=SECONDS, bots=BOTS)


if __name__ == "__main__":
    asyncio.run(measure())
