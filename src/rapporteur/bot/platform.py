"""The contract every meeting platform signs, and what the page engine gives it.

A platform is one file of five parts, in this order: addresses, capabilities, screens, actions, page script. It says how its
pages look and which buttons they have. It never waits for a screen, never decides to leave, and touches neither media nor
storage; screens.py, hand.py and page_meeting.py do that for all of them.

How a page looks is dated data: every sign and every way to find a control says when somebody last saw it, the newest
first, and which of the alternates matched is counted, so that one that has gone stale is seen before the last one fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from rapporteur.bot.hand import Control, Hand
from rapporteur.domain.layout import View
from rapporteur.domain.meeting import Addresses
from rapporteur.domain.session import Fact


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a bot can do on this platform. Documents, refuses and tests are made from it."""

    captures: tuple[str, ...]
    """Ways to take the media, the best first: tracks | tab | display."""
    waiting_room: bool
    reads_chat: bool
    passwords: bool
    separate_audio: bool = True
    """One sound source per participant, so that speakers are right by construction. Otherwise the page marks who speaks."""
    separate_video: bool = True
    speaks: bool = False
    shows: bool = False
    """A picture as its camera."""
    shares: bool = False
    """A picture as its screen."""
    writes_to: tuple[str, ...] = ()
    """Whom a message can be sent to: everyone, host, everyone_except_host."""
    pins: bool = False
    longest_line: int = 4096
    """Characters of a message."""
    needs_devices: bool = False
    """The page gives no sound to a visitor without microphone and camera, so it finds the bot's from the beginning."""
    needs_login: bool = False
    """Nobody comes in as a guest."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One way to see that the page shows something. Everything that is given must hold."""

    css: str = ""
    """A visible element that matches, in the page, its same-origin frames and open shadow roots."""
    phrases: tuple[str, ...] = ()
    """Any of these stands in the element's visible text, or in the page's where no `css` is given. Case, kinds of apostrophes
    and white space do not count."""
    address: str = ""
    """A regular expression found in the page's address."""
    seen: str = ""
    """Year and month of the last sighting that we know of; empty for pages of our own."""
    state: str = ""
    """A word that the platform's page script reads out of the page's own data (`Reader.states`)."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing the page can show. Rows stand in order of priority: the first that matches is what is shown."""

    name: str
    signs: tuple[Sign, ...]
    """Alternates: any of them is enough."""
    fact: Fact | None = None
    """What it means when this screen comes up."""
    asks: bool = False
    """Whether it wants something of who comes in; then `Platform.answer` is called for it."""
    unless: tuple[Sign, ...] = ()
    """Negative evidence: with any of these on the page it is not this screen."""
    holds_ms: int = 0
    """How long it must be seen without interruption before it counts."""

    def as_row(self, alternates: int | None = None) -> dict[str, Any]:
        """What the page script is given of it, with so many of its signs."""
        signs, unless = _rows(self.signs[:alternates]), _rows(self.unless)
        return {"name": self.name, "signs": signs, "unless": unless, "holds": self.holds_ms}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that lies over the page, whatever the screen: pressed away each time it is seen."""

    name: str
    signs: tuple[Sign, ...]
    press: Control

    def as_row(self, alternates: int | None = None) -> dict[str, Any]:
        return {"name": self.name, "signs": _rows(self.signs[:alternates]), "unless": [], "holds": 0}


def css(selector: str, seen: str = "") -> Sign:
    return Sign(css=selector, seen=seen)


def text(*phrases: str, within: str = "", seen: str = "") -> Sign:
    return Sign(css=within, phrases=phrases, seen=seen)


def address(pattern: str, seen: str = "") -> Sign:
    return Sign(address=pattern, seen=seen)


def state(word: str, seen: str = "") -> Sign:
    return Sign(state=word, seen=seen)


def _rows(signs: Sequence[Sign]) -> list[list[Any]]:
    return [[sign.css, sign.phrases, sign.address, sign.state] for sign in signs]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks to be let in."""

    name: str
    password: str | None


@runtime_checkable
class Captioned(Protocol):
    """A platform whose own captions can be read as transcript; its page script says them."""

    async def captions(self, hand: Hand) -> None:
        """Have the page show captions, to the bot alone, unless it does."""
        ...


@runtime_checkable
class Prepared(Protocol):
    """A platform whose page must be made ready in the call, so that it can be read."""

    async def prepare(self, hand: Hand) -> None:
        """Open what has to be open: a list of people, a chat."""
        ...


@runtime_checkable
class Arranged(Protocol):
    """A platform whose page shows the meeting in views of its own, which matter where it is recorded as shown."""

    async def arrange(self, hand: Hand, view: View) -> None:
        """Have the page show whoever speaks large, or everybody alike."""
        ...


class Platform(Protocol):
    @property
    def addresses(self) -> Addresses: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def screens(self) -> tuple[Screen, ...]: ...

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Consents, tips and warnings that cover the page, before the call and in it."""
        ...

    @property
    def page_script(self) -> str:
        """Name of the program in bot/bundles/, without its suffix."""
        ...

    def entrance(self, url: str) -> str:
        """The address to open for a meeting's link: the platform's web client, where the link leads somewhere else."""
        ...

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        """Give the screen that came up what it asks for. Raises MeetingFailure when the visitor does not have it."""
        ...

    async def microphone(self, hand: Hand, on: bool) -> None:
        """Throw the switch, unless it is as it should be. This and what follows is asked where the capability is there."""
        ...

    async def camera(self, hand: Hand, on: bool) -> None: ...

    async def share(self, hand: Hand, on: bool) -> None: ...

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        """Write into the chat; returns when the page shows it."""
        ...

    async def leave(self, hand: Hand) -> None:
        """Press what a person would press, and see that it was taken. May fail; the page is closed anyway."""
        ...


class Watching:
    """For platforms whose pages take nothing from a bot: without the capabilities, none of this is ever asked."""

    async def microphone(self, hand: Hand, on: bool) -> None:
        raise NotImplementedError

    async def camera(self, hand: Hand, on: bool) -> None:
        raise NotImplementedError

    async def share(self, hand: Hand, on: bool) -> None:
        raise NotImplementedError

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        raise NotImplementedError
