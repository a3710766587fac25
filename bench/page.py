"""What one bot's browser costs: with the page script taking every track, and the same page without it.

    make bench NAME=page ARGS="--seconds 20"

Three simulated people (320x180 at 15 frames/s, Opus) are in a room; then two visitors attend at the same time, each in a
process of its own: a bot as it is, and a browser that only shows the page. Counted is user and system time of each visitor's
whole tree: Python, Playwright's driver and every Chromium process.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rapporteur.bot.browser import Browser
from rapporteur.bot.hand import Hand
from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.bot.platform import Visitor
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.kit.clock import SystemClock
from rapporteur.room.server import running_room
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import Person, Scenario
from tests.fakes.studio import Recorder, job
from tools.limited import descendants

TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP_S = 5


async def visit(kind: str, url: str, folder: Path) -> None:
    """The child process: attend until killed."""
    if kind == "capture":
        recorder = Recorder()
        await PageMeeting(run_dir=folder, clock=SystemClock()).join(job(url), recorder)
        await recorder.until(lambda: sum(len(frames) > 10 for frames in recorder.frames.values()) >= 6, within_s=60)
    else:
        page = await Browser(folder, on_lost=lambda _: None).open("")
        await page.goto(url)
        await page.wait_for_selector("#name", timeout=60_000)
        await PLATFORMS["room"].answer("prejoin", Hand(page, SystemClock()), Visitor("Onlooker", None))
        await page.wait_for_function("document.querySelectorAll('[data-self=false] video').length >= 3", timeout=60_000)
    sys.stdout.write("in\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def until_in(lines: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What a visitor says until it is in, its log among it; all when it never is."""
    async for line in lines:
        yield line
        if line == b"in\n":
            return


def seconds_used(root: int) -> dict[str, float]:
    """CPU seconds so far of the tree under `root`, by kind of process."""
    used: dict[str, float] = {}
    for pid in [root, *descendants(root)]:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        kind = "python" if pid == root else kind_of(words)
        used[kind] = used.get(kind, 0.0) + (int(numbers[11]) + int(numbers[12])) / TICKS
    return used


def kind_of(words: str) -> str:
    if "run-driver" in words:
        return "driver"
    found = re.search(r"--type=([\w-]+)(?: .*--utility-sub-type=(\w+))?", words)
    return (found[2] or found[1]) if found else "browser"


async def measure(seconds: float) -> dict[str, dict[str, float]]:
    names = ("Ann", "Ben", "Cleo")
    scenario = Scenario(people=tuple(Person(name, is_host=name == "Ann") for name in names))
    clock, visitors = SystemClock(), {}
    async with running_room() as address, aiohttp.ClientSession() as http:
        async with http.post(f"{address}/room/", json={}) as answer:
            links = await answer.json()
        async with People(scenario, host_url=links["host_url"]) as people:
            await people.enter()
            with tempfile.TemporaryDirectory() as folder:
                for kind in ("capture", "page"):
                    visitors[kind] = visitor = await asyncio.create_subprocess_exec(
                        sys.executable, __file__, "--visit", kind, links["url"], f"{folder}/{kind}",
                        stdout=asyncio.subprocess.PIPE,
                    )
                    assert visitor.stdout is not None
                    if b"in\n" not in [line async for line in until_in(visitor.stdout)]:
                        raise SystemExit(f"the visitor '{kind}' did not get in")
                await clock.sleep(WARM_UP_S)
                before = {kind: seconds_used(visitor.pid) for kind, visitor in visitors.items()}
                began = clock.monotonic_s()
                await clock.sleep(seconds)
                span = clock.monotonic_s() - began
                after = {kind: seconds_used(visitor.pid) for kind, visitor in visitors.items()}
                for visitor in visitors.values():
                    visitor.kill()
                    await visitor.wait()
    return {
        kind: {part: round((spent - before[kind].get(part, 0.0)) / span, 4) for part, spent in parts.items()}
        for kind, parts in after.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--visit", nargs=3, metavar=("KIND", "URL", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.visit:
        kind, url, folder = options.visit
        asyncio.run(visit(kind, url, Path(folder)))
        return
    cores = asyncio.run(measure(options.seconds))
    result = {"cores": {kind: {"total": round(sum(parts.values()), 3), **parts} for kind, parts in cores.items()},
              "load": os.getloadavg()[0], "seconds": options.seconds}
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
