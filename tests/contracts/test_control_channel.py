"""The bot's half of the control channel against a real server socket: resumes, obeys once, and knows when to give up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.bot import control as channel_module
from rapporteur.bot.control import Assignment, ControlChannel
from rapporteur.domain.errors import Refused, Unauthenticated
from rapporteur.domain.providers import Pass
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.wire import control
from rapporteur.wire.control import (
    Acknowledge,
    Fact,
    Fenced,
    Heartbeat,
    Hello,
    Job,
    Order,
    PassGranted,
    PassWanted,
    Welcome,
)

pytestmark = pytest.mark.contract

JOB = Job("bot-1", 1, "attend", "room", "http://127.0.0.1:1/room/abc", None, "Notetaker", {}, {})


class QuickClock(SystemClock):
    """Sleeps are short, and the monotonic clock runs by what was slept for."""

    def __init__(self) -> None:
        super().__init__()
        self.slept_s = 0.0

    def monotonic_s(self) -> float:
        return self.slept_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        await super().sleep(min(seconds, 0.002))


Conversation = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def answering(conversation: Conversation) -> AsyncIterator[ControlChannel]:
    async with serve(conversation, "127.0.0.1", 0) as server:
        yield channel_to(server.sockets[0].getsockname()[1])


def channel_to(port: int) -> ControlChannel:
    url = f"ws://127.0.0.1:{port}/internal/bots/bot-1/control"
    return ControlChannel(Assignment("bot-1", 1, "/nowhere", url, "token"), QuickClock())


async def greeted(socket: ServerConnection, acknowledged: int = 0) -> None:
    assert isinstance(control.decode(await socket.recv()), Hello)
    assert socket.request is not None
    assert socket.request.headers["Authorization"] == "Bearer token"
    await socket.send(control.encode(Welcome(JOB.as_json(), acknowledged, 1000.0)))


async def next_fact(socket: ServerConnection) -> Fact:
    while True:
        message = control.decode(await socket.recv())
        if isinstance(message, Fact):
            return message
        assert isinstance(message, Heartbeat | Acknowledge)


async def test_facts_survive_a_server_that_dies_before_it_acknowledges():
    seen: list[list[int]] = []

    async def forgetful(socket: ServerConnection) -> None:
        await greeted(socket)
        seen.append([(await next_fact(socket)).number for _ in range(2)])
        if len(seen) > 1:
            await socket.send(control.encode(Acknowledge(2)))
            await socket.wait_closed()

    async with answering(forgetful) as channel, TaskOwner("test") as tasks:
        tasks.start(channel.run(), name="channel")
        channel.post(control.LOG, {"level": "info", "message": "one"})
        channel.post(control.LOG, {"level": "info", "message": "two"})
        async with asyncio.timeout(10):
            assert await channel.job() == JOB
            await channel.drained()
    assert seen == [[1, 2], [1, 2]]


async def test_what_the_server_holds_already_is_not_sent_again():
    async def knowing(socket: ServerConnection) -> None:
        await greeted(socket, acknowledged=1)
        assert (await next_fact(socket)).number == 2
        await socket.send(control.encode(Acknowledge(2)))
        await socket.wait_closed()

    async with answering(knowing) as channel, TaskOwner("test") as tasks:
        channel.post(control.LOG, {})
        channel.post(control.LOG, {})
        tasks.start(channel.run(), name="channel")
        async with asyncio.timeout(10):
            await channel.drained()


async def test_a_pass_is_asked_for_again_where_the_answer_was_lost():
    asked: list[int] = []

    async def forgetful(socket: ServerConnection) -> None:
        await greeted(socket)
        while not isinstance(message := control.decode(await socket.recv()), PassWanted):
            assert isinstance(message, Heartbeat)
        asked.append(message.request)
        if len(asked) > 1:
            await socket.send(control.encode(PassGranted(message.request, "a-token", minted=True)))
            await socket.wait_closed()

    async with answering(forgetful) as channel, TaskOwner("test") as tasks:
        tasks.start(channel.run(), name="channel")
        async with asyncio.timeout(10):
            assert await channel.open_account("deepgram") == Pass("a-token", minted=True)
    assert asked == [1, 1]


async def test_a_repeated_order_is_obeyed_once_and_an_early_one_is_kept():
    acknowledged: asyncio.Queue[int] = asyncio.Queue()

    async def repeating(socket: ServerConnection) -> None:
        await greeted(socket)
        for _ in range(2):
            await socket.send(control.encode(Order(1, "leave_call")))
        while True:
            if isinstance(message := control.decode(await socket.recv()), Acknowledge):
                acknowledged.put_nowait(message.number)

    obeyed: list[str] = []
    async with answering(repeating) as channel, TaskOwner("test") as tasks:
        tasks.start(channel.run(), name="channel")
        async with asyncio.timeout(10):
            assert [await acknowledged.get(), await acknowledged.get()] == [1, 1]
        channel.serve(on_order=lambda order: obeyed.append(order.name), media_records=lambda: 0)
    assert obeyed == ["leave_call"]


async def test_a_fenced_generation_stops():
    async def fencing(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(control.encode(Fenced()))

    async with answering(fencing) as channel:
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(channel.run(), 10)
    assert refused.value.code == "fenced"


async def test_an_unknown_token_ends_the_bot():
    async def refusing(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(channel_module.UNKNOWN_TOKEN, "unknown token")

    async with answering(refusing) as channel:
        with pytest.raises(Unauthenticated):
            await asyncio.wait_for(channel.run(), 10)


async def test_a_bot_that_never_learns_its_job_gives_up(free_port: int):
    with pytest.raises(Refused) as refused:
        await asyncio.wait_for(channel_to(free_port).run(), 20)
    assert refused.value.code == "no_server"
