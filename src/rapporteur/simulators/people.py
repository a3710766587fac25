"""Simulated people in the built-in room: one real headless browser, one context per person, every step through the page.

Owns how a person is driven; what they do is scenario.py's, how they look and sound is the page program's (page/src/people).
People see and hear each other by real WebRTC; nothing of the room knows that they are not real.

Errors of the browser come through as Playwright's; a step that the room does not allow ends in its TimeoutError.
"""

from __future__ import annotations

import asyncio
import base64
import json
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.async_api import Browser as Chromium
from playwright.async_api import Locator, Page

from rapporteur.bot.browser import Browser
from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.simulators.scenario import Message, Person, Scenario
from rapporteur.simulators.speech import clip_file

PROGRAM = Path(__file__).parent / "person.js"
SWITCHES = ("--autoplay-policy=no-user-gesture-required",)
WINDOW = {"width": 480, "height": 320}
SCALE = 0.25
"""Nobody looks at these windows; painting them would cost more than the meeting itself."""
STEP_MS = 30_000.0
"""Far more than any step takes, on a machine that is not overloaded."""
LEAD_S = 0.7
"""From the order to begin until second zero: plans must have reached every page by then."""
SOON_MS = 300.0
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Mark:
    name: str
    at_ms: float
    """UTC milliseconds of flash and beep, exact to the frame."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A scenario that runs: when its second zero is, and when its marks really are."""

    start_ms: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What a person's browser got from all others so far."""

    connections: int
    audio_packets: int
    video_frames: int
    audio_energy: float


class People:
    """The people of a scenario, outside the room until `enter`; the block's end closes their browser.

    `host_url` is the link with the host's token; without `guest_url` everybody uses it up to its fragment.
    """

    def __init__(
        self, scenario: Scenario, *, host_url: str, guest_url: str | None = None, executable: Path | None = None,
        sandbox: bool = True, clock: Clock | None = None,
    ) -> None:
        self.scenario = scenario
        self.begun: Begun | None = None
        """Set as soon as `play` has handed out its plans."""
        self._host_url = host_url
        self._guest_url = guest_url or host_url.partition("#")[0]
        self._executable = executable
        self._sandbox = sandbox
        self._clock = clock or SystemClock()
        self._pages: dict[str, Page] = {}
        self._lost = asyncio.Event()
        self._stack = AsyncExitStack()
        self._chromium: Chromium | None = None

    async def __aenter__(self) -> Self:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="rapporteur-people-"))
        browser = Browser(
            Path(folder), executable=self._executable, sandbox=self._sandbox, switches=SWITCHES,
            on_lost=lambda _: self._lost.set(),
        )
        self._stack.push_async_callback(browser.close)
        try:
            page = await browser.open("")
        except BaseException:
            await self._stack.aclose()
            raise
        self._chromium = page.context.browser
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    # --- coming in ------------------------------------------------------------------------------------------------------

    async def enter(self, *names: str) -> None:
        """These people (all, when none is named) join and, where there is a waiting room, are admitted. Host first."""
        wanted = [person for person in self.scenario.people if not names or person.name in names]
        for person in sorted(wanted, key=lambda person: not person.is_host):
            await self.knock(person.name)
            if await self.screen(person.name) == "lobby":
                await self.admit(person.name)
            await self.wait_until_in_call(person.name)

    async def knock(self, name: str, *, password: str | None = None) -> None:
        """Open the room's page and ask to be let in; returns when the page shows what came of it."""
        person = self.scenario.person(name)
        page = await self.open(name)
        for device, wanted in (("microphone", person.microphone), ("camera", person.camera)):
            await page.wait_for_selector(f"#prejoin-{device}[aria-pressed=true]")
            if not wanted:
                await page.click(f"#prejoin-{device}")
        await page.fill("#name", person.name)
        await page.click("#join")
        await page.wait_for_selector("body:not([data-screen=prejoin])")
        if password is not None:
            await page.fill("#password", password)
            await page.click("#password-submit")
            await page.wait_for_selector("body:not([data-screen=password]), body[data-error]")

    async def open(self, name: str) -> Page:
        """The person's browser window with the meeting's page, which nobody has touched yet."""
        person = self.scenario.person(name)
        if self._chromium is None:
            raise CaptureFailure("the browser of the simulated people is not open")
        context = await self._chromium.new_context(
            viewport={"width": WINDOW["width"], "height": WINDOW["height"]}, device_scale_factor=SCALE,
            reduced_motion="reduce", locale="en-US",
            # The room forbids its page to evaluate text, and waiting for a condition does just that.
            bypass_csp=True,
        )
        await context.add_init_script(await asyncio.to_thread(self._script, person))
        page = await context.new_page()
        page.set_default_timeout(STEP_MS)
        self._pages[person.name] = page
        await page.goto(self._host_url if person.is_host else self._guest_url)
        return page

    def _script(self, person: Person) -> str:
        names = [p.name for p in self.scenario.people]
        config = {
            "name": person.name, "colour": person.colour, "phase": names.index(person.name) / len(names),
            "clips": _sounds(*(line.clip for line in person.lines)),
        }
        return f"window.simulatedPersonConfig = {json.dumps(config)};\n{PROGRAM.read_text(encoding='utf-8')}"

    # --- the scenario ---------------------------------------------------------------------------------------------------

    async def play(self) -> Begun:
        """Do everything the scenario says, from its second zero; returns when its last step is done."""
        start_ms = self._clock.now_ms() + LEAD_S * 1000
        plans = [self._hand_over(person, start_ms) for person in self.scenario.people]
        self.begun = Begun(start_ms, tuple(mark for marks in await asyncio.gather(*plans) for mark in marks))
        for at_s, step in sorted(self._steps(), key=lambda pair: pair[0]):
            await self._clock.sleep(max(0.0, at_s - (self._clock.now_ms() - start_ms) / 1000))
            await step()
        return self.begun

    async def _hand_over(self, person: Person, start_ms: float) -> list[Mark]:
        plan = {
            "lines": [{"clip": line.clip, "at": start_ms + line.at_s * 1000} for line in person.lines],
            "marks": [{"at": start_ms + at_s * 1000} for at_s in person.marks],
        }
        moments = await self._pages[person.name].evaluate("plan => simulatedPerson.play(plan)", plan)
        return [Mark(person.name, at_ms) for at_ms in moments]

    def _steps(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        """What is done with the mouse: (second, step)."""
        steps: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        for person in self.scenario.people:
            for span in person.camera_off:
                steps += self._span(span.from_s, span.to_s, self.camera, person.name, first=False)
            for span in person.screen:
                steps += self._span(span.from_s, span.to_s, self.share, person.name, first=True)
            steps += [(message.at_s, self._chatting(person, message)) for message in person.messages]
            last = max([*(line.end_s for line in person.lines), *person.marks, 0.0])
            steps.append((last + 0.5, _nothing))
        if self.scenario.ends_at_s is not None:
            steps.append((self.scenario.ends_at_s, self.end))
        return steps

    @staticmethod
    def _span(
        from_s: float, to_s: float, switch: Callable[[str, bool], Awaitable[None]], name: str, *, first: bool,
    ) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        return [(from_s, lambda: switch(name, first)), (to_s, lambda: switch(name, not first))]

    def _chatting(self, person: Person, message: Message) -> Callable[[], Awaitable[None]]:
        return lambda: self.chat(person.name, message.text)

    # --- what a person can do -------------------------------------------------------------------------------------------

    async def say(self, name: str, clip: str) -> float:
        """Say a clip now; answers the UTC milliseconds of its beginning."""
        page = self._page(name)
        await page.evaluate("clips => simulatedPerson.learn(clips)", _sounds(clip))
        at_ms = self._clock.now_ms() + SOON_MS
        await page.evaluate("plan => simulatedPerson.play(plan)", {"lines": [{"clip": clip, "at": at_ms}], "marks": []})
        return at_ms

    async def chat(self, name: str, text: str) -> None:
        page = self._page(name)
        await self._press(page, "chat-toggle", True)
        await page.fill("#chat-input", text)
        await page.press("#chat-input", "Enter")
        await self._press(page, "chat-toggle", False)

    async def camera(self, name: str, on: bool) -> None:
        await self._press(self._page(name), "camera", on)

    async def microphone(self, name: str, on: bool) -> None:
        await self._press(self._page(name), "microphone", on)

    async def share(self, name: str, on: bool) -> None:
        await self._press(self._page(name), "share", on)

    async def leave(self, name: str) -> None:
        await self._page(name).click("#leave")
        await self._page(name).wait_for_selector("body[data-screen=prejoin]")

    async def vanish(self, name: str) -> None:
        """Close the page, as somebody does who shuts the laptop."""
        await self._pages.pop(name).context.close()

    # --- what the host can do -------------------------------------------------------------------------------------------

    async def admit(self, name: str) -> None:
        """Let in whoever waits under this name, or comes to the door within the time of a step."""
        await self._at_the_door(name).locator(".admit").click()

    async def deny(self, name: str) -> None:
        await self._at_the_door(name).locator(".deny").click()

    async def remove(self, name: str) -> None:
        page = self._host_page
        await self._press(page, "people-toggle", True)
        await page.locator(f"[data-person][data-name={json.dumps(name)}] .remove").first.click()
        await self._press(page, "people-toggle", False)

    async def end(self) -> None:
        """End the meeting for all."""
        await self._host_page.click("#end")
        await self._host_page.click("#end-confirm")
        await self._host_page.wait_for_selector("body[data-screen=ended]")

    # --- what can be seen -----------------------------------------------------------------------------------------------

    async def screen(self, name: str) -> str:
        """What the person's page shows: prejoin, password, lobby, call, denied, removed, ended, full or lost."""
        return await self._page(name).locator("body").get_attribute("data-screen") or ""

    async def wait_until_on(self, name: str, screen: str, *, timeout_s: float = 30) -> None:
        await self._page(name).wait_for_selector(f"body[data-screen={screen}]", timeout=timeout_s * 1000)

    async def wait_until_in_call(self, name: str, *, timeout_s: float = 30) -> None:
        """One of our own people, by its page; anybody else, by being seen by the host."""
        if name in self._pages:
            await self.wait_until_on(name, "call", timeout_s=timeout_s)
        else:
            await self._seen(name).wait_for(state="attached", timeout=timeout_s * 1000)

    async def wait_until_gone(self, name: str, *, timeout_s: float = 30) -> None:
        """Until the host does not see anybody of this name in the call."""
        await self._seen(name).wait_for(state="detached", timeout=timeout_s * 1000)

    async def wait_until_waiting(self, name: str, *, timeout_s: float = 30) -> None:
        await self._at_the_door(name).wait_for(timeout=timeout_s * 1000)

    async def received(self, name: str) -> Received:
        got: dict[str, Any] = await self._page(name).evaluate("simulatedPerson.received()")
        return Received(got["connections"], got["audioPackets"], got["videoFrames"], got["audioEnergy"])

    async def wait_until_received(self, name: str, enough: Callable[[Received], bool], *, timeout_s: float = 30) -> Received:
        """Until the person's browser got `enough`; TimeoutError when it does not."""
        async with asyncio.timeout(timeout_s):
            while not enough(got := await self.received(name)):
                await self._clock.sleep(LOOK_S)
        return got

    def page(self, name: str) -> Page:
        """The person's page, to look at it closer."""
        return self._page(name)

    # --- details --------------------------------------------------------------------------------------------------------

    def _page(self, name: str) -> Page:
        if self._lost.is_set():
            raise CaptureFailure("the browser of the simulated people ended")
        return self._pages[name]

    @property
    def _host_page(self) -> Page:
        host = self.scenario.host or self.scenario.people[0]
        return self._page(host.name)

    def _at_the_door(self, name: str) -> Locator:
        return self._host_page.locator(f"[data-waiting][data-name={json.dumps(name)}]").first

    def _seen(self, name: str) -> Locator:
        return self._host_page.locator(f"[data-participant][data-name={json.dumps(name)}]").first

    @staticmethod
    async def _press(page: Page, button: str, on: bool) -> None:
        """Bring a switch into a position; returns when the page says that it is there."""
        if await page.get_attribute(f"#{button}", "aria-pressed") != str(on).lower():
            await page.click(f"#{button}")
        await page.wait_for_selector(f"#{button}[aria-pressed={str(on).lower()}]")


async def _nothing() -> None:
    """A step that only marks a time: the scenario lasts at least until then."""


def _sounds(*clips: str) -> dict[str, str]:
    return {clip: base64.b64encode(clip_file(clip).read_bytes()).decode() for clip in clips}
