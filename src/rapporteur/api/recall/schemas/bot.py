"""The body of POST /bot/, and the small bodies of the other resources."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from rapporteur.api.recall.schemas.base import HttpUrl, Metadata, Schema
from rapporteur.api.recall.schemas.leaving import AutomaticLeave
from rapporteur.api.recall.schemas.outputs import Chat, OutputSettings, PlatformSettings
from rapporteur.api.recall.schemas.recording import RecordingConfig
from rapporteur.api.recall.schemas.zoom import ZoomSettings
from rapporteur.domain.meeting import KNOWN_PLATFORMS
from rapporteur.domain.timeline import from_iso


def _moment(value: str) -> str:
    try:
        from_iso(value)
    except (ValueError, OverflowError):
        raise ValueError("Write the time in ISO 8601, for example 2030-01-31T15:04:05Z.") from None
    return value


def _platform(value: str) -> str:
    if value not in KNOWN_PLATFORMS:
        raise ValueError(f"{value[:60]!r} is not a platform. Choose from {', '.join(KNOWN_PLATFORMS)}, or leave it out.")
    return value


Moment = Annotated[str, AfterValidator(_moment)]


class CreateBot(OutputSettings):
    """Only `meeting_url` is required."""

    meeting_url: Annotated[str, Field(min_length=1, max_length=4096)]
    bot_name: Annotated[str, Field(min_length=1, max_length=100)] = "Meeting Notetaker"
    join_at: Moment | None = None
    """When to join; absent, null or past means now."""
    recording_config: RecordingConfig | None = Field(default_factory=RecordingConfig)
    """null: do not record until told to."""
    automatic_leave: AutomaticLeave = Field(default_factory=AutomaticLeave)
    metadata: Metadata = Field(default_factory=dict)
    external_id: Annotated[str, Field(max_length=255)] | None = None
    platform: Annotated[str, AfterValidator(_platform)] | None = None
    meeting_password: Annotated[str, Field(max_length=255)] | None = None
    bot_avatar_url: HttpUrl | None = None
    chat: Chat | None = None
    zoom: ZoomSettings | None = None
    google_meet: PlatformSettings | None = None
    breakout_room: PlatformSettings | None = None

    @field_validator("automatic_leave", mode="before")
    @classmethod
    def _null_is_default(cls, value: Any) -> Any:
        return {} if value is None else value

    @field_validator("bot_name", mode="before")
    @classmethod
    def _null_is_unnamed(cls, value: Any) -> Any:
        return "Meeting Notetaker" if value is None else value

    def echo(self) -> dict[str, Any]:
        """Complete with its defaults; what the bot shows and plays only where it was sent."""
        sent = self.model_fields_set
        return {k: v for k, v in Schema.echo(self).items() if k in sent or k not in OutputSettings.model_fields}


class MetadataOnly(Schema):
    """The body of PATCH on a recording or an artifact."""

    metadata: Metadata
