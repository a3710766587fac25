"""The captions of a meeting's page as lines that stay: on the page they grow and are corrected until the speaker goes on.

A line stands when the page says so, when the same person's next one begins, or when it has not changed for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapporteur.services.ports import Caption

STANDS_AFTER_MS = 4_000.0
SHORTEST_MS = 300.0
"""A line that came as a whole was said before; it is given so long."""


@dataclass(slots=True)
class _Line:
    key: str
    text: str
    began_ms: float
    changed_ms: float


class Captions:
    """Feed it what the page shows, in UTC milliseconds, and a tick now and then; it hands over what stands."""

    def __init__(self, on_caption: Callable[[Caption], None]) -> None:
        self._on_caption = on_caption
        self._lines: dict[str, _Line] = {}
        self._told: dict[str, int] = {}
        """By line, how many words of it stand already: it may grow after all."""

    def seen(self, name: str, key: str, text: str, *, final: bool, at_ms: float) -> None:
        """`name` is the line's own, `key` whose it is, by the platform's id."""
        for earlier in [other for other, line in self._lines.items() if line.key == key and other != name]:
            self._stand(earlier)
        text = " ".join(text.split()[self._told.get(name, 0):])
        if not text:
            return
        line = self._lines.setdefault(name, _Line(key, "", at_ms, at_ms))
        if text != line.text:
            line.text, line.changed_ms = text, at_ms
        if final:
            self._stand(name)

    def tick(self, now_ms: float) -> None:
        for name in [name for name, line in self._lines.items() if now_ms - line.changed_ms >= STANDS_AFTER_MS]:
            self._stand(name)

    def close(self) -> None:
        """What stands now is all there will be."""
        for name in list(self._lines):
            self._stand(name)

    def _stand(self, name: str) -> None:
        line = self._lines.pop(name)
        if line.text:
            self._told[name] = self._told.get(name, 0) + len(line.text.split())
            began_ms = min(line.began_ms, line.changed_ms - SHORTEST_MS)
            self._on_caption(Caption(line.key, line.text, began_ms, line.changed_ms))
