"""The base of every speech engine: what it can do, how its words are tidied, how its failures are named, what it has cost.

An engine is synchronous and belongs to one thread. Its own part is `_recognise`; the public method refuses what the engine
cannot do, measures, translates the engine's exceptions and makes its words fit the promises of domain.transcript.Word. No text
is ever logged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import structlog

from rapporteur.domain.errors import RecognitionFailure, Unsupported
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import Clock

log = structlog.get_logger()

RATE = 16_000
BYTES_PER_MS = RATE * 2 // 1000
AUTOMATIC = frozenset({"", "auto", "multi"})
"""What callers write when the engine shall find the language itself."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    name: str
    """For people: "pocketsphinx en-us"."""
    languages: frozenset[str]
    """Two-letter codes; empty means all that come."""
    word_times: bool
    """Whether words carry measured times; otherwise they are spread over the sound."""


@dataclass(slots=True)
class Tally:
    """What an engine has done since it was loaded."""

    requests: int = 0
    failures: int = 0
    audio_s: float = 0.0
    busy_s: float = 0.0

    @property
    def time_factor(self) -> float:
        """Seconds of work per second of sound."""
        return self.busy_s / self.audio_s if self.audio_s else 0.0


class Engine(ABC):
    failures: ClassVar[tuple[type[Exception], ...]] = ()
    """What the vendor's code raises when it cannot; anything else is a bug and goes up."""

    def __init__(self, capabilities: Capabilities, clock: Clock) -> None:
        self.capabilities = capabilities
        self.tally = Tally()
        self._clock = clock

    def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        """Words of 16 kHz mono s16le sound, in milliseconds from its start.

        Unsupported for a language that the engine lacks, RecognitionFailure for what the engine could not do.
        """
        language = self._language(language_code)
        pcm = pcm[:len(pcm) // 2 * 2]
        begun, failed = self._clock.monotonic_s(), True
        try:
            words = tidy(self._recognise(pcm, language), len(pcm) / BYTES_PER_MS) if pcm else []
            failed = False
        except self.failures as error:
            raise RecognitionFailure(f"{self.capabilities.name} failed with {type(error).__name__}") from error
        finally:
            self._count(len(pcm), self._clock.monotonic_s() - begun, failed)
        return words

    @abstractmethod
    def _recognise(self, pcm: bytes, language: str | None) -> Iterable[Word]:
        """The engine's part: words as they come out; None means that the engine finds the language."""

    def _language(self, code: str) -> str | None:
        language = code.lower().replace("_", "-").split("-")[0]
        if language in AUTOMATIC:
            return None
        if self.capabilities.languages and language not in self.capabilities.languages:
            raise Unsupported("language", f"{self.capabilities.name} does not know the language {language!r}")
        return language

    def _count(self, size: int, took_s: float, failed: bool) -> None:
        audio_s = size / BYTES_PER_MS / 1000
        self.tally.requests += 1
        self.tally.failures += failed
        self.tally.audio_s += audio_s
        self.tally.busy_s += took_s
        log.debug("recognised", audio_s=round(audio_s, 2), took_s=round(took_s, 2), failed=failed)


def tidy(words: Iterable[Word], duration_ms: float) -> list[Word]:
    """Tokens without blanks, in order, within the sound, none ending before it starts or starting before the last one ended."""
    tidied: list[Word] = []
    end = 0.0
    for word in words:
        for token in split(word):
            start = min(max(token.start_ms, end), duration_ms)
            end = min(max(token.end_ms, start), duration_ms)
            tidied.append(Word(token.text, round(start, 1), round(end, 1)))
    return tidied


def split(word: Word) -> list[Word]:
    """A word per token; the time of what was written with blanks is shared out by length."""
    tokens = word.text.split()
    if not tokens:
        return []
    per_letter = (word.end_ms - word.start_ms) / sum(map(len, tokens))
    parts, at = [], word.start_ms
    for token in tokens:
        parts.append(Word(token, at, at + per_letter * len(token)))
        at += per_letter * len(token)
    return parts
