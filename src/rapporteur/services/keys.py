"""Who may speak to the server: the API keys of a workspace's applications, and the tokens of our own bot processes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from rapporteur.domain.errors import InvalidRequest, NotFound, Refused, Unauthenticated
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
READ, WRITE, ADMIN = SCOPES = ("read", "write", "admin")
"""What a key may be for: looking, sending bots and whatever changes something, and governing the workspace itself."""
REMEMBERED_S = 5.0
"""How long a key that was looked up is believed. What this process revokes ends at once."""
_MOST_REMEMBERED = 10_000
OVERLAP_S = 24 * 3600.0
MAX_OVERLAP_S = 30 * 24 * 3600.0
"""How long a key that was replaced goes on to work: by default, and at most."""


@dataclass(frozen=True, slots=True)
class KeyView:
    id: str
    name: str
    prefix: str
    created_at_ms: float
    last_used_ms: float | None
    revoked_at_ms: float | None
    scopes: tuple[str, ...] = SCOPES
    expires_at_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request is from."""

    workspace_id: str
    key_id: str
    scopes: frozenset[str]


class Keys:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._remembered: dict[str, tuple[float, KeyRow, Caller]] = {}
        """By the key's digest: when it was looked up, and what was found."""

    async def ensure_default_workspace(self) -> str:
        """The id of the workspace every installation has."""
        now = self._clock.now_ms()
        await self._store.write(lambda tx: tx.keys.ensure_workspace(DEFAULT_WORKSPACE, "Default", now))
        return DEFAULT_WORKSPACE

    async def create(
        self, workspace_id: str, name: str, scopes: Collection[str] = SCOPES, expires_at_ms: float | None = None,
    ) -> tuple[str, KeyView]:
        """A new key and its secret, which nobody can read again. InvalidRequest for a scope or an end that is none."""
        now = self._clock.now_ms()
        if expires_at_ms is not None and expires_at_ms <= now:
            raise InvalidRequest("expires_at", "This moment is past.")
        secret, key = _made(workspace_id, name, _checked_scopes(scopes), now, expires_at_ms)
        await self._store.write(lambda tx: tx.keys.add(key))
        return secret, _view(key)

    async def verify(self, secret: str) -> str:
        """The workspace the key opens; Unauthenticated for anything else."""
        return (await self.caller(secret)).workspace_id

    async def caller(self, secret: str) -> Caller:
        """Whose the key is and what it may do; Unauthenticated for anything else. A mistyped key costs no look-up."""
        moment, now, digest = self._clock.monotonic_s(), self._clock.now_ms(), _digest(secret)
        known = self._remembered.get(digest)
        if known is None or moment - known[0] >= REMEMBERED_S:
            known = self._remember(moment, await self._looked_up(secret))
        _, key, caller = known
        if key.expires_at_ms is not None and now >= key.expires_at_ms:
            raise Unauthenticated("Invalid token.")
        if key.last_used_ms is None or now - key.last_used_ms >= _USE_STEP_MS:
            self._remember(known[0], replace(key, last_used_ms=now))
            await self._store.write(lambda tx: tx.keys.update(key.id, last_used_ms=now))
        return caller

    async def _looked_up(self, secret: str) -> KeyRow:
        key = await self._store.read(lambda tx: tx.keys.by_digest(_digest(secret))) if _well_formed(secret) else None
        if key is None or key.revoked_at_ms is not None:
            raise Unauthenticated("Invalid token.")
        return key

    def _remember(self, moment_s: float, key: KeyRow) -> tuple[float, KeyRow, Caller]:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        known = moment_s, key, Caller(key.workspace_id, key.id, frozenset(key.scopes.split()))
        self._remembered[key.digest] = known
        return known

    async def list(self, workspace_id: str) -> list[KeyView]:
        """Oldest first, revoked ones too."""
        return [_view(key) for key in await self._store.read(lambda tx: tx.keys.of_workspace(workspace_id))]

    async def revoke(self, workspace_id: str, key_id: str) -> None:
        """From now on the key opens nothing; revoking twice is no error."""
        now = self._clock.now_ms()

        def revoke(tx: UnitOfWork) -> None:
            if _found(tx, workspace_id, key_id).revoked_at_ms is None:
                tx.keys.update(key_id, revoked_at_ms=now)

        await self._store.write(revoke)
        self._remembered.clear()

    async def rotate(self, workspace_id: str, key_id: str, overlap_s: float = OVERLAP_S) -> tuple[str, KeyView]:
        """A new key with the name, scopes and end of this one, which itself ends when the overlap is over.

        Refused(key_ended) for one that opens nothing any more.
        """
        now = self._clock.now_ms()

        def rotate(tx: UnitOfWork) -> tuple[str, KeyRow]:
            old = _found(tx, workspace_id, key_id)
            if old.revoked_at_ms is not None or (old.expires_at_ms is not None and old.expires_at_ms <= now):
                raise Refused("This key has ended: make a new one.", code="key_ended")
            secret, key = _made(workspace_id, old.name, old.scopes, now, old.expires_at_ms)
            tx.keys.add(key)
            ends = now + overlap_s * 1000
            tx.keys.update(key_id, expires_at_ms=ends if old.expires_at_ms is None else min(ends, old.expires_at_ms))
            return secret, key

        secret, key = await self._store.write(rotate)
        self._remembered.clear()
        return secret, _view(key)


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


def _found(tx: UnitOfWork, workspace_id: str, key_id: str) -> KeyRow:
    key = next((k for k in tx.keys.of_workspace(workspace_id) if k.id == key_id), None)
    if key is None:
        raise NotFound("There is no key with this id.")
    return key


def _checked_scopes(scopes: Collection[str]) -> str:
    """In the order of what they allow, each once."""
    for scope in scopes:
        if scope not in SCOPES:
            raise InvalidRequest("scopes", f"There is no scope {scope!r}. There are: {', '.join(SCOPES)}.")
    if not scopes:
        raise InvalidRequest("scopes", f"A key without a scope opens nothing. There are: {', '.join(SCOPES)}.")
    return " ".join(scope for scope in SCOPES if scope in scopes)


def _made(workspace_id: str, name: str, scopes: str, now_ms: float, expires_at_ms: float | None) -> tuple[str, KeyRow]:
    secret = _new_secret()
    return secret, KeyRow(
        new_id(), workspace_id, name, secret[:_SHOWN], _digest(secret), now_ms, scopes=scopes, expires_at_ms=expires_at_ms)


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
    return KeyView(
        key.id, key.name, key.prefix, key.created_at_ms, key.last_used_ms, key.revoked_at_ms, tuple(key.scopes.split()),
        key.expires_at_ms,
    )
