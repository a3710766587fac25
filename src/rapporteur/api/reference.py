"""/docs: the reference of every route as one page, made from the OpenAPI document. No script, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

router = APIRouter(include_in_schema=False)
_templates = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True)
_templates.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)


@router.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    state = request.app.state
    if not hasattr(state, "reference_page"):
        state.reference_page = page(request.app.openapi())
    return HTMLResponse(state.reference_page)


def page(document: dict[str, Any]) -> str:
    by_tag: defaultdict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag[next(iter(operation.get("tags", ["other"])))].append((path, method, operation))
    schemas = document.get("components", {}).get("schemas", {})
    return _templates.get_template("reference.html").render(info=document["info"], by_tag=by_tag, schemas=schemas)
