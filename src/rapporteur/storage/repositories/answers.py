"""Answers kept under the idempotency keys of their requests."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from rapporteur.services.rows import AnswerRow
from rapporteur.storage.tables import kept_answers

_C = kept_answers.c


class Answers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, workspace_id: str, digest: str, holder: str, now_ms: float, until_ms: float) -> bool:
        self._connection.execute(delete(kept_answers).where(_of(workspace_id, digest), _C.until_ms <= now_ms))
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(kept_answers), {
                    "workspace_id": workspace_id, "digest": digest, "holder": holder, "until_ms": until_ms,
                })
        except IntegrityError:
            return False
        return True

    def find(self, workspace_id: str, digest: str) -> AnswerRow | None:
        query = select(_C.status, _C.headers, _C.body).where(_of(workspace_id, digest), _C.status.is_not(None))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else AnswerRow(row.status, [(name, value) for name, value in row.headers], row.body)

    def keep(self, workspace_id: str, digest: str, holder: str, answer: AnswerRow, until_ms: float) -> None:
        self._connection.execute(update(kept_answers).where(_of(workspace_id, digest), _C.holder == holder).values(
            status=answer.status, headers=answer.headers, body=answer.body, until_ms=until_ms))

    def release(self, workspace_id: str, digest: str, holder: str) -> None:
        self._connection.execute(delete(kept_answers).where(_of(workspace_id, digest), _C.holder == holder))

    def expire(self, now_ms: float) -> int:
        return self._connection.execute(delete(kept_answers).where(_C.until_ms <= now_ms)).rowcount

    def forget(self, workspace_id: str, mentioned: str) -> None:
        # Looked through here, because what a body is to SQL differs; a workspace has those of an hour.
        query = select(_C.digest, _C.body).where(_C.workspace_id == workspace_id, _C.body.is_not(None))
        for digest, body in self._connection.execute(query).all():
            if mentioned.encode() in body:
                self._connection.execute(delete(kept_answers).where(_of(workspace_id, digest)))


def _of(workspace_id: str, digest: str) -> ColumnElement[bool]:
    return and_(_C.workspace_id == workspace_id, _C.digest == digest)
