"""How long what was recorded is kept: for some hours, for ever, or not at all."""

from __future__ import annotations

from typing import Any

from rapporteur.domain.recording import without_artifacts

_HOUR_MS = 3_600_000


def keeps_nothing(recording_config: dict[str, Any]) -> bool:
    """Zero retention: `retention` is null. Nothing of the meeting's content may be stored; a missing key keeps it for ever."""
    return "retention" in recording_config and recording_config["retention"] is None


def kept(recording_config: dict[str, Any]) -> dict[str, Any]:
    """The configuration as far as anything may come of it: without artifacts when nothing is kept."""
    return without_artifacts(recording_config) if keeps_nothing(recording_config) else recording_config


def expires_at_ms(recording_config: dict[str, Any], completed_at_ms: float) -> float | None:
    """When a recording that ended at `completed_at_ms` is to go; None if it stays."""
    retention = recording_config.get("retention")
    if not retention or retention.get("type") != "timed":
        return None
    return completed_at_ms + retention["hours"] * _HOUR_MS
