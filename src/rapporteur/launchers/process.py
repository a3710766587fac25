"""Bots as processes of this machine, each in a session of its own, so that none dies with the server that started it.

A bot is born holding a lock: the launcher takes it on `<bot_dir>/process-<generation>` and lets the child inherit it, so from
its first instant to its last the kernel says whether it lives, to this server and to the next one. The bot itself takes
`<bot_dir>/lock-<generation>`, which keeps a second process of the same pair from working, whoever started it.

What a bot is told goes through its standard input, never through arguments or the environment, which other users can read.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.locks import FileLock, is_held
from rapporteur.services.ports import Credentials

log = structlog.get_logger()

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""Of the server's environment a bot sees this much: no setting and no secret is among it."""

_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""Of this process, by pid, until they are reaped. They outlive the launcher that started them."""


class ProcessLauncher:
    """A port of services.ports.Launcher."""

    def __init__(self, data_dir: Path, command: list[str], *, environment: Mapping[str, str] | None = None) -> None:
        """`environment` is added to the little a bot inherits; it must hold nothing secret."""
        self._bots = data_dir.resolve() / "bots"
        self._command = command
        self._environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | dict(environment or {})
        self._one_at_a_time = threading.Lock()

    async def launch(self, bot_id: str, generation: int, credentials: Credentials) -> None:
        """Start the process of this pair, or adopt the one that lives. CaptureFailure if none can be started."""
        try:
            await asyncio.to_thread(self._launch, bot_id, generation, credentials)
        except OSError as error:
            raise CaptureFailure(f"the bot's process cannot be started: {error.strerror}") from error

    def alive(self, bot_id: str, generation: int) -> bool:
        _reap()
        return is_held(self._birth(bot_id, generation)) or is_held(self._bots / bot_id / f"lock-{generation}")

    def launched(self, bot_id: str, generation: int) -> bool:
        return self._birth(bot_id, generation).exists()

    def end(self, bot_id: str, generation: int) -> None:
        """End the process and its group by force, if it lives."""
        birth = self._birth(bot_id, generation)
        if not is_held(birth):
            return
        pid = birth.read_text().strip()
        # While the lock is held the process lives, so the number is still its own.
        if pid:
            with suppress(ProcessLookupError):
                os.killpg(int(pid), signal.SIGKILL)
                log.warning("bot ended by force", bot_id=bot_id, generation=generation)

    def _birth(self, bot_id: str, generation: int) -> Path:
        return self._bots / bot_id / f"process-{generation}"

    def _launch(self, bot_id: str, generation: int, credentials: Credentials) -> None:
        folder = self._bots / bot_id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._one_at_a_time:
            if self.alive(bot_id, generation):
                log.info("bot adopted", bot_id=bot_id, generation=generation)
                return
            birth = FileLock.take(self._birth(bot_id, generation))
            if birth is None:  # another server of this data directory was faster
                return
            with birth:
                child = self._spawn(folder, birth.descriptor)
                os.ftruncate(birth.descriptor, 0)
                os.pwrite(birth.descriptor, f"{child.pid}\n".encode(), 0)
            _CHILDREN[child.pid] = child
        _tell(child, {
            "bot_id": bot_id, "generation": generation, "bot_dir": str(folder),
            "control_url": credentials.control_url, "token": credentials.token,
        })
        log.info("bot launched", bot_id=bot_id, generation=generation, pid=child.pid)

    def _spawn(self, folder: Path, inherited: int) -> subprocess.Popen[bytes]:
        with (folder / "bot.log").open("ab") as output:
            return subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=folder, env=self._environment,
                start_new_session=True, close_fds=True, pass_fds=(inherited,),
            )


def _reap() -> None:
    """Collect the exit of every child that ended, so that none stays behind as a zombie."""
    for pid, child in list(_CHILDREN.items()):
        if child.poll() is not None:
            _CHILDREN.pop(pid, None)


def _tell(child: subprocess.Popen[bytes], told: dict[str, Any]) -> None:
    assert child.stdin is not None
    # A child that died before it read this is found dead by whoever asks next.
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(json.dumps(told).encode() + b"\n")
