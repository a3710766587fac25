"""Recordings whose words come from a vendor while they are spoken: one stream of sound per speaker, while it is wanted.

Sound off the record is never sent. A speaker whose provider gave up is told of, with the sound that has no words yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from rapporteur.domain.errors import RapporteurError
from rapporteur.services.ports import Said, SpeechStream, Transcriber


class Desk(Protocol):
    """Who writes down what is understood; by recording and source."""

    def said(self, recording_id: str, source: int, said: Said) -> None: ...

    def provider_data(self, recording_id: str, payload: Any) -> None: ...

    def lost(self, recording_id: str, seconds: float) -> None: ...

    def given_up(
        self, recording_id: str, source: int, failure: RapporteurError, unheard: list[tuple[float, bytes]],
    ) -> None: ...


@dataclass(slots=True)
class _Speaker:
    """Fulfils services.ports.WordsListener for one speaker of one recording."""

    desk: Desk
    recording_id: str
    source: int

    def on_said(self, said: Said) -> None:
        self.desk.said(self.recording_id, self.source, said)

    def on_provider_data(self, payload: Any) -> None:
        self.desk.provider_data(self.recording_id, payload)

    def on_lost(self, seconds: float) -> None:
        self.desk.lost(self.recording_id, seconds)

    def on_given_up(self, failure: RapporteurError, unheard: list[tuple[float, bytes]]) -> None:
        self.desk.given_up(self.recording_id, self.source, failure, unheard)


@dataclass(slots=True)
class Dictation:
    """One recording's streams."""

    recording_id: str
    transcriber: Transcriber
    desk: Desk
    partials: Callable[[], bool]
    """Whether anybody wants words that are not final."""
    _streams: dict[int, SpeechStream] = field(default_factory=dict[int, SpeechStream])
    _speaking: set[int] = field(default_factory=set[int])

    def voice(self, source: int, at_ms: float) -> None:
        """A source may be beginning to speak."""
        if (stream := self._streams.get(source)) is not None:
            stream.voice(at_ms)

    def speech(self, source: int, speaking: bool, at_ms: float) -> None:
        """A source began or ceased to speak, or is found speaking when its recording begins or goes on."""
        if (stream := self._streams.get(source)) is None or speaking == (source in self._speaking):
            return
        (self._speaking.add if speaking else self._speaking.discard)(source)
        stream.speech(speaking, at_ms)

    def sound(self, source: int, at_ms: float, pcm: bytes, *, speaking: bool) -> None:
        if source not in self._streams:
            speaker = _Speaker(self.desk, self.recording_id, source)
            self._streams[source] = self.transcriber.open(speaker, partials=self.partials())
        if speaking:
            self.speech(source, True, at_ms)
        self._streams[source].sound(at_ms, pcm)

    def pause(self, at_ms: float) -> None:
        for source in tuple(self._speaking):
            self.speech(source, False, at_ms)

    async def aclose(self) -> None:
        """Returns when everything that was sent has its words, or was given up."""
        await asyncio.gather(*(stream.aclose() for stream in self._taken()))

    async def abandon(self) -> None:
        """End at once."""
        await asyncio.gather(*(stream.abandon() for stream in self._taken()))

    def _taken(self) -> tuple[SpeechStream, ...]:
        streams, self._streams = tuple(self._streams.values()), {}
        self._speaking.clear()
        return streams
