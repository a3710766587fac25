"""What the OpenAPI document shows of this dialect: requests as its guides send them, answers as `reads` makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapporteur.api.examples import Shown
from rapporteur.api.recall import reads
from rapporteur.api.recall.schemas import CreateBot
from rapporteur.domain.recording import ArtifactKind, MediaStatus, artifacts_of, files_of
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

_AT_MS = 1_768_487_400_000.0
_BOT, _RECORDING = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", "8d2c6b1e-7a40-4f39-9c52-1b0e5f6a7d83"
_ARTIFACT, _UPLOAD = "c4a7e2d9-3b58-4f16-a0d7-6e9b2c8f1a35", "e19b4f7c-0d62-4a8b-b3f5-7c2a9d6e8104"
_HOST = "https://meetings.example.org"
_METADATA = {"team": "sales"}
_MEETING = "https://meet.google.com/abc-defg-hij"

CREATE: Json = {
    "meeting_url": _MEETING, "bot_name": "Notetaker", "metadata": _METADATA,
    "recording_config": {
        "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "audio_mixed_mp3": {},
        "realtime_endpoints": [
            {"type": "webhook", "url": "https://app.example.org/wh", "events": ["transcript.data", "bot.status_change"]}],
    },
}


_STATES = (
    ("joining_call", -12), ("in_waiting_room", -8), ("in_call_not_recording", -1), ("in_call_recording", 0),
    ("call_ended", 3600), ("recording_done", 3602), ("done", 3605),
)


def _link(file: StoredFile) -> str:
    return f"{_HOST}/media/{file.key}?Expires=1768505400&Signature=7f3c"


def _artifacts(config: Json) -> Iterator[ArtifactView]:
    for artifact in artifacts_of(config):
        files = tuple(StoredFile(f.name, f"w/{_RECORDING}/{f.name}", f.role, f.content_type, 1) for f in files_of(artifact))
        transcribed = artifact.kind is ArtifactKind.TRANSCRIPT
        detail: Json = {"provider": config["transcript"]["provider"], "diarization": None} if transcribed else {}
        done = Status(MediaStatus.DONE, _AT_MS)
        yield ArtifactView(
            _ARTIFACT, artifact.kind, _RECORDING, {}, _BOT, done, _AT_MS, {}, artifact.format, files, detail)


def _bot_view() -> BotView:
    config = CreateBot.model_validate(CREATE).echo()
    recording_config = config["recording_config"]
    recording = RecordingView(
        _RECORDING, _BOT, _METADATA, None, Status(MediaStatus.DONE, _AT_MS + 3_700_000), _AT_MS, _AT_MS, _AT_MS + 3_600_000,
        _AT_MS + 608_400_000, {}, tuple(_artifacts(recording_config)), endpoints=(_endpoint_view(),))
    changes = tuple(Status(code, _AT_MS + seconds * 1000) for code, seconds in _STATES)
    meeting = {"platform": "google_meet", "meeting_id": "abc-defg-hij"}
    return BotView(_BOT, meeting, "Notetaker", None, config, _METADATA, None, changes, (recording,), _MEETING)


def _endpoint_view() -> LiveEndpointView:
    asked = CREATE["recording_config"]["realtime_endpoints"][0]
    return LiveEndpointView(
        "5b8e1f0a-4c2d-4e7b-9a36-d0f1c7b2e849", _RECORDING, {}, asked["type"], asked["url"], tuple(asked["events"]),
        Status("done", _AT_MS), _AT_MS, delivered={"transcript.data": 412}, dropped={"transcript.data": 3})


def _page(of: str, item: Json, count: int | None = None) -> tuple[str, Json]:
    view: Page[Json] = Page([item], "WzAsMTc2ODQ4NzQwMDAwMC4wXQ", None, count)
    path = f"/api/v1/{of}/"
    return f"GET {path}", reads.page([item], view, lambda cursor: cursor and f"{_HOST}{path}?cursor={cursor}")


_VIEW = _bot_view()
_OBJECTS: Json = {
    "Bot": reads.bot(_VIEW, _link), "Recording": reads.recording(_VIEW.recordings[0], _link),
    "RealtimeEndpointRead": reads.realtime_endpoint(_endpoint_view()),
}


def _answers() -> Iterator[tuple[str, Any]]:
    bot, recording, endpoint = _OBJECTS.values()
    yield _page("bot", bot, 1)
    yield "POST /api/v1/bot/", bot
    for method in ("GET", "PATCH"):
        yield f"{method} /api/v1/bot/{{bot_id}}/", bot
        yield f"{method} /api/v1/recording/{{recording_id}}/", recording
        yield f"{method} /api/v1/realtime_endpoint/{{endpoint_id}}/", endpoint
    for command in (
        "leave_call", "delete_media", "start_recording", "stop_recording", "pause_recording", "resume_recording",
        "request_recording_permission", "send_chat_message", "output_video", "output_screenshare", "output_audio",
        "output_media",
    ):
        yield f"POST /api/v1/bot/{{bot_id}}/{command}/", bot
    yield _page("recording", recording)
    yield _page("realtime_endpoint", endpoint)
    everything = {key: {} for key in ("video_mixed_mp4", "audio_mixed_mp3", "participant_events", "meeting_metadata",
                                      "audio_separate_mp3", "video_separate_mp4")}
    for view_of_kind in _artifacts(everything | {"transcript": CREATE["recording_config"]["transcript"]}):
        artifact = reads.artifact(view_of_kind, _VIEW.recordings[0], _link)
        yield _page(view_of_kind.kind, artifact)
        for method in ("GET", "PATCH"):
            yield f"{method} /api/v1/{view_of_kind.kind}/{{artifact_id}}/", artifact
        if view_of_kind.kind is ArtifactKind.TRANSCRIPT:
            yield "POST /api/v1/recording/{recording_id}/create_transcript/", artifact
    upload = reads.sdk_upload(UploadView(_UPLOAD, Status("pending", _AT_MS), _AT_MS, _METADATA, None, "NwuHHSwIfu0WUCz8at38"))
    upload |= {"upload_url": f"{_HOST}/api/v1/sdk_upload/{_UPLOAD}/media/"}
    yield _page("sdk_upload", upload | {"upload_token": None})
    yield "POST /api/v1/sdk_upload/", upload
    yield "GET /api/v1/sdk_upload/{upload_id}/", upload | {"upload_token": None}
    yield "PUT /api/v1/sdk_upload/{upload_id}/media/", upload | {"upload_token": None, "recording_id": _RECORDING}


_WHEN = "2026-01-15T14:30:00.000000Z"
_SCREENSHOT = {"id": _ARTIFACT, "recorded_at": _WHEN, "url": f"{_HOST}/media/w/shot.jpg?Expires=1768505400&Signature=7f3c"}
_ADA = {"id": 100, "name": "Ada", "is_host": True, "platform": "unknown", "extra_data": {}, "email": None}
_OTHERS: Json = {
    "GET /api/v1/billing/usage/": {"bot_total": 5400},
    "GET /api/v1/bot/{bot_id}/screenshots/": [_SCREENSHOT],
    "GET /api/v1/bot/{bot_id}/screenshots/{screenshot_id}/": _SCREENSHOT,
    "GET /api/v1/bot/{bot_id}/logs/": [{"level": "info", "message": "The bot joined.", "created_at": _WHEN}],
    "GET /api/v1/bot/{bot_id}/transcript/": [{
        "speaker": "Ada", "speaker_id": 100, "language": "en",
        "words": [{"text": "Hello.", "start_timestamp": 1.2, "end_timestamp": 1.6, "confidence": None}],
    }],
    "GET /api/v1/bot/{bot_id}/speaker_timeline/": [{"name": "Ada", "user_id": 100, "timestamp": 1.2}],
    "GET /api/v1/bot/{bot_id}/chat-messages/": {"count": 1, "next": None, "previous": None, "results": [
        {"text": "Hello.", "to": "everyone", "created_at": _WHEN, "sender": _ADA}]},
    "POST /api/v1/bot/{bot_id}/transcribe/": {"job_id": _ARTIFACT},
}
_PICTURE = {"kind": "jpeg", "b64_data": "/9j/4AAQSkZJRg…"}
_BODIES: Json = {
    "POST /api/v1/bot/": CREATE,
    "PATCH /api/v1/bot/{bot_id}/": {"bot_name": "Scribe", "join_at": "2030-01-31T15:04:05Z"},
    "POST /api/v1/bot/{bot_id}/start_recording/": {"audio_mixed_mp3": {}, "video_mixed_layout": "gallery_view"},
    "POST /api/v1/bot/{bot_id}/send_chat_message/": {"message": "This meeting is being recorded.", "to": "everyone"},
    "POST /api/v1/bot/{bot_id}/output_video/": _PICTURE,
    "POST /api/v1/bot/{bot_id}/output_screenshare/": {"image_url": "https://app.example.org/slate.png"},
    "POST /api/v1/bot/{bot_id}/output_audio/": {"kind": "mp3", "b64_data": "SUQzBAAAAAAA…"},
    "POST /api/v1/bot/{bot_id}/output_media/": {
        "camera": {"kind": "webpage", "config": {"url": "https://app.example.org/avatar"}}},
    "DELETE /api/v1/bot/{bot_id}/output_media/": {"camera": True},
    "POST /api/v1/bot/{bot_id}/transcribe/": {"provider": {"recallai_async": {"language_code": "en"}}},
    "POST /api/v1/recording/{recording_id}/create_transcript/": {"provider": {"recallai_async": {"language_code": "en"}}},
    "POST /api/v1/sdk_upload/": {"recording_config": {"audio_mixed_mp3": {}}, "metadata": _METADATA},
    **{f"PATCH /api/v1/{kind}/{{artifact_id}}/": {"metadata": _METADATA} for kind in ArtifactKind},
    "PATCH /api/v1/recording/{recording_id}/": {"metadata": _METADATA},
    "PATCH /api/v1/realtime_endpoint/{endpoint_id}/": {"metadata": _METADATA},
}

SHOWN = Shown(bodies=_BODIES, answers={**dict(_answers()), **_OTHERS}, objects=_OBJECTS)
