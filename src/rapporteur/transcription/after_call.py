"""What all vendors that transcribe files have in common: asking, asking again, giving up, and waiting for what takes long.

An adapter says what to ask and how to read the answer. A refusal for good (a wrong key or option, no credit) ends it at once;
too many requests, faults of the vendor and broken lines are tried again, more and more slowly. No key and no word is logged.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import structlog

from rapporteur.domain.errors import BlockedAddress, DestinationFailure, RecognitionFailure
from rapporteur.domain.providers import UNREACHABLE
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import Clock
from rapporteur.outbound.http import Answer, call
from rapporteur.transcription.base import RATE, tidy
from rapporteur.transcription.protocol import PASSING_STATUSES

log = structlog.get_logger()

PAUSES_S = (1.0, 3.0, 10.0, 30.0, 60.0)
"""Between tries of one request."""
LONGEST_PAUSE_S = 120.0
"""A vendor that asks for more patience than this has it all the same."""
TIMEOUT_S = 900.0
LARGEST = 64 * 1024 * 1024
_ENDLESS_MS = 48 * 3600 * 1000.0
RAW = ".raw"

Body = Callable[[], Any]
"""Makes a request's body, anew for every try."""


class AfterCall(ABC):
    """Fulfils services.ports.FileTranscriber."""

    key: ClassVar[str]

    def __init__(self, account: Mapping[str, str], options: Mapping[str, Any], *, session: aiohttp.ClientSession,
                 clock: Clock) -> None:
        self.account, self.options = account, options
        self._session, self._clock = session, clock

    async def transcribe(self, path: Path) -> list[Word]:
        if path.suffix == RAW:
            path = await asyncio.to_thread(_with_header, path)
        try:
            return tidy(await self._words(path), _ENDLESS_MS)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise self._failure(f"its answer was not understood: {type(error).__name__}") from error

    @abstractmethod
    async def _words(self, path: Path) -> list[Word]:
        """The vendor's part; errors of reading its answers need no care."""

    @property
    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What opens the account."""

    async def _ask(self, method: str, url: str, body: Body | None = None, **headers: str) -> dict[str, Any]:
        """The JSON of an answer of 2xx. RecognitionFailure when there is none in spite of all patience."""
        for pause_s in (*PAUSES_S, None):
            failure, wait_s = None, None
            try:
                answer = await self._once(method, url, body, headers)
            except DestinationFailure as error:
                failure = error.message
            except BlockedAddress as error:
                raise self._failure(error.message) from None
            else:
                if 200 <= answer.status < 300:
                    return json.loads(answer.body)
                failure, wait_s = f"it answered {answer.status}", answer.retry_after_s
                if answer.status < 500 and answer.status not in PASSING_STATUSES:
                    raise self._failure(f"it refused with {answer.status}")
            log.info("speech provider asked again", provider=self.key, why=failure, pause_s=pause_s)
            if pause_s is None:
                raise self._failure(failure)
            await self._clock.sleep(min(max(pause_s, wait_s or 0.0), LONGEST_PAUSE_S))
        raise AssertionError("the last try has no pause")

    async def _once(self, method: str, url: str, body: Body | None, headers: Mapping[str, str]) -> Answer:
        with _opened(body) as data:
            all_headers = {**self._headers, **headers}
            return await call(
                self._session, method, url, headers=all_headers, data=data, timeout_s=TIMEOUT_S, largest=LARGEST)

    def _failure(self, why: str) -> RecognitionFailure:
        return RecognitionFailure(f"{self.key} did not transcribe: {why}", code=UNREACHABLE)


@contextmanager
def _opened(body: Body | None) -> Iterator[Any]:
    data = None if body is None else body()
    try:
        yield data
    finally:
        if isinstance(data, BufferedReader):
            data.close()


def wav(pcm: bytes) -> bytes:
    """16 kHz mono s16le as a file of its own."""
    return _header(len(pcm)) + pcm


def _header(size: int) -> bytes:
    def number(value: int, length: int = 4) -> bytes:
        return value.to_bytes(length, "little")

    form = number(1, 2) + number(1, 2) + number(RATE) + number(RATE * 2) + number(2, 2) + number(16, 2)
    return b"RIFF" + number(size + 36) + b"WAVEfmt " + number(16) + form + b"data" + number(size)


def _with_header(path: Path) -> Path:
    to = path.with_suffix(".wav")
    with path.open("rb") as source, to.open("wb") as target:
        target.write(_header(path.stat().st_size))
        while chunk := source.read(1 << 20):
            target.write(chunk)
    return to
