"""How errors look in the MeetStream dialect: `{"message", "code"}`, the message for people and the code for programs.

The statuses have their own meanings here: 401 is a request without a key and 403 one with a wrong key, 409 is what does not fit
the bot's present state, 503 may be tried again, and 507 is no error at all but an answer of `create_bot` that is given again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from rapporteur.api.errors import BodyTooLarge, Errors, NotImplementedYet, RejectedBody, StillWorking, Throttled
from rapporteur.domain.errors import (
    BlockedAddress,
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

NOUNS = frozenset({"bots", "mia", "admin", "google-login-domains", "google-logins"})
"""Behind /api/v1/, the first words of paths that are this dialect's alone."""
_REQUIRED = "This field is required."
_BROKEN = "The server could not do this; its log has the reason."


class NotReady(RapporteurError):
    """No error of the caller's: what was asked for is still being made."""

    code = "not_ready"


class Gone(NotFound):
    """What was asked for was kept for its time, which is over."""

    code = "expired"


class NotRecording(Refused):
    code = "not_recording"
    retryable = True


def answer(status: int, error: RapporteurError, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"message": error.message, "code": error.code}, status, headers)


def meetstream_error(error: RapporteurError) -> JSONResponse:
    """The answer of this dialect to an error of ours."""
    match error:
        case RejectedBody():
            return JSONResponse({"message": " ".join(sentences(error.errors)), "code": error.code, "errors": error.errors}, 400)
        case InvalidRequest():
            return JSONResponse({"message": sentence(error.field, error.message), "code": error.code}, 400)
        case Unauthenticated():
            # Whoever sent no key of this scheme has yet to send one; a key that we do not know is forbidden.
            sent = error.code not in {"not_authenticated", "bearer_not_supported"}
            return answer(403 if sent else 401, error, {} if sent else {"WWW-Authenticate": "Token"})
        case Forbidden():
            return answer(403, error)
        case NotReady():
            return answer(202, error)
        case Gone():
            return answer(410, error)
        case NotFound():
            return answer(404, error)
        case Throttled():
            return answer(429, error, {"Retry-After": str(error.retry_after_s)})
        case PoolDepleted():
            return answer(503, error, {"Retry-After": str(error.retry_after_s)})
        case NotRecording() | Unanswered():
            return answer(503, error)
        case NotImplementedYet() | Unsupported():
            return answer(501, error)
        case BodyTooLarge():
            return answer(413, error)
        case BlockedAddress():
            return answer(400, error)
        case StillWorking() | Refused():
            return answer(409, error)
    log.error("request failed", code=error.code, error=type(error).__name__)
    return JSONResponse({"message": _BROKEN, "code": error.code}, 500)


def invalid_query(error: RequestValidationError) -> JSONResponse:
    """Path and query parameters that FastAPI itself refused."""
    told = " ".join(sentence(str(fault["loc"][-1]), str(fault["msg"])) for fault in error.errors())
    return JSONResponse({"message": told, "code": InvalidRequest.code}, 400)


def sentence(field: str, message: str) -> str:
    if field == "non_field_errors":
        return message
    return f"{field} is required." if message == _REQUIRED else f"{field}: {message}"


def sentences(errors: Errors, path: str = "") -> Iterator[str]:
    """One per fault, each with the dotted path of its field."""
    for key, value in errors.items():
        below = path if key == "non_field_errors" else f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from sentences(value, below)
        else:
            yield from (sentence(below or key, message) for message in value)


def install(app: FastAPI) -> None:
    """Give errors outside the routes, unknown paths for one, this dialect's shape where the path is this dialect's."""
    for kind in (HTTPException, Exception):
        _word(app, kind)


def _word(app: FastAPI, kind: type[Exception]) -> None:
    otherwise: Any = app.exception_handlers[kind]

    async def handle(request: Request, error: Exception) -> Response:
        if not _is_ours(request.url.path):
            return await otherwise(request, error)
        if isinstance(error, HTTPException):
            words, code = {
                404: ("Not found.", "not_found"), 405: (f"Method {request.method} is not allowed here.", "method_not_allowed"),
            }.get(error.status_code, (error.detail, "error"))
            return JSONResponse({"message": words, "code": code}, error.status_code, error.headers)
        return JSONResponse({"message": _BROKEN, "code": RapporteurError.code}, 500)

    app.add_exception_handler(kind, handle)


def _is_ours(path: str) -> bool:
    api, version, noun, *_ = [*path.strip("/").split("/"), "", "", ""]
    return (api, version) == ("api", "v1") and noun in NOUNS
