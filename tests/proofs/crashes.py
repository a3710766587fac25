"""`make proof NAME=crashes`: the crash tests again and again, each time at other random moments.

    TRIALS=20 make proof NAME=crashes

Every trial is one run of tests/browser/test_bot_crashes.py in a process of its own: a bot is killed while it records, a server
while its bot is in the call. Writes tests/proofs/results/crashes.json: commit, command, machine, load and the raw trials.
Exits 1 if any trial failed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULT = Path(__file__).parent / "results" / "crashes.json"
TEST = "tests/browser/test_bot_crashes.py"


def main() -> int:
    trials = [trial(number) for number in range(1, int(os.environ.get("TRIALS", "20")) + 1)]
    failed = [t for t in trials if not t["passed"]]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({
        "commit": output("git", "rev-parse", "HEAD"), "command": "make proof NAME=crashes", "machine": platform.platform(),
        "processors": os.cpu_count(), "trials": trials, "failed": len(failed),
    }, indent=2) + "\n")
    print(f"{len(trials)} trials, {len(failed)} failed; {RESULT.relative_to(ROOT)}")
    return 1 if failed else 0


def trial(number: int) -> dict[str, object]:
    started, load = time.monotonic(), os.getloadavg()[0]
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", TEST], cwd=ROOT, capture_output=True, text=True, check=False)
    passed, seconds = done.returncode == 0, round(time.monotonic() - started, 1)
    print(f"trial {number}: {'passed' if passed else 'FAILED'} in {seconds} s", flush=True)
    return {"passed": passed, "seconds": seconds, "load": round(load, 1), "tail": "" if passed else done.stdout[-2000:]}


def output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
