"""Webhook endpoints and the ledger of what they are owed: the rules of delivery, without the sending.

A delivery is pending until it was tried, retrying between attempts, and in the end delivered or failed. The schedule is a tuple
one can read aloud; what an attempt means for its delivery and for the endpoint is decided here, in one transaction per batch.
"""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

from rapporteur.domain.errors import BlockedAddress, InvalidRequest, NotFound
from rapporteur.domain.ids import derived_id, new_id
from rapporteur.kit.clock import Clock
from rapporteur.services.events import EVENT_NAMES, EVENTS
from rapporteur.services.rows import AttemptRow, BotRow, DeliveryRow, EndpointRow
from rapporteur.services.store import DELIVERIES_TOPIC, Store, UnitOfWork
from rapporteur.services.views import Delivery, WebhookEndpoint

SCHEDULE_S = (0.0, 5.0, 5 * 60.0, 30 * 60.0, 2 * 3600.0, 5 * 3600.0, 10 * 3600.0, 10 * 3600.0)
"""The wait before each attempt. After the last one the delivery has failed."""
_EXACT = 2
"""The first waits are kept to the second; the longer ones are spread, so that a receiver that comes back is not overrun."""
_SPREAD = 0.1
TIMEOUT_S = 15.0
GONE = 410
"""The answer by which a receiver asks to be left alone."""
DISABLED_AFTER_MS = 5 * 24 * 3600 * 1000.0
"""An endpoint at which everything failed for this long is switched off."""
_SECRET_BYTES = 32
MAX_URL = 2048


class UrlGuard(Protocol):
    def check_url(self, url: str, /, *, field: str) -> object:
        """InvalidRequest for what is no URL to post to, BlockedAddress for one that may not be dialled."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: the answer's status, or the error that stood in its place."""

    delivery: DeliveryRow
    at_ms: float
    duration_ms: float
    status: int | None = None
    error: str | None = None

    @property
    def number(self) -> int:
        return self.delivery.attempts + 1

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Retry:
    delivery_id: str
    attempts: int
    """Made so far; names the attempt that is to follow."""
    at_ms: float


def wait_s(delivery_id: str, attempts: int, schedule: tuple[float, ...] = SCHEDULE_S) -> float | None:
    """How long to wait after this many attempts; None when there is no further one."""
    if attempts >= len(schedule):
        return None
    if attempts <= _EXACT:
        return schedule[attempts]
    # The same delivery always gets the same spread: what is computed again after a crash agrees with what was stored.
    fraction = zlib.crc32(f"{delivery_id}:{attempts}".encode()) / 0xFFFFFFFF
    return schedule[attempts] * (1 + _SPREAD * (2 * fraction - 1))


def settle(tx: UnitOfWork, attempts: Iterable[Attempt], schedule: tuple[float, ...] = SCHEDULE_S) -> list[Retry]:
    """Write down what came of attempts; answers those that are to be made again, later."""
    attempts = list(attempts)
    endpoints = tx.webhooks.endpoints_by_id([a.delivery.endpoint_id for a in attempts])
    retries: list[Retry] = []
    for attempt in attempts:
        endpoint = endpoints.get(attempt.delivery.endpoint_id)
        if endpoint is None or tx.webhooks.get_delivery(attempt.delivery.id) is None:
            continue  # removed meanwhile, and its deliveries with it
        health = _health(endpoint, attempt)
        if health:
            tx.webhooks.update_endpoint(endpoint.id, **health)
            endpoints[endpoint.id] = tx.webhooks.endpoints_by_id([endpoint.id])[endpoint.id]
        retry = _retry(attempt, endpoints[endpoint.id].enabled, schedule)
        state = "delivered" if attempt.succeeded else "retrying" if retry else "failed"
        tx.webhooks.record_attempt(
            AttemptRow(attempt.delivery.id, attempt.number, attempt.at_ms, attempt.status, attempt.error, attempt.duration_ms),
            state=state, next_at_ms=retry.at_ms if retry else None,
        )
        retries += [retry] if retry else []
    return retries


def _health(endpoint: EndpointRow, attempt: Attempt) -> dict[str, Any]:
    """What an attempt changes about its endpoint."""
    if attempt.succeeded:
        return {} if endpoint.first_failure_ms is None else {"first_failure_ms": None}
    since = attempt.at_ms if endpoint.first_failure_ms is None else endpoint.first_failure_ms
    changes: dict[str, Any] = {} if since == endpoint.first_failure_ms else {"first_failure_ms": since}
    if attempt.status == GONE or attempt.at_ms - since >= DISABLED_AFTER_MS:
        changes["enabled"] = False
    return changes


def _retry(attempt: Attempt, enabled: bool, schedule: tuple[float, ...]) -> Retry | None:
    if attempt.succeeded or not enabled:
        return None
    wait = wait_s(attempt.delivery.id, attempt.number, schedule)
    ended_ms = attempt.at_ms + attempt.duration_ms
    return None if wait is None else Retry(attempt.delivery.id, attempt.number, ended_ms + wait * 1000)


def abandon(tx: UnitOfWork, deliveries: Iterable[DeliveryRow]) -> None:
    """Give up, untried, what is owed to an endpoint that is switched off; it can be sent again by hand."""
    for delivery in deliveries:
        tx.webhooks.update_delivery(delivery.id, state="failed", next_at_ms=None, last_error="the endpoint is switched off")


def subscribe(tx: UnitOfWork, bot: BotRow, now_ms: float) -> None:
    """Give a new bot the endpoints its own request names, as far as they ask for events of this server.

    What else they ask for is live media and words, which the bot sends by itself. They share their workspace's secret.
    """
    asked = (bot.config.get("recording_config") or {}).get("realtime_endpoints") or []
    for position, wanted in enumerate(asked):
        events = tuple(name for name in wanted.get("events", ()) if name in EVENT_NAMES)
        if wanted.get("type") == "webhook" and events:
            tx.webhooks.add_endpoint(EndpointRow(
                derived_id(bot.id, "endpoint", str(position)), bot.workspace_id, bot.id, wanted["url"], events,
                workspace_secret(tx, bot.workspace_id), True, "", now_ms,
            ))


def workspace_secret(tx: UnitOfWork, workspace_id: str) -> str:
    """The secret that signs what goes to endpoints of single bots; made at the first call."""
    name = f"webhooks:{workspace_id}"
    value = tx.secrets.get(name)
    if value is None:
        value = secrets.token_bytes(_SECRET_BYTES)
        tx.secrets.put(name, value)
    return _written(value)


class Webhooks:
    def __init__(self, store: Store, clock: Clock, url_guard: UrlGuard) -> None:
        self._store = store
        self._clock = clock
        self._guard = url_guard

    async def add(
        self, workspace_id: str, url: str, events: Iterable[str] = (), description: str = "",
    ) -> WebhookEndpoint:
        """Register an endpoint; no events means every event. The answer alone carries the secret.

        InvalidRequest names `url` or `events` and what to do.
        """
        endpoint = EndpointRow(
            new_id(), workspace_id, None, self._checked_url(url), _checked_events(events),
            _written(secrets.token_bytes(_SECRET_BYTES)), True, description, self._clock.now_ms(),
        )
        await self._store.write(lambda tx: tx.webhooks.add_endpoint(endpoint))
        return _view(endpoint, secret=endpoint.secret)

    async def list(self, workspace_id: str) -> list[WebhookEndpoint]:
        """The workspace's endpoints, oldest first; those of single bots are not among them."""
        rows = await self._store.read(lambda tx: tx.webhooks.endpoints(workspace_id))
        return [_view(row) for row in rows if row.bot_id is None]

    async def get(self, workspace_id: str, endpoint_id: str) -> WebhookEndpoint:
        return _view(await self._store.read(lambda tx: _found(tx, workspace_id, endpoint_id)))

    async def remove(self, workspace_id: str, endpoint_id: str) -> None:
        """Forget the endpoint and everything it was owed."""

        def remove(tx: UnitOfWork) -> None:
            tx.webhooks.remove_endpoint(_found(tx, workspace_id, endpoint_id).id)

        await self._store.write(remove)

    async def enable(self, workspace_id: str, endpoint_id: str, enabled: bool = True) -> WebhookEndpoint:
        """Switch an endpoint on, with its failures forgotten, or off. Events of the time it is off are not kept for it."""

        def enable(tx: UnitOfWork) -> WebhookEndpoint:
            tx.webhooks.update_endpoint(_found(tx, workspace_id, endpoint_id).id, enabled=enabled, first_failure_ms=None)
            return _view(_found(tx, workspace_id, endpoint_id))

        return await self._store.write(enable)

    async def deliveries(
        self, workspace_id: str, endpoint_id: str, state: str | None = None, limit: int = 100,
    ) -> list[Delivery]:
        """Newest first."""

        def read(tx: UnitOfWork) -> list[DeliveryRow]:
            return tx.webhooks.deliveries(_found(tx, workspace_id, endpoint_id).id, state, limit)

        return [_delivery(row) for row in await self._store.read(read)]

    async def resend(self, workspace_id: str, delivery_id: str) -> Delivery:
        """Send a delivery once more, now, whatever became of it: the same bytes under the same id."""

        def again(tx: UnitOfWork) -> Delivery:
            row = tx.webhooks.get_delivery(delivery_id)
            if row is None or row.workspace_id != workspace_id:
                raise NotFound("There is no delivery with this id.")
            tx.webhooks.update_delivery(delivery_id, state="pending", next_at_ms=None)
            tx.notify(DELIVERIES_TOPIC)
            return _delivery(row, state="pending")

        return await self._store.write(again)

    def _checked_url(self, url: str) -> str:
        url = url.strip()
        if len(url) > MAX_URL:
            raise InvalidRequest("url", f"A URL has at most {MAX_URL} characters.")
        try:
            self._guard.check_url(url, field="url")
        except BlockedAddress as error:
            raise InvalidRequest("url", error.message) from error
        return url


def _checked_events(events: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(events))
    for name in chosen:
        if name not in EVENT_NAMES:
            near = get_close_matches(name, EVENT_NAMES, n=3) or EVENTS.get(name.partition(".")[0]) or EVENTS["bot"]
            raise InvalidRequest("events", f"There is no event {name!r}. Near it: {', '.join(near)}.")
    return chosen


def _written(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"


def _found(tx: UnitOfWork, workspace_id: str, endpoint_id: str) -> EndpointRow:
    endpoint = tx.webhooks.endpoint(workspace_id, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no webhook endpoint with this id.")
    return endpoint


def _view(row: EndpointRow, *, secret: str = "") -> WebhookEndpoint:
    return WebhookEndpoint(row.id, row.url, row.events, secret, row.enabled, row.created_at_ms, row.description)


def _delivery(row: DeliveryRow, state: str | None = None) -> Delivery:
    return Delivery(
        row.id, row.endpoint_id, row.event, state or row.state, row.attempts, row.created_at_ms, row.last_status,
        row.last_error,
    )
