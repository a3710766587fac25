"""What the API answers, as far as programs usually read it; every object has more keys than stand here."""

from __future__ import annotations

from typing import Any, TypedDict


class Status(TypedDict):
    code: str
    sub_code: str | None
    updated_at: str


class StatusChange(TypedDict):
    code: str
    sub_code: str | None
    message: str | None
    created_at: str


class Media(TypedDict):
    """One artifact of a recording; the links of `data` are null until its status is done."""

    id: str
    status: Status
    data: dict[str, Any]


class Recording(TypedDict):
    id: str
    status: Status
    started_at: str | None
    completed_at: str | None
    expires_at: str | None
    media_shortcuts: dict[str, Media | None]
    metadata: dict[str, str]


class Bot(TypedDict):
    id: str
    bot_name: str
    join_at: str | None
    status_changes: list[StatusChange]
    recordings: list[Recording]
    metadata: dict[str, str]


class Event(TypedDict):
    number: int
    at: str
    type: str
    body: dict[str, Any]


class Webhook(TypedDict):
    id: str
    url: str
    events: list[str]
    enabled: bool
    disabled_reason: str | None
    secret: str
    """Only in the answer that made it, or made it anew."""
