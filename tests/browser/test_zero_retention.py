"""With zero retention nothing of a meeting is written anywhere: every place is searched while a real bot attends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import Line, Person, Scenario
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import CONFIG, House, open_house, open_room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CLIP = "project"
NAME, SAID = "Zyx Canarywhistle", "the canary-phrase-4711 is written here"
MEDIA = {".tape", ".mp4", ".mp3", ".wav", ".raw"}
CANARIES = [word.encode(code) for word in (NAME, "canary-phrase-4711") for code in ("utf-8", "utf-16-le")]


def written(house: House, bot_id: str) -> Iterator[Path]:
    """Every regular file that the house, its bot or the bot's browser may have written."""
    roots = {house.data_dir, *Path("/tmp").glob("rapporteur-*"), *Path("/dev/shm").glob("rapporteur-*")}
    for pid in house.bot_processes(bot_id):
        with suppress(OSError):
            roots |= {Path(os.readlink(link)) for link in Path(f"/proc/{pid}/fd").iterdir()
                      if os.access(link, os.R_OK) and os.readlink(link).startswith(("/tmp", "/dev/shm", str(house.data_dir)))}
    for root in roots:
        if root.is_file():
            yield root
        elif root.is_dir():
            yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def found(house: House, bot_id: str) -> set[str]:
    """Files in which a canary is, or media as it travels."""
    hits: set[str] = set()
    for path in written(house, bot_id):
        with suppress(OSError):
            data = path.read_bytes()
            if any(canary in data for canary in CANARIES) or path.suffix in MEDIA:
                hits.add(str(path))
    return hits


async def test_nothing_of_a_meeting_without_retention_is_written(data_dir: Path, free_port: int, chromium: Path):
    scenario = Scenario((Person(NAME, is_host=True, lines=(Line(1000, CLIP),)), Person("Guest Canarywhistle")))
    clock, hits = SystemClock(), set[str]()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(scenario, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"], recording_config=CONFIG | {"retention": None})
            await house.until(bot_id, "in_call_recording", within_s=60)
            await people.say(NAME, CLIP)
            await people.chat(NAME, SAID)
            async with asyncio.timeout(CLIPS[CLIP].duration_s + 4):
                with suppress(TimeoutError):
                    while True:
                        hits |= await asyncio.to_thread(found, house, bot_id)
                        await clock.sleep(0.5)
            await people.end()
        await house.until(bot_id, "done", "fatal")
        hits |= found(house, bot_id)
        bot = await house.get(f"/api/v1/bot/{bot_id}/")
    assert bot["status_changes"][-1]["code"] == "done"
    assert not (data_dir / "bots" / bot_id / "work").exists(), "nothing was composed"
    assert hits == set()
