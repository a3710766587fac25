"""/api/v1/sdk_upload/ and /sdk-upload/: an application brings a recording of its own and gets the same resources for it.

The vendor's desktop SDK sends the file by ways of its own. Here it is one PUT to `upload_url`, with `upload_token` as the key.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.requests import ClientDisconnect

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import Link, Linker, Services, Workspace
from rapporteur.api.errors import RecallRoute
from rapporteur.api.notices import told
from rapporteur.api.openapi import takes
from rapporteur.api.recall import query, reads
from rapporteur.api.recall.conventions import DialectRoute
from rapporteur.api.recall.schemas import RecordingConfig
from rapporteur.api.recall.schemas.base import Metadata, Schema
from rapporteur.api.retention import kept_by_default
from rapporteur.services.views import UploadView

Json = dict[str, Any]


class CreateUpload(Schema):
    recording_config: RecordingConfig = Field(default_factory=RecordingConfig)
    metadata: Metadata = Field(default_factory=dict)


def _router(prefix: str, *, documented: bool) -> APIRouter:
    router = APIRouter(
        prefix=prefix, tags=["sdk_upload"], route_class=DialectRoute, include_in_schema=documented)

    @router.get("/")
    async def list_uploads(workspace: Workspace, services: Services, link: Link, paging: query.Pages) -> Json:
        """Uploads, newest first."""
        page = await services.uploads.list(workspace, paging.cursor, paging.limit)
        return reads.page([_read(view, link) for view in page.items], page, link.page)

    @router.post("/", status_code=201, openapi_extra=takes(CreateUpload))
    async def create_upload(request: Request, workspace: Workspace, services: Services, link: Link) -> Response:
        """Make a place for one recording. The file goes to `upload_url` by PUT; `upload_token` is shown this once."""
        body = validate(CreateUpload, await read_object(request))
        config = {"recording_config": kept_by_default(request, body.recording_config, body.recording_config.echo())}
        view = await services.uploads.create(workspace, config, dict(body.metadata))
        return JSONResponse(_read(view, link), 201, told(unknown_keys(body)))

    @router.get("/{upload_id}/")
    async def retrieve_upload(upload_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
        """An upload: `pending`, `uploading` until its recording is made, then `complete`, or `failed`."""
        return _read(await services.uploads.get(workspace, upload_id), link)

    return router


files = APIRouter(prefix="/sdk_upload", tags=["sdk_upload"], route_class=RecallRoute)


@files.put("/{upload_id}/media/", status_code=201)
async def put_media(upload_id: str, request: Request, services: Services, link: Link, upload_token: str = "") -> Response:
    """The recording itself, any film or sound that FFmpeg plays; the header is `Authorization: Token UPLOAD_TOKEN`.

    400 `upload_not_pending` once there is a file.
    """
    header = request.headers.get("authorization", "").strip()
    token = upload_token or (header.partition(" ")[2] if header.lower().startswith("token ") else header)
    try:
        return JSONResponse(_read(await services.uploads.receive(upload_id, token, request.stream()), link), 201)
    except ClientDisconnect:
        return JSONResponse({"detail": "The body broke off."}, 400)


def _read(view: UploadView, link: Linker) -> Json:
    return reads.sdk_upload(view) | {"upload_url": link.absolute(f"/api/v1/sdk_upload/{view.id}/media/")}


routers = (_router("/sdk_upload", documented=True), _router("/sdk-upload", documented=False), files)
"""Both spellings of the vendor's documents."""
