"""What lists are narrowed by. Unset fields do not narrow; bounds in UTC milliseconds are inclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BotFilters:
    created_at_after_ms: float | None = None
    created_at_before_ms: float | None = None
    join_at_after_ms: float | None = None
    join_at_before_ms: float | None = None
    meeting_url: str | None = None
    """The link as it was given at creation."""
    platform: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    """Present states, any of them."""
    sub_code: tuple[str, ...] = ()
    """Why they ended, any of these."""
    not_sub_code: tuple[str, ...] = ()
    """Why they did not end, if they have."""
    metadata: Mapping[str, str | float | bool] = field(default_factory=dict)
    """Every key must have this value."""
    external_id: str | None = None
    without_scheduled: bool = False
    """Leave out those that wait for a time of theirs."""
    leaving: bool | None = None
    """Those that were told to leave, or those that were not."""


@dataclass(frozen=True, slots=True)
class RecordingFilters:
    bot_id: str | None = None
    upload_id: str | None = None
    created_at_after_ms: float | None = None
    created_at_before_ms: float | None = None
    status_code: str | None = None


@dataclass(frozen=True, slots=True)
class ArtifactFilters:
    recording_id: str | None = None
    created_at_after_ms: float | None = None
    created_at_before_ms: float | None = None
    status_code: str | None = None


@dataclass(frozen=True, slots=True)
class LiveEndpointFilters:
    recording_id: str | None = None
    bot_id: str | None = None
    type: str | None = None
    created_at_after_ms: float | None = None
    created_at_before_ms: float | None = None
    status_code: str | None = None
