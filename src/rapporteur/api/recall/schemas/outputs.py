"""What a bot shows, plays and writes: the vendor's forms and those of its tutorial, at top level or inside recording_config.

Stored and echoed as sent, so nothing here has a default. An empty object means off.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rapporteur.api.recall.schemas.base import HttpUrl, SparseSchema


class Webpage(SparseSchema):
    url: HttpUrl


class Picture(SparseSchema):
    """`{kind: "jpeg", b64_data}`, `{image_url}` or `{webpage: {url}}`."""

    kind: Literal["jpeg", "png", "gif"] | None = None
    b64_data: str | None = Field(None, max_length=1_835_008)
    image_url: HttpUrl | None = None
    webpage: Webpage | None = None


class AutomaticVideoOutput(SparseSchema):
    in_call_recording: Picture | None = None
    in_call_not_recording: Picture | None = None


class SoundData(SparseSchema):
    kind: Literal["mp3", "ogg", "wav"]
    b64_data: str


class Replay(SparseSchema):
    debounce_mode: Literal["leading", "trailing"] | None = None
    debounce_interval: int
    disable_after: int | None = None


class Sound(SparseSchema):
    """`{data: {kind: "mp3", b64_data}}` or `{audio_url}`."""

    data: SoundData | None = None
    audio_url: HttpUrl | None = None
    replay_on_participant_join: Replay | None = None


class AutomaticAudioOutput(SparseSchema):
    in_call_recording: Sound | None = None
    in_call_not_recording: Sound | None = None


class OutputPage(SparseSchema):
    kind: Literal["webpage"]
    config: Webpage


class OutputMedia(SparseSchema):
    """`{camera?, screenshare?}`; a bare `webpage` is the camera."""

    camera: OutputPage | None = None
    screenshare: OutputPage | None = None
    webpage: Webpage | None = None


class Greeting(SparseSchema):
    send_to: Literal["host", "everyone", "everyone_except_host"] | None = None
    message: str = Field(min_length=1, max_length=4096)
    pin: bool | None = None


class Welcome(SparseSchema):
    message: str = Field(min_length=1, max_length=4096)
    exclude_host: bool


class Chat(SparseSchema):
    on_bot_join: Greeting | None = None
    on_participant_join: Welcome | None = None


class Variant(SparseSchema):
    """The size of machine per platform. Every bot of this server gets the same, so this is kept for its sender's sake."""

    zoom: Literal["web", "web_4_core", "web_gpu", "native"] | None = None
    google_meet: Literal["web", "web_4_core", "web_gpu"] | None = None
    microsoft_teams: Literal["web", "web_4_core", "web_gpu"] | None = None
    webex: Literal["web", "web_4_core", "web_gpu"] | None = None


class OutputSettings(SparseSchema):
    """The settings that are read at top level and inside recording_config alike."""

    automatic_video_output: AutomaticVideoOutput | None = None
    automatic_audio_output: AutomaticAudioOutput | None = None
    output_media: OutputMedia | None = None
    variant: Variant | None = None


PlatformSettings = dict[str, Any]
"""`zoom`, `google_meet`, `breakout_room`: taken as they are by the platforms that know them."""
