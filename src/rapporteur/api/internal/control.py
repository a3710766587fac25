"""The server's end of the control channel of wire/control.py: one WebSocket per bot and generation.

Owns the connection alone: who may speak, in what order messages are taken and answered. What facts mean, and when a
generation is fenced out, is decided in services/attendance.py. A connection may break at any moment; nothing is lost by that,
because the bot keeps its facts until they are acknowledged and the store keeps the orders until they are.
"""

from __future__ import annotations

import asyncio
from itertools import groupby

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from rapporteur.api.deps import Services
from rapporteur.domain.errors import NotFound, Refused, Unauthenticated
from rapporteur.kit.queues import BlockingQueue
from rapporteur.kit.tasks import TaskOwner, accompanied
from rapporteur.services.attendance import Attendance
from rapporteur.wire import control
from rapporteur.wire.control import (
    Acknowledge,
    Fact,
    Fenced,
    Heartbeat,
    Hello,
    Message,
    PassWanted,
    Uploads,
    UploadsWanted,
)

log = structlog.get_logger()
router = APIRouter()

BATCH = 256
"""Facts that wait are stored in one transaction, up to so many."""
NOT_A_BOT, NOT_A_GREETING = 4401, 4400
"""Close codes: the token does not fit; the first message is no Hello of a version we speak."""
VERSIONS = frozenset({control.VERSION, control.VERSION - 1})


@router.websocket("/bots/{bot_id}/control")
async def bot_control(socket: WebSocket, bot_id: str, services: Services) -> None:
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        await socket.send_denial_response(JSONResponse({"detail": "A bot's token is needed."}, 401))
        return
    await socket.accept()
    channel = Channel(socket, bot_id, services.attendance)
    try:
        if await channel.greet(token.strip()):
            await channel.converse()
    except WebSocketDisconnect:
        log.info("control channel closed", bot_id=bot_id, generation=channel.generation)


class Channel:
    def __init__(self, socket: WebSocket, bot_id: str, attendance: Attendance) -> None:
        self._socket, self._bot_id, self._attendance = socket, bot_id, attendance
        self._sending = asyncio.Lock()
        self._inbox: BlockingQueue[Message] = BlockingQueue(BATCH)
        self._granting = TaskOwner("granting")
        self.generation = 0
        self._version = control.VERSION

    async def greet(self, token: str) -> bool:
        """Take the Hello and answer it; False when there is nothing more to say to this process."""
        hello = await self._receive()
        if not isinstance(hello, Hello) or hello.version not in VERSIONS or hello.bot_id != self._bot_id:
            await self._socket.close(NOT_A_GREETING, "the first message is a hello")
            return False
        self.generation, self._version = hello.generation, hello.version
        try:
            answer = await self._attendance.hello(self._bot_id, token, hello)
        except NotFound:
            answer = Fenced()
        except Unauthenticated:
            await self._socket.close(NOT_A_BOT, "unknown token")
            return False
        await self._send(answer)
        if isinstance(answer, Fenced):
            await self._socket.close()
            return False
        return True

    async def converse(self) -> None:
        """Until the connection ends, or this generation does."""
        try:
            async with self._granting:
                await accompanied(self._listen(), self._work(), self._give_orders())
        except Refused as refusal:
            if refusal.code != "fenced":
                raise
            await self._send(Fenced())
            await self._socket.close()

    async def _listen(self) -> None:
        while True:
            if (message := await self._receive()) is not None:
                await self._inbox.put(message)

    async def _work(self) -> None:
        while True:
            batch = [await self._inbox.get()]
            while len(self._inbox):
                batch.append(await self._inbox.get())
            # In the order they were sent: an upload is asked for after the fact that its recording began.
            for are_facts, messages in groupby(batch, lambda message: isinstance(message, Fact)):
                if are_facts:
                    await self._take([message for message in messages if isinstance(message, Fact)])
                else:
                    for message in messages:
                        await self._answer(message)

    async def _take(self, facts: list[Fact]) -> None:
        await self._send(Acknowledge(await self._attendance.take(self._bot_id, self.generation, facts)))

    async def _answer(self, message: Message) -> None:
        match message:
            case Heartbeat(at_ms, media_records):
                await self._attendance.heartbeat(self._bot_id, self.generation, at_ms, media_records)
            case Acknowledge(number):
                await self._attendance.acknowledge_order(self._bot_id, number)
            case UploadsWanted(request, files):
                granted = await self._attendance.uploads(self._bot_id, self.generation, files)
                await self._send(Uploads(request, [_dialable(self._socket, grant) for grant in granted]))
            case PassWanted(request, account):
                # Beside the rest, because it takes as long as the vendor takes.
                self._granting.start(self._grant(request, account), name="grant")
            case _:
                pass

    async def _grant(self, request: int, account: str) -> None:
        try:
            await self._send(await self._attendance.grant(self._bot_id, self.generation, request, account))
        except (Refused, WebSocketDisconnect):
            return  # whoever asked is gone, or hears of it by what else it says

    async def _give_orders(self) -> None:
        sent = 0
        while True:
            for order in await self._attendance.orders(self._bot_id, sent, self._version):
                await self._send(order)
                sent = order.number
            await self._attendance.order_waiting(self._bot_id, sent)

    async def _receive(self) -> Message | None:
        """The next message; None for a frame that is none of this channel's, which a newer bot may send."""
        text = await self._socket.receive_text()
        try:
            return control.decode(text)
        except ValueError:
            log.warning("not a control message", bot_id=self._bot_id, generation=self.generation)
            return None

    async def _send(self, message: Message) -> None:
        async with self._sending:
            await self._socket.send_text(control.encode(message))


def _dialable(socket: WebSocket, grant: dict[str, str]) -> dict[str, str]:
    """The signed path becomes an address at the host that the bot has reached us by, whatever the public one is."""
    scheme = "https" if socket.url.scheme == "wss" else "http"
    url = f"{scheme}://{socket.headers.get('host') or socket.url.netloc}{grant['path']}"
    return {"recording_id": grant["recording_id"], "name": grant["name"], "key": grant["key"], "url": url}
