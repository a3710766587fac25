"""Examples of the OpenAPI document, and what schemas and examples say of each other. Knows JSON Schema and no route.

A dialect shows what its routes really answer; of that a schema follows. Our own routes have schemas; an example follows from
what their fields are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """By `METHOD path`, as the routes are declared."""

    bodies: Mapping[str, Any] = field(default_factory=dict[str, Any])
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    objects: Mapping[str, Json] = field(default_factory=dict[str, Any])
    """By their names in the document: those that several answers hold, as the very same object."""


# --- from an example to a schema ----------------------------------------------------------------------------------------

_FREE = frozenset({
    "custom_attributes", "config", "StatusTimeline", "RequestPayload", "metadata", "meeting_url", "recording_config",
    "automatic_leave", "artifacts", "capture", "provider", "body", "delivered", "dropped",
})
"""Objects whose keys are not ours to say, or differ from one to the next."""


def schema_of(example: Any, objects: Mapping[str, Json] | None = None) -> Json:
    """As much as an example says: kinds of things, and the keys that are always there. What is one of `objects` is referred
    to by its name."""
    if isinstance(example, list):
        return {"type": "array", "items": schema_of(example[0], objects) if example else {}}
    if isinstance(example, dict):
        if (name := next((name for name, known in (objects or {}).items() if known is example), None)) is not None:
            return {"$ref": f"#/components/schemas/{name}"}
        inside = {key: _free(value) if key in _FREE else _within(value, objects) for key, value in example.items()}
        return {"type": "object", "required": list(example), "properties": inside}
    return _within(example)


def _free(value: Any) -> Json:
    return {"type": ["object", "null"]} if isinstance(value, dict) or value is None else _within(value)


def _within(value: Any, objects: Mapping[str, Json] | None = None) -> Json:
    """Of what lies deeper an example says less: anything may be null, and a number whole or not."""
    match value:
        case None:
            return {}
        case dict() | list():
            schema = schema_of(value, objects)
            return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema
        case bool():
            return {"type": ["boolean", "null"]}
        case int() | float():
            return {"type": ["number", "null"]}
    return {"type": ["string", "null"]}


def with_nulls(example: Any, schema: Json) -> Any:
    """The example with null under every required key that it lost: FastAPI takes nulls out of what its routes show."""
    if isinstance(example, list):
        return [with_nulls(item, schema.get("items", {})) for item in example]
    if not isinstance(example, dict):
        return example
    inside: dict[str, Json] = schema.get("properties", {})
    whole = dict.fromkeys(schema.get("required", ())) | example
    return {key: with_nulls(value, inside.get(key, {})) for key, value in whole.items()}


# --- from a schema to an example ----------------------------------------------------------------------------------------

_NAMED: dict[str, Any] = {
    "id": "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", "endpoint_id": "9c0d7f3e-2b7a-4d0e-9a53-0f6c1f1c7a11",
    "event_id": "b7a1d0c2-55f3-4d2b-8d0f-6a2b1c9e4f70", "bot_id": "5d6f8e2a-9a43-4c0f-bc1d-2e7f9a1b3c4d", "name": "Sales",
    "email": "ada@example.org", "role": "admin", "url": "https://app.example.org/hooks", "description": "Notes for sales",
    "events": ["bot.done", "transcript.done"], "event": "bot.done", "noun": "bot", "scopes": ["read", "write"],
    "prefix": "rpt_xXdl", "key": "rpt_xXdlUmcIW50GfJs2NlpaggP8ZB4k87mK0g7cdH", "callback_profile": "seed",
    "provider": "deepgram", "secrets": {"api_key": "…3f2a"}, "overlap_seconds": 86400, "state": "delivered", "attempts": 1,
    "states": ["failed"], "since": "2026-01-15T14:00:00Z", "resent": 3, "last_status": 200, "status": 200, "number": 1,
    "duration_ms": 41.7, "response": "ok", "error": None, "last_error": None, "method": "POST",
    "headers": {"content-type": "application/json", "webhook-id": "b7a1d0c2-55f3-4d2b-8d0f-6a2b1c9e4f70"},
    "body": {"event": "bot.done", "data": {"data": {"code": "done", "sub_code": None}}}, "enabled": True,
    "disabled_reason": None, "payload": {"meeting_uuid": "4444AAAiAAAAAiAiAiiAii=="}, "event_ts": 1768487400000,
    "plainToken": None, "encryptedToken": None,
}
_SECRET = {"NewKey": "rpt_xXdlUmcIW50GfJs2NlpaggP8ZB4k87mK0g7cdH"}
"""`secret` of a key is the key; of everything else it signs."""
_SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_MOMENT = "2026-01-15T14:30:00.000000Z"
_UNSET = ("expires_at", "revoked_at", "disabled_at", "failing_since", "next_attempt_at", "previous_secret_until")


def sampled(schema: Json, components: Mapping[str, Json]) -> Any:
    """An example of a schema of ours. KeyError names a field that nothing is known of."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _object(name, components[name], components)
    if schema.get("type") == "array":
        return [sampled(schema["items"], components)]
    return _object("", schema, components)


def _object(name: str, schema: Json, components: Mapping[str, Json]) -> Json:
    return {key: _value(name, key, inside, components) for key, inside in schema.get("properties", {}).items()}


def _value(owner: str, key: str, schema: Json, components: Mapping[str, Json]) -> Any:
    if "$ref" in schema or (schema.get("type") == "array" and "$ref" in schema["items"]):
        return sampled(schema, components)
    if key == "secret":
        return _SECRET.get(owner, _SIGNING)
    if key in _UNSET:
        return None
    return _MOMENT if key == "at" or key.endswith("_at") else _NAMED[key]
