"""Web pages as the bot's camera and screen: opened, put in another's place, stopped, and opened again when they are lost.

Owns the pages and who watches over them. A page that does not come up leaves what was shown before; one that is lost costs the
meeting nothing but its own picture, and is opened again a few times. How a page is run is output_page's, what else the bot
shows is performing's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.output import Surface
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner, accompanied
from rapporteur.services.ports import Stage
from rapporteur.wire import control
from rapporteur.wire.page import AUDIO, MediaFrame

log = structlog.get_logger()

RESTARTS, RESTART_AFTER_S = 3, 1.0
"""A page that is lost more often is given up."""
MEASURED_EVERY_S = 5.0
WORDS: Mapping[Surface, str] = {"camera": "camera", "screenshare": "screen"}


class Shown(Protocol):
    """A page in a browser of its own; see OutputPage."""

    cpu_s: float

    async def open(self, url: str) -> None: ...

    async def lost(self) -> str: ...

    def batches(self) -> AsyncIterator[list[MediaFrame]]: ...

    def hear(self, frames: list[MediaFrame]) -> None: ...

    def tell(self, text: str) -> None: ...

    def measure(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class _Showing:
    """What a surface shows, through all the browsers that it takes."""

    surface: Surface
    url: str
    pages: list[Shown]
    """One after the other; the last is shown."""
    began_s: float
    restarts: int = 0
    task: asyncio.Task[None] | None = None

    @property
    def page(self) -> Shown:
        return self.pages[-1]

    @property
    def cpu_s(self) -> float:
        return sum(page.cpu_s for page in self.pages)


class Presenter:
    """`make` gives a page for a surface; `post` tells the server."""

    def __init__(self, stage: Stage, clock: Clock, make: Callable[[Surface], Shown],
                 post: Callable[[str, dict[str, Any]], None]) -> None:
        self._stage = stage
        self._clock = clock
        self._make = make
        self._post = post
        self._tasks = TaskOwner("presenting")
        self._up: dict[Surface, _Showing] = {}
        self.on_seen: Callable[[Surface], None] = lambda surface: None
        """Told when a page came up and is about to take the surface and the microphone."""
        self.on_sound: Callable[[bytes, float], None] = lambda packet, at_ms: None
        """Told each packet of Opus that a page played, and when it came; of the first page where two are shown."""
        self.on_given_up: Callable[[Surface], None] = lambda surface: None
        """Told when a page is not opened again."""

    @property
    def addresses(self) -> dict[Surface, str]:
        """What is shown now, by surface."""
        return {surface: showing.url for surface, showing in self._up.items()}

    async def show(self, surface: Surface, url: str) -> None:
        """Returns when the page is seen; what the surface showed gives way then. Raises what a page's opening raises, and what
        the stage does, with everything as it was."""
        await self._stage.open(surface)
        showing = _Showing(surface, url, [await self._opened(surface, url)], self._clock.monotonic_s())
        self.on_seen(surface)
        if (before := self._up.pop(surface, None)) is not None:
            self._retire(before)
        self._up[surface] = showing
        showing.task = self._tasks.start(self._attend(showing), name=surface)
        try:
            await self._stage.microphone(True)
            await self._stage.light(surface)
        except RapporteurError:
            await self.stop(surface)
            raise

    async def stop(self, surface: Surface) -> None:
        """At once; the browser ends beside. Nothing where no page is shown."""
        if (showing := self._up.pop(surface, None)) is None:
            return
        self._retire(showing)
        await self._blank(surface)

    def hear(self, frames: list[MediaFrame]) -> None:
        """Opus of people in the meeting, for the pages' microphone."""
        for showing in self._up.values():
            showing.page.hear(frames)

    def tell(self, text: str) -> None:
        """A line of the transcript, for pages that listen."""
        for showing in self._up.values():
            showing.page.tell(text)

    async def aclose(self) -> None:
        """End all pages; the meeting is over, or will show none of them."""
        for showing in list(self._up.values()):
            self._retire(showing)
        self._up.clear()
        await self._tasks.drain()

    # --- one page -------------------------------------------------------------------------------------------------------

    async def _opened(self, surface: Surface, url: str) -> Shown:
        page = self._make(surface)
        opened = False
        try:
            await page.open(url)
            opened = True
        finally:
            if not opened:
                # Beside, because whoever gave up on it has something else to do at once.
                self._tasks.start(page.close(), name="close")
        return page

    async def _attend(self, showing: _Showing) -> None:
        while True:
            why = await accompanied(showing.page.lost(), self._pass_on(showing), self._measure(showing))
            self._tasks.start(showing.page.close(), name="close")
            if not await self._again(showing, why):
                return await self._give_up(showing)

    async def _again(self, showing: _Showing, why: str) -> bool:
        """Open the page again, as often as there are attempts left."""
        while showing.restarts < RESTARTS:
            showing.restarts += 1
            self._log("warning", f"The page shown as the bot's {WORDS[showing.surface]} was lost: {why} It is opened again.")
            await self._clock.sleep(RESTART_AFTER_S)
            try:
                showing.pages.append(await self._opened(showing.surface, showing.url))
            except RapporteurError as error:
                why = error.message
            else:
                return True
        self._log("error", f"The page shown as the bot's {WORDS[showing.surface]} was lost: {why} It is given up.")
        return False

    async def _give_up(self, showing: _Showing) -> None:
        self._up.pop(showing.surface, None)
        self._account(showing)
        with suppress(RapporteurError):
            await self._blank(showing.surface)
        self.on_given_up(showing.surface)

    async def _blank(self, surface: Surface) -> None:
        await self._stage.blank(surface)
        if not self._up:
            await self._stage.microphone(False)

    async def _pass_on(self, showing: _Showing) -> None:
        async for frames in showing.page.batches():
            await self._stage.stream(showing.surface, frames)
            if showing is next(iter(self._up.values()), None):
                for f in frames:
                    if f.media == AUDIO:
                        self.on_sound(f.payload, f.arrival_ms)

    async def _measure(self, showing: _Showing) -> None:
        while True:
            await self._clock.sleep(MEASURED_EVERY_S)
            await asyncio.to_thread(showing.page.measure)

    def _retire(self, showing: _Showing) -> None:
        if showing.task is not None:
            showing.task.cancel()
        self._tasks.start(self._ended(showing), name="end")

    async def _ended(self, showing: _Showing) -> None:
        await showing.page.close()
        self._account(showing)

    def _account(self, showing: _Showing) -> None:
        seconds = self._clock.monotonic_s() - showing.began_s
        told = {"surface": showing.surface, "seconds": round(seconds, 1), "cpu_s": round(showing.cpu_s, 2),
                "restarts": showing.restarts}
        log.info("page shown", **told)
        self._post(control.PAGE_SHOWN, told)
        self._log("info", f"The page shown as the bot's {WORDS[showing.surface]} for {seconds:.0f} s took "
                          f"{showing.cpu_s:.1f} s of processor time.")

    def _log(self, level: str, message: str) -> None:
        self._post(control.LOG, {"level": level, "message": message})
