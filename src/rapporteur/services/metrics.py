"""What an operator watches, counted from what the store holds. Platforms, states and codes; nothing of any meeting.

Every family is one statement of the store, made when somebody asks: there is no second book that could disagree with the first,
and each server on a database tells the same. Rows go when bots are deleted, so all of them are gauges that may fall.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapporteur.kit.clock import Clock
from rapporteur.services.store import Store

Samples = list[tuple[tuple[str, ...], float]]
"""(values of the labels, in their order; value)"""


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    help: str
    labels: tuple[str, ...] = ()


BOTS = Family("rapporteur_bots", "Bots by platform and state.", ("platform", "state"))
ENDS = Family("rapporteur_bot_ends", "Bots that left or failed, by platform and the reason.", ("platform", "sub_code"))
RECORDINGS = Family(
    "rapporteur_recordings",
    "Recordings by the way their media came (tracks, tab, display, stream, upload, unknown) and status.", ("way", "status"))
FALLBACKS = Family(
    "rapporteur_capture_fallbacks", "Recordings whose media was not taken as it was meant to be, by way and reason.",
    ("way", "why"))
TRANSCRIPTS = Family(
    "rapporteur_transcripts", "Transcripts by provider, status and, of failed ones, the code.", ("provider", "status", "code"))
DELIVERIES = Family(
    "rapporteur_webhook_deliveries", "Webhook deliveries by state: pending, retrying, delivered, failed.", ("state",))
OLDEST = Family(
    "rapporteur_webhook_oldest_pending_seconds", "Age of the oldest delivery that is neither delivered nor given up; 0: none.")
ENDPOINTS = Family("rapporteur_live_endpoints", "Live endpoints by type and status.", ("type", "status"))
DELIVERED = Family("rapporteur_live_events_delivered", "Live events that are known to have arrived, by name.", ("event",))
DROPPED = Family("rapporteur_live_events_dropped", "Live events that were given up, by name.", ("event",))

FAMILIES = (BOTS, ENDS, RECORDINGS, FALLBACKS, TRANSCRIPTS, DELIVERIES, OLDEST, ENDPOINTS, DELIVERED, DROPPED)


class Metrics:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def read(self) -> Iterator[tuple[Family, Samples]]:
        """Every family as it is now, all of one state of the database."""
        counted, oldest_ms, events = await self._store.read(
            lambda tx: (tx.tallies.counts(), tx.tallies.oldest_pending_ms(), tx.tallies.live_events()))
        counted[OLDEST.name] = [((), 0.0 if oldest_ms is None else max(0.0, self._clock.now_ms() - oldest_ms) / 1000)]
        counted[DELIVERED.name] = [((event,), delivered) for event, (delivered, _) in events.items()]
        counted[DROPPED.name] = [((event,), dropped) for event, (_, dropped) in events.items()]
        return ((family, counted[family.name]) for family in FAMILIES)
