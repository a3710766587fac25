"""Live events as the MeetStream dialect writes them: people in its envelope, words by its modes, sound in its binary frames.

Sound and words name their speakers by what this recording has heard so far, so there is one writer per recording.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapporteur.delivery.live.recall import Bot, Taping
from rapporteur.domain.timeline import iso, moment
from rapporteur.wire.live import AUDIO_MIXED, PARTICIPANT, TRANSCRIPT, WORDS, LiveEndpoint, LiveEvent

Json = dict[str, Any]

NOBODY = "NoSpeaker"
PLATFORMS = {"google_meet": "gmeet", "zoom": "zoom", "microsoft_teams": "teams"}
"""Where this dialect's events name a platform otherwise than this server does."""
SENTENCE, WORD, RAW = "sentence", "word", "raw"
_SOUND = 0x01
_ACTIONS = {f"{PARTICIPANT}.speech_on": True, f"{PARTICIPANT}.speech_off": False}
_CERTAIN = 1.0
"""Engines of this server do not say how sure they are; clients want a number."""


def greeting(bot: Bot, endpoint: LiveEndpoint) -> str | None:
    """The first frame of a WebSocket that takes sound."""
    if AUDIO_MIXED not in endpoint.events:
        return None
    return _json({"type": "ready", "bot_id": bot.id, "message": "Ready to receive messages"})


class MeetStreamWriter:
    """Of one recording."""

    def __init__(self, bot: Bot, taping: Taping) -> None:
        self._bot = bot
        self._taping = taping
        self._voices = _Voices()
        self._louder = Tripled()
        self._numbers: dict[int, int] = {}

    def see(self, event: LiveEvent) -> None:
        """Learn who speaks, whether or not anybody is told of it."""
        if event.name in _ACTIONS:
            self._voices.turn(event.body["participant"], event.at_ms, speaks=_ACTIONS[event.name])

    def inner(self, event: LiveEvent) -> Any:
        """What is the same for every endpoint. Called once per event, in order: sound goes through a filter."""
        if event.name == AUDIO_MIXED:
            return self._sound(event)
        return self._said(event) if event.name in WORDS else self._did(event)

    def frames(self, content: Any, endpoint: LiveEndpoint, event_id: str) -> Iterator[str | bytes]:
        """The messages for one endpoint: one, but of words as many as its mode makes of them."""
        if isinstance(content, bytes):
            yield content
        elif isinstance(content, _Said):
            mode = endpoint.options.get("transcription_mode", SENTENCE)
            for message in content.messages(mode):
                yield _json(message | {"bot_id": self._bot.id, "custom_attributes": self._bot.metadata, "event_id": event_id})
        else:
            yield _json(content | {"event_id": event_id})

    def _sound(self, event: LiveEvent) -> bytes:
        speaker = self._voices.at(event.at_ms)
        name = NOBODY if speaker is None else speaker["name"] or NOBODY
        return b"".join((
            bytes((_SOUND,)), _counted("" if speaker is None else str(speaker["id"])), _counted(name),
            self._louder(event.buffer or b""),
        ))

    def _said(self, event: LiveEvent) -> _Said:
        body, zero_ms, final = event.body, self._taping.started_at_ms, event.name == TRANSCRIPT
        speaker = body["participant"] or {"id": 0, "name": None}
        number = self._numbers.setdefault(speaker["id"], len(self._numbers))
        words = [{
            "word": text, "punctuated_word": text, "start": _seconds(start_ms - zero_ms), "end": _seconds(end_ms - zero_ms),
            "confidence": _CERTAIN, "speech_confidence": _CERTAIN, "speaker": number, "word_is_final": final,
        } for text, start_ms, end_ms in body["words"]]
        first_ms = body["words"][0][1] if body["words"] else event.at_ms
        return _Said(str(speaker["id"]), speaker["name"] or NOBODY, iso(first_ms), words, final)

    def _did(self, event: LiveEvent) -> Json:
        person = event.body["participant"]
        return {
            "event": event.name, "timestamp": iso(event.at_ms), "custom_attributes": self._bot.metadata,
            "data": {
                "bot": {"id": self._bot.id, "metadata": self._bot.metadata},
                "data": {
                    "action": event.name.removeprefix(f"{PARTICIPANT}."),
                    "participant": {
                        "id": person["id"], "name": person["name"], "full_name": person["name"],
                        "platform": PLATFORMS.get(self._bot.platform, self._bot.platform),
                    },
                    "timestamp": moment(event.at_ms, self._taping.started_at_ms),
                },
            },
        }


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody said in one breath."""

    speaker_id: str
    speaker: str
    timestamp: str
    words: list[Json]
    final: bool
    """Whether the engine will not say it otherwise."""

    def messages(self, mode: str) -> Iterator[Json]:
        """A whole utterance at once; by words, a message per word whose `transcript` grows."""
        if mode != WORD:
            yield self._message(mode, len(self.words), new=self.words)
            return
        for count, word in enumerate(self.words, start=1):
            yield self._message(mode, count, new=[word])

    def _message(self, mode: str, count: int, new: list[Json]) -> Json:
        text, ends = _text(self.words[:count]), self.final and count == len(self.words)
        return {
            "speakerId": self.speaker_id, "speakerName": self.speaker, "timestamp": self.timestamp, "transcript": text,
            "new_text": _text(new), "utterance": text if ends else "", "words": new, "end_of_turn": ends,
            "turn_is_formatted": ends, "is_final": ends, "transcription_mode": mode,
        }


class _Voices:
    """Who speaks when. The mix comes a little later than what is said of it, so turns are kept for a while."""

    KEPT = 64

    def __init__(self) -> None:
        self._turns: list[tuple[Json, float, float | None]] = []
        """(who, since, until); the newest last."""

    def turn(self, participant: Json, at_ms: float, *, speaks: bool) -> None:
        if speaks:
            self._turns = [*self._turns[1 - self.KEPT:], (participant, at_ms, None)]
        else:
            self._turns = [
                (who, since, at_ms if until is None and who["id"] == participant["id"] else until)
                for who, since, until in self._turns
            ]

    def at(self, at_ms: float) -> Json | None:
        """Who began to speak last, of those who speak at that moment."""
        found = (who for who, since, until in reversed(self._turns) if since <= at_ms and (until is None or until > at_ms))
        return next(found, None)


class Tripled:
    """16 kHz becomes 48 kHz, portion by portion without a seam; half a millisecond late."""

    TIMES, TAPS = 3, 16

    def __init__(self) -> None:
        at = np.arange(self.TIMES * self.TAPS) - (self.TIMES * self.TAPS - 1) / 2
        # What lies above the old half rate are images of the sound and must not be heard.
        kernel = np.sinc(at / self.TIMES) * np.hamming(len(at))
        self._phases = [phase / phase.sum() for phase in (kernel[p::self.TIMES] for p in range(self.TIMES))]
        self._past: NDArray[np.float64] = np.zeros(self.TAPS - 1)

    def __call__(self, pcm: bytes) -> bytes:
        """Mono s16le in and out."""
        sound = np.concatenate((self._past, np.frombuffer(pcm, "<i2")))
        self._past = sound[len(sound) - self.TAPS + 1:]
        if len(sound) < self.TAPS:
            return b""
        woven = np.stack([np.convolve(sound, phase, "valid") for phase in self._phases], axis=1).ravel()
        return np.clip(np.rint(woven), -32_768, 32_767).astype("<i2").tobytes()


def _counted(text: str) -> bytes:
    raw = text.encode()[:0xFFFF]
    return struct.pack("<H", len(raw)) + raw


def _text(words: list[Json]) -> str:
    return " ".join(word["word"] for word in words)


def _seconds(ms: float) -> float:
    return round(ms / 1000, 3)


def _json(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
