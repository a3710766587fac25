"""Workspaces, their members, and their credentials at providers, which are sealed."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from rapporteur.services.rows import CredentialsRow, MemberRow, WorkspaceRow
from rapporteur.storage.sealing import Sealer
from rapporteur.storage.tables import members, provider_credentials, workspaces

_WORKSPACE = tuple(workspaces.c[f.name] for f in fields(WorkspaceRow))
_MEMBER = tuple(members.c[f.name] for f in fields(MemberRow))


class Workspaces:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, workspace: WorkspaceRow) -> None:
        self._connection.execute(insert(workspaces), asdict(workspace))

    def get(self, workspace_id: str) -> WorkspaceRow | None:
        row = self._connection.execute(select(*_WORKSPACE).where(workspaces.c.id == workspace_id)).one_or_none()
        return None if row is None else WorkspaceRow(*row)

    def all(self) -> list[WorkspaceRow]:
        query = select(*_WORKSPACE).order_by(workspaces.c.created_at_ms, workspaces.c.id)
        return [WorkspaceRow(*row) for row in self._connection.execute(query)]

    def update(self, workspace_id: str, **changes: Any) -> None:
        self._connection.execute(update(workspaces).where(workspaces.c.id == workspace_id).values(changes))

    # --- members ----------------------------------------------------------------------------------------------------

    def add_member(self, member: MemberRow) -> None:
        self._connection.execute(insert(members), asdict(member))

    def members(self, workspace_id: str) -> list[MemberRow]:
        query = select(*_MEMBER).where(members.c.workspace_id == workspace_id)
        return [MemberRow(*row) for row in self._connection.execute(query.order_by(members.c.created_at_ms, members.c.id))]

    def set_role(self, member_id: str, role: str) -> None:
        self._connection.execute(update(members).where(members.c.id == member_id).values(role=role))

    def remove_member(self, member_id: str) -> None:
        self._connection.execute(delete(members).where(members.c.id == member_id))

    # --- credentials ------------------------------------------------------------------------------------------------

    def put_credentials(self, credentials: CredentialsRow) -> None:
        self.remove_credentials(credentials.workspace_id, credentials.provider)
        values = asdict(credentials)
        sealed = self._sealer.seal(
            json.dumps(values.pop("secrets")).encode(), _purpose(credentials.workspace_id, credentials.provider))
        self._connection.execute(insert(provider_credentials), values | {"sealed": sealed})

    def credentials(self, workspace_id: str, provider: str) -> CredentialsRow | None:
        c = provider_credentials.c
        query = select(provider_credentials).where(c.workspace_id == workspace_id, c.provider == provider)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        opened = json.loads(self._sealer.open(row["sealed"], _purpose(workspace_id, provider)))
        return CredentialsRow(
            workspace_id, provider, opened, row["masked"], row["created_at_ms"], row["updated_at_ms"])

    def all_credentials(self, workspace_id: str) -> list[CredentialsRow]:
        c = provider_credentials.c
        query = select(c.provider, c.masked, c.created_at_ms, c.updated_at_ms).where(c.workspace_id == workspace_id)
        return [
            CredentialsRow(workspace_id, provider, {}, masked, created_at_ms, updated_at_ms)
            for provider, masked, created_at_ms, updated_at_ms in self._connection.execute(query.order_by(c.provider))
        ]

    def remove_credentials(self, workspace_id: str, provider: str) -> None:
        c = provider_credentials.c
        self._connection.execute(
            delete(provider_credentials).where(and_(c.workspace_id == workspace_id, c.provider == provider)))


def _purpose(workspace_id: str, provider: str) -> str:
    """Binds what is sealed to its row."""
    return f"provider_credentials/{workspace_id}/{provider}"
