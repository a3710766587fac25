"""How far apart what happened at once is seen and heard: flashes and beeps in every artifact.

    make bench NAME=sync
    SECONDS=3600 ROUNDS=1 make bench NAME=sync

Somebody flashes (30 frames per second) and beeps at once every five seconds, for SECONDS (60 if not said). Each round the
clocks of camera and microphone run wrong by up to 100 millionths in another way, against each other too, and the network holds
packets up by as much as 60 ms. The tape is written (measuring/marks.py) and composed as any other; then flashes and beeps are
found in the files. `sync` is the median distance in the mixed MP4, in milliseconds, and `sync_slope` by how much it changes per
minute, both without a sign. `sync_mp3` holds the mixed MP3 to the film. In `sync_separate` the person's own film (Matroska) and
sound (Ogg), both untouched, are held together by the starts that the lists of parts give; in `sync_separate_encoded` it is
MP4 and MP3.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np

from bench.measuring.marks import EVERY_S, RECORDING, Sender, write_marked_tape
from bench.measuring.results import Result, figure, rounds_wanted
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose

SECONDS = float(os.environ.get("SECONDS", "60"))
DRIFTS = ((100.0, -100.0), (-100.0, 100.0), (100.0, 100.0), (-100.0, -100.0), (0.0, 0.0))
"""Of camera and microphone, in millionths, round by round."""
CONFIG: dict[str, Any] = {
    "video_mixed_mp4": {}, "audio_mixed_mp3": {}, "video_separate_mkv": {}, "video_separate_mp4": {}, "audio_separate_ogg": {},
    "audio_separate_mp3": {},
}
MIDDLE = (560, 420, 160, 60)
"""Of the mixed picture, which the only person fills."""
UNITS = {"": "ms between flash and beep, median", "_slope": "ms per minute, how that changes"}
Times = list[float]


def measured(flashes: Times, beeps: Times) -> tuple[float, float]:
    """The median distance in milliseconds and its slope per minute, both without their sign."""
    apart = [(beep, (beep - flash) * 1000) for flash in flashes for beep in beeps if abs(beep - flash) < EVERY_S / 4]
    expected = SECONDS // EVERY_S
    if len(apart) < expected - 1:
        raise SystemExit(f"{len(apart)} of {expected:.0f} marks were found")
    slope = np.polyfit([at / 60 for at, _ in apart], [offset for _, offset in apart], 1)[0]
    return abs(statistics.median(offset for _, offset in apart)), abs(float(slope))


def part(folder: Path, kind: str, file_format: str) -> tuple[Path, float]:
    """The only part's file, and when it begins on the recording's clock."""
    listed = next(folder.glob(f"{kind}_separate*{file_format}*.json"))
    [entry] = json.loads(listed.read_text())
    return folder / entry["file"], entry["start_timestamp"]["relative"]


def separate(folder: Path, film_format: str, sound_format: str) -> tuple[float, float]:
    (film, film_s), (sound, sound_s) = part(folder, "video", film_format), part(folder, "audio", sound_format)
    return measured([film_s + at for at in inspection.flash_times(film)], [sound_s + at for at in inspection.beep_times(sound)])


def one_round(number: int, folder: Path) -> dict[str, tuple[float, float]]:
    camera_ppm, microphone_ppm = DRIFTS[number % len(DRIFTS)]
    write_marked_tape(folder / "tape", Sender(camera_ppm, microphone_ppm, seed=number), SECONDS)
    entries = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(CONFIG))
    if any(entry["failure"] for entry in entries):
        raise SystemExit("the composer failed")
    made = folder / "work" / RECORDING
    flashes = inspection.flash_times(made / "video_mixed.mp4", MIDDLE)
    return {
        "sync": measured(flashes, inspection.beep_times(made / "video_mixed.mp4")),
        "sync_mp3": measured(flashes, inspection.beep_times(made / "audio_mixed.mp3")),
        "sync_separate": separate(made, "mkv", "ogg"),
        "sync_separate_encoded": separate(made, "mp4", "mp3"),
    }


def measure() -> None:
    result = Result("sync")
    rounds: list[dict[str, tuple[float, float]]] = []
    for number in range(rounds_wanted()):
        with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
            rounds.append(one_round(number, Path(name)))
        print(f"round {number + 1}", {key: tuple(round(v, 2) for v in pair) for key, pair in rounds[-1].items()}, flush=True)
    figures = {
        key + ending: figure([(done[key][n], None) for done in rounds], unit)
        for key in rounds[0] for n, (ending, unit) in enumerate(UNITS.items())
    }
    result.write(figures, seconds_per_measurement=SECONDS, drifts_ppm=[DRIFTS[n % len(DRIFTS)] for n in range(len(rounds))])


if __name__ == "__main__":
    measure()
