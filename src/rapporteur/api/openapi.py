"""The OpenAPI document: request bodies are read by our own code, so the routes name their schemas here."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

_COMPONENT = "#/components/schemas/{model}"
_MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_components: dict[str, Any] = {}

DESCRIPTION = """\
Send bots to video meetings and read what they recorded.

Authenticate with the header `Authorization: Token YOUR_KEY`. Paths are taken with and without their last slash. Times are
ISO 8601 in UTC; lists are pages with `next`, `previous` and `results`. Links to media carry their own signature and expire;
read the object again for a fresh one."""


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route whose body is `model`; the model becomes a component of the document."""
    schema = model.model_json_schema(ref_template=_COMPONENT)
    _components.update(schema.pop("$defs", {}))
    _components[model.__name__] = schema
    reference = {"schema": {"$ref": _COMPONENT.format(model=model.__name__)}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(_MEDIA_TYPES, reference)}}


def install(app: FastAPI) -> None:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            made.setdefault("components", {}).setdefault("schemas", {}).update(_components)
            made["components"]["securitySchemes"] = {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token YOUR_KEY"},
            }
            made["security"] = [{"key": []}]
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document
