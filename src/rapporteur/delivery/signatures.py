"""Signatures by which a receiver knows that a message is ours, under both names the field uses for their headers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from standardwebhooks.webhooks import Webhook

from rapporteur.domain.timeline import iso


def signed_headers(secrets: Iterable[str], identity: str, at_ms: float, body: str) -> dict[str, str]:
    """The headers of one attempt; each secret signs, so that a changed one is told by the old and the new.

    Both names of each header, because receivers of either generation exist.
    """
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    timestamp = str(int(at.timestamp()))
    signature = " ".join(_signer(secret).sign(identity, at, body) for secret in secrets)
    return {
        "webhook-id": identity, "webhook-timestamp": timestamp, "webhook-signature": signature,
        "svix-id": identity, "svix-timestamp": timestamp, "svix-signature": signature,
    }


def meetstream_headers(body: bytes, secret: str, at_ms: float) -> dict[str, str]:
    """MeetStream's own signature, which covers the body alone and is made with the secret as its owner reads it."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-MeetStream-Signature": f"sha256={digest}", "X-MeetStream-Timestamp": iso(at_ms)}


@lru_cache(maxsize=256)
def _signer(secret: str) -> Webhook:
    return Webhook(secret)
