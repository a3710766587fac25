"""What lies where in a data directory, and the little that the command line does to it without a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rapporteur.kit.clock import SystemClock
from rapporteur.services.keys import Keys
from rapporteur.settings import Settings
from rapporteur.storage.database import Database
from rapporteur.storage.sealing import Sealer, server_key
from rapporteur.storage.store import SqlStore

DATABASE = "rapporteur.db"
SERVER_KEY = "server.key"


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The data directory's database, closed at the end; its tables may be of an earlier version."""
    folder = settings.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = Database(f"sqlite:///{folder / DATABASE}")
    try:
        yield opened
    finally:
        await opened.close()


def store(settings: Settings, opened: Database) -> SqlStore:
    return SqlStore(opened, Sealer(server_key(settings.data_dir.resolve() / SERVER_KEY)))


async def create_key(settings: Settings, name: str) -> tuple[str, str]:
    """A new key of the default workspace: its secret and its id."""
    async with database(settings) as opened:
        await opened.start()
        keys = Keys(store(settings, opened), SystemClock())
        secret, view = await keys.create(await keys.ensure_default_workspace(), name)
    return secret, view.id


async def migrate(settings: Settings) -> Path | None:
    """Bring the tables to this version; answers where the database as it was has been copied, if it was."""
    async with database(settings) as opened:
        return await asyncio.to_thread(opened.migrate)
