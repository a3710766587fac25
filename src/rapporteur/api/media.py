"""GET /media/KEY: the files behind download links. No key is asked for: who has the signed link may read the file.

Made for `<video src>` on any other page: ranges, HEAD, the right content type, shown inline, open to other origins.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rapporteur.api.deps import ApiServices, Services
from rapporteur.api.ranges import Span, Unsatisfiable, span
from rapporteur.domain.errors import Refused
from rapporteur.domain.recording import FILES

router = APIRouter(prefix="/media", tags=["downloads"])

CONTENT_TYPES = {file.name: file.content_type for file in FILES}
ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, Content-Length, Content-Type, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


@router.options("/{key:path}", include_in_schema=False)
async def preflight(key: str) -> Response:
    return Response(status_code=204, headers=PREFLIGHT)


@router.get("/{key:path}", response_class=Response)
@router.head("/{key:path}", response_class=Response, include_in_schema=False)
async def download(
    key: str, request: Request, services: Services, Expires: str | None = None, Signature: str | None = None,
) -> Response:
    """A file of a recording, or a part of it. 403 for a link that was altered or has expired, 416 beyond the end."""
    try:
        services.links.verify(request.method, key, Expires, Signature)
    except Refused as refusal:
        return JSONResponse({"code": refusal.code, "detail": refusal.message}, 403, ANY_ORIGIN)
    size = await services.blobs.size(key)
    if size is None:
        return JSONResponse({"code": "gone", "detail": "This file is no longer kept."}, 404, ANY_ORIGIN)
    return _serve(key, size, request, services)


def _serve(key: str, size: int, request: Request, services: ApiServices) -> Response:
    name = key.rpartition("/")[2]
    headers = ANY_ORIGIN | {
        "Accept-Ranges": "bytes", "ETag": etag(key, size), "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    try:
        # A client that resumes with a stale ETag must get the whole file, not a piece of another one.
        fresh = request.headers.get("if-range") in (None, headers["ETag"])
        part = span(request.headers.get("range"), size) if fresh else None
    except Unsatisfiable:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    whole = part or Span(0, size)
    headers["Content-Length"] = str(whole.length)
    if part is not None:
        headers["Content-Range"] = part.content_range(size)
    kind = CONTENT_TYPES.get(name) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    return StreamingResponse(_bytes(key, whole, services), status, headers, kind)


async def _bytes(key: str, part: Span, services: ApiServices) -> AsyncIterator[bytes]:
    async for chunk in services.blobs.read(key, part.start, part.end):
        yield chunk


def etag(key: str, size: int) -> str:
    """Keys name one version of one file: every recording has an id of its own and is written once."""
    return f'"{hashlib.sha256(f"{key}:{size}".encode()).hexdigest()[:32]}"'
