"""`make proof NAME=platforms`: every platform at its simulator in every meeting it can have, and at pages that changed.

    make proof NAME=platforms                         everything
    PLATFORMS=google_meet,zoom make proof NAME=platforms
    SCENARIOS=denied,removed make proof NAME=platforms

Each visit is a real bot's page engine in a real browser (tests/fakes/visiting.py); what it must come to stands in
tests/fakes/outcomes.py. Writes tests/proofs/results/platforms.json. Exits 1 if any visit came to something else.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapporteur.bot.browser import find_browser  # noqa: E402
from rapporteur.kit.clock import SystemClock  # noqa: E402
from rapporteur.simulators.meetings import CATALOGUE  # noqa: E402
from rapporteur.simulators.pages import Simulator, simulated  # noqa: E402
from tests.fakes.outcomes import ALL, expected  # noqa: E402
from tests.fakes.results import keep  # noqa: E402
from tests.fakes.visiting import visit  # noqa: E402

SPEED = 3.0
AT_ONCE = 3
"""So many platforms are visited at the same time: visits wait more than they work."""
CLOCK = SystemClock()
Rows = list[dict[str, Any]]


def asked(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(filter(None, os.environ.get(name, "").split(",")))
    return tuple(each for each in known if not wanted or each in wanted)


async def of_every_platform(visits: Callable[[str], Awaitable[Rows]]) -> Rows:
    """What the visits of each platform that is asked for came to, in the order of their names."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(name: str) -> Rows:
        async with gate:
            return await visits(name)

    return [row for rows in await asyncio.gather(*map(gated, asked("PLATFORMS", tuple(ALL)))) for row in rows]


async def one(simulator: Simulator, scenario: str, chromium: Path, folder: Path) -> dict[str, Any]:
    """What a visit came to; `as_expected` False with the reason when it came to something else."""
    began_s, wanted = CLOCK.monotonic_s(), expected(simulator.platform, scenario)
    row: dict[str, Any] = {"platform": simulator.platform, "scenario": scenario, "expected": wanted}
    try:
        seen = await visit(simulator, CATALOGUE[scenario], run_dir=folder, chromium=chromium, within_s=75)
        row |= {"end": seen.end, "states": seen.states, "logs": seen.logs, "faults": simulator.said("fault")}
        row["as_expected"] = seen.end == wanted and not row["faults"]
    except TimeoutError:
        row |= {"end": None, "as_expected": False, "reports": [r["kind"] for r in simulator.reports][-20:]}
    return row | {"took_s": round(CLOCK.monotonic_s() - began_s, 1)}


async def visits(name: str) -> Rows:
    chromium, rows = find_browser(), Rows()
    async with simulated(name, CATALOGUE["admitted"], speed=SPEED) as simulator:
        for scenario in asked("SCENARIOS", ALL[name]):
            with tempfile.TemporaryDirectory(prefix="rapporteur-visit-") as folder:
                row = await one(simulator, scenario, chromium, Path(folder))
            rows.append(row)
            says = "as expected" if row["as_expected"] else f"EXPECTED {row['expected']}, GOT {row['end']}"
            print(f"{name:22} {scenario:24} {row['took_s']:5.1f} s  {says}", flush=True)
    return rows


async def run() -> int:
    rows = await of_every_platform(visits)
    failed = [row for row in rows if not row["as_expected"]]
    path = keep("platforms", {"visits": len(rows), "failed": len(failed), "rows": rows})
    print(f"{len(rows)} visits, {len(failed)} not as expected; {path}")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
