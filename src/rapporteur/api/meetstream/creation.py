"""From the body of create_bot to a new bot of the core, with everything the caller should be told about it.

The core's configuration is written out here from the dialect's: what is recorded, when the bot leaves, whom it tells. The
request itself is kept beside it, because the dialect shows it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapporteur.api.meetstream import providers
from rapporteur.api.meetstream.schemas import BotRecording, CreateMeetStreamBot, LeaveTimeouts
from rapporteur.domain.errors import InvalidRequest, Unsupported
from rapporteur.domain.meeting import Catalogue, MeetingAddress
from rapporteur.domain.output import CONTROL_SOCKET
from rapporteur.domain.timeline import from_iso
from rapporteur.services.bots import NewBot
from rapporteur.wire.live import AUDIO_MIXED, TRANSCRIPT, TRANSCRIPT_PARTIAL, VIDEO_FMP4

NOT_YET = "Not yet produced by this build: "
SHOWN = ("zoom", "google_meet", "teams")
AGENTS = ("agent_config_id", "agent_config_params", "workflow_config_ids")
LOCAL_ENGINE = {"recallai_streaming": {}}
LAYOUTS = {"speaker_view": "speaker_view", "grid_view": "gallery_view"}
LONGEST_WAIT_S = {"google_meet": 600, "zoom": 1200}
"""How long a platform lets anybody wait in front of its door; the others allow half an hour."""
NOT_RECORDING_S = 3600
MODES = ("sentence", "word", "raw")


def creation(
    body: CreateMeetStreamBot, unknown: list[str], catalogue: Catalogue, *, profile: str, now_ms: float,
) -> NewBot:
    """The bot. InvalidRequest for a link that nothing claims and for fields that do not go together, Unsupported for agents."""
    _refuse_agents(body)
    address = _address(body, catalogue)
    _check(body, address)
    at_ms = from_iso(body.join_at) if body.join_at else None
    return NewBot(
        address=address, bot_name=body.bot_name, join_at_ms=at_ms if at_ms is not None and at_ms > now_ms else None,
        config=_config(body, profile), metadata=dict(body.custom_attributes), external_id=body.deduplication_key,
        notes=[*_unknown(unknown), *_not_yet(body), *_explained(body)],
    )


def provider_of(body: CreateMeetStreamBot) -> dict[str, Any] | None:
    """Who is to transcribe; the newer form wins over the older."""
    chosen = body.recording_config.transcript
    return chosen.provider if chosen is not None else body.transcription


# --- what does not go together ------------------------------------------------------------------------------------------


def _refuse_agents(body: CreateMeetStreamBot) -> None:
    for name in AGENTS:
        if getattr(body, name):
            raise Unsupported(name, f"{name}: hosted agents and workflows are not part of this server.")


def _address(body: CreateMeetStreamBot, catalogue: Catalogue) -> MeetingAddress:
    try:
        return catalogue.address(body.meeting_link)
    except InvalidRequest as error:
        raise InvalidRequest("meeting_link", error.message) from None


def _check(body: CreateMeetStreamBot, address: MeetingAddress) -> None:
    provider, longest = provider_of(body), LONGEST_WAIT_S.get(address.platform)
    if body.live_transcription_required is not None and provider is not None and not providers.is_streaming(provider):
        raise InvalidRequest(
            "live_transcription_required",
            f"Live words need a streaming provider. Choose from {', '.join(providers.STREAMING)}, or leave the provider out.")
    if body.live_video_required is not None and not body.video_required:
        raise InvalidRequest("live_video_required", "Live pictures need video_required: true.")
    if longest is not None and body.automatic_leave.waiting_room_timeout > longest:
        raise InvalidRequest(
            "automatic_leave.waiting_room_timeout",
            f"Ensure this value is less than or equal to {longest} for {address.platform}.")


# --- in the core's words ------------------------------------------------------------------------------------------------


def _config(body: CreateMeetStreamBot, profile: str) -> dict[str, Any]:
    config: dict[str, Any] = {
        "recording_config": _recording(body, body.recording_config),
        "automatic_leave": _leaving(body.automatic_leave),
        "bot_avatar_url": body.bot_image_url,
        CONTROL_SOCKET: _control_socket(body),
        "chat": {"on_bot_join": {"send_to": "everyone", "message": body.bot_message}} if body.bot_message else None,
        "zoom": body.zoom.echo() if body.zoom is not None else None,
        "google_meet": body.google_meet,
        "meetstream": {"request": body.echo()},
    }
    return config | ({"callback": {"url": body.callback_url, "profile": profile}} if body.callback_url else {})


def _recording(body: CreateMeetStreamBot, sent: BotRecording) -> dict[str, Any]:
    provider = provider_of(body)
    chosen = providers.core_provider(provider) if provider else LOCAL_ENGINE if body.live_transcription_required else None
    return {
        "transcript": {"provider": chosen} if chosen else None,
        "realtime_endpoints": live_endpoints(body, sent),
        "retention": sent.retention.echo() if sent.retention is not None else None,
        "video_mixed_layout": LAYOUTS[sent.video_layout],
        "video_mixed_mp4": {} if body.video_required else None,
        "audio_mixed_mp3": {} if body.audio_required else None,
        # What get_audio makes its WAV of.
        "audio_mixed_raw": {} if body.audio_required else None,
        "audio_separate_mp3": {} if _either(body.audio_separate_streams, sent.audio_separate_streams) else None,
        "video_separate_mp4": {} if _either(body.video_separate_streams, sent.video_separate_streams) else None,
        "participant_events": {},
        "meeting_metadata": {},
        "start_recording_on": "participant_join",
        "include_bot_in_recording": {"audio": False},
        "metadata": {},
    }


def _control_socket(body: CreateMeetStreamBot) -> dict[str, Any] | None:
    asked = body.socket_connection_url
    return None if asked is None else {"url": asked if isinstance(asked, str) else asked.websocket_url}


def live_endpoints(body: CreateMeetStreamBot, sent: BotRecording) -> list[dict[str, Any]]:
    """Where the bot streams to, in the core's form: people, sound, pictures and words, each to its address."""
    wanted = [_live("webhook", endpoint.url, endpoint.events) for endpoint in sent.realtime_endpoints]
    if body.live_audio_required is not None:
        wanted.append(_live("websocket", body.live_audio_required.websocket_url, [AUDIO_MIXED]))
    if body.live_video_required is not None:
        wanted.append(_live("websocket", body.live_video_required.websocket_url, [VIDEO_FMP4]))
    if (words := body.live_transcription_required) is not None:
        mode = _mode(provider_of(body))
        events = [TRANSCRIPT, TRANSCRIPT_PARTIAL] if mode == "raw" else [TRANSCRIPT]
        wanted += [
            _live(kind, url, events, transcription_mode=mode)
            for kind, url in (("webhook", words.webhook_url), ("websocket", words.websocket_url)) if url is not None
        ]
    return wanted


def _live(kind: str, url: str, events: Sequence[str], **options: Any) -> dict[str, Any]:
    return {"type": kind, "url": url, "events": list(events), "metadata": {}, "dialect": "meetstream", "options": options}


def _mode(provider: dict[str, Any] | None) -> str:
    """How finely live words are told; whole sentences where the provider's options do not say it."""
    options: dict[str, Any] = next(iter(provider.values())) if provider else {}
    mode = options.get("transcription_mode")
    return mode if mode in MODES else MODES[0]


def _either(at_top: bool | None, nested: bool) -> bool:
    return nested if at_top is None else at_top


def _leaving(sent: LeaveTimeouts) -> dict[str, Any]:
    names = sent.bot_detection.using_participant_names if sent.bot_detection is not None else None
    return {
        "waiting_room_timeout": sent.waiting_room_timeout,
        "noone_joined_timeout": sent.no_one_joined_timeout,
        "everyone_left_timeout": {"timeout": sent.everyone_left_timeout, "activate_after": None},
        "in_call_not_recording_timeout": NOT_RECORDING_S,
        "in_call_recording_timeout": sent.in_call_recording_timeout,
        "recording_permission_denied_timeout": sent.recording_permission_denied_timeout,
        "silence_detection": {"timeout": sent.voice_inactivity_timeout, "activate_after": 1},
        "bot_detection": {
            "using_participant_events": None,
            "using_participant_names": names.echo() if names is not None else None,
        },
    }


# --- what the bot's log says --------------------------------------------------------------------------------------------


def _unknown(keys: list[str]) -> list[str]:
    return [f"Ignored a key of the request that this API does not know: {key[:200]}" for key in keys]


def _not_yet(body: CreateMeetStreamBot) -> list[str]:
    later = [name for name in SHOWN if getattr(body, name)]
    return [f"{NOT_YET}{name}" for name in later]


def _explained(body: CreateMeetStreamBot) -> list[str]:
    notes: list[str] = []
    if body.recording_config.retention is None:
        notes.append("retention null: no artifact is made; while the meeting runs, its media passes through the bot's disk")
    return notes
