"""The body of create_transcript: who transcribes after the call."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from rapporteur.api.recall.schemas.base import Metadata, Schema, one_provider
from rapporteur.api.recall.schemas.recording import Diarization

ASYNC_PROVIDERS = (
    "recallai_async", "assembly_ai_async", "deepgram_async", "gladia_v2_async", "rev_async", "speechmatics_async",
    "aws_transcribe_async", "elevenlabs_async", "google_speech_v2_async", "openai_compatible",
)
"""Keys of `provider` after the call; their options are the provider's own. The last one is of ours."""
LOCAL = "recallai_async"
"""The one that means the engine of this server."""

Provider = Annotated[dict[str, Any], AfterValidator(
    lambda value: one_provider(value, ASYNC_PROVIDERS, "no provider after the call"))]


class CreateTranscript(Schema):
    provider: Provider
    diarization: Diarization | None = None
    metadata: Metadata = Field(default_factory=dict)


class Transcribe(Schema):
    """The body of the older /bot/ID/transcribe/: nothing has to be said."""

    provider: Provider = Field(default_factory=lambda: {LOCAL: {}})
    diarization: Diarization | None = None
    metadata: Metadata = Field(default_factory=dict)
