"""What a meeting's page looked like when a bot did not get in, was put out, or did not know what it saw.

For whoever has to find out why: picture, text, the classifier's answer and what the page's console said last. It is meeting
content and goes where screenshots go.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import ConsoleMessage, Page
from playwright.async_api import Error as PlaywrightError

from rapporteur.domain.session import Fact, JoinFailed, RefusedAtDoor, RemovedByHost

CONSOLE_LINES, LONGEST_LINE, LONGEST_TEXT = 40, 300, 6000
PICTURE_MS, TEXT_MS = 5_000.0, 2_000.0
TELLING = (JoinFailed, RefusedAtDoor, RemovedByHost)
"""Facts that need an explanation."""


@dataclass(frozen=True, slots=True)
class Evidence:
    at_ms: float
    screen: str | None
    """The platform's screen that was recognised; None: none was."""
    text: str
    """What the page and its frames said, cut to LONGEST_TEXT characters."""
    console: tuple[str, ...]
    """The last lines of the page's console, `level: text`."""
    matched: dict[str, int]
    """How often each alternate of a sign or control was of use: `screen/NAME.NUMBER` or `control/NAME.NUMBER`."""
    picture: bytes | None
    """JPEG; None when the browser gave none."""


Keep = Callable[[Evidence], Awaitable[None]]


def tells(fact: Fact) -> bool:
    """Whether what happened is to be explained by evidence."""
    return isinstance(fact, TELLING)


class Witness:
    """Watches a page's console from the moment it is given the page, and describes the page when asked."""

    def __init__(self, matched: Counter[str]) -> None:
        self._matched = matched
        self._page: Page | None = None
        self._console: deque[str] = deque(maxlen=CONSOLE_LINES)

    def watch(self, page: Page) -> None:
        self._page = page
        page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        self._console.append(f"{message.type}: {message.text[:LONGEST_LINE]}")

    async def describe(self, screen: str | None, at_ms: float) -> Evidence:
        """Never raises: what cannot be had is missing."""
        return Evidence(at_ms, screen, await self._text(), tuple(self._console), dict(self._matched), await self.picture())

    async def picture(self) -> bytes | None:
        """What the page shows now, as JPEG."""
        if self._page is None:
            return None
        try:
            return await self._page.screenshot(type="jpeg", quality=60, scale="css", timeout=PICTURE_MS)
        except PlaywrightError:
            return None

    async def _text(self) -> str:
        parts: list[str] = []
        for frame in self._page.frames if self._page is not None else []:
            try:
                parts.append(await frame.locator("body").inner_text(timeout=TEXT_MS))
            except PlaywrightError:
                continue
        return "\n".join(parts)[:LONGEST_TEXT]
