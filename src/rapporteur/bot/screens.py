"""Which screen of the platform the page shows, and what that means: one fact per change.

The page script looks (it holds the same rows and answers with the first that matches); this side gives the meaning. A page
that was loaded again reports its screens anew, so a screen that asks is answered again, up to a limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from rapporteur.bot.platform import Screen
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.session import Fact

MOST_ANSWERS = 8
"""A page that asks more often goes in circles: three loads of a page with a name and a password, and a dialog twice."""


class Screens:
    """Feed it what the page reports; it calls `on_fact` and `on_question`, each once per change."""

    def __init__(self, rows: tuple[Screen, ...], on_fact: Callable[[Fact], None], on_question: Callable[[str], None],
                 matched: Counter[str] | None = None) -> None:
        self._rows = {row.name: row for row in rows}
        self._on_fact = on_fact
        self._on_question = on_question
        self._answers = 0
        self._matched: Counter[str] = matched if matched is not None else Counter()
        """How often a screen was seen by each of its signs: `screen/NAME.NUMBER`, numbered from 0."""
        self.current: str | None = None

    def loaded(self) -> None:
        """The page began anew: whatever it shows next is a change."""
        self.current = None

    def seen(self, name: str | None, sign: int = 0) -> None:
        """The page shows this screen. Raises MeetingFailure when it asks without end."""
        if name is None or name == self.current or (row := self._rows.get(name)) is None:
            return
        self.current = name
        self._matched[f"screen/{name}.{sign}"] += 1
        if row.asks:
            self._answers += 1
            if self._answers > MOST_ANSWERS:
                raise MeetingFailure("meeting_not_accessible", "The page asks again and again to be let in.")
            self._on_question(name)
        elif row.fact is not None:
            self._on_fact(row.fact)
