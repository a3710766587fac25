"""`zoom` in the body of POST /bot/: the vendor's keys, taken as they are, and one of ours for Zoom's media streams."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from rapporteur.api.recall.schemas.base import SparseSchema

_STREAM = ("meeting_uuid", "rtms_stream_id", "server_urls")


def _websockets(value: str) -> str:
    if not all(url.strip().startswith(("wss://", "ws://")) for url in value.split(",")):
        raise ValueError("Enter the server_urls of Zoom's webhook, which begin with wss://.")
    return value


class ZoomStream(SparseSchema):
    """Receive Zoom's media stream in place of joining: what the webhook `meeting.rtms_started` carries.

    With nothing in it, or a `meeting_uuid` alone, the bot waits for the webhook to come to this server.
    """

    meeting_uuid: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    rtms_stream_id: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    server_urls: Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_websockets)] | None = None
    signature: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """What opens the stream, for who does not leave the app's secret with this server. It is not read back."""

    @model_validator(mode="after")
    def _named(self) -> ZoomStream:
        named = [key for key in _STREAM if getattr(self, key)]
        if (self.rtms_stream_id or self.server_urls or self.signature) and len(named) < len(_STREAM):
            raise ValueError(f"A stream is named by all of {', '.join(_STREAM)}.")
        return self


class ZoomSettings(SparseSchema):
    join_token_url: Any = None
    zak_url: Any = None
    obf_token_url: Any = None
    user_email: Any = None
    rtms: ZoomStream | None = None
