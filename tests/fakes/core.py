"""The server's core on a real SQLite file and a real blob folder; only clock, engine and launcher are stood in for."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapporteur.domain.errors import ErrandFailure
from rapporteur.domain.meeting import MeetingAddress
from rapporteur.domain.recording import FILES
from rapporteur.outbound.guard import Guard
from rapporteur.services.attendance import Attendance
from rapporteur.services.bots import Bots, NewBot
from rapporteur.services.deletion import Deletion
from rapporteur.services.keys import BotTokens, Keys, server_secret
from rapporteur.services.lifecycle import Lifecycle
from rapporteur.services.links import Links
from rapporteur.services.ports import Credentials
from rapporteur.services.recordings import Recordings
from rapporteur.services.transcripts import Transcripts
from rapporteur.services.uploads import Uploads
from rapporteur.services.views import BotView
from rapporteur.storage.blobs import Blobs
from rapporteur.storage.database import Database
from rapporteur.storage.sealing import Sealer, server_key
from rapporteur.storage.store import SqlStore
from rapporteur.transcription.minting import VendorMinter
from rapporteur.wire import control
from rapporteur.wire.control import Fact, Hello, Welcome

START_MS = 1_760_000_000_000.0
ARTIFACTS = ("video_mixed", "participant_events", "meeting_metadata")


@dataclass
class FrozenClock:
    """Moves only when told to."""

    at_ms: float = START_MS

    def now_ms(self) -> float:
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_ms / 1000

    async def sleep(self, seconds: float) -> None:
        self.at_ms += seconds * 1000
        await asyncio.sleep(0)


@dataclass
class NotingEngine:
    """Remembers what it was asked for."""

    attended: list[tuple[str, float | None]] = field(default_factory=list)
    told: list[tuple[str, int, str]] = field(default_factory=list)
    errands: list[tuple[str, str]] = field(default_factory=list)

    async def attend(self, bot_id: str, at_ms: float | None) -> None:
        self.attended.append((bot_id, at_ms))

    async def reschedule(self, bot_id: str, at_ms: float) -> None:
        self.attended.append((bot_id, at_ms))

    async def tell(self, bot_id: str, generation: int, news: str) -> None:
        self.told.append((bot_id, generation, news))

    async def errand(self, kind: str, about: str) -> None:
        self.errands.append((kind, about))

    async def redeliver(self, delivery_id: str, attempt: int, delay_s: float) -> None:
        raise AssertionError("no webhooks are sent here")


@dataclass
class NotingLauncher:
    launched: list[tuple[str, int, Credentials]] = field(default_factory=list)

    async def launch(self, bot_id: str, generation: int, credentials: Credentials) -> None:
        self.launched.append((bot_id, generation, credentials))

    def alive(self, bot_id: str, generation: int) -> bool:
        return any(pair[:2] == (bot_id, generation) for pair in self.launched)


@dataclass
class NotingWorkshop:
    """Remembers what it was told, and leaves the files and the answer it was given to leave."""

    answer: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    failure: ErrandFailure | None = None
    told: list[dict[str, Any]] = field(default_factory=list)
    found: list[set[str]] = field(default_factory=list)

    async def work(self, folder: Path, told: dict[str, Any]) -> dict[str, Any]:
        self.told.append(told)
        self.found.append({path.name for path in folder.iterdir()})
        if self.failure is not None:
            raise self.failure
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
        return self.answer


@dataclass
class Core:
    store: SqlStore
    database: Database
    blobs: Blobs
    clock: FrozenClock
    engine: NotingEngine
    launcher: NotingLauncher
    workshop: NotingWorkshop
    bots: Bots
    attendance: Attendance
    lifecycle: Lifecycle
    recordings: Recordings
    deletion: Deletion
    transcripts: Transcripts
    uploads: Uploads
    keys: Keys
    links: Links
    workspace_id: str
    folder: Path

    async def bot(self, workspace_id: str | None = None, **changes: Any) -> BotView:
        return await self.bots.create(workspace_id or self.workspace_id, new_bot(**changes))

    async def launched(self, **changes: Any) -> tuple[str, int]:
        """A new bot with the process of its first generation asked for."""
        return await self.next((await self.bot(**changes)).id)

    async def next(self, bot_id: str) -> tuple[str, int]:
        generation = await self.lifecycle.next_generation(bot_id)
        assert generation is not None
        await self.lifecycle.launch(bot_id, generation)
        return bot_id, generation

    async def hello(self, bot_id: str, generation: int) -> Welcome:
        token = self.launcher.launched[-1][2].token
        answer = await self.attendance.hello(bot_id, token, Hello(bot_id, generation, self.clock.now_ms()))
        assert isinstance(answer, Welcome)
        return answer

    async def states(self, bot_id: str) -> list[str]:
        return [s.code for s in (await self.bots.get(self.workspace_id, bot_id)).status_changes]

    async def stored(self, key: str, data: bytes = b"media") -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        await self.blobs.put(key, chunks())


def new_bot(**changes: Any) -> NewBot:
    values: dict[str, Any] = {
        "address": MeetingAddress("room", "http://127.0.0.1:8000/room/weekly-sync", "weekly-sync"),
        "bot_name": "Notetaker", "join_at_ms": None, "config": config(),
    }
    return NewBot(**values | changes)


def config(**recording: Any) -> dict[str, Any]:
    switches = {"video_mixed_mp4": {}, "participant_events": {}, "meeting_metadata": {},
                "retention": {"type": "timed", "hours": 168}, "metadata": {}}
    return {"recording_config": switches | recording, "automatic_leave": {"waiting_room_timeout": 1200}}


class Reporting:
    """Facts of one bot process, numbered as it numbers them."""

    def __init__(self, bot_id: str, at_ms: float = START_MS) -> None:
        self.bot_id = bot_id
        self.number = 0
        self.at_ms = at_ms

    def fact(self, kind: str, after_ms: float = 1000, **body: Any) -> Fact:
        self.number += 1
        self.at_ms += after_ms
        return Fact(self.number, self.at_ms, kind, body)

    def state(self, state: str, sub_code: str | None = None, after_ms: float = 1000) -> Fact:
        return self.fact(control.STATE_CHANGED, after_ms, state=state, sub_code=sub_code, message=None)

    def joined(self) -> list[Fact]:
        return [self.state(s) for s in ("joining_call", "in_waiting_room", "in_call_not_recording")]

    def recording(self, recording_id: str) -> list[Fact]:
        return [self.fact(control.RECORDING_STARTED, recording_id=recording_id), self.state("in_call_recording")]

    def over(self, recording_id: str, sub_code: str = "call_ended_by_host") -> list[Fact]:
        return [self.fact(control.RECORDING_STOPPED, recording_id=recording_id), self.state("call_ended", sub_code)]

    def finished(self) -> list[Fact]:
        return [self.fact(control.MEDIA_FINISHED), self.state("recording_done")]


async def upload(core: Core, bot_id: str, generation: int, recording_id: str, report: Reporting) -> list[Fact]:
    """Store every file of the three artifacts as a bot does; the facts that say so."""
    files = [f for f in FILES if f.artifact in ARTIFACTS and f.part_type is None]
    wanted = [{"recording_id": recording_id, "name": f.name} for f in files]
    granted = {g["name"]: g for g in await core.attendance.uploads(bot_id, generation, wanted)}
    facts = []
    for artifact in ARTIFACTS:
        claims = [{"name": f.name, "key": granted[f.name]["key"], "size": 5} for f in files if f.artifact == artifact]
        for claim in claims:
            await core.stored(claim["key"])
        facts.append(report.fact(control.ARTIFACT_STORED, recording_id=recording_id, artifact=artifact, files=claims,
                                 report={"frames_lost": 0} if artifact == "video_mixed" else None))
    return facts


_migrated: tempfile.TemporaryDirectory[str] | None = None


async def _prepare(file: Path) -> None:
    """Begin with tables that are made already: making them is another suite's subject, and costs more than most tests here."""
    global _migrated
    if _migrated is None:
        made = tempfile.TemporaryDirectory(prefix="rapporteur-tables-")
        database = Database(f"sqlite:///{Path(made.name) / file.name}")
        await database.start()
        await database.close()
        _migrated = made
    shutil.copy(Path(_migrated.name) / file.name, file)


@asynccontextmanager
async def running(
    folder: Path, clock: FrozenClock | None = None, url: str | None = None, *, max_bots: int | None = None,
) -> AsyncIterator[Core]:
    """The core over `folder`; leaving and entering again is a restart of the server. `url` names another database."""
    clock = clock or FrozenClock()
    file = folder / "rapporteur.db"
    if url is None and not file.exists():
        await _prepare(file)
    database = Database(url or f"sqlite:///{file}")
    await database.start()
    store = SqlStore(database, Sealer(server_key(folder / "server.key")))
    engine, launcher, blobs = NotingEngine(), NotingLauncher(), Blobs.local(folder / "blobs")
    workshop = NotingWorkshop()
    links = Links(await server_secret(store, "links"), clock, 3600)
    tokens = BotTokens(await server_secret(store, "bot_tokens"))
    keys = Keys(store, clock)
    try:
        yield Core(
            store, database, blobs, clock, engine, launcher, workshop,
            Bots(store, engine, clock, obey_s=2.0, max_bots=max_bots),
            Attendance(store, engine, blobs, links, clock, tokens=tokens, lease_s=45,
                       minter=VendorMinter(Guard(loopback=True))),
            Lifecycle(store, launcher, blobs, clock, tokens=tokens, bots_dir=folder / "bots",
                      control_url="ws://127.0.0.1:8000/internal/bots/{bot_id}/control"),
            Recordings(store, clock), Deletion(store, blobs, clock, bots_dir=folder / "bots"),
            Transcripts(store, engine, blobs, workshop, clock, folder=folder / "errands"),
            Uploads(store, engine, blobs, workshop, clock, folder=folder / "errands"), keys,
            links, await keys.ensure_default_workspace(), folder,
        )
    finally:
        await database.close()
