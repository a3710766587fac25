"""Request bodies: JSON, form and multipart into one object, and that object into a schema.

Three things are wanted of every body. A malformed one is refused with line and column and, where the slip is a common one,
with its name. Faults are reported all at once, in sentences, under the field they belong to. Keys that no schema knows are
no fault: they are collected, so that the answer and the bot's log can name them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.types import Message

from rapporteur.api.errors import BodyTooLarge, Errors, RejectedBody, merge
from rapporteur.domain.errors import InvalidRequest

MAX_BYTES = 16 * 1024 * 1024
"""Several pictures of 1.8 million base64 characters fit; a recording does not."""

_NESTED = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]*\])+")

M = TypeVar("M", bound=BaseModel)


async def read_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object.

    InvalidRequest when it is neither JSON nor a form, BodyTooLarge beyond MAX_BYTES.
    """
    request = _limited(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return await _read_form(request)
    raw = await request.body()
    return parse(raw) if raw.strip() else {}


def _limited(request: Request) -> Request:
    """The same request, which fails as soon as more than MAX_BYTES of its body have come, whatever its header declared."""
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > MAX_BYTES:
            raise BodyTooLarge(f"A request has at most {MAX_BYTES} bytes.")
        return message

    return Request(request.scope, receive)


async def _read_form(request: Request) -> dict[str, Any]:
    """Fields of a form, which has no nesting: a field that holds a JSON object or array is read as one, and names like
    `metadata.team`, `metadata[team]`, `events[0]` and `events[]` say where a field belongs."""
    out: dict[str, Any] = {}
    async with request.form(max_part_size=MAX_BYTES) as form:
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                raise InvalidRequest(key, "Files are not taken here; send the content as base64.")
            _put(out, _steps(key), parse_value(value) if value[:1] in ("{", "[") else value)
    return _with_lists(out)


class _Numbered(dict[int, Any]):
    """A list on the way: its places by number, in whatever order they were sent."""


def _steps(name: str) -> list[str | int]:
    """The way to a form's field: names, and places of lists, of which -1 is the next. A name of no known form is one step."""
    if _NESTED.fullmatch(name) is None:
        return [name]
    head, *rest = re.split(r"[.\[]", name)
    return [head, *(_step(step) for step in rest)]


def _step(text: str) -> str | int:
    """What stood in brackets ends with one; numbers are places there alone."""
    place = text.removesuffix("]")
    return int(place or -1) if text.endswith("]") and (not place or place.isdecimal()) else place


def _put(into: dict[Any, Any], steps: list[str | int], value: Any) -> None:
    step, *rest = steps
    if step == -1:
        step = len(into)
    if not rest:
        into[step] = value
        return
    inner = into.setdefault(step, {} if isinstance(rest[0], str) else _Numbered())
    if not isinstance(inner, dict) or isinstance(inner, _Numbered) == isinstance(rest[0], str):
        raise InvalidRequest(str(step), "This field was sent in two forms that do not go together.")
    _put(inner, rest, value)


def _with_lists(value: Any) -> Any:
    if isinstance(value, _Numbered):
        return [_with_lists(item) for _, item in sorted(value.items())]
    return {key: _with_lists(item) for key, item in value.items()} if isinstance(value, dict) else value


def parse(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest("non_field_errors", f"JSON parse error - byte {error.start} is not UTF-8.") from None
    value = parse_value(text)
    if not isinstance(value, dict):
        raise InvalidRequest("non_field_errors", f"Invalid data. Expected a JSON object, but got {_noun(value)}.")
    return value


def parse_value(text: str) -> Any:
    """JSON, or InvalidRequest that names line, column and the likely slip."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        what, at = _slip(text, error)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise InvalidRequest("non_field_errors", f"JSON parse error - {what} at line {line} column {column}.") from None
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("non_field_errors", f"JSON parse error - {error}.") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _slip(text: str, error: json.JSONDecodeError) -> tuple[str, int]:
    """What is likely wrong, and where. Parsers point at a comma or behind it, so commas are looked for on both sides."""
    at = error.pos + len(text[error.pos:]) - len(text[error.pos:].lstrip())
    before, rest = text[:error.pos].rstrip(), text[at:]
    if rest[:1] == "#" or rest[:2] in ("//", "/*"):
        return "JSON has no comments; one begins", at
    if before[-1:] == "," and rest[:1] in ("}", "]"):
        return "a comma stands before a closing bracket", len(before) - 1
    if re.match(r",\s*[}\]]", rest):
        return "a comma stands before a closing bracket", at
    if "delimiter" in error.msg and rest[:1] == '"':
        return "a comma is missing", at
    if rest[:1] == "'":
        return "strings are written in double quotes; a single quote stands", at
    return error.msg[:1].lower() + error.msg[1:], error.pos


# --- against a schema ---------------------------------------------------------------------------------------------------


def validate(model: type[M], body: dict[str, Any]) -> M:
    """The body as `model`; RejectedBody with every fault in the dialect's words."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        errors: Errors = {}
        for fault in error.errors(include_url=False):
            merge(errors, _place([str(part) for part in fault["loc"] if not _is_tag(part)], _sentence(dict(fault))))
        raise RejectedBody(errors) from None


def unknown_keys(model: BaseModel, prefix: str = "") -> list[str]:
    """Dotted paths of the keys that the schema does not know, in the order they were sent."""
    found = [f"{prefix}{key}" for key in (*(model.model_extra or ()), *getattr(model, "unknown_options", ()))]
    for name, value in model:
        if name not in (model.model_extra or ()):
            found += _unknown_in(value, f"{prefix}{name}")
    return found


def _unknown_in(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from unknown_keys(value, f"{path}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown_in(item, f"{path}.{index}")


def _is_tag(part: Any) -> bool:
    """Pydantic names the branch of a union in the path; callers never wrote it."""
    return isinstance(part, str) and (part[:1].isupper() or part.startswith(("function-", "dict[", "list[")))


def _place(path: list[str], message: str) -> Errors:
    if not path:
        return {"non_field_errors": [message]}
    first, *rest = path
    return {first: _place(rest, message) if rest else [message]}


def _sentence(fault: dict[str, Any]) -> str:
    kind, context, value = fault["type"], fault.get("ctx", {}), fault.get("input")
    if value is None and kind != "missing":
        return "This field may not be null."
    match kind:
        case "missing":
            return "This field is required."
        case "string_type":
            return "Not a valid string."
        case "string_too_short" if context["min_length"] == 1:
            return "This field may not be blank."
        case "string_too_long":
            return f"Ensure this field has no more than {context['max_length']} characters."
        case "int_type" | "int_parsing" | "int_from_float":
            return "A valid integer is required."
        case "greater_than_equal":
            return f"Ensure this value is greater than or equal to {context['ge']}."
        case "bool_type" | "bool_parsing":
            return "Must be a valid boolean."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"Expected an object, but got {_noun(value)}."
        case "list_type":
            return f"Expected a list of items, but got {_noun(value)}."
        case "literal_error" | "enum":
            return f"{json.dumps(value, default=str)[:60]} is not a valid choice. Choose from {context['expected']}."
        case "value_error":
            return str(context["error"])
    return str(fault["msg"])


def _noun(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null" if value is None else type(value).__name__)
