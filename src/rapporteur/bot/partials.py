"""Words of this server's own engine while somebody still speaks: the growing utterance is recognised again about every second.

Nobody's finals wait for it: while any are due, or a partial is being made, no further one is asked for. What an utterance's
final words overtake is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.transcript import Word
from rapporteur.kit.tasks import TaskOwner
from rapporteur.services.ports import Recogniser

log = structlog.get_logger()

EVERY_MS = 1_000.0
"""How much more must have been said for another look."""
LONGEST_MS = 15_000.0
_BEFORE_MS = 1_500.0
"""What is kept of a source that does not speak: speech is told a little after it began."""
_BYTES_PER_MS = 32


@dataclass(slots=True)
class _Growing:
    start_ms: float = 0.0
    sound: bytearray = field(default_factory=bytearray)
    speaking: bool = False
    looked_ms: float = 0.0
    number: int = 0
    """Counts utterances."""

    @property
    def end_ms(self) -> float:
        return self.start_ms + len(self.sound) / _BYTES_PER_MS

    def cut(self, from_ms: float) -> None:
        """Forget what was before a moment."""
        size = min(max(0, round(from_ms - self.start_ms)) * _BYTES_PER_MS, len(self.sound))
        del self.sound[:size]
        self.start_ms += size / _BYTES_PER_MS


class Partials:
    def __init__(self, recogniser: Recogniser, tell: Callable[[int, list[Word], str], None]) -> None:
        """`tell` is given the source, its words in UTC milliseconds and the language that was asked for."""
        self._recogniser, self._tell = recogniser, tell
        self._sources: dict[int, _Growing] = {}
        self._tasks = TaskOwner("partials")

    def speech(self, source: int, speaking: bool, at_ms: float) -> None:
        growing = self._sources.setdefault(source, _Growing())
        growing.speaking = speaking
        if speaking:
            growing.cut(at_ms - 200)
            growing.looked_ms = at_ms

    def sound(self, source: int, at_ms: float, pcm: bytes, language_code: str, *, idle: bool) -> None:
        """`idle`: whether the engine has nothing better to do."""
        growing = self._sources.setdefault(source, _Growing())
        if not growing.sound or abs(growing.end_ms - at_ms) > _BEFORE_MS:
            growing.start_ms, growing.sound = at_ms, bytearray()
        growing.sound += pcm
        growing.cut(growing.end_ms - (LONGEST_MS if growing.speaking else _BEFORE_MS))
        due = growing.speaking and growing.end_ms - growing.looked_ms >= EVERY_MS
        if due and idle and not self._tasks.running:
            growing.looked_ms = growing.end_ms
            self._tasks.start(self._look(source, growing, language_code), name="look")

    def heard(self, source: int, end_ms: float) -> None:
        """An utterance is complete up to here: its final words are on their way."""
        if (growing := self._sources.get(source)) is not None:
            growing.number += 1
            growing.cut(end_ms)

    async def aclose(self) -> None:
        await self._tasks.stop()

    async def _look(self, source: int, growing: _Growing, language_code: str) -> None:
        number, start_ms = growing.number, growing.start_ms
        try:
            words = await self._recogniser.recognise(bytes(growing.sound), language_code)
        except RapporteurError as error:
            log.info("no partial words", code=error.code)
            return
        if words and growing.number == number:
            self._tell(source, [word.shifted(start_ms) for word in words], language_code)
