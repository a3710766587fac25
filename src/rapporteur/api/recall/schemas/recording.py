"""`recording_config`: what is recorded, how it looks, who transcribes, how long it is kept and where it streams to."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from rapporteur.api.recall.schemas.base import Metadata, Schema, SparseSchema, one_provider
from rapporteur.api.recall.schemas.outputs import OutputSettings
from rapporteur.wire.live import switched_on

PROVIDERS = (
    "recallai_streaming", "meeting_captions", "assembly_ai_v3_streaming", "assembly_ai_streaming",
    "assembly_ai_async_chunked", "deepgram_streaming", "gladia_v2_streaming", "gladia_v1", "rev_streaming",
    "aws_transcribe_streaming", "speechmatics_streaming", "elevenlabs_streaming", "zoom_rtms", "deepgram_async",
    "assembly_ai_async", "openai_compatible",
)
"""Keys of `transcript.provider`; their options are the provider's own and pass through. The last three transcribe when the call
is over, and are of ours."""

LOCAL = "recallai_streaming"
LOCAL_OPTIONS = frozenset({"language_code", "mode", "spelling", "key_terms", "filter_profanity"})
"""The provider that means the engine of this server, and what it may be told."""

LAYOUTS = Literal["speaker_view", "gallery_view", "gallery_view_v2", "audio_only"]


class Options(SparseSchema):
    """The value that switches an artifact on."""

    metadata: Metadata | None = None


Switch = Options | None


class MixedVideo(Options):
    constant_bit_rate: bool | None = None
    """Fill up to 2 Mbps instead of keeping below it. Of ours; costs the same whether anything moves or not."""


class Diarization(Schema):
    use_separate_streams_when_available: bool = False


class Transcript(SparseSchema):
    provider: Annotated[dict[str, Any], AfterValidator(lambda value: one_provider(value, PROVIDERS, "not a provider"))]
    diarization: Diarization | None = None
    metadata: Metadata | None = None

    @property
    def unknown_options(self) -> list[str]:
        """Options of this server's own engine that it does not know; those of other providers are theirs."""
        sent: dict[str, Any] = self.provider.get(LOCAL) or {}
        return [f"provider.{LOCAL}.{option}" for option in sent if option not in LOCAL_OPTIONS]


class Retention(SparseSchema):
    """How long the media is kept after the recording."""

    type: Literal["timed", "forever"]
    hours: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _hours_of_timed(self) -> Retention:
        if self.type == "timed" and self.hours is None:
            self.hours = 168
        return self


class IncludeBot(SparseSchema):
    audio: bool = False
    video: bool | None = None

    @model_validator(mode="after")
    def _audio_is_always_said(self) -> IncludeBot:
        self.model_fields_set.add("audio")
        return self


SDK_CALLBACK = "desktop_sdk_callback"
SCHEMES = {
    "webhook": ("http", "https"), "websocket": ("ws", "wss", "http", "https"), "rtmp": ("rtmp", "rtmps"),
    SDK_CALLBACK: (),
}


class RealtimeEndpoint(Schema):
    """Given flat, or with url and events inside `config`; echoed flat."""

    type: Literal["webhook", "websocket", "rtmp", "desktop_sdk_callback"]
    url: Annotated[str, Field(max_length=2048)]
    """May be left out where the application records by itself and is told without one."""
    events: list[str]
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if isinstance(config := value.get("config"), dict):
            value = config | {key: sent for key, sent in value.items() if key != "config"}
        return {"url": "", **value} if value.get("type") == SDK_CALLBACK else value

    @model_validator(mode="after")
    def _dialable(self) -> RealtimeEndpoint:
        schemes = SCHEMES[self.type]
        if schemes and urlsplit(self.url).scheme.lower() not in schemes:
            raise ValueError(f"The url of a {self.type} endpoint begins with {' or '.join(f'{s}://' for s in schemes)}.")
        return self


OURS = frozenset({"audio_separate_ogg", "video_separate_mkv"})
"""Keys that the API spoken here does not have: everybody's sound and pictures as they were sent."""


class RecordingConfig(OutputSettings):
    transcript: Transcript | None = None
    realtime_endpoints: list[RealtimeEndpoint] = Field(default_factory=list)
    retention: Retention | None = Field(default_factory=lambda: Retention(type="timed", hours=168))
    """null keeps nothing at all."""
    video_mixed_layout: LAYOUTS = "speaker_view"
    video_mixed_mp4: MixedVideo | None = Field(default_factory=MixedVideo)
    participant_events: Switch = Field(default_factory=Options)
    meeting_metadata: Switch = Field(default_factory=Options)
    audio_mixed_mp3: Switch = None
    audio_mixed_raw: Switch = None
    audio_separate_raw: Switch = None
    audio_separate_mp3: Switch = None
    video_separate_mp4: Switch = None
    video_separate_png: Switch = None
    video_separate_h264: Switch = None
    audio_separate_ogg: Switch = None
    video_separate_mkv: Switch = None
    video_mixed_flv: Switch = None
    video_mixed_participant_video_when_screenshare: Literal["hide", "beside", "overlap"] = "overlap"
    start_recording_on: Literal["call_join", "participant_join", "participant_speak", "manual"] = "participant_join"
    include_bot_in_recording: IncludeBot = Field(default_factory=lambda: IncludeBot(audio=False))
    metadata: Metadata = Field(default_factory=dict)

    def echo(self) -> dict[str, Any]:
        """Complete with its defaults, and with what its live events need; output settings, variant and what is ours alone only
        where they were sent."""
        sent, sparse = self.model_fields_set, OutputSettings.model_fields.keys() | OURS
        return switched_on({k: v for k, v in Schema.echo(self).items() if k in sent or k not in sparse})
