"""The OpenAPI document: request bodies are read by our own code, so the routes name their schemas here.

What every route of the Recall dialect and of ours may refuse is added to each of them, so that none has to repeat it. Routes
that say themselves how they refuse a stranger are left as they are.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from rapporteur.api.examples import Shown, sampled, schema_of, with_nulls

_COMPONENT = "#/components/schemas/{model}"
_JSON = "application/json"
_MEDIA_TYPES = (_JSON, "application/x-www-form-urlencoded", "multipart/form-data")
_components: dict[str, Any] = {}
_METHODS = ("get", "post", "put", "patch", "delete")
_CHANGING = frozenset({"post", "put", "patch"})

DESCRIPTION = """\
Send bots to video meetings and read what they recorded.

Authenticate with the header `Authorization: Token YOUR_KEY`. Paths are taken with and without their last slash. Times are
ISO 8601 in UTC. A field that may be left out may also be null: that is the same, but where null is said to mean something.
Lists are pages with `next`, `previous` and `results`. Links to media carry their own signature and expire; read the object
again for a fresh one."""

_TEXT = {"type": "string"}
_SHAPES: dict[str, Any] = {
    "Refusal": {
        "type": "object", "required": ["detail"], "properties": {"detail": _TEXT, "code": _TEXT},
        "example": {"code": "cannot_command_completed_bot", "detail": "This bot has ended."},
    },
    "Faults": {
        "type": "object", "description": "Sentences under the field they are about, nested like the request.",
        "additionalProperties": {"anyOf": [
            {"type": "array", "items": _TEXT}, {"$ref": _COMPONENT.format(model="Faults")},
        ]},
        "example": {"meeting_url": ["This field is required."]},
    },
}
_REFUSALS: dict[int, tuple[str, Any]] = {
    400: ("The request is not valid, or the object does not take it now.",
          {"meeting_url": ["This field is required."]}),
    401: ("No key, or one that is not known.", {"detail": "Invalid token.", "code": "authentication_failed"}),
    403: ("The key has not the scope that this needs.",
          {"code": "permission_denied", "detail": "This key has not the scope 'write' that this request needs."}),
    404: ("There is no such object in the key's workspace.", {"detail": "Not found."}),
    405: ("The object no longer takes this method.", {"code": "refused", "detail": "This bot has set out."}),
    409: ("The same request is being worked on.",
          {"code": "idempotency_key_in_use", "detail": "A request with this Idempotency-Key is still being worked on."}),
    413: ("The body is too large.", {"code": "body_too_large", "detail": "A request has at most 16777216 bytes."}),
    429: ("Too many requests within a minute; `Retry-After` says when to come back.",
          {"code": "throttled", "detail": "This endpoint takes 60 requests a minute. Try again in 12 s."}),
    501: ("This build does not have it yet.",
          {"code": "not_implemented", "detail": "This build does not have it yet: signed-in bots."}),
    507: ("Every place for a bot is taken; `Retry-After` says when to try again.",
          {"code": "adhoc_pool_depleted", "detail": "Every place for a bot is taken."}),
}

NOT_RESPONDING: dict[int | str, dict[str, Any]] = {504: {
    "description": "The bot did not do it in time, and will not do it later.",
    "content": {"application/json": {
        "schema": {"$ref": _COMPONENT.format(model="Refusal")},
        "example": {"code": "bot_not_responding", "detail": "The bot did not do this in time: try again."},
    }},
}}
"""`responses` of a route that waits for a bot."""


def takes(model: type[BaseModel], *, partly: bool = False) -> dict[str, Any]:
    """`openapi_extra` of a route whose body is `model`; the model becomes a component of the document. `partly`: any of its
    fields alone will do."""
    schema = model.model_json_schema(ref_template=_COMPONENT)
    _components.update(schema.pop("$defs", {}))
    name = f"{model.__name__}Partly" if partly else model.__name__
    if partly:
        schema.pop("required", None)
    _components[name] = schema
    reference = {"schema": {"$ref": _COMPONENT.format(model=name)}}
    return {"requestBody": {"required": bool(schema.get("required")), "content": dict.fromkeys(_MEDIA_TYPES, reference)}}


def install(app: FastAPI, *shown: Shown) -> None:
    """Make the document, with what the dialects show of themselves."""
    bodies = {route: example for each in shown for route, example in each.bodies.items()}
    answers = {route: example for each in shown for route, example in each.answers.items()}
    objects = {name: example for each in shown for name, example in each.objects.items()}

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            made.setdefault("components", {}).setdefault("schemas", {}).update(_components | _SHAPES)
            made["components"]["schemas"] |= {name: schema_of(example) for name, example in objects.items()}
            made["components"]["securitySchemes"] = {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token YOUR_KEY"},
            }
            made["security"] = [{"key": []}]
            for path, operations in made["paths"].items():
                for method in _METHODS:
                    if method in operations:
                        _complete(path, method, operations[method])
                        route = f"{method.upper()} {path}"
                        answer = answers.get(route)
                        if answer is not None:
                            _show(operations[method], answer, schema_of(answer, objects))
                        _exemplify(operations[method], bodies.get(route), made["components"]["schemas"])
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document


def _show(operation: dict[str, Any], answer: Any, schema: dict[str, Any]) -> None:
    """Give the route's success this answer and this schema."""
    for status, response in operation["responses"].items():
        if status.startswith("2") and _JSON in response.get("content", {}):
            response["content"][_JSON] = {"schema": schema, "example": answer}


def _exemplify(operation: dict[str, Any], body: Any, components: dict[str, Any]) -> None:
    """Show what is sent and what comes back, where nothing does yet."""
    sent = operation.get("requestBody", {}).get("content", {})
    if _JSON in sent and "example" not in sent[_JSON]:
        sent[_JSON] = {**sent[_JSON], "example": body or sampled(sent[_JSON]["schema"], components)}
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get(_JSON, {})
        if "example" in content:
            content["example"] = with_nulls(content["example"], content["schema"])
        elif content and status.startswith("2"):
            content["example"] = sampled(content["schema"], components)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add what the route's function does not say: how it refuses."""
    responses: dict[str, Any] = operation.setdefault("responses", {})
    # What FastAPI itself refuses is answered like everything else, with 400.
    responses.pop("422", None)
    if path.startswith(("/api/", "/rapporteur/")) and "401" not in responses:
        for status in _refused(path, method):
            responses.setdefault(str(status), _refusal(status))


def _refused(path: str, method: str) -> list[int]:
    if path == "/rapporteur/v1/health/":
        return []
    found = [400, 401, 403, *([404] if "{" in path else [])]
    found += [413] if method in _CHANGING else []
    if path.startswith("/api/"):
        found += [429, 501, *([409] if method in _CHANGING else [])]
        found += [405] if method in ("delete", "patch") else []
        found += [507] if method == "post" else []
    return found


def _refusal(status: int) -> dict[str, Any]:
    description, example = _REFUSALS[status]
    if status == 400:
        schema: dict[str, Any] = {"anyOf": [{"$ref": _COMPONENT.format(model=name)} for name in ("Refusal", "Faults")]}
    else:
        schema = {"$ref": _COMPONENT.format(model="Refusal")}
    content = {"application/json": {"schema": schema, "example": example}}
    answer: dict[str, Any] = {"description": description, "content": content}
    if status in (429, 507):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return answer
