"""The composer as a process: how the bot starts it, watches over it and takes its result, and what the process itself does.

The child reads ONE JSON line from standard input: {tape_dir, out_dir, recording_config, bot_pid, lock_path}. It writes
`out_dir/RECORDING_ID/NAME` for the files of domain.recording, `out_dir/progress.json` about once a second while it lives, and
`out_dir/result.json` when everything is done. It runs at low priority and never outlives its bot: what a bot's death leaves
half made, the next generation makes anew from the tape. Nothing it does is lost, because nothing but the tape is its memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import structlog

from rapporteur.domain.recording import ArtifactKind, artifacts_of
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.locks import FileLock, is_held
from rapporteur.kit.tasks import TaskOwner
from rapporteur.media.composition import COMPOSITION_FAILED, ComposeConfig, compose, write_json
from rapporteur.media.tape import TapeReader
from rapporteur.services.ports import ComposedArtifact
from rapporteur.wire.tape import Kind

__all__ = ["ComposeConfig", "ComposerProcess", "compose", "main"]

log = structlog.get_logger()

RESULT, PROGRESS, LOCK = "result.json", "progress.json", "composer.lock"
NICE = 10
TELL_S = 1.0
STALL_S = 90.0
"""A composer that has told nothing for this long hangs. Far more than a crowded machine keeps a niced process waiting."""
ATTEMPTS = 2


class ComposerProcess:
    """Fulfils services.ports.Composer. `command` is the program that calls `main`; wiring knows it."""

    def __init__(
        self, command: Sequence[str], *, tape_dir: Path, out_dir: Path, recording_config: dict[str, Any],
        lock_path: Path | None = None, clock: Clock | None = None,
    ) -> None:
        """`lock_path` is the lock the bot holds while it lives; without one its process id is watched."""
        self._command = command
        self._tape_dir = tape_dir
        self._out_dir = out_dir
        self._config = recording_config
        self._lock_path = lock_path
        self._clock = clock or SystemClock()
        self._tasks = TaskOwner("composer")
        self._work: asyncio.Task[list[ComposedArtifact]] | None = None

    async def start(self) -> None:
        """Start composing what the tape has and will have. A second call changes nothing."""
        if self._work is None:
            self._work = self._tasks.start(self._compose(), name="process")

    async def finish(self) -> list[ComposedArtifact]:
        await self.start()
        assert self._work is not None
        return await self._work

    async def _compose(self) -> list[ComposedArtifact]:
        for attempt in range(1, ATTEMPTS + 1):
            code = await self._run_once()
            result = self._result() if code == 0 else None
            if result is not None:
                return result
            log.error("composer died", exit_code=code, attempt=attempt)
        return await asyncio.to_thread(self._failures)

    async def _run_once(self) -> int:
        self._out_dir.mkdir(parents=True, exist_ok=True)
        request = {
            "tape_dir": str(self._tape_dir), "out_dir": str(self._out_dir), "recording_config": self._config,
            "bot_pid": os.getpid(), "lock_path": str(self._lock_path) if self._lock_path else None,
        }
        # The libraries' own thread pools would compete with the meeting at one thread per core.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, env=environment)
        except OSError as error:
            log.error("composer cannot start", errno=error.errno)
            return -1
        try:
            await _hand_over(process, json.dumps(request).encode() + b"\n")
            return await self._watch(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _watch(self, process: asyncio.subprocess.Process) -> int:
        """The exit code; a process that makes no sign of life is killed."""
        last, last_s = self._progress(), self._clock.monotonic_s()
        while True:
            with suppress(TimeoutError):
                return await asyncio.wait_for(process.wait(), TELL_S)
            now, now_s = self._progress(), self._clock.monotonic_s()
            if now != last:
                last, last_s = now, now_s
            elif now_s - last_s > STALL_S:
                log.error("composer hangs", silent_s=round(now_s - last_s))
                process.kill()

    def _progress(self) -> str:
        try:
            return (self._out_dir / PROGRESS).read_text()
        except FileNotFoundError:
            return ""

    def _result(self) -> list[ComposedArtifact] | None:
        try:
            entries = json.loads((self._out_dir / RESULT).read_text())
        except (FileNotFoundError, ValueError):
            return None
        return [
            ComposedArtifact(
                entry["recording_id"], ArtifactKind(entry["artifact"]), tuple(map(Path, entry["files"])),
                entry["failure"], entry["report"], entry["format"],
            )
            for entry in entries
        ]

    def _failures(self) -> list[ComposedArtifact]:
        """Nothing came of it: every artifact of every recording on the tape has failed, and each is told."""
        configs = {
            record.body["recording_id"]: record.body.get("recording_config", self._config)
            for record in TapeReader(self._tape_dir) if record.kind is Kind.RECORDING and record.body["action"] == "start"
        }
        return [
            ComposedArtifact(recording, artifact.kind, (), COMPOSITION_FAILED, format=artifact.format)
            for recording, config in configs.items() for artifact in artifacts_of(config)
        ]


async def _hand_over(process: asyncio.subprocess.Process, line: bytes) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # a child that died already shows by its exit code
        process.stdin.write(line)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


# --- the child ----------------------------------------------------------------------------------------------------------


class _Orphaned(Exception):
    """The bot is gone; the tape is the next generation's."""


def main(stdin: IO[str], clock: Clock | None = None) -> int:
    """Compose what the line on `stdin` asks for. 0 when `result.json` is written, 3 when the bot died meanwhile."""
    request = json.loads(stdin.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to the whole group; the bot decides what it means
    os.nice(NICE)
    alive = _bot_lives(request["bot_pid"], request["lock_path"])
    out_dir = Path(request["out_dir"])
    try:
        with _alone_in(out_dir, alive):
            (out_dir / RESULT).unlink(missing_ok=True)
            progress = _Progress(out_dir / PROGRESS, alive, clock or SystemClock())
            entries = compose(
                Path(request["tape_dir"]), out_dir, ComposeConfig.from_recording_config(request["recording_config"]),
                follow=True, writer_alive=alive, progress=progress.tell,
            )
            progress.check()
            write_json(out_dir / RESULT, [progress.annotated(entry) for entry in entries])
    except _Orphaned:
        log.warning("composer without a bot stops")
        return 3
    return 0


def _bot_lives(bot_pid: int, lock_path: str | None) -> Callable[[], bool]:
    if lock_path is not None:
        return lambda: is_held(Path(lock_path))
    return lambda: os.getppid() == bot_pid


def _alone_in(out_dir: Path, alive: Callable[[], bool]) -> FileLock:
    """Wait for the composer of a bot that has just died to notice it."""
    pause = threading.Event()
    while (lock := FileLock.take(out_dir / LOCK)) is None:
        if not alive():
            raise _Orphaned
        pause.wait(0.1)
    return lock


class _Progress:
    def __init__(self, path: Path, alive: Callable[[], bool], clock: Clock) -> None:
        self._path = path
        self._alive = alive
        self._clock = clock
        self._told_s = float("-inf")
        self._lag_ms = 0.0
        """The largest distance behind the clock; while there is nothing to read there is none."""
        self._signs = 0

    def tell(self, position_us: float, waiting: bool) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._told_s < TELL_S:
            return
        self.check()
        self._told_s = now_s
        self._signs += 1
        lag_ms = self._clock.now_ms() - position_us / 1000 if position_us and not waiting else 0.0
        self._lag_ms = max(self._lag_ms, lag_ms)
        write_json(self._path, {"position_us": round(position_us), "lag_ms": round(lag_ms), "signs": self._signs})

    def check(self) -> None:
        if not self._alive():
            raise _Orphaned

    def annotated(self, entry: dict[str, Any]) -> dict[str, Any]:
        if entry["report"] is None:
            return entry
        return {**entry, "report": {**entry["report"], "composer_lag_ms": round(self._lag_ms)}}
