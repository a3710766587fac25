"""Tokens of a room: signed, so that a server that was restarted can believe them without having kept anything.

A host token and a resume token carry the room's options beside their bearer's rights; the first one that comes back rebuilds
the room. Passwords are never in them, only a digest under the server's secret. Knows nothing of rooms that exist.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from rapporteur.room.state import RoomOptions


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says about its bearer."""

    code: str
    options: RoomOptions
    is_host: bool
    key: str | None = None
    """Set in a resume token: the participant it was given to."""
    admitted: bool = False
    """True once that participant was inside; a token from the door gives the place at the door back, no more."""


class Mint:
    """Makes and reads tokens under one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, claim: Claim) -> str:
        body = base64.urlsafe_b64encode(json.dumps(asdict(claim), separators=(",", ":")).encode()).rstrip(b"=").decode()
        return f"{body}.{self._sign(body)}"

    def read(self, token: str, code: str) -> Claim | None:
        """The claim, or None for a token that is not ours or is for another room."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            return None
        fields = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        claim = Claim(**fields | {"options": RoomOptions(**fields["options"])})
        return claim if claim.code == code else None

    def digest(self, code: str, password: str) -> str:
        return self._sign(f"{code}\x1f{password}")

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def kept_secret(path: Path) -> bytes:
    """The secret in `path`, made there on first use; with it, rooms outlive a restart of the server."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()
