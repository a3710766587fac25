"""The meeting that a bench attends: simulated people whose cameras send frames that were encoded beforehand.

They live in a browser below this process and are counted nowhere; both sides meet the same packets.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.measuring import clips
from bench.measuring.priority import prefer_this
from rapporteur.bot.browser import find_browser
from rapporteur.room.server import running_room
from rapporteur.settings import from_environment
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import Person, Scenario

PROGRAM = Path(__file__).with_name("participant.js")
NAMES = ("Ada", "Alan", "Emil", "Grace")
SENTENCES = ("welcome", "project", "customers", "numbers")
MOVING, STILL = "moving", "still"


class Participants(People):
    """People with packed cameras."""

    @property
    def _names(self) -> list[str]:
        return [person.name for person in self.scenario.people]

    def _script(self, person: Person) -> str:
        number = [p.name for p in self.scenario.people].index(person.name)
        made = {kind: clips.packed(clips.video(number, moving=kind == MOVING)) for kind in (MOVING, STILL)}
        written = ",".join(f'"{kind}":{frames}' for kind, frames in made.items())
        return f"{super()._script(person)}\nconst benchClips = {{{written}}};\n{PROGRAM.read_text()}"

    async def show(self, kind: str) -> None:
        """MOVING or STILL, everybody."""
        await asyncio.gather(*(self.page(name).evaluate("kind => benchShow(kind)", kind) for name in self._names))

    async def hush(self) -> None:
        """They have met: from now on they send only to who comes later."""
        for name in self._names:
            await self.wait_until_received(name, lambda got: got.connections == len(self._names) - 1)
        await asyncio.gather(*(self.page(name).evaluate("benchHush()") for name in self._names))

    async def talk(self, seconds: float) -> None:
        """One after the other says a sentence, over and over, for so long."""
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(asyncio.sleep(seconds))
            turn = 0
            while not timer.done():
                await self.say(self._names[turn % len(self._names)], SENTENCES[turn % len(SENTENCES)])
                turn += 1
                await asyncio.wait([timer], timeout=5)


@dataclass(frozen=True, slots=True)
class Meeting:
    people: Participants
    url: str
    room_address: str


@asynccontextmanager
async def held(*, cameras: bool = True, people: int = len(NAMES)) -> AsyncIterator[Meeting]:
    """Four people, or fewer, in a room of the built-in kind."""
    names = NAMES[:people]
    for person in range(len(names) * cameras):
        for moving in (True, False):
            await asyncio.to_thread(clips.video, person, moving=moving)
    scenario = Scenario(tuple(Person(name, is_host=n == 0, camera=cameras) for n, name in enumerate(names)))
    async with running_room(open_rooms=False) as address, aiohttp.ClientSession() as http:
        async with http.post(f"{address}/room/", json={}) as answer:
            links = await answer.json()
        executable = find_browser(from_environment().chromium)
        async with Participants(scenario, host_url=links["host_url"], executable=executable) as present:
            prefer_this()
            await present.enter()
            await present.hush()
            yield Meeting(present, links["url"], address)
