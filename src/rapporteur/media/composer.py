"""The composer as its bot sees it: a process that is started, watched over, and asked for its result.

What the process does, and what passes between the two, is media.composing's business. Nothing of it is loaded here: a bot has
no use for what draws and encodes pictures, and its memory is counted per meeting.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from rapporteur.domain.recording import ArtifactKind, artifacts_of
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.media.tape import TapeReader
from rapporteur.services.ports import ComposedArtifact
from rapporteur.wire.tape import Kind

log = structlog.get_logger()

RESULT, PROGRESS = "result.json", "progress.json"
"""What the process leaves in its folder: the entries of everything made, and signs of life about once a second."""
NICE = 10
TELL_S = 1.0
LOOK_S = 0.25
"""How often the result of a single recording is looked for."""
STALL_S = 90.0
"""A composer that has told nothing for this long hangs. Far more than a crowded machine keeps a niced process waiting."""
ATTEMPTS = 2


OnStream = Callable[[str, int, str], None]
"""Of which recording, the stream's number, and how it stands: running | done | failed."""


class ComposerProcess:
    """Fulfils services.ports.Composer. `command` is the program that calls composing's `main`; wiring knows it."""

    def __init__(
        self, command: Sequence[str], *, tape_dir: Path, out_dir: Path, recording_config: dict[str, Any],
        lock_path: Path | None = None, clock: Clock | None = None, streams: Sequence[dict[str, Any]] = (),
        on_stream: OnStream = lambda recording_id, number, code: None,
    ) -> None:
        """`lock_path` is the lock the bot holds while it lives; without one its process id is watched. `streams` are where the
        mixed picture is sent while it is made: {number, url}. What was taped before this moment is not sent."""
        self._command = command
        self._tape_dir = tape_dir
        self._out_dir = out_dir
        self._config = recording_config
        self._lock_path = lock_path
        self._clock = clock or SystemClock()
        self._streams, self._on_stream = list(streams), on_stream
        self._live_from_us = self._clock.now_ms() * 1000
        self._told: dict[tuple[str, int], str] = {}
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

    async def completed(self, recording_id: str) -> list[ComposedArtifact]:
        """The artifacts of a recording that the tape says is complete, as soon as they are made."""
        await self.start()
        assert self._work is not None
        while (result := self._result(self._out_dir / recording_id / RESULT)) is None:
            if self._work.done():
                return [artifact for artifact in self._work.result() if artifact.recording_id == recording_id]
            await self._clock.sleep(LOOK_S)
        return result

    async def _compose(self) -> list[ComposedArtifact]:
        for attempt in range(1, ATTEMPTS + 1):
            code = await self._run_once()
            result = self._result(self._out_dir / RESULT) if code == 0 else None
            if result is not None:
                return result
            log.error("composer died", exit_code=code, attempt=attempt)
        return await asyncio.to_thread(self._failures)

    async def _run_once(self) -> int:
        self._out_dir.mkdir(parents=True, exist_ok=True)
        request = {
            "tape_dir": str(self._tape_dir), "out_dir": str(self._out_dir), "recording_config": self._config,
            "bot_pid": os.getpid(), "lock_path": str(self._lock_path) if self._lock_path else None,
            "streams": self._streams, "live_from_us": self._live_from_us,
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
                code = await asyncio.wait_for(process.wait(), TELL_S)
                self._tell_streams(self._progress())
                return code
            now, now_s = self._progress(), self._clock.monotonic_s()
            self._tell_streams(now)
            if now != last:
                last, last_s = now, now_s
            elif now_s - last_s > STALL_S:
                log.error("composer hangs", silent_s=round(now_s - last_s))
                process.kill()

    def _tell_streams(self, progress: str) -> None:
        with suppress(ValueError):
            for stream in json.loads(progress).get("streams", ()):
                name = stream["recording_id"], stream["number"]
                if stream["code"] != self._told.get(name, "waiting"):
                    self._told[name] = stream["code"]
                    self._on_stream(*name, stream["code"])

    def _progress(self) -> str:
        try:
            return (self._out_dir / PROGRESS).read_text()
        except FileNotFoundError:
            return ""

    def _result(self, path: Path) -> list[ComposedArtifact] | None:
        try:
            entries = json.loads(path.read_text())
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
        # Only here, where nothing else is left to do: it loads what the process alone should need.
        from rapporteur.media.composition import COMPOSITION_FAILED

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
