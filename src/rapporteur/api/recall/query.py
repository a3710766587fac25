"""The dialect's query parameters: lists of filters, times and cursors."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.timeline import from_iso

PAGE_SIZE = 100


class Paging:
    """`cursor` as opaque as it was given; `page` of old clients is the same thing. `limit` is ours."""

    def __init__(self, cursor: str | None, page: str | None, limit: int) -> None:
        self.cursor = cursor or (page if page not in (None, "", "1") else None)
        self.limit = limit


async def _paging(
    cursor: Annotated[str | None, Query(description="From `next` or `previous` of a page.")] = None,
    page: Annotated[str | None, Query(description="Taken as a cursor; 1 is the first page.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE, description="Results per page.")] = PAGE_SIZE,
) -> Paging:
    return Paging(cursor, page, limit)


Pages = Annotated[Paging, Depends(_paging)]


def moment(request: Request, *names: str) -> float | None:
    """The time under the first of these names that was sent; InvalidRequest if it is none."""
    for name in names:
        if (text := request.query_params.get(name)) is not None:
            try:
                return from_iso(text.replace(" ", "+"))
            except (ValueError, OverflowError):
                raise InvalidRequest(name, "Write the time in ISO 8601, for example 2030-01-31T15:04:05Z.") from None
    return None


def metadata(request: Request) -> dict[str, str]:
    """`metadata__KEY=VALUE` pairs."""
    return {
        key.removeprefix("metadata__"): value
        for key, value in request.query_params.multi_items() if key.startswith("metadata__")
    }
