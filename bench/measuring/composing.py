"""The composer over a finished tape with another x264 preset: `python -m bench.measuring.composing TAPE OUT PRESET`.

The preset is no setting of the product, so it is changed here, in a process of its own that ends with it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bench.measuring.ours import PICTURE
from rapporteur.media import encoders
from rapporteur.media.composition import ComposeConfig, compose

ROOT = Path(__file__).resolve().parents[2]
DEFAULT: str = encoders.X264["preset"]
ULTRAFAST = "ultrafast"


async def composing_cpu_s(tape: Path, out: Path, preset: str) -> float:
    """All CPU of such a process, its start included."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.measuring.composing", str(tape), str(out), preset, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit("the composer failed on a finished tape")
    return float(said)


def main() -> None:
    tape, out, preset = sys.argv[1:]
    encoders.X264["preset"] = preset
    Path(out).mkdir(parents=True)
    entries = compose(Path(tape), Path(out), ComposeConfig.from_recording_config(PICTURE))
    if any(entry["failure"] for entry in entries):
        raise SystemExit(1)
    spent = os.times()
    print(spent.user + spent.system)


if __name__ == "__main__":
    main()
