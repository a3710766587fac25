"""/docs: the reference of every route as one page, made from the OpenAPI document. No script, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; }
code, pre { font: 14px/1.4 ui-monospace, monospace; } pre { background: #f4f4f2; padding: .7rem; overflow-x: auto; }
details { border-top: 1px solid #ddd; padding: .4rem 0; } summary { cursor: pointer; } b { display: inline-block; width: 5rem; }
table { border-collapse: collapse; } td { padding: .1rem 1rem .1rem 0; vertical-align: top; }
@media (prefers-color-scheme: dark) { body { background: #1c1c1c; color: #e8e8e4; } pre { background: #2a2a28; } }
"""


@router.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    state = request.app.state
    if not hasattr(state, "reference_page"):
        state.reference_page = page(request.app.openapi())
    return HTMLResponse(state.reference_page)


def page(document: dict[str, Any]) -> str:
    by_tag: defaultdict[str, list[str]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag[next(iter(operation.get("tags", ["other"])))].append(_operation(path, method, operation))
    parts = [f"<h2>{escape(tag)}</h2>{''.join(operations)}" for tag, operations in by_tag.items()]
    components = document.get("components", {}).get("schemas", {})
    schemas = "".join(_folded(f'<code id="{escape(name)}">{escape(name)}</code>', _json(schema))
                      for name, schema in sorted(components.items()))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(document['info']['title'])}</title>"
        f"<style>{_STYLE}</style><h1>{escape(document['info']['title'])} {escape(document['info']['version'])}</h1>"
        f"<p>{escape(document['info'].get('description', ''))}</p>"
        f'<p>For programs: <a href="openapi.json">openapi.json</a>.</p>{"".join(parts)}<h2>Schemas</h2>{schemas}</html>'
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    body = f"<p>{escape(operation.get('description', ''))}</p>"
    rows = [(p["name"], p["in"], p.get("description", "")) for p in operation.get("parameters", [])]
    if rows:
        cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        body += f"<table>{cells}</table>"
    if content := operation.get("requestBody", {}).get("content", {}).get("application/json"):
        body += f"<p>Body</p>{_json(content.get('schema', {}))}"
    for status, answer in operation.get("responses", {}).items():
        content = answer.get("content", {}).get("application/json", {})
        shown = content.get("example", content.get("schema"))
        body += f"<p>{escape(status)} {escape(answer.get('description', ''))}</p>" + (_json(shown) if shown else "")
    return _folded(f"<b>{escape(method.upper())}</b> <code>{escape(path)}</code>", body)


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>{body}</details>"


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
