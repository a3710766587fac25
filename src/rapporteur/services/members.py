"""The people of a workspace. An `admin` may govern it, a `member` may use it; a workspace that has people has an admin."""

from __future__ import annotations

import re

from rapporteur.domain.errors import InvalidRequest, NotFound, Refused
from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.services.rows import MemberRow
from rapporteur.services.store import Store, UnitOfWork

ADMIN, MEMBER = ROLES = ("admin", "member")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")
_MAX_ADDRESS = 320


class Members:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def list(self, workspace_id: str) -> list[MemberRow]:
        """In the order of their joining."""
        return await self._store.read(lambda tx: tx.workspaces.members(workspace_id))

    async def get(self, workspace_id: str, member_id: str) -> MemberRow:
        return await self._store.read(lambda tx: _found(tx, workspace_id, member_id))

    async def add(self, workspace_id: str, email: str, role: str = MEMBER) -> MemberRow:
        """Take somebody in; the first of a workspace governs it, whatever was asked. Refused(member_exists) for a known one."""
        address, chosen, now = _address(email), _checked_role(role), self._clock.now_ms()

        def add(tx: UnitOfWork) -> MemberRow:
            known = tx.workspaces.members(workspace_id)
            if any(member.email == address for member in known):
                raise Refused("There is a member with this address.", code="member_exists")
            member = MemberRow(new_id(), workspace_id, address, chosen if known else ADMIN, now)
            tx.workspaces.add_member(member)
            return member

        return await self._store.write(add)

    async def set_role(self, workspace_id: str, member_id: str, role: str) -> MemberRow:
        """Refused(last_admin) where nobody would be left to govern."""
        chosen = _checked_role(role)

        def change(tx: UnitOfWork) -> MemberRow:
            member = _found(tx, workspace_id, member_id)
            if chosen != ADMIN:
                _stays_governed(tx, member)
            tx.workspaces.set_role(member.id, chosen)
            return _found(tx, workspace_id, member_id)

        return await self._store.write(change)

    async def remove(self, workspace_id: str, member_id: str) -> None:
        """Refused(last_admin) where others would be left and nobody to govern."""

        def remove(tx: UnitOfWork) -> None:
            member = _found(tx, workspace_id, member_id)
            if len(tx.workspaces.members(workspace_id)) > 1:
                _stays_governed(tx, member)
            tx.workspaces.remove_member(member.id)

        await self._store.write(remove)


def _stays_governed(tx: UnitOfWork, without: MemberRow) -> None:
    others = (m for m in tx.workspaces.members(without.workspace_id) if m.id != without.id)
    if without.role == ADMIN and not any(other.role == ADMIN for other in others):
        raise Refused("Nobody would be left to govern the workspace: make another member an admin first.", code="last_admin")


def _found(tx: UnitOfWork, workspace_id: str, member_id: str) -> MemberRow:
    member = next((m for m in tx.workspaces.members(workspace_id) if m.id == member_id), None)
    if member is None:
        raise NotFound("There is no member with this id.")
    return member


def _address(email: str) -> str:
    email = email.strip().lower()
    if len(email) > _MAX_ADDRESS or not _ADDRESS.fullmatch(email):
        raise InvalidRequest("email", "Enter a valid email address.")
    return email


def _checked_role(role: str) -> str:
    if role not in ROLES:
        raise InvalidRequest("role", f"There is no role {role!r}. There are: {', '.join(ROLES)}.")
    return role
