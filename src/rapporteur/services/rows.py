"""What the store holds, one frozen value per noun, as the use cases read and write it. Times are UTC milliseconds.

Rows are the inside; what a caller of the use cases gets to see is in views.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services.views import Status

EventCounts = dict[str, tuple[int, int]]
"""Name of a live event → (delivered, given up)."""
UPLOAD = "desktop_sdk"
"""The platform of what owns an uploaded recording."""


@dataclass(frozen=True, slots=True)
class BotRow:
    id: str
    workspace_id: str
    state: BotState
    state_since_ms: float
    stamped_ms: float
    """The latest moment given to anything that is announced about this bot; the next one gets a later one."""
    config: dict[str, Any]
    meeting: dict[str, Any]
    """platform, url, meeting_id, password: a MeetingAddress."""
    bot_name: str
    metadata: dict[str, Any]
    external_id: str | None
    join_at_ms: float | None
    created_at_ms: float
    sub_code: str | None = None
    """Why the bot ended, once it did."""
    generation: int = 0
    """0 until the first process was asked for."""
    task: str | None = None
    """attend | finish: what the present generation is for; over: no process will run for this bot any more."""
    finishes: int = 0
    """Generations that were started to finish the tape."""
    lease_until_ms: float | None = None
    fact_number: int = 0
    """The highest fact of the present generation that is stored."""
    media_finished: bool = False
    """A generation said that nothing more will come of the media."""
    losses_ms: list[float] = field(default_factory=list)
    """When its process was lost lately, while it attended."""
    leaving_ms: float | None = None
    """When it was told to leave, first."""
    event_number: int = 0
    order_number: int = 0

    @property
    def is_upload(self) -> bool:
        """Not a bot that users see, but the owner of a recording that an application uploaded."""
        return self.meeting.get("platform") == UPLOAD


@dataclass(frozen=True, slots=True)
class RecordingRow:
    id: str
    workspace_id: str
    bot_id: str
    status: Status
    created_at_ms: float
    started_at_ms: float
    """Time zero of everything in it: the first video frame."""
    completed_at_ms: float | None = None
    expires_at_ms: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] | None = None
    config: dict[str, Any] | None = None
    """Its own recording_config, merged; None: the bot's."""


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    id: str
    workspace_id: str
    recording_id: str
    bot_id: str
    kind: ArtifactKind
    status: Status
    created_at_ms: float
    metadata: dict[str, Any] = field(default_factory=dict)
    format: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveEndpointRow:
    """Where a recording streams to: one of its configuration's `realtime_endpoints`."""

    id: str
    workspace_id: str
    recording_id: str
    bot_id: str
    type: str
    """webhook | websocket | rtmp | desktop_sdk_callback"""
    url: str
    events: tuple[str, ...]
    status: Status
    """running | done | failed | deleted"""
    created_at_ms: float
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A recording that an application brings itself. It owns what comes of it, as a bot does, under a BotRow of its id."""

    id: str
    workspace_id: str
    status: Status
    """pending | uploading | complete | failed"""
    created_at_ms: float
    metadata: dict[str, Any]
    digest: str
    """sha256 of the upload's token, in hexadecimal."""
    recording_id: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class ScreenshotRow:
    id: str
    workspace_id: str
    bot_id: str
    at_ms: float
    key: str | None
    """None: evidence without a picture."""
    evidence: dict[str, Any] | None = None
    """As the bot told it (wire.control.SCREENSHOT_TAKEN), of one that was taken to explain what happened."""


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """A webhook endpoint: of the workspace, or of one bot when `bot_id` is set."""

    id: str
    workspace_id: str
    bot_id: str | None
    url: str
    events: tuple[str, ...]
    """Empty means every event."""
    secret: str
    """In clear here; the store keeps it sealed."""
    enabled: bool
    description: str
    created_at_ms: float
    first_failure_ms: float | None = None
    """Start of the present stretch in which nothing was delivered; None after a success."""
    previous_secret: str | None = None
    """The one before, which signs beside `secret` until `previous_until_ms`."""
    previous_until_ms: float | None = None
    disabled_at_ms: float | None = None
    disabled_reason: str | None = None
    """failing | gone | switched_off, while it is not enabled."""

    def secrets(self, at_ms: float) -> tuple[str, ...]:
        """Those that sign at a moment, the present one first."""
        if self.previous_secret is None or self.previous_until_ms is None or at_ms >= self.previous_until_ms:
            return (self.secret,)
        return (self.secret, self.previous_secret)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One event, owed to one endpoint."""

    id: str
    workspace_id: str
    endpoint_id: str
    event: str
    bot_id: str | None
    body: bytes
    """The exact bytes of every attempt."""
    created_at_ms: float
    state: str = "pending"
    """pending | retrying | delivered | failed"""
    attempts: int = 0
    next_at_ms: float | None = None
    last_status: int | None = None
    last_error: str | None = None
    event_id: str | None = None
    """The event's id, `webhook-id` on the wire: the same for every endpoint that is owed it. None: as its own id."""

    @property
    def message_id(self) -> str:
        return self.event_id or self.id


@dataclass(frozen=True, slots=True)
class AttemptRow:
    delivery_id: str
    number: int
    at_ms: float
    status: int | None
    error: str | None
    duration_ms: float
    response: str | None = None
    """What the receiver answered: text, cut and redacted."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    id: str
    workspace_id: str
    name: str
    prefix: str
    digest: str
    """sha256 of the secret, in hexadecimal."""
    created_at_ms: float
    last_used_ms: float | None = None
    revoked_at_ms: float | None = None
    scopes: str = "read write admin"
    """Words with a space between them."""
    expires_at_ms: float | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    id: str
    name: str
    created_at_ms: float
    callback_profile: str | None = None
    """How its callbacks of the MeetStream dialect are told: one of services.callbacks.PROFILES; None: as the server says."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    id: str
    workspace_id: str
    email: str
    role: str
    """admin | member"""
    created_at_ms: float


@dataclass(frozen=True, slots=True)
class CredentialsRow:
    """What opens a provider's account; the store keeps `secrets` sealed."""

    workspace_id: str
    provider: str
    secrets: dict[str, str]
    masked: dict[str, str]
    created_at_ms: float
    updated_at_ms: float


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer of the API as it was given, to be given again."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
