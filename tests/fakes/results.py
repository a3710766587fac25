"""What a proof leaves behind: what it found, of which commit, on which machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests" / "proofs" / "results"


def keep(name: str, found: dict[str, Any], **settings: object) -> str:
    """Write `found` to tests/proofs/results/NAME.json and answer that path; `settings` are what the command was given."""
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    given = "".join(f"{key}={value} " for key, value in settings.items())
    path.write_text(json.dumps({
        "commit": commit, "command": f"{given}make proof NAME={name}", "machine": platform.platform(),
        "processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **found,
    }, indent=2) + "\n")
    return str(path.relative_to(ROOT))
