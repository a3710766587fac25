"""What a browser and the room's server say to each other, over a real server and real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rapporteur.room.server import running_room

pytestmark = pytest.mark.contract


class Caller:
    """One browser's socket, reduced to sending and expecting."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, type_: str, **body: Any) -> None:
        await self.socket.send(json.dumps({"type": type_, **body}))

    async def hear(self, type_: str) -> dict[str, Any]:
        """The next message, which must be of this type."""
        message = json.loads(await self.socket.recv())
        assert message["type"] == type_, message
        return message

    async def join(self, name: str, **extra: Any) -> dict[str, Any]:
        await self.say("hello", name=name, **extra)
        return await self.hear("welcome")


class Line:
    """Opens sockets into one room and closes them all at the end."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._sockets: list[ClientConnection] = []

    async def call(self, code: str, **headers: str) -> Caller:
        url = f"{self.base.replace('http', 'ws')}/room/{code}/socket"
        socket = await connect(url, additional_headers=headers)
        self._sockets.append(socket)
        caller = Caller(socket)
        await caller.hear("room")
        return caller

    async def create(self, **options: Any) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as http, http.post(f"{self.base}/room/", json=options) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, str, str]:
        async with aiohttp.ClientSession() as http, http.get(f"{self.base}{path}") as answer:
            return answer.status, answer.content_type, await answer.text()

    async def close(self) -> None:
        for socket in self._sockets:
            await socket.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with running_room() as base:
        made = Line(base)
        yield made
        await made.close()


def host_token(links: dict[str, Any]) -> str:
    return links["host_url"].partition("#host=")[2]


async def test_the_page_and_its_files_are_served(line: Line) -> None:
    status, kind, page = await line.get("/room/weekly-sync")
    assert (status, kind) == (200, "text/html")
    assert 'data-screen="prejoin"' in page
    for name, expected in (("room.js", "text/javascript"), ("room.css", "text/css"), ("start.js", "text/javascript")):
        assert (await line.get(f"/room/static/{name}"))[:2] == (200, expected)
    assert (await line.get("/room/"))[0] == 200
    assert (await line.get("/room/static/room.html"))[0] == 404


async def test_a_code_that_cannot_be_one_has_no_page(line: Line) -> None:
    assert (await line.get("/room/UPPER"))[0] == 404
    with pytest.raises(InvalidStatus):
        await line.call("UPPER")


async def test_creating_a_room_gives_links_and_hides_the_host_token_in_the_fragment(line: Line) -> None:
    status, links = await line.create(title="Board", password="pw", waiting_room=True)
    assert status == 201
    assert links["url"] == f"{line.base}/room/{links['code']}"
    assert links["host_url"].startswith(f"{links['url']}#host=")
    assert (await line.create(code=links["code"]))[0] == 409
    assert (await line.create(code="Not A Code"))[0] == 422


async def test_strangers_cannot_open_rooms_where_rooms_are_not_open() -> None:
    async with running_room(open_rooms=False) as base:
        line = Line(base)
        assert (await line.get("/room/weekly-sync"))[0] == 404
        caller = await line.call("weekly-sync")
        await caller.say("hello", name="Ada")
        assert (await caller.hear("refused"))["reason"] == "unknown_room"
        _, links = await line.create(code="weekly-sync")
        assert (await line.get("/room/weekly-sync"))[0] == 200
        await caller.join("Ada", host=host_token(links))
        await line.close()


async def test_two_browsers_meet_signal_chat_and_part(line: Line) -> None:
    ada, ben = await line.call("abc"), await line.call("abc")
    first = await ada.join("Ada", microphone=True)
    second = await ben.join("Ben")
    assert [p["name"] for p in second["participants"]] == ["Ada", "Ben"]
    assert (await ada.hear("joined"))["participant"]["key"] == second["key"]

    await ben.say("signal", to=first["key"], data={"session": "s", "candidate": None})
    assert await ada.hear("signal") == {"type": "signal", "from": second["key"], "data": {"session": "s", "candidate": None}}
    await ada.say("state", microphone=False, camera=True, screen="stream")
    assert (await ben.hear("state"))["participant"]["screen"] == "stream"
    await ben.say("chat", text="hello")
    heard = await ada.hear("chat")
    assert (heard["from"], heard["name"], heard["to"], heard["text"]) == (second["key"], "Ben", "everyone", "hello")
    assert await ben.hear("chat") == heard

    await ben.say("leave")
    assert (await ada.hear("left"))["key"] == second["key"]


async def test_the_door_admits_and_denies(line: Line) -> None:
    _, links = await line.create(waiting_room=True)
    host, guest, other = [await line.call(links["code"]) for _ in range(3)]
    await host.join("Ada", host=host_token(links))
    await guest.say("hello", name="Ben")
    await guest.hear("lobby")
    await host.say("admit", key=(await host.hear("waiting"))["key"])
    await guest.hear("welcome")
    await host.hear("waiting_left")
    await host.hear("joined")

    await other.say("hello", name="Cy")
    await other.hear("lobby")
    await host.say("deny", key=(await host.hear("waiting"))["key"])
    await other.hear("denied")
    with pytest.raises(ConnectionClosed):
        await other.socket.recv()


async def test_a_refused_browser_may_try_again_on_the_same_line(line: Line) -> None:
    _, links = await line.create(title="Board", password="open sesame")
    ben = await line.call(links["code"])
    await ben.say("hello", name="Ben")
    assert (await ben.hear("refused"))["reason"] == "password_required"
    await ben.say("hello", name="Ben", password="sesame")
    assert (await ben.hear("refused"))["reason"] == "wrong_password"
    assert (await ben.join("Ben", password="open sesame"))["title"] == "Board"


async def test_the_ninth_is_told_that_the_room_is_full(line: Line) -> None:
    for name in "abcdefgh":
        await (await line.call("busy")).join(name)
    ninth = await line.call("busy")
    await ninth.say("hello", name="i")
    assert (await ninth.hear("refused"))["reason"] == "full"


async def test_removal_and_end_reach_the_browser_and_close_its_line(line: Line) -> None:
    ada, ben, cy = [await line.call("abc") for _ in range(3)]
    await ada.join("Ada")
    removed = await ben.join("Ben")
    await cy.join("Cy")
    await ada.say("remove", key=removed["key"])
    await ben.hear("joined")
    await ben.hear("removed")
    again = await line.call("abc")
    await again.say("hello", name="Ben", resume=removed["resume"])
    assert (await again.hear("refused"))["reason"] == "removed"
    await ada.say("end")
    assert (await cy.hear("left"))["key"] == removed["key"]
    await cy.hear("ended")
    late = await line.call("abc")
    await late.say("hello", name="Di")
    assert (await late.hear("refused"))["reason"] == "ended"


async def test_a_line_that_breaks_is_resumed_without_anybody_leaving(line: Line) -> None:
    ada, ben = await line.call("abc"), await line.call("abc")
    await ada.join("Ada")
    before = await ben.join("Ben")
    await ada.hear("joined")
    await ben.socket.close()
    back = await line.call("abc")
    after = await back.join("Ben", resume=before["resume"])
    assert after["key"] == before["key"]
    await ada.hear("state")


async def test_a_resumed_line_takes_the_seat_of_one_that_only_seems_alive(line: Line) -> None:
    ben = await line.call("abc")
    before = await ben.join("Ben")
    back = await line.call("abc")
    assert (await back.join("Ben", resume=before["resume"]))["key"] == before["key"]
    with pytest.raises(ConnectionClosed):
        await ben.socket.recv()
    await back.say("chat", text="still here")
    await back.hear("chat")


async def test_knocking_twice_on_one_line_does_not_make_two_people(line: Line) -> None:
    ada, ben = await line.call("abc"), await line.call("abc")
    await ada.join("Ada")
    first = await ben.join("Ben")
    again = await ben.join("Ben")
    assert again["key"] == first["key"]
    assert [p["name"] for p in again["participants"]] == ["Ada", "Ben"]


async def test_who_left_may_come_in_again_on_the_same_line(line: Line) -> None:
    ada, ben = await line.call("abc"), await line.call("abc")
    await ada.join("Ada")
    await ben.join("Ben")
    await ben.say("leave")
    assert len((await ben.join("Benjamin"))["participants"]) == 2


async def test_a_restarted_server_takes_everybody_back_under_their_keys_and_keeps_the_rules() -> None:
    secret = b"kept over the restart"
    async with running_room(secret=secret) as base:
        line = Line(base)
        _, links = await line.create(code="board", title="Board", password="pw", waiting_room=True)
        host = await line.call("board")
        before = await host.join("Ada", host=host_token(links))
        guest = await line.call("board")
        await guest.say("hello", name="Ben", password="pw")
        await guest.hear("lobby")
        await host.say("admit", key=(await host.hear("waiting"))["key"])
        guest_before = await guest.hear("welcome")
        await line.close()
    async with running_room(secret=secret) as base:
        line = Line(base)
        guest = await line.call("board")
        guest_after = await guest.join("Ben", resume=guest_before["resume"])
        assert guest_after["key"] == guest_before["key"]
        assert guest_after["title"] == "Board"
        host = await line.call("board")
        after = await host.join("Ada", resume=before["resume"])
        assert [(p["name"], p["host"]) for p in after["participants"]] == [("Ben", False), ("Ada", True)]
        stranger = await line.call("board")
        await stranger.say("hello", name="Cy")
        assert (await stranger.hear("refused"))["reason"] == "password_required"
        await stranger.say("hello", name="Cy", password="pw")
        await stranger.hear("lobby")
        await line.close()


async def test_nonsense_is_answered_and_does_no_harm(line: Line) -> None:
    ada = await line.call("abc")
    for nonsense in ("{", "[]", '{"type": "dance"}', '{"type": "hello", "name": "  "}'):
        await ada.socket.send(nonsense)
        assert (await ada.hear("notice"))["reason"] == "bad_message"
    await ada.say("ping")
    await ada.hear("pong")
    await ada.say("chat", text="before joining nobody hears me")
    await ada.join("Ada")


async def test_a_page_of_another_site_gets_no_line(line: Line) -> None:
    with pytest.raises(InvalidStatus):
        await line.call("abc", Origin="https://elsewhere.example")
    await line.call("abc", Origin=line.base)
