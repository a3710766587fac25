"""`make proof NAME=mutations`: pages that changed without warning, and a script with one selector for each thing beside.

    make proof NAME=mutations                              every platform, every operator of simulators/mutations.py
    PLATFORMS=zoom OPERATORS=rename,wrap SEEDS=3 make proof NAME=mutations

Each page is visited twice: by the bot as it is, and by the same bot with the first alternate of every sign and control alone.
At least 95 % of the bot's visits must get in; whatever does not must be told of as unknown within ten seconds, with a picture.
Writes tests/proofs/results/mutations.json. Exits 1 if one of that does not hold.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapporteur.bot.browser import find_browser  # noqa: E402
from rapporteur.simulators.meetings import CATALOGUE  # noqa: E402
from rapporteur.simulators.mutations import OPERATORS, mutated  # noqa: E402
from rapporteur.simulators.pages import Simulator, simulated  # noqa: E402
from tests.fakes.results import keep  # noqa: E402
from tests.fakes.visiting import visit  # noqa: E402
from tests.proofs.platforms import Rows, asked, of_every_platform  # noqa: E402

SPEED = 3.0
SHARE = 0.95
# Who says and shows nothing costs nothing: what is to be proven is the way in.
MEETING = replace(CATALOGUE["lobby_then_admitted"], people=CATALOGUE["denied"].people)


async def one(simulator: Simulator, operator: str, seed: int, chromium: Path, alternates: int | None) -> dict[str, Any]:
    meeting = mutated(MEETING, operator, seed=seed)
    with tempfile.TemporaryDirectory(prefix="rapporteur-visit-") as folder:
        try:
            seen = await visit(
                simulator, meeting, run_dir=Path(folder), chromium=chromium, stays_s=1.0, within_s=75, alternates=alternates)
        except TimeoutError:
            return {"joined": False, "told": False, "logs": ["no end within 75 s"], "reports": simulator.reports[-12:]}
    joined = "in_call_not_recording" in seen.states
    told = any(evidence.picture for evidence in seen.evidence)
    return {"joined": joined, "told": joined or told, "end": seen.end, "logs": seen.logs}


async def visits(name: str) -> Rows:
    chromium, rows, seeds = find_browser(), Rows(), int(os.environ.get("SEEDS", "1"))
    async with simulated(name, MEETING, speed=SPEED) as simulator:
        for operator, seed in product(asked("OPERATORS", OPERATORS), range(seeds)):
            bot = await one(simulator, operator, seed, chromium, None)
            script = await one(simulator, operator, seed, chromium, 1)
            rows.append({"platform": name, "operator": operator, "seed": seed, "bot": bot, "single": script})
            says = {True: "joined", False: "did not join"}
            print(f"{name:22} {operator:16} bot {says[bot['joined']]:12} "
                  f"single selector {says[script['joined']]}", flush=True)
    return rows


async def run() -> int:
    rows = await of_every_platform(visits)
    shares = {who: sum(row[who]["joined"] for row in rows) / max(1, len(rows)) for who in ("bot", "single")}
    untold = [row for row in rows if not row["bot"]["told"]]
    path = keep("mutations", {"pages": len(rows), "joined": shares, "not_told": len(untold), "rows": rows})
    print(f"{len(rows)} pages: the bot joined {shares['bot']:.0%}, a single selector {shares['single']:.0%}; "
          f"{len(untold)} failures untold; {path}")
    return 0 if rows and shares["bot"] >= SHARE and not untold else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
