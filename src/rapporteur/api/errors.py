"""How errors look on the wire. One route class per dialect turns what a use case raises into that dialect's shape.

The shapes of the Recall dialect are those of Django REST framework: validation is a map of field → list of sentences, a
business refusal is `{"code", "detail"}`, everything about keys and absent objects is `{"detail"}`. Our own routes answer in
the same shapes. What an error means is decided where it is raised; only its status is chosen here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from rapporteur.domain.errors import (
    Blame,
    BlockedAddress,
    Dispatched,
    Forbidden,
    InvalidRequest,
    NotFound,
    PoolDepleted,
    RapporteurError,
    Refused,
    Unanswered,
    Unauthenticated,
    Unsupported,
)

log = structlog.get_logger()

Errors = dict[str, Any]
"""Field → list of sentences, or → the Errors of an object."""


class RejectedBody(InvalidRequest):
    """A body with several faults at once, each under its own field."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("non_field_errors", "The request is not valid.")
        self.errors = errors


class StillWorking(Refused):
    """The same request was sent before and has no answer yet."""

    code = "idempotency_key_in_use"


class Throttled(Refused):
    """One request too many within a minute."""

    code = "throttled"

    def __init__(self, per_minute: int, retry_after_s: int) -> None:
        super().__init__(f"This endpoint takes {per_minute} requests a minute. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class NotImplementedYet(Refused):
    """An endpoint of the dialect that this build does not have."""

    code = "not_implemented"


class BodyTooLarge(RapporteurError):
    code = "body_too_large"
    blame = Blame.USER


def nested(path: str, message: str) -> Errors:
    """`a.b`, "text" → {"a": {"b": ["text"]}}."""
    first, *rest = path.split(".")
    return {first: nested(".".join(rest), message) if rest else [message]}


def merge(into: Errors, more: Errors) -> Errors:
    for key, value in more.items():
        before = into.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            before.extend(value)
        else:
            into[key] = value
    return into


def recall_error(error: RapporteurError) -> JSONResponse:
    """The answer of the Recall dialect to an error of ours."""
    match error:
        case RejectedBody():
            return JSONResponse(error.errors, 400)
        case InvalidRequest():
            return JSONResponse(nested(error.field, error.message), 400)
        case Unauthenticated():
            return JSONResponse({"detail": error.message, "code": error.code}, 401, {"WWW-Authenticate": "Token"})
        case Forbidden():
            return JSONResponse({"code": error.code, "detail": error.message}, 403)
        case NotFound():
            return JSONResponse({"detail": "Not found."}, 404)
        case Dispatched():
            return JSONResponse({"code": error.code, "detail": error.message}, 405)
        case StillWorking():
            return JSONResponse({"code": error.code, "detail": error.message}, 409)
        case Throttled():
            return JSONResponse({"code": error.code, "detail": error.message}, 429, {"Retry-After": str(error.retry_after_s)})
        case PoolDepleted():
            return JSONResponse({"code": error.code, "detail": error.message}, 507, {"Retry-After": str(error.retry_after_s)})
        case NotImplementedYet():
            return JSONResponse({"code": error.code, "detail": error.message}, 501)
        case Unanswered():
            return JSONResponse({"code": error.code, "detail": error.message}, 504)
        case BodyTooLarge():
            return JSONResponse({"code": error.code, "detail": error.message}, 413)
        case Refused() | Unsupported() | BlockedAddress():
            return JSONResponse({"code": error.code, "detail": error.message}, 400)
    log.error("request failed", code=error.code, error=type(error).__name__)
    return JSONResponse({"code": error.code, "detail": "The server could not do this; its log has the reason."}, 500)


def _of_validation(error: RequestValidationError) -> JSONResponse:
    """Path and query parameters that FastAPI itself refused, in the dialect's map."""
    errors: Errors = {}
    for fault in error.errors():
        merge(errors, nested(str(fault["loc"][-1]), str(fault["msg"])))
    return JSONResponse(errors, 400)


class RecallRoute(APIRoute):
    """A route that answers errors in the Recall dialect's shapes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return _of_validation(error)
            except RapporteurError as error:
                return recall_error(error)

        return answer


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = {
        404: "Not found.",
        405: f'Method "{request.method}" not allowed.',
    }.get(error.status_code, error.detail)
    return JSONResponse({"detail": detail}, error.status_code, error.headers)


async def _broken(request: Request, error: Exception) -> Response:
    """Starlette logs the traceback; the caller gets JSON, since clients of both services parse every body."""
    return JSONResponse({"code": "internal_error", "detail": "The server could not do this; its log has the reason."}, 500)


def install(app: FastAPI) -> None:
    """Errors outside the dialects' routes: unknown paths, wrong methods, bugs of ours."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        HTTPException: _http_error, Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
