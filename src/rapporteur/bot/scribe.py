"""The scribe: hands what was heard to the recogniser, one utterance at a time, and writes the words down as they come."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.participants import Participant
from rapporteur.domain.transcript import Utterance, language_of
from rapporteur.services.ports import Heard, Recogniser
from rapporteur.wire import control
from rapporteur.wire.live import TRANSCRIPT, LiveEvent
from rapporteur.wire.tape import Kind, Record, json_record

log = structlog.get_logger()


SHORTEST_MS = 200.0
"""What a border leaves of an utterance must be at least so long to hold a word."""
_BYTES_PER_MS = 32


@dataclass(slots=True)
class _Span:
    """A stretch of a recording without a pause."""

    recording_id: str
    language_code: str | None
    """None: no transcript of this recording was asked for."""
    start_ms: float
    end_ms: float = math.inf

    def part_of(self, heard: Heard) -> Heard | None:
        """What was said within the stretch, None if that is nothing: speech off the record is never written down."""
        start_ms, end_ms = max(heard.start_ms, self.start_ms), min(heard.end_ms, self.end_ms)
        if (start_ms, end_ms) == (heard.start_ms, heard.end_ms):
            return heard
        if end_ms - start_ms < SHORTEST_MS:
            return None
        first, last = (round(at_ms - heard.start_ms) * _BYTES_PER_MS for at_ms in (start_ms, end_ms))
        return Heard(heard.source, start_ms, end_ms, heard.pcm[first:last])


class Scribe:
    """Recordings have languages of their own; recognition failures are counted, not fatal."""

    def __init__(self, recogniser: Recogniser, *, append: Callable[[Record], None], post: Callable[..., None],
                 tell: Callable[[LiveEvent], None]) -> None:
        self._recogniser = recogniser
        self._append = append
        self._post = post
        self._tell = tell
        self._spans: list[_Span] = []
        self._heard: asyncio.Queue[tuple[_Span, Heard, Participant]] = asyncio.Queue()
        self.failures = 0

    @property
    def wanted(self) -> bool:
        """Whether a transcript of any recording so far was asked for."""
        return any(span.language_code is not None for span in self._spans)

    def recording_started(self, recording_id: str, recording_config: dict[str, Any], at_ms: float) -> None:
        transcript = recording_config.get("transcript")
        language_code = None if transcript is None else language_of(transcript)
        self.recording_paused(at_ms)
        self._spans.append(_Span(recording_id, language_code, at_ms))

    def recording_paused(self, at_ms: float) -> None:
        """Also said when a recording stops, paused or not."""
        for span in self._spans[-1:]:
            span.end_ms = min(span.end_ms, at_ms)

    def recording_resumed(self, at_ms: float) -> None:
        self._spans.append(replace(self._spans[-1], start_ms=at_ms, end_ms=math.inf))

    def write_down(self, heard: Heard, participant: Participant) -> None:
        for span in self._spans:
            if span.language_code is not None and (part := span.part_of(heard)) is not None:
                self._heard.put_nowait((span, part, participant))

    async def run(self) -> None:
        while True:
            span, heard, participant = await self._heard.get()
            try:
                await self._recognise(span, heard, participant)
            except RapporteurError as error:
                self.failures += 1
                log.warning("recognition_failed", code=error.code)
                self._post(control.LOG, {"level": "warning", "message": f"an utterance was not recognised: {error.code}"})
            finally:
                self._heard.task_done()

    async def drained(self) -> None:
        """Returns when everything heard so far is written down."""
        await self._heard.join()

    async def _recognise(self, span: _Span, heard: Heard, participant: Participant) -> None:
        assert span.language_code is not None
        words = await self._recogniser.recognise(heard.pcm, span.language_code)
        if not words:
            return
        spoken = Utterance(participant.id, tuple(w.shifted(heard.start_ms) for w in words), span.language_code)
        written = {"recording_id": span.recording_id, **spoken.as_json()}
        self._append(json_record(Kind.UTTERANCE, round(heard.end_ms * 1000), written, source=heard.source))
        told = {"recording_id": span.recording_id, "participant": participant.as_json(), "utterance": spoken.as_json()}
        self._post(control.UTTERANCE, told, heard.end_ms)
        live = {"participant": participant.as_json(), "words": spoken.as_json()["words"], "language_code": spoken.language_code}
        self._tell(LiveEvent(TRANSCRIPT, span.recording_id, heard.end_ms, live))
