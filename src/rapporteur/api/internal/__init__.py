"""What our own bot processes speak to, under /internal/: the control channel and the uploads. Not documented for users."""

from fastapi import APIRouter

from rapporteur.api.internal import blobs, control


def router() -> APIRouter:
    internal = APIRouter(prefix="/internal", include_in_schema=False)
    internal.include_router(control.router)
    internal.include_router(blobs.router)
    return internal
