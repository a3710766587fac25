"""Who is in the meeting: participants as the page reports them, and the small ids the APIs show for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

ITSELF = 0
"""In place of a participant's id: the bot, which is none."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One person, device or bot in the meeting, as last reported."""

    id: int
    """100, 200, 300 … in order of first appearance; kept across a rejoin."""
    name: str | None
    is_host: bool | None = None
    platform: str | None = None
    """The device, in the platform's word ("desktop", "mobile_app"); not the meeting platform."""
    email: str | None = None
    extra_data: dict[str, Any] = field(default_factory=dict)
    """What the meeting platform knows them by, under its name; empty where its page does not say."""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "is_host": self.is_host, "platform": self.platform,
            "extra_data": self.extra_data, "email": self.email,
        }


@dataclass(frozen=True, slots=True)
class Attendee:
    """What a meeting page says about one person at one moment; `key` is the platform's own id."""

    key: str
    name: str | None
    is_self: bool = False
    is_host: bool | None = None
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    email: str | None = None
    extra_data: dict[str, Any] = field(default_factory=dict)
    """As the participant's."""


class Roster:
    """Turns successive attendance lists into participants with stable ids and into the differences between lists."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._own: set[str] = set()
        """Keys of the bot itself: a platform may show for a while who was lost, and then the bot meets its own ghost."""
        self._gone: dict[str, Attendee] = {}
        self._missed: dict[str, Attendee] = {}
        """Who was there when an earlier generation was lost and has not been seen since."""
        self.keys_now: dict[str, str] = {}
        """Of those whom the platform knows by another id than before the rejoin: the new one, by the old."""
        self.present: dict[str, Attendee] = {}
        self.seen_once = False
        """False until the first list arrived; before that nobody may conclude that the bot is alone."""

    def participant(self, key: str) -> Participant | None:
        """The person behind the platform's id, present or gone; None for the bot itself and for who was never seen."""
        attendee = self.present.get(key) or self._gone.get(key)
        if attendee is None or attendee.is_self:
            return None
        return Participant(
            self._ids[key], attendee.name, attendee.is_host, email=attendee.email, extra_data=attendee.extra_data)

    @property
    def ids(self) -> dict[str, int]:
        """Every platform id that was ever seen, with the participant's; ITSELF with the bot's."""
        return self._ids | dict.fromkeys(self._own, ITSELF)

    def recall(self, ids: dict[str, int], present: dict[str, Attendee], own: Iterable[str] = ()) -> None:
        """Begin where an earlier generation ended: the next list is compared with who was there then."""
        self._ids |= ids
        self._own |= set(own)
        self.present = dict(present)
        self._missed = dict(present)

    def first_sight(self) -> list[tuple[str, Attendee]]:
        """The changes that would lead from an empty meeting to this one: a recording opens with them."""
        return [change for attendee in self.others for change in _first_sight(attendee)]

    @property
    def others(self) -> list[Attendee]:
        return [a for a in self.present.values() if not a.is_self]

    def update(self, attendees: list[Attendee]) -> list[tuple[str, Attendee]]:
        """Take the new list; answer (action, attendee) pairs in the order a viewer would tell them.

        Actions: join, leave, update, webcam_on, webcam_off, screenshare_on, screenshare_off, and mute / unmute,
        which only go to who subscribes them. The bot itself is never reported.
        """
        self._own |= {a.key for a in attendees if a.is_self}
        now = {a.key: replace(a, is_self=a.key in self._own) for a in attendees}
        self._missed = {key: missed for key, missed in self._missed.items() if key not in now}
        for key, attendee in now.items():
            if not attendee.is_self and key not in self._ids:
                self._ids[key] = self._recognised(attendee) or 100 + max(self._ids.values(), default=0)
        changes = changes_between(self.present, now)
        self._gone.update({k: a for k, a in self.present.items() if k not in now})
        self.present = now
        self.seen_once = True
        return changes

    def _recognised(self, attendee: Attendee) -> int | None:
        """The id of somebody of this name who was there before, the first of them: they are taken for the same person."""
        missed = [key for key, known in self._missed.items() if known.name == attendee.name]
        key = min(missed, key=lambda key: self._ids[key], default=None)
        if key is None:
            return None
        known = self._missed.pop(key)
        self.keys_now[key] = attendee.key
        self.present.pop(key, None)
        if key not in self._gone:
            self.present[attendee.key] = replace(known, key=attendee.key)
        return self._ids[key]


def changes_between(before: dict[str, Attendee], after: dict[str, Attendee]) -> list[tuple[str, Attendee]]:
    """What leads from one attendance list to another, both by key, as `Roster.update` tells it."""
    changes: list[tuple[str, Attendee]] = []
    for key, gone in before.items():
        if key not in after and not gone.is_self:
            changes += [(off, gone) for switch, off in _OFF if getattr(gone, switch)]
            changes.append(("leave", gone))
    for key, attendee in after.items():
        if not attendee.is_self:
            changes += _differences(before[key], attendee) if key in before else _first_sight(attendee)
    return changes


_OFF = (("screen", "screenshare_off"), ("camera", "webcam_off"))
_SWITCHES = (
    ("camera", "webcam_on", "webcam_off"),
    ("screen", "screenshare_on", "screenshare_off"),
    ("microphone", "unmute", "mute"),
)


def _first_sight(attendee: Attendee) -> list[tuple[str, Attendee]]:
    return [("join", attendee), *((on, attendee) for switch, on, _ in _SWITCHES if getattr(attendee, switch))]


def _differences(before: Attendee, after: Attendee) -> list[tuple[str, Attendee]]:
    changes: list[tuple[str, Attendee]] = []
    described = ("name", "is_host", "microphone", "email", "extra_data")
    if any(getattr(before, name) != getattr(after, name) for name in described):
        changes.append(("update", after))
    for switch, on, off in _SWITCHES:
        if getattr(before, switch) != getattr(after, switch):
            changes.append((on if getattr(after, switch) else off, after))
    return changes
