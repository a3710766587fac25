"""The Recall dialect's objects as they are read: views of the core become wire JSON, and links become absolute.

The vendor's shapes, with the keys beside them that only its tutorial shows: a bot's `status` (its code prefixed, `bot.done`)
and `recording`, a plain `download_url` for participant events and meeting metadata, and separate artifacts beside the
shortcuts, with their `format` inside `data` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import SEPARATE, ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.views import (
    ArtifactView,
    BotView,
    LiveEndpointView,
    Page,
    RecordingView,
    Status,
    StoredFile,
    UploadView,
)

Json = dict[str, Any]
Link = Callable[[StoredFile], str]
"""The absolute, signed address of a file."""

SHORTCUTS = (
    ArtifactKind.VIDEO_MIXED, ArtifactKind.TRANSCRIPT, ArtifactKind.PARTICIPANT_EVENTS, ArtifactKind.MEETING_METADATA,
    ArtifactKind.AUDIO_MIXED,
)
"""The five keys of `media_shortcuts`: always there, null where the artifact is not enabled."""

ROLES: dict[ArtifactKind, tuple[str, ...]] = {
    ArtifactKind.VIDEO_MIXED: ("download_url",),
    ArtifactKind.AUDIO_MIXED: ("download_url",),
    ArtifactKind.TRANSCRIPT: ("download_url", "provider_data_download_url"),
    ArtifactKind.PARTICIPANT_EVENTS: (
        "participant_events_download_url", "speaker_timeline_download_url", "participants_download_url",
    ),
    ArtifactKind.MEETING_METADATA: ("download_url",),
    ArtifactKind.AUDIO_SEPARATE: ("download_url",),
    ArtifactKind.VIDEO_SEPARATE: ("download_url",),
}
"""The links in each artifact's `data`; null until the artifact is done."""


def bot(view: BotView, link: Link) -> Json:
    """The Bot object. What the create call left to defaults is filled in."""
    config = view.config
    return {
        "id": view.id,
        "meeting_url": view.meeting_url,
        "bot_name": view.bot_name,
        "join_at": None if _joined(view) else _time(view.join_at_ms),
        "status": _bot_status(view),
        "status_changes": [_change(s) for s in view.status_changes],
        "recording": view.recordings[-1].id if view.recordings else None,
        "recordings": [recording_of_bot(r, link) for r in view.recordings],
        "recording_config": _without_media(config.get("recording_config")),
        "automatic_leave": config.get("automatic_leave"),
        "output_media": config.get("output_media"),
        "automatic_video_output": _without_media(config.get("automatic_video_output")),
        "automatic_audio_output": _without_media(config.get("automatic_audio_output")),
        "bot_avatar_url": config.get("bot_avatar_url"),
        "chat": config.get("chat"),
        "variant": config.get("variant"),
        "calendar_meetings": [],
        "zoom": _without_signature(config.get("zoom")),
        "google_meet": config.get("google_meet"),
        "slack_team": None,
        "breakout_room": config.get("breakout_room"),
        "external_id": view.external_id,
        "metadata": view.metadata,
    }


def _without_signature(zoom: Json | None) -> Json | None:
    """What opens a media stream is for its bot alone."""
    if zoom is None or not isinstance(zoom.get("rtms"), dict):
        return zoom
    return zoom | {"rtms": {key: value for key, value in zoom["rtms"].items() if key != "signature"}}


def recording_of_bot(view: RecordingView, link: Link) -> Json:
    """One entry of a bot's `recordings`."""
    present = view.by_kind()
    return {
        "id": view.id,
        "created_at": iso(view.created_at_ms),
        "started_at": _time(view.started_at_ms),
        "completed_at": _time(view.completed_at_ms),
        "expires_at": _time(view.expires_at_ms),
        "status": _status(view.status),
        "media_shortcuts": {
            str(kind): shortcut(present[kind], view, link) if kind in present else None for kind in SHORTCUTS
        },
        **{str(kind): _separate(present[kind], link) for kind in sorted(SEPARATE) if kind in present},
        "metadata": view.metadata,
    }


def _separate(view: ArtifactView, link: Link) -> Json:
    """A separate artifact as it stands beside the shortcuts of a recording that was asked for it."""
    return {"id": view.id, "status": _status(view.status), "format": view.format, "data": _data(view, None, link)}


def recording(view: RecordingView, link: Link) -> Json:
    """Retrieve Recording: an entry of the bot's, with the bot beside it."""
    bot_ref = {"id": view.bot_id, "metadata": view.bot_metadata, "external_id": view.external_id} if view.bot_id else None
    return recording_of_bot(view, link) | {
        "bot": bot_ref,
        "desktop_sdk_upload": None if view.upload is None else {"id": view.upload.id, "metadata": view.upload.metadata},
        "realtime_endpoints": [{"id": endpoint.id, "metadata": endpoint.metadata} for endpoint in view.endpoints],
    }


def sdk_upload(view: UploadView) -> Json:
    return {
        "id": view.id,
        "created_at": iso(view.created_at_ms),
        "status": _status(view.status),
        "recording_id": view.recording_id,
        "upload_token": view.token,
        "metadata": view.metadata,
    }


def realtime_endpoint(view: LiveEndpointView) -> Json:
    return {
        "id": view.id,
        "created_at": iso(view.created_at_ms),
        "recording": {"id": view.recording_id, "metadata": view.recording_metadata},
        "metadata": view.metadata,
        "type": view.type,
        "status": _status(view.status),
        "url": view.url,
        "events": list(view.events),
        "delivered": view.delivered,
        "dropped": view.dropped,
    }


def shortcut(view: ArtifactView, recording_view: RecordingView | None, link: Link) -> Json:
    """An artifact without its `recording`, as it stands in `media_shortcuts`."""
    out: Json = {
        "id": view.id,
        "created_at": iso(view.created_at_ms),
        "status": _status(view.status),
        "metadata": view.metadata,
        "data": _data(view, recording_view, link),
    }
    if view.kind is ArtifactKind.TRANSCRIPT:
        out |= {"provider": view.detail.get("provider"), "diarization": view.detail.get("diarization")}
    if view.format is not None:
        out["format"] = view.format
    return out


def artifact(view: ArtifactView, recording_view: RecordingView | None, link: Link) -> Json:
    """An artifact of the list and retrieve endpoints."""
    reference = {"id": view.recording_id, "metadata": view.recording_metadata}
    head = {"id": view.id, "recording": reference}
    return head | shortcut(view, recording_view, link)


def page(items: list[Json], view: Page[Any], address_of: Callable[[str | None], str | None]) -> Json:
    """A page of any list; `count` only where the core counts."""
    out: Json = {} if view.count is None else {"count": view.count}
    return out | {
        "next": address_of(view.next_cursor), "previous": address_of(view.previous_cursor), "results": items,
    }


def _data(view: ArtifactView, recording_view: RecordingView | None, link: Link) -> Json:
    done = view.status.code == MediaStatus.DONE
    links = {file.role: link(file) for file in view.files if file.role in ROLES[view.kind]} if done else {}
    data: Json = {role: links.get(role) for role in ROLES[view.kind]}
    if view.kind is ArtifactKind.PARTICIPANT_EVENTS:
        data["download_url"] = data["participant_events_download_url"]
    if view.kind in SEPARATE:
        data["format"] = view.format
    if view.kind is ArtifactKind.MEETING_METADATA:
        started, completed = (recording_view.started_at_ms, recording_view.completed_at_ms) if recording_view else (None, None)
        data = {
            "title": view.detail.get("title"), "zoom": None, "start_time": _time(started), "end_time": _time(completed),
        } | data
    return data


def _time(at_ms: float | None) -> str | None:
    return None if at_ms is None else iso(at_ms)


def _status(status: Status) -> Json:
    return {"code": status.code, "sub_code": status.sub_code, "updated_at": iso(status.updated_at_ms)}


def _joined(view: BotView) -> bool:
    return any(status.code == BotState.IN_CALL_NOT_RECORDING for status in view.status_changes)


def _bot_status(view: BotView) -> Json:
    if not view.status_changes:
        return {"code": "bot.ready", "sub_code": None, "updated_at": None}
    last = view.status_changes[-1]
    return _status(last) | {"code": f"bot.{last.code}"}


def _change(status: Status) -> Json:
    return {
        "code": status.code, "message": status.message, "created_at": iso(status.updated_at_ms), "sub_code": status.sub_code,
    }


def _without_media(value: Any) -> Any:
    """Configurations are echoed without the pictures and sounds they were sent with."""
    if isinstance(value, dict):
        return {k: _without_media(v) for k, v in value.items() if k != "b64_data"}
    return value
