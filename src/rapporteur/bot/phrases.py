"""What pages say, as platforms know it: phrases that somebody saw, and phrases as other languages, or memory, would put them.

The second kind was seen by nobody we can name. It helps where it happens to be right, and is kept apart so that the count of
alternates that matched tells the two from each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapporteur.bot.hand import Way, by_role
from rapporteur.bot.platform import Sign, text


@dataclass(frozen=True, slots=True)
class Texts:
    seen: tuple[str, ...]
    translated: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.seen + self.translated

    def __iter__(self) -> Iterator[str]:
        return iter(self.all)

    def signs(self, seen: str, within: str = "") -> tuple[Sign, ...]:
        """That the page, or an element of it, says one of them; last `seen` in that month."""
        known = (text(*self.seen, within=within, seen=seen),) if self.seen else ()
        return (*known, text(*self.translated, within=within)) if self.translated else known

    def ways(self, role: str, seen: str) -> tuple[Way, ...]:
        """To find what is called so."""
        known = (by_role(role, *self.seen, seen=seen),) if self.seen else ()
        return (*known, by_role(role, *self.translated)) if self.translated else known
