"""Zoom's Realtime Media Streams: what names a stream, what opens it, and what Zoom's webhooks say about it.

A stream is opened by a signature over its ids, made with the secret of the app that it was started for; a webhook is believed
by a signature over its body, made with another secret of that app. Both belong to the server: a bot is given the signature of
its own stream and no secret. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

ACCOUNT = "zoom_rtms"
"""The account of a workspace that holds a Zoom app's secrets, under the names below."""
CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET, BOT = "client_id", "client_secret", "webhook_secret", "bot"
"""`webhook_secret` is what Zoom calls the app's secret token. `bot` says what becomes of a stream for which no bot waits: the
body of a bot's creation as JSON, or `off`."""
BELIEVED_MS = 5 * 60 * 1000.0
"""A webhook that is older than this may be somebody's copy."""
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{1,128}")
_DIGITS = re.compile(r"\d{9,11}")


def stream_signature(client_id: str, client_secret: str, meeting_uuid: str, stream_id: str) -> str:
    """What opens one stream, on the signalling connection and on those of its media."""
    return _digest(client_secret, f"{client_id},{meeting_uuid},{stream_id}".encode())


def webhook_signature(secret: str, timestamp: str, body: bytes) -> str:
    """The header `x-zm-signature` of a body that was sent with this `x-zm-request-timestamp`."""
    return f"v0={_digest(secret, b'v0:' + timestamp.encode() + b':' + body)}"


def answered_challenge(secret: str, plain_token: str) -> str | None:
    """The proof that an endpoint knows the secret; None for what is no token.

    Zoom signs webhooks with the same secret, and what it signs has colons: whoever could have those signed here could say
    anything in Zoom's name.
    """
    return _digest(secret, plain_token.encode()) if _PLAIN_TOKEN.fullmatch(plain_token) else None


def believable(secret: str, signature: str, timestamp: str, body: bytes, now_ms: float) -> bool:
    """Whether a webhook is Zoom's, and of now."""
    try:
        sent_ms = float(timestamp) * 1000 if len(timestamp) <= 10 else float(timestamp)
    except ValueError:
        return False
    fresh = abs(now_ms - sent_ms) <= BELIEVED_MS
    return fresh and hmac.compare_digest(webhook_signature(secret, timestamp, body).encode(), signature.encode())


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Announced:
    """What a webhook says about a stream."""

    meeting_uuid: str
    stream_id: str
    server_urls: str | None
    """Where a stream that began, or moved to another server, is to be had; None of one that stopped."""
    meeting_id: str | None = None
    """The number people join by, where Zoom tells it."""
    reason: int | None = None
    """Why it stopped, in Zoom's numbers."""

    @property
    def began(self) -> bool:
        return self.server_urls is not None


def announced(webhook: dict[str, Any]) -> Announced | None:
    """None for a webhook about anything else, and for one that names no stream."""
    event, payload = webhook.get("event"), webhook.get("payload")
    if event not in ("meeting.rtms_started", "meeting.rtms_stopped") or not isinstance(payload, dict):
        return None
    # Zoom's pages show the ids in the payload itself and, elsewhere, in an object inside it.
    told = payload["object"] if isinstance(payload.get("object"), dict) else payload
    uuid, stream, urls = (_name(told.get(key)) for key in ("meeting_uuid", "rtms_stream_id", "server_urls"))
    started = event == "meeting.rtms_started"
    if uuid is None or stream is None or (started and urls is None):
        return None
    number = re.sub(r"\D", "", str(told.get("meeting_id") or ""))
    reason = told.get("stop_reason")
    return Announced(
        uuid, stream, urls if started else None, number if _DIGITS.fullmatch(number) else None,
        reason if isinstance(reason, int) else None,
    )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 2048 else None
