"""What an errand's process does: transcribe stored sound again, or make a recording of a file that somebody brought.

The process is told {task, folder, …} in one line of JSON. Whatever it makes lies in `folder` under the names of
domain.recording, and `result.json` says what came of it: {failure} alone when nothing did.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import structlog

from rapporteur.domain.errors import RapporteurError, RecognitionFailure
from rapporteur.domain.participants import Participant
from rapporteur.domain.providers import PROVIDERS, UNREACHABLE
from rapporteur.domain.transcript import Utterance, Word, artifact
from rapporteur.domain.wording import Wording
from rapporteur.services.ports import FileTranscriber, Heard, Recogniser

TRANSCRIPT, RESULT, INPUT = "transcript.json", "result.json", "input"
log = structlog.get_logger()

PAUSE_MS = 800.0
"""A pause this long ends an utterance of a vendor's words."""
NOBODY = 0
"""The participant of words whose speaker is not known."""

Listen = Callable[[Path, int, float], Iterator[Heard]]
"""Utterances of a file: (path, source, offset_ms)."""
Vendors = Callable[[str, dict[str, Any], dict[str, str]], FileTranscriber]
Make = Callable[[Path, dict[str, Any]], dict[str, Any]]
"""Makes every file but the transcript out of INPUT, as `told` asks; answers the result without it. Blocks."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch in which somebody spoke, in milliseconds of the recording."""

    participant_id: int
    start_ms: float
    end_ms: float


class Errand:
    def __init__(self, told: dict[str, Any], *, recogniser: Recogniser, listen: Listen, make: Make,
                 vendors: Vendors | None = None) -> None:
        """`vendors` makes the transcriber of a vendor's key, with its options and account."""
        self._vendors = vendors
        self._provider: dict[str, Any] = told.get("provider") or {}
        self._wording = Wording()
        self._told = told
        self._folder = Path(told["folder"])
        self._recogniser = recogniser
        self._listen = listen
        self._make = make
        self._people: dict[int, dict[str, Any]] = {NOBODY: Participant(NOBODY, None).as_json()}

    async def run(self) -> None:
        """Do it, and say in RESULT what came of it."""
        try:
            result = await {"transcribe": self._transcribe, "import": self._import}[self._told["task"]]()
        except RapporteurError as error:
            log.error("the errand failed", code=error.code, why=error.message)
            result = {"failure": error.code}
        (self._folder / RESULT).write_text(json.dumps(result))

    async def _transcribe(self) -> dict[str, Any]:
        """Sources are {file, offset_ms, participant|null}; where the participant is null the turns tell who spoke."""
        turns = [self._turn(turn) for turn in self._told["timeline"]]
        if not self._by_vendor:
            self._wording = Wording.from_options(self._provider.get("options") or {})
        spoken: list[Utterance] = []
        for number, source in enumerate(self._told["sources"]):
            whose = source["participant"]
            own = None if whose is None else self._person(whose)
            spoken += await self._words(self._folder / source["file"], number, source["offset_ms"], own, turns)
        self._write(spoken)
        return {"utterances": len(spoken)}

    async def _import(self) -> dict[str, Any]:
        made = await asyncio.to_thread(self._make, self._folder / INPUT, self._told)
        if self._told["language_code"] is not None:
            spoken = await self._words(self._folder / INPUT, 0, 0.0, None, [])
            self._write(spoken)
        return made

    async def _words(
        self, path: Path, source: int, offset_ms: float, own: int | None, turns: Sequence[Turn],
    ) -> list[Utterance]:
        spoken: list[Utterance] = []
        language_code = self._told["language_code"]
        if self._by_vendor:
            for words in by_pauses([w.shifted(offset_ms) for w in await self._vendor().transcribe(path)]):
                spoken += by_speaker(words, own, turns, language_code)
            return spoken
        heard = self._listen(path, source, offset_ms)
        while (said := await asyncio.to_thread(next, heard, None)) is not None:
            found = self._wording.applied(await self._recogniser.recognise(said.pcm, language_code))
            words = [w.shifted(said.start_ms) for w in found]
            spoken += by_speaker(words, own, turns, language_code)
        return spoken

    @property
    def _by_vendor(self) -> bool:
        provider = PROVIDERS.get(self._provider.get("key", ""))
        return provider is not None and provider.account is not None

    def _vendor(self) -> FileTranscriber:
        key, options, account = (self._provider[name] for name in ("key", "options", "account"))
        if not account or self._vendors is None:
            raise RecognitionFailure(f"{key} did not transcribe: the workspace's account is gone", code=UNREACHABLE)
        return self._vendors(key, options, account)

    def _write(self, spoken: list[Utterance]) -> None:
        zero_ms: float = self._told["zero_ms"]
        dated = [
            Utterance(u.participant_id, tuple(w.shifted(zero_ms) for w in u.words), u.language_code) for u in spoken
        ]
        (self._folder / TRANSCRIPT).write_text(json.dumps(artifact(dated, self._people, zero_ms), ensure_ascii=False))

    def _turn(self, turn: dict[str, Any]) -> Turn:
        start_ms, end_ms = (turn[edge]["relative"] * 1000 for edge in ("start_timestamp", "end_timestamp"))
        return Turn(self._person(turn["participant"]), start_ms, end_ms)

    def _person(self, participant: dict[str, Any]) -> int:
        self._people[participant["id"]] = participant
        return participant["id"]


def by_pauses(words: Sequence[Word]) -> list[list[Word]]:
    """Words that follow each other, cut where nobody spoke for a while."""
    stretches: list[list[Word]] = []
    for word in words:
        if not stretches or word.start_ms - stretches[-1][-1].end_ms >= PAUSE_MS:
            stretches.append([])
        stretches[-1].append(word)
    return stretches


def by_speaker(
    words: Sequence[Word], own: int | None, turns: Sequence[Turn], language_code: str | None,
) -> list[Utterance]:
    """The words of one utterance, cut where the speaker changes; `own` is the one speaker, where the sound is of one alone."""
    if own is not None:
        return [Utterance(own, tuple(words), language_code)] if words else []
    spoken = [(speaker(word, turns), word) for word in words]
    return [
        Utterance(who, tuple(word for _, word in group), language_code)
        for who, group in groupby(spoken, key=lambda pair: pair[0])
    ]


def speaker(word: Word, turns: Sequence[Turn]) -> int:
    """Whose turn a word lies in, or is nearest to; of several the one that began last, who broke in."""
    middle_ms = (word.start_ms + word.end_ms) / 2

    def far(turn: Turn) -> tuple[float, float]:
        return max(turn.start_ms - middle_ms, middle_ms - turn.end_ms, 0.0), -turn.start_ms

    nearest = min(turns, key=far, default=None)
    return NOBODY if nearest is None else nearest.participant_id
