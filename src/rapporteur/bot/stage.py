"""The bot's hands in the meeting's page: its microphone, camera and screen, and the chat.

Owns the order of things: the page is given its devices first, what is to be seen is sent before the switch is thrown, and after
the page was loaded anew everything is as it was. What is shown and said, and when, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from playwright.async_api import Error as PlaywrightError

from rapporteur.bot.bridge import Bridge
from rapporteur.bot.hand import Hand
from rapporteur.bot.platform import Platform
from rapporteur.domain.errors import MeetingFailure, Unsupported
from rapporteur.domain.output import Line
from rapporteur.wire import page as wire

log = structlog.get_logger()

OPENS_WITHIN_S = 5.0
Surface = Literal["camera", "screenshare"]
FAILED = "output_failed"


class PageStage:
    """`platform` and `hand` are asked once the meeting was joined. See the port for what each call does and raises."""

    def __init__(self, bridge: Bridge, *, platform: Callable[[], Platform], hand: Callable[[], Hand]) -> None:
        self._bridge = bridge
        self._platform = platform
        self._hand = hand
        self._staged = asyncio.Event()
        """Whether the present document has its devices."""
        self._opened = False
        self._shown: dict[Surface, bytes] = {}
        self._speaks = False
        self._pressing = asyncio.Lock()

    # --- what it can do -------------------------------------------------------------------------------------------------

    async def show(self, surface: Surface, frames: list[tuple[int, bytes]]) -> None:
        await self.open(surface)
        self._shown[surface] = wire.picture(surface, frames)
        await self._bridge.send(self._shown[surface])
        await self._switch(surface, True)

    async def open(self, surface: Surface) -> None:
        can = self._platform().capabilities
        if not (can.shows if surface == "camera" else can.shares):
            raise self._cannot(surface, "show pictures" if surface == "camera" else "share a screen")
        await self._open()

    async def stream(self, surface: Surface, frames: list[wire.MediaFrame]) -> None:
        await self._bridge.send(wire.stream(surface, frames))

    async def light(self, surface: Surface) -> None:
        # After a reload the stream goes on by itself; until then the surface is there and dark.
        self._shown[surface] = wire.stream(surface, [])
        await self._switch(surface, True)

    async def blank(self, surface: Surface) -> None:
        if self._shown.pop(surface, None) is not None:
            await self._bridge.send(wire.blank(surface))
            await self._switch(surface, False)

    async def microphone(self, on: bool) -> None:
        if on and not self._platform().capabilities.speaks:
            raise self._cannot("output_audio", "speak")
        if on:
            await self._open()
        elif not self._speaks:
            return
        self._speaks = on
        await self._press(lambda platform, hand: platform.microphone(hand, on))

    async def sound(self, samples: bytes) -> None:
        await self._bridge.send(wire.sound(samples))

    async def hush(self) -> None:
        await self._bridge.send(wire.hush())

    async def write(self, line: Line) -> None:
        can = self._platform().capabilities
        if line.to not in can.writes_to:
            raise self._cannot("to", f"write to {line.to[:40]!r}") if can.writes_to else self._cannot("chat", "write")
        if line.pin and not can.pins:
            raise self._cannot("pin", "pin what it writes")
        if len(line.message) > can.longest_line:
            raise Unsupported("message", f"This meeting takes at most {can.longest_line} characters in one message.")
        await self._press(lambda platform, hand: platform.say(hand, line.message, line.to, line.pin))

    def _cannot(self, capability: str, what: str) -> Unsupported:
        return Unsupported(capability, f"A bot cannot {what} in a meeting of {self._platform().addresses.platform}.")

    # --- the page -------------------------------------------------------------------------------------------------------

    def loaded(self) -> None:
        """The page began anew; it will say again that it has its devices."""
        self._staged.clear()

    def staged(self) -> bool:
        """A document has its devices; whether it is a further one, which has yet to be given what is shown."""
        further = self._staged.is_set()
        self._staged.set()
        return further

    async def refresh(self) -> None:
        for picture in list(self._shown.values()):
            await self._bridge.send(picture)

    async def again(self) -> None:
        """The meeting is there (again): make the page show and say what it did. Never raises."""
        if not self._opened:
            return
        try:
            await self._open()
            for surface, picture in list(self._shown.items()):
                await self._bridge.send(picture)
                await self._switch(surface, True)
            if self._speaks:
                await self._press(lambda platform, hand: platform.microphone(hand, True))
        except MeetingFailure:
            log.warning("what the bot showed is not shown again")

    async def _open(self) -> None:
        self._opened = True
        await self._bridge.order(wire.STAGE)
        try:
            async with asyncio.timeout(OPENS_WITHIN_S):
                await self._staged.wait()
        except TimeoutError:
            raise MeetingFailure(FAILED, "The meeting's page did not take the bot's microphone and camera.") from None

    async def _switch(self, surface: Surface, on: bool) -> None:
        if surface == "camera":
            await self._press(lambda platform, hand: platform.camera(hand, on))
        else:
            await self._press(lambda platform, hand: platform.share(hand, on))

    async def _press(self, action: Callable[[Platform, Hand], Awaitable[None]]) -> None:
        """One at a time, as a person would."""
        async with self._pressing:
            try:
                await action(self._platform(), self._hand())
            except PlaywrightError:
                raise MeetingFailure(FAILED, "The meeting's page did not take it.") from None
