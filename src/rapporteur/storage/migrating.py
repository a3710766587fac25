"""Bringing a database's tables to this program's revision, by the migrations beside this file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from rapporteur.domain.errors import RapporteurError

MIGRATIONS = Path(__file__).parent / "migrations"


def behind(engine: Engine, migrations: Path = MIGRATIONS) -> bool:
    """Whether migrations are missing. RapporteurError when the database was made by a later program."""
    with engine.connect() as connection:
        return _revision(connection, migrations) != _head(migrations)


def migrate(engine: Engine, file: Path | None, migrations: Path = MIGRATIONS) -> Path | None:
    """Apply what is missing in one transaction. An SQLite file with content is copied beside itself first; answers the copy."""
    with engine.connect() as connection:
        revision = _revision(connection, migrations)
    if revision == _head(migrations):
        return None
    copy = _copy(file, revision) if file is not None and revision is not None else None
    with engine.begin() as connection:
        config = _config(migrations)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return copy


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _head(migrations: Path) -> str | None:
    return _scripts(migrations).get_current_head()


def _scripts(migrations: Path) -> ScriptDirectory:
    return _loaded(migrations, frozenset(path.name for path in (migrations / "versions").glob("*.py")))


@cache
def _loaded(migrations: Path, _names: frozenset[str]) -> ScriptDirectory:
    """Every migration is a module that has to be executed to be known, so each set of them is loaded once."""
    return ScriptDirectory.from_config(_config(migrations))


def _revision(connection: Connection, migrations: Path) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None:
        try:
            _scripts(migrations).get_revision(revision)
        except CommandError:
            raise RapporteurError(
                f"The database is at revision {revision}, which this program does not know: it was made by a later version.",
            ) from None
    return revision


def _copy(file: Path, revision: str) -> Path:
    copy = file.with_name(f"{file.name}.before-{revision}")
    copy.unlink(missing_ok=True)
    copy.touch(0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
