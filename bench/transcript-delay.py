"""What the way through the server adds to a provider's words, against calling the provider directly.

    make bench NAME=transcript-delay

The provider is a stand-in that says a word a quarter of a second after it has heard the sample at which the word ends. Ours:
four people talk in turn, a bot sends each one's sound to the stand-in, and the words come to a user's WebSocket. The opponent
has the sound at hand and sends it to the stand-in itself, as it is spoken, in pieces of the same length. Each word's delay is
counted from the moment at which its last sample was captured. Silence is sent, too, as the opponent does: the stand-in hears
words in it, also in what a gate would send once it has opened.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path; benches are commands)

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from bench.measuring.desk import Desk, desk, words_delay
from bench.measuring.meeting import held
from bench.measuring.ours import House, house
from bench.measuring.results import Result, figure, rounds_wanted
from bench.measuring.vendor import BYTES_PER_MS, vendor
from rapporteur.transcription.deepgram_streaming import DeepgramStreaming

SECONDS = 20.0
SETTLE_S = 4.0
PIECE_MS = DeepgramStreaming.piece_ms
WORDS = "transcript.data"
QUANTILES = {"p50": 0.5, "p99": 0.99}


def config(url: str) -> dict[str, Any]:
    return {
        "video_mixed_mp4": None, "transcript": {"provider": {"deepgram_streaming": {}}},
        "realtime_endpoints": [{"type": "websocket", "url": url, "events": [WORDS]}],
    }


async def directly(address: str) -> list[float]:
    """Delays of words when the sound goes straight to the stand-in, as long as a round."""
    delays: list[float] = []
    loop = asyncio.get_running_loop()

    async def listen(provider: ClientConnection, began_s: float) -> None:
        async for message in provider:
            said = json.loads(message)
            if said["type"] == "Results":
                delays.append((loop.time() - began_s - said["start"] - said["duration"]) * 1000)

    async with connect(f"{address}/v1/listen") as provider:
        began_s = loop.time()
        listening = asyncio.create_task(listen(provider, began_s))
        for piece in range(1, round(SECONDS * 1000 / PIECE_MS)):
            await asyncio.sleep(began_s + piece * PIECE_MS / 1000 - loop.time())
            await provider.send(bytes(PIECE_MS * BYTES_PER_MS))
        await provider.send('{"type":"CloseStream"}')
        await listening
    return delays


async def rounds(address: str, listener: Desk) -> list[tuple[list[float], list[float]]]:
    """Ours and the direct delays, round by round."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        async with held(cameras=False) as meeting, house(Path(name), meeting.room_address) as ours:
            await ours.credentials("deepgram", {"api_key": "stand-in", "base_url": address, "voice_gate": "off"})
            bot = await begin(ours, meeting.url, config(listener.url))
            done: list[tuple[list[float], list[float]]] = []
            listener.take()
            for _ in range(rounds_wanted()):
                await meeting.people.talk(SECONDS)
                done.append((listener.take()[WORDS], await directly(address)))
                print([(len(side), quantiles(side)) for side in done[-1]], flush=True)
            await ours.leave(bot)
    return done


async def begin(ours: House, meeting_url: str, wanted: dict[str, Any]) -> str:
    bot = await ours.arrive(meeting_url, wanted)
    await ours.start_recording(bot, wanted)
    await asyncio.sleep(SETTLE_S)
    return bot


def quantiles(delays: list[float]) -> list[float]:
    return [round(float(value), 1) for value in np.quantile(delays, list(QUANTILES.values()))]


async def measure() -> None:
    result = Result("transcript-delay")
    with vendor() as address, desk(words_delay) as listener:
        done = await rounds(address, listener)
    figures: dict[str, Any] = {}
    for name, at in QUANTILES.items():
        pairs = [(float(np.quantile(ours, at)), float(np.quantile(direct, at))) for ours, direct in done]
        figures[f"delay_{name}"] = figure(pairs, "ms from a word's last sample to the word")
        figures[f"added_{name}"] = figure([(ours - direct, None) for ours, direct in pairs], "ms added by the way through us")
    result.write(figures, seconds_per_measurement=SECONDS, piece_ms=PIECE_MS)


if __name__ == "__main__":
    asyncio.run(measure())
