"""One trial of the promise that nothing recorded is lost: a tape is written in real time, and something dies at random.

A writer records a camera and a microphone with beeps at known times; a composer follows its tape. What dies is the writer's
process (`bot`), the composer's (`composer`), the machine (`power`) or its disk's room (`disk`). Afterwards the files are made
as a finisher makes them, and measured.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from rapporteur.domain.errors import CaptureFailure
from rapporteur.domain.participants import Participant
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.media.composer import ComposerProcess
from rapporteur.media.tape import RESERVE, FileTape
from rapporteur.wire.tape import KEY_FRAME, Kind, Record, Track, json_record
from tests.fakes.disks import ForgetfulDisk, FullDisk

KINDS = ("bot", "composer", "power", "disk")
CONFIG = {"video_mixed_mp4": {}, "audio_mixed_mp3": {}, "participant_events": {}}
COMPOSER = [sys.executable, "-c", "import sys; from rapporteur.media.composing import main; sys.exit(main(sys.stdin))"]
BEEP_EVERY_S, LATEST_S = 0.5, 3.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Trial:
    kind: str
    struck_s: float
    """Behind the start of the recording."""
    recorded_s: float
    lost_s: float
    beeps: list[float]
    faults: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def trial(kind: str, folder: Path, rng: random.Random) -> Trial:
    """Strike once; every fault that is found is named."""
    strike = {"bot": _bot, "composer": _composer, "power": _power, "disk": _disk}[kind]
    struck_s = await strike(folder, rng.uniform(0.8, LATEST_S))
    finisher = FileTape(folder / "tape", bot_id="b", generation=2, clock=SystemClock(), reserve=0)
    await finisher.close("finished")
    made = {a.artifact.value: a for a in await _process(folder).finish()}
    faults = [f"{name} failed: {a.failure}" for name, a in made.items() if a.failure]
    if faults or "video_mixed" not in made:
        return Trial(kind, struck_s, 0, struck_s, [], faults or ["there is no recording"])
    mp4, mp3 = made["video_mixed"].files[0], made["audio_mixed"].files[0]
    recorded_s = inspection.duration_s(mp4)
    beeps = inspection.beep_times(mp4)
    faults += [] if struck_s - recorded_s <= 1.0 else ["more than a second is lost"]
    faults += [] if abs(inspection.duration_s(mp3) - recorded_s) < 0.15 else ["picture and sound are of different lengths"]
    faults += [] if abs(len(inspection.frame_times(mp4)) - recorded_s * 30) <= 2 else ["frames are missing or doubled"]
    faults += _beep_faults(beeps, min(recorded_s, struck_s))
    return Trial(kind, round(struck_s, 3), round(recorded_s, 3), round(struck_s - recorded_s, 3), beeps, faults)


def _beep_faults(beeps: list[float], recorded_s: float) -> list[str]:
    """What is wrong with the sound: one beep belongs to each half second, and the last may be cut."""
    places = [round(beep / BEEP_EVERY_S) for beep in beeps]
    wanted = {n for n in range(1, 99) if n * BEEP_EVERY_S + 0.3 < recorded_s}
    faults = [] if wanted <= set(places) else [f"sound is missing: {sorted(wanted - set(places))}"]
    faults += [] if len(set(places)) == len(places) else ["sound is doubled"]
    return faults + [f"sound is at {b:.2f} s" for b, n in zip(beeps, places, strict=True) if abs(b - n * BEEP_EVERY_S) > 0.1]


def _process(folder: Path) -> ComposerProcess:
    return ComposerProcess(COMPOSER, tape_dir=folder / "tape", out_dir=folder / "work", recording_config=CONFIG)


# --- what dies ----------------------------------------------------------------------------------------------------------


async def _bot(folder: Path, after_s: float) -> float:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.killing", str(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert writer.stdout is not None
    await writer.stdout.readline()
    await SystemClock().sleep(after_s)
    writer.kill()
    # On a crowded machine it is behind the clock: what counts is what it had recorded.
    said = (await writer.stdout.read()).splitlines(keepends=True)
    await writer.wait()
    return max(float(line) for line in said if line.endswith(b"\n"))


async def _composer(folder: Path, after_s: float) -> float:
    composer, clock = _process(folder), SystemClock()
    before = _children()
    await composer.start()
    tape = _tape(folder)
    recording = asyncio.create_task(record(tape, LATEST_S + 0.5))
    await clock.sleep(after_s)
    for pid in _children() - before:
        os.kill(pid, signal.SIGKILL)
    length_s = await recording
    await tape.close("ended")
    await composer.finish()
    return length_s


async def _power(folder: Path, after_s: float) -> float:
    disk, lost = ForgetfulDisk(), folder / "lost"
    tape = FileTape(lost / "tape", bot_id="b", generation=1, clock=SystemClock(), disk=disk)
    struck_s = await record(tape, after_s)
    disk.image(lost, folder)
    await tape.close("ended")
    shutil.rmtree(lost)
    return struck_s


async def _disk(folder: Path, after_s: float) -> float:
    room = RESERVE + round(after_s * 30_000)
    tape = FileTape(folder / "tape", bot_id="b", generation=1, clock=SystemClock(), disk=FullDisk(room))
    try:
        struck_s = await record(tape, 30)
    finally:
        with pytest.raises(CaptureFailure, match="No space left"):  # the bot is told why
            await tape.close("ended")
    return struck_s


def _tape(folder: Path) -> FileTape:
    return FileTape(folder / "tape", bot_id="b", generation=1, clock=SystemClock())


def _children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


# --- what is recorded ---------------------------------------------------------------------------------------------------


async def record(tape: FileTape, seconds: float, tell: Callable[[float], None] = lambda recorded_s: None) -> float:
    """Record in real time, for so long or until the tape takes no more; answers for how long, from the recording's start.

    `tell` hears the same again and again while it goes on.
    """
    clock = SystemClock()
    person = Participant(100, "Ana").as_json()
    start_ms = clock.now_ms()
    start_us = round(start_ms * 1000)
    tape.append(json_record(Kind.RECORDING, start_us, {"recording_id": "r1", "action": "start"}))
    joined = {"recording_id": "r1", "action": "join", "participant": person, "data": None}
    tape.append(json_record(Kind.EVENT, start_us, joined))
    for source, media, role, mime, rate in ((1, "video", "webcam", "video/VP8", 90_000),
                                            (2, "audio", "microphone", "audio/opus", 48_000)):
        tape.append(json_record(Kind.TRACK, start_us, Track(source, media, role, mime, rate, 100).as_json(), source=source))
    tell(0.0)
    camera, microphone = _Camera(), _Microphone()
    sent = 0
    while sent * 0.02 < seconds:
        # On a crowded machine the clock jumps: what should have been sent meanwhile comes late, and is not left out.
        due_s = min((clock.now_ms() - start_ms) / 1000, seconds)
        try:
            while sent * 0.02 < due_s:
                at_us = start_us + sent * 20_000
                for record in (*microphone.packet(sent), *(camera.frame(sent) if sent % 5 == 0 else ())):
                    tape.append(record._replace(at_us=at_us))
                sent += 1
        except CaptureFailure:
            break
        tell(sent * 0.02)
        await clock.sleep(0.01)
    return sent * 0.02


class _Camera:
    """Ten frames a second, a little different each."""

    def __init__(self) -> None:
        self._encoder = av.CodecContext.create("libvpx", "w")
        self._encoder.width, self._encoder.height, self._encoder.pix_fmt = 160, 90, "yuv420p"
        self._encoder.time_base, self._encoder.bit_rate, self._encoder.gop_size = Fraction(1, 10), 60_000, 20
        self._encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}

    def frame(self, sent: int) -> list[Record]:
        pixels = np.full((90, 160, 3), (40, 160, 60), np.uint8)
        pixels[30:50, (sent * 3) % 140:][:, :12] = 235
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = sent // 5, Fraction(1, 10)
        return [Record(Kind.VIDEO, 0, bytes(p), 1, KEY_FRAME * p.is_keyframe, sent * 1800) for p in self._encoder.encode(frame)]


class _Microphone:
    def __init__(self) -> None:
        self._encoder = av.CodecContext.create("libopus", "w")
        self._encoder.sample_rate, self._encoder.layout, self._encoder.format = 48_000, "mono", "flt"

    def packet(self, sent: int) -> list[Record]:
        at = sent * 0.02 + np.arange(960) / 48_000
        beeping = (at >= BEEP_EVERY_S) & (at % BEEP_EVERY_S < 0.1)
        frame = av.AudioFrame.from_ndarray(
            np.where(beeping, 0.4 * np.sin(2 * np.pi * 1000 * at), 0).astype(np.float32)[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, sent * 960, Fraction(1, 48_000)
        return [Record(Kind.AUDIO, 0, bytes(p), 2, 0, sent * 960, sent) for p in self._encoder.encode(frame)]


async def _write_until_killed(folder: Path) -> None:
    await record(_tape(folder), 60, lambda recorded_s: print(recorded_s, flush=True))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_write_until_killed(Path(sys.argv[1])))
