"""The contract every meeting platform signs, and what the page engine gives it.

A platform is one file of five parts, in this order: addresses, capabilities, screens, actions, page script. It says how its
pages look and which buttons they have. It never waits for a screen, never decides to leave, and touches neither media nor
storage; screens.py and page_meeting.py do that for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from playwright.async_api import Page

from rapporteur.domain.meeting import Addresses
from rapporteur.domain.session import Fact


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a bot can do on this platform. Documents, refuses and tests are made from it."""

    captures: tuple[str, ...]
    """Ways to take the media, the best first: tracks | tab | display."""
    separate_media: bool
    """One audio and one video source per participant, so that speakers are right by construction."""
    waiting_room: bool
    reads_chat: bool
    passwords: bool
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


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing the page can show. Rows stand in order of priority: the first that matches is what is shown."""

    name: str
    selector: str
    """CSS, asked of the page's own `querySelector`."""
    fact: Fact | None = None
    """What it means when this screen comes up."""
    asks: bool = False
    """Whether it wants something of who comes in; then `Platform.answer` is called for it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks to be let in."""

    name: str
    password: str | None


class Platform(Protocol):
    @property
    def addresses(self) -> Addresses: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def screens(self) -> tuple[Screen, ...]: ...

    @property
    def page_script(self) -> str:
        """Name of the program in bot/bundles/, without its suffix."""
        ...

    async def answer(self, screen: str, page: Page, visitor: Visitor) -> None:
        """Give the screen that came up what it asks for. Raises MeetingFailure when the visitor does not have it."""
        ...

    async def microphone(self, page: Page, on: bool) -> None:
        """Throw the switch, unless it is as it should be. This and what follows is asked where the capability is there."""
        ...

    async def camera(self, page: Page, on: bool) -> None: ...

    async def share(self, page: Page, on: bool) -> None: ...

    async def say(self, page: Page, text: str, to: str, pin: bool) -> None:
        """Write into the chat; returns when the page shows it."""
        ...

    async def leave(self, page: Page) -> None:
        """Press what a person would press, and see that it was taken. May fail; the page is closed anyway."""
        ...
