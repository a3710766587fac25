"""The webhooks: which exist, what each one says, and who is owed one.

An announcement is written as deliveries in the transaction of the change it tells of, so that neither exists without the other.
The bytes of a delivery are fixed then: every attempt sends the same. Nothing here sends.

Bodies are those of the Recall dialect with what the tutorial reads beside it: `event_id`, `data.bot_id`, `data.updated_at` and
`data.bot.external_id` in every event. The bot's code is bare, except in `bot.status_change`'s `data.data.code`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rapporteur.domain.ids import new_id
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.timeline import iso
from rapporteur.services.rows import (
    UPLOAD,
    ArtifactRow,
    BotRow,
    DeliveryRow,
    EndpointRow,
    LiveEndpointRow,
    RecordingRow,
    UploadRow,
)
from rapporteur.services.store import DELIVERIES_TOPIC, UnitOfWork
from rapporteur.services.views import Status

STATUS_CHANGE = "bot.status_change"
"""Sent at every state, unlike the `bot.` events named after one."""
_SILENT = frozenset({BotState.READY, BotState.RECORDING_DONE, BotState.MEDIA_EXPIRED})
"""States that have no event of their own."""
_MEDIA = ("processing", "done", "failed", "deleted")

EVENTS: dict[str, tuple[str, ...]] = {
    "bot": (*(f"bot.{state}" for state in BotState if state not in _SILENT), STATUS_CHANGE),
    "recording": tuple(f"recording.{code}" for code in ("processing", "paused", "done", "failed", "deleted")),
} | {kind.value: tuple(f"{kind}.{code}" for code in _MEDIA) for kind in ArtifactKind} | {
    "realtime_endpoint": tuple(f"realtime_endpoint.{code}" for code in ("running", "done", "failed")),
    "sdk_upload": tuple(f"sdk_upload.{code}" for code in ("uploading", "complete", "failed")),
}
"""Every event this server sends, by the noun it tells of, in the order in which people read them."""
EVENT_NAMES = frozenset(name for names in EVENTS.values() for name in names)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event before it is owed to anybody. No two of one name and bot may have the same `updated_at_ms`."""

    event: str
    bot_id: str
    """The bot or the upload that this is about; the endpoints of either hear of it."""
    updated_at_ms: float
    data: dict[str, Any]


def bot_changed(bot: BotRow, status: Status) -> tuple[Announcement, ...]:
    """The events of a bot's new state: the state's own, if it has one, and `bot.status_change`."""
    change = {
        "status": {
            "code": status.code, "sub_code": status.sub_code, "message": status.message,
            "created_at": iso(status.updated_at_ms),
        },
        "data": _data(status) | {"code": f"bot.{status.code}"},
    }
    events = {f"bot.{status.code}": {"data": _data(status)}, STATUS_CHANGE: change}
    return tuple(_announcement(event, bot, status, body) for event, body in events.items() if event in EVENT_NAMES)


def recording_changed(bot: BotRow, recording: RecordingRow) -> tuple[Announcement, ...]:
    """The event of a recording's present status; none for a status that is not announced."""
    event, status = f"recording.{recording.status.code}", recording.status
    return _known(_announcement(event, bot, status, {"data": _data(status), "recording": _reference(recording)}))


def artifact_changed(bot: BotRow, recording: RecordingRow, artifact: ArtifactRow) -> tuple[Announcement, ...]:
    """The event of an artifact's present status; none for a status that is not announced."""
    event, status = f"{artifact.kind}.{artifact.status.code}", artifact.status
    body = {"data": _data(status), artifact.kind.value: _reference(artifact), "recording": _reference(recording)}
    return _known(_announcement(event, bot, status, body))


def endpoint_changed(
    bot: BotRow, recording: RecordingRow, endpoint: LiveEndpointRow, message: str | None = None,
) -> tuple[Announcement, ...]:
    """The event of a live endpoint's present status; `message` says why it failed."""
    status, data = endpoint.status, _data(endpoint.status)
    if status.code == "failed":
        data["error"] = {"code": status.sub_code, "message": message}
    body = {"data": data, "realtime_endpoint": _reference(endpoint), "recording": _reference(recording)}
    return _known(_announcement(f"realtime_endpoint.{status.code}", bot, status, body))


def upload_changed(owner: BotRow, upload: UploadRow, recording: RecordingRow | None) -> tuple[Announcement, ...]:
    """The event of an upload's present status. `owner` is the row under which the upload owns its recording."""
    body = {"data": _data(upload.status), "sdk_upload": _reference(upload),
            "recording": None if recording is None else _reference(recording)}
    return _known(_announcement(f"sdk_upload.{upload.status.code}", owner, upload.status, body))


def announce(tx: UnitOfWork, workspace_id: str, announcements: Iterable[Announcement]) -> None:
    """Owe each announcement to every endpoint that subscribed to it: the workspace's and the bot's own.

    All of them are sent the same bytes under the same id, so that a receiver behind two of them knows it has it already.
    """
    for announcement in announcements:
        if endpoints := tx.webhooks.endpoints_for(workspace_id, announcement.bot_id, announcement.event):
            event_id = new_id()
            body = encoded(announcement, event_id)
            tx.webhooks.add_deliveries([owed(announcement, endpoint, event_id, body) for endpoint in endpoints])
            tx.notify(DELIVERIES_TOPIC)


def owed(announcement: Announcement, endpoint: EndpointRow, event_id: str, body: bytes) -> DeliveryRow:
    return DeliveryRow(
        new_id(), endpoint.workspace_id, endpoint.id, announcement.event, announcement.bot_id, body,
        announcement.updated_at_ms, event_id=event_id,
    )


def encoded(announcement: Announcement, event_id: str) -> bytes:
    """The body as it is signed and sent."""
    body = {"event": announcement.event, "event_id": event_id, "data": announcement.data}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _announcement(event: str, bot: BotRow, status: Status, body: dict[str, Any]) -> Announcement:
    data = {
        "bot_id": None if bot.is_upload else bot.id, "updated_at": iso(status.updated_at_ms), **body,
        "bot": None if bot.is_upload else {"id": bot.id, "metadata": bot.metadata, "external_id": bot.external_id},
    }
    return Announcement(event, bot.id, status.updated_at_ms, data)


def _known(announcement: Announcement) -> tuple[Announcement, ...]:
    return (announcement,) if announcement.event in EVENT_NAMES else ()


def _data(status: Status) -> dict[str, Any]:
    return {"code": status.code, "sub_code": status.sub_code, "updated_at": iso(status.updated_at_ms)}


def _reference(thing: RecordingRow | ArtifactRow | LiveEndpointRow | UploadRow) -> dict[str, Any]:
    return {"id": thing.id, "metadata": thing.metadata}


# --- an example of each -------------------------------------------------------------------------------------------------

_NOBODY = "00000000-0000-4000-8000-000000000000"
"""The id of everything in an example: it exists nowhere."""


def example(event: str, at_ms: float) -> Announcement:
    """An event as it would be, about a bot that does not exist. KeyError for a name that is no event's."""
    noun, code = event.split(".", 1)
    if event not in EVENTS[noun]:
        raise KeyError(event)
    state = BotState.DONE if event == STATUS_CHANGE or noun != "bot" else BotState(code)
    bot = BotRow(
        id=_NOBODY, workspace_id=_NOBODY, state=state, state_since_ms=at_ms, stamped_ms=at_ms, config={}, meeting={},
        bot_name="Example", metadata={"example": "true"}, external_id=None, join_at_ms=None, created_at_ms=at_ms,
    )
    if noun == "bot":
        return next(a for a in bot_changed(bot, Status(state, at_ms)) if a.event == event)
    status = Status(code, at_ms)
    recording = RecordingRow(_NOBODY, _NOBODY, _NOBODY, status, at_ms, at_ms)
    if noun == "recording":
        return recording_changed(bot, recording)[0]
    if noun == "realtime_endpoint":
        endpoint = LiveEndpointRow(_NOBODY, _NOBODY, _NOBODY, _NOBODY, "webhook", "https://example.org/", (), status, at_ms)
        return endpoint_changed(bot, recording, endpoint)[0]
    if noun == "sdk_upload":
        owner = replace(bot, meeting={"platform": UPLOAD})
        return upload_changed(owner, UploadRow(_NOBODY, _NOBODY, status, at_ms, {"example": "true"}, ""), recording)[0]
    artifact = ArtifactRow(_NOBODY, _NOBODY, _NOBODY, _NOBODY, ArtifactKind(noun), status, at_ms)
    return artifact_changed(bot, recording, artifact)[0]
