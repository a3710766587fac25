"""Moments as our own API takes and shows them: ISO 8601 in UTC outside, milliseconds inside."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from rapporteur.domain.timeline import from_iso, iso


def _checked(value: str) -> str:
    try:
        from_iso(value)
    except (ValueError, OverflowError):
        raise ValueError("Enter a moment as in 2030-01-01T00:00:00Z.") from None
    return value


Moment = Annotated[str, AfterValidator(_checked), WithJsonSchema({"type": "string", "format": "date-time"})]


def moment(value: str | None) -> float | None:
    return None if value is None else from_iso(value)


def shown(at_ms: float | None) -> str | None:
    return None if at_ms is None else iso(at_ms)
