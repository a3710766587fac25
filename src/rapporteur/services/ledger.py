"""The ledger's rules: what an attempt means for its delivery and for its endpoint, and when the next one is made.

A delivery is pending until it was tried, retrying between attempts, and in the end delivered or failed. The schedule is a tuple
one can read aloud. What came of many attempts is written in one transaction and with few statements.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapporteur.services.rows import AttemptRow, DeliveryRow, EndpointRow
from rapporteur.services.store import UnitOfWork

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
FAILING, GONE_AWAY, SWITCHED_OFF = "failing", "gone", "switched_off"
"""Why an endpoint is not enabled: it failed for too long, it asked to be left alone, somebody said so."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: the answer's status, or the error that stood in its place."""

    delivery: DeliveryRow
    at_ms: float
    duration_ms: float
    status: int | None = None
    error: str | None = None
    response: str | None = None
    """What the receiver answered, cut and redacted."""

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
    return settled(tx, attempts, schedule)[0]


def settled(
    tx: UnitOfWork, attempts: Iterable[Attempt], schedule: tuple[float, ...] = SCHEDULE_S,
) -> tuple[list[Retry], dict[str, EndpointRow]]:
    """The same, with the endpoints as they are then."""
    attempts = list(attempts)
    endpoints = tx.webhooks.endpoints_by_id([a.delivery.endpoint_id for a in attempts])
    before = dict(endpoints)
    retries: list[Retry] = []
    made: list[tuple[AttemptRow, str, float | None]] = []
    for attempt in attempts:
        endpoint = endpoints.get(attempt.delivery.endpoint_id)
        if endpoint is None:
            continue  # removed meanwhile, and its deliveries with it
        endpoint = endpoints[endpoint.id] = _health(endpoint, attempt)
        retry = _retry(attempt, endpoint.enabled, schedule)
        state = "delivered" if attempt.succeeded else "retrying" if retry else "failed"
        made.append((_row(attempt), state, retry.at_ms if retry else None))
        retries += [retry] if retry else []
    tx.webhooks.record_attempts(made)
    for endpoint_id, endpoint in endpoints.items():
        _save(tx, before[endpoint_id], endpoint)
    return retries, endpoints


def _row(attempt: Attempt) -> AttemptRow:
    return AttemptRow(
        attempt.delivery.id, attempt.number, attempt.at_ms, attempt.status, attempt.error, attempt.duration_ms,
        attempt.response,
    )


def _health(endpoint: EndpointRow, attempt: Attempt) -> EndpointRow:
    """The endpoint after an attempt."""
    if attempt.succeeded:
        return endpoint if endpoint.first_failure_ms is None else replace(endpoint, first_failure_ms=None)
    since = attempt.at_ms if endpoint.first_failure_ms is None else endpoint.first_failure_ms
    endpoint = replace(endpoint, first_failure_ms=since)
    why = GONE_AWAY if attempt.status == GONE else FAILING if attempt.at_ms - since >= DISABLED_AFTER_MS else None
    if why is None or not endpoint.enabled:
        return endpoint
    return replace(endpoint, enabled=False, disabled_at_ms=attempt.at_ms, disabled_reason=why)


def _save(tx: UnitOfWork, before: EndpointRow, endpoint: EndpointRow) -> None:
    names = ("first_failure_ms", "enabled", "disabled_at_ms", "disabled_reason")
    changes = {name: getattr(endpoint, name) for name in names if getattr(endpoint, name) != getattr(before, name)}
    if changes:
        tx.webhooks.update_endpoint(endpoint.id, **changes)


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
