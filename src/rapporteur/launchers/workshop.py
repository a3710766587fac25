"""Errands as processes of this machine: each is told its work through standard input and leaves `result.json` in its folder.

Unlike a bot, such a process is nothing without its server: it ends when its standard input does, and the server that comes
next begins the errand anew.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from rapporteur.domain.errors import ErrandFailure

log = structlog.get_logger()

RESULT = "result.json"
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


class ProcessWorkshop:
    """Fulfils services.errands.Workshop. `command` starts a process that reads its errand from standard input."""

    def __init__(self, command: Sequence[str], *, log_file: Path) -> None:
        self._command = tuple(command)
        self._log_file = log_file

    async def work(self, folder: Path, told: dict[str, Any]) -> dict[str, Any]:
        process = await self._start()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(told | {"folder": str(folder)}).encode() + b"\n")
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        result = folder / RESULT
        if code != 0 or not result.exists():
            raise ErrandFailure("the process died", code="errand_died", retryable=True)
        answer = json.loads(await asyncio.to_thread(result.read_bytes))
        if (failure := answer.get("failure")) is not None:
            raise ErrandFailure("the process could not do it", code=str(failure))
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        # lint-skip: environment-read-once the child gets the little of it that holds no setting and no secret
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with self._log_file.open("ab") as output:
            try:
                return await asyncio.create_subprocess_exec(
                    *self._command, stdin=asyncio.subprocess.PIPE, stdout=output, stderr=output, env=environment)
            except OSError as error:
                raise ErrandFailure(
                    f"the process cannot be started: {error.strerror}", code="errand_died", retryable=True) from error
