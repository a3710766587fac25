"""Workspaces: what every object belongs to exactly one of. The first is made with the installation, whose operator's it is."""

from __future__ import annotations

from dataclasses import dataclass

from rapporteur.domain.errors import Forbidden, InvalidRequest, NotFound
from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.services.callbacks import PROFILES
from rapporteur.services.keys import DEFAULT_WORKSPACE
from rapporteur.services.rows import WorkspaceRow
from rapporteur.services.store import Store, UnitOfWork

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    id: str
    name: str
    created_at_ms: float
    callback_profile: str | None = None
    """seed | current, or None: as the server says."""


class Workspaces:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, workspace_id: str) -> WorkspaceView:
        return _view(await self._store.read(lambda tx: _found(tx, workspace_id)))

    async def rename(self, workspace_id: str, name: str) -> WorkspaceView:
        checked = _checked(name)

        def rename(tx: UnitOfWork) -> WorkspaceView:
            tx.workspaces.update(_found(tx, workspace_id).id, name=checked)
            return _view(_found(tx, workspace_id))

        return await self._store.write(rename)

    async def choose_callbacks(self, workspace_id: str, profile: str | None) -> WorkspaceView:
        """How its bots to come tell the `callback_url` of a MeetStream request; None leaves it to the server."""
        if profile is not None and profile not in PROFILES:
            raise InvalidRequest("callback_profile", f"Choose from {', '.join(PROFILES)}, or null for the server's own.")

        def choose(tx: UnitOfWork) -> WorkspaceView:
            tx.workspaces.update(_found(tx, workspace_id).id, callback_profile=profile)
            return _view(_found(tx, workspace_id))

        return await self._store.write(choose)

    async def all(self, operator_id: str) -> list[WorkspaceView]:
        """Every workspace, oldest first; for the operator's alone to see."""
        _operates(operator_id)
        return [_view(row) for row in await self._store.read(lambda tx: tx.workspaces.all())]

    async def create(self, operator_id: str, name: str) -> WorkspaceView:
        """A new one, without keys or members. Forbidden for whoever is not the operator's."""
        _operates(operator_id)
        row = WorkspaceRow(new_id(), _checked(name), self._clock.now_ms())
        await self._store.write(lambda tx: tx.workspaces.add(row))
        return _view(row)


def _operates(workspace_id: str) -> None:
    if workspace_id != DEFAULT_WORKSPACE:
        raise Forbidden("Only keys of the installation's first workspace may see and make others.")


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        raise InvalidRequest("name", f"A name has between 1 and {MAX_NAME} characters.")
    return name


def _found(tx: UnitOfWork, workspace_id: str) -> WorkspaceRow:
    row = tx.workspaces.get(workspace_id)
    if row is None:
        raise NotFound("There is no workspace with this id.")
    return row


def _view(row: WorkspaceRow) -> WorkspaceView:
    return WorkspaceView(row.id, row.name, row.created_at_ms, row.callback_profile)
