"""Who speaks: of sources by their owners, of mixed sound as far as the page marks it. Pure; times are UTC milliseconds."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from rapporteur.domain.participants import Participant, Roster
from rapporteur.services.ports import Heard

UNKNOWN = Participant(0, None)
"""No participant has this id."""
REMEMBERED = 1000
"""Turns of speech; an utterance is heard long before so many more have begun."""
SHORTEST_MS = 1000.0
"""Nearer to an end of an utterance than this it is not divided: pages mark late, and hold their marks."""
_BYTES_PER_MS = 32


@dataclass(slots=True)
class _Turn:
    key: str
    began_ms: float
    ended_ms: float = math.inf

    def within(self, start_ms: float, end_ms: float) -> float:
        return max(0.0, min(self.ended_ms, end_ms) - max(self.began_ms, start_ms))


class Voices:
    """Who is heard: a person with several sources speaks as long as any of them does."""

    def __init__(self) -> None:
        self._sources: dict[str, set[int]] = {}

    def heard(self, key: str, source: int, speaking: bool) -> bool:
        """Take that a source of this person began or ceased to speak; whether the person did by it."""
        sources = self._sources.setdefault(key, set())
        before = bool(sources)
        (sources.add if speaking else sources.discard)(source)
        return bool(sources) != before


class Speakers:
    def __init__(self) -> None:
        self._turns: deque[_Turn] = deque(maxlen=REMEMBERED)

    def marked(self, key: str, speaking: bool, at_ms: float) -> None:
        """The page began or ceased to mark somebody, by the platform's id."""
        for turn in self._turns:
            if turn.key == key and turn.ended_ms == math.inf:
                turn.ended_ms = at_ms
        if speaking:
            self._turns.append(_Turn(key, at_ms))

    def attributed(self, heard: Heard, roster: Roster) -> list[tuple[Participant, Heard]]:
        """The utterance by speakers: whom the page marked, else who alone is there, else UNKNOWN."""
        alone = roster.participant(roster.others[0].key) if len(roster.others) == 1 else None
        return [((roster.participant(key) if key else None) or alone or UNKNOWN, part) for key, part in self.divided(heard)]

    def divided(self, heard: Heard) -> list[tuple[str | None, Heard]]:
        """The utterance by speakers: cut where another begins. None where nobody was marked."""
        begins = [t.began_ms for t in self._turns
                  if heard.start_ms + SHORTEST_MS <= t.began_ms <= heard.end_ms - SHORTEST_MS]
        borders = [heard.start_ms, *sorted(begins), heard.end_ms]
        parts: list[tuple[str | None, float, float]] = []
        for start_ms, end_ms in pairwise(borders):
            key = self._most(start_ms, end_ms)
            if parts and parts[-1][0] == key:
                key, start_ms, _ = parts.pop()
            parts.append((key, start_ms, end_ms))
        return [(key, _part(heard, start_ms, end_ms)) for key, start_ms, end_ms in parts]

    def _most(self, start_ms: float, end_ms: float) -> str | None:
        """Who was marked for the longest time in a stretch."""
        spoke: dict[str, float] = {}
        for turn in self._turns:
            if (within := turn.within(start_ms, end_ms)) > 0:
                spoke[turn.key] = spoke.get(turn.key, 0.0) + within
        return max(spoke, key=lambda key: spoke[key], default=None)


def _part(heard: Heard, start_ms: float, end_ms: float) -> Heard:
    first, last = (round(at_ms - heard.start_ms) * _BYTES_PER_MS for at_ms in (start_ms, end_ms))
    return Heard(heard.source, start_ms, end_ms, heard.pcm[first:last])
