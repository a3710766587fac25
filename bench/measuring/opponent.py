"""The opponent: a meeting bot as most are built. Headful Chromium on Xvfb shows the meeting, PulseAudio takes its sound, and
ffmpeg grabs both: 1280x720 at 30 frames per second, x264 ultrafast, a key frame per second, AAC at 128 kbit/s.

Run as a program it is the visitor, the root of everything that is counted: it joins, says "in", records at each line on its
standard input, says "closed" when all below it has ended, and waits to be ended itself.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bench.measuring.cpu import cpu_seconds
from bench.measuring.priority import prefer_this
from rapporteur.bot.browser import DISABLED_FEATURES, find_browser
from rapporteur.bot.hand import Hand
from rapporteur.bot.platform import Visitor
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.settings import from_environment
from tools.limited import PR_SET_CHILD_SUBREAPER, descendants, end_orphans

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT, FPS = 1280, 720, 30
SETTLE_S = 4.0
SWITCHES = (
    "--no-sandbox", "--no-first-run", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection", f"--disable-features={DISABLED_FEATURES}",
    "--window-position=0,0", f"--window-size={WIDTH},{HEIGHT}", "--kiosk", "--test-type",
)
NEEDED = {"Xvfb": "xvfb", "pulseaudio": "pulseaudio", "ffmpeg": "ffmpeg"}


def require(*programs: str) -> None:
    """End with a sentence that tells how to install what this machine lacks; all of them if none is named."""
    missing = [NEEDED[program] for program in programs or NEEDED if shutil.which(program) is None]
    if missing:
        raise SystemExit(f"The opponent needs programs that are not here: apt-get install -y {' '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Grabbed:
    seconds: float
    cpu_s: float
    """From the start of ffmpeg to the end of everything."""
    steady: dict[str, float]
    arrival_cpu_s: float
    mp4: Path

    @property
    def per_second(self) -> float:
        return self.cpu_s / self.seconds


async def grab(url: str, folder: Path, seconds: float) -> Grabbed:
    """Attend and record for a while, measured as ours is."""
    folder.mkdir()
    visitor = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.measuring.opponent", url, str(folder), cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )
    assert visitor.stdin is not None
    assert visitor.stdout is not None
    try:
        await _hear(visitor.stdout, b"in\n")
        began = cpu_seconds(visitor.pid)
        visitor.stdin.write(f"{seconds}\n".encode())
        await asyncio.sleep(seconds)
        stopped = cpu_seconds(visitor.pid)
        await _hear(visitor.stdout, b"closed\n")
        spent = cpu_seconds(visitor.pid)
    finally:
        visitor.stdin.close()
        await visitor.wait()
    mp4 = folder / "grabbed.mp4"
    return Grabbed(
        inspection.duration_s(mp4), spent.total() - began.total(),
        {kind: amount / seconds for kind, amount in stopped.since(began).items()}, began.total(), mp4,
    )


async def _hear(stdout: asyncio.StreamReader, word: bytes) -> None:
    async with asyncio.timeout(120):
        if await stdout.readline() != word:
            raise SystemExit("the opponent did not start")


# --- the visitor --------------------------------------------------------------------------------------------------------


async def visit(url: str, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        environment = os.environ | {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        environment["DISPLAY"] = await stack.enter_async_context(_screen())
        environment["PULSE_SERVER"] = await stack.enter_async_context(_sound(folder, environment))
        page = await stack.enter_async_context(_browser(folder, environment))
        prefer_this()
        await _join(page, url)
        await asyncio.sleep(SETTLE_S)
        print("in", flush=True)
        seconds = float(await asyncio.to_thread(sys.stdin.readline))
        ffmpeg = await asyncio.create_subprocess_exec(*command(environment["DISPLAY"], seconds, folder), env=environment)
        await ffmpeg.wait()
    async with asyncio.timeout(10):
        while descendants(os.getpid()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def command(display: str, seconds: float, folder: Path) -> list[str]:
    """What records."""
    return [
        "ffmpeg", "-y", "-loglevel", "error", "-nostdin",
        "-thread_queue_size", "4096", "-framerate", str(FPS), "-video_size", f"{WIDTH}x{HEIGHT}",
        "-f", "x11grab", "-draw_mouse", "0", "-i", display,
        "-thread_queue_size", "4096", "-f", "pulse", "-i", "meeting.monitor",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", str(FPS),
        "-c:a", "aac", "-b:a", "128k", "-t", str(seconds), str(folder / "grabbed.mp4"),
    ]


@asynccontextmanager
async def _screen() -> AsyncIterator[str]:
    reading, writing = os.pipe()
    server = await asyncio.create_subprocess_exec(
        "Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-nocursor",
        pass_fds=[writing], stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        number = (await asyncio.to_thread(os.read, reading, 16)).decode().strip()
        yield f":{number}"
    finally:
        os.close(reading)
        server.terminate()
        await server.wait()


@asynccontextmanager
async def _sound(folder: Path, environment: dict[str, str]) -> AsyncIterator[str]:
    address = f"unix:{folder}/pulse.sock"
    server = await asyncio.create_subprocess_exec(
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error",
        f"--load=module-native-protocol-unix auth-anonymous=1 socket={folder}/pulse.sock",
        "--load=module-null-sink sink_name=meeting", env=environment, stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(20):
            while not (folder / "pulse.sock").exists():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield address
    finally:
        server.terminate()
        await server.wait()


@asynccontextmanager
async def _browser(folder: Path, environment: dict[str, str]) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=find_browser(from_environment().chromium), headless=False, no_viewport=True,
            args=list(SWITCHES), env=dict(environment), locale="en-US", bypass_csp=True,
            ignore_default_args=["--enable-automation"],
        )
        yield context.pages[0]
        await context.close()


async def _join(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_selector("#name", timeout=60_000)
    await PLATFORMS["room"].answer("prejoin", Hand(page, SystemClock()), Visitor("Onlooker", None))
    await page.wait_for_function(
        "[...document.querySelectorAll('[data-self=false] video')].filter(v => v.videoWidth > 0).length >= 4", timeout=60_000)


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        asyncio.run(visit(sys.argv[1], Path(sys.argv[2])))
        print("closed", flush=True)
        sys.stdin.readline()
    finally:
        end_orphans()


if __name__ == "__main__":
    main()
