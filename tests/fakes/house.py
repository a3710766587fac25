"""The whole product on loopback, as its users run it: a server process, a room that outlives it, a webhook endpoint."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from rapporteur.kit.clock import SystemClock
from rapporteur.kit.locks import is_held
from rapporteur.room.server import running_room
from rapporteur.settings import Settings
from rapporteur.simulators.receiver import Receiver
from rapporteur.wiring.data import create_key

BOT = "Notetaker"
CONFIG: dict[str, Any] = {
    "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "audio_mixed_mp3": {},
}


class House:
    """A server under test. `kill` and `start` may alternate: the data directory, the room and the endpoint stay."""

    def __init__(self, data_dir: Path, port: int, room_url: str, receiver: Receiver) -> None:
        self.data_dir, self.port, self.room_url, self.receiver = data_dir, port, room_url, receiver
        self.key = ""
        self.environment: dict[str, str] = {}
        """Added to the server's at its next start."""
        self._process: asyncio.subprocess.Process | None = None
        self._clock = SystemClock()

    async def start(self) -> None:
        with (self.data_dir / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "rapporteur", "serve", "--no-room", "--port", str(self.port),
                "--data-dir", str(self.data_dir), stderr=log, stdout=log,
                # `until` looks five times a second, and several may look at once.
                env=os.environ | {"RAPPORTEUR_RATE_LIMITS": "false"} | self.environment,
            )
        async with asyncio.timeout(120):
            while not await self._answers():
                assert self._process.returncode is None, (self.data_dir / "server.log").read_text()
                await self._clock.sleep(0.1)

    async def _answers(self) -> bool:
        try:
            await self.get("/rapporteur/v1/health/")
        except aiohttp.ClientConnectionError:
            return False
        return True

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self._process.wait(), 20)

    # --- its API --------------------------------------------------------------------------------------------------------

    async def get(self, path: str) -> Any:
        return await self._call("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self._call("POST", path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await self._call("PUT", path, body)

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Token {self.key}"}
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{self.port}", headers=headers) as session,
            session.request(method, path, json=body) as answer,
        ):
            answer.raise_for_status()
            return await answer.json()

    async def download(self, url: str, to: Path) -> Path:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            answer.raise_for_status()
            to.write_bytes(await answer.read())
        return to

    async def send_bot(self, meeting_url: str, **fields: Any) -> str:
        body = {"meeting_url": meeting_url, "bot_name": BOT, "recording_config": CONFIG} | fields
        return (await self.post("/api/v1/bot/", body))["id"]

    async def until(self, bot_id: str, *codes: str, within_s: float = 90) -> dict[str, Any]:
        """The bot, as soon as its state is one of these."""
        async with asyncio.timeout(within_s):
            while True:
                bot = await self.get(f"/api/v1/bot/{bot_id}/")
                if bot["status_changes"][-1]["code"] in codes:
                    return bot
                await self._clock.sleep(0.2)

    async def until_media(self, bot_id: str, within_s: float = 90) -> dict[str, Any]:
        """The bot, as soon as each of its recordings is done or failed."""
        async with asyncio.timeout(within_s):
            while True:
                bot = await self.get(f"/api/v1/bot/{bot_id}/")
                if bot["recordings"] and all(r["status"]["code"] in {"done", "failed"} for r in bot["recordings"]):
                    return bot
                await self._clock.sleep(0.2)

    # --- its bots -------------------------------------------------------------------------------------------------------

    def bot_processes(self, bot_id: str) -> list[int]:
        """The processes of a bot, by its folder in their command line or as their working directory.

        The host's recogniser is not among them, though a bot may have started it.
        """
        folder = str(self.data_dir / "bots" / bot_id)
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _belongs(pid, folder)]

    def attending_process(self, bot_id: str) -> int:
        attending = {pid for pid in self.bot_processes(bot_id) if "attend" in _arguments(pid)}
        # Until it is another program, a child has the command line of the bot that starts it.
        [pid] = [pid for pid in attending if _parent(pid) not in attending]
        return pid

    def browser_process(self, bot_id: str) -> int:
        """The browser's main process: the one that others of its kind were not started with a type by."""
        browsers = [pid for pid in self.bot_processes(bot_id) if any("user-data-dir" in a for a in _arguments(pid))
                    and not any(a.startswith("--type=") for a in _arguments(pid)) and "chrom" in _arguments(pid)[0]]
        return min(browsers)

    @staticmethod
    def arguments(pid: int) -> list[str]:
        """A process's command line; one empty word if it is gone."""
        return _arguments(pid)

    def generation_lives(self, bot_id: str, generation: int) -> bool:
        return is_held(self.data_dir / "bots" / bot_id / f"lock-{generation}")


def _belongs(pid: int, folder: str) -> bool:
    try:
        arguments = _arguments(pid)
        mine = folder in "\0".join(arguments) or os.readlink(f"/proc/{pid}/cwd") == folder
        return mine and "recognise" not in arguments
    except OSError:
        return False


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return [""]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@asynccontextmanager
async def open_house(data_dir: Path, port: int, **environment: str) -> AsyncIterator[House]:
    """A running house with a key and a webhook endpoint; what is left of its bots is ended with it.

    `environment` is added to the server's.
    """
    key, _ = await create_key(Settings(data_dir=data_dir), "test")
    async with Receiver() as receiver, running_room(open_rooms=False) as room_url:
        house = House(data_dir, port, room_url, receiver)
        house.key, house.environment = key, environment
        try:
            await house.start()
            receiver.secret = (await house.post("/rapporteur/v1/webhooks/", {"url": receiver.url}))["secret"]
            yield house
        finally:
            await house.stop()
            for bot in (data_dir / "bots").glob("*"):
                for pid in house.bot_processes(bot.name):
                    os.kill(pid, signal.SIGKILL)


async def open_room(house: House, **options: Any) -> dict[str, str]:
    """A room of the house: {code, url, host_url}."""
    async with aiohttp.ClientSession() as session, session.post(f"{house.room_url}/room/", json=options) as answer:
        return await answer.json()
