"""The scribe: hands what was heard to the recogniser, one utterance at a time, and writes the words down as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.participants import Participant
from rapporteur.domain.transcript import Utterance
from rapporteur.services.ports import Heard, Recogniser
from rapporteur.wire import control
from rapporteur.wire.tape import Kind, Record, json_record

log = structlog.get_logger()


@dataclass(slots=True)
class _Span:
    recording_id: str
    start_ms: float
    end_ms: float | None = None

    def holds(self, heard: Heard) -> bool:
        """Speech belongs to the recording in which most of it was said."""
        middle = (heard.start_ms + heard.end_ms) / 2
        return self.start_ms <= middle and (self.end_ms is None or middle < self.end_ms)


class Scribe:
    """`wanted` False (no transcript asked for) makes it deaf; recognition failures are counted, not fatal."""

    def __init__(self, recogniser: Recogniser, *, wanted: bool, language_code: str,
                 append: Callable[[Record], None], post: Callable[..., None]) -> None:
        self._recogniser = recogniser
        self.wanted = wanted
        self._language_code = language_code
        self._append = append
        self._post = post
        self._spans: list[_Span] = []
        self._heard: asyncio.Queue[tuple[str, Heard, Participant]] = asyncio.Queue()
        self.failures = 0

    def recording_started(self, recording_id: str, at_ms: float) -> None:
        self._spans.append(_Span(recording_id, at_ms))

    def recording_stopped(self, at_ms: float) -> None:
        self._spans[-1].end_ms = at_ms

    def write_down(self, heard: Heard, participant: Participant) -> None:
        span = next((s for s in self._spans if s.holds(heard)), None)
        if self.wanted and span is not None:
            self._heard.put_nowait((span.recording_id, heard, participant))

    async def run(self) -> None:
        while True:
            recording_id, heard, participant = await self._heard.get()
            try:
                await self._recognise(recording_id, heard, participant)
            except RapporteurError as error:
                self.failures += 1
                log.warning("recognition_failed", code=error.code)
                self._post(control.LOG, {"level": "warning", "message": f"an utterance was not recognised: {error.code}"})
            finally:
                self._heard.task_done()

    async def drained(self) -> None:
        """Returns when everything heard so far is written down."""
        await self._heard.join()

    async def _recognise(self, recording_id: str, heard: Heard, participant: Participant) -> None:
        words = await self._recogniser.recognise(heard.pcm, self._language_code)
        if not words:
            return
        spoken = Utterance(participant.id, tuple(w.shifted(heard.start_ms) for w in words), self._language_code)
        written = {"recording_id": recording_id, **spoken.as_json()}
        self._append(json_record(Kind.UTTERANCE, round(heard.end_ms * 1000), written, source=heard.source))
        told = {"recording_id": recording_id, "participant": participant.as_json(), "utterance": spoken.as_json()}
        self._post(control.UTTERANCE, told, heard.end_ms)
