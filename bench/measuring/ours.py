"""Our side: a server as `rapporteur serve` starts it, and bots that it sends by its API. All of it is counted.

`record` measures from the order to record, given to a bot that has settled in the meeting, to the recording being done:
capture, composition, upload, the browser's end and the server's own share.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bench.measuring.cpu import cpu_seconds
from bench.measuring.priority import prefer
from rapporteur.kit.serving import listen
from rapporteur.settings import Settings
from rapporteur.wiring.data import create_key

ROOT = Path(__file__).resolve().parents[2]
SETTLE_S = 4.0
ASK_EVERY_S = 1.0
PATIENCE_S = 120
PICTURE: dict[str, Any] = {"video_mixed_mp4": {}, "video_mixed_layout": "gallery_view"}
TRACKS: dict[str, Any] = {"video_mixed_mp4": None}
SOUND: dict[str, Any] = {"video_mixed_mp4": None, "audio_mixed_mp3": {}}


@dataclass(frozen=True, slots=True)
class Recorded:
    bot_id: str
    seconds: float
    """Of the recording, as its own start and end tell."""
    cpu_s: float
    """From the order to record to `done`."""
    steady: dict[str, float]
    """CPU per second by kind of process while it recorded; the composer may lag behind."""
    arrival_cpu_s: float
    """From the request to the settled bot."""
    tape: Path
    mp4: Path | None

    @property
    def per_second(self) -> float:
        return self.cpu_s / self.seconds


class House:
    """A running server and the root of its processes."""

    def __init__(self, root: int, folder: Path, http: aiohttp.ClientSession) -> None:
        self.root = root
        self._folder = folder
        self._http = http

    async def record(self, url: str, config: dict[str, Any], seconds: float) -> Recorded:
        before = cpu_seconds(self.root)
        bot = await self.arrive(url, config)
        began, began_s = cpu_seconds(self.root), asyncio.get_running_loop().time()
        await self._post(f"/api/v1/bot/{bot}/start_recording/", config)
        await asyncio.sleep(seconds)
        stopped, stopped_s = cpu_seconds(self.root), asyncio.get_running_loop().time()
        body = await self.leave(bot)
        spent = cpu_seconds(self.root)
        recording = body["recordings"][0]
        length = datetime.fromisoformat(recording["completed_at"]) - datetime.fromisoformat(recording["started_at"])
        return Recorded(
            bot, length.total_seconds(), spent.total() - began.total(),
            {kind: amount / (stopped_s - began_s) for kind, amount in stopped.since(began).items()},
            began.total() - before.total(), self.tape(bot), await self._download(bot, recording),
        )

    async def arrive(self, url: str, config: dict[str, Any]) -> str:
        """A bot in the meeting that records nothing yet."""
        body = {"meeting_url": url, "bot_name": "Notetaker", "recording_config": config | {"start_recording_on": "manual"}}
        bot = (await self._post("/api/v1/bot/", body))["id"]
        # Each of a bot's sessions is preferred as it appears.
        await self._until(bot, "in_call_not_recording", meanwhile=lambda: prefer(self.root))
        await asyncio.sleep(SETTLE_S)
        prefer(self.root)
        return bot

    async def start_recording(self, bot: str, config: dict[str, Any]) -> None:
        await self._post(f"/api/v1/bot/{bot}/start_recording/", config)

    async def credentials(self, provider: str, secrets: dict[str, str]) -> None:
        async with self._http.put(f"/rapporteur/v1/providers/{provider}/", json={"secrets": secrets}) as answer:
            answer.raise_for_status()

    def tape(self, bot: str) -> Path:
        return self._folder / "bots" / bot / "tape"

    async def leave(self, bot: str) -> dict[str, Any]:
        await self._post(f"/api/v1/bot/{bot}/leave_call/")
        return await self._until(bot, "done")

    async def quality(self, recording: str) -> dict[str, Any]:
        async with self._http.get(f"/rapporteur/v1/recordings/{recording}/quality/") as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _download(self, bot: str, recording: dict[str, Any]) -> Path | None:
        made = recording["media_shortcuts"].get("video_mixed")
        if not made:
            return None
        path = self._folder / f"{bot}.mp4"
        async with aiohttp.ClientSession() as session, session.get(made["data"]["download_url"]) as answer:
            answer.raise_for_status()
            path.write_bytes(await answer.read())
        return path

    async def _until(self, bot: str, code: str, meanwhile: Callable[[], object] = lambda: None) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                async with self._http.get(f"/api/v1/bot/{bot}/") as answer:
                    answer.raise_for_status()
                    body = await answer.json()
                last = body["status_changes"][-1]
                if last["code"] == code:
                    return body
                if last["code"] == "fatal":
                    raise SystemExit(f"the bot failed: {last['sub_code']}")
                meanwhile()
                # Each question costs the server 10 ms, which are counted as ours.
                await asyncio.sleep(ASK_EVERY_S)

    async def _post(self, path: str, body: Any = None) -> Any:
        async with self._http.post(path, json=body) as answer:
            if answer.status >= 400:
                raise SystemExit(f"POST {path} answered {answer.status}: {await answer.text()}")
            return await answer.json()


@asynccontextmanager
async def house(folder: Path, *room_addresses: str) -> AsyncIterator[House]:
    """A server over `folder` that sends bots into rooms of other servers and keeps their tapes."""
    key, _ = await create_key(Settings(data_dir=folder), "bench")
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    hosts = ",".join(address.partition("://")[2] for address in room_addresses)
    environment = os.environ | {"RAPPORTEUR_KEEP_TAPES": "true", "RAPPORTEUR_ROOM_HOSTS": hosts}
    serve = [sys.executable, "-m", "rapporteur", "serve", "--no-room", "--port", str(port), "--data-dir", str(folder)]
    with (folder / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "tools" / "limited.py"), "7200", *serve, env=environment, stdout=log, stderr=log)
    try:
        headers = {"Authorization": f"Token {key}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as http:
            await _until_answered(http, folder)
            yield House(process.pid, folder, http)
    finally:
        process.terminate()
        await process.wait()


async def _until_answered(http: aiohttp.ClientSession, folder: Path) -> None:
    for _ in range(300):
        try:
            async with http.get("/rapporteur/v1/health/") as answer:
                if answer.ok:
                    return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.2)
    raise SystemExit(f"the server did not start; {folder / 'server.log'} tells why")

