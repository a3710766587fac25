"""The control socket against a real WebSocket server and the bot's real performer: commands, faults, losses, interruptions."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.bot.performing import Performer
from rapporteur.delivery.live.command_socket import OWED, CommandSocket
from rapporteur.delivery.live.outlet import SOCKET_TRIES
from rapporteur.delivery.live.recall import Bot
from rapporteur.domain.errors import DestinationFailure
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.output import Cue, Line, Outputs
from rapporteur.domain.participants import Roster
from rapporteur.kit.clock import SystemClock
from rapporteur.media.material import Resampler
from rapporteur.outbound.guard import Guard
from rapporteur.wire.live import PARTICIPANT, LiveEvent
from tests.fakes.material import picture
from tests.fakes.pages import no_pages

pytestmark = pytest.mark.conformance

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECOND = bytes(2 * 48_000)
READY = {"type": "ready", "bot_id": "bot-1", "message": "Ready to receive messages"}
SOON_MS = 200


def b64(data: bytes) -> str:
    return b64encode(data).decode()


class QuickClock(SystemClock):
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


class Application:
    """The user's server: it keeps what the bot says, and says what it is told to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.connections: list[ServerConnection] = []
        self.headers: dict[str, str] = {}
        self.url = ""
        self._changed = asyncio.Condition()

    async def visit(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.headers = dict(connection.request.headers.raw_items())
        self.connections.append(connection)
        async for frame in connection:
            async with self._changed:
                self.heard.append(json.loads(frame))
                self._changed.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.heard) >= count)

    async def say(self, *commands: dict[str, Any] | str | bytes) -> None:
        for command in commands:
            await self.connections[-1].send(json.dumps(command) if isinstance(command, dict) else command)


class Meeting:
    """A stage that notes what is done on it, and when."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.done: list[tuple[Any, ...]] = []
        self.samples = 0
        self.heard_ms: list[float] = []
        self.hushed_ms: list[float] = []
        self._changed = asyncio.Condition()

    async def _note(self, *what: Any) -> None:
        async with self._changed:
            if what:
                self.done.append(what)
            self._changed.notify_all()

    async def until(self, *what: Any, samples: int = 0) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: (not what or what in self.done) and self.samples >= samples)

    async def show(self, surface: str, frames: list[tuple[int, bytes]]) -> None:
        await self._note("show", surface, frames[0][1])

    async def blank(self, surface: str) -> None:
        await self._note("blank", surface)

    async def microphone(self, on: bool) -> None:
        await self._note("microphone", on)

    async def sound(self, samples: bytes) -> None:
        self.samples += len(samples) // 2
        self.heard_ms.append(self.clock.now_ms())
        await self._note()

    async def hush(self) -> None:
        self.hushed_ms.append(self.clock.now_ms())
        await self._note("hush")

    async def write(self, line: Line) -> None:
        await self._note("write", line)


class House:
    def __init__(self, application: Application, meeting: Meeting, socket: CommandSocket, performer: Performer) -> None:
        self.application, self.meeting, self.socket, self.performer = application, meeting, socket, performer
        self.log: list[str] = []
        self.logged = asyncio.Event()

    def note(self, kind: str, body: dict[str, Any]) -> None:
        self.log.append(body["message"])
        self.logged.set()

    def look(self, state: BotState = BotState.IN_CALL_RECORDING, *, present: bool = True) -> None:
        self.performer.look(state, Roster(), 0.0, present=present)


@asynccontextmanager
async def housed(url: str, application: Application, guard: Guard | None = None) -> AsyncIterator[House]:
    meeting = Meeting()

    async def fetch(url: str) -> bytes:
        if not url.endswith("there.png"):
            raise DestinationFailure("the address answered 404")
        return b"fetched"

    performer = Performer(
        meeting, Cue(Outputs()), meeting.clock, pages=no_pages(meeting), fetch=fetch,
        stills=lambda data: [(1000, data)], samples=lambda data: data, post=lambda kind, body: None)
    socket = CommandSocket(
        url, Bot("bot-1", {}), performer, guard=guard or Guard(loopback=True), clock=QuickClock(), convert=Resampler(),
        post=lambda kind, body: house.note(kind, body), secret=SECRET)
    performer.on_attending = socket.attend
    house = House(application, meeting, socket, performer)
    try:
        yield house
    finally:
        await socket.aclose()
        await performer.aclose()


@asynccontextmanager
async def serving() -> AsyncIterator[Application]:
    application = Application()
    async with serve(application.visit, "127.0.0.1", 0, max_size=None) as server:
        application.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/control"
        yield application


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with serving() as application, housed(application.url, application) as house:
        house.look()
        await application.until(1)
        yield house


async def test_the_bot_dials_when_it_is_let_in_and_hangs_up_with_1000_when_it_is_out() -> None:
    async with serving() as application, housed(application.url, application) as house:
        house.look(BotState.IN_WAITING_ROOM, present=False)
        assert not application.connections
        house.look()
        await application.until(1)
        assert application.heard == [READY]
        assert application.headers["webhook-signature"].startswith("v1,")
        house.look(BotState.CALL_ENDED, present=False)
        await application.connections[0].wait_closed()
        assert application.connections[0].close_code == 1000


async def test_every_command_is_obeyed_in_both_of_its_forms(house: House) -> None:
    shown = b"\xff\xd8\xff a picture"
    await house.application.say(
        {"type": "ack", "message": "heard"}, {"command": "ack", "bot_id": "bot-1", "message": "bound"},
        {"command": "sendmsg", "message": "of old"},
        {"command": "sendmsg", "bot_id": "bot-1", "message": "of now", "msg": "of now"},
        {"command": "sendchat", "bot_id": "bot-1", "role": "assistant", "text": "it grows", "is_final": False},
        {"command": "sendchat", "bot_id": "bot-1", "role": "user", "text": "who asked", "is_final": True},
        {"command": "sendchat", "bot_id": "bot-1", "role": "assistant", "text": "it grows up", "is_final": True},
        {"command": "sendimg", "bot_id": "bot-1", "img": b64(shown)},
    )
    await house.meeting.until("show", "camera", shown)
    await house.application.say({"command": "sendimg_url", "bot_id": "bot-1", "img_url": "https://example.org/there.png"})
    await house.meeting.until("show", "camera", b"fetched")
    await house.application.say({"command": "sendaudio", "audiochunk": b64(SECOND[:9600])}, {
        "command": "sendaudio", "bot_id": "bot-1", "audiochunk": b64(bytes(3200)), "sample_rate": 16_000, "encoding": "pcm16",
        "channels": 1, "endianness": "little"})
    # A tenth of a second twice; the converter holds back a few samples.
    await house.meeting.until(samples=4800 + 4800 - 100)
    await house.meeting.until("microphone", False)
    assert [what[1].message for what in house.meeting.done if what[0] == "write"] == ["of old", "of now", "it grows up"]
    assert house.application.heard == [READY]
    assert house.log == []


async def test_an_interruption_is_obeyed_at_once(house: House) -> None:
    await house.application.say(*[{"command": "sendaudio", "audiochunk": b64(SECOND)}] * 4)
    await house.meeting.until(samples=24_000)
    began_ms = house.meeting.clock.now_ms()
    await house.application.say({"command": "interrupt", "bot_id": "bot-1", "action": "clear_audio_queue"})
    await house.meeting.until("microphone", False)
    assert house.meeting.hushed_ms[0] - began_ms < SOON_MS
    assert house.meeting.heard_ms[-1] <= house.meeting.hushed_ms[0]
    said = house.meeting.samples
    assert said < 2 * 48_000, "what was waiting is forgotten"
    await house.application.say({"command": "sendaudio", "audiochunk": b64(SECOND[:9600])})
    await house.meeting.until(samples=said + 4800)


@pytest.mark.parametrize(("command", "field"), [
    ("no JSON", "command"), (b"binary", "command"), ("[]", "command"), ({"type": "hello"}, "command"),
    ({"command": "dance"}, "command"), ({"command": ["sendmsg"]}, "command"),
    ({"command": "sendmsg", "bot_id": "bot-2", "message": "Hello"}, "bot_id"),
    ({"command": "sendmsg"}, "msg"), ({"command": "sendmsg", "message": 5}, "message"),
    ({"command": "sendmsg", "message": "x" * 5000}, "message"),
    ({"command": "sendchat", "text": "Hello", "role": "system"}, "role"),
    ({"command": "sendchat", "text": "Hello", "is_final": "yes"}, "is_final"), ({"command": "sendchat", "text": ""}, "text"),
    ({"command": "interrupt", "action": "dance"}, "action"),
    ({"command": "sendaudio"}, "audiochunk"), ({"command": "sendaudio", "audiochunk": "?"}, "audiochunk"),
    ({"command": "sendaudio", "audiochunk": b64(b"odd")}, "audiochunk"),
    ({"command": "sendaudio", "audiochunk": b64(SECOND), "sample_rate": 96_000}, "sample_rate"),
    ({"command": "sendaudio", "audiochunk": b64(SECOND), "sample_rate": "48000"}, "sample_rate"),
    ({"command": "sendaudio", "audiochunk": b64(SECOND), "encoding": "mp3"}, "encoding"),
    ({"command": "sendaudio", "audiochunk": b64(SECOND), "channels": 2}, "channels"),
    ({"command": "sendaudio", "audiochunk": b64(SECOND), "endianness": "big"}, "endianness"),
    ({"command": "sendimg", "img": b64(b"no picture")}, "img"), ({"command": "sendimg", "img": "data:,"}, "img"),
    ({"command": "sendimg_url", "img_url": "file:///etc/passwd"}, "img_url"),
    ({"command": "sendimg_url", "img_url": "https://example.org/gone.png"}, "img_url"),
])
async def test_what_cannot_be_obeyed_is_answered_by_its_field_and_the_next_is_obeyed(
    house: House, command: Any, field: str,
) -> None:
    await house.application.say(command, {"command": "sendmsg", "message": "still here"})
    await house.meeting.until("write", Line("still here"))
    await house.application.until(2)
    told = house.application.heard[1]
    assert (told["type"], told["field"], told["bot_id"]) == ("error", field, "bot-1")
    assert len(house.log) == 1
    assert field in house.log[0]


async def test_outside_of_the_meeting_nothing_is_done_and_the_application_hears_so(house: House) -> None:
    house.look(BotState.IN_CALL_RECORDING, present=False)
    await house.application.say({"command": "sendimg", "img": picture((1, 2, 3), "PNG")})
    await house.application.until(2)
    assert house.application.heard[1]["message"] == "The bot is not in its meeting."
    assert house.meeting.done == []


async def test_what_people_write_is_told_and_an_application_that_does_not_read_holds_up_nobody(house: House) -> None:
    def written(text: str) -> LiveEvent:
        body = {"participant": {"id": 100, "name": "Ada"}, "data": {"text": text, "to": "everyone"}}
        return LiveEvent(f"{PARTICIPANT}.chat_message", "rec-1", 0.0, body)

    house.socket.see(LiveEvent(f"{PARTICIPANT}.join", "rec-1", 0.0, {"participant": {"name": "Ada"}, "data": None}))
    house.socket.see(written("Hello, bot"))
    await house.application.until(2)
    assert house.application.heard[1] == {
        "command": "usermsg", "message": "Hello, bot", "speakerName": "Ada", "bot_id": "bot-1"}
    for number in range(20 * OWED):
        house.socket.see(written(str(number)))
    await house.application.until(2 + OWED)
    assert house.application.heard[-1]["message"] == str(20 * OWED - 1), "the oldest give way"


async def test_a_lost_connection_is_made_again_and_what_is_being_said_is_said_to_its_end(house: House) -> None:
    await house.application.say({"command": "sendaudio", "audiochunk": b64(SECOND)})
    await house.meeting.until(samples=4800)
    house.application.connections[0].transport.abort()
    await house.application.until(2)
    assert house.application.heard == [READY, READY]
    await house.meeting.until(samples=48_000)
    await house.application.say({"command": "sendmsg", "message": "here again"})
    await house.meeting.until("write", Line("here again"))


async def test_a_message_that_is_too_large_costs_the_connection_and_nothing_else(house: House) -> None:
    await house.application.say("x" * (5 << 20))
    await house.application.until(2)
    assert house.application.heard == [READY, READY]
    assert "4 MiB" in house.log[0]


async def test_who_hangs_up_at_once_is_given_up_as_documented() -> None:
    visits: list[ServerConnection] = []

    async def hang_up(connection: ServerConnection) -> None:
        visits.append(connection)

    async with serve(hang_up, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        async with housed(url, Application()) as house:
            house.look()
            await asyncio.wait_for(house.logged.wait(), 20)
            assert len(visits) == SOCKET_TRIES
            assert f"{SOCKET_TRIES} times" in house.log[0]


async def test_an_address_that_may_not_be_dialled_is_not_dialled() -> None:
    async with serving() as application, housed(application.url, application, Guard()) as house:
        house.look()
        await asyncio.wait_for(house.logged.wait(), 20)
        assert not application.connections
