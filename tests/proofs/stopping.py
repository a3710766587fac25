"""`make proof NAME=stopping`: how soon a bot that is told to be silent, or to show nothing more, is so for somebody else.

    STOPS=10 make proof NAME=stopping

A bot speaks without a pause and shows a red picture; a request ends the one, another the other, and what a participant in a
browser of their own hears and sees until then is what counts: from the request's beginning to the last loud ten milliseconds,
and to the first look at a picture that is gone or black. Writes tests/proofs/results/stopping.json; exits 1 if a median of
either is more than 200 ms.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.fakes.material import EVERY_S, beeps, picture  # noqa: E402
from tests.fakes.ports import free_port  # noqa: E402
from tests.fakes.results import keep  # noqa: E402
from tests.fakes.talking import LISTEN, RED, TILE, talking  # noqa: E402
from tools.setup import find_browser  # noqa: E402

WITHIN_MS = 200
SPOKEN = 20
"""Beeps that touch each other, half a second each."""


def main() -> int:
    stops = int(os.environ.get("STOPS", "10"))
    with tempfile.TemporaryDirectory(prefix="rapporteur-stopping-") as folder:
        (data := Path(folder) / "data").mkdir()
        rounds = asyncio.run(_stopped(data, stops))
    medians = {name: statistics.median(done[name] for done in rounds) for name in rounds[0]}
    path = keep("stopping", {"within_ms": WITHIN_MS, "medians_ms": medians, "rounds_ms": rounds}, STOPS=stops)
    print(f"{medians}; {path}")
    return 0 if all(took <= WITHIN_MS for took in medians.values()) else 1


async def _stopped(data_dir: Path, stops: int) -> list[dict[str, int]]:
    rounds: list[dict[str, int]] = []
    async with talking(data_dir, free_port(), find_browser()) as bot:
        for number in range(stops):
            await bot.order("POST", "output_video", {"kind": "jpeg", "b64_data": picture(RED)})
            await bot.order("POST", "output_audio", {"kind": "mp3", "b64_data": beeps(SPOKEN, EVERY_S)})
            if number == 0:
                await bot.page.evaluate(LISTEN, TILE)
            answered_ms, sound_ms = await bot.quiet_after_ms()
            found = {"answered": answered_ms, "sound": sound_ms, "picture": await bot.dark_after_ms()}
            rounds.append({name: round(took_ms) for name, took_ms in found.items()})
            print(rounds[-1], flush=True)
    return rounds


if __name__ == "__main__":
    sys.exit(main())
