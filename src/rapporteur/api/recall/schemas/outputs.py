"""What a bot shows, plays and writes: the vendor's forms and those of its tutorial, at top level or inside recording_config.

Stored and echoed as sent, so nothing here has a default. An empty object means off.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from rapporteur.api.recall.schemas.base import HttpUrl, Schema, SparseSchema, Word
from rapporteur.domain.output import LONGEST_B64, picture_type, sound_type


def _file(type_of: Callable[[bytes], str | None], what: str) -> Callable[[str], str]:
    """The file's first bytes tell what it is; whether the rest can be read, the bot finds out."""

    def check(text: str) -> str:
        try:
            data = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("This is not base64. Send the file's bytes in base64, without a data: prefix.") from None
        if type_of(data) is None:
            raise ValueError(f"This is not {what}.")
        return text

    return check


PictureData = Annotated[
    str, Field(max_length=LONGEST_B64), AfterValidator(_file(picture_type, "a JPEG, PNG or GIF: send one, 1280x720 at best"))]
SoundFile = Annotated[str, Field(max_length=LONGEST_B64), AfterValidator(_file(sound_type, "an MP3, OGG or WAV: send one"))]


class Webpage(SparseSchema):
    url: HttpUrl


class Picture(SparseSchema):
    """`{kind: "jpeg", b64_data}`, `{image_url}` or `{webpage: {url}}`."""

    kind: Literal["jpeg", "png", "gif"] | None = None
    b64_data: PictureData | None = None
    image_url: HttpUrl | None = None
    webpage: Webpage | None = None


class AutomaticVideoOutput(SparseSchema):
    in_call_recording: Picture | None = None
    in_call_not_recording: Picture | None = None


class SoundData(SparseSchema):
    kind: Literal["mp3", "ogg", "wav"]
    b64_data: SoundFile


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


# --- orders -------------------------------------------------------------------------------------------------------------


class ShowPicture(SparseSchema):
    """`{kind: "jpeg", b64_data}`, or `{image_url}`."""

    kind: Literal["jpeg", "png", "gif"] | None = None
    b64_data: PictureData | None = None
    image_url: HttpUrl | None = None

    @model_validator(mode="after")
    def _one(self) -> ShowPicture:
        if (self.b64_data is None) == (self.image_url is None):
            raise ValueError("Send b64_data, or image_url in its place.")
        return self


class PlaySound(SparseSchema):
    """`{kind: "mp3", b64_data}`, or `{audio_url}`."""

    kind: Literal["mp3", "ogg", "wav"] | None = None
    b64_data: SoundFile | None = None
    audio_url: HttpUrl | None = None

    @model_validator(mode="after")
    def _one(self) -> PlaySound:
        if (self.b64_data is None) == (self.audio_url is None):
            raise ValueError("Send b64_data, or audio_url in its place.")
        return self


class ShowPages(OutputMedia):
    """`{camera?, screenshare?}`, each `{kind: "webpage", config: {url}}`; what is not named goes on as it is."""

    @model_validator(mode="after")
    def _some(self) -> ShowPages:
        if self.camera is None and self.screenshare is None and self.webpage is None:
            raise ValueError("Send camera or screenshare, each as {kind: webpage, config: {url}}.")
        return self


class StopPages(Schema):
    """Which pages to stop."""

    camera: bool = False
    screenshare: bool = False

    @model_validator(mode="after")
    def _some(self) -> StopPages:
        if not self.camera and not self.screenshare:
            raise ValueError("Say which page to stop: camera, screenshare, or both, as true.")
        return self


class SendChatMessage(SparseSchema):
    message: str = Field(min_length=1, max_length=4096)
    to: Annotated[Word, Field(min_length=1)] = "everyone"
    """everyone, host, everyone_except_host, or a participant's id."""
    pin: bool = False
