"""What a recorded meeting costs, ours against the usual bot, in the same meeting.

    make bench NAME=capture

Four people with cameras (VP8, 640x360, 30 frames per second, encoded beforehand) are in a room of the built-in kind. By turns
come our bot that makes the mixed MP4, our bot that keeps only the tracks, and the opponent (measuring/opponent.py). Counted is
all user and system time of each side, from the order to record to the finished file and the ended browser, per second of
recording. Getting in is not counted but told. Ours includes the server, Playwright's driver and the composer; the opponent's
includes Playwright's driver, Xvfb, PulseAudio and ffmpeg.

`total` is ours at its default preset, `total_equal_preset` at the opponent's: the same recording's tape is composed once more
at each preset, and the difference taken off. `total_equal_quality` holds `total` to an opponent at the first preset whose
picture is as like the raw originals as ours (measuring/quality.py); what that costs more than ultrafast is put onto what it
took.
`tracks_only` leaves no mixed file but the tape with every encoded frame.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.measuring import opponent
from bench.measuring.composing import DEFAULT, ULTRAFAST, composing_cpu_s
from bench.measuring.meeting import MOVING, STILL, Meeting, held
from bench.measuring.opponent import Grabbed, grab
from bench.measuring.ours import PICTURE, TRACKS, House, Recorded, house
from bench.measuring.quality import Quality, equal_quality
from bench.measuring.results import Result, figure, rounds_wanted, tidy
from rapporteur.media import inspection

SECONDS = 40.0
EDGE_S = 2.0
"""The first and last seconds of a file are not looked at for its unique frames."""
SUFFIX = {MOVING: "", STILL: "_still"}


@dataclass(frozen=True, slots=True)
class Round:
    total: Recorded
    tracks: Recorded
    grabbed: Grabbed
    composed: dict[str, float]
    """CPU seconds of composing the tape of `total` again, by preset."""
    unique: tuple[float, float]

    @property
    def equal_preset(self) -> float:
        return self.total.per_second - (self.composed[DEFAULT] - self.composed[ULTRAFAST]) / self.total.seconds


class Bench:
    def __init__(self, meeting: Meeting, ours: House, folder: Path) -> None:
        self._meeting = meeting
        self._ours = ours
        self._folder = folder
        self._count = 0

    async def round(self, kind: str, *, ours_first: bool) -> Round:
        await self._meeting.people.show(kind)
        if ours_first:
            total, tracks, grabbed = await self._record(PICTURE), await self._record(TRACKS), await self._grab()
        else:
            grabbed, tracks, total = await self._grab(), await self._record(TRACKS), await self._record(PICTURE)
        composed = {
            preset: await composing_cpu_s(total.tape, self._folder / f"{total.bot_id}-{preset}", preset)
            for preset in {DEFAULT, ULTRAFAST}
        }
        assert total.mp4 is not None
        unique = await asyncio.to_thread(unique_frames, total.mp4), await asyncio.to_thread(unique_frames, grabbed.mp4)
        return Round(total, tracks, grabbed, composed, unique)

    async def _record(self, config: dict[str, Any]) -> Recorded:
        recorded, _ = await asyncio.gather(
            self._ours.record(self._meeting.url, config, SECONDS), self._meeting.people.talk(SECONDS + 10))
        print(f"ours      {recorded.per_second:.3f} core", tidy(recorded.steady), flush=True)
        return recorded

    async def _grab(self) -> Grabbed:
        self._count += 1
        grabbed, _ = await asyncio.gather(
            grab(self._meeting.url, self._folder / f"grab-{self._count}", SECONDS), self._meeting.people.talk(SECONDS + 10))
        print(f"opponent  {grabbed.per_second:.3f} core", tidy(grabbed.steady), flush=True)
        return grabbed


def unique_frames(mp4: Path) -> float:
    return inspection.unique_frames_per_second(mp4, EDGE_S, inspection.duration_s(mp4) - EDGE_S)


def figures(rounds: dict[str, list[Round]], quality: dict[str, Quality]) -> dict[str, dict[str, Any]]:
    unit = "CPU seconds per meeting second"
    made: dict[str, dict[str, Any]] = {}
    for kind, done in rounds.items():
        made[f"total_equal_preset{SUFFIX[kind]}"] = figure([(r.equal_preset, r.grabbed.per_second) for r in done], unit)
        made[f"total_equal_quality{SUFFIX[kind]}"] = figure(
            [(r.total.per_second, r.grabbed.per_second + quality[kind].extra) for r in done], unit)
        made[f"total{SUFFIX[kind]}"] = figure([(r.total.per_second, r.grabbed.per_second) for r in done], unit)
        made[f"tracks_only{SUFFIX[kind]}"] = figure([(r.tracks.per_second, r.grabbed.per_second) for r in done], unit)
    made["unique_frames"] = figure([r.unique for r in rounds[MOVING]], "different pictures per second", more_is_better=True)
    return made


def breakdown(done: Round) -> dict[str, Any]:
    """Where one round's time went: CPU per second while recording, by kind of process; CPU seconds to get in."""
    assert done.total.mp4 is not None
    return {
        "total": tidy(done.total.steady), "tracks_only": tidy(done.tracks.steady), "opponent": tidy(done.grabbed.steady),
        "arrival_cpu_s": {"ours": round(done.total.arrival_cpu_s, 2), "opponent": round(done.grabbed.arrival_cpu_s, 2)},
        "composed_again_cpu_s": done.composed,
        "kbit_per_s": {"ours": round(inspection.bit_rate(done.total.mp4) / 1000),
                       "opponent": round(inspection.bit_rate(done.grabbed.mp4) / 1000)},
        "unique_frames": {"ours": done.unique[0], "opponent": done.unique[1]},
    }


async def measure() -> None:
    result = Result("capture")
    rounds: dict[str, list[Round]] = {MOVING: [], STILL: []}
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        folder = Path(name)
        data = folder / "data"
        data.mkdir()
        quality = {kind: await asyncio.to_thread(equal_quality, moving=kind == MOVING) for kind in rounds}
        async with held() as meeting, house(data, meeting.room_address) as ours:
            bench = Bench(meeting, ours, folder)
            for number in range(rounds_wanted()):
                for kind, done in rounds.items():
                    print(f"round {number + 1}, {kind}", flush=True)
                    done.append(await bench.round(kind, ours_first=number % 2 == 0))
        result.write(
            figures(rounds, quality), seconds_per_measurement=SECONDS,
            presets={"total": DEFAULT, "total_equal_preset": ULTRAFAST, "opponent": ULTRAFAST},
            opponent=" ".join(opponent.command(":DISPLAY", SECONDS, Path())),
            quality={kind: one.as_json() for kind, one in quality.items()},
            breakdown={kind: [breakdown(r) for r in done] for kind, done in rounds.items()},
        )


if __name__ == "__main__":
    opponent.require()
    asyncio.run(measure())
