"""What the OpenAPI document says of the dialect's answers: an example of each, and the errors that any of them may be."""

from __future__ import annotations

from typing import Any

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
_FREE = frozenset({"custom_attributes", "config", "StatusTimeline", "RequestPayload"})
"""Objects whose keys are not the dialect's to say."""
NOT_READY = ("It is still being made; ask again.", {"message": "The transcript is not ready yet.", "code": "not_ready"})


def answers(example: Any, *errors: int, status: int = 200, also: dict[int, tuple[str, Any]] | None = None) -> dict[Any, Any]:
    """`responses` of a route. `errors` are those beside what every route may answer; `also` are further successes."""
    told: dict[Any, Any] = {status: _content("As the example.", _schema(example), example)}
    for code, (what, body) in (also or {}).items():
        told[code] = _content(what, _schema(body), body)
    for code in sorted({*errors, *_EVERY}):
        what, message = ERRORS[code]
        told[code] = _content(what, _ERROR, {"message": message})
    return told


def _content(what: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"description": what, "content": {"application/json": {"schema": schema, "example": example}}}


def _schema(example: Any) -> dict[str, Any]:
    """As much as an example says: kinds of things, and the keys that are always there."""
    if isinstance(example, list):
        return {"type": "array", "items": _schema(example[0]) if example else {}}
    if isinstance(example, dict):
        inside = {key: {"type": ["object", "null"]} if key in _FREE else _within(value) for key, value in example.items()}
        return {"type": "object", "required": list(example), "properties": inside}
    return _within(example)


def _within(value: Any) -> dict[str, Any]:
    """Of what lies deeper an example says less: anything may be null, and a number whole or not."""
    match value:
        case None:
            return {}
        case dict() | list():
            schema = _schema(value)
            return schema | {"type": [schema["type"], "null"]}
        case bool():
            return {"type": ["boolean", "null"]}
        case int() | float():
            return {"type": ["number", "null"]}
    return {"type": ["string", "null"]}
