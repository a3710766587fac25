"""The demo's stage: a server as a newcomer starts it, a room, three simulated people, and a user's webhook endpoint."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from rapporteur.domain.errors import RapporteurError
from rapporteur.kit.clock import Clock
from rapporteur.kit.serving import listen
from rapporteur.simulators.receiver import Receiver

BOT_NAME = "Notetaker"
ASKED_FOR: dict[str, Any] = {
    "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}},
    "participant_events": {}, "meeting_metadata": {}, "video_mixed_mp4": {}, "audio_mixed_mp3": {},
}
_HOST = "127.0.0.1"
_STARTS_WITHIN_S = 30.0
_STOPS_WITHIN_S = 10.0


class Api:
    """The server's HTTP API, as an application uses it. RapporteurError tells what the server refused."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session

    async def get(self, path: str) -> Any:
        return await self._call("GET", path)

    async def post(self, path: str, body: Any) -> Any:
        return await self._call("POST", path, body)

    async def read(self, link: str) -> bytes:
        """What a signed link gives, a download or a page. It needs no key, so none is sent."""
        async with aiohttp.ClientSession(self._url) as session, session.get(link) as answer:
            if answer.status >= 400:
                raise RapporteurError(f"a signed link answered {answer.status}")
            return await answer.read()

    async def events(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """A stream of server-sent events, until the server ends it."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self._session.get(path, headers={"Accept": "text/event-stream"}, timeout=timeout) as answer:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self._session.request(method, path, json=body) as answer:
            if answer.status >= 400:
                raise RapporteurError(f"{method} {path} answered {answer.status}: {await answer.text()}")
            return await answer.json()


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demo works with: the public interface of a running server, and nothing else of it."""

    api: Api
    receiver: Receiver

    async def open_room(self, title: str, *, waiting_room: bool) -> dict[str, Any]:
        """A meeting room: {code, url, host_url}."""
        return await self.api.post("/room/", {"title": title, "waiting_room": waiting_room})

    async def send_bot(self, meeting_url: str) -> dict[str, Any]:
        body = {"meeting_url": meeting_url, "bot_name": BOT_NAME, "recording_config": ASKED_FOR}
        return await self.api.post("/api/v1/bot/", body)

    async def play_link(self, bot_id: str) -> str:
        """The page that plays the bot's recording beside its transcript."""
        return (await self.api.get(f"/rapporteur/v1/bots/{bot_id}/play_link/"))["url"]


@asynccontextmanager
async def set_up(data_dir: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Make a key, start the server, register a webhook endpoint, all by the commands and calls of the tutorial."""
    key = (await _output("keys", "create", "--name", "demo", "--json", "--data-dir", str(data_dir)))["secret"]
    headers = {"Authorization": f"Token {key}"}
    async with (
        _server(data_dir, clock) as url, Receiver() as receiver, aiohttp.ClientSession(url, headers=headers) as session,
    ):
        api = Api(url, session)
        receiver.secret = (await api.post("/rapporteur/v1/webhooks/", {"url": receiver.url}))["secret"]
        yield Stage(api, receiver)


@asynccontextmanager
async def _server(data_dir: Path, clock: Clock) -> AsyncIterator[str]:
    with listen(_HOST, 0) as probe:
        port = probe.getsockname()[1]
    with (data_dir / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *_command("serve", "--port", str(port), "--data-dir", str(data_dir)), stderr=log, stdin=asyncio.subprocess.DEVNULL,
        )
    try:
        await _until_answered(f"http://{_HOST}:{port}", process, clock, data_dir / "server.log")
        yield f"http://{_HOST}:{port}"
    finally:
        await _stop(process)


async def _until_answered(url: str, process: asyncio.subprocess.Process, clock: Clock, log: Path) -> None:
    deadline = clock.monotonic_s() + _STARTS_WITHIN_S
    async with aiohttp.ClientSession() as session:
        while process.returncode is None and clock.monotonic_s() < deadline:
            try:
                async with session.get(f"{url}/rapporteur/v1/health/") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await clock.sleep(0.1)
    raise RapporteurError(f"the server did not start; {log} tells why")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOPS_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _output(*arguments: str) -> Any:
    process = await asyncio.create_subprocess_exec(*_command(*arguments), stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RapporteurError(f"rapporteur {' '.join(arguments[:2])} failed")
    return json.loads(out)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rapporteur", *arguments]
