from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from rapporteur.domain.errors import RapporteurError
from rapporteur.storage import migrating
from rapporteur.storage.database import Database
from rapporteur.storage.sealing import Sealer, server_key
from rapporteur.storage.tables import metadata, workspaces

pytestmark = pytest.mark.unit


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'd.db'}")
    await database.start()
    yield database
    await database.close()


def add(name: str):
    return lambda c: c.execute(workspaces.insert().values(id=name, name=name, created_at_ms=1))


def names(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(workspaces.c.name)).scalars())


async def test_a_write_that_raises_undoes_itself_and_nothing_beside_it(database: Database) -> None:
    def fails(connection: Connection) -> None:
        add("b")(connection)
        raise ValueError("no")

    results = await asyncio.gather(
        database.write(add("a")), database.write(fails), database.write(add("c")), return_exceptions=True)
    assert isinstance(results[1], ValueError)
    assert await database.read(names) == ["a", "c"]


async def test_writes_that_wait_share_a_commit_and_keep_their_order(database: Database) -> None:
    seen: list[int] = []
    hold = threading.Event()
    connections: set[int] = set()

    def note(number: int):
        def write(connection: Connection) -> int:
            if number == 0:
                hold.wait(5)
            seen.append(number)
            connections.add(id(connection))
            return number
        return write

    pending = [asyncio.ensure_future(database.write(note(number))) for number in range(50)]
    await asyncio.sleep(0)
    hold.set()
    assert await asyncio.gather(*pending) == list(range(50))
    assert seen == list(range(50))
    assert len(connections) <= 3, "the first alone, the others together"


async def test_a_statement_the_database_refuses_fails_its_own_write_only(database: Database) -> None:
    first, again, other = await asyncio.gather(
        database.write(add("a")), database.write(add("a")), database.write(add("b")), return_exceptions=True)
    assert isinstance(again, IntegrityError)
    assert not isinstance(first, Exception)
    assert not isinstance(other, Exception)


async def test_readers_see_one_state_while_a_write_is_under_way(database: Database) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add("a")(connection)
        inside.set()
        go_on.wait(5)

    writing = asyncio.ensure_future(database.write(slow))
    await asyncio.to_thread(inside.wait, 5)
    assert await database.read(names) == []
    go_on.set()
    await writing
    assert await database.read(names) == ["a"]


async def test_a_caller_who_went_away_leaves_the_writer_working(database: Database) -> None:
    task = asyncio.ensure_future(database.write(add("a")))
    await asyncio.sleep(0)
    task.cancel()
    await database.write(add("b"))
    assert "b" in await database.read(names)


async def test_every_commit_is_synced_and_foreign_keys_hold(database: Database) -> None:
    pragma = await database.write(
        lambda c: [c.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "synchronous", "foreign_keys")])
    assert pragma == ["wal", 2, 1]


async def test_a_closed_database_takes_no_writes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'd.db'}")
    await database.start()
    await database.close()
    with pytest.raises(RapporteurError, match="closed"):
        await database.write(names)


async def test_the_migrated_tables_are_those_of_the_code(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await database.write(differences) == []


async def test_a_new_file_is_private_and_migrated_without_a_copy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'd.db'}")
    assert database.pending_migrations()
    assert database.migrate() is None
    assert not database.pending_migrations()
    assert (tmp_path / "d.db").stat().st_mode & 0o077 == 0
    await database.close()


async def test_an_older_file_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako", "versions/0001_the_first_tables.py"):
        (scripts / name).write_bytes((migrating.MIGRATIONS / name).read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'd.db'}", migrations=scripts)
    await database.start()
    await database.write(add("kept"))
    (scripts / "versions" / "0002_next.py").write_text(
        '"""Next."""\nfrom alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = "0002", "0001"\n'
        'def upgrade():\n    op.add_column("workspaces", sa.Column("note", sa.Text()))\n')
    copy = database.migrate()
    assert copy == tmp_path / "d.db.before-0001"
    assert copy.stat().st_mode & 0o077 == 0
    columns = await database.read(lambda c: [row[1] for row in c.execute(text("PRAGMA table_info(workspaces)"))])
    assert "note" in columns
    old = Database(f"sqlite:///{copy}")
    assert await old.read(names) == ["kept"]
    await old.close()
    await database.close()


async def test_a_database_of_a_later_program_is_refused_in_words(database: Database) -> None:
    await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(RapporteurError, match="later version"):
        database.migrate()


def test_sealed_values_open_with_their_key_and_purpose_only(tmp_path: Path) -> None:
    key = server_key(tmp_path / "server.key")
    assert server_key(tmp_path / "server.key") == key
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0
    sealed = Sealer(key).seal(b"secret", "here")
    assert b"secret" not in sealed
    assert Sealer(key).open(sealed, "here") == b"secret"
    for sealer, purpose in ((Sealer(key), "there"), (Sealer(bytes(32)), "here")):
        with pytest.raises(RapporteurError, match=r"server\.key"):
            sealer.open(sealed, purpose)
