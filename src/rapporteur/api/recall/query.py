"""The dialect's query parameters: lists of filters, times and cursors."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.timeline import from_iso

PAGE_SIZE = 100
LAST_PAGE = 10**9


class Paging:
    """`cursor` as opaque as it was given; `page` is the same thing, or a number where pages have numbers. `limit` is ours."""

    def __init__(self, cursor: str | None, page: str | None, limit: int) -> None:
        numbered = page is not None and page.isdecimal() and 0 < int(page) <= LAST_PAGE
        self.number = int(page or 1) if numbered and not cursor else 1
        self.cursor = cursor or (page if page and not numbered else None)
        self.limit = min(limit, PAGE_SIZE)


async def _paging(
    cursor: Annotated[str | None, Query(description="From `next` or `previous` of a page.")] = None,
    page: Annotated[str | None, Query(description="Taken as a cursor. Pages of bots have numbers too, from 1.")] = None,
    limit: Annotated[int, Query(ge=1, description=f"Results per page, {PAGE_SIZE} at most.")] = PAGE_SIZE,
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
