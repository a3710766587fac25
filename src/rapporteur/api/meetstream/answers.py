"""What the OpenAPI document says of the dialect's answers: an example of each, and the errors that any of them may be."""

from __future__ import annotations

from typing import Any

from rapporteur.api.examples import Shown, schema_of

SHOWN = Shown(bodies={
    "POST /api/v1/bots/create_bot/": {
        "meeting_link": "https://meet.google.com/abc-defg-hij", "bot_name": "Notetaker", "audio_required": True,
        "video_required": False, "callback_url": "https://app.example.org/callbacks", "custom_attributes": {"tenant": "t1"},
        "recording_config": {
            "transcript": {"provider": {"meetstream": {}}}, "retention": {"type": "timed", "hours": 24}},
        "automatic_leave": {"waiting_room_timeout": 600, "everyone_left_timeout": 300},
    },
    "POST /api/v1/bots/{bot_id}/send_message/": {"message": "This meeting is being recorded."},
    "POST /api/v1/bots/{bot_id}/send_image/": {"img_url": "https://app.example.org/slide.png", "display_duration": 10},
    "POST /api/v1/bots/{bot_id}/transcribe/": {"provider": {"meetstream": {"language": "auto"}}},
})
ERRORS: dict[int, tuple[str, str]] = {
    400: ("A field is missing or not valid.", "meeting_link is required."),
    401: ("No key was sent.", "Authentication credentials were not provided. Send the header `Authorization: Token YOUR_KEY`."),
    403: ("The key is not known, or may not do this.", "Invalid token."),
    404: ("There is no such thing, or it was deleted.", "There is no bot with this id."),
    409: ("This does not fit the present state.", "This bot has left its meeting and takes no more commands."),
    410: ("It was kept for its time, which is over.", "This is no longer kept."),
    429: ("Too many requests; `Retry-After` says when to come back.", "This endpoint takes 30 requests a minute."),
    501: ("This server does not do this.", "This build does not have it yet: calendars."),
    503: ("Not now; it may be tried again.", "This bot is not recording."),
}
_EVERY = (401, 403, 429)
_ERROR = {
    "type": "object", "required": ["message"],
    "properties": {
        "message": {"type": "string"}, "code": {"type": "string"},
        "errors": {"type": "object", "description": "Of a body: field → sentences."},
    },
}
NOT_READY = ("It is still being made; ask again.", {"message": "The transcript is not ready yet.", "code": "not_ready"})


def answers(example: Any, *errors: int, status: int = 200, also: dict[int, tuple[str, Any]] | None = None) -> dict[Any, Any]:
    """`responses` of a route. `errors` are those beside what every route may answer; `also` are further successes."""
    told: dict[Any, Any] = {status: _content("As the example.", schema_of(example), example)}
    for code, (what, body) in (also or {}).items():
        told[code] = _content(what, schema_of(body), body)
    for code in sorted({*errors, *_EVERY}):
        what, message = ERRORS[code]
        told[code] = _content(what, _ERROR, {"message": message})
    return told


def _content(what: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"description": what, "content": {"application/json": {"schema": schema, "example": example}}}
