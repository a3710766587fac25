"""The capture port and its two hands: how a meeting's media comes out of its page, whichever the way.

Whatever a capture takes arrives over the bridge: encoded frames in batches, tracks and who owns them in envelopes. `tracks`
gives one source per microphone, camera and screen; the page script, attached to the page's receivers, is all it needs. `tab`
gives two sources of role `page`, one picture and one sound; a program of its own, in a world that the page's scripts cannot
reach, takes the tab. `display` is `tab` in a browser with a screen. Which way is gone, and when to turn to the next, is
capturing's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Protocol

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from rapporteur.bot.bridge import Bridge
from rapporteur.domain.capture import ABILITIES, Abilities, Way, Why
from rapporteur.domain.errors import CaptureFailure
from rapporteur.domain.participants import Attendee
from rapporteur.services.ports import TrackSeen
from rapporteur.wire.page import PAGE, PASS

log = structlog.get_logger()

WIDTH, HEIGHT, FRAME_RATE = 1280, 720, 30
NO_FRAMES_AFTER_S = 10.0
"""So long people may have microphones or cameras on before the first encoded frame must have come."""
_WORLD = "rapporteur"


class Capture(Protocol):
    """One way of taking the media of a meeting's page."""

    @property
    def way(self) -> Way: ...

    @property
    def can(self) -> Abilities: ...

    def owns(self, track: TrackSeen) -> bool:
        """Whether a track that came over the bridge is of this way; others are dropped."""
        ...

    async def begin(self, page: Page) -> None:
        """Take what the document shows from now on; to be called again for every document. Raises CaptureFailure."""
        ...

    def failing(self, now_s: float) -> Why | None:
        """Why nothing will come this way, as far as can be told."""
        ...


class TracksCapture:
    """Needs no beginning: the page script is in place before the page's first. Knows when it brings nothing."""

    way = Way.TRACKS
    can = ABILITIES[Way.TRACKS]

    def __init__(self) -> None:
        self._hidden: Why | None = None
        self._frames = False
        self._expected_since_s: float | None = None

    def owns(self, track: TrackSeen) -> bool:
        return track.role != PAGE

    async def begin(self, page: Page) -> None:
        pass

    def hidden(self, why: Why) -> None:
        """The page script found that frames cannot be had."""
        self._hidden = why

    def came(self) -> None:
        """Encoded frames arrived."""
        self._frames = True

    def present(self, attendees: Iterable[Attendee], now_s: float) -> None:
        """Who the page says is there: from somebody with a microphone or camera on, frames are to be expected."""
        sends = any(a.microphone or a.camera or a.screen for a in attendees if not a.is_self)
        if not sends:
            self._expected_since_s = None
        elif self._expected_since_s is None:
            self._expected_since_s = now_s

    def failing(self, now_s: float) -> Why | None:
        if self._hidden is not None:
            return self._hidden
        waited = self._expected_since_s is not None and now_s - self._expected_since_s >= NO_FRAMES_AFTER_S
        return Why.NO_FRAMES if waited and not self._frames else None


class TabCapture:
    """`way` is TAB or DISPLAY: to the page the same."""

    def __init__(self, bridge: Bridge, way: Way = Way.TAB, *, repeats: bool = False) -> None:
        """`repeats`: a page that stands still is sent all the same, twice a second, for who comes to it late."""
        self.way = way
        self.can = ABILITIES[way]
        self._bridge = bridge
        self._repeats = repeats

    def owns(self, track: TrackSeen) -> bool:
        return track.role == PAGE

    async def begin(self, page: Page) -> None:
        # What the page script attached must leave the pictures alone from now on: they are looked at.
        await self._bridge.order(PASS)
        try:
            cdp = await page.context.new_cdp_session(page)
            # Painted in full, whatever the browser was started with.
            await cdp.send("Emulation.setDeviceMetricsOverride", {
                "width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False,
            })
            tree = await cdp.send("Page.getFrameTree")
            world = await cdp.send("Page.createIsolatedWorld", {
                "frameId": tree["frameTree"]["frame"]["id"], "worldName": _WORLD,
            })
            # Playwright's own `evaluate` gives no user gesture, without which no tab may be taken.
            told = await cdp.send("Runtime.evaluate", {
                "expression": _program(self._bridge.parameters, self._repeats), "contextId": world["executionContextId"],
                "awaitPromise": True, "returnByValue": True, "userGesture": True,
            })
        except PlaywrightError:
            raise CaptureFailure("The page changed while its tab was about to be taken.") from None
        if "exceptionDetails" in told:
            raise CaptureFailure(f"The tab could not be taken: {_reason(told['exceptionDetails'])}")
        log.info("tab taken", what=told["result"].get("value"))

    def failing(self, now_s: float) -> Why | None:
        return None


def _program(parameters: dict[str, Any], repeats: bool) -> str:
    bundle = files("rapporteur.bot").joinpath("bundles", "tab.js").read_text("utf-8")
    bound = {**parameters, "width": WIDTH, "height": HEIGHT, "frameRate": FRAME_RATE, "repeats": repeats}
    return f"(parameters => {{{bundle}\nreturn parameters.taking; }})({json.dumps(bound)})"


def _reason(details: dict[str, Any]) -> str:
    """The browser's own words: the name of the error and what it says, which is nothing of the page."""
    description = str(details.get("exception", {}).get("description") or details.get("text") or "unknown")
    return description.splitlines()[0][:200]
