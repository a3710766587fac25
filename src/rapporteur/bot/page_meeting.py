"""A meeting attended by a web page in a browser: fulfils the Meeting port for every platform that has a page.

Puts the parts together and owns their order: bridge, browser, page script, screens. Says what the page shows as facts, when
the page or the browser is lost, and closes everything when the bot leaves. What a fact means for the bot is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapporteur.bot.bridge import Bridge
from rapporteur.bot.browser import SEEN, UNSEEN, Browser
from rapporteur.bot.captions import Captions
from rapporteur.bot.capturing import Capturing
from rapporteur.bot.display import Display
from rapporteur.bot.evidence import Keep, Witness, tells
from rapporteur.bot.hand import Hand
from rapporteur.bot.inside import Inside
from rapporteur.bot.platform import Platform, Visitor
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.bot.screens import Screens
from rapporteur.bot.stage import PageStage
from rapporteur.domain.capture import AUTO, Setting, Way, Why, plan
from rapporteur.domain.errors import CaptureFailure, MeetingFailure, RapporteurError, Unsupported
from rapporteur.domain.layout import view_of
from rapporteur.domain.participants import Attendee
from rapporteur.domain.providers import captioned
from rapporteur.domain.retention import keeps_nothing
from rapporteur.domain.session import Admitted, BrowserLost, ChatSeen, Fact, JoinFailed, RosterSeen
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.services.ports import MeetingListener
from rapporteur.wire.control import Job
from rapporteur.wire.page import HASTEN, Envelope

log = structlog.get_logger()

LOAD_MS = 30_000.0
UNKNOWN_AFTER_S = 10.0
"""A page that shows none of the platform's screens for so long is worth looking at, while the bot goes on waiting."""
WAKES = 5
"""So often is it woken meanwhile."""
ASKED_WITHIN_S = 40.0
"""A page that shows none of the platform's screens, or takes no answer, for this long is not a meeting."""
PING_EVERY_S = 4.0
HANGS_AFTER_S = 12.0
"""A page that starts a call keeps its main thread busy for seconds; one that hangs never comes back."""
POLITE_S = 2.0
PRESSES, NOTICE_WITHIN_S = 5, 1.0
CALL = "call"
"""The screen on which every platform shows the meeting."""
TESTIFIES_WITHIN_S = 8.0


def page_program(platform: Platform, parameters: dict[str, Any], *, tracks: bool = True, name: str = "",
                 alternates: int | None = None) -> str:
    """The platform's page script with its parameters in a closure, out of reach of the page's own scripts.

    With `tracks` it attaches itself to what the page receives; `name` is what the bot is called.
    """
    bundle = files("rapporteur.bot").joinpath("bundles", f"{platform.page_script}.js").read_text("utf-8")
    rows = {"screens": [screen.as_row(alternates) for screen in platform.screens],
            "notices": [notice.as_row(alternates) for notice in platform.notices],
            "staged": platform.capabilities.needs_devices, "name": name}
    return f"(parameters => {{{bundle}\n}})({json.dumps({**parameters, **rows, 'tracks': tracks})});"


class PageMeeting:
    """One meeting, once: join it, then leave it.

    `run_dir` takes the browser's start script; `chromium` is found when None; `switches` are added to the browser's. `capture`
    is how the media is taken, `headed` are the platforms whose pages get a browser with windows, `keep` takes the evidence of
    what went wrong. `alternates` limits how many of each sign's and control's are tried, to show what they are worth.
    """

    _listener: MeetingListener
    _platform: Platform
    _visitor: Visitor
    _screens: Screens
    _hand: Hand
    _capturing: Capturing
    _cookies: list[dict[str, Any]]
    _keeps_nothing: bool
    _inside: Inside

    def __init__(self, *, run_dir: Path, clock: Clock, chromium: Path | None = None, sandbox: bool = True,
                 switches: tuple[str, ...] = (), capture: Setting = AUTO, headed: frozenset[str] = frozenset(),
                 keep: Keep | None = None, alternates: int | None = None) -> None:
        self._clock = clock
        self._headed = headed
        self._keep = keep
        self._alternates = alternates
        self._capture: Setting = capture
        self._display = Display(run_dir)
        self._browser = Browser(run_dir, executable=chromium, sandbox=sandbox, switches=switches, on_lost=self._lost)
        self._bridge = Bridge(clock, on_envelope=self._heard, on_track=lambda track: self._capturing.track(track),
                              on_media=lambda frames: self._capturing.media(frames))
        self.stage = PageStage(self._bridge, platform=lambda: self._platform, hand=lambda: self._hand)
        self._tasks = TaskOwner("meeting page")
        self._hasty = False
        self._asked: asyncio.Future[RapporteurError | None] = asyncio.get_running_loop().create_future()
        """Settled once: with None when the meeting was asked for entry or has answered, else with what went wrong."""
        self._captions: Captions | None = None
        """From the moment there is somebody to hear them."""
        self._shown = False
        self.matched: Counter[str] = Counter()
        """Which alternates of signs and controls were of use, by name and number."""
        self._witness = Witness(self.matched)
        self._changes = 0
        """How often the page said that it shows another screen, or none."""
        self._left = False
        self._gone = False
        """The page can no longer be spoken to."""
        self._closing = asyncio.Lock()

    async def join(self, job: Job, listener: MeetingListener) -> None:
        """See the port; raises Unsupported for a platform without a page, or whose media cannot be taken as was set."""
        if job.platform not in PLATFORMS:
            raise Unsupported("join", f"Meetings of {job.platform} cannot be joined by a page.")
        self._listener = listener
        self._platform = PLATFORMS[job.platform]
        self._keeps_nothing = keeps_nothing(job.recording_config)
        self._captions = Captions(listener.on_caption)
        self._visitor = Visitor(job.bot_name, job.meeting_password)
        self._inside = Inside(
            self._platform, lambda: self._hand, listener, captioned=captioned(job.recording_config.get("transcript")),
            view=view_of(job.recording_config))
        self._screens = Screens(
            self._platform.screens, on_fact=self._tell, on_question=self._answer_soon, matched=self.matched)
        self._capturing = Capturing(
            plan(self._capture, self._platform.capabilities.captures), bridge=self._bridge, clock=self._clock,
            page=lambda: self._browser.page, listener=listener,
            sound_mixed=not self._platform.capabilities.separate_audio,
        )
        self._cookies = _cookies(job)
        self._capturing.open()
        self._tasks.start(self._open(self._platform.entrance(job.meeting_url)), name="open")
        if (failure := await self._asked) is not None:
            self._left = True
            await self._testify()
            await self._close()
            raise failure

    async def leave(self) -> None:
        """Leave, in five seconds at most if the browser still closes by itself; see the port."""
        if not self._left:
            self._left = True
            if self._captions is not None:
                self._captions.close()
            if not self._settle(None) and not self._gone:
                await self._leave_politely()
        await self._close()

    def hasten(self) -> None:
        """From here on have sound as soon as the page has it, at the price of more and smaller messages."""
        if not self._hasty:
            self._hasty = True
            self._tasks.start(self._bridge.order(HASTEN), name="hasten")

    async def screenshot(self) -> bytes | None:
        """What the browser shows, as JPEG; None before it is open, after it is gone, and when it does not answer."""
        if not self._shown or self._left or self._gone:
            return None
        return await self._witness.picture()

    # --- opening --------------------------------------------------------------------------------------------------------

    async def _open(self, url: str) -> None:
        try:
            await self._bridge.start()
            page = await self._open_browser(self._capturing.way)
            self._hand = Hand(page, self._clock, self.matched, alternates=self._alternates)
            self._witness.watch(page)
            log.info("browser started")
            await _load(page, url)
            log.info("page loaded")
            self._shown = True
        except RapporteurError as failure:
            self._settle(failure)
            return
        self._tasks.start(self._watch(), name="watch")
        await self._clock.sleep(UNKNOWN_AFTER_S)
        if self._screens.current is None:
            await self._wonder("The page shows nothing that this bot knows yet.")
        await self._clock.sleep(ASKED_WITHIN_S - UNKNOWN_AFTER_S)
        self._settle(MeetingFailure("meeting_not_accessible", "The page shows nothing that belongs to a meeting."))

    async def _open_browser(self, way: Way) -> Page:
        tracks = way is Way.TRACKS
        program = page_program(
            self._platform, self._bridge.parameters, tracks=tracks, name=self._visitor.name, alternates=self._alternates)
        headed = way is Way.DISPLAY or self._platform.addresses.platform in self._headed
        screen = await self._display.start() if headed else None
        return await self._browser.open(
            program, scale=UNSEEN if tracks else SEEN, screen=screen, in_memory=self._keeps_nothing, cookies=self._cookies)

    async def _wonder(self, why: str) -> None:
        self._listener.on_log("warning", why)
        await self._testify()

    def _settle(self, failure: RapporteurError | None) -> bool:
        """Whether this decided how joining went."""
        if self._asked.done():
            return False
        self._asked.set_result(failure)
        return True

    def _answer_soon(self, screen: str) -> None:
        self._tasks.start(self._answer(screen), name="answer")

    async def _answer(self, screen: str) -> None:
        try:
            await self._platform.answer(screen, self._hand, self._visitor)
        except MeetingFailure as failure:
            self._fail(failure)
        except PlaywrightTimeout:
            self._listener.on_log("warning", f"The page did not take what its screen '{screen}' asked for.")
            self._ask_again(screen)
        except PlaywrightError:
            log.info("the page changed while it was answered", screen=screen)
        else:
            self._settle(None)

    async def _press_away(self, name: str) -> None:
        """What covers the page may go by itself, and may come again; it is worth a line only when it does not yield."""
        notice = next(notice for notice in self._platform.notices if notice.name == name)
        for _ in range(PRESSES):
            try:
                await self._hand.press(notice.press, within_s=NOTICE_WITHIN_S)
            except PlaywrightTimeout:
                return
            except PlaywrightError:
                log.info("the page changed while a notice was pressed away")
            await self._clock.sleep(NOTICE_WITHIN_S)
        self._listener.on_log("warning", f"A notice that covers the page does not yield: '{name}'.")

    def _ask_again(self, screen: str) -> None:
        """The page reports changes only; a screen that is still there after a failed answer has to be answered again."""
        if self._screens.current == screen:
            self._screens.loaded()
            self._seen(screen)

    # --- what the page says ---------------------------------------------------------------------------------------------

    def _heard(self, said: Envelope) -> None:
        if self._left:
            return
        body = said.body
        match said.type:
            case "ready":
                self._screens.loaded()
                self._capturing.loaded()
                self.stage.loaded()
                self._inside.loaded()
            case "staged":
                if self.stage.staged():
                    self._tasks.start(self.stage.refresh(), name="stage")
            case "screen":
                self._changes += 1
                self._seen(body["name"], body["sign"])
                if body["name"] is None and self._screens.current not in (None, CALL):
                    self._tasks.start(self._astray(self._changes), name="astray")
            case "notice" if body["name"] is not None:
                self._tasks.start(self._press_away(body["name"]), name="notice")
            case "roster":
                attendees = [Attendee(**attendee) for attendee in body["attendees"]]
                self._capturing.present(attendees)
                self._listener.on_fact(RosterSeen(attendees))
            case "speaking":
                self._capturing.speaking(body["keys"])
            case "hidden":
                self._capturing.hidden(Why(body["why"]))
                self._capture_soon()
            case "meeting":
                self._listener.on_title(body["title"])
            case "caption" if self._captions is not None:
                self._captions.seen(
                    body["id"], body["key"], body["text"], final=body["final"], at_ms=self._clock.now_ms())
            case "chat":
                self._listener.on_fact(ChatSeen(body["key"], body["text"], body["to"]))
            case "fault":
                self._listener.on_log("warning", f"Page script, {body['where']}: {body['message']}")

    async def _astray(self, change: int) -> None:
        """At the door: what comes behind a known screen and stays unknown is looked at as well.

        It may be the call whose bar has hidden itself before anybody saw it, so the pointer is moved meanwhile.
        """
        for _ in range(WAKES):
            await self._clock.sleep(UNKNOWN_AFTER_S / WAKES)
            if change != self._changes or self._left:
                return
            with suppress(PlaywrightError):
                await self._hand.wake()
        await self._wonder("The page shows nothing that this bot knows any more.")

    def _seen(self, screen: str | None, sign: int = 0) -> None:
        try:
            self._screens.seen(screen, sign)
        except MeetingFailure as failure:
            self._fail(failure)

    def _tell(self, fact: Fact) -> None:
        log.info("page shows", screen=self._screens.current)
        if isinstance(fact, Admitted):
            self._capturing.admitted()
            self._capture_soon()
            self._tasks.start(self.stage.again(), name="stage")
            self._tasks.start(self._prepare(), name="prepare")
        if tells(fact):
            self._tasks.start(self._explain(fact), name="evidence")
        else:
            self._listener.on_fact(fact)
            self._settle(None)

    async def _explain(self, fact: Fact) -> None:
        """The page is looked at before anybody hears what happened, because whoever hears it closes the page."""
        await self._testify()
        self._listener.on_fact(fact)
        self._settle(None)

    async def _testify(self) -> None:
        """Keep the evidence of what the page shows now; never longer than it is worth."""
        if self._keep is None or self._gone or self._keeps_nothing:
            return
        try:
            async with asyncio.timeout(TESTIFIES_WITHIN_S):
                await self._keep(await self._witness.describe(self._screens.current, self._clock.now_ms()))
        except TimeoutError:
            log.info("evidence not kept", screen=self._screens.current)

    async def _prepare(self) -> None:
        await self._inside.prepare()
        await self._arrange()

    async def _arrange(self) -> None:
        if self._capturing.way is not Way.TRACKS and self._screens.current == CALL:
            await self._inside.arrange()

    def _capture_soon(self) -> None:
        self._tasks.start(self._capturing.tick(), name="capture")

    def _fail(self, failure: MeetingFailure) -> None:
        """Before the meeting was asked, this is join's to raise; what comes up behind the first question is a fact."""
        if not self._settle(failure):
            self._listener.on_log("error", failure.message)
            self._tasks.start(self._explain(JoinFailed(failure.sub_code)), name="evidence")

    # --- losing and leaving ---------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """The page must answer, and its worker be connected: missing once may be a page that loads again, twice is not."""
        missing = 0
        while True:
            await self._clock.sleep(PING_EVERY_S)
            if not await self._browser.answers(HANGS_AFTER_S):
                return self._lost("The meeting's page hangs.")
            await self._capturing.tick()
            self._tasks.start(self._arrange(), name="arrange")
            if self._captions is not None:
                self._captions.tick(self._clock.now_ms())
            missing = 0 if self._bridge.connected else missing + 1
            if missing == 2:
                return self._lost("The script in the meeting's page is gone.")

    def _lost(self, reason: str) -> None:
        if self._left or self._gone:
            return
        self._gone = True
        if not self._settle(CaptureFailure(reason)):
            self._listener.on_log("error", reason)
            self._listener.on_fact(BrowserLost())

    async def _leave_politely(self) -> None:
        try:
            async with asyncio.timeout(POLITE_S):
                await self._platform.leave(self._hand)
        except (TimeoutError, PlaywrightError):
            log.info("left without ceremony", screen=self._screens.current)

    async def _close(self) -> None:
        async with self._closing:
            await self._tasks.stop()
            await self._browser.close()
            await self._display.stop()
            await self._bridge.stop()


def _cookies(job: Job) -> list[dict[str, Any]]:
    """What signs the bot in; none for a guest. Raises MeetingFailure for a login that is not to be had now."""
    login = job.login or {}
    if "unavailable" in login:
        raise MeetingFailure(login["unavailable"], login["message"])
    return login.get("cookies", [])


async def _load(page: Page, url: str) -> None:
    """Raises MeetingFailure. The browser's own message names the address, so it goes no further."""
    try:
        response = await page.goto(url, wait_until="domcontentloaded", timeout=LOAD_MS)
    except PlaywrightTimeout:
        raise MeetingFailure("meeting_not_accessible", "The meeting's page did not load in time.") from None
    except PlaywrightError as error:
        if page.is_closed():
            raise CaptureFailure("The browser ended while the page was loading.") from None
        insecure = "ERR_CERT" in error.message or "ERR_SSL" in error.message
        sub_code = "meeting_not_accessible" if insecure else "meeting_not_found"
        raise MeetingFailure(sub_code, "The meeting's page could not be reached.") from None
    if response is not None and response.status >= 400:
        sub_code = "meeting_not_found" if response.status in {404, 410} else "meeting_not_accessible"
        raise MeetingFailure(sub_code, f"The meeting's page answered {response.status}.")
