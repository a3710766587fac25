"""What lies where in a data directory, and the little that the command line does to it without a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from rapporteur.kit.clock import SystemClock
from rapporteur.services.keys import SCOPES, Keys
from rapporteur.services.workspaces import Workspaces
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


async def create_key(
    settings: Settings, name: str, *, scopes: Collection[str] | None = None, expires_days: int | None = None,
    workspace_id: str | None = None,
) -> tuple[str, str]:
    """A new key, of the default workspace unless another is named: its secret and its id."""
    clock = SystemClock()
    expires_at_ms = None if expires_days is None else clock.now_ms() + expires_days * 24 * 3600 * 1000
    async with database(settings) as opened:
        await opened.start()
        kept = store(settings, opened)
        keys = Keys(kept, clock)
        default = await keys.ensure_default_workspace()
        workspace = await Workspaces(kept, clock).get(workspace_id or default)
        secret, view = await keys.create(workspace.id, name, scopes or SCOPES, expires_at_ms)
    return secret, view.id


async def migrate(settings: Settings) -> Path | None:
    """Bring the tables to this version; answers where the database as it was has been copied, if it was."""
    async with database(settings) as opened:
        return await asyncio.to_thread(opened.migrate)
