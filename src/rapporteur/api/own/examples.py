"""What the OpenAPI document shows of our own routes, where no schema says it."""

from __future__ import annotations

from rapporteur.api.examples import Shown

_BOT = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
_WHEN = "2026-01-15T14:30:00.000000Z"
_PICTURE = "https://meetings.example.org/media/w/shot.jpg?Expires=1768505400&Signature=7f3c"

SHOWN = Shown(answers={
    "GET /rapporteur/v1/bots/{bot_id}/events/": {"results": [
        {"number": 3, "type": "state", "at": _WHEN, "body": {"code": "in_call_recording", "sub_code": None}}]},
    "GET /rapporteur/v1/bots/{bot_id}/evidence/": {"bot_id": _BOT, "results": [{
        "id": "c4a7e2d9-3b58-4f16-a0d7-6e9b2c8f1a35", "recorded_at": _WHEN, "screen": "waiting_room",
        "text": "Please wait, the host will let you in soon.", "console": ["joined signalling"],
        "matched": {"screen/waiting_room.1": 4}, "picture": _PICTURE}]},
    "GET /rapporteur/v1/bots/{bot_id}/play_link/": {
        "url": f"https://meetings.example.org/play?bot_id={_BOT}&Expires=1768505400&Signature=7f3c&t=342"},
    "GET /rapporteur/v1/health/": {"status": "ok", "version": "1.0", "now": _WHEN, "platforms": ["room"]},
    "GET /rapporteur/v1/recordings/{recording_id}/quality/": {
        "recording_id": "8d2c6b1e-7a40-4f39-9c52-1b0e5f6a7d83", "capture": {"way": "tracks", "why": None},
        "artifacts": {"video_mixed": {"seconds": 3600.0, "lost_frames": 0, "black": False}}},
})
