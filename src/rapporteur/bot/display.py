"""A screen without glass for one browser: an X server in memory, reached by who knows its cookie.

Nothing is grabbed from it. The browser takes its own tab, as it does without a screen; it only has one here.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from rapporteur.domain.errors import CaptureFailure

INSTALL = "Install Xvfb (Debian: apt-get install xvfb)."
SIZE = "1400x900x24"
"""Room for a window around a page of 1280x720."""
STARTS_WITHIN_S = 20.0
STOPS_WITHIN_S = 2.0
_COOKIE = b"MIT-MAGIC-COOKIE-1"
_ANY_HOST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Screen:
    name: str
    """For DISPLAY."""
    authority: bytes
    """What the file of XAUTHORITY holds; who has it may draw on the screen and read it."""


class Display:
    """Ends with the bot, also with one that is killed. `run_dir` takes the server's copy of the cookie."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._server: asyncio.subprocess.Process | None = None

    async def start(self) -> Screen:
        """Raises CaptureFailure that says what to install."""
        server, tie = shutil.which("Xvfb"), shutil.which("setpriv")
        if server is None or tie is None:
            raise CaptureFailure(f"`display` needs an X server in memory. {INSTALL}", code="no_display")
        authority = _authority(secrets.token_bytes(16))
        self._run_dir.mkdir(parents=True, exist_ok=True)
        kept = self._run_dir / "display.authority"
        kept.touch(mode=0o600)
        kept.write_bytes(authority)
        said, says = os.pipe()
        try:
            self._server = await asyncio.create_subprocess_exec(
                tie, "--pdeathsig", "KILL", server, "-displayfd", str(says), "-screen", "0", SIZE, "-auth", str(kept),
                "-nolisten", "tcp", "-noreset", pass_fds=(says,), stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )
        finally:
            os.close(says)
        try:
            async with asyncio.timeout(STARTS_WITHIN_S):
                number = await asyncio.to_thread(_read_number, said)
        except TimeoutError:
            await self.stop()
            number = ""
        if not number.isdecimal():
            raise CaptureFailure("The X server of the display could not start.", code="no_display")
        return Screen(f":{number}", authority)

    async def stop(self) -> None:
        """Never raises; may be called twice."""
        if self._server is None or self._server.returncode is not None:
            return
        self._server.terminate()
        try:
            async with asyncio.timeout(STOPS_WITHIN_S):
                await self._server.wait()
        except TimeoutError:
            self._server.kill()
            await self._server.wait()


def _authority(cookie: bytes) -> bytes:
    """An Xauthority file of one cookie for every display of this machine."""
    fields = (b"", b"", _COOKIE, cookie)
    return struct.pack(">H", _ANY_HOST) + b"".join(struct.pack(">H", len(field)) + field for field in fields)


def _read_number(pipe: int) -> str:
    """What the server says when it is ready; nothing when it ended instead."""
    with os.fdopen(pipe) as said:
        return said.readline().strip()
