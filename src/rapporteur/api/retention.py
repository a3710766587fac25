"""How long recordings are kept where a request does not say it: as the operator chose, or else as its dialect has it."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel

from rapporteur.settings import Settings


def chosen(settings: Settings) -> dict[str, Any] | None:
    """The operator's choice, as `retention` of a recording_config; None leaves every dialect its own."""
    match settings.retention_hours:
        case None:
            return None
        case "forever":
            return {"type": "forever"}
        case hours:
            return {"type": "timed", "hours": hours}


def kept_by_default(request: Request, sent: BaseModel | None, recording_config: dict[str, Any]) -> dict[str, Any]:
    """The configuration, kept as the operator chose unless the request said otherwise. `sent` is what it was made of."""
    default: dict[str, Any] | None = request.app.state.retention
    if default is None or (sent is not None and "retention" in sent.model_fields_set):
        return recording_config
    return recording_config | {"retention": default}
