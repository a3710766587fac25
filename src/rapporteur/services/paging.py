"""Pages of lists that run from new to old: a cursor names the row it stands at and the direction it reads in."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rapporteur.domain.errors import InvalidRequest
from rapporteur.services.views import Page


class Dated(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def created_at_ms(self) -> float: ...


Row = TypeVar("Row", bound=Dated)
View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Reads rows older than (at_ms, id), or the nearest newer ones when `back`. The row itself need not exist any more."""

    at_ms: float
    id: str
    back: bool = False

    def encode(self) -> str:
        text = json.dumps([int(self.back), self.at_ms, self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str | None) -> Cursor | None:
    """The cursor a client brought back; InvalidRequest for anything we did not make."""
    if text is None:
        return None
    try:
        back, at_ms, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(float(at_ms), str(row_id), bool(back))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidRequest("cursor", "Invalid cursor: use the one from `next` or `previous` unchanged.") from None


def page(rows: list[Row], cursor: Cursor | None, limit: int) -> tuple[list[Row], str | None, str | None]:
    """Cut up to `limit` rows out of `limit` + 1 that were read, newest first; answer (rows, next, previous)."""
    more, back = len(rows) > limit, cursor is not None and cursor.back
    rows = rows[-limit:] if back else rows[:limit]
    if not rows:
        return rows, None, None
    older = Cursor(rows[-1].created_at_ms, rows[-1].id).encode()
    newer = Cursor(rows[0].created_at_ms, rows[0].id, back=True).encode()
    return rows, older if more or back else None, newer if (more if back else cursor is not None) else None


def paged(
    rows: list[Row], cursor: Cursor | None, limit: int, view: Callable[[list[Row]], list[View]], count: int | None = None,
) -> Page[View]:
    kept, following, previous = page(rows, cursor, limit)
    return Page(view(kept), following, previous, count)
