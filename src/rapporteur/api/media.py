"""GET /media/KEY: the files behind download links. No key is asked for: who has the signed link may read the file.

Made for `<video src>` on any other page: ranges, HEAD, the right content type, shown inline, open to other origins. A list of
parts is stored with the names of its files; whoever fetches it gets links to them that are as fresh as the answer.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import AsyncIterator, Callable
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rapporteur.api import wav
from rapporteur.api.deps import ApiServices, Link, Linker, Services
from rapporteur.api.ranges import Span, Unsatisfiable, span
from rapporteur.domain.errors import Refused
from rapporteur.domain.recording import MediaFile, find_file

router = APIRouter(prefix="/media", tags=["downloads"])

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
    key: str, request: Request, services: Services, link: Link, Expires: str | None = None, Signature: str | None = None,
) -> Response:
    """A file of a recording, or a part of it. 403 for a link that was altered or has expired, 416 beyond the end."""
    try:
        services.links.verify(request.method, key, Expires, Signature)
    except Refused as refusal:
        return JSONResponse({"code": refusal.code, "detail": refusal.message}, 403, ANY_ORIGIN)
    samples = wav.stored_of(key)
    size = await services.blobs.size(samples or key)
    if size is None:
        return JSONResponse({"code": "gone", "detail": "This file is no longer kept."}, 404, ANY_ORIGIN)
    if samples is not None:
        read = partial(wav.read, services.blobs, samples, size)
        return _serve(key, wav.HEADER_BYTES + size, wav.CONTENT_TYPE, request, read)
    file = find_file(key.rpartition("/")[2])
    if file is not None and file.part_type is not None:
        return await _parts(key, size, file, services, link)
    kind = file.content_type if file else mimetypes.guess_type(key)[0] or "application/octet-stream"
    return _serve(key, size, kind, request, lambda part: _bytes(key, part, services))


async def _parts(key: str, size: int, listed: MediaFile, services: ApiServices, link: Linker) -> Response:
    """The list of parts, each with a link instead of its file's name."""
    parts = json.loads(b"".join([chunk async for chunk in _bytes(key, Span(0, size), services)]))
    for part in parts:
        file = find_file(part.pop("file"))
        if file is None or (file.artifact, file.format) != (listed.artifact, listed.format):
            raise ValueError("a list of parts names a file that is none of its own")
        part["download_url"] = link.to(f"{key.rpartition('/')[0]}/{file.name}")
    return JSONResponse(parts, headers=ANY_ORIGIN | {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


def _serve(key: str, size: int, kind: str, request: Request, read: Callable[[Span], AsyncIterator[bytes]]) -> Response:
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
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    return StreamingResponse(read(whole), status, headers, kind)


async def _bytes(key: str, part: Span, services: ApiServices) -> AsyncIterator[bytes]:
    async for chunk in services.blobs.read(key, part.start, part.end):
        yield chunk


def etag(key: str, size: int) -> str:
    """Keys name one version of one file: every recording has an id of its own and is written once."""
    return f'"{hashlib.sha256(f"{key}:{size}".encode()).hexdigest()[:32]}"'
