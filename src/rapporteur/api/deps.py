"""What every route may ask for: the built services, the workspace behind the key, absolute links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from rapporteur.api.addresses import Addresses
from rapporteur.domain.errors import Forbidden, Unauthenticated
from rapporteur.domain.meeting import Catalogue
from rapporteur.kit.clock import Clock
from rapporteur.services.attendance import Attendance
from rapporteur.services.billing import Billing
from rapporteur.services.bots import Bots
from rapporteur.services.deletion import Deletion
from rapporteur.services.idempotency import Idempotency
from rapporteur.services.keys import ADMIN, READ, WRITE, Caller, Keys
from rapporteur.services.links import Links
from rapporteur.services.live_endpoints import LiveEndpoints
from rapporteur.services.members import Members
from rapporteur.services.metrics import Metrics
from rapporteur.services.ports import BlobStore
from rapporteur.services.providers import Providers
from rapporteur.services.recordings import Recordings
from rapporteur.services.screenshots import Screenshots
from rapporteur.services.streams import ZoomStreams
from rapporteur.services.transcripts import Transcripts
from rapporteur.services.uploads import Uploads
from rapporteur.services.views import StoredFile
from rapporteur.services.webhooks import Webhooks
from rapporteur.services.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class ApiServices:
    """Everything the API calls; built by wiring."""

    bots: Bots
    recordings: Recordings
    live_endpoints: LiveEndpoints
    transcripts: Transcripts
    uploads: Uploads
    screenshots: Screenshots
    deletion: Deletion
    webhooks: Webhooks
    keys: Keys
    workspaces: Workspaces
    members: Members
    providers: Providers
    zoom_streams: ZoomStreams
    links: Links
    billing: Billing
    idempotency: Idempotency
    attendance: Attendance
    metrics: Metrics
    blobs: BlobStore
    catalogue: Catalogue
    clock: Clock


# Every dependency is a coroutine: FastAPI sends any other to a thread, which costs more than what most of them do. And none
# has another beneath it, because each one that FastAPI looks after costs as much as a statement.


async def _services(request: HTTPConnection) -> ApiServices:
    return request.app.state.services


Services = Annotated[ApiServices, Depends(_services)]


_READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def workspace_of(request: HTTPConnection) -> str:
    """The workspace of the key in `Authorization: Token KEY`; the word Token may be left out. Looked up once per request.

    Forbidden for a key whose scopes do not hold what the method needs: `read` to look, `write` for the rest.
    """
    known: str | None = getattr(request.state, "workspace_id", None)
    if known is None:
        caller = await _caller(request)
        permit(caller, READ if request.scope.get("method", "GET") in _READING else WRITE)
        known = request.state.workspace_id = caller.workspace_id
    return known


async def changing(request: HTTPConnection) -> str:
    """The same for routes that change something though their method does not say so: the key needs the scope `write`."""
    caller = await _caller(request)
    permit(caller, WRITE)
    return caller.workspace_id


async def administered(request: HTTPConnection) -> str:
    """The same for routes that govern the workspace itself: the key needs the scope `admin`."""
    caller = await _caller(request)
    permit(caller, ADMIN)
    return caller.workspace_id


def permit(caller: Caller, scope: str) -> None:
    """Forbidden unless the caller's key has the scope."""
    if scope not in caller.scopes:
        raise Forbidden(f"This key has not the scope {scope!r} that this request needs.")


async def _caller(request: HTTPConnection) -> Caller:
    services: ApiServices = request.app.state.services
    header = request.headers.get("authorization", "").strip()
    scheme, _, rest = header.partition(" ")
    if not header:
        raise Unauthenticated(
            "Authentication credentials were not provided. Send the header `Authorization: Token YOUR_KEY`.",
            code="not_authenticated")
    if scheme.lower() == "bearer":
        raise Unauthenticated("Bearer is not used here: send `Authorization: Token YOUR_KEY`.", code="bearer_not_supported")
    return await services.keys.caller(rest.strip() if scheme.lower() == "token" else header)


Workspace = Annotated[str, Depends(workspace_of)]
Changing = Annotated[str, Depends(changing)]
Administered = Annotated[str, Depends(administered)]


class Linker:
    """Makes the absolute address of a stored file for the caller of this request."""

    def __init__(self, request: HTTPConnection, links: Links) -> None:
        self.addresses: Addresses = request.app.state.addresses
        self._request, self._links = request, links
        self._base: str | None = None

    def __call__(self, file: StoredFile) -> str:
        return self.to(file.key)

    def to(self, key: str) -> str:
        """The same of a file of which only its key in the store is known."""
        return self.absolute(self._links.sign_get(key, key.rpartition("/")[2]))

    def absolute(self, path: str) -> str:
        if self._base is None:
            self._base = self.addresses.base(self._request)
        return f"{self._base}{path}"

    def page(self, cursor: str | None) -> str | None:
        return self.addresses.page(self._request, cursor)


async def _linker(request: HTTPConnection) -> Linker:
    services: ApiServices = request.app.state.services
    return Linker(request, services.links)


Link = Annotated[Linker, Depends(_linker)]
