"""Who is in the meeting at the composer's moment, what they show and who speaks: the tape's facts, ready for a layout.

It learns of people from events and of their cameras and screens from tracks, whichever comes first. Files, encoders and pixels
are not its business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.layout import ActiveSpeaker, Stage
from rapporteur.media.footage import VideoTrack
from rapporteur.wire.page import PAGE
from rapporteur.wire.tape import Track

STALLED_US = 10_000_000
"""A camera that should be on but has brought nothing for this long gives way to the avatar."""
UNTOLD_US = 3_000_000
"""The same, where nobody has told whether the camera is on."""
OWNER_GRACE_US = 2_000_000
"""A camera whose owner is still unknown after this long is shown without a name."""


@dataclass(slots=True)
class Person:
    id: int
    name: str = ""
    muted: bool = False
    camera: bool | None = None
    """As the events tell; None while they have told nothing."""
    screen: bool | None = None
    screen_order: int = 0
    """Grows with every share that begins: the latest is shown."""


@dataclass(slots=True, eq=False)
class Source:
    """A video track and what the tape says about it."""

    track: Track
    footage: VideoTrack
    first_us: float

    @property
    def owner(self) -> int:
        """The participant, or a number that no participant has."""
        return self.track.participant_id if self.track.participant_id is not None else -1 - self.track.source


class Scene:
    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        """In the order of joining."""
        self.speaker = ActiveSpeaker()
        self.sources: dict[int, Source] = {}
        self._shares = 0
        self._gone: set[int] = set()
        self._left: set[int] = set()
        """Those of them who said so: what their cameras still bring does not bring them back."""

    def forget_people(self) -> None:
        """A recording begins, and tells who is there: what the one before knew may have changed in between."""
        self._gone |= self.people.keys()
        self.people.clear()
        self.speaker = ActiveSpeaker()

    def break_off(self) -> None:
        """The generation that saw all this is gone: what comes next tells how people and their switches changed."""
        self.sources.clear()
        self._left.clear()
        self.speaker = ActiveSpeaker()

    def event(self, action: str, participant: dict[str, Any], at_us: int) -> None:
        """Take one participant event of the tape."""
        number = int(participant["id"])
        if action == "leave":
            self.people.pop(number, None)
            self._gone.add(number)
            self._left.add(number)
            self.speaker.left(number)
            return
        self._gone.discard(number)
        self._left.discard(number)
        person = self._person(number)
        person.name = participant.get("name") or ""
        match action:
            case "mute" | "unmute":
                person.muted = action == "mute"
            case "webcam_on" | "webcam_off":
                person.camera = action == "webcam_on"
            case "screenshare_on" | "screenshare_off":
                person.screen = action == "screenshare_on"
                self._shares += 1
                person.screen_order = self._shares
            case "speech_on" | "speech_off":
                self.speaker.speech(number, action == "speech_on", at_us / 1000)

    def advance(self, now_us: float) -> None:
        """Bring every video track to the moment, and in people who are seen but were never announced."""
        for source in self.sources.values():
            source.footage.advance(now_us)
            untold = source.track.participant_id is None and now_us - source.first_us < OWNER_GRACE_US
            nobodys = untold or source.owner in self._left or source.track.role == PAGE
            if source.footage.frame is not None and not source.track.ended and not nobodys:
                self._person(source.owner)
        for unnamed in [p for p in self.people if p < 0 and not self._has_picture(p)]:
            del self.people[unnamed]
        self.speaker.at(now_us / 1000)

    def settle(self) -> None:
        """Show every camera as it is, also where it changed by less than can be seen."""
        for source in self.sources.values():
            source.footage.settle()

    def stage(self, now_us: float) -> Stage:
        sharing = [p for p in self.people.values() if self.screen(p.id, now_us) is not None]
        screen = max(sharing, key=lambda p: p.screen_order, default=None)
        return Stage(tuple(self.people), self.speaker.current, self.speaker.recent, screen.id if screen else None)

    def camera(self, participant: int, now_us: float) -> Source | None:
        """The camera to show, None when the avatar is due."""
        person = self.people[participant]
        return self._showing(participant, "webcam", person.camera, now_us)

    def screen(self, participant: int, now_us: float) -> Source | None:
        person = self.people[participant]
        return self._showing(participant, "screenshare", person.screen, now_us)

    def page(self) -> Source | None:
        """The picture of the page as a whole, where that is what is taken. It stands as long as nothing on it moves."""
        pages = [s for s in self.sources.values()
                 if s.track.role == PAGE and not s.track.ended and s.footage.frame is not None]
        return max(pages, key=lambda s: s.footage.shown_us, default=None)

    def is_shown(self, source: Source, now_us: float) -> bool:
        """Whether a source is somebody's and has a picture of this moment, on whatever layout and whoever's it is."""
        if source.track.role == PAGE:
            return False
        if source.track.ended or source.footage.frame is None or source.owner in self._gone:
            return False
        person = self.people.get(source.owner)
        told = None if person is None else person.screen if source.track.role == "screenshare" else person.camera
        return _is_on(source, told, now_us)

    def _showing(self, participant: int, role: str, told: bool | None, now_us: float) -> Source | None:
        source = max(self._of(participant, role), key=lambda s: s.footage.shown_us, default=None)
        return source if source is not None and _is_on(source, told, now_us) else None

    def _of(self, participant: int, role: str) -> Iterable[Source]:
        return (s for s in self.sources.values() if s.owner == participant and s.track.role == role
                and not s.track.ended and s.footage.frame is not None)

    def _has_picture(self, participant: int) -> bool:
        return any(s.owner == participant and not s.track.ended for s in self.sources.values())

    def _person(self, number: int) -> Person:
        return self.people.setdefault(number, Person(number))


def _is_on(source: Source, told: bool | None, now_us: float) -> bool:
    """Whether a source that has a picture still shows it; `told` is what the events say."""
    if told is False:
        return False
    # A shared screen that nobody touches brings no new pictures, and is still shared.
    patience_us = STALLED_US if told else UNTOLD_US
    return now_us - source.footage.shown_us <= patience_us or (source.track.role == "screenshare" and told is True)
