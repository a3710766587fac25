"""The scribe: what is written down, for which recording, in which language."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from rapporteur.bot.scribe import Scribe
from rapporteur.domain.participants import Participant
from rapporteur.domain.transcript import Word
from rapporteur.services.ports import Heard
from rapporteur.wire import control
from rapporteur.wire.live import TRANSCRIPT, LiveEvent
from rapporteur.wire.tape import Record

pytestmark = pytest.mark.unit

ADA = Participant(100, "Ada")
ENGLISH: dict[str, Any] = {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}}
FRENCH: dict[str, Any] = {"transcript": {"provider": {"recallai_streaming": {"language_code": "fr"}}}}


class Echoing:
    """Recognises one word, as long as what it heard."""

    name = "echo"

    def __init__(self) -> None:
        self.heard: list[tuple[float, str]] = []

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        self.heard.append((len(pcm) / 32, language_code))
        return [Word("word", 0, len(pcm) / 32)]


class Desk:
    def __init__(self) -> None:
        self.recogniser = Echoing()
        self.tape: list[Record] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.live: list[LiveEvent] = []
        self.scribe = Scribe(self.recogniser, append=self.tape.append, post=self._post, tell=self.live.append)

    def _post(self, kind: str, body: dict[str, Any], at_ms: float) -> None:
        self.told.append((kind, body))

    def hear(self, start_ms: float, end_ms: float) -> None:
        self.scribe.write_down(Heard(1, start_ms, end_ms, bytes(round(end_ms - start_ms) * 32)), ADA)

    async def written(self) -> list[tuple[str, float, float]]:
        """(recording, start, end) of every word."""
        work = asyncio.create_task(self.scribe.run())
        await self.scribe.drained()
        work.cancel()
        return [(r.body["recording_id"], *r.body["words"][0][1:]) for r in self.tape]


async def test_speech_is_written_down_as_far_as_it_is_on_the_record():
    desk = Desk()
    desk.scribe.recording_started("r1", ENGLISH, 1_000)
    desk.scribe.recording_paused(3_000)
    desk.scribe.recording_resumed(5_000)
    desk.scribe.recording_paused(8_000)
    desk.hear(500, 2_000)
    desk.hear(2_500, 5_500)
    desk.hear(3_200, 4_800)
    desk.hear(7_900, 9_000)
    assert await desk.written() == [("r1", 1_000, 2_000), ("r1", 2_500, 3_000), ("r1", 5_000, 5_500)]
    assert [kind for kind, _ in desk.told] == [control.UTTERANCE] * 3
    assert [(event.name, event.body["words"][0][0]) for event in desk.live] == [(TRANSCRIPT, "word")] * 3


async def test_each_recording_has_its_own_language_or_none():
    desk = Desk()
    for number, config in enumerate((ENGLISH, {"transcript": None}, FRENCH)):
        desk.scribe.recording_started(f"r{number}", config, number * 1_000)
        desk.hear(number * 1_000, number * 1_000 + 900)
        desk.scribe.recording_paused(number * 1_000 + 950)
    assert [recording for recording, *_ in await desk.written()] == ["r0", "r2"]
    assert [language for _, language in desk.recogniser.heard] == ["en", "fr"]


async def test_a_stop_behind_a_pause_does_not_reach_back_over_it():
    desk = Desk()
    desk.scribe.recording_started("r1", ENGLISH, 0)
    desk.scribe.recording_paused(1_000)
    desk.scribe.recording_paused(5_000)
    desk.hear(2_000, 4_000)
    assert await desk.written() == []
