"""The body of POST /bot/, and the small bodies of the other resources."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from rapporteur.api.recall.schemas.base import BLANK_IS_NONE, HttpUrl, Metadata, Schema, Word, moment
from rapporteur.api.recall.schemas.leaving import AutomaticLeave
from rapporteur.api.recall.schemas.outputs import Chat, OutputSettings, PlatformSettings
from rapporteur.api.recall.schemas.recording import RecordingConfig
from rapporteur.api.recall.schemas.zoom import ZoomSettings

Moment = Annotated[str, moment("Write the time in ISO 8601, for example 2030-01-31T15:04:05Z.")]


class CreateBot(OutputSettings):
    """Only `meeting_url` is required."""

    meeting_url: Annotated[str, Field(min_length=1, max_length=4096)]
    bot_name: Annotated[str, Field(min_length=1, max_length=100)] = "Meeting Notetaker"
    join_at: Annotated[Moment | None, BLANK_IS_NONE] = None
    """When to join; absent, null or past means now."""
    recording_config: RecordingConfig | None = Field(default_factory=RecordingConfig)
    """null: do not record until told to."""
    automatic_leave: AutomaticLeave = Field(default_factory=AutomaticLeave)
    metadata: Metadata = Field(default_factory=dict)
    external_id: Word | None = None
    platform: Word | None = None
    """Of a meeting's number, whose it is. The link knows better: a name that does not go with it is ignored and told."""
    meeting_password: Word | None = None
    bot_avatar_url: Annotated[HttpUrl | None, BLANK_IS_NONE] = None
    chat: Chat | None = None
    zoom: ZoomSettings | None = None
    google_meet: PlatformSettings | None = None
    breakout_room: PlatformSettings | None = None

    def echo(self) -> dict[str, Any]:
        """Complete with its defaults; what the bot shows and plays only where it was sent."""
        sent = self.model_fields_set
        return {k: v for k, v in Schema.echo(self).items() if k in sent or k not in OutputSettings.model_fields}


class MetadataOnly(Schema):
    """The body of PATCH on a recording or an artifact."""

    metadata: Metadata
