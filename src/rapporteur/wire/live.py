"""The live feed's own language: what happens in a meeting, in one neutral form that each dialect writes in its own way.

Names are those of the Recall dialect, which has the most. Times are UTC milliseconds of the control plane. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rapporteur.domain.ids import derived_id

PARTICIPANT = "participant_events"
TRANSCRIPT = "transcript.data"
TRANSCRIPT_PARTIAL = "transcript.partial_data"
TRANSCRIPT_PROVIDER = "transcript.provider_data"
AUDIO_MIXED = "audio_mixed_raw.data"
AUDIO_SEPARATE = "audio_separate_raw.data"
VIDEO_PNG = "video_separate_png.data"
VIDEO_H264 = "video_separate_h264.data"
VIDEO_FLV = "video_mixed_flv.data"
VIDEO_FMP4 = "video_mixed_fmp4.data"
"""In fragments, over a WebSocket; who asks for it must ask for the mixed MP4 too."""
FILMS = frozenset({VIDEO_FLV, VIDEO_FMP4})
"""What the composer sends, which has the mixed picture; the others are the feed's."""

ACTIONS = ("join", "leave", "update", "speech_on", "speech_off", "webcam_on", "webcam_off", "screenshare_on", "screenshare_off",
           "chat_message", "mute", "unmute")
"""What people do, after `participant_events.`; the last two are sent only to who asks for them."""
WORDS = (TRANSCRIPT, TRANSCRIPT_PARTIAL, TRANSCRIPT_PROVIDER)
MEDIA = (AUDIO_MIXED, AUDIO_SEPARATE, VIDEO_PNG, VIDEO_H264)

NEEDS: dict[str, str] = {
    **{f"{PARTICIPANT}.{action}": "participant_events" for action in ACTIONS},
    **dict.fromkeys(WORDS, "transcript"),
    AUDIO_MIXED: "audio_mixed_raw", AUDIO_SEPARATE: "audio_separate_raw", VIDEO_PNG: "video_separate_png",
    VIDEO_H264: "video_separate_h264", VIDEO_FLV: "video_mixed_flv",
}
"""Every live event, and the key of recording_config by which what it is made of is switched on."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One thing to be told at once.

    `body` by name: `participant_events.*` {action, participant, data|null}; transcripts {participant, words: [[text, start_ms,
    end_ms]], language_code|null} or, of providers, {payload}; audio {} and video {type: webcam|screenshare}, both with
    `participant` where the medium is one person's.
    """

    name: str
    recording_id: str
    at_ms: float
    body: dict[str, Any] = field(default_factory=dict)
    buffer: bytes | None = None
    """Sound: 16 kHz mono s16le. Pictures: one PNG, or H.264 in the form of Annex B."""


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """Where a recording's events go: one of its configuration's `realtime_endpoints`."""

    id: str
    type: str
    """webhook | websocket | rtmp"""
    url: str
    events: frozenset[str]
    metadata: dict[str, Any] = field(default_factory=dict)
    dialect: str = "recall"
    """In whose words it is told: recall | meetstream."""
    options: dict[str, Any] = field(default_factory=dict)
    """The dialect's own, beside the address: MeetStream's `transcription_mode`."""


def switched_on(recording_config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with everything on that the events its endpoints ask for are made of."""
    asked = recording_config.get("realtime_endpoints") or ()
    needed = {NEEDS[name] for endpoint in asked for name in endpoint["events"] if name in NEEDS}
    return recording_config | {key: _ON.get(key, {}) for key in needed if recording_config.get(key) is None}


_ON: dict[str, dict[str, Any]] = {"transcript": {"provider": {"recallai_streaming": {}}}}
"""What switches on what an empty object does not."""


def endpoints_of(recording_id: str, recording_config: dict[str, Any]) -> tuple[LiveEndpoint, ...]:
    """The endpoints of one recording, with ids that every process derives alike. Both documented forms are understood."""
    asked = recording_config.get("realtime_endpoints") or ()
    return tuple(
        LiveEndpoint(
            endpoint_id(recording_id, number), item["type"], item["url"], frozenset(item["events"]),
            item.get("metadata") or {}, item.get("dialect", "recall"), item.get("options") or {},
        )
        for number, item in enumerate({**item, **(item.get("config") or {})} for item in asked)
    )


def endpoint_id(recording_id: str, number: int) -> str:
    return derived_id(recording_id, "realtime_endpoint", str(number))
