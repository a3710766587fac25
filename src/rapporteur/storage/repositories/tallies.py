"""How many there are of everything: one grouping statement for each family of services/metrics.py, over all workspaces."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, select

from rapporteur.domain.providers import CAPTIONS, PROVIDERS, ZOOM_STREAM
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services import metrics
from rapporteur.services.metrics import Family, Samples
from rapporteur.services.rows import UPLOAD, EventCounts
from rapporteur.storage.tables import artifacts, bots, live_endpoints, live_event_counts, recordings, webhook_deliveries

Counting = Select[*tuple[Any, ...]]
"""Labels, then how many."""
_UNSETTLED = ("pending", "retrying")


def _grouped(source: FromClause, *labels: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Counting:
    """How many rows there are of each combination of labels."""
    named = [label.label(f"label_{position}") for position, label in enumerate(labels)]
    rows = select(*named).select_from(source)
    # Grouped outside: PostgreSQL takes an expression with parameters, written twice, for two.
    inner = (rows if where is None else rows.where(where)).subquery()
    return select(*inner.c, func.count()).group_by(*inner.c)


_WAY = func.coalesce(
    recordings.c.report[("capture", "way")].as_string(),
    case((bots.c.config[("zoom", "rtms")].as_string().is_not(None), "stream"), (bots.c.platform == UPLOAD, "upload")),
    "unknown",
)
_WHY = recordings.c.report[("capture", "why")].as_string()
# The whole value holds options, which are users' own words.
_PROVIDER = artifacts.c.detail["provider"].as_string()
_PROVIDER_KEY = case(
    *((_PROVIDER.startswith(f'{{"{key}"', autoescape=True), key) for key in (*PROVIDERS, CAPTIONS, ZOOM_STREAM)),
    else_="unknown",
)
_COUNTS: dict[Family, Counting] = {
    metrics.BOTS: _grouped(bots, bots.c.platform, bots.c.state, where=bots.c.platform != UPLOAD),
    metrics.ENDS: _grouped(bots, bots.c.platform, bots.c.sub_code, where=bots.c.sub_code.is_not(None)),
    metrics.RECORDINGS: _grouped(recordings.join(bots, recordings.c.bot_id == bots.c.id), _WAY, recordings.c.status_code),
    metrics.FALLBACKS: _grouped(
        recordings, recordings.c.report[("capture", "way")].as_string(), _WHY, where=_WHY.is_not(None)),
    metrics.TRANSCRIPTS: _grouped(
        artifacts, _PROVIDER_KEY, artifacts.c.status_code, artifacts.c.status_sub_code,
        where=artifacts.c.kind == ArtifactKind.TRANSCRIPT.value),
    metrics.DELIVERIES: _grouped(webhook_deliveries, webhook_deliveries.c.state),
    metrics.ENDPOINTS: _grouped(live_endpoints, live_endpoints.c.type, live_endpoints.c.status_code),
}
_OLDEST = select(func.min(webhook_deliveries.c.created_at_ms)).where(webhook_deliveries.c.state.in_(_UNSETTLED))

_EVENTS = select(
    live_event_counts.c.event, func.sum(live_event_counts.c.delivered), func.sum(live_event_counts.c.dropped),
).group_by(live_event_counts.c.event)


class Tallies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self) -> dict[str, Samples]:
        return {
            family.name: [(tuple(label or "" for label in labels), float(count))
                          for *labels, count in self._connection.execute(statement)]
            for family, statement in _COUNTS.items()
        }

    def live_events(self) -> EventCounts:
        return {event: (int(delivered), int(dropped)) for event, delivered, dropped in self._connection.execute(_EVENTS)}

    def oldest_pending_ms(self) -> float | None:
        return self._connection.execute(_OLDEST).scalar_one()
