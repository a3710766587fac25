"""What a bot has a platform's page open and show once it is in the call, for the page to be read and recorded.

Nothing of it is worth a meeting: a page that does not take it is told of in the log and recorded as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.async_api import Error as PlaywrightError

from rapporteur.bot.hand import Hand
from rapporteur.bot.platform import Arranged, Captioned, Platform, Prepared
from rapporteur.domain.layout import View
from rapporteur.services.ports import MeetingListener


class Inside:
    """`view` is the one in which a page that is recorded as shown shall show the meeting; None leaves it as it is."""

    def __init__(self, platform: Platform, hand: Callable[[], Hand], listener: MeetingListener, *, captioned: bool,
                 view: View | None) -> None:
        self._platform = platform
        self._hand = hand
        self._listener = listener
        self._captioned = captioned
        self._view: View | None = view
        self._arranged = False

    def loaded(self) -> None:
        """The page began anew, and with it its view."""
        self._arranged = False

    async def prepare(self) -> None:
        """Open what is to be read; captions only for who asked for them: a page that shows them is another page."""
        try:
            if isinstance(self._platform, Prepared):
                await self._platform.prepare(self._hand())
            if self._captioned and isinstance(self._platform, Captioned):
                await self._platform.captions(self._hand())
        except PlaywrightError:
            self._listener.on_log("warning", "The meeting's page did not open everything that is to be read.")

    async def arrange(self) -> None:
        """Once per load, however often it is asked for."""
        if self._arranged or self._view is None or not isinstance(self._platform, Arranged):
            return
        self._arranged = True
        try:
            await self._platform.arrange(self._hand(), self._view)
        except PlaywrightError:
            self._listener.on_log("warning", "The meeting's page did not take the view that was asked for.")
