"""/rapporteur/v1/health/: is the server there and what is it. No key, no details that a stranger should not have."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rapporteur import __version__
from rapporteur.api.deps import Services
from rapporteur.domain.timeline import iso

router = APIRouter(prefix="/health", tags=["server"])


@router.get("/")
async def health(services: Services) -> dict[str, Any]:
    """200 while the server answers."""
    return {
        "status": "ok", "version": __version__, "now": iso(services.clock.now_ms()),
        "platforms": sorted(services.catalogue.joinable),
    }
