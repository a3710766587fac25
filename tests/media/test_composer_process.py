"""The composer as a process: it follows a growing tape, is begun anew when it dies, and never outlives its bot."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from synthetic import GREEN, SPEED, camera, event, microphone, person, recording, tape, track, write

from rapporteur.domain.recording import ArtifactKind
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.locks import FileLock
from rapporteur.media import inspection
from rapporteur.media.composer import ComposerProcess
from rapporteur.media.tape import FileTape
from rapporteur.wire.tape import Decoder, Kind

pytestmark = pytest.mark.media

ANA = person(100, "Ana Lindqvist")
CONFIG = {"video_mixed_mp4": {}, "audio_mixed_mp3": {}, "participant_events": {}}
PROGRAM = [sys.executable, "-c", "import sys; from rapporteur.media.composing import main; sys.exit(main(sys.stdin))"]
BROKEN = [sys.executable, "-c", "raise SystemExit(1)"]
SECONDS = 3.0


def meeting() -> bytes:
    return tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100),
        track(0, 2, "audio", "microphone", 100), SPEED.carry(camera(1, GREEN, 0, SECONDS)),
        SPEED.carry(microphone(2, 0, SECONDS, (1.0,))), recording(SECONDS, "stop"), ended_s=SECONDS,
    )


def process(folder: Path, command: list[str] = PROGRAM) -> ComposerProcess:
    return ComposerProcess(command, tape_dir=folder / "tape", out_dir=folder / "work", recording_config=CONFIG)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (folder / "work" / "r1").iterdir()}


def own_children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


async def test_it_follows_a_tape_while_it_is_written(tmp_path: Path):
    composer = process(tmp_path)
    await composer.start()
    written = FileTape(tmp_path / "tape", bot_id="b", generation=1, clock=SystemClock())
    for record in Decoder().feed(meeting()):
        if record.kind not in (Kind.BEGIN, Kind.END):
            written.append(record)
    await written.close("left")
    artifacts = await composer.finish()
    assert [a.artifact for a in artifacts] == [
        ArtifactKind.VIDEO_MIXED, ArtifactKind.AUDIO_MIXED, ArtifactKind.PARTICIPANT_EVENTS,
    ]
    video = artifacts[0]
    assert video.failure is None
    assert video.report is not None
    assert "composer_lag_ms" in video.report
    assert inspection.duration_s(video.files[0]) == pytest.approx(SECONDS, abs=0.05)
    assert video.files[0] == tmp_path / "work" / "r1" / "video_mixed.mp4"


async def test_one_that_is_killed_is_begun_anew_and_the_files_are_the_same(tmp_path: Path):
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for folder in (undisturbed, killed):
        write(folder / "tape", meeting())
    write(killed / "tape", meeting()[:-40])  # it waits for the end
    before = own_children()
    composer = process(killed)
    await composer.start()
    growing = killed / "work" / "r1" / "video_mixed.mp4"
    while not growing.exists():
        await asyncio.sleep(0.05)
    for pid in set(own_children()) - set(before):
        os.kill(pid, signal.SIGKILL)
    write(killed / "tape", meeting())
    assert {a.failure for a in await composer.finish()} == {None}
    await process(undisturbed).finish()
    assert digests(killed) == digests(undisturbed)


async def test_one_that_cannot_run_fails_every_artifact_by_name(tmp_path: Path):
    write(tmp_path / "tape", meeting())
    artifacts = await process(tmp_path, BROKEN).finish()
    assert {(a.recording_id, a.artifact, a.failure, a.files) for a in artifacts} == {
        ("r1", kind, "composition_failed", ())
        for kind in (ArtifactKind.VIDEO_MIXED, ArtifactKind.AUDIO_MIXED, ArtifactKind.PARTICIPANT_EVENTS)
    }


async def test_it_stops_by_itself_when_the_bot_lets_go_of_its_lock(tmp_path: Path):
    write(tmp_path / "tape", meeting()[:-40])
    lock = FileLock.take(tmp_path / "lock-1")
    assert lock is not None
    child = await asyncio.create_subprocess_exec(*PROGRAM, stdin=asyncio.subprocess.PIPE)
    assert child.stdin is not None
    (tmp_path / "work").mkdir()
    request = {
        "tape_dir": str(tmp_path / "tape"), "out_dir": str(tmp_path / "work"), "recording_config": CONFIG,
        "bot_pid": os.getpid(), "lock_path": str(tmp_path / "lock-1"),
    }
    child.stdin.write(json.dumps(request).encode() + b"\n")
    while not (tmp_path / "work" / "progress.json").exists():
        await asyncio.sleep(0.05)
    lock.release()
    assert await asyncio.wait_for(child.wait(), 30) == 3
    assert not (tmp_path / "work" / "result.json").exists()
