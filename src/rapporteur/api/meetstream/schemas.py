"""What the MeetStream dialect's requests look like, in both historic forms: fields, defaults and limits.

The older form has `transcription` at top level and `socket_connection_url` as a string; the newer one has the provider inside
`recording_config` and the address inside an object. Both are read into one; unknown keys are kept for the route to report.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from rapporteur.api.meetstream.providers import Provider, ProviderAfterCall
from rapporteur.api.recall.schemas.base import BLANK_IS_NONE, HttpUrl, Schema, SparseSchema, moment

DEFAULT_NAME = "Meeting Notetaker"
WEEK_H = 168
PICTURES = ("jpeg", "jpg", "png", "gif")
_OTHER_PICTURES = ("webp", "svg", "bmp", "tif", "tiff", "avif", "heic", "ico")
MAX_ADDRESS = 4096


def _websocket(url: str) -> str:
    if urlsplit(url).scheme.lower() not in ("ws", "wss"):
        raise ValueError("Enter an address that begins with wss://.")
    return url


def _picture(url: str) -> str:
    if urlsplit(url).path.rpartition(".")[2].lower() in _OTHER_PICTURES:
        raise ValueError(f"The picture must be one of {', '.join(PICTURES)}.")
    return url


def _https(url: str) -> str:
    if not url.lower().startswith("https://"):
        raise ValueError("Enter an address that begins with https://.")
    return url


WebsocketUrl = Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS), AfterValidator(_websocket)]
PictureUrl = Annotated[HttpUrl, AfterValidator(_picture)]
Moment = Annotated[
    str, Field(examples=["2024-01-15T14:30:00Z"]),
    moment("Write the time as 2030-01-31T15:04:05Z or 2030-01-31 15:04:05, which is UTC.")]
SecretUrl = Annotated[str, Field(max_length=MAX_ADDRESS), AfterValidator(_https)]
HalfHour = Annotated[int, Field(ge=60, le=1800)]


# --- live streams -------------------------------------------------------------------------------------------------------


class LiveMedia(SparseSchema):
    """Where live sound or pictures are streamed to."""

    websocket_url: WebsocketUrl


class LiveWords(SparseSchema):
    """Where live words are sent: by POST or over a WebSocket."""

    webhook_url: HttpUrl | None = None
    websocket_url: WebsocketUrl | None = None

    @model_validator(mode="after")
    def _one_address(self) -> LiveWords:
        if self.webhook_url is None and self.websocket_url is None:
            raise ValueError("Name a webhook_url or a websocket_url.")
        return self


class RealtimeWebhook(SparseSchema):
    type: Literal["webhook"]
    url: HttpUrl
    events: list[Literal["participant_events.join", "participant_events.leave"]]


# --- recording_config ---------------------------------------------------------------------------------------------------


class TranscriptChoice(SparseSchema):
    provider: Provider


class TimedRetention(SparseSchema):
    """How long the data is kept, from the end of the session."""

    type: Literal["timed"] = "timed"
    hours: Annotated[int, Field(ge=1)] = WEEK_H

    def echo(self) -> dict[str, Any]:
        return {"type": self.type, "hours": self.hours}


class BotRecording(SparseSchema):
    transcript: TranscriptChoice | None = None
    retention: TimedRetention | None = Field(default_factory=TimedRetention)
    """null keeps nothing at all."""
    realtime_endpoints: list[RealtimeWebhook] = Field(default_factory=list)
    video_layout: Literal["speaker_view", "grid_view"] = "grid_view"
    audio_separate_streams: bool = False
    video_separate_streams: bool = False

    def echo(self) -> dict[str, Any]:
        return {name: value for name, value in Schema.echo(self).items() if value is not None or name == "retention"}


# --- automatic_leave ----------------------------------------------------------------------------------------------------


class NamesOfBots(SparseSchema):
    matches: list[str]
    """Parts of names, compared without regard to case."""
    activate_after: HalfHour = 300
    timeout: Annotated[int, Field(ge=5, le=300)] = 5

    def echo(self) -> dict[str, Any]:
        return Schema.echo(self)


class BotsAmongPeople(SparseSchema):
    using_participant_names: NamesOfBots | None = None


class LeaveTimeouts(Schema):
    """When the bot leaves by itself, in seconds."""

    waiting_room_timeout: HalfHour = 600
    no_one_joined_timeout: HalfHour = 600
    everyone_left_timeout: HalfHour = 300
    voice_inactivity_timeout: Annotated[int, Field(ge=1)] = 100
    in_call_recording_timeout: Annotated[int, Field(ge=600, le=18_000)] = 14_400
    recording_permission_denied_timeout: Annotated[int, Field(ge=60, le=300)] = 60
    bot_detection: BotsAmongPeople | None = None

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, value: Any) -> Any:
        return _renamed(value, noone_joined_timeout="no_one_joined_timeout")


# --- the bot ------------------------------------------------------------------------------------------------------------


class ZoomIdentity(SparseSchema):
    """Who the bot is in Zoom; `{}` is a guest."""

    zak_url: SecretUrl | None = None
    obf_url: SecretUrl | None = None

    @model_validator(mode="after")
    def _at_most_one(self) -> ZoomIdentity:
        if self.zak_url and self.obf_url:
            raise ValueError("Send either zak_url or obf_url, not both.")
        return self


_OF_OLD = ("use_zoom_obf", "zoom_oauth_connection_user_id")


class CreateMeetStreamBot(Schema):
    """Only `meeting_link` is required; `meeting_url` is read as the same."""

    meeting_link: Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS)]
    bot_name: Annotated[str, Field(min_length=1, max_length=255)] = DEFAULT_NAME
    audio_required: bool = True
    video_required: bool = True
    bot_message: Annotated[str, Field(max_length=4096)] | None = None
    bot_image_url: Annotated[PictureUrl | None, BLANK_IS_NONE] = None
    live_audio_required: LiveMedia | None = None
    live_video_required: LiveMedia | None = None
    live_transcription_required: LiveWords | None = None
    socket_connection_url: WebsocketUrl | LiveMedia | None = None
    transcription: Provider | None = None
    """The older place of `recording_config.transcript.provider`, which wins over it."""
    join_at: Annotated[Moment | None, BLANK_IS_NONE] = None
    callback_url: Annotated[HttpUrl | None, BLANK_IS_NONE] = None
    custom_attributes: dict[str, Any] = Field(default_factory=dict)
    recording_config: BotRecording = Field(default_factory=BotRecording)
    automatic_leave: LeaveTimeouts = Field(default_factory=LeaveTimeouts)
    audio_separate_streams: bool | None = None
    video_separate_streams: bool | None = None
    agent_config_id: str | None = None
    agent_config_params: dict[str, Any] | None = None
    workflow_config_ids: list[str] | None = None
    zoom: ZoomIdentity | None = None
    google_meet: dict[str, Any] | None = None
    teams: dict[str, Any] | None = None
    deduplication_key: Annotated[
        Annotated[str, Field(max_length=2000, pattern=r"^[ -~]+$")] | None, BLANK_IS_NONE] = None

    @model_validator(mode="before")
    @classmethod
    def _either_form(cls, value: Any) -> Any:
        value = _renamed(value, meeting_url="meeting_link", liveVideoRequired="live_video_required")
        if not isinstance(value, dict):
            return value
        if gone := [key for key in _OF_OLD if key in value]:
            raise ValueError(f"{gone[0]} is no longer taken: send zoom.obf_url or zoom.zak_url.")
        return value

    @field_validator("live_audio_required", "live_video_required", "live_transcription_required", "socket_connection_url",
                     "transcription", mode="before")
    @classmethod
    def _empty_is_off(cls, value: Any) -> Any:
        if isinstance(value, dict) and "websocketUrl" in value:
            value = _renamed(value, websocketUrl="websocket_url")
        return None if value in ({}, "", False) else value

    def echo(self) -> dict[str, Any]:
        """The request with its defaults, as `RequestPayload` shows it; without what was neither sent nor has one."""
        return {name: value for name, value in Schema.echo(self).items() if value is not None}


class TranscribeAgain(Schema):
    """The body of transcribe."""

    provider: ProviderAfterCall
    callback_url: HttpUrl | None = None


def _renamed(value: Any, **names: str) -> Any:
    """The object with other spellings under the names they mean, unless those were sent too."""
    if not isinstance(value, dict):
        return value
    other = {names[key]: sent for key, sent in value.items() if key in names}
    return other | {key: sent for key, sent in value.items() if key not in names}
