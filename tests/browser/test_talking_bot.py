"""The talking bot of the examples in a real meeting: it is called, everybody hears its answer, and it can be interrupted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.browser.test_speaking_and_showing import LISTEN, LOUD
from tests.docs.pages import ROOT
from tests.fakes.house import House, open_house, open_room
from tests.fakes.minds import ANSWER, Mind, thinking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.long]

NAME = "Friday"
HOST, GUEST = COUPLE.people[0].name, COUPLE.people[1].name
CALL, INTERRUPTION = "report", "budget"
SPEAKS_S = 100.0
"""So long that nobody can wait for the end, and no longer than a bot keeps what it is to say."""
TILE = f'[data-participant][data-name="{NAME}"]'


@asynccontextmanager
async def program(house: House, room_url: str, mind: Mind) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "examples" / "talking_bot", room_url, "--port", "0", "--name", NAME, "--chat", mind.url,
        "--speech", mind.url, stdout=subprocess.PIPE,
        env=os.environ | {"RAPPORTEUR_URL": f"http://127.0.0.1:{house.port}", "RAPPORTEUR_API_KEY": house.key})
    try:
        yield process
    finally:
        process.terminate()
        await process.communicate()


async def says(process: asyncio.subprocess.Process, beginning: str) -> str:
    """The next line that begins so: a crowded machine may tear a sentence apart."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while not (line := (await process.stdout.readline()).decode().strip()).startswith(beginning):
            assert line, "the program ended"
    return line


async def test_a_bot_that_is_called_answers_and_is_quiet_when_somebody_speaks(
    data_dir: Path, free_port: int, chromium: Path,
) -> None:
    async with open_house(data_dir, free_port) as house, thinking(SPEAKS_S) as mind:
        room = await open_room(house)
        async with (
            People(COUPLE, host_url=room["host_url"], executable=chromium) as people,
            program(house, room["url"], mind) as talking,
        ):
            await people.enter()
            bot_id = (await says(talking, "bot ")).split()[1]
            await house.until(bot_id, "in_call_recording", "fatal")
            page = people.page(GUEST)
            await page.wait_for_selector(TILE)
            await page.evaluate(LISTEN, TILE)

            await people.say(HOST, CALL)
            assert await says(talking, "I say: ") == f"I say: {ANSWER}"
            loud = f"heard.filter(([, , rms]) => rms > {LOUD}).length"
            await page.wait_for_function(f"{loud} > 50", timeout=60_000)
            await page.locator(f'li[data-chat-id][data-name="{NAME}"] .text', has_text=ANSWER).wait_for(state="attached")

            await people.say(HOST, INTERRUPTION)
            await says(talking, f"{HOST}: ")
            await page.wait_for_selector(f"{TILE}[data-microphone=off]")
            await SystemClock().sleep(0.5)
            heard_ms = [at for at, _, rms in await page.evaluate("heard") if rms > LOUD]
            await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
            await house.until(bot_id, "done", "fatal")
    # How soon it is quiet is measured where no crowded machine is in between.
    assert CLIPS[INTERRUPTION].duration_s * 1000 < heard_ms[-1] - heard_ms[0] < SPEAKS_S * 900
