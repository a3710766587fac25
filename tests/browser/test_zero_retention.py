"""With zero retention nothing of a meeting is written anywhere: every place is searched while a real bot attends."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
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


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files whose name is short enough for sockets, and that a browser's own account may enter."""
    path = Path(tempfile.mkdtemp(prefix="r"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path)


def opened(house: House, bot_id: str) -> Iterator[Path]:
    """What the bot's processes hold open on a disk, files without a name among them."""
    for pid in house.bot_processes(bot_id):
        with suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if os.readlink(link).startswith(("/tmp/", "/var/", str(house.data_dir))) and link.is_file():
                        yield link


def named(house: House, temporary: Path) -> Iterator[Path]:
    """Every file that the house, its bot or the bot's browser may have written."""
    for root in (house.data_dir, temporary):
        with suppress(OSError):
            yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def found(house: House, bot_id: str, temporary: Path) -> set[str]:
    """Files in which a canary is, or media as it travels."""
    hits: set[str] = set()
    for path in [*named(house, temporary), *opened(house, bot_id)]:
        with suppress(OSError):
            data = path.read_bytes()
            if any(canary in data for canary in CANARIES) or path.suffix in MEDIA:
                hits.add(str(path))
    return hits


def profiles(house: House, bot_id: str) -> set[Path]:
    """Where the bot's browser keeps what pages leave."""
    switch = "--user-data-dir="
    arguments = (argument for pid in house.bot_processes(bot_id) for argument in house.arguments(pid))
    return {Path(argument.removeprefix(switch)) for argument in arguments if argument.startswith(switch)}


async def test_nothing_of_a_meeting_without_retention_is_written(
    data_dir: Path, free_port: int, chromium: Path, temporary: Path,
):
    scenario = Scenario((Person(NAME, is_host=True, lines=(Line(1000, CLIP),)), Person("Guest Canarywhistle")))
    clock, hits = SystemClock(), set[str]()
    async with open_house(data_dir, free_port, TMPDIR=str(temporary)) as house:
        room = await open_room(house)
        async with People(scenario, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"], recording_config=CONFIG | {"retention": None})
            await house.until(bot_id, "in_call_recording", within_s=60)
            [profile] = profiles(house, bot_id)
            assert profile.is_relative_to("/dev/shm"), "the browser's profile lies on a disk"
            await people.say(NAME, CLIP)
            await people.chat(NAME, SAID)
            with suppress(TimeoutError):
                async with asyncio.timeout(CLIPS[CLIP].duration_s + 4):
                    while True:
                        hits |= await asyncio.to_thread(found, house, bot_id, temporary)
                        await clock.sleep(0.5)
            await people.end()
        await house.until(bot_id, "done", "fatal")
        hits |= found(house, bot_id, temporary)
        bot = await house.get(f"/api/v1/bot/{bot_id}/")
    assert bot["status_changes"][-1]["code"] == "done"
    assert not (data_dir / "bots" / bot_id / "work").exists(), "nothing was composed"
    assert hits == set()
    assert not profile.parent.exists(), "the browser's profile outlived it"


async def test_the_search_finds_what_is_written(data_dir: Path, temporary: Path):
    house = House(data_dir, 0, "", None)  # type: ignore[arg-type]
    (data_dir / "spoken.bin").write_bytes(b"x" + NAME.encode("utf-16-le"))
    (temporary / "some.mp4").touch()
    (temporary / "other").write_text("nothing")
    assert found(house, "none", temporary) == {str(data_dir / "spoken.bin"), str(temporary / "some.mp4")}
