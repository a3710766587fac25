"""The three columns of a status, as the one value they are outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapporteur.services.views import Status

COLUMNS = ("status_code", "status_at_ms", "status_sub_code")
"""In the order of Status."""


def read(row: Mapping[str, Any]) -> Status:
    return Status(row["status_code"], row["status_at_ms"], row["status_sub_code"])


def columns(changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` with a `status` among them spelled in columns."""
    if "status" not in changes:
        return changes
    status: Status = changes["status"]
    rest = {name: value for name, value in changes.items() if name != "status"}
    return rest | {"status_code": status.code, "status_sub_code": status.sub_code, "status_at_ms": status.updated_at_ms}
