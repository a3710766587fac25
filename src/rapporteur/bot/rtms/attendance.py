"""Who is in the meeting, as far as a stream tells: from its events, and from the names beside what everybody says and shows.

Zoom tells of no host and of no microphone. Of a person whose microphone is on sound comes, also of silence; of one whose
microphone is off none: so it is told by what comes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rapporteur.domain.participants import Attendee

QUIET_MS = 2_000.0
"""A microphone that brings nothing for so long is off."""


class Attendance:
    def __init__(self) -> None:
        self._people: dict[str, Attendee] = {}
        self._heard_ms: dict[str, float] = {}
        self._told: list[Attendee] = []
        self._gone: set[str] = set()
        """Who left: what they said before may come after."""

    def news(self) -> list[Attendee] | None:
        """Who is there, if that differs from what was told last; None as well while nobody was seen."""
        present = list(self._people.values())
        if present == self._told:
            return None
        self._told = present
        return present

    def joined(self, people: Iterable[Any]) -> None:
        for person in people:
            if (key := key_of(person)) is not None:
                self._gone.discard(key)
                self.seen(key, person.get("user_name"))

    def left(self, people: Iterable[Any]) -> list[str]:
        """The keys of those who were there."""
        keys = [key for person in people if (key := key_of(person)) in self._people and key is not None]
        for key in keys:
            del self._people[key]
            self._heard_ms.pop(key, None)
            self._gone.add(key)
        return keys

    def is_gone(self, key: str) -> bool:
        return key in self._gone

    def seen(self, key: str, name: Any) -> None:
        """Somebody is there, and called so, if it is told."""
        if key not in self._gone:
            person = self._people.get(key) or _unnamed(key)
            self._people[key] = replace(person, name=name) if isinstance(name, str) and name else person

    def heard(self, key: str, at_ms: float) -> None:
        self._heard_ms[key] = at_ms
        self._switch(key, microphone=True)

    def quiet(self, now_ms: float) -> None:
        """See whose microphone has gone off."""
        for key in [key for key, at_ms in self._heard_ms.items() if now_ms - at_ms > QUIET_MS]:
            del self._heard_ms[key]
            self._switch(key, microphone=False)

    def camera(self, people: Iterable[Any], on: bool) -> None:
        for person in people:
            if (key := key_of(person)) is not None:
                self._switch(key, camera=on)

    def sharing(self, key: str | None) -> None:
        """Only one person's screen is shared at a time; None: nobody's."""
        for other in list(self._people):
            self._switch(other, screen=other == key)

    def _switch(self, key: str, **switches: bool) -> None:
        if key not in self._gone:
            self._people[key] = replace(self._people.get(key) or _unnamed(key), **switches)


def _unnamed(key: str) -> Attendee:
    return Attendee(key, None, extra_data={"zoom": {"user_guid": None, "guest": None, "conf_user_id": key}})


def key_of(told: Any) -> str | None:
    """Whom something is of; None of nobody, or of all together."""
    number = told.get("user_id") if isinstance(told, dict) else None
    return None if number in (None, 0, "", "0") else str(number)
