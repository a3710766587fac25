"""The commands' way to a running server: its own HTTP API, as any program would use it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

import typer

from rapporteur.domain.errors import InvalidRequest, RapporteurError

Url = Annotated[str, typer.Option("--url", envvar="RAPPORTEUR_URL", help="The server's address.")]
Key = Annotated[str, typer.Option(
    "--key", envvar="RAPPORTEUR_API_KEY", help="An API key; make one with `rapporteur keys create`.", show_default=False)]
DEFAULT_URL = "http://127.0.0.1:8000"
_TIMEOUT_S = 30.0
_STREAM_TIMEOUT_S = 60.0
"""The server says something at least every 15 s."""


class Api:
    """Raises RapporteurError with a sentence for the person whenever a call does not succeed."""

    def __init__(self, url: str, key: str) -> None:
        if not key:
            raise InvalidRequest("--key", "no API key given. Make one with `rapporteur keys create` and pass it by "
                                          "--key or RAPPORTEUR_API_KEY.")
        if urlsplit(url).scheme not in {"http", "https"}:
            raise InvalidRequest("--url", f"--url {url!r} is not an address; it looks like {DEFAULT_URL}")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Token {key}", "Accept": "application/json"}
        self._opener = _opener(urlsplit(url).hostname or "")

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._call("PUT", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def events(self, path: str) -> Iterator[dict[str, Any]]:
        """The events of a stream as they come, until the server ends it."""
        request = Request(f"{self._url}{path}", headers=self._headers | {"Accept": "text/event-stream"})
        try:
            with self._opener.open(request, timeout=_STREAM_TIMEOUT_S) as stream:
                for line in stream:
                    if line.startswith(b"data: "):
                        yield json.loads(line[len(b"data: "):])
        except (URLError, OSError, http.client.HTTPException) as error:
            raise self._translated(error) from error

    def _call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{self._url}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if data else {})
        try:
            with self._opener.open(Request(address, data, headers, method=method), timeout=_TIMEOUT_S) as answer:
                text = answer.read()
            return json.loads(text) if text else None
        except (URLError, OSError, http.client.HTTPException) as error:
            raise self._translated(error) from error
        except ValueError as error:
            raise RapporteurError(f"{self._url} does not answer like a Rapporteur server.") from error

    def _translated(self, error: Exception) -> RapporteurError:
        if isinstance(error, HTTPError):
            return RapporteurError(f"{error.code}: {_sentence(error.read())}")
        reason = error.reason if isinstance(error, URLError) else error
        return RapporteurError(f"no server at {self._url} ({reason}). Start one with `rapporteur serve`, or name it by --url.")


def segment(identifier: str) -> str:
    """An id as one part of a path, whatever was typed."""
    return quote(identifier, safe="")


def _opener(host: str) -> OpenerDirector:
    # The machine's proxy cannot reach this machine's loopback.
    direct = host in {"127.0.0.1", "::1", "localhost"}
    return build_opener(ProxyHandler({})) if direct else build_opener()


def _sentence(body: bytes) -> str:
    """The server's own words: `detail`, or the sentences of a validation map with their fields."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body[:200].decode(errors="replace") or "no reason given"
    return str(answer["detail"]) if isinstance(answer, dict) and "detail" in answer else "; ".join(_sentences(answer))


def _sentences(errors: Any, path: str = "") -> Iterator[str]:
    if isinstance(errors, dict):
        for field, below in errors.items():
            yield from _sentences(below, path if field == "non_field_errors" else f"{path}.{field}".lstrip("."))
    else:
        texts = errors if isinstance(errors, list) else [errors]
        yield f"{path}: {' '.join(map(str, texts))}" if path else " ".join(map(str, texts))
