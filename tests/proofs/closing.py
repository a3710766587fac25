"""`make proof NAME=closing`: how long closing takes when the composer has caught up, after three minutes and after three hours.

    HOURS=0.5 make proof NAME=closing

A composer follows a tape that waits for its end. When it has read all there is, the end is written, and what passes until
every file is there is the closing. Writes tests/proofs/results/closing.json; exits 1 if the long one takes longer than a second
or than 1.5 times the short one.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapporteur.kit.clock import SystemClock  # noqa: E402
from rapporteur.media.composer import PROGRESS, ComposerProcess  # noqa: E402
from rapporteur.media.tape import tape_path  # noqa: E402
from tests.fakes import long_meetings  # noqa: E402
from tests.fakes.results import keep  # noqa: E402

COMPOSER = [sys.executable, "-c", "import sys; from rapporteur.media.composing import main; sys.exit(main(sys.stdin))"]
CONFIG: dict[str, Any] = {
    "audio_mixed_mp3": {}, "participant_events": {}, "meeting_metadata": {},
    "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}},
}
SHORT_S = 180.0
ROUNDS = 3
LONGEST_S, MOST = 1.0, 1.5


def main() -> int:
    long_s = float(os.environ.get("HOURS", "3")) * 3600
    rounds = [{"short_s": asyncio.run(closing(SHORT_S)), "long_s": asyncio.run(closing(long_s))} for _ in range(ROUNDS)]
    short, long = (statistics.median(r[name] for r in rounds) for name in ("short_s", "long_s"))
    passed = long <= min(LONGEST_S, MOST * short)
    path = keep("closing", {
        "short_s": round(short, 3), "long_s": round(long, 3), "ratio": round(long / short, 3), "rounds": rounds,
    }, HOURS=f"{long_s / 3600:g}")
    print(f"three minutes {short:.2f} s, {long_s / 3600:g} hours {long:.2f} s; {path}")
    return 0 if passed else 1


async def closing(meeting_s: float) -> float:
    """Seconds from the tape's end to the last file."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="rapporteur-closing-") as name:
        folder = Path(name)
        long_meetings.write(folder / "tape", meeting_s)
        composer = ComposerProcess(COMPOSER, tape_dir=folder / "tape", out_dir=folder / "work", recording_config=CONFIG)
        await composer.start()
        while not _caught_up(folder / "work" / PROGRESS, meeting_s):
            await clock.sleep(0.2)
        ended_s = clock.monotonic_s()
        with tape_path(folder / "tape", 1).open("ab") as tape:
            tape.write(long_meetings.ending(meeting_s))
        made = await composer.finish()
        took_s = clock.monotonic_s() - ended_s
    assert made
    assert {artifact.failure for artifact in made} == {None}
    return round(took_s, 3)


def _caught_up(progress: Path, meeting_s: float) -> bool:
    """Up to the distance at which a composer follows."""
    try:
        position_us = json.loads(progress.read_text())["position_us"]
    except FileNotFoundError:
        return False
    return position_us >= long_meetings.START_US + (meeting_s - 3) * 1e6


if __name__ == "__main__":
    sys.exit(main())
