"""What opens a workspace's accounts at providers of speech recognition and the like: sealed, shown masked, never read back.

Only the server itself opens them, to hand a bot what its own job needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapporteur.domain import logins
from rapporteur.domain.errors import InvalidRequest, NotFound
from rapporteur.kit.clock import Clock
from rapporteur.services.rows import CredentialsRow
from rapporteur.services.store import Store, UnitOfWork

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_FIELD = re.compile(r"[a-z0-9_]{1,64}")
MAX_FIELDS = 20
MAX_VALUE = 8192
_SHOWN = 4
"""Characters by which people recognise a secret; of a short one none are shown."""
_SHORT = 12


@dataclass(frozen=True, slots=True)
class CredentialsView:
    provider: str
    masked: dict[str, str]
    created_at_ms: float
    updated_at_ms: float


class Providers:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def list(self, workspace_id: str) -> list[CredentialsView]:
        """By the provider's name."""
        return [_view(row) for row in await self._store.read(lambda tx: tx.workspaces.all_credentials(workspace_id))]

    async def get(self, workspace_id: str, provider: str) -> CredentialsView:
        return _view(await self._store.read(lambda tx: _found(tx, workspace_id, provider)))

    async def put(self, workspace_id: str, provider: str, secrets: Mapping[str, str]) -> CredentialsView:
        """Keep these in place of what was kept. InvalidRequest names what is no provider, field or value."""
        _check(provider, secrets)
        now = self._clock.now_ms()

        def put(tx: UnitOfWork) -> CredentialsView:
            before = next((c for c in tx.workspaces.all_credentials(workspace_id) if c.provider == provider), None)
            masked = {field: masked_secret(value) for field, value in secrets.items()}
            row = CredentialsRow(workspace_id, provider, dict(secrets), masked, before.created_at_ms if before else now, now)
            tx.workspaces.put_credentials(row)
            return _view(row)

        return await self._store.write(put)

    async def remove(self, workspace_id: str, provider: str) -> None:
        def remove(tx: UnitOfWork) -> None:
            tx.workspaces.remove_credentials(workspace_id, _found(tx, workspace_id, provider).provider)

        await self._store.write(remove)

    async def secrets(self, workspace_id: str, provider: str) -> dict[str, str] | None:
        """The secrets in clear, for the server's own use. No route may answer them."""
        row = await self._store.read(lambda tx: tx.workspaces.credentials(workspace_id, provider))
        return None if row is None else row.secrets


def masked_secret(value: str) -> str:
    return f"…{value[-_SHOWN:]}" if len(value) >= _SHORT else "…"


def _check(provider: str, secrets: Mapping[str, str]) -> None:
    if not _NAME.fullmatch(provider):
        raise InvalidRequest("provider", "A provider's name is made of small letters, digits, underscores, dots and hyphens.")
    if not 1 <= len(secrets) <= MAX_FIELDS:
        raise InvalidRequest("secrets", f"Between 1 and {MAX_FIELDS} fields are kept for a provider.")
    for field, value in secrets.items():
        if not _FIELD.fullmatch(field):
            raise InvalidRequest("secrets", "A field's name is made of small letters, digits and underscores.")
        most = logins.MAX_COOKIES if provider in logins.ACCOUNTS and field == logins.COOKIES else MAX_VALUE
        if not 1 <= len(value) <= most:
            raise InvalidRequest(f"secrets.{field}", f"A value has between 1 and {most} characters.")
    if provider in logins.ACCOUNTS:
        logins.check_kept(secrets)


def _found(tx: UnitOfWork, workspace_id: str, provider: str) -> CredentialsRow:
    row = next((c for c in tx.workspaces.all_credentials(workspace_id) if c.provider == provider), None)
    if row is None:
        raise NotFound("There are no credentials for this provider.")
    return row


def _view(row: CredentialsRow) -> CredentialsView:
    return CredentialsView(row.provider, row.masked, row.created_at_ms, row.updated_at_ms)
