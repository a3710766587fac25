"""From the body of POST /bot/ to a new bot of the core, with everything the caller should be told about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rapporteur.api.recall.schemas import CreateBot, RecordingConfig
from rapporteur.api.recall.schemas.recording import RealtimeEndpoint
from rapporteur.domain.errors import InvalidRequest, Unsupported
from rapporteur.domain.meeting import Catalogue, MeetingAddress
from rapporteur.domain.recording import LIVE_ALONE
from rapporteur.domain.timeline import from_iso, iso
from rapporteur.services.bots import NewBot
from rapporteur.services.events import EVENT_NAMES
from rapporteur.services.views import BotView
from rapporteur.wire.live import NEEDS, VIDEO_FLV, switched_on

AT_TOP = ("zoom", "google_meet", "breakout_room")
LIVE = frozenset(NEEDS) - frozenset({VIDEO_FLV})
"""Live events that the bot sends by itself."""
DONE_THERE = ("output_media", "automatic_video_output", "automatic_audio_output", "bot_avatar_url", "chat")
"""What a bot does in its meeting."""
NOT_YET = "Not yet produced by this build: "


@dataclass(frozen=True, slots=True)
class Creation:
    bot: NewBot
    notices: tuple[str, ...]
    """What was taken otherwise than it was sent; for the answer's header."""


def creation(
    body: CreateBot, unknown: list[str], catalogue: Catalogue, now_ms: float, *, address: MeetingAddress | None = None,
) -> Creation:
    """`address` is where the meeting is, if that is known better than by `meeting_url`.

    Raises InvalidRequest on `meeting_url` for a link that no joinable platform claims, Unsupported for what a bot that is not
    in the meeting would have to do there.
    """
    address = address or _address(body, catalogue)
    if body.zoom is not None and body.zoom.rtms is not None:
        _check_received(body, address)
    notices = _notices(body, address)
    notes = [*notices, *_unknown_notes(unknown), *_not_yet(body)]
    config = body.echo()
    if config["recording_config"] is None:
        # Without a configuration nothing is recorded until an order; what is then recorded follows the defaults.
        config["recording_config"] = CreateBot(meeting_url=body.meeting_url).echo()["recording_config"]
        config["recording_config"]["start_recording_on"] = "manual"
    for told_apart in ("meeting_url", "bot_name", "join_at", "metadata", "external_id"):
        del config[told_apart]
    return Creation(
        NewBot(
            address=address, bot_name=body.bot_name, join_at_ms=_join_at_ms(body, now_ms), config=config,
            metadata=dict(body.metadata), external_id=body.external_id, notes=notes,
        ),
        tuple(notices),
    )


def addressed(view: BotView) -> dict[str, Any]:
    """As much of a bot's own request as tells where it goes, and when."""
    config = {key: view.config[key] for key in ("platform", "meeting_password", "zoom") if key in view.config}
    return config | {"meeting_url": view.url, "join_at": None if view.join_at_ms is None else iso(view.join_at_ms)}


def changed(view: BotView, fresh: NewBot, sent: dict[str, Any]) -> NewBot:
    """The bot with what was sent in place of what was. The rest stays as it is stored: a bot that was made in another dialect
    has keys and values that are none of this one, and endpoints that this one cannot name."""
    kept = {key: value for key, value in view.config.items() if key not in sent or key not in fresh.config}
    if "recording_config" in sent and (foreign := _foreign_endpoints(view)):
        recording = fresh.config["recording_config"]
        told = [*recording["realtime_endpoints"], *foreign]
        kept["recording_config"] = switched_on(recording | {"realtime_endpoints": told})
    same = {key: getattr(view, key) for key in ("bot_name", "metadata", "external_id") if key not in sent}
    return replace(fresh, config=fresh.config | kept, **same)


def _foreign_endpoints(view: BotView) -> list[dict[str, Any]]:
    """Where a bot streams to by its request in another dialect."""
    endpoints = (view.config.get("recording_config") or {}).get("realtime_endpoints") or []
    return [endpoint for endpoint in endpoints if endpoint.get("dialect")]


def _check_received(body: CreateBot, address: MeetingAddress) -> None:
    """What a bot that receives Zoom's media stream cannot do."""
    if address.platform != "zoom":
        raise InvalidRequest("zoom.rtms", "Only meetings of zoom have such streams.")
    recording = body.recording_config
    asked = [key for key in DONE_THERE
             if _asked(getattr(body, key)) or (recording is not None and _asked(getattr(recording, key, None)))]
    if asked:
        raise Unsupported(asked[0], f"{asked[0]}: a bot that receives Zoom's media stream is not in the meeting and cannot "
                                    "show, say or write anything there.")


def _address(body: CreateBot, catalogue: Catalogue) -> MeetingAddress:
    if body.zoom is not None and body.zoom.rtms is not None:  # whatever this build's bots can join by a page
        catalogue = replace(catalogue, joinable=catalogue.joinable | {"zoom"})
    return catalogue.address(body.meeting_url, platform=body.platform, password=body.meeting_password)


def _join_at_ms(body: CreateBot, now_ms: float) -> float | None:
    at_ms = from_iso(body.join_at) if body.join_at else None
    return at_ms if at_ms is not None and at_ms > now_ms else None


def _notices(body: CreateBot, address: MeetingAddress) -> list[str]:
    if body.platform is None or body.platform == address.platform:
        return []
    return [f"platform {body.platform[:60]} was ignored: the link belongs to {address.platform}"]


def _unknown_notes(unknown: list[str]) -> list[str]:
    return [f"Ignored a key of the request that this API does not know: {key[:200]}" for key in unknown]


def _not_yet(body: CreateBot) -> list[str]:
    """One sentence for each setting that is stored and echoed, but that this build does nothing with."""
    recording = body.recording_config
    later = [key for key in AT_TOP if _asked(getattr(body, key))]
    if body.zoom is not None and body.zoom.model_fields_set == {"rtms"}:
        later.remove("zoom")
    if recording is not None:
        later += [f"recording_config.{line}" for i, e in enumerate(recording.realtime_endpoints) if (line := _live(i, e))]
    notes = [f"{NOT_YET}{key}" for key in later]
    if body.variant or (recording and recording.variant):
        notes.append("variant: every bot of this server gets the same machine, so there is nothing to choose")
    if recording is None or recording.start_recording_on == "manual":
        notes.append("This bot records only when told to: POST to its start_recording")
    return notes + (_explained(recording) if recording else [])


def start_notes(recording: RecordingConfig, unknown: list[str]) -> list[str]:
    """What the log should say about a recording that is started by order."""
    later = [line for i, e in enumerate(recording.realtime_endpoints) if (line := _live(i, e))]
    return [*_unknown_notes(unknown), *(f"{NOT_YET}{key}" for key in later), *_explained(recording)]


def _live(position: int, endpoint: RealtimeEndpoint) -> str | None:
    """Events of the control plane reach webhook endpoints only, because the bot is gone when the last are due."""
    sent = {"webhook": EVENT_NAMES | LIVE, "websocket": LIVE, "rtmp": frozenset({VIDEO_FLV})}.get(endpoint.type, frozenset())
    missing = [name[:100] for name in endpoint.events if name not in sent]
    return f"realtime_endpoints.{position}: {', '.join(missing)}" if missing else None


def _asked(value: object) -> bool:
    if value is None or value == {}:
        return False
    fields_set = getattr(value, "model_fields_set", None)
    return fields_set is None or bool(fields_set)


def _explained(recording: RecordingConfig) -> list[str]:
    told = {name for endpoint in recording.realtime_endpoints for name in endpoint.events}
    notes = [
        f"{key}: no file is made of it; it is sent to the realtime_endpoints that ask for {key}.data, and none does"
        for key in LIVE_ALONE if getattr(recording, key) is not None and f"{key}.data" not in told
    ]
    if recording.retention is None:
        notes.append("retention null: no artifact is made; while the meeting runs, its media passes through the bot's disk")
    if recording.include_bot_in_recording.video:
        notes.append("include_bot_in_recording.video: what the bot says is recorded, what it shows is not by this build yet")
    return notes
