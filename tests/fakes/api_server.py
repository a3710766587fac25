"""The real API on loopback over the real services and a temporary SQLite file, a client, and a bot's side of the channel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import uvicorn
from fastapi import FastAPI

from rapporteur.api.app import ApiServices, create_app, furnish
from rapporteur.dashboard.player import PlayerServices, create_router
from rapporteur.domain.meeting import ROOM_PATTERN, VENDOR_PATTERNS, Catalogue
from rapporteur.domain.recording import PART, Artifact, ArtifactKind, files_of, find_file
from rapporteur.outbound.guard import Guard
from rapporteur.services.billing import Billing
from rapporteur.services.idempotency import Idempotency
from rapporteur.services.live_endpoints import LiveEndpoints
from rapporteur.services.members import Members
from rapporteur.services.metrics import Metrics
from rapporteur.services.providers import Providers
from rapporteur.services.screenshots import Screenshots
from rapporteur.services.streams import ZoomStreams
from rapporteur.services.webhooks import Webhooks
from rapporteur.services.workspaces import Workspaces
from rapporteur.settings import Settings
from rapporteur.wire import control
from rapporteur.wire.control import Acknowledge, Fact, Hello, Message
from tests.fakes import core as fakes
from tests.fakes.core import Core, Reporting

ROOM = "http://127.0.0.1:8000/room/weekly-sync"
CATALOGUE = Catalogue((ROOM_PATTERN, VENDOR_PATTERNS["zoom"]), frozenset({"room"}))


@dataclass
class Answer:
    status: int
    headers: Any
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class ApiServer:
    core: Core
    url: str
    key: str
    http: aiohttp.ClientSession
    app: FastAPI

    async def call(self, method: str, path: str, *, key: str | None = "", headers: dict[str, str] | None = None,
                   **options: Any) -> Answer:
        """One request, redirects not followed. `key` is what stands in the Authorization header; None sends none."""
        authorization = {} if key is None else {"Authorization": key or f"Token {self.key}"}
        address = path if path.startswith("http") else f"{self.url}{path}"
        async with self.http.request(method, address, headers=authorization | (headers or {}), allow_redirects=False,
                                     **options) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **options: Any) -> Any:
        answer = await self.call("GET", path, **options)
        assert answer.status == 200, answer.raw
        return answer.json

    async def create(self, **body: Any) -> Any:
        answer = await self.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM} | body)
        assert answer.status == 201, answer.raw
        return answer.json

    async def accounts(self) -> None:
        """Give the workspace an account at every vendor."""
        for vendor, secrets in (
            ("deepgram", {"api_key": "k"}), ("assemblyai", {"api_key": "k"}),
            ("openai_compatible", {"base_url": "https://speech.example", "api_key": "k"}),
        ):
            answer = await self.call("PUT", f"/rapporteur/v1/providers/{vendor}/", json={"secrets": secrets})
            assert answer.status == 200

    async def recorded(self, contents: dict[str, bytes] | None = None, **body: Any) -> tuple[str, str]:
        """A bot that attended, recorded, stored every file and is done; (bot, recording)."""
        bot_id = (await self.create(**body))["id"]
        return bot_id, await self.attended(bot_id, contents)

    async def attended(self, bot_id: str, contents: dict[str, bytes] | None = None) -> str:
        """Let a new bot attend, record, store every file and be done; its recording."""
        _, generation = await self.core.next(bot_id)
        await self.core.hello(bot_id, generation)
        recording_id, report = "6f1c1f0e-0000-4000-8000-" + bot_id[-12:], Reporting(bot_id)
        await self._take(bot_id, generation, report.joined() + report.recording(recording_id) + report.over(recording_id))
        await self._take(bot_id, generation, await self._store(bot_id, generation, recording_id, report, contents or {}))
        await self._take(bot_id, generation, report.finished())
        await self.core.lifecycle.publish(bot_id)
        return recording_id

    async def _take(self, bot_id: str, generation: int, facts: list[Fact]) -> None:
        await self.core.attendance.take(bot_id, generation, facts)

    async def _store(self, bot_id: str, generation: int, recording_id: str, report: Reporting,
                     contents: dict[str, bytes]) -> list[Fact]:
        view = await self.core.recordings.get(self.core.workspace_id, recording_id)
        facts = []
        for artifact in [Artifact(artifact.kind, artifact.format) for artifact in view.artifacts]:
            names = [*(file.name for file in files_of(artifact)), *(name for name in contents if _is_part(name, artifact))]
            granted = await self.core.attendance.uploads(
                bot_id, generation, [{"recording_id": recording_id, "name": name} for name in names])
            files = []
            for grant in granted:
                data = contents.get(grant["name"], b"[]")
                await self.core.stored(grant["key"], data)
                files.append({"name": grant["name"], "key": grant["key"], "size": len(data)})
            title = {"title": "Weekly sync"} if artifact.kind is ArtifactKind.MEETING_METADATA else None
            facts.append(report.fact(control.ARTIFACT_STORED, recording_id=recording_id, artifact=artifact.kind,
                                     format=artifact.format, files=files, report=title))
        return facts


def _is_part(name: str, artifact: Artifact) -> bool:
    file = find_file(name)
    return file is not None and file.role == PART and Artifact(file.artifact, file.format) == artifact


@asynccontextmanager
async def serving(folder: Path, settings: Settings | None = None) -> AsyncIterator[ApiServer]:
    """A whole server on a free port of loopback; its clock is the core's."""
    settings = settings or Settings()
    async with fakes.running(folder, max_bots=settings.max_bots) as core, aiohttp.ClientSession() as http:
        services = ApiServices(
            billing=Billing(core.store, core.clock), idempotency=Idempotency(core.store, core.clock),
            workspaces=Workspaces(core.store, core.clock), members=Members(core.store, core.clock),
            providers=Providers(core.store, core.clock),
            live_endpoints=LiveEndpoints(core.store), transcripts=core.transcripts, uploads=core.uploads,
            screenshots=Screenshots(core.store), zoom_streams=ZoomStreams(core.store, core.clock),
            bots=core.bots, recordings=core.recordings, deletion=core.deletion,
            webhooks=Webhooks(core.store, core.clock, Guard(loopback=True)), keys=core.keys, links=core.links,
            attendance=core.attendance, metrics=Metrics(core.store, core.clock),
            blobs=core.blobs, catalogue=CATALOGUE, clock=core.clock,
        )
        secret, _ = await core.keys.create(core.workspace_id, "tests")
        async with _application(services, settings) as app, _uvicorn(app) as url:
            yield ApiServer(core, url, secret, http, app)
            await http.close()


_idle: list[tuple[FastAPI, SimpleNamespace]] = []
"""Applications that no server uses now, each with what its player page works with."""


@asynccontextmanager
async def _application(services: ApiServices, settings: Settings) -> AsyncIterator[FastAPI]:
    """One that was built before, if there is: two hundred routes cost more to build than most tests cost otherwise."""
    at_hand = {"bots": services.bots, "links": services.links, "blobs": services.blobs}
    if _idle:
        app, player = _idle.pop()
        vars(player).update(at_hand)
        furnish(app, services, settings)
    else:
        player = SimpleNamespace(**at_hand)
        # Beside the loop: it takes a while on a crowded machine, and a guard watches the loop.
        app = await asyncio.to_thread(create_app, services, settings, pages=[create_router(cast(PlayerServices, player))])
    try:
        yield app
    finally:
        _idle.append((app, player))


@asynccontextmanager
async def _uvicorn(app: FastAPI) -> AsyncIterator[str]:
    """uvicorn without its waiting loop, which looks for signals ten times a second and would end as slowly."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="websockets-sansio", proxy_headers=False,
                            timeout_graceful_shutdown=2)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        await server.shutdown()


@dataclass
class BotSide:
    """A bot process's end of the control channel."""

    socket: aiohttp.ClientWebSocketResponse

    async def say(self, *messages: Message) -> None:
        for message in messages:
            await self.socket.send_str(control.encode(message))

    async def hear(self) -> Message:
        return control.decode(await self.socket.receive_str(timeout=5))

    async def acknowledged(self, number: int) -> None:
        """Listen until the server holds the facts up to `number`."""
        while True:
            if isinstance(message := await self.hear(), Acknowledge) and message.number >= number:
                return


@asynccontextmanager
async def attending(api: ApiServer, bot_id: str, generation: int, token: str | None = None) -> AsyncIterator[BotSide]:
    token = token or next(c.token for b, g, c in reversed(api.core.launcher.launched) if (b, g) == (bot_id, generation))
    async with api.http.ws_connect(
        f"{api.url}/internal/bots/{bot_id}/control", headers={"Authorization": f"Bearer {token}"},
    ) as socket:
        side = BotSide(socket)
        await side.say(Hello(bot_id, generation, api.core.clock.now_ms()))
        yield side
