"""The viewer as its bot sees it: a process that is handed frames and hands back pictures, and that nobody waits for."""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import Sequence
from contextlib import suppress

import structlog

from rapporteur.kit.tasks import TaskOwner
from rapporteur.services.ports import OnPicture
from rapporteur.wire.live import VIDEO_H264, VIDEO_PNG
from rapporteur.wire.tape import Kind, Record, encode

log = structlog.get_logger()

LARGEST_BACKLOG = 8 << 20
"""What may wait for a process that is behind; beyond it frames are left out, and pictures freeze until a key frame."""
CLOSE_S = 2.0

HEADER = struct.Struct("<BHQI")
"""Before each picture: what it is, whose source, when (UTC microseconds), and how many bytes follow."""
PNG, H264 = 1, 2
_EVENTS = {PNG: VIDEO_PNG, H264: VIDEO_H264}


class ViewerProcess:
    """Fulfils services.ports.Viewer. `command` is the program that calls viewing's `main`; wiring knows it."""

    def __init__(self, on_picture: OnPicture, *, command: Sequence[str], png: bool, h264: bool) -> None:
        self._command = command
        self._on_picture = on_picture
        self._wanted = {"png": png, "h264": h264}
        self._process: asyncio.subprocess.Process | None = None
        self._early: list[bytes] = []
        self._tasks = TaskOwner("viewer")
        self._tasks.start(self._run(), name="process")
        self._torn: set[int] = set()
        self.left_out = 0
        """Frames that the process was too slow for."""

    def feed(self, record: Record) -> None:
        """Hand over one TRACK or VIDEO record, in the order of the tape. Never waits."""
        stdin = None if self._process is None else self._process.stdin
        if stdin is None:
            self._early.append(encode(record))
        elif stdin.transport.get_write_buffer_size() > LARGEST_BACKLOG and record.kind is Kind.VIDEO:
            self.left_out += 1
            self._torn.add(record.source)
        elif record.source not in self._torn or record.is_key or record.kind is not Kind.VIDEO:
            # What builds on a frame that was left out would show mud.
            self._torn.discard(record.source)
            stdin.write(encode(record))

    async def aclose(self) -> None:
        """End the process; what it has not shown by then is not shown."""
        process = self._process
        if process is not None and process.stdin is not None and process.returncode is None:
            process.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), CLOSE_S)
        await self._tasks.stop()
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _run(self) -> None:
        # lint-skip: environment-read-once for the child, whose libraries' thread pools would compete with the meeting
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(self._wanted).encode() + b"\n" + b"".join(self._early))
        self._process = process
        self._early.clear()
        with suppress(asyncio.IncompleteReadError):
            while True:
                what, source, at_us, size = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
                self._on_picture(_EVENTS[what], source, at_us / 1000, await process.stdout.readexactly(size))
        log.info("viewer ended", exit_code=await process.wait())
