"""The calls of the API as values, without any sending: what both clients share. Errors of the server become ApiError here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from rapporteur.client.shapes import Bot, Event

Progress = Callable[[int, int | None], None]
"""Bytes so far, and of the whole where the server says it. Called at least once."""
CHUNK = 256 * 1024
OVER = frozenset({"done", "fatal", "media_expired"})
"""States after which nothing more happens to a bot by itself."""


class ApiError(Exception):
    """The server's refusal: `status`, the `code` where it gives one, and its own `body`."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.body = body
        self.code: str | None = body.get("code") if isinstance(body, dict) else None
        detail = body.get("detail") if isinstance(body, dict) else None
        super().__init__(f"{status}: {detail or json.dumps(body)[:500]}")


class NoSuchMedia(Exception):
    """The bot has no such artifact, or it is not done."""


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    body: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)

    def address(self, base: str) -> str:
        """The path may be a whole address already, as `next` of a page is."""
        url = self.path if self.path.startswith(("http://", "https://")) else f"{base}{self.path}"
        given = {name: value for name, value in self.query.items() if value is not None}
        return f"{url}?{urlencode(given, doseq=True)}" if given else url

    def content(self) -> bytes | None:
        return None if self.body is None else json.dumps(self.body).encode()


def headers(key: str, *, idempotency_key: str | None = None) -> dict[str, str]:
    made = {"Authorization": f"Token {key}", "Content-Type": "application/json", "Accept": "application/json"}
    return made if idempotency_key is None else made | {"Idempotency-Key": idempotency_key}


def result(status: int, content: bytes) -> Any:
    """The answer's JSON, None for an empty one; ApiError for a refusal."""
    try:
        body = json.loads(content) if content else None
    except ValueError:
        body = content[:500].decode(errors="replace")
    if status >= 400:
        raise ApiError(status, body)
    return body


def create_bot(meeting_url: str, fields: dict[str, Any]) -> Call:
    return Call("POST", "/api/v1/bot/", {"meeting_url": meeting_url} | fields)


def bot(bot_id: str, what: str = "") -> Call:
    return Call("POST" if what else "GET", f"/api/v1/bot/{quote(bot_id, safe='')}/{what}")


def bots(filters: dict[str, Any]) -> Call:
    return Call("GET", "/api/v1/bot/", query=filters)


def events(bot_id: str, after: int) -> Call:
    return Call("GET", f"/rapporteur/v1/bots/{quote(bot_id, safe='')}/events/", query={"after": after})


def add_webhook(url: str, names: Iterable[str]) -> Call:
    return Call("POST", "/rapporteur/v1/webhooks/", {"url": url, "events": list(names)})


def webhooks() -> Call:
    return Call("GET", "/rapporteur/v1/webhooks/")


def event_of(line: bytes) -> Event | None:
    """The event that a line of the stream carries; None for lines between."""
    return json.loads(line[len(b"data: "):]) if line.startswith(b"data: ") else None


def is_over(bot: Bot) -> bool:
    return bool(bot["status_changes"]) and bot["status_changes"][-1]["code"] in OVER


def link(bot: Bot, kind: str) -> str:
    """The download link of the newest recording's artifact of a kind: video_mixed, audio_mixed, transcript … NoSuchMedia."""
    for recording in reversed(bot["recordings"]):
        media = recording["media_shortcuts"].get(kind)
        if media is not None and (url := media["data"].get("download_url")):
            return url
    raise NoSuchMedia(f"This bot has no {kind} that is done.")


def partial(path: Path) -> Path:
    """Where a download goes until it is whole."""
    return path.with_name(f"{path.name}.part")
