"""What the use cases need from a database: one unit of work per transaction, with the records of each noun on it.

A function given to `Store.write` runs inside one transaction: it commits when the function returns, and nothing of it remains
when it raises. It may run again from the start, so it must have no effect but on the unit it was given. It runs beside the
event loop, never on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar

from rapporteur.domain.recording import ArtifactKind
from rapporteur.kit.signals import Signals
from rapporteur.services.filters import ArtifactFilters, BotFilters, LiveEndpointFilters, RecordingFilters
from rapporteur.services.paging import Cursor
from rapporteur.services.rows import (
    AnswerRow,
    ArtifactRow,
    AttemptRow,
    BotRow,
    CredentialsRow,
    DeliveryRow,
    EndpointRow,
    EventCounts,
    KeyRow,
    LiveEndpointRow,
    MemberRow,
    RecordingRow,
    ScreenshotRow,
    UploadRow,
    WorkspaceRow,
)
from rapporteur.services.views import LiveEvent, LogLine, Status, StoredFile
from rapporteur.wire.control import Order

T = TypeVar("T")


class BotRecords(Protocol):
    def add(self, bot: BotRow) -> None: ...

    def get(self, bot_id: str) -> BotRow | None:
        """Of whatever workspace: for the server's own work, never for a user's request."""
        ...

    def find(self, workspace_id: str, bot_id: str) -> BotRow | None: ...

    def many(self, bot_ids: list[str]) -> dict[str, BotRow]: ...

    def page(self, workspace_id: str, filters: BotFilters, cursor: Cursor | None, limit: int) -> list[BotRow]:
        """Up to `limit` rows beyond the cursor, newest first in either direction."""
        ...

    def nth(self, workspace_id: str, filters: BotFilters, position: int) -> BotRow | None:
        """The bot at a position, from 0, newest first."""
        ...

    def count(self, workspace_id: str, filters: BotFilters) -> int: ...

    def update(self, bot_id: str, **changes: Any) -> None:
        """Set columns, named as the fields of BotRow."""
        ...

    def occupying(self, soon_ms: float) -> int:
        """How many bots, of all workspaces, are in a meeting, on their way, or to set out by that moment.

        In a write that holds until its end: no other counts before.
        """
        ...

    def remove(self, bot_id: str) -> None:
        """With everything that belongs to it."""
        ...

    def add_status(self, bot_id: str, status: Status) -> None: ...

    def statuses(self, bot_ids: list[str]) -> dict[str, tuple[Status, ...]]:
        """Oldest first."""
        ...

    def scheduled(self) -> list[tuple[str, float | None]]:
        """(bot, join_at_ms) of every bot for which no process was ever asked for and none is excluded."""
        ...

    def live(self) -> list[tuple[str, int]]:
        """(bot, generation) of every process that was asked for and is not over."""
        ...

    def expired(self, now_ms: float) -> list[tuple[str, int]]:
        """Those of `live` whose lease ran out."""
        ...

    def stays(self, workspace_id: str, before_ms: float) -> list[tuple[float, float | None]]:
        """(set out, was through) of every bot that set out for its meeting before a moment and did not fail.

        It was through when it was done, or else when it left; None while it is at it.
        """
        ...

    def renew(self, bot_id: str, generation: int, until_ms: float) -> bool:
        """False if this generation is not the present one or is over."""
        ...


class BotHistory(Protocol):
    """What happens to a bot, entry by entry."""

    def add_events(self, workspace_id: str, bot_id: str, events: list[LiveEvent]) -> None: ...

    def events(self, bot_id: str, after: int, limit: int) -> list[LiveEvent]: ...

    def remove_events(self, bot_id: str, types: tuple[str, ...], recording_id: str) -> None:
        """Those of these types that tell of a recording; the numbers of the others stay."""
        ...

    def add_log(self, workspace_id: str, bot_id: str, line: LogLine) -> None: ...

    def logs(self, bot_id: str) -> list[LogLine]: ...

    def add_order(self, workspace_id: str, bot_id: str, order: Order) -> None: ...

    def orders(self, bot_id: str, after: int) -> list[Order]:
        """Not yet acknowledged, with a higher number than `after`."""
        ...

    def ordered(self, bot_id: str, name: str) -> bool:
        """Whether an order of this name was ever given, acknowledged or not."""
        ...

    def acknowledge_orders(self, bot_id: str, number: int) -> None:
        """Up to and including `number`."""
        ...

    def forget_orders(self, bot_id: str) -> None:
        """Remove what acknowledged orders said."""
        ...


class RecordingRecords(Protocol):
    def add(self, recording: RecordingRow) -> None: ...

    def get(self, recording_id: str) -> RecordingRow | None: ...

    def find(self, workspace_id: str, recording_id: str) -> RecordingRow | None: ...

    def many(self, recording_ids: list[str]) -> dict[str, RecordingRow]: ...

    def of_bots(self, bot_ids: list[str]) -> list[RecordingRow]:
        """Oldest first."""
        ...

    def page(
        self, workspace_id: str, filters: RecordingFilters, cursor: Cursor | None, limit: int,
    ) -> list[RecordingRow]: ...

    def expired(self, now_ms: float, limit: int) -> list[RecordingRow]:
        """Finished ones that were to be kept until a time that is past."""
        ...

    def update(self, recording_id: str, **changes: Any) -> None: ...


class ArtifactRecords(Protocol):
    def add(self, artifact: ArtifactRow) -> None: ...

    def find(self, workspace_id: str, kind: ArtifactKind, artifact_id: str) -> ArtifactRow | None: ...

    def get(self, artifact_id: str) -> ArtifactRow | None:
        """Of whatever workspace and kind: for the server's own work."""
        ...

    def processing_after_call(self, mark: str) -> list[str]:
        """Ids of those that are processing and have this mark in their detail."""
        ...

    def of_recordings(self, recording_ids: list[str]) -> list[ArtifactRow]: ...

    def page(
        self, workspace_id: str, kind: ArtifactKind, filters: ArtifactFilters, cursor: Cursor | None, limit: int,
    ) -> list[ArtifactRow]: ...

    def update(self, artifact_id: str, **changes: Any) -> None: ...

    def set_files(self, artifact: ArtifactRow, files: list[StoredFile]) -> None: ...

    def files(self, artifact_ids: list[str]) -> dict[str, tuple[StoredFile, ...]]: ...

    def unerased(self, limit: int) -> list[str]:
        """Bots of which deleted artifacts still have files."""
        ...

    def leftovers(self, bot_id: str, limit: int) -> dict[str, list[str]]:
        """Keys of the files that deleted artifacts of a bot still have, by artifact."""
        ...

    def remove_files(self, artifact_id: str) -> None: ...


class LiveEndpointRecords(Protocol):
    def add(self, endpoint: LiveEndpointRow) -> None: ...

    def find(self, workspace_id: str, endpoint_id: str) -> LiveEndpointRow | None: ...

    def of_recordings(self, recording_ids: list[str]) -> list[LiveEndpointRow]:
        """In the order of their configuration."""
        ...

    def page(
        self, workspace_id: str, filters: LiveEndpointFilters, cursor: Cursor | None, limit: int,
    ) -> list[LiveEndpointRow]: ...

    def update(self, endpoint_id: str, **changes: Any) -> None: ...

    def count(self, endpoint_id: str, generation: int, counts: EventCounts) -> None:
        """In place of what this generation of the bot had told before."""
        ...

    def counted(self, endpoint_ids: list[str]) -> dict[str, EventCounts]:
        """Of all generations; those of which nothing was told are absent, or empty."""
        ...


class UploadRecords(Protocol):
    def add(self, upload: UploadRow) -> None: ...

    def get(self, upload_id: str) -> UploadRow | None: ...

    def find(self, workspace_id: str, upload_id: str) -> UploadRow | None: ...

    def many(self, upload_ids: list[str]) -> dict[str, UploadRow]: ...

    def page(self, workspace_id: str, cursor: Cursor | None, limit: int) -> list[UploadRow]: ...

    def unfinished(self, status_code: str) -> list[str]:
        """Ids of those in this status whose file has come."""
        ...

    def update(self, upload_id: str, **changes: Any) -> None: ...


class ScreenshotRecords(Protocol):
    def add(self, screenshot: ScreenshotRow) -> None: ...

    def find(self, bot_id: str, screenshot_id: str) -> ScreenshotRow | None: ...

    def of_bot(
        self, bot_id: str, after_ms: float | None = None, before_ms: float | None = None,
    ) -> list[ScreenshotRow]:
        """Newest first; bounds are inclusive."""
        ...

    def before(self, at_ms: float, limit: int) -> list[ScreenshotRow]:
        """The oldest of those taken before a moment, of whatever bot."""
        ...

    def unerased(self, limit: int) -> list[str]:
        """Bots whose media is deleted and that still have some."""
        ...

    def remove(self, screenshot_ids: list[str]) -> None: ...


class WebhookRecords(Protocol):
    def add_endpoint(self, endpoint: EndpointRow) -> None: ...

    def endpoint(self, workspace_id: str, endpoint_id: str) -> EndpointRow | None: ...

    def endpoints(self, workspace_id: str) -> list[EndpointRow]:
        """Oldest first."""
        ...

    def endpoints_for(self, workspace_id: str, bot_id: str | None, event: str) -> list[EndpointRow]:
        """The enabled ones that subscribed to the event: the workspace's and the bot's own."""
        ...

    def endpoints_by_id(self, endpoint_ids: list[str]) -> dict[str, EndpointRow]: ...

    def update_endpoint(self, endpoint_id: str, **changes: Any) -> None: ...

    def remove_endpoint(self, endpoint_id: str) -> None: ...

    def remove_endpoints_of(self, bot_id: str) -> None:
        """Those of one bot alone, with what they are owed."""
        ...

    def add_delivery(self, delivery: DeliveryRow) -> None: ...

    def add_deliveries(self, deliveries: list[DeliveryRow]) -> None: ...

    def get_delivery(self, delivery_id: str) -> DeliveryRow | None: ...

    def find_delivery(self, workspace_id: str, endpoint_id: str, delivery_id: str) -> DeliveryRow | None: ...

    def pending(self, limit: int, without: Collection[str] = (), held: Collection[str] = ()) -> list[DeliveryRow]:
        """To be sent at once, oldest first; none of the endpoints `without`, none of the deliveries `held`."""
        ...

    def retrying(self, due_ms: float) -> list[DeliveryRow]:
        """Those whose next attempt is due by then."""
        ...

    def owe_overdue(self, due_ms: float) -> int:
        """Make pending what was to be tried again by then and was not; answers how many."""
        ...

    def update_delivery(self, delivery_id: str, **changes: Any) -> None: ...

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> list[DeliveryRow]:
        """Newest first."""
        ...

    def owe_again(self, endpoint_id: str, since_ms: float, states: tuple[str, ...]) -> int:
        """Make pending what is in one of these states, of a moment or later, and has its body; answers how many."""
        ...

    def forget_content(self, bot_id: str, states: tuple[str, ...]) -> None:
        """Remove what was said and answered: the bodies of a bot's deliveries in these states, and all receivers' answers."""
        ...

    def record_attempt(self, attempt: AttemptRow, *, state: str, next_at_ms: float | None = None) -> None:
        """Keep the attempt and set what the delivery has become."""
        ...

    def record_attempts(self, attempts: list[tuple[AttemptRow, str, float | None]]) -> None:
        """The same of many: attempt, state, time of the next attempt."""
        ...

    def attempts(self, delivery_id: str) -> list[AttemptRow]: ...


class WorkspaceRecords(Protocol):
    """Workspaces, who belongs to them, and what opens providers' accounts for them."""

    def add(self, workspace: WorkspaceRow) -> None: ...

    def get(self, workspace_id: str) -> WorkspaceRow | None: ...

    def all(self) -> list[WorkspaceRow]:
        """Oldest first."""
        ...

    def update(self, workspace_id: str, **changes: Any) -> None:
        """Set columns, named as the fields of WorkspaceRow."""
        ...

    def add_member(self, member: MemberRow) -> None: ...

    def members(self, workspace_id: str) -> list[MemberRow]:
        """In the order of their joining."""
        ...

    def set_role(self, member_id: str, role: str) -> None: ...

    def remove_member(self, member_id: str) -> None: ...

    def put_credentials(self, credentials: CredentialsRow) -> None:
        """In place of those the workspace had for the provider."""
        ...

    def credentials(self, workspace_id: str, provider: str) -> CredentialsRow | None: ...

    def all_credentials(self, workspace_id: str) -> list[CredentialsRow]:
        """By provider; without the secrets, which stay sealed."""
        ...

    def remove_credentials(self, workspace_id: str, provider: str) -> None: ...


class KeyRecords(Protocol):
    def ensure_workspace(self, workspace_id: str, name: str, now_ms: float) -> None: ...

    def add(self, key: KeyRow) -> None: ...

    def by_digest(self, digest: str) -> KeyRow | None: ...

    def of_workspace(self, workspace_id: str) -> list[KeyRow]: ...

    def update(self, key_id: str, **changes: Any) -> None: ...


class AnswerRecords(Protocol):
    """Answers under the digest of what they answer, and claims to give one. A claim is its holder's."""

    def claim(self, workspace_id: str, digest: str, holder: str, now_ms: float, until_ms: float) -> bool:
        """False if there is a claim or an answer that is not past its time."""
        ...

    def find(self, workspace_id: str, digest: str) -> AnswerRow | None: ...

    def keep(self, workspace_id: str, digest: str, holder: str, answer: AnswerRow, until_ms: float) -> None: ...

    def release(self, workspace_id: str, digest: str, holder: str) -> None: ...

    def expire(self, now_ms: float) -> int:
        """Remove claims and answers past their time; how many there were."""
        ...

    def forget(self, workspace_id: str, mentioned: str) -> None:
        """Remove answers in which this text stands."""
        ...


class SecretRecords(Protocol):
    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, value: bytes) -> None: ...


class TallyRecords(Protocol):
    """How many there are of everything, of all workspaces."""

    def counts(self) -> dict[str, list[tuple[tuple[str, ...], float]]]:
        """By the name of each family of services/metrics.py: values of its labels, in their order, and the count."""
        ...

    def live_events(self) -> EventCounts: ...

    def oldest_pending_ms(self) -> float | None:
        """When the oldest webhook delivery that is neither delivered nor given up was owed first."""
        ...


class UnitOfWork(Protocol):
    @property
    def bots(self) -> BotRecords: ...

    @property
    def history(self) -> BotHistory: ...

    @property
    def recordings(self) -> RecordingRecords: ...

    @property
    def artifacts(self) -> ArtifactRecords: ...

    @property
    def live_endpoints(self) -> LiveEndpointRecords: ...

    @property
    def uploads(self) -> UploadRecords: ...

    @property
    def screenshots(self) -> ScreenshotRecords: ...

    @property
    def webhooks(self) -> WebhookRecords: ...

    @property
    def workspaces(self) -> WorkspaceRecords: ...

    @property
    def keys(self) -> KeyRecords: ...

    @property
    def answers(self) -> AnswerRecords: ...

    @property
    def secrets(self) -> SecretRecords: ...

    @property
    def tallies(self) -> TallyRecords: ...

    def notify(self, topic: str) -> None:
        """Ring the topic of `Store.signals` once this transaction is committed."""
        ...


class Store(Protocol):
    @property
    def signals(self) -> Signals:
        """Rung after commits. Hints, not truth."""
        ...

    async def read(self, fn: Callable[[UnitOfWork], T]) -> T: ...

    async def write(self, fn: Callable[[UnitOfWork], T]) -> T: ...

    async def scrub(self) -> None:
        """Let nothing that was deleted until now remain in the database's files, as far as that is in its power."""
        ...


def orders_topic(bot_id: str) -> str:
    return f"orders:{bot_id}"


def events_topic(bot_id: str) -> str:
    return f"events:{bot_id}"


DELIVERIES_TOPIC = "deliveries"
"""Rung when a webhook delivery was written."""
