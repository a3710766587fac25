"""Live events as the Recall dialect writes them, with what the tutorial reads beside it.

The inner part is made once per event, the envelope once per endpoint; a picture is encoded to base64 once for all of them.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.ids import derived_id
from rapporteur.domain.recording import Artifact, ArtifactKind, artifacts_of, options_of
from rapporteur.domain.timeline import iso, moment
from rapporteur.wire.live import (
    AUDIO_MIXED,
    AUDIO_SEPARATE,
    PARTICIPANT,
    TRANSCRIPT_PROVIDER,
    VIDEO_H264,
    VIDEO_PNG,
    WORDS,
    LiveEndpoint,
    LiveEvent,
)

_ARTIFACTS: dict[str, ArtifactKind] = {
    AUDIO_MIXED: ArtifactKind.AUDIO_MIXED, AUDIO_SEPARATE: ArtifactKind.AUDIO_SEPARATE,
    VIDEO_PNG: ArtifactKind.VIDEO_SEPARATE, VIDEO_H264: ArtifactKind.VIDEO_SEPARATE,
    **dict.fromkeys(WORDS, ArtifactKind.TRANSCRIPT),
}
_MUTING = frozenset({f"{PARTICIPANT}.mute", f"{PARTICIPANT}.unmute"})


@dataclass(frozen=True, slots=True)
class Bot:
    """Whose meeting it is, as every event names it."""

    id: str
    metadata: dict[str, Any]
    external_id: str | None = None
    platform: str = ""
    """The platform of its meeting."""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "metadata": self.metadata, "external_id": self.external_id}


@dataclass(frozen=True, slots=True)
class Taping:
    """The recording that the events are of."""

    id: str
    started_at_ms: float
    config: dict[str, Any]

    def artifact(self, kind: ArtifactKind) -> dict[str, Any]:
        """The artifact of this kind that people see, by the id under which the server keeps it."""
        asked = next((a for a in artifacts_of(self.config) if a.kind is kind), None)
        artifact = asked or Artifact(kind, None)
        return {
            "id": derived_id(self.id, kind, artifact.format or ""),
            "metadata": options_of(self.config, artifact).get("metadata") or {} if asked else {},
        }


def names(event: LiveEvent) -> tuple[str, ...]:
    """Under which names an event is told. Who does not ask for muting by its name learns of it as an update."""
    return (event.name, f"{PARTICIPANT}.update") if event.name in _MUTING else (event.name,)


class RecallWriter:
    """Writes the events of one recording. What is the same in every message to an endpoint is written once."""

    def __init__(self, bot: Bot, taping: Taping) -> None:
        self._bot = bot
        self._taping = taping
        self._tails: dict[tuple[str, ArtifactKind], bytes] = {}

    def inner(self, event: LiveEvent) -> bytes:
        """The value of `data.data`, and nothing else: what is the same for every endpoint."""
        return _json(_inner(event, self._taping.started_at_ms))

    def frame(
        self, name: str, event: LiveEvent, content: bytes, *, endpoint: LiveEndpoint, event_id: str, number: int,
        updated_at_ms: float,
    ) -> str:
        """The whole message, as text."""
        kind = _ARTIFACTS.get(event.name, ArtifactKind.PARTICIPANT_EVENTS)
        if (tail := self._tails.get((endpoint.id, kind))) is None:
            tail = self._tails[endpoint.id, kind] = _json(self._around(endpoint, kind))[1:]
        head = _json({"event": name, "event_id": event_id, "number": number})
        updated = f',"updated_at":"{iso(updated_at_ms)}",'.encode()
        return b"".join((head[:-1], b',"data":{"data":', content, updated, tail, b"}")).decode()

    def _around(self, endpoint: LiveEndpoint, kind: ArtifactKind) -> dict[str, Any]:
        taping = self._taping
        return {
            "bot_id": self._bot.id, "realtime_endpoint": {"id": endpoint.id, "metadata": endpoint.metadata},
            kind.value: taping.artifact(kind), "bot": self._bot.as_json(),
            "recording": {"id": taping.id, "metadata": taping.config.get("metadata") or {}},
        }


def _inner(event: LiveEvent, zero_ms: float) -> dict[str, Any]:
    if event.name.startswith(f"{PARTICIPANT}."):
        return {
            "participant": event.body["participant"], "timestamp": moment(event.at_ms, zero_ms),
            "data": event.body.get("data"),
        }
    if event.name == TRANSCRIPT_PROVIDER:
        return {"payload": event.body["payload"]}
    if event.name in WORDS:
        return _words(event.body, zero_ms)
    media: dict[str, Any] = {
        "buffer": base64.b64encode(event.buffer or b"").decode(), "timestamp": moment(event.at_ms, zero_ms),
    }
    return media | {key: event.body[key] for key in ("type", "participant") if key in event.body}


def _words(body: dict[str, Any], zero_ms: float) -> dict[str, Any]:
    words = body["words"]
    relative = [(start_ms - zero_ms, end_ms - zero_ms) for _, start_ms, end_ms in words]
    return {
        "words": [
            {"text": text, "start_timestamp": moment(start_ms, zero_ms), "end_timestamp": moment(end_ms, zero_ms)}
            for text, start_ms, end_ms in words
        ],
        "participant": body["participant"], "language_code": body.get("language_code"),
        "text": " ".join(text for text, _, _ in words),
        "start_ms": round(relative[0][0]) if relative else None, "end_ms": round(relative[-1][1]) if relative else None,
    }


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
