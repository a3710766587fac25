"""`make proof NAME=kill`: bot, composer, browser, power and disk die at random moments; nothing recorded is lost.

    TRIALS=20 make proof NAME=kill

Trials take turns. `bot`, `composer`, `power` and `disk` strike a tape that is written in real time and its composer
(tests/fakes/killing.py); every tenth trial is a whole meeting in which a real bot, its browser and its server are killed
(tests/browser/test_bot_crashes.py). Every file must play, at most one second may be lost, nothing may be there twice.
Writes tests/proofs/results/kill.json: commit, command, machine, load and the raw trials. Exits 1 if any trial failed.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.fakes.killing import KINDS, trial  # noqa: E402
from tests.fakes.results import keep  # noqa: E402

MEETING = "tests/browser/test_bot_crashes.py"
MEETING_EVERY = 10


def main() -> int:
    count, seed = int(os.environ.get("TRIALS", "200")), int(os.environ.get("SEED", str(random.randrange(1 << 32))))
    rng, trials = random.Random(seed), list[dict[str, Any]]()
    for number in range(1, count + 1):
        load = os.getloadavg()[0]
        done = _meeting() if number % MEETING_EVERY == 0 else _tape(KINDS[number % len(KINDS)], rng)
        trials.append(done | {"load": round(load, 1)})
        print(f"trial {number} ({done['kind']}): {', '.join(done['faults']) or 'nothing lost'}", flush=True)
    failed = [t for t in trials if t["faults"]]
    most_s = max((t["lost_s"] for t in trials if "lost_s" in t), default=0.0)
    path = keep("kill", {"failed": len(failed), "most_lost_s": most_s, "trials": trials}, TRIALS=count, SEED=seed)
    print(f"{len(trials)} trials, {len(failed)} failed; {path}")
    return 1 if failed else 0


def _tape(kind: str, rng: random.Random) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rapporteur-kill-") as folder:
        return asyncio.run(trial(kind, Path(folder), rng)).as_json()


def _meeting() -> dict[str, Any]:
    began_s = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", MEETING]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    faults = [] if done.returncode == 0 else [done.stdout[-2000:]]
    return {"kind": "meeting", "seconds": round(time.monotonic() - began_s, 1), "faults": faults}


if __name__ == "__main__":
    sys.exit(main())
