"""A web page in a browser of its own, for the bot to show: its picture and sound come out, the meeting's sound goes in.

The page is a stranger's. Its browser shares neither profile nor account with the meeting's, leaves the machine through the
guarded proxy alone, and has no UDP: so there are no peer connections on this machine either, and picture and sound go the way
that a meeting's tab goes, encoded by a worker and shipped over a bridge of the page's own. Only that bridge and the page's
transcript, both of which ask for a secret, are dialled without the proxy.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapporteur.bot.bridge import Bridge
from rapporteur.bot.browser import SEEN, Browser
from rapporteur.bot.capture import TabCapture
from rapporteur.bot.page_transcripts import Transcripts
from rapporteur.domain.errors import CaptureFailure, DestinationFailure
from rapporteur.kit.clock import Clock
from rapporteur.kit.processes import tree_cpu_s
from rapporteur.kit.tasks import TaskOwner
from rapporteur.outbound.connecting import connected
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.proxy import Proxy
from rapporteur.services.ports import TrackSeen
from rapporteur.wire import page as wire
from rapporteur.wire.page import VIDEO, Envelope, MediaFrame

log = structlog.get_logger()

LOAD_MS = 20_000.0
PICTURE_WITHIN_S = 15.0
TAKES, TAKE_AGAIN_S = 5, 1.0
MOST_WAITING = 100
"""Batches of 40 ms that wait to be shown or heard."""
NICE = 5
"""The meeting and its recording go first."""
HEADERS = {"ngrok-skip-browser-warning": "true"}
"""Developers show pages of their own machine through tunnels, one of which asks visitors a question first."""
_SWITCHES = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    # Names are resolved by the proxy; whatever would be asked of a resolver beside it has no answer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--autoplay-policy=no-user-gesture-required",
)


class OutputPage:
    """One page in one browser, once. `run_dir` takes the browser's start script and decides its account."""

    def __init__(self, run_dir: Path, clock: Clock, guard: Guard, *, chromium: Path | None = None, sandbox: bool = True,
                 in_memory: bool = False) -> None:
        self._run_dir = run_dir
        self._clock = clock
        self._chromium = chromium
        self._sandbox = sandbox
        self._in_memory = in_memory
        self._proxy = Proxy(guard)
        self._guard = guard
        self._bridge = Bridge(clock, on_envelope=self._said, on_track=self._track, on_media=self._media)
        self._transcripts = Transcripts()
        self._browser: Browser | None = None
        self._tasks = TaskOwner("output page")
        self._anew = asyncio.Event()
        """Set when there is a document whose tab is not taken."""
        self._seen = asyncio.Event()
        self._out: asyncio.Queue[list[MediaFrame]] = asyncio.Queue(MOST_WAITING)
        self._in: asyncio.Queue[list[MediaFrame]] = asyncio.Queue(MOST_WAITING)
        self._broken = True
        """Whether what comes cannot be shown before the next key frame."""
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.cpu_s = 0.0
        """Processor time of all its processes, as last measured."""

    async def open(self, url: str) -> None:
        """Returns when the page's first picture is there.

        Raises InvalidRequest and BlockedAddress for what may not be shown, DestinationFailure for a page that does not load,
        CaptureFailure for a browser that does not do its part. Close it then.
        """
        await self._reach(url)
        page = await self._start(url)
        await self._load(page, url)
        self._tasks.start(self._keep_taking(page), name="take")
        self._anew.set()
        seen = self._tasks.start(self._seen.wait(), name="first picture")
        await asyncio.wait({seen, self._lost}, timeout=PICTURE_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        if self._lost.done():
            raise CaptureFailure(self._lost.result())
        if not self._seen.is_set():
            raise CaptureFailure("The page's picture could not be taken.")

    async def lost(self) -> str:
        """Why it shows nothing any more, when that is so."""
        return await asyncio.shield(self._lost)

    async def batches(self) -> AsyncIterator[list[MediaFrame]]:
        """What it shows and plays, from the newest key frame on: H.264 and Opus; without end."""
        while True:
            yield await self._out.get()

    def hear(self, frames: list[MediaFrame]) -> None:
        """Opus of people in the meeting; each track is one of them."""
        if not self._in.full():
            self._in.put_nowait(frames)

    def tell(self, text: str) -> None:
        """A line of the transcript, for the page's WebSocket."""
        self._transcripts.tell(text)

    def measure(self) -> None:
        if self._browser is not None and (pid := self._browser.pid) is not None:
            self.cpu_s = max(self.cpu_s, tree_cpu_s(pid))

    async def close(self) -> None:
        """End everything that belongs to it. Never raises."""
        self.measure()
        await self._tasks.stop()
        if self._browser is not None:
            await self._browser.close()
        await self._bridge.stop()
        await self._transcripts.stop()
        await self._proxy.stop()

    # --- beginning ------------------------------------------------------------------------------------------------------

    async def _reach(self, url: str) -> None:
        """Whether there is anybody, asked first: a browser takes seconds to say no."""
        parts = self._guard.check_url(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        (await connected(self._guard, parts.hostname or "", port)).close()

    async def _start(self, url: str) -> Page:
        await self._bridge.start()
        transcripts = await self._transcripts.start()
        beside = (urlsplit(self._bridge.parameters["url"]).port, self._transcripts.port)
        self._browser = Browser(
            self._run_dir, executable=self._chromium, sandbox=self._sandbox, nice=NICE, peers=False, on_lost=self._lose,
            switches=(*_SWITCHES, *_ways_out(await self._proxy.start(), beside), *_trusted(url)),
        )
        program = _program({**self._bridge.parameters, "transcripts": transcripts})
        page = await self._browser.open(program, scale=SEEN, in_memory=self._in_memory)
        page.context.on("page", lambda other: self._tasks.start(_close(other), name="window"))
        await page.context.set_extra_http_headers(HEADERS)
        self._tasks.start(self._keep_hearing(), name="hear")
        return page

    async def _load(self, page: Page, url: str) -> None:
        """The browser's own message names the address, so it goes no further."""
        host = urlsplit(url).hostname or ""
        try:
            response = await page.goto(url, wait_until="domcontentloaded", timeout=LOAD_MS)
        except PlaywrightTimeout:
            raise DestinationFailure("The page did not load in time.") from None
        except PlaywrightError:
            raise self._proxy.failure(host) or DestinationFailure("The page could not be loaded.") from None
        if response is not None and response.status >= 400:
            answered = DestinationFailure(f"The page answered {response.status}.", status=response.status)
            raise self._proxy.failure(host) or answered

    async def _keep_taking(self, page: Page) -> None:
        """Take the tab, of every document that the page turns to."""
        capture = TabCapture(self._bridge, repeats=True)
        while True:
            await self._anew.wait()
            self._anew.clear()
            if not await self._taken(capture, page):
                return self._lose("Its tab could not be taken.")

    async def _taken(self, capture: TabCapture, page: Page) -> bool:
        for _ in range(TAKES):
            try:
                await capture.begin(page)
                return True
            except CaptureFailure as failure:
                log.info("output page not taken", reason=failure.message)
                await self._clock.sleep(TAKE_AGAIN_S)
        return False

    def _lose(self, reason: str) -> None:
        if not self._lost.done():
            self._lost.set_result(reason)

    # --- what comes out, what goes in -----------------------------------------------------------------------------------

    def _said(self, said: Envelope) -> None:
        if said.type == "ready" and self._seen.is_set():
            self._anew.set()
        elif said.type == "fault":
            where = said.body["where"]
            log.warning("output page's script has a fault", where=where)

    def _track(self, track: TrackSeen) -> None:
        if track.ended and track.media == "video":
            self._anew.set()

    def _media(self, frames: list[MediaFrame]) -> None:
        """Numbered by their kind: a page that turns to another document goes on as the same two streams."""
        if self._out.full():
            self._broken = True
            while not self._out.empty():
                self._out.get_nowait()
        if shown := [f._replace(track=f.media) for f in frames if f.media != VIDEO or self._follows(f)]:
            self._out.put_nowait(shown)

    def _follows(self, picture: MediaFrame) -> bool:
        """Whether it can be shown behind what went out before."""
        if picture.is_key:
            self._broken = False
            self._seen.set()
        return not self._broken

    async def _keep_hearing(self) -> None:
        while True:
            await self._bridge.send(wire.stream("camera", await self._in.get()))


def _program(parameters: dict[str, Any]) -> str:
    bundle = files("rapporteur.bot").joinpath("bundles", "output.js").read_text("utf-8")
    return f"(parameters => {{{bundle}\n}})({json.dumps(parameters)});"


def _ways_out(proxy: int, beside: tuple[int | None, ...]) -> tuple[str, ...]:
    """Without `<-loopback>` a browser dials its own machine past any proxy."""
    own = "".join(f";127.0.0.1:{port}" for port in beside)
    return f"--proxy-server=http://127.0.0.1:{proxy}", f"--proxy-bypass-list=<-loopback>{own}"


def _trusted(url: str) -> tuple[str, ...]:
    """A page that came without TLS has no microphone, and its tab cannot be taken, unless it is named here."""
    parts = urlsplit(url)
    return (f"--unsafely-treat-insecure-origin-as-secure=http://{parts.netloc}",) if parts.scheme == "http" else ()


async def _close(page: Page) -> None:
    """A window that the page opened: nobody would see it."""
    with suppress(PlaywrightError):
        await page.close()
