"""An errand whose words come from a vendor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.bot.errand import Errand
from rapporteur.domain.transcript import Word
from rapporteur.services.ports import Heard

pytestmark = pytest.mark.unit

ZERO_MS = 1_760_000_000_000.0
ANN, BOB = ({"id": n, "name": name, "is_host": None, "platform": None, "extra_data": {}, "email": None}
            for n, name in ((100, "Ann"), (200, "Bob")))
SOUND = Word("hello", 100, 400), Word("there", 450, 700), Word("again", 5_000, 5_300)


class Unused:
    name = "unused"

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        raise AssertionError("a vendor was asked for")


class Vendor:
    def __init__(self, *asked: Any) -> None:
        self.asked = asked

    async def transcribe(self, path: Path) -> list[Word]:
        return list(SOUND)


def listen(path: Path, source: int, offset_ms: float) -> Iterator[Heard]:
    raise AssertionError("a vendor listens itself")


async def perform(folder: Path, account: dict[str, str], sources: list[dict[str, Any]], timeline: list[Any]) -> dict[str, Any]:
    told = {
        "task": "transcribe", "folder": str(folder), "sources": sources, "timeline": timeline, "zero_ms": ZERO_MS,
        "language_code": "en", "provider": {"key": "deepgram_async", "options": {"model": "x"}, "account": account},
    }
    await Errand(told, recogniser=Unused(), listen=listen, make=lambda path, told: {}, vendors=Vendor).run()
    return json.loads((folder / "result.json").read_text())


def said(folder: Path) -> list[tuple[str, str, float]]:
    return [(u["participant"]["name"], " ".join(w["text"] for w in u["words"]), u["words"][0]["start_timestamp"]["relative"])
            for u in json.loads((folder / "transcript.json").read_text())]


async def test_a_speakers_own_file_gives_utterances_cut_at_pauses_at_the_recordings_time(tmp_path: Path):
    sources = [{"file": "a.mp3", "offset_ms": 1_500.0, "participant": ANN}]
    assert await perform(tmp_path, {"api_key": "k"}, sources, []) == {"utterances": 2}
    assert said(tmp_path) == [("Ann", "hello there", 1.6), ("Ann", "again", 6.5)]


async def test_of_a_mix_the_timeline_tells_who_spoke(tmp_path: Path):
    def turn(who: dict[str, Any], start: float, end: float) -> dict[str, Any]:
        return {"participant": who, "start_timestamp": {"relative": start}, "end_timestamp": {"relative": end}}

    sources = [{"file": "mix.mp3", "offset_ms": 0.0, "participant": None}]
    await perform(tmp_path, {"api_key": "k"}, sources, [turn(ANN, 0, 0.42), turn(BOB, 0.44, 6)])
    assert said(tmp_path) == [("Ann", "hello", 0.1), ("Bob", "there", 0.45), ("Bob", "again", 5.0)]


async def test_without_its_account_nobody_else_does_it_in_the_vendors_place(tmp_path: Path):
    sources = [{"file": "a.mp3", "offset_ms": 0.0, "participant": ANN}]
    assert await perform(tmp_path, {}, sources, []) == {"failure": "provider_connection_failed"}
