"""The ways to take a meeting's media, what each can do, which of them a bot tries, and why it leaves one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from rapporteur.domain.errors import Unsupported


class Way(StrEnum):
    TRACKS = "tracks"
    """Everybody's encoded audio and video, as the page's peer connections receive them."""
    TAB = "tab"
    """What the page shows and plays, taken by its own browser."""
    DISPLAY = "display"
    """The same, of a browser that believes to have a screen."""


Setting = Literal["auto", "tracks", "tab", "display"]
"""A way, or `auto`: the platform's best."""
AUTO: Setting = "auto"


@dataclass(frozen=True, slots=True)
class Abilities:
    separate_audio: bool
    separate_video: bool
    layouts: bool
    """Whether the mixed picture is ours to lay out; otherwise it is the page's own."""
    speakers: bool
    """Whether who speaks is known by construction; otherwise it is what the page marks."""


SEPARATE_UNAVAILABLE = "separate_media_unavailable"
"""The sub_code of a separate artifact of media that came mixed."""
UNAVAILABLE_TEXT = "the meeting's media came as one mix, so nobody's can be had apart"

_OF_THE_PAGE = Abilities(separate_audio=False, separate_video=False, layouts=False, speakers=False)
ABILITIES = {
    Way.TRACKS: Abilities(separate_audio=True, separate_video=True, layouts=True, speakers=True),
    Way.TAB: _OF_THE_PAGE,
    Way.DISPLAY: _OF_THE_PAGE,
}


class Why(StrEnum):
    """Why a bot left `tracks`."""

    NO_FRAMES = "no_encoded_frames"
    OWN_TRANSFORM = "own_transform"
    NO_TRANSFORMS = "no_transforms"

    @property
    def text(self) -> str:
        """A sentence for people."""
        return _TEXTS[self]


_TEXTS = {
    Why.NO_FRAMES: "People had microphones or cameras on, but the page received no encoded frames that could be taken.",
    Why.OWN_TRANSFORM: "The page transforms what it receives by itself, as end-to-end encryption does.",
    Why.NO_TRANSFORMS: "The browser has no encoded transforms.",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The way to begin with, and the one to turn to when it brings nothing."""

    first: Way
    then: Way | None = None


def plan(setting: Setting, offered: Sequence[str]) -> Plan:
    """What to do under a setting on a platform that offers these ways, the best first.

    Raises Unsupported for a way the platform does not offer.
    """
    if setting != AUTO:
        if setting not in offered:
            raise Unsupported("capture", f"This platform's media cannot be taken by {setting!r}, only by {', '.join(offered)}.")
        return Plan(Way(setting))
    first = Way(offered[0])
    return Plan(first, Way.TAB if first is Way.TRACKS and Way.TAB in offered else None)
