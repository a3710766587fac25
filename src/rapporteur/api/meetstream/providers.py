"""The dialect's transcription providers, and what each is called in the core. Their options are their own and pass through."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

POST_CALL: dict[str, str] = {
    "deepgram": "deepgram_async", "assemblyai": "assembly_ai_async", "meetstream": "recallai_streaming",
}
"""Those that transcribe after the call."""
STREAMING: dict[str, str] = {
    "deepgram_streaming": "deepgram_streaming", "assemblyai_streaming": "assembly_ai_v3_streaming",
    "meetstream_streaming": "recallai_streaming", "meeting_captions": "meeting_captions",
}
"""Those that transcribe while the meeting runs."""
CORE = POST_CALL | STREAMING
AFTER_CALL = POST_CALL | {"meetstream": "recallai_async"}
"""What transcribes a recording once more, when the meeting is over."""
REFUSED = frozenset({"jigsawstack", "jigsawstack_streaming", "sarvam"})


def _one(value: dict[str, Any], among: dict[str, str]) -> dict[str, Any]:
    known = ", ".join(among)
    if len(value) != 1:
        raise ValueError(f"Name exactly one provider. Choose from {known}.")
    name, options = next(iter(value.items()))
    if name in REFUSED:
        raise ValueError(f"{name} is not available on this server. Choose from {known}.")
    if name not in among:
        raise ValueError(f"{str(name)[:60]!r} is not a provider. Choose from {known}.")
    if not isinstance(options, dict):
        raise ValueError(f"The options of {name} are an object; {{}} takes its defaults.")
    return value


def _one_of_any(value: dict[str, Any]) -> dict[str, Any]:
    return _one(value, CORE)


Provider = Annotated[
    dict[str, Any], AfterValidator(_one_of_any),
    Field(examples=[{"deepgram": {"model": "nova-3", "language": "en"}}], description="Exactly one provider and its options."),
]


def _one_after_call(value: dict[str, Any]) -> dict[str, Any]:
    return _one(value, AFTER_CALL)


ProviderAfterCall = Annotated[dict[str, Any], AfterValidator(_one_after_call), Field(examples=[{"deepgram": {}}])]


def is_streaming(provider: dict[str, Any]) -> bool:
    return next(iter(provider)) in STREAMING


def transcribes_later(provider: dict[str, Any] | None) -> bool:
    """Whether `create_bot` answers with a transcript_id: only for what is transcribed after the call."""
    return provider is not None and not is_streaming(provider)


def core_provider(provider: dict[str, Any]) -> dict[str, Any]:
    """The same choice in the core's words."""
    name, options = next(iter(provider.items()))
    return {CORE[name]: options}
