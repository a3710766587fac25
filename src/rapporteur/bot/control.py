"""The bot's half of the control channel: facts go up until they are acknowledged, orders come down, whoever restarts.

Owns the numbering and the memory of what is not acknowledged yet. Knows nothing of what the facts mean.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from rapporteur.domain.errors import DestinationFailure, Refused, Unauthenticated
from rapporteur.domain.providers import Pass
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.tasks import accompanied
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
    Uploads,
    UploadsWanted,
    Welcome,
)

log = structlog.get_logger()

RECONNECT_S = 1.0
PATIENCE_S = 24 * 3600.0
"""Longer than any meeting: what the bot has is worth the wait, and lies on its tape when it goes."""
PATIENCE_WITHOUT_A_JOB_S = 60.0
"""A bot that never heard what it is for has nothing to lose; the server that asked for it is gone."""
HEARTBEAT_S = 3.0
LARGEST_MESSAGE = 2**25
"""A job with every picture and sound that a bot may be given."""
UNKNOWN_TOKEN = 4401
"""The server's close code."""
_REFUSALS = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the launcher tells a bot process through its standard input."""

    bot_id: str
    generation: int
    bot_dir: str
    control_url: str
    token: str


class ControlChannel:
    """Run `run()` as a task for as long as the bot lives; everything else may be called at any time."""

    def __init__(self, assignment: Assignment, clock: SystemClock) -> None:
        self._assignment = assignment
        self._clock = clock
        self._on_order: Callable[[Order], None] | None = None
        self._early: list[Order] = []
        self._media_records: Callable[[], int] = lambda: 0
        self._pending: deque[Fact] = deque()
        self._number = 0
        self._orders_taken = 0
        self._job: asyncio.Future[Job] = asyncio.get_running_loop().create_future()
        self._requests = count(1)
        self._asked: dict[int, UploadsWanted | PassWanted] = {}
        """What has no answer yet; asked again at every new connection."""
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._lost_at_s: float | None = None
        self._posted = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    async def job(self) -> Job:
        """The work, once the server has answered for the first time."""
        return await asyncio.shield(self._job)

    def serve(self, *, on_order: Callable[[Order], None], media_records: Callable[[], int]) -> None:
        """Who obeys orders and proves progress, once there is a job; orders that came before are handed over now."""
        self._on_order, self._media_records = on_order, media_records
        for order in self._early:
            on_order(order)
        self._early.clear()

    def post(self, kind: str, body: dict[str, Any], at_ms: float | None = None) -> None:
        """Owe the server one fact; it stays here until the server says that it is safe."""
        self._number += 1
        self._pending.append(Fact(self._number, self._clock.now_ms() if at_ms is None else at_ms, kind, body))
        self._drained.clear()
        self._posted.set()

    async def drained(self) -> None:
        """Returns when every posted fact is acknowledged, however long the server is away."""
        await self._drained.wait()

    async def uploads(self, files: list[dict[str, str]]) -> list[dict[str, str]]:
        """One signed PUT address per {recording_id, name}; waits for the server to be there."""
        return await self._answer_to(UploadsWanted(next(self._requests), files))

    async def open_account(self, account: str) -> Pass:
        """What opens one connection to a vendor; waits for the server to be there.

        Raises DestinationFailure, with the vendor's status if it refused.
        """
        granted: PassGranted = await self._answer_to(PassWanted(next(self._requests), account))
        if granted.secret is None:
            raise DestinationFailure("the vendor opened no connection", status=granted.status)
        return Pass(granted.secret, granted.minted)

    async def _answer_to(self, question: UploadsWanted | PassWanted) -> Any:
        self._answers[question.request] = answer = asyncio.get_running_loop().create_future()
        self._asked[question.request] = question
        self._posted.set()
        try:
            return await answer
        finally:
            del self._asked[question.request], self._answers[question.request]

    async def run(self) -> None:
        """Connect and reconnect, for as long as a server may come back.

        Raises Refused when a newer generation owns the bot or no server has answered for too long, Unauthenticated when the
        server does not know the token.
        """
        headers = {"Authorization": f"Bearer {self._assignment.token}"}
        while True:
            try:
                async with connect(self._assignment.control_url, additional_headers=headers, max_size=LARGEST_MESSAGE,
                                   ping_interval=10, ping_timeout=10, open_timeout=10, proxy=None) as socket:
                    await self._converse(socket)
            except InvalidStatus as error:
                if error.response.status_code in _REFUSALS:
                    raise Unauthenticated("the server does not accept this bot") from error
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == UNKNOWN_TOKEN:
                    raise Unauthenticated("the server does not accept this bot") from closed
            except (OSError, WebSocketException, TimeoutError):
                pass
            self._be_patient()
            await self._clock.sleep(RECONNECT_S)

    def _be_patient(self) -> None:
        """Note the loss, once; give up when there has been no server for longer than the bot's work allows."""
        now_s = self._clock.monotonic_s()
        if self._lost_at_s is None:
            self._lost_at_s = now_s
            log.info("control_channel_lost", pending=len(self._pending))
        if now_s - self._lost_at_s > (PATIENCE_S if self._job.done() else PATIENCE_WITHOUT_A_JOB_S):
            raise Refused("no server has answered for too long", code="no_server")

    # --- one connection -------------------------------------------------------------------------------------------------

    async def _converse(self, socket: ClientConnection) -> None:
        sent_at_ms = self._clock.now_ms()
        await socket.send(control.encode(Hello(self._assignment.bot_id, self._assignment.generation, sent_at_ms)))
        welcome = control.decode(await socket.recv())
        if isinstance(welcome, Fenced):
            raise Refused("a newer generation owns this bot", code="fenced")
        if not isinstance(welcome, Welcome):
            raise Unauthenticated("the server did not answer the greeting")
        self._lost_at_s = None
        self._begin(welcome, sent_at_ms)
        await accompanied(self._receive(socket), self._send(socket), self._beat(socket))

    def _begin(self, welcome: Welcome, sent_at_ms: float) -> None:
        if not self._job.done():
            # Half the round trip is the best guess of when the server read its clock.
            middle = (sent_at_ms + self._clock.now_ms()) / 2
            self._clock.offset_ms += welcome.now_ms - middle
            self._job.set_result(Job.from_json(welcome.job))
        self._acknowledged(welcome.acknowledged)

    async def _send(self, socket: ClientConnection) -> None:
        sent = 0
        asked: set[int] = set()
        while True:
            self._posted.clear()
            for fact in [f for f in self._pending if f.number > sent]:
                await socket.send(control.encode(fact))
                sent = fact.number
            for request, message in list(self._asked.items()):
                if request not in asked:
                    await socket.send(control.encode(message))
                    asked.add(request)
            await self._posted.wait()

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(control.encode(Heartbeat(self._clock.now_ms(), self._media_records())))
            await self._clock.sleep(HEARTBEAT_S)

    async def _receive(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                match control.decode(text):
                    case Acknowledge(number):
                        self._acknowledged(number)
                    case Order() as order:
                        self._obey(order)
                        await socket.send(control.encode(Acknowledge(self._orders_taken)))
                    case Uploads(request, files):
                        self._answered(request, files)
                    case PassGranted(request) as granted:
                        self._answered(request, granted)
                    case Fenced():
                        raise Refused("a newer generation owns this bot", code="fenced")
                    case other:
                        log.warning("control_message_unexpected", type=other.type)
        except ConnectionClosed:
            return

    def _answered(self, request: int, answer: Any) -> None:
        """Nobody waits any more where it came twice, or too late."""
        if (waiting := self._answers.get(request)) is not None and not waiting.done():
            waiting.set_result(answer)

    def _obey(self, order: Order) -> None:
        if order.number > self._orders_taken:
            self._orders_taken = order.number
            (self._on_order or self._early.append)(order)

    def _acknowledged(self, number: int) -> None:
        while self._pending and self._pending[0].number <= number:
            self._pending.popleft()
        if not self._pending:
            self._drained.set()
