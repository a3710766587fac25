"""PUT /internal/blobs/KEY: a bot stores one file under one key, by a signed address and without any other right."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from rapporteur.api.deps import Services
from rapporteur.domain.errors import Refused

router = APIRouter()


@router.put("/blobs/{key:path}")
async def put_blob(
    key: str, request: Request, services: Services, Expires: str | None = None, Signature: str | None = None,
) -> Response:
    """201 with the size once the object is stored whole; a body that breaks off stores nothing."""
    try:
        services.links.verify("PUT", key, Expires, Signature)
    except Refused as refusal:
        return JSONResponse({"code": refusal.code, "detail": refusal.message}, 403)
    try:
        size = await services.blobs.put(key, request.stream())
    except ClientDisconnect:
        return JSONResponse({"detail": "The body broke off."}, 400)
    return JSONResponse({"key": key, "size": size}, 201)
