"""The same core on a PostgreSQL server of the test's own, reached through a socket in its folder."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from rapporteur.domain.errors import InvalidRequest, RapporteurError
from rapporteur.domain.ids import derived_id
from rapporteur.domain.meeting import MeetingAddress
from rapporteur.services.bots import Bots
from rapporteur.services.filters import BotFilters
from rapporteur.services.metrics import Metrics
from rapporteur.storage.database import Database
from rapporteur.storage.tables import metadata
from rapporteur.wire import control
from tests.fakes.core import START_MS, Core, Reporting, config, new_bot, running, upload

pytestmark = pytest.mark.postgres


def programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are; Debian keeps them off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty server that stops with the module."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path("/tmp") / f"rapporteur-postgres-{os.getpid()}"  # a socket's path must be short
    folder.mkdir(mode=0o700)
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = account.pw_uid

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

    try:
        run(bin_ / "initdb", "--no-sync", "-A", "trust", "-U", "rapporteur", "-D", folder / "data")
        run(bin_ / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "start", "-o",
            f"-k {folder} -c listen_addresses= -c fsync=off")
        try:
            yield f"postgresql://rapporteur@/postgres?host={folder}"
        finally:
            run(bin_ / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
async def url(server: str) -> str:
    """URL of the server with an empty schema."""
    database = Database(server)
    await database.write(lambda c: c.execute(text("DROP SCHEMA public CASCADE")))
    await database.write(lambda c: c.execute(text("CREATE SCHEMA public")))
    await database.close()
    return server


@pytest.fixture
async def core(url: str, tmp_path: Path) -> AsyncIterator[Core]:
    database = Database(url)
    await asyncio.to_thread(database.migrate)
    await database.close()
    async with running(tmp_path, url=url) as core:
        yield core


async def test_the_server_never_migrates_postgresql_by_itself(url: str) -> None:
    database = Database(url)
    with pytest.raises(RapporteurError, match="rapporteur migrate"):
        await database.start()
    await asyncio.to_thread(database.migrate)
    await database.start()

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await database.read(differences) == []
    await database.close()


async def test_a_meeting_from_its_creation_to_done(core: Core) -> None:
    bot_id, generation = await core.launched(metadata={"b": "2", "a": "1"})
    report, recording_id = Reporting(bot_id), derived_id(bot_id, "recording", "1")
    facts = [*report.joined(), *report.recording(recording_id), *report.over(recording_id)]
    await core.attendance.take(bot_id, generation, facts)
    await core.attendance.take(bot_id, generation, facts)
    await core.attendance.take(bot_id, generation, await upload(core, bot_id, generation, recording_id, report))
    await core.attendance.take(bot_id, generation, report.finished())
    await core.lifecycle.publish(bot_id)
    view = await core.bots.get(core.workspace_id, bot_id)
    assert [s.code for s in view.status_changes][-3:] == ["call_ended", "recording_done", "done"]
    assert list(view.metadata) == ["b", "a"]
    assert view.recordings[0].started_at_ms == START_MS + 4000
    assert {a.status.code for a in view.recordings[0].artifacts} == {"done"}


async def test_batches_that_race_are_stored_once(core: Core) -> None:
    bot_id, generation = await core.launched()
    report = Reporting(bot_id)
    facts = report.joined()
    numbers = await asyncio.gather(*(core.attendance.take(bot_id, generation, facts[:n]) for n in (3, 1, 2, 3, 3, 2)))
    assert max(numbers) == 3
    assert await core.states(bot_id) == ["ready", "joining_call", "in_waiting_room", "in_call_not_recording"]


async def test_the_last_place_is_taken_once(core: Core) -> None:
    bots = Bots(core.store, core.engine, core.clock, max_bots=2)
    asked = (bots.create(core.workspace_id, new_bot()) for _ in range(8))
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["BotView"] * 2 + ["PoolDepleted"] * 6


async def test_metrics_are_counted_as_on_sqlite(core: Core) -> None:
    bot_id, generation = await core.launched(config=config(transcript={"provider": {"recallai_streaming": {"a": "b"}}}))
    report, recording_id = Reporting(bot_id), derived_id(bot_id, "recording", "1")
    facts = [*report.joined(), *report.recording(recording_id),
             report.fact(control.CAPTURE_CHANGED, way="tab", why="no_encoded_frames"), *report.over(recording_id)]
    await core.attendance.take(bot_id, generation, facts)
    found = {family.name: samples for family, samples in await Metrics(core.store, core.clock).read()}
    assert found["rapporteur_bots"] == [(("room", "call_ended"), 1)]
    assert found["rapporteur_recordings"] == [(("tab", "processing"), 1)]
    assert found["rapporteur_capture_fallbacks"] == [(("tab", "no_encoded_frames"), 1)]
    assert found["rapporteur_transcripts"] == [(("recallai_streaming", "processing", ""), 1)]
    assert found["rapporteur_webhook_oldest_pending_seconds"] == [((), 0)]


async def test_lists_filter_and_page_as_on_sqlite(core: Core) -> None:
    jitsi = MeetingAddress("jitsi", "https://meet.jit.si/abc", "abc")
    made = [(await core.bot(address=jitsi, metadata={"team": "sales"}, external_id="x")).id for _ in range(3)]
    await core.bot()
    filters = BotFilters(platform=("jitsi",), metadata={"team": "sales"}, external_id="x", status=("ready",))
    first = await core.bots.list(core.workspace_id, filters, None, 2)
    second = await core.bots.list(core.workspace_id, filters, first.next_cursor, 2)
    back = await core.bots.list(core.workspace_id, filters, second.previous_cursor, 2)
    assert (first.count, [b.id for b in back.items]) == (3, [b.id for b in first.items])
    assert sorted(b.id for b in first.items + second.items) == sorted(made)
    with pytest.raises(InvalidRequest):
        await core.bots.list(core.workspace_id, filters, "x", 2)


async def test_deleting_a_bot_takes_what_is_its_own_with_it(core: Core) -> None:
    bot = await core.bot(join_at_ms=START_MS + 3_600_000, notes=["n"])
    await core.bots.delete(core.workspace_id, bot.id)
    left = await core.store.read(
        lambda tx: (tx.bots.statuses([bot.id]), tx.history.logs(bot.id), tx.history.events(bot.id, 0, 9)))
    assert left == ({}, [], [])
