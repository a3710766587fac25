"""Reading where recordings stream to, and the metadata that users hang on it. Sending is not done here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rapporteur.domain.errors import NotFound
from rapporteur.services import viewing
from rapporteur.services.filters import LiveEndpointFilters
from rapporteur.services.paging import decode, paged
from rapporteur.services.rows import LiveEndpointRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.services.views import LiveEndpointView, Page


class LiveEndpoints:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, workspace_id: str, endpoint_id: str) -> LiveEndpointView:
        return await self._store.read(lambda tx: viewing.live_endpoints(tx, [_found(tx, workspace_id, endpoint_id)])[0])

    async def list(
        self, workspace_id: str, filters: LiveEndpointFilters, cursor: str | None, limit: int,
    ) -> Page[LiveEndpointView]:
        """Newest first. InvalidRequest for a cursor that is not ours."""
        at = decode(cursor)

        def read(tx: UnitOfWork) -> Page[LiveEndpointView]:
            rows = tx.live_endpoints.page(workspace_id, filters, at, limit + 1)
            return paged(rows, at, limit, lambda kept: viewing.live_endpoints(tx, kept))

        return await self._store.read(read)

    async def set_metadata(self, workspace_id: str, endpoint_id: str, metadata: dict[str, Any]) -> LiveEndpointView:
        """Replace the endpoint's metadata."""

        def write(tx: UnitOfWork) -> LiveEndpointView:
            endpoint = _found(tx, workspace_id, endpoint_id)
            tx.live_endpoints.update(endpoint.id, metadata=metadata)
            return viewing.live_endpoints(tx, [replace(endpoint, metadata=metadata)])[0]

        return await self._store.write(write)


def _found(tx: UnitOfWork, workspace_id: str, endpoint_id: str) -> LiveEndpointRow:
    endpoint = tx.live_endpoints.find(workspace_id, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no live endpoint with this id.")
    return endpoint
