"""The hand that presses, fills and switches what a meeting's page offers, by whichever of a control's alternates is there.

Owns the looking: every frame of the page, shadow roots included, one alternate after the other, again until its time is up.
Counts which alternate was used. What to press, and when, is the platform's to say.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapporteur.kit.clock import Clock

WITHIN_S = 10.0
"""The screen is there when it is answered; only a starved machine, or a page that shows its buttons late, needs longer."""
_EVERY_S = 0.1
_LOOKS_TO_WAKE = 5
_CLICK_MS = 1500.0
_APOSTROPHES = "['\u2019\u02bc]"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find a control: by CSS, or as people find it, by its role and how its accessible name begins."""

    css: str = ""
    role: str = ""
    names: tuple[str, ...] = ()
    """In any language; case, kinds of apostrophes and white space do not count."""
    seen: str = ""
    """Year and month of the last sighting that we know of; empty for pages of our own."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press or to fill."""

    name: str
    """For the count of alternates and for messages."""
    ways: tuple[Way, ...]
    """The best first."""


def by_css(selector: str, seen: str = "") -> Way:
    return Way(css=selector, seen=seen)


def by_role(role: str, *names: str, seen: str = "") -> Way:
    return Way(role=role, names=names, seen=seen)


def by_name(*names: str, seen: str = "") -> Way:
    """A button, whatever element it is made of."""
    return Way(role="button", names=names, seen=seen)


ON = ('[aria-pressed="true"]', '[aria-checked="true"]', '[data-is-muted="false"]', ":checked")
OFF = ('[aria-pressed="false"]', '[aria-checked="false"]', '[data-is-muted="true"]')


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is on or off. Its state stands in one of several carriers, else in the verb of its name."""

    control: Control
    on: tuple[str, ...] = ON
    """CSS that the element matches when it is on; looked at first."""
    off: tuple[str, ...] = OFF
    on_names: tuple[str, ...] = ()
    """How its name begins when it is on: it says what a press would do, such as `Turn off microphone`."""


def by_verb(control: Control, on_names: tuple[str, ...]) -> Switch:
    """A switch whose name alone tells its state: what else it carries says nothing, or the contrary."""
    return Switch(control, on=(), off=(), on_names=on_names)


class Hand:
    """For one page. Methods raise playwright's TimeoutError when a control is not there in time.

    `alternates` is how many of each control's are tried; all when None.
    """

    def __init__(self, page: Page, clock: Clock, used: Counter[str] | None = None, *, alternates: int | None = None) -> None:
        self._alternates = alternates
        self.page = page
        self._clock = clock
        self.used: Counter[str] = used if used is not None else Counter()
        """How often each alternate was used: `control/NAME.NUMBER`, numbered from 0."""
        self._turns = asyncio.Lock()
        """A notice is pressed away while a screen is answered: two who move the one pointer press neither, and who presses
        takes the keyboard from who types."""

    async def find(self, control: Control, within_s: float = WITHIN_S) -> Locator:
        """The control, visible and enabled. What hides itself meanwhile is woken."""
        until_s = self._clock.monotonic_s() + within_s
        for looks in count(1):
            if (found := await self._look(control, enabled=True)) is not None:
                return found
            if self._clock.monotonic_s() >= until_s:
                break
            if looks % _LOOKS_TO_WAKE == 0:
                await self.wake()
            await self._clock.sleep(_EVERY_S)
        raise PlaywrightTimeout(f"no control {control.name!r} within {within_s:g} s")

    async def shows(self, control: Control) -> bool:
        """Whether it is to be seen right now."""
        return await self._look(control, enabled=False) is not None

    async def press(self, control: Control, within_s: float = WITHIN_S) -> None:
        """Like a person, with the pointer; by the document where something lies over it."""
        found = await self.find(control, within_s)
        async with self._turns:
            # Tried first without pressing: a press that was taken late must not be made twice.
            try:
                await found.click(trial=True, timeout=_CLICK_MS)
            except PlaywrightTimeout:
                # Where it is gone by now, nothing is left to press.
                if await found.count():
                    await found.dispatch_event("click", timeout=_CLICK_MS)
            else:
                await found.click(timeout=WITHIN_S * 1000)

    async def press_if_there(self, control: Control) -> bool:
        """Whether it was there to be pressed."""
        if not await self.shows(control):
            return False
        await self.press(control, within_s=_EVERY_S)
        return True

    async def fill(self, control: Control, text: str, within_s: float = WITHIN_S) -> None:
        await (await self.find(control, within_s)).fill(text, timeout=WITHIN_S * 1000)

    async def type(self, control: Control, text: str, within_s: float = WITHIN_S) -> None:
        """Key by key, for pages that count keys and not what stands in the field."""
        field = await self.find(control, within_s)
        async with self._turns:
            await field.fill("", timeout=_CLICK_MS)
            await field.press_sequentially(text, timeout=WITHIN_S * 1000)

    async def is_on(self, switch: Switch, within_s: float = WITHIN_S) -> bool:
        return await self._state(switch, await self.find(switch.control, within_s))

    async def turn(self, switch: Switch, on: bool, within_s: float = WITHIN_S) -> None:
        """Press it unless it is as it should be, and see that it was taken."""
        if await self.is_on(switch, within_s) == on:
            return
        await self.press(switch.control)
        until_s = self._clock.monotonic_s() + WITHIN_S
        while await self.is_on(switch) != on:
            if self._clock.monotonic_s() >= until_s:
                raise PlaywrightTimeout(f"{switch.control.name!r} did not turn")
            await self._clock.sleep(_EVERY_S)

    async def gone(self, control: Control, within_s: float = WITHIN_S) -> None:
        """Wait until it is no longer to be seen."""
        until_s = self._clock.monotonic_s() + within_s
        while await self.shows(control):
            if self._clock.monotonic_s() >= until_s:
                raise PlaywrightTimeout(f"{control.name!r} is still there")
            await self._clock.sleep(_EVERY_S)

    async def wake(self) -> None:
        """Move the pointer over the middle: toolbars hide themselves."""
        size = self.page.viewport_size or {"width": 1280, "height": 720}
        x, y = size["width"] / 2, size["height"] / 2
        await self.page.mouse.move(x - 7, y - 5)
        await self.page.mouse.move(x, y)

    async def _look(self, control: Control, *, enabled: bool) -> Locator | None:
        for number, way in enumerate(control.ways[:self._alternates]):
            async for found in self._matches(way):
                if enabled and not await _is_enabled(found):
                    continue
                if enabled:
                    self.used[f"control/{control.name}.{number}"] += 1
                return found
        return None

    async def _matches(self, way: Way) -> AsyncIterator[Locator]:
        """What is visible of it, in any frame."""
        for frame in self.page.frames:
            located = _locator(frame, way).filter(visible=True)
            try:
                if await located.count():
                    yield located.first
            except PlaywrightError:
                continue  # a frame that goes while it is asked

    async def _state(self, switch: Switch, found: Locator) -> bool:
        told = await found.evaluate(_STATE, [switch.on, switch.off])
        if told is not None:
            return bool(told)
        name = await found.evaluate("e => e.getAttribute('aria-label') ?? e.title ?? e.textContent ?? ''")
        return any(beginning(phrase).match(name) for phrase in switch.on_names)


_STATE = """(element, [on, off]) => {
    const is = selectors => selectors.some(selector => element.matches(selector));
    return is(on) ? true : is(off) ? false : null;
}"""


def beginning(phrase: str) -> re.Pattern[str]:
    """Matches names that begin with the phrase, folded."""
    # A slash would end the expression in Playwright's selectors.
    words = [re.sub(_APOSTROPHES, _APOSTROPHES, re.escape(word).replace("/", r"\/")) for word in phrase.split()]
    return re.compile(r"\W*" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)


def _locator(frame: Frame, way: Way) -> Locator:
    if way.css:
        return frame.locator(way.css)
    either = "|".join(beginning(name).pattern for name in way.names)
    return frame.get_by_role(way.role, name=re.compile(f"^(?:{either})", re.IGNORECASE))  # type: ignore[arg-type]


async def _is_enabled(found: Locator) -> bool:
    """Some pages only paint a button as disabled."""
    try:
        classes = (await found.get_attribute("class", timeout=_CLICK_MS) or "").split()
        return "disabled" not in classes and await found.is_enabled(timeout=_CLICK_MS)
    except PlaywrightError:
        return False
