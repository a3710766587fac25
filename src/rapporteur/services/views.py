"""What the use cases answer: plain values that a dialect translates into its own shapes. Times are UTC milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rapporteur.domain.recording import ArtifactKind, MediaStatus, rank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    updated_at_ms: float
    sub_code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One object of the store. `role` is the key of the artifact's data it is linked under."""

    name: str
    key: str
    role: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ArtifactView:
    id: str
    kind: ArtifactKind
    recording_id: str
    recording_metadata: dict[str, Any]
    bot_id: str | None
    status: Status
    created_at_ms: float
    metadata: dict[str, Any]
    format: str | None = None
    files: tuple[StoredFile, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    """Kind-specific: `title` of meeting metadata, `provider` and `diarization` of a transcript."""


@dataclass(frozen=True, slots=True)
class LiveEndpointView:
    """Where a recording streams to."""

    id: str
    recording_id: str
    recording_metadata: dict[str, Any]
    type: str
    url: str
    events: tuple[str, ...]
    status: Status
    created_at_ms: float
    metadata: dict[str, Any] = field(default_factory=dict)
    delivered: dict[str, int] = field(default_factory=dict)
    """By the name of the event. At most some seconds old while the bot is there."""
    dropped: dict[str, int] = field(default_factory=dict)
    """The same of what was given up: the endpoint was away or too slow."""


@dataclass(frozen=True, slots=True)
class UploadView:
    """A recording that an application brings itself."""

    id: str
    status: Status
    created_at_ms: float
    metadata: dict[str, Any]
    recording_id: str | None = None
    token: str | None = None
    """Opens the upload. Told once, when the upload is made."""


@dataclass(frozen=True, slots=True)
class RecordingView:
    id: str
    bot_id: str | None
    bot_metadata: dict[str, Any]
    external_id: str | None
    status: Status
    created_at_ms: float
    started_at_ms: float | None
    completed_at_ms: float | None
    expires_at_ms: float | None
    metadata: dict[str, Any]
    artifacts: tuple[ArtifactView, ...] = ()
    report: dict[str, Any] | None = None
    """Quality of the capture: way, frames lost, A/V offset, silence, black."""
    endpoints: tuple[LiveEndpointView, ...] = ()
    upload: UploadView | None = None
    """Whose it is, where it is no bot's."""

    def by_kind(self) -> dict[ArtifactKind, ArtifactView]:
        """Its artifacts; of several of a kind the one that people play: in its best format, done, and the newest."""

        def worth(artifact: ArtifactView) -> tuple[int, bool, bool, float]:
            code = artifact.status.code
            return (-rank(artifact.kind, artifact.format), code == MediaStatus.DONE, code == MediaStatus.PROCESSING,
                    artifact.created_at_ms)

        return {artifact.kind: artifact for artifact in sorted(self.artifacts, key=worth)}


@dataclass(frozen=True, slots=True)
class BotView:
    id: str
    meeting_url: dict[str, Any] | None
    """MeetingAddress.as_json()"""
    bot_name: str
    join_at_ms: float | None
    config: dict[str, Any]
    """The create request, merged with its defaults and validated, as the dialect stored it."""
    metadata: dict[str, Any]
    external_id: str | None
    status_changes: tuple[Status, ...]
    recordings: tuple[RecordingView, ...] = ()
    """Oldest first."""
    url: str = ""
    """The meeting's link as it was given."""
    leaving_ms: float | None = None
    """When it was told to leave, if it was."""


@dataclass(frozen=True, slots=True)
class Screenshot:
    """What a bot's browser showed; a JPEG under `key`."""

    id: str
    at_ms: float
    key: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a meeting's page looked like when a bot did not get in, was put out, or did not know what it saw."""

    id: str
    at_ms: float
    key: str | None
    """Of the picture, a JPEG; None: there is none."""
    screen: str | None
    """The platform's screen that was recognised; None: none was."""
    text: str
    console: list[str]
    matched: dict[str, int]
    """How often each alternate of a sign or control was of use: `screen/NAME.NUMBER` or `control/NAME.NUMBER`."""


@dataclass(frozen=True, slots=True)
class LogLine:
    at_ms: float
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One entry of a bot's event log: `number` grows by one per bot, `type` is a kind of wire.control."""

    number: int
    at_ms: float
    type: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    id: str
    url: str
    events: tuple[str, ...]
    """Empty means every event."""
    secret: str
    """whsec_…; shown once, when the endpoint is made or its secret is changed."""
    enabled: bool
    created_at_ms: float
    description: str = ""
    previous_until_ms: float | None = None
    """Until when the secret before this one signs too."""
    failing_since_ms: float | None = None
    disabled_at_ms: float | None = None
    disabled_reason: str | None = None
    """failing | gone | switched_off"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One owed webhook: an event and an endpoint. What it sends is the same in every attempt."""

    id: str
    endpoint_id: str
    event: str
    state: str
    """pending | retrying | delivered | failed"""
    attempts: int
    created_at_ms: float
    last_status: int | None = None
    last_error: str | None = None
    event_id: str = ""
    """`webhook-id` on the wire, the same for every endpoint."""
    next_at_ms: float | None = None


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    number: int
    at_ms: float
    duration_ms: float
    status: int | None
    error: str | None
    response: str | None


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A delivery with what is sent and what was answered."""

    delivery: Delivery
    body: bytes | None
    """None once it was deleted with the media it spoke of."""
    attempts: tuple[DeliveryAttempt, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: list[T]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    count: int | None = None
