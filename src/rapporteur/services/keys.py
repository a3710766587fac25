"""Who may speak to the server: workspaces, the API keys of their applications, and the tokens of our own bot processes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import zlib
from dataclasses import dataclass

from rapporteur.domain.errors import NotFound, Unauthenticated
from rapporteur.domain.ids import derived_id, new_id
from rapporteur.kit.clock import Clock
from rapporteur.services.rows import KeyRow
from rapporteur.services.store import Store, UnitOfWork

DEFAULT_WORKSPACE = derived_id("workspace", "default")
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 32
"""Characters of base 62: 190 bits."""
_CHECKSUM = 6
_MARK = "rpt_"
_SHOWN = len(_MARK) + 6
"""Characters of a key by which people recognise it."""
_USE_STEP_MS = 60_000
"""`last_used` is written at most this often: a key in use must not make every read a write."""


@dataclass(frozen=True, slots=True)
class KeyView:
    id: str
    name: str
    prefix: str
    created_at_ms: float
    last_used_ms: float | None
    revoked_at_ms: float | None


class Keys:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def ensure_default_workspace(self) -> str:
        """The id of the workspace every installation has."""
        now = self._clock.now_ms()
        await self._store.write(lambda tx: tx.keys.ensure_workspace(DEFAULT_WORKSPACE, "Default", now))
        return DEFAULT_WORKSPACE

    async def create(self, workspace_id: str, name: str) -> tuple[str, KeyView]:
        """A new key and its secret, which nobody can read again."""
        secret = _new_secret()
        key = KeyRow(new_id(), workspace_id, name, secret[:_SHOWN], _digest(secret), self._clock.now_ms())
        await self._store.write(lambda tx: tx.keys.add(key))
        return secret, _view(key)

    async def verify(self, secret: str) -> str:
        """The workspace the key opens; Unauthenticated for anything else. A mistyped key costs no look at the database."""
        key = await self._store.read(lambda tx: tx.keys.by_digest(_digest(secret))) if _well_formed(secret) else None
        if key is None or key.revoked_at_ms is not None:
            raise Unauthenticated("Invalid token.")
        now = self._clock.now_ms()
        if key.last_used_ms is None or now - key.last_used_ms >= _USE_STEP_MS:
            await self._store.write(lambda tx: tx.keys.update(key.id, last_used_ms=now))
        return key.workspace_id

    async def list(self, workspace_id: str) -> list[KeyView]:
        """Oldest first, revoked ones too."""
        return [_view(key) for key in await self._store.read(lambda tx: tx.keys.of_workspace(workspace_id))]

    async def revoke(self, workspace_id: str, key_id: str) -> None:
        """From now on the key opens nothing; revoking twice is no error."""
        now = self._clock.now_ms()

        def revoke(tx: UnitOfWork) -> None:
            key = next((k for k in tx.keys.of_workspace(workspace_id) if k.id == key_id), None)
            if key is None:
                raise NotFound("There is no key with this id.")
            if key.revoked_at_ms is None:
                tx.keys.update(key_id, revoked_at_ms=now)

        await self._store.write(revoke)


class BotTokens:
    """The token of each (bot, generation): derived, not stored, so that a repeated launch gives the living process the same."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, bot_id: str, generation: int) -> str:
        return hmac.new(self._secret, f"bot\x1f{bot_id}\x1f{generation}".encode(), hashlib.sha256).hexdigest()

    def matches(self, bot_id: str, generation: int, token: str) -> bool:
        return hmac.compare_digest(self.token(bot_id, generation).encode(), token.encode())


async def server_secret(store: Store, name: str) -> bytes:
    """32 random bytes under this name, made at the first call and the same ever after."""

    def ensure(tx: UnitOfWork) -> bytes:
        value = tx.secrets.get(name)
        if value is None:
            value = secrets.token_bytes(32)
            tx.secrets.put(name, value)
        return value

    return await store.write(ensure)


def _new_secret() -> str:
    random = "".join(secrets.choice(_BASE62) for _ in range(_RANDOM))
    return _MARK + random + _checksum(random)


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def _well_formed(secret: str) -> bool:
    if not secret.startswith(_MARK) or not secret.isascii():
        return False
    random, checksum = secret[len(_MARK):-_CHECKSUM], secret[-_CHECKSUM:]
    return len(random) == _RANDOM and _checksum(random) == checksum


def _digest(secret: str) -> str:
    # A plain hash suffices: what is hashed has 190 random bits, there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def _view(key: KeyRow) -> KeyView:
    return KeyView(key.id, key.name, key.prefix, key.created_at_ms, key.last_used_ms, key.revoked_at_ms)
