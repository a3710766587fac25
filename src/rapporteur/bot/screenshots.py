"""Pictures of what the bot's browser shows: for who wants to know why a bot is where it is.

One when the bot's state has changed, and one a minute. Never of people whose meeting is not being recorded at the moment, and
none at all where nothing is to be kept. A picture that cannot be taken or sent is let go: there will be another.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
import structlog

from rapporteur.bot.control import ControlChannel
from rapporteur.bot.evidence import Evidence
from rapporteur.domain.ids import new_id
from rapporteur.domain.lifecycle import IN_MEETING, BotState
from rapporteur.domain.session import Session
from rapporteur.kit.clock import Clock
from rapporteur.wire import control

log = structlog.get_logger()

LOOK_S = 2.0
"""Also how long a page has to show what a new state looks like."""
EVERY_S = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=20)


class Screen(Protocol):
    async def screenshot(self) -> bytes | None:
        """What is shown now, as JPEG; None when there is nothing to be had."""
        ...


class Gallery:
    """Where pictures go: their files by signed links, what they are of over the control channel."""

    def __init__(self, channel: ControlChannel) -> None:
        self._channel = channel

    async def keep(self, picture: bytes, at_ms: float) -> None:
        if await self._store(picture, screenshot_id := new_id()):
            self._channel.post(control.SCREENSHOT_TAKEN, {"id": screenshot_id}, at_ms)

    async def tell(self, evidence: Evidence) -> None:
        """Keep evidence, with its picture if there is one."""
        screenshot_id = new_id()
        pictured = evidence.picture is not None and await self._store(evidence.picture, screenshot_id)
        self._channel.post(control.SCREENSHOT_TAKEN, {"id": screenshot_id, "evidence": {
            "screen": evidence.screen, "text": evidence.text, "console": list(evidence.console),
            "matched": evidence.matched, "pictured": pictured,
        }}, evidence.at_ms)

    async def _store(self, picture: bytes, screenshot_id: str) -> bool:
        """Whether it is stored."""
        name = control.screenshot_name(screenshot_id)
        [grant] = await self._channel.uploads([{"recording_id": "", "name": name}])
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as http, http.put(grant["url"], data=picture) as answer,
            ):
                answer.raise_for_status()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("screenshot_not_stored", error=type(error).__name__)
            return False
        return True


class Screenshots:
    def __init__(self, screen: Screen, session: Session, gallery: Gallery, clock: Clock) -> None:
        self._screen = screen
        self._session = session
        self._gallery = gallery
        self._clock = clock

    async def run(self) -> None:
        """Take pictures until cancelled."""
        keep = self._gallery.keep
        await photograph(self._screen, lambda: self._session.state, lambda: self._session.on_record, keep, self._clock)


async def photograph(
    screen: Screen, state: Callable[[], BotState], on_record: Callable[[], bool],
    keep: Callable[[bytes, float], Awaitable[None]], clock: Clock,
) -> None:
    """Look around for ever, and hand every picture that is due and allowed to `keep`."""
    shown: BotState | None = None
    due_s = 0.0
    while True:
        await clock.sleep(LOOK_S)
        now = state()
        if (now is shown and clock.monotonic_s() < due_s) or (now in IN_MEETING and not on_record()):
            continue
        at_ms = clock.now_ms()
        if (picture := await screen.screenshot()) is not None:
            shown, due_s = now, clock.monotonic_s() + EVERY_S
            await keep(picture, at_ms)
