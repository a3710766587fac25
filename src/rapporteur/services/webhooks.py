"""Webhook endpoints and what was sent to them, as their owner sees and changes both. Nothing here sends.

What an attempt means for its delivery is decided in ledger.py, what an event says in events.py.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Protocol

from rapporteur.domain.errors import BlockedAddress, InvalidRequest, NotFound, Refused
from rapporteur.domain.ids import derived_id, new_id
from rapporteur.kit.clock import Clock
from rapporteur.services import callbacks
from rapporteur.services.events import EVENT_NAMES, EVENTS, encoded, example, owed
from rapporteur.services.ledger import SWITCHED_OFF
from rapporteur.services.rows import BotRow, DeliveryRow, EndpointRow
from rapporteur.services.store import DELIVERIES_TOPIC, Store, UnitOfWork
from rapporteur.services.views import Delivery, DeliveryAttempt, DeliveryDetail, WebhookEndpoint

_SECRET_BYTES = 32
MAX_URL = 2048
OVERLAP_S = 24 * 3600.0
MAX_OVERLAP_S = 7 * 24 * 3600.0
"""How long a changed secret goes on to sign beside the new one: by default, and at most."""
STATES = ("pending", "retrying", "delivered", "failed")
TEST_EVENT = "bot.status_change"


class UrlGuard(Protocol):
    def check_url(self, url: str, /, *, field: str) -> object:
        """InvalidRequest for what is no URL to post to, BlockedAddress for one that may not be dialled."""
        ...


def subscribe(tx: UnitOfWork, bot: BotRow, now_ms: float) -> None:
    """Give a new bot the endpoints its own request names, as far as they ask for events of this server.

    What else they ask for is live media and words, which the bot sends by itself. They share their workspace's secret.
    """
    subscribe_recording(tx, bot, bot.config.get("recording_config") or {}, now_ms)
    if bot.config.get("callback") and (own := callbacks.endpoint(bot, workspace_secret(tx, bot.workspace_id), now_ms)):
        tx.webhooks.add_endpoint(own)


def subscribe_recording(
    tx: UnitOfWork, bot: BotRow, recording_config: dict[str, Any], now_ms: float, order: int | None = None,
) -> None:
    """The same for a recording: the bot's own, or one that is started by the order of this number. What an address is told of
    the bot already it is not told twice."""
    endpoints: list[dict[str, Any]] = recording_config.get("realtime_endpoints") or []
    for position, wanted in enumerate(endpoints):
        if wanted.get("type") != "webhook":
            continue
        asked = (name for name in wanted.get("events", ()) if name in EVENT_NAMES)
        events = tuple(name for name in asked if order is None or not _told(tx, bot, name, wanted["url"]))
        if events:
            place = str(position) if order is None else f"{order}/{position}"
            tx.webhooks.add_endpoint(EndpointRow(
                derived_id(bot.id, "endpoint", place), bot.workspace_id, bot.id, wanted["url"], events,
                workspace_secret(tx, bot.workspace_id), True, "", now_ms,
            ))


def _told(tx: UnitOfWork, bot: BotRow, event: str, url: str) -> bool:
    return any(
        (row.bot_id, row.url) == (bot.id, url) for row in tx.webhooks.endpoints_for(bot.workspace_id, bot.id, event))


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
            new_id(), workspace_id, None, self.check_url(url, field="url"), _checked_events(events),
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

    async def change(
        self, workspace_id: str, endpoint_id: str, *, url: str | None = None, events: Iterable[str] | None = None,
        description: str | None = None,
    ) -> WebhookEndpoint:
        """Change what is given. What is owed already goes to the new address."""
        changes: dict[str, Any] = {} if url is None else {"url": self.check_url(url, field="url")}
        changes |= {} if events is None else {"events": _checked_events(events)}
        changes |= {} if description is None else {"description": description}
        return await self._change(workspace_id, endpoint_id, **changes)

    async def enable(self, workspace_id: str, endpoint_id: str, enabled: bool = True) -> WebhookEndpoint:
        """Switch an endpoint on, with its failures forgotten, or off. Events of the time it is off are not kept for it."""
        return await self._change(
            workspace_id, endpoint_id, enabled=enabled, first_failure_ms=None,
            disabled_at_ms=None if enabled else self._clock.now_ms(), disabled_reason=None if enabled else SWITCHED_OFF,
        )

    async def _change(self, workspace_id: str, endpoint_id: str, **changes: Any) -> WebhookEndpoint:
        def change(tx: UnitOfWork) -> WebhookEndpoint:
            found = _found(tx, workspace_id, endpoint_id)
            if changes:
                tx.webhooks.update_endpoint(found.id, **changes)
            return _view(_found(tx, workspace_id, endpoint_id))

        return await self._store.write(change)

    # --- secrets ----------------------------------------------------------------------------------------------------

    async def rotate(self, workspace_id: str, endpoint_id: str, overlap_s: float = OVERLAP_S) -> WebhookEndpoint:
        """Give an endpoint a new secret, which this answer alone carries. Until the overlap is over, both sign."""
        fresh, until = _written(secrets.token_bytes(_SECRET_BYTES)), self._clock.now_ms() + overlap_s * 1000

        def rotate(tx: UnitOfWork) -> WebhookEndpoint:
            _renew(tx, _found(tx, workspace_id, endpoint_id), fresh, until)
            return _view(_found(tx, workspace_id, endpoint_id), secret=fresh)

        return await self._store.write(rotate)

    async def workspace_secret(self, workspace_id: str) -> str:
        """The secret that signs what goes to the endpoints which single bots were given in their requests."""
        return await self._store.write(lambda tx: workspace_secret(tx, workspace_id))

    async def rotate_workspace_secret(self, workspace_id: str, overlap_s: float = OVERLAP_S) -> str:
        """A new one, for the bots that are and those to come. Until the overlap is over, both sign for those that are."""
        until = self._clock.now_ms() + overlap_s * 1000

        def rotate(tx: UnitOfWork) -> str:
            tx.secrets.put(f"webhooks:{workspace_id}", secrets.token_bytes(_SECRET_BYTES))
            fresh = workspace_secret(tx, workspace_id)
            for endpoint in tx.webhooks.endpoints(workspace_id):
                if endpoint.bot_id is not None:
                    _renew(tx, endpoint, fresh, until)
            return fresh

        return await self._store.write(rotate)

    # --- the ledger -------------------------------------------------------------------------------------------------

    async def send_test(self, workspace_id: str, endpoint_id: str, event: str | None = None) -> Delivery:
        """Send an example of an event, by default the first that the endpoint asked for; it is about no real bot.

        Refused(endpoint_disabled) where nothing is sent to.
        """
        now = self._clock.now_ms()

        def send(tx: UnitOfWork) -> Delivery:
            endpoint = _found(tx, workspace_id, endpoint_id)
            if not endpoint.enabled:
                raise Refused("This endpoint is switched off: enable it first.", code="endpoint_disabled")
            [name] = _checked_events([event or next(iter(endpoint.events), TEST_EVENT)])
            announcement, event_id = example(name, now), new_id()
            delivery = owed(announcement, endpoint, event_id, encoded(announcement, event_id))
            tx.webhooks.add_delivery(delivery)
            tx.notify(DELIVERIES_TOPIC)
            return _delivery(delivery)

        return await self._store.write(send)

    async def deliveries(
        self, workspace_id: str, endpoint_id: str, state: str | None = None, limit: int = 100,
    ) -> list[Delivery]:
        """Newest first."""

        def read(tx: UnitOfWork) -> list[DeliveryRow]:
            return tx.webhooks.deliveries(_found(tx, workspace_id, endpoint_id).id, state, limit)

        return [_delivery(row) for row in await self._store.read(read)]

    async def delivery(self, workspace_id: str, endpoint_id: str, delivery_id: str) -> DeliveryDetail:
        """One delivery with its request and every answer."""

        def read(tx: UnitOfWork) -> DeliveryDetail:
            row = _owed(tx, workspace_id, endpoint_id, delivery_id)
            return DeliveryDetail(_delivery(row), row.body or None, tuple(
                DeliveryAttempt(a.number, a.at_ms, a.duration_ms, a.status, a.error, a.response)
                for a in tx.webhooks.attempts(row.id)
            ))

        return await self._store.read(read)

    async def resend(self, workspace_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
        """Send a delivery once more, now, whatever became of it: the same bytes under the same event's id.

        Refused(content_deleted) once its bot's media was deleted.
        """

        def again(tx: UnitOfWork) -> Delivery:
            row = _owed(tx, workspace_id, endpoint_id, delivery_id)
            if not row.body:
                raise Refused("What this delivery said was deleted with the media of its bot.", code="content_deleted")
            tx.webhooks.update_delivery(delivery_id, state="pending", next_at_ms=None)
            tx.notify(DELIVERIES_TOPIC)
            return _delivery(row, state="pending")

        return await self._store.write(again)

    async def resend_since(
        self, workspace_id: str, endpoint_id: str, since_ms: float, states: tuple[str, ...] = ("failed",),
    ) -> int:
        """Send again everything since a moment that is in one of these states; answers how many."""

        def again(tx: UnitOfWork) -> int:
            count = tx.webhooks.owe_again(_found(tx, workspace_id, endpoint_id).id, since_ms, states)
            tx.notify(DELIVERIES_TOPIC)
            return count

        return await self._store.write(again)

    def check_url(self, url: str, *, field: str) -> str:
        """The URL of an endpoint, trimmed; InvalidRequest on `field` for one that nothing can be posted to."""
        url = url.strip()
        if len(url) > MAX_URL:
            raise InvalidRequest(field, f"A URL has at most {MAX_URL} characters.")
        try:
            self._guard.check_url(url, field=field)
        except BlockedAddress as error:
            raise InvalidRequest(field, error.message) from error
        return url


def _checked_events(events: Iterable[str]) -> tuple[str, ...]:
    """The names, each once; a noun stands for all of its events."""
    chosen = tuple(dict.fromkeys(name for given in events for name in EVENTS.get(given, (given,))))
    for name in chosen:
        if name not in EVENT_NAMES:
            near = get_close_matches(name, EVENT_NAMES, n=3) or EVENTS.get(name.partition(".")[0]) or EVENTS["bot"]
            raise InvalidRequest("events", f"There is no event {name!r}. Near it: {', '.join(near)}.")
    return chosen


def _written(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"


def _renew(tx: UnitOfWork, endpoint: EndpointRow, fresh: str, until_ms: float) -> None:
    tx.webhooks.update_endpoint(
        endpoint.id, secret=fresh, previous_secret=endpoint.secret, previous_until_ms=until_ms)


def _found(tx: UnitOfWork, workspace_id: str, endpoint_id: str) -> EndpointRow:
    endpoint = tx.webhooks.endpoint(workspace_id, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no webhook endpoint with this id.")
    return endpoint


def _owed(tx: UnitOfWork, workspace_id: str, endpoint_id: str, delivery_id: str) -> DeliveryRow:
    row = tx.webhooks.find_delivery(workspace_id, endpoint_id, delivery_id)
    if row is None:
        raise NotFound("There is no delivery with this id.")
    return row


def _view(row: EndpointRow, *, secret: str = "") -> WebhookEndpoint:
    return WebhookEndpoint(
        row.id, row.url, row.events, secret, row.enabled, row.created_at_ms, row.description, row.previous_until_ms,
        row.first_failure_ms, row.disabled_at_ms, row.disabled_reason,
    )


def _delivery(row: DeliveryRow, state: str | None = None) -> Delivery:
    return Delivery(
        row.id, row.endpoint_id, row.event, state or row.state, row.attempts, row.created_at_ms, row.last_status,
        row.last_error, row.message_id, row.next_at_ms,
    )
