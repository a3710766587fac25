"""`make proof NAME=hour`: one real bot in the built-in room for an hour, in real time.

    MINUTES=5 make proof NAME=hour

A host flashes and beeps every ten seconds. Checked are the recording's length, that no mark is missing, that picture and sound
do not drift apart (at most 1 ms a minute), and that the memory of bot and composer stays flat (at most 0.5 MB a minute behind
the first quarter). Writes tests/proofs/results/hour.json; exits 1 if any of it does not hold.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapporteur.domain.timeline import from_iso  # noqa: E402
from rapporteur.kit.clock import SystemClock  # noqa: E402
from rapporteur.kit.tasks import accompanied  # noqa: E402
from rapporteur.media import inspection  # noqa: E402
from rapporteur.simulators.people import People  # noqa: E402
from rapporteur.simulators.scenario import Person, Scenario  # noqa: E402
from tests.fakes.house import House, open_house, open_room  # noqa: E402
from tests.fakes.ports import free_port  # noqa: E402
from tests.fakes.results import keep  # noqa: E402
from tools.setup import find_browser  # noqa: E402

MARK_EVERY_S, LOOK_EVERY_S = 10.0, 15.0
DRIFT_MS, GROWTH_MB = 1.0, 0.5
CONFIG: dict[str, Any] = {"video_mixed_mp4": {}, "audio_mixed_mp3": {}}
NEVER = {"timeout": 24 * 3600, "activate_after": 24 * 3600}
STAYING: dict[str, Any] = {"silence_detection": NEVER, "bot_detection": {"using_participant_events": NEVER}}
"""Nobody in this meeting says a word, which a bot takes for an empty one after twenty minutes."""
PARTS = {"attend": "bot", "compose": "composer"}
"""What of a bot's processes has which word on its command line; everything else is its browser."""


def main() -> int:
    minutes = float(os.environ.get("MINUTES", "60"))
    with tempfile.TemporaryDirectory(prefix="rapporteur-hour-") as folder:
        found = asyncio.run(_attend(Path(folder), minutes * 60))
    path = keep("hour", found, MINUTES=f"{minutes:g}")
    print(f"{', '.join(found['faults']) or 'nothing lost, no drift, flat memory'}; {path}")
    return 1 if found["faults"] else 0


async def _attend(folder: Path, seconds: float) -> dict[str, Any]:
    marks = tuple(float(at_s) for at_s in np.arange(5.0, seconds - 5, MARK_EVERY_S))
    scenario = Scenario((Person("Ada", is_host=True, marks=marks), Person("Alan")), ends_at_s=seconds)
    (folder / "data").mkdir()
    async with open_house(folder / "data", free_port()) as house:
        room = await open_room(house)
        async with People(scenario, host_url=room["host_url"], executable=find_browser()) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"], recording_config=CONFIG, automatic_leave=STAYING)
            await house.until(bot_id, "in_call_recording", within_s=120)
            sizes: list[tuple[float, dict[str, float]]] = []
            await accompanied(people.play(), _watch(house, bot_id, sizes))
        bot = await house.until(bot_id, "done", "fatal", within_s=300)
        [taped] = bot["recordings"]
        link = taped["media_shortcuts"]["video_mixed"]["data"]["download_url"]
        video = await house.download(link, folder / "hour.mp4")
    recorded_s = (from_iso(taped["completed_at"]) - from_iso(taped["started_at"])) / 1000
    return _judged(video, recorded_s, len(marks), sizes)


async def _watch(house: House, bot_id: str, sizes: list[tuple[float, dict[str, float]]]) -> None:
    """Note, now and then, the megabytes that each part of the bot has to itself.

    Libraries are shared with its neighbours, and its share of them changes as those come and go.
    """
    clock = SystemClock()
    began_s = clock.monotonic_s()
    while pids := house.bot_processes(bot_id):
        now: dict[str, float] = {}
        for pid in pids:
            with suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
                part = next((name for word, name in PARTS.items() if word in words), "browser")
                memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
                own = next(line for line in memory.splitlines() if line.startswith("Anonymous:"))
                now[part] = now.get(part, 0.0) + int(own.split()[1]) / 1024
        sizes.append(((clock.monotonic_s() - began_s) / 60, now))
        await clock.sleep(LOOK_EVERY_S)
    sys.exit(f"the bot was gone after {sizes[-1][0]:.0f} minutes")


def _judged(video: Path, recorded_s: float, marks: int, sizes: list[tuple[float, dict[str, float]]]) -> dict[str, Any]:
    length_s, beeps, flashes = inspection.duration_s(video), inspection.beep_times(video), inspection.flash_times(video)
    pairs = [(f, (f - b) * 1000) for b in beeps for f in flashes if abs(f - b) < 0.4]
    drift = _slope([(at_s / 60, offset) for at_s, offset in pairs])
    settled = sizes[len(sizes) // 4:]
    growth = {part: _slope([(at, now[part]) for at, now in settled if part in now]) for part in ("bot", "composer", "browser")}
    # A beep that a crowded machine played with a hole in it is heard as two.
    heard = sum(later - earlier > 1.0 for earlier, later in itertools.pairwise([-1e9, *beeps]))
    checks = {
        f"{recorded_s - length_s:.1f} s are lost": abs(recorded_s - length_s) < 1.0,
        f"{marks - heard} marks are missing": heard == marks,
        f"picture and sound drift by {drift:.2f} ms a minute": abs(drift) <= DRIFT_MS,
    } | {f"the {part} grows by {growth[part]:.2f} MB a minute": growth[part] <= GROWTH_MB for part in ("bot", "composer")}
    return {
        "faults": [fault for fault, holds in checks.items() if not holds], "length_s": length_s, "recorded_s": recorded_s,
        "marks": marks, "heard": heard, "beeps": len(beeps), "flashes": len(flashes), "drift_ms_per_minute": round(drift, 3),
        "offset_ms": round(float(np.median([offset for _, offset in pairs])), 1) if pairs else None,
        "growth_mb_per_minute": {part: round(slope, 3) for part, slope in growth.items()}, "megabytes": sizes,
    }


def _slope(points: list[tuple[float, float]]) -> float:
    return float(np.polyfit(*zip(*points, strict=True), 1)[0]) if len(points) > 2 else 0.0


if __name__ == "__main__":
    sys.exit(main())
