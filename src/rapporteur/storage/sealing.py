"""Secrets at rest: sealed with the server's own key, which lies in a file beside the database and never in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapporteur.domain.errors import RapporteurError

_NONCE = 12
_KEY = 32


class Sealer:
    """AES-256-GCM; sealed = nonce, ciphertext, tag. `purpose` binds a value to its place, so that values cannot be swapped."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, value, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except InvalidTag:
            raise RapporteurError(
                "A stored secret cannot be opened: server.key is not the one this database was written with.",
            ) from None


def server_key(path: Path) -> bytes:
    """The key in the file, made at the first call; readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) != _KEY:
            raise RapporteurError(f"{path} is not a server key: {_KEY} bytes are expected, {len(key)} found.") from None
        return key
    key = secrets.token_bytes(_KEY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
