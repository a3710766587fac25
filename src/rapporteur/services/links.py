"""Signed addresses of single stored files: who has one may fetch, or put, that file until it expires, and nothing else.

    GET  /media/<key>?Expires=<unix seconds>&Signature=<base64url>
    PUT  /internal/blobs/<key>?Expires=<unix seconds>&Signature=<base64url>

and of the page that plays a bot's recording, to be shared with people who have no key:

    GET  /play?bot_id=<bot>&workspace=<workspace>&Expires=<unix seconds>&Signature=<base64url>

The signature covers the method, the key and the time. A key ends in the file's name, which players look at.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import blake2b
from urllib.parse import quote

from rapporteur.domain.errors import Refused
from rapporteur.kit.clock import Clock

GET_PREFIX = "/media/"
PUT_PREFIX = "/internal/blobs/"
PLAY_PATH = "/play"
PLAY_LIFETIME_S = 30 * 24 * 3600
"""A shared page outlives the links to its media, which it makes anew each time it is opened."""


class Links:
    def __init__(self, secret: bytes, clock: Clock, lifetime_s: float) -> None:
        self._secret = secret
        self._clock = clock
        self._lifetime_s = lifetime_s

    def sign_get(self, key: str, name: str) -> str:
        """The path and query under which the file `key`, whose last part is `name`, is read."""
        if key.rpartition("/")[2] != name:
            raise ValueError("a link's path must end in the file's name")
        return self._signed("GET", GET_PREFIX, key)

    def sign_put(self, key: str) -> str:
        """The path and query under which the file `key` may be stored."""
        return self._signed("PUT", PUT_PREFIX, key)

    def sign_play(self, workspace_id: str, bot_id: str) -> str:
        """The path and query of the bot's player page; `&t=SECONDS` may be added."""
        expires = str(int(self._clock.now_ms() / 1000 + PLAY_LIFETIME_S))
        signature = self._signature("PLAY", f"{workspace_id}/{bot_id}", expires)
        return f"{PLAY_PATH}?bot_id={quote(bot_id)}&workspace={quote(workspace_id)}&Expires={expires}&Signature={signature}"

    def verify_play(self, workspace_id: str, bot_id: str, expires: str | None, signature: str | None) -> None:
        """Check what came with a request for a player page; refuses as `verify` does."""
        self.verify("PLAY", f"{workspace_id}/{bot_id}", expires, signature)

    def verify(self, method: str, key: str, expires: str | None, signature: str | None) -> None:
        """Check what came with a request for `key`; HEAD counts as GET.

        Refused(code="link_invalid") when anything was altered or left out, Refused(code="link_expired") when it was good once.
        """
        expected = self._signature("GET" if method == "HEAD" else method, key, expires or "")
        if not hmac.compare_digest(expected.encode(), (signature or "").encode()):
            raise Refused("This link is not valid: use it exactly as it was given.", code="link_invalid")
        # What carries our signature is a number that we wrote.
        if int(expires or 0) * 1000 <= self._clock.now_ms():
            raise Refused("This link has expired: fetch the resource again for a fresh one.", code="link_expired")

    def _signed(self, method: str, prefix: str, key: str) -> str:
        expires = str(int(self._clock.now_ms() / 1000 + self._lifetime_s))
        return f"{prefix}{quote(key)}?Expires={expires}&Signature={self._signature(method, key, expires)}"

    def _signature(self, method: str, key: str, expires: str) -> str:
        # Keyed BLAKE2b is a message authentication code by itself, at a third of what HMAC takes; answers have a dozen links.
        digest = blake2b(f"{method}\n{key}\n{expires}".encode(), key=self._secret, digest_size=30)
        return urlsafe_b64encode(digest.digest()).decode()
