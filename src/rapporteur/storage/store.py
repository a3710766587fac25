"""The store of services/store.py over a Database: each unit of work wraps one connection inside its transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from rapporteur.kit.signals import Signals
from rapporteur.services.store import UnitOfWork
from rapporteur.storage.database import Database
from rapporteur.storage.repositories.answers import Answers
from rapporteur.storage.repositories.artifacts import Artifacts
from rapporteur.storage.repositories.bots import Bots
from rapporteur.storage.repositories.history import History
from rapporteur.storage.repositories.keys import Keys
from rapporteur.storage.repositories.live_endpoints import LiveEndpoints
from rapporteur.storage.repositories.recordings import Recordings
from rapporteur.storage.repositories.screenshots import Screenshots
from rapporteur.storage.repositories.secrets import Secrets
from rapporteur.storage.repositories.tallies import Tallies
from rapporteur.storage.repositories.uploads import Uploads
from rapporteur.storage.repositories.webhooks import Webhooks
from rapporteur.storage.repositories.workspaces import Workspaces
from rapporteur.storage.sealing import Sealer

T = TypeVar("T")


class SqlUnitOfWork:
    def __init__(self, connection: Connection, sealer: Sealer, *, writing: bool) -> None:
        # Rows that a transaction means to change are locked as they are read, where the database has row locks.
        self.bots = Bots(connection, lock=writing)
        self.history = History(connection)
        self.recordings = Recordings(connection)
        self.artifacts = Artifacts(connection)
        self.live_endpoints = LiveEndpoints(connection)
        self.uploads = Uploads(connection)
        self.screenshots = Screenshots(connection)
        self.webhooks = Webhooks(connection, sealer)
        self.workspaces = Workspaces(connection, sealer)
        self.keys = Keys(connection)
        self.answers = Answers(connection)
        self.secrets = Secrets(connection, sealer)
        self.tallies = Tallies(connection)
        self.topics: list[str] = []

    def notify(self, topic: str) -> None:
        self.topics.append(topic)


class SqlStore:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self.signals = Signals()

    async def read(self, fn: Callable[[UnitOfWork], T]) -> T:
        return await self._database.read(lambda c: fn(SqlUnitOfWork(c, self._sealer, writing=False)))

    async def scrub(self) -> None:
        await self._database.scrub()

    async def write(self, fn: Callable[[UnitOfWork], T]) -> T:
        def run(connection: Connection) -> tuple[T, list[str]]:
            unit = SqlUnitOfWork(connection, self._sealer, writing=True)
            return fn(unit), unit.topics

        result, topics = await self._database.write(run)
        for topic in dict.fromkeys(topics):
            self.signals.ring(topic)
        return result
