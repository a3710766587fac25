"""The control socket: the bot dials an application's address while it is in its meeting, and does what it is told there.

Owns the connection and the answers; what a command means is `commands`' business, how it is done the actor's. A command that
cannot be obeyed is answered with what is wrong with it, and the others go on. A connection that is lost is made again as those
of the live feed are; what is being said meanwhile is said to its end.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from rapporteur.delivery.live.commands import (
    Command,
    Interrupt,
    Nothing,
    Picture,
    Speak,
    Write,
    command_name,
    read_command,
    read_message,
)
from rapporteur.delivery.live.outlet import SOCKET_PAUSE_S, SOCKET_TRIES
from rapporteur.delivery.live.recall import Bot
from rapporteur.delivery.signatures import signed_headers
from rapporteur.domain.errors import BlockedAddress, DestinationFailure, InvalidRequest, RapporteurError
from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner, accompanied
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.websocket import dial
from rapporteur.services.ports import Actor
from rapporteur.wire import control
from rapporteur.wire.live import PARTICIPANT, LiveEvent

log = structlog.get_logger()

T = TypeVar("T")
Json = dict[str, Any]

LARGEST_COMMAND = 4 << 20
"""A picture in base64, and room around it."""
OWED = 100
"""So many messages wait for an application that does not read; the oldest give way."""
LARGE = 1 << 16
"""Bytes of a command that are read beside the event loop."""
TOLD_FAULTS = 20
"""So many faults of an application are told in the bot's log; every one is answered."""
CHAT = f"{PARTICIPANT}.chat_message"


class CommandSocket:
    """`convert` makes 48 kHz of mono s16le samples at a rate, portion after portion."""

    def __init__(self, url: str, bot: Bot, actor: Actor, *, guard: Guard, clock: Clock, post: Callable[[str, Json], None],
                 convert: Callable[[bytes, int], bytes], secret: str | None = None) -> None:
        self._url = url
        self._bot = bot
        self._actor = actor
        self._guard = guard
        self._clock = clock
        self._secret = secret
        self._convert = convert
        self._post = post
        self._tasks = TaskOwner("control socket")
        self._out = asyncio.Event()
        self._owed: deque[str] = deque(maxlen=OWED)
        self._owes = asyncio.Event()
        self._faults: set[tuple[str | None, str]] = set()

    def attend(self, attending: bool) -> None:
        """The bot was let into its meeting, or is out for good."""
        if attending and not self._tasks.running and not self._out.is_set():
            self._tasks.start(self._run(), name="connection")
        if not attending:
            self._out.set()

    def see(self, event: LiveEvent) -> None:
        """Tell the application what people write."""
        if event.name == CHAT and self._tasks.running:
            text = (event.body.get("data") or {}).get("text")
            self._owe({"command": "usermsg", "message": text, "speakerName": event.body["participant"]["name"]})

    async def aclose(self) -> None:
        """End the connection, in the proper way where it is there."""
        self._out.set()
        try:
            async with asyncio.timeout(SOCKET_PAUSE_S):
                await self._tasks.drain()
        except TimeoutError:
            await self._tasks.stop()

    # --- the connection -------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        failed = 0
        while failed < SOCKET_TRIES and not self._out.is_set():
            began_s = self._clock.monotonic_s()
            try:
                async with dial(self._guard, self._url, self._headers(), largest=LARGEST_COMMAND) as connection:
                    await self._converse(connection)
                    return
            except BlockedAddress:
                return self._tell("error", "The bot may not dial the address of its control socket.")
            except DestinationFailure as error:
                log.info("control_socket_lost", reason=error.message, status=error.status)
            # Whoever lets the bot in and hangs up at once is no better than one that is not there.
            lasted = self._clock.monotonic_s() - began_s > SOCKET_PAUSE_S
            failed = 1 if lasted else failed + 1
            await self._rest()
        if failed:
            self._tell("error", f"The control socket could not be reached {failed} times in a row and is given up.")

    def _headers(self) -> dict[str, str]:
        return {} if self._secret is None else signed_headers([self._secret], new_id(), self._clock.now_ms(), "")

    async def _rest(self) -> None:
        """Until it is time to dial again, or there is no more need to."""
        resting = self._tasks.start(self._clock.sleep(SOCKET_PAUSE_S), name="rest")
        out = self._tasks.start(self._out.wait(), name="out")
        await asyncio.wait({resting, out}, return_when=asyncio.FIRST_COMPLETED)
        resting.cancel()
        out.cancel()

    async def _converse(self, connection: ClientConnection) -> None:
        """Returns when the bot is out; DestinationFailure when the connection was lost."""
        try:
            await connection.send(self._json({"type": "ready", "message": "Ready to receive messages"}))
            await accompanied(self._out.wait(), self._listen(connection), self._send(connection))
        except ConnectionClosed as error:
            if error.sent is not None and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
                self._tell("warning", f"The control socket was sent a message of more than {LARGEST_COMMAND >> 20} MiB.")
            raise DestinationFailure("The connection was closed.") from error

    async def _send(self, connection: ClientConnection) -> None:
        while True:
            while self._owed:
                await connection.send(self._owed[0])
                self._owed.popleft()
            self._owes.clear()
            await self._owes.wait()

    async def _listen(self, connection: ClientConnection) -> None:
        while True:
            await self._hear(await connection.recv())

    # --- commands -------------------------------------------------------------------------------------------------------

    async def _hear(self, frame: str | bytes) -> None:
        name: str | None = None
        try:
            message = await self._beside(len(frame), lambda: read_message(frame))
            name = command_name(message)
            command = await self._beside(len(frame), lambda: read_command(message, self._bot.id))
            await self._do(command, _Reply(self, name))
        except InvalidRequest as error:
            self.refuse(name, error)

    async def _beside(self, size: int, work: Callable[[], T]) -> T:
        """What takes long must not hold up the meeting's media, nor a crowd of commands what else the bot does."""
        if size > LARGE:
            return await asyncio.to_thread(work)
        await self._clock.sleep(0)
        return work()

    async def _do(self, command: Command, answer: _Reply) -> None:
        match command:
            case Speak(samples, rate):
                self._actor.speak(await self._beside(len(samples), lambda: self._convert(samples, rate)), answer)
            case Interrupt():
                self._actor.obey(control.STOP_AUDIO, {}, answer)
            case Write(text):
                self._actor.obey(control.SEND_CHAT, {"message": text, "to": "everyone", "pin": False}, answer)
            case Picture(b64_data, url):
                shown = {"surface": "camera", "b64_data": b64_data, "url": url, "duration_s": None}
                self._actor.obey(control.OUTPUT_VIDEO, shown, answer)
            case Nothing():
                pass

    def refuse(self, name: str | None, error: RapporteurError) -> None:
        """Say what is wrong with a command."""
        field = _FIELDS.get(name or "", "command")
        if isinstance(error, InvalidRequest) and error.field not in ("b64_data", "url"):
            field = error.field
        self._owe({"type": "error", "command": name and name[:100], "field": field, "message": error.message})
        known = name if name in _FIELDS else None
        if (known, field) not in self._faults and len(self._faults) < TOLD_FAULTS:
            self._faults.add((known, field))
            self._tell("warning", f"Control socket: {known or 'a message'} was not obeyed because of {field}: {error.message}")

    def _owe(self, message: Json) -> None:
        self._owed.append(self._json(message))
        self._owes.set()

    def _json(self, message: Json) -> str:
        return json.dumps(message | {"bot_id": self._bot.id}, separators=(",", ":"), ensure_ascii=False)

    def _tell(self, level: str, message: str) -> None:
        self._post(control.LOG, {"level": level, "message": message})


_FIELDS = {"sendaudio": "audiochunk", "sendmsg": "message", "sendchat": "text", "interrupt": "action", "sendimg": "img",
           "sendimg_url": "img_url"}
"""What each command is about, where it is not a field of its that was wrong."""


class _Reply:
    """What becomes of a command: told only where it was not obeyed."""

    def __init__(self, socket: CommandSocket, name: str | None) -> None:
        self._socket, self._name = socket, name

    def done(self) -> None:
        pass

    def superseded(self) -> None:
        pass

    def not_done(self, error: RapporteurError) -> None:
        self._socket.refuse(self._name, error)
