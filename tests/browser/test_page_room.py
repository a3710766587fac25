"""The bot's side of the built-in room, against the real room: every way in and every way out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.session import (
    Admitted,
    ChatSeen,
    HeldAtDoor,
    JoinFailed,
    MeetingEnded,
    RefusedAtDoor,
    RemovedByHost,
    RosterSeen,
)
from rapporteur.kit.clock import SystemClock
from rapporteur.room.server import running_room
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import Person, Scenario
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]


class Host:
    """Somebody who speaks the room's signalling without a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def say(self, kind: str, **body: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **body}))

    async def hear(self, kind: str) -> dict[str, Any]:
        while (said := json.loads(await self._socket.recv()))["type"] != kind:
            pass
        return said


@asynccontextmanager
async def room(**options: Any) -> AsyncIterator[tuple[str, Host]]:
    """A room with its host in it: the guests' link and the host."""
    async with running_room() as address, aiohttp.ClientSession() as http:
        async with http.post(f"{address}/room/", json=options) as answer:
            links = await answer.json()
        async with connect(links["url"].replace("http", "ws") + "/socket") as socket:
            host = Host(socket)
            hello: dict[str, Any] = {"name": "Hanna", "host": links["host_url"].partition("#host=")[2]}
            await host.say("hello", **hello)
            await host.hear("welcome")
            yield links["url"], host


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def meeting(tmp_path: Path, chromium: Path) -> Callable[[], PageMeeting]:
    return lambda: PageMeeting(run_dir=tmp_path / "run", clock=SystemClock(), chromium=chromium)


async def test_a_bot_waits_is_admitted_reads_the_chat_and_is_removed(
    meeting: Callable[[], PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with room(waiting_room=True) as (url, host):
        try:
            await attending.join(job(url), recorder)
            waiting = await host.hear("waiting")
            await recorder.until(lambda: HeldAtDoor() in recorder.facts)
            await host.say("admit", key=waiting["key"])
            joined = (await host.hear("joined"))["participant"]
            await recorder.until(lambda: any(len(fact.attendees) == 2 for fact in recorder.of(RosterSeen)))
            await host.say("chat", text="Welcome, bot")
            await recorder.until(lambda: bool(recorder.of(ChatSeen)))
            await host.say("remove", key=joined["key"])
            await recorder.until(lambda: RemovedByHost() in recorder.facts)
        finally:
            await attending.leave()

    told = [fact for fact in recorder.facts if not isinstance(fact, RosterSeen | ChatSeen)]
    assert told == [HeldAtDoor(), Admitted(), RemovedByHost()]
    people = {a.name: a for a in recorder.of(RosterSeen)[-1].attendees}
    assert (people["Scribe"].is_self, people["Scribe"].camera, people["Scribe"].microphone) == (True, False, False)
    assert (people["Hanna"].is_self, people["Hanna"].is_host) == (False, True)
    assert recorder.of(ChatSeen) == [ChatSeen(people["Hanna"].key, "Welcome, bot", "everyone")]


async def test_a_bot_that_is_denied_is_refused_at_the_door(meeting: Callable[[], PageMeeting], recorder: Recorder) -> None:
    attending = meeting()
    async with room(waiting_room=True) as (url, host):
        try:
            await attending.join(job(url), recorder)
            waiting = await host.hear("waiting")
            await recorder.until(lambda: HeldAtDoor() in recorder.facts)
            await host.say("deny", key=waiting["key"])
            await recorder.until(lambda: RefusedAtDoor() in recorder.facts)
        finally:
            await attending.leave()
    assert recorder.facts == [HeldAtDoor(), RefusedAtDoor()]


async def test_a_room_that_is_full_cannot_be_joined(meeting: Callable[[], PageMeeting], recorder: Recorder) -> None:
    attending = meeting()
    async with room() as (url, _):
        guests = [await connect(url.replace("http", "ws") + "/socket") for _ in range(7)]
        try:
            for guest in guests:
                await Host(guest).say("hello", name="Guest")
                await Host(guest).hear("welcome")
            await attending.join(job(url), recorder)
            await recorder.until(lambda: JoinFailed("meeting_full") in recorder.facts)
        finally:
            await attending.leave()
            for guest in guests:
                await guest.close()


async def test_the_right_password_lets_in_until_the_host_ends_it_for_all(
    meeting: Callable[[], PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with room(password="sesame") as (url, host):
        try:
            await attending.join(job(url, password="sesame"), recorder)
            await recorder.until(lambda: Admitted() in recorder.facts)
            await host.say("end")
            await recorder.until(lambda: MeetingEnded() in recorder.facts)
        finally:
            await attending.leave()
    assert [fact for fact in recorder.facts if not isinstance(fact, RosterSeen)] == [Admitted(), MeetingEnded()]


@pytest.mark.parametrize("password", ["guess", None])
async def test_a_wrong_or_missing_password_is_its_own_failure(
    meeting: Callable[[], PageMeeting], recorder: Recorder, password: str | None,
) -> None:
    attending = meeting()
    async with room(password="sesame") as (url, _):
        try:
            await attending.join(job(url, password=password), recorder)
            await recorder.until(lambda: bool(recorder.facts))
        except MeetingFailure as failure:  # the password was asked for before join had returned
            recorder.on_fact(JoinFailed(failure.sub_code))
        finally:
            await attending.leave()
    assert recorder.facts == [JoinFailed("meeting_password_incorrect")]


async def test_leaving_is_seen_by_the_others_at_once(meeting: Callable[[], PageMeeting], recorder: Recorder) -> None:
    attending = meeting()
    async with room() as (url, host):
        await attending.join(job(url), recorder)
        key = (await host.hear("joined"))["participant"]["key"]
        await attending.leave()
        assert (await host.hear("left"))["key"] == key
    assert MeetingEnded() not in recorder.facts


async def test_cameras_microphones_and_screens_arrive_with_their_owner_and_role(
    meeting: Callable[[], PageMeeting], recorder: Recorder, chromium: Path,
) -> None:
    def live() -> set[tuple[str | None, str | None]]:
        return {(t.role, t.media) for n, t in recorder.tracks.items() if not t.ended and len(recorder.frames.get(n, ())) > 5}

    scenario = Scenario(people=(Person("Paula", is_host=True),))
    async with running_room() as address, aiohttp.ClientSession() as http:
        async with http.post(f"{address}/room/", json={}) as answer:
            links = await answer.json()
        attending = meeting()
        async with People(scenario, host_url=links["host_url"], executable=chromium) as people:
            await people.enter()
            try:
                await attending.join(job(links["url"]), recorder)
                await recorder.until(lambda: live() == {("webcam", "video"), ("microphone", "audio")})
                await people.share("Paula", True)
                await recorder.until(lambda: ("screenshare", "video") in live())
                (paula,) = [a for a in recorder.of(RosterSeen)[-1].attendees if not a.is_self]
                await people.share("Paula", False)
                await recorder.until(lambda: not any(a.screen for a in recorder.of(RosterSeen)[-1].attendees))
            finally:
                await attending.leave()
    assert paula.screen
    assert {track.key for track in recorder.tracks.values()} == {paula.key}
