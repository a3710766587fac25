"""The standing sender of webhooks: takes what is owed, signs it, posts it and writes down what came of it.

First attempts go out as soon as they are committed, in the order of the events per endpoint and bot; other pairs do not wait.
Results of many are written in one transaction. Only a failure becomes durable work: a delayed workflow that calls `redeliver`.
What was sent but not yet written down when the process died is sent again, with the same id and bytes.

What an attempt means, and when the next is made, is decided in services/ledger.py; which address may be dialled, in outbound.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace

import aiohttp
import structlog

from rapporteur.delivery.signatures import meetstream_headers, signed_headers
from rapporteur.domain.errors import BlockedAddress, DestinationFailure
from rapporteur.kit.clock import Clock
from rapporteur.kit.redact import redacted
from rapporteur.kit.tasks import TaskOwner, keep_running
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import exchange, guarded_session
from rapporteur.services import callbacks
from rapporteur.services.ledger import GONE, SCHEDULE_S, TIMEOUT_S, Attempt, Retry, abandon, settled
from rapporteur.services.ports import Engine
from rapporteur.services.rows import DeliveryRow, EndpointRow
from rapporteur.services.store import DELIVERIES_TOPIC, Store, UnitOfWork

log = structlog.get_logger()

BATCH = 200
"""Deliveries that are read from the database at a time."""
CONNECTIONS = 64
PER_ENDPOINT = 8
"""Posts to one endpoint at a time, so that a slow one leaves connections to the others."""
BACKLOG = 200
"""Deliveries of one endpoint held in memory; beyond it the rest waits in the database and blocks nobody."""
POLL_S = 1.0
GATHER_S = 0.05
"""How long results wait for others to share their transaction."""
KEPT_ANSWER = 2000
"""Characters of a receiver's answer that the ledger keeps."""
LAST_WRITE_S = 5.0
"""How long stopping waits for the database."""
OVERDUE_S = 60.0
"""How often overdue retries are looked for."""
OVERDUE_GRACE_S = 10.0
"""Beyond the time an attempt may take: what the engine may be late by."""

Lane = tuple[str, str | None]
"""Endpoint and bot: within one, order is kept."""


class Deliverer:
    """Delivers while `run` runs; it needs the engine for as long."""

    def __init__(
        self, store: Store, engine: Engine, clock: Clock, guard: Guard, *,
        schedule: tuple[float, ...] = SCHEDULE_S, timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._guard = guard
        self._schedule = schedule
        self._timeout_s = timeout_s
        self._lanes: dict[Lane, deque[DeliveryRow]] = {}
        self._endpoints: dict[str, EndpointRow] = {}
        self._backlog: Counter[str] = Counter()
        self._busy: set[str] = set()
        """Deliveries in memory: waiting in a lane, on their way, or not written down yet."""
        self._done: set[str] = set()
        """Those of `_busy` that are written down. A reading that began before may still show them as pending."""
        self._more = False
        """Whether the last reading left something behind, which is then read as soon as there is room."""
        self._results: list[Attempt] = []
        self._abandoned: list[DeliveryRow] = []
        self._written = asyncio.Event()
        self._connections = asyncio.Semaphore(CONNECTIONS)
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_ENDPOINT))
        self._session: aiohttp.ClientSession | None = None
        self._tasks: TaskOwner | None = None
        self._running = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled. What was answered by then is still written down."""
        async with AsyncExitStack() as stack:
            self._session = await stack.enter_async_context(guarded_session(self._guard, connections=CONNECTIONS))
            stack.push_async_callback(self._last_write)
            self._tasks = await stack.enter_async_context(TaskOwner("webhooks"))
            stack.callback(self._running.clear)
            self._running.set()
            self._tasks.start(keep_running(self._write_forever, self._clock), name="results")
            self._tasks.start(keep_running(self._resume_forever, self._clock), name="overdue")
            await keep_running(self._take_forever, self._clock)

    async def redeliver(self, delivery_id: str, attempts: int) -> None:
        """Make the attempt that follows this many, if it is still owed; returns when its result is written down.

        Waits while `run` does not run, and is cancelled with it.
        """
        await self._running.wait()
        assert self._tasks is not None
        await self._tasks.start(self._redeliver(delivery_id, attempts), name="again")

    async def _redeliver(self, delivery_id: str, attempts: int) -> None:
        delivery, endpoint = await self._store.read(lambda tx: _owed(tx, delivery_id, attempts))
        if delivery is None or endpoint is None:
            return
        if endpoint.enabled:
            await self._settle([await self._attempt(delivery, endpoint)], [])
        else:
            await self._settle([], [delivery])

    # --- taking -----------------------------------------------------------------------------------------------------

    async def _take_forever(self) -> None:
        with self._store.signals.listen(DELIVERIES_TOPIC) as bell:
            while True:
                await self._take()
                await bell.rung(POLL_S)

    async def _take(self) -> None:
        """Put what is newly owed into its lanes."""
        self._busy -= self._done
        self._done.clear()
        full = [endpoint_id for endpoint_id, held in self._backlog.items() if held >= BACKLOG]
        held = frozenset(self._busy)
        rows, endpoints = await self._store.read(lambda tx: _pending(tx, BATCH, full, held))
        self._endpoints |= endpoints
        self._more = bool(full) or len(rows) == BATCH
        for row in rows:
            if row.id not in self._busy:
                self._hold(row)

    def _hold(self, row: DeliveryRow) -> None:
        assert self._tasks is not None
        self._busy.add(row.id)
        self._backlog[row.endpoint_id] += 1
        lane = (row.endpoint_id, row.bot_id)
        if lane in self._lanes:
            self._lanes[lane].append(row)
        else:
            self._lanes[lane] = deque([row])
            self._tasks.start(self._drain(lane), name="lane")

    def _release(self, rows: Iterable[DeliveryRow]) -> None:
        for row in rows:
            self._done.add(row.id)
            self._backlog[row.endpoint_id] -= 1
        self._backlog += Counter()  # forgets those that hold nothing

    async def _drain(self, lane: Lane) -> None:
        rows = self._lanes[lane]
        try:
            while rows:
                endpoint = self._endpoints[lane[0]]
                if endpoint.enabled:
                    async with self._slots[endpoint.id], self._connections:
                        attempt = await self._attempt(rows[0], endpoint)
                    self._results.append(attempt)
                    if attempt.status == GONE:  # said once, heard at once
                        self._endpoints[endpoint.id] = replace(endpoint, enabled=False)
                else:
                    self._abandoned.append(rows[0])
                rows.popleft()
                self._written.set()
        finally:
            del self._lanes[lane]
            self._release(rows)

    # --- sending ----------------------------------------------------------------------------------------------------

    async def _attempt(self, delivery: DeliveryRow, endpoint: EndpointRow) -> Attempt:
        assert self._session is not None
        at_ms, began_s = self._clock.now_ms(), self._clock.monotonic_s()
        status, error, answer = None, None, None
        try:
            headers = signed(delivery, endpoint.secrets(at_ms), at_ms)
            reply = await exchange(self._session, endpoint.url, delivery.body, headers, timeout_s=self._timeout_s)
            status, answer = reply.status, readable(reply.body)
        except (DestinationFailure, BlockedAddress) as failure:
            error = failure.message
        return Attempt(delivery, at_ms, (self._clock.monotonic_s() - began_s) * 1000, status, error, answer)

    # --- writing down -----------------------------------------------------------------------------------------------

    async def _write_forever(self) -> None:
        while True:
            await self._written.wait()
            await self._clock.sleep(GATHER_S)
            self._written.clear()
            await self._write_results()

    async def _write_results(self) -> None:
        """Write everything that is known by now, in one transaction. It stays known if that fails."""
        attempts, abandoned = list(self._results), list(self._abandoned)
        if not attempts and not abandoned:
            return
        try:
            await self._settle(attempts, abandoned)
        except BaseException:
            self._written.set()
            raise
        del self._results[:len(attempts)], self._abandoned[:len(abandoned)]
        self._release([*(attempt.delivery for attempt in attempts), *abandoned])
        if self._more:
            self._store.signals.ring(DELIVERIES_TOPIC)

    async def _last_write(self) -> None:
        try:
            async with asyncio.timeout(LAST_WRITE_S):
                await self._write_results()
        except TimeoutError:
            log.warning("results of webhooks were not written down; they will be sent again", count=len(self._results))

    async def _settle(self, attempts: list[Attempt], abandoned: list[DeliveryRow]) -> None:
        def write(tx: UnitOfWork) -> tuple[list[Retry], dict[str, EndpointRow]]:
            abandon(tx, abandoned)
            return settled(tx, attempts, self._schedule)

        retries, endpoints = await self._store.write(write)
        for endpoint in endpoints.values():
            known = self._endpoints.get(endpoint.id, endpoint)
            if endpoint.disabled_reason is not None and known.disabled_reason is None:
                log.warning("webhook endpoint switched off", endpoint_id=endpoint.id, reason=endpoint.disabled_reason)
        self._endpoints |= endpoints
        for attempt in attempts:
            if not attempt.succeeded:
                log.info("webhook not delivered", delivery_id=attempt.delivery.id, webhook=attempt.delivery.event,
                         attempt=attempt.number, status=attempt.status, reason=attempt.error)
        await self._schedule_retries(retries)

    async def _schedule_retries(self, retries: list[Retry]) -> None:
        for retry in retries:
            wait_s = max(0.0, (retry.at_ms - self._clock.now_ms()) / 1000)
            await self._engine.redeliver(retry.delivery_id, retry.attempts, wait_s)

    async def _resume_forever(self) -> None:
        """Send at once whatever is overdue: its workflow was never started, or a server that dies often does not get to it.

        As pending ones, many at a time; the workflow then finds that nothing waits for it. At the start nothing is under way,
        afterwards an attempt that the engine made in time must have had time to end.
        """
        grace_s = 0.0
        while True:
            due_ms = self._clock.now_ms() - grace_s * 1000

            def take_over(tx: UnitOfWork, due_ms: float = due_ms) -> None:
                if tx.webhooks.owe_overdue(due_ms):
                    tx.notify(DELIVERIES_TOPIC)

            await self._store.write(take_over)
            grace_s = self._timeout_s + OVERDUE_GRACE_S
            await self._clock.sleep(OVERDUE_S)


def signed(delivery: DeliveryRow, secrets: tuple[str, ...], at_ms: float) -> dict[str, str]:
    """The headers of one attempt, signed with each of the secrets."""
    headers = {
        "Content-Type": "application/json", **signed_headers(secrets, delivery.message_id, at_ms, delivery.body.decode())}
    if delivery.event.startswith(callbacks.PREFIX):
        headers |= meetstream_headers(delivery.body, secrets[0], at_ms)
    return headers


def readable(answer: bytes) -> str | None:
    """A receiver's answer as the ledger keeps it: text, cut, without what looks like a secret. None for an empty one."""
    if not answer:
        return None
    text = answer[:4 * KEPT_ANSWER].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")[:KEPT_ANSWER]
    return str(redacted(text))


def _pending(
    tx: UnitOfWork, limit: int, full: list[str], held: frozenset[str],
) -> tuple[list[DeliveryRow], dict[str, EndpointRow]]:
    rows = tx.webhooks.pending(limit, full, held)
    return rows, tx.webhooks.endpoints_by_id([row.endpoint_id for row in rows])


def _owed(tx: UnitOfWork, delivery_id: str, attempts: int) -> tuple[DeliveryRow | None, EndpointRow | None]:
    """The delivery, if it waits for exactly this attempt: a resend by hand may have overtaken it."""
    row = tx.webhooks.get_delivery(delivery_id)
    if row is None or row.state != "retrying" or row.attempts != attempts:
        return None, None
    return row, tx.webhooks.endpoints_by_id([row.endpoint_id]).get(row.endpoint_id)
