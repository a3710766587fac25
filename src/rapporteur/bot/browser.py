"""Starts one Chromium for one bot, with its sandbox on, and sees to it that it ends.

Owns which browser, under which account, with which switches, in which folder. Chrome refuses to sandbox itself as root, so
there it runs under an account number of its own that owns nothing but its profile. A start script stands between Playwright
and the browser: it drops the rights, cleans the environment, and ties the browser's life to Playwright's driver, whose life
hangs on the bot's end of a pipe; so nothing outlives a bot that is killed.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import structlog
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapporteur.bot.display import Screen
from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.tasks import TaskOwner

log = structlog.get_logger()

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
INSTALL = "Install Chromium or Google Chrome (Debian: apt-get install chromium) or name one in RAPPORTEUR_CHROMIUM."

FIRST_ACCOUNT, ACCOUNTS = 61184, 4000
"""Where systemd takes the numbers of its own passing accounts from: no package and no person owns one of these."""

UNSEEN = 0.25
"""The layout of a full window, painted at a sixteenth of its pixels: nobody looks at it."""
SEEN = 1.0
LAUNCH_MS = 30_000.0
LAUNCHES = 2
"""A browser that hangs while it starts is started once more; one that cannot start says so at once."""
CLOSE_S = 2.5
SWITCHES = (
    # A tab's sound is tapped behind Playwright's mute, which therefore goes; this keeps it from the machine's loudspeakers.
    "--disable-audio-output",
    "--auto-accept-this-tab-capture",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # With the context's locale, the language is pinned three ways: pages ask whichever they like.
    "--lang=en-US",
    "--accept-lang=en-US,en",
    "--no-first-run",
    "--no-pings",
)
PEERS_NEARBY = ("--allow-loopback-in-peer-connection",)
IN_MEMORY = ("--disk-cache-size=1",)
"""What a browser that leaves nothing on a disk gets besides: a cache would only take memory twice."""
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 256 * 1024 * 1024
"""The browser's shared memory lies beside its profile, and a tab's pictures pass through it."""
DISABLED_FEATURES = "WebRtcHideLocalIpsWithMdns"
"""Peers on this machine or its network cannot resolve our mDNS names."""


def find_browser(configured: Path | None = None) -> Path:
    """The browser to start. Raises CaptureFailure that says what to install."""
    if configured is not None:
        if not os.access(configured, os.X_OK):
            raise CaptureFailure(f"The configured browser {configured} does not exist or cannot be started.", code="no_browser")
        if is_snap(configured):
            raise _snap_refused(configured)
        return configured
    # Set-up may have left a browser beside the interpreter.
    path = os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()])
    found = [Path(browser) for name in NAMES if (browser := shutil.which(name, path=path))]
    usable = [path for path in found if not is_snap(path)]
    if usable:
        return usable[0]
    if found:
        raise _snap_refused(found[0])
    raise CaptureFailure(f"No browser was found. {INSTALL}", code="no_browser")


def is_snap(path: Path) -> bool:
    """Whether this is Ubuntu's Chromium snap or the stub that starts or asks for it."""
    target = path.resolve()
    if target.name == "snap" or target.is_relative_to("/snap"):
        return True
    with target.open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and (b"/snap/bin" in head or b"snap install" in head)


def _snap_refused(path: Path) -> CaptureFailure:
    return CaptureFailure(
        f"{path} is Ubuntu's snap of Chromium, which cannot run under another account or with a profile outside of its own "
        "folder. Install Google Chrome's .deb, or name another browser in RAPPORTEUR_CHROMIUM.", code="no_browser",
    )


def account_of(run_dir: Path) -> int:
    """The account number under which this bot's browser runs when the bot is root."""
    return FIRST_ACCOUNT + zlib.crc32(os.fsencode(run_dir.resolve())) % ACCOUNTS


class Browser:
    """One browser with one page. `on_lost` is called, with a reason, when it dies without having been closed.

    `nice` is how far it gives way to the bot's other work; `peers` whether its page may find peers on this machine.
    """

    def __init__(self, run_dir: Path, *, executable: Path | None = None, sandbox: bool = True,
                 switches: tuple[str, ...] = (), nice: int = 0, peers: bool = True, on_lost: Callable[[str], None]) -> None:
        self._run_dir = run_dir
        self._executable = executable
        self._sandbox = sandbox
        self._switches = switches
        self._nice = nice
        self._peers = peers
        self._on_lost = on_lost
        self._home: Path | None = None
        self._tasks = TaskOwner("browser")
        self._driver: asyncio.Task[Playwright] | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._closing = False

    @property
    def page(self) -> Page:
        assert self._page is not None, "open the browser first"
        return self._page

    async def open(
        self, script: str, *, scale: float = UNSEEN, screen: Screen | None = None, in_memory: bool = False,
        cookies: Sequence[Mapping[str, Any]] = (),
    ) -> Page:
        """Start the browser; `script` runs before any other in every document. Raises CaptureFailure.

        `scale` is how large its 1280x720 are painted. With a `screen` it has windows there. `in_memory`: what pages leave in
        its profile reaches no disk; where the machine has no memory to spare for that, the log says so.
        `cookies` are there before the first page.
        """
        executable = find_browser(self._executable)
        account = account_of(self._run_dir) if os.geteuid() == 0 else None
        self._home = _make_home(account, _memory() if in_memory else None)
        self._switches += IN_MEMORY if in_memory else ()
        display = _reach(screen, self._home, account) if screen else {}
        starter = self._write_starter(executable, self._home, account, display)
        # Shielded, because a start that is cancelled half-way leaves a driver that nobody can stop.
        self._driver = self._tasks.start(async_playwright().start(), name="driver")
        playwright = await asyncio.shield(self._driver)
        try:
            launch = partial(self._launch, playwright, starter, self._home, scale=scale, headless=screen is None)
            self._context = await self._started(launch)
            await self._context.add_init_script(script)
            await self._sign_in(self._context, cookies)
        except PlaywrightError as error:
            raise _cannot_start(error, account) from error
        self._page = self._context.pages[0]
        self._context.on("close", lambda _: self._lost("The browser ended."))
        self._page.on("crash", lambda _: self._lost("The page crashed."))
        self._page.on("close", lambda _: self._lost("The page was closed."))
        return self._page

    async def _sign_in(self, context: BrowserContext, cookies: Sequence[Mapping[str, Any]]) -> None:
        if not cookies:
            return
        try:
            await context.add_cookies(cast("Any", cookies))
        except PlaywrightError:
            # Its message may hold what opens an account.
            raise CaptureFailure("The browser does not take the login's cookies.", code="login_unusable") from None

    @property
    def pid(self) -> int | None:
        """The process that all of the browser's are children of; None if there is none."""
        try:
            pid = int(self._pid_file.read_text())
            return pid if str(self._home) in Path(f"/proc/{pid}/cmdline").read_text() else None
        except (OSError, ValueError):
            return None

    async def answers(self, within_s: float) -> bool:
        """Whether the page's main thread still runs."""
        try:
            async with asyncio.timeout(within_s):
                await self.page.evaluate("0")
        except TimeoutError:
            return False
        except PlaywrightError:
            # The document changed under the question. If the page or the browser is gone, their own events say so.
            pass
        return True

    async def close(self) -> None:
        """End everything that was started, by force where it must be. Never raises; may be called twice."""
        self._closing = True
        if self._context is not None:
            await _within(CLOSE_S, self._context.close())
        self._kill()
        if self._driver is not None:
            await _within(CLOSE_S, self._stop(self._driver))
        self._context = self._driver = None
        if self._home is not None:
            await asyncio.to_thread(shutil.rmtree, self._home, ignore_errors=True)
            self._home = None

    @staticmethod
    async def _stop(driver: asyncio.Task[Playwright]) -> None:
        await (await driver).stop()

    def _lost(self, reason: str) -> None:
        if not self._closing:
            self._on_lost(reason)

    def _kill(self) -> None:
        """A browser that does not close within its time is ended. The number is the one its start script left."""
        if (pid := self.pid) is not None:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    @property
    def _pid_file(self) -> Path:
        return self._run_dir / "browser.pid"

    async def _started(self, launch: Callable[[], Awaitable[BrowserContext]]) -> BrowserContext:
        for attempt in range(1, LAUNCHES):
            try:
                return await launch()
            except PlaywrightTimeout:
                log.warning("the browser hung while it started", attempt=attempt)
                self._kill()
        return await launch()

    async def _launch(
        self, playwright: Playwright, starter: Path, home: Path, *, scale: float, headless: bool,
    ) -> BrowserContext:
        return await playwright.chromium.launch_persistent_context(
            home / "profile",
            executable_path=starter,
            chromium_sandbox=self._sandbox,
            headless=headless,
            args=[*SWITCHES, *(PEERS_NEARBY if self._peers else ()), *self._switches],
            ignore_default_args=["--mute-audio"],
            timeout=LAUNCH_MS,
            viewport={"width": 1280, "height": 720},
            device_scale_factor=scale,
            locale="en-US",
            # Pages forbid blob workers and foreign sockets by policy; ours is both.
            bypass_csp=True,
            # Naming one permission denies all others without asking, camera and microphone among them.
            permissions=["local-network-access"],
            accept_downloads=False,
            handle_sigint=False, handle_sigterm=False, handle_sighup=False,
        )

    def _write_starter(self, executable: Path, home: Path, account: int | None, display: Mapping[str, str]) -> Path:
        self._run_dir.mkdir(parents=True, exist_ok=True)
        starter = self._run_dir / "browser.sh"
        starter.write_text(_STARTER.format(
            pid_file=shlex.quote(str(self._pid_file)), features=DISABLED_FEATURES, home=shlex.quote(str(home)),
            run_as=_run_as(account, self._nice), browser=shlex.quote(str(executable.resolve())),
            display="".join(f" {name}={shlex.quote(value)}" for name, value in display.items()),
        ))
        starter.chmod(0o700)
        return starter


_STARTER = """#!/bin/sh
# Starts the browser of one bot. Chromium obeys only the last --disable-features, so all of them become one.
echo $$ > {pid_file}
features={features}
for switch in "$@"; do
  shift
  case $switch in
    --disable-features=*) features=$features,${{switch#*=}} ;;
    *) set -- "$@" "$switch" ;;
  esac
done
exec {run_as} env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME={home} TMPDIR={home}{display} \\
  {browser} "$@" "--disable-features=$features"
"""


def _run_as(account: int | None, nice: int) -> str:
    if sys.platform != "linux":
        return ""
    if shutil.which("setpriv") is None:
        raise CaptureFailure("setpriv is missing; it comes with util-linux.", code="no_browser")
    rights = "" if account is None else f"--reuid={account} --regid={account} --clear-groups"
    return f"nice -n {nice} setpriv {rights} --pdeathsig KILL"


def _memory() -> Path | None:
    """A folder whose files are memory, if there is room in it."""
    try:
        status = os.statvfs(MEMORY)
    except OSError:
        status = None
    if status is None or not MEMORY.is_mount() or status.f_bavail * status.f_frsize < MEMORY_NEEDED:
        log.warning("the browser's profile lies on a disk until it ends", wanted=str(MEMORY))
        return None
    return MEMORY


def _make_home(account: int | None, folder: Path | None) -> Path:
    """A new folder for the browser alone. It lies in the system's temporary folder unless another is named, because the bot's
    own folder may be closed to the browser's account, and because Chromium's sockets allow no long paths."""
    _sweep_homes()
    home = Path(tempfile.mkdtemp(prefix=f"rapporteur-browser-{os.getpid()}-", dir=folder))
    # Made here, because Playwright would make it as its own user.
    (home / "profile").mkdir()
    if account is not None:
        for folder in (home, home / "profile"):
            os.chown(folder, account, account)
    return home


def _reach(screen: Screen, home: Path, account: int | None) -> dict[str, str]:
    """The environment of a browser that shall find the screen; its key lies in a file that is the browser's own."""
    authority = home / "display.authority"
    authority.touch(mode=0o600)
    authority.write_bytes(screen.authority)
    if account is not None:
        os.chown(authority, account, account)
    return {"DISPLAY": screen.name, "XAUTHORITY": str(authority)}


def _sweep_homes() -> None:
    """Remove what bots that were killed could not."""
    for home in (home for folder in (Path(tempfile.gettempdir()), MEMORY) for home in folder.glob("rapporteur-browser-*-*")):
        owner = home.name.split("-")[2]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(home, ignore_errors=True)


def _cannot_start(error: PlaywrightError, account: int | None) -> CaptureFailure:
    text = str(error)
    if "No usable sandbox" in text or "sandboxing failed" in text or "setuid sandbox" in text:
        return CaptureFailure(
            "Chrome's sandbox cannot start on this machine, because user namespaces are not available. Allow them (sysctl "
            "kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), or set "
            "RAPPORTEUR_SANDBOX=false if the pages that bots visit are trusted.", code="no_sandbox",
        )
    if account is not None and re.search(r"env: .*Permission denied", text):
        return CaptureFailure(
            "The browser cannot be started by the unprivileged account it runs under: it lies in a folder that is closed to "
            "other users. Name one that everybody may start in RAPPORTEUR_CHROMIUM.", code="no_browser",
        )
    said = re.findall(r"\[err\] (.*)", text) or ["it said nothing."]
    return CaptureFailure(f"The browser could not be started: {said[-1][:200]}", code="no_browser")


async def _within(seconds: float, closing: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await closing
    except (TimeoutError, PlaywrightError):
        log.warning("browser did not close in time")
