"""The server's own secrets, sealed."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from rapporteur.storage.sealing import Sealer
from rapporteur.storage.tables import server_secrets


class Secrets:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, name: str) -> bytes | None:
        query = select(server_secrets.c.value).where(server_secrets.c.name == name)
        sealed = self._connection.execute(query).scalar_one_or_none()
        return None if sealed is None else self._sealer.open(sealed, f"server_secrets/{name}")

    def put(self, name: str, value: bytes) -> None:
        """In place of what was kept under this name."""
        sealed = self._sealer.seal(value, f"server_secrets/{name}")
        self._connection.execute(delete(server_secrets).where(server_secrets.c.name == name))
        self._connection.execute(insert(server_secrets), {"name": name, "value": sealed})
