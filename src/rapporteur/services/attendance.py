"""The server's half of the control channel: what bot processes are told, and what becomes of the facts they report."""

from __future__ import annotations

from rapporteur.kit.clock import Clock
from rapporteur.services.keys import BotTokens
from rapporteur.services.links import Links
from rapporteur.services.ports import BlobStore, Engine
from rapporteur.services.store import Store
from rapporteur.wire.control import Fact, Fenced, Hello, Order, Welcome


class Attendance:
    def __init__(
        self, store: Store, engine: Engine, blobs: BlobStore, links: Links, clock: Clock, *, tokens: BotTokens, lease_s: float,
    ) -> None:
        raise NotImplementedError

    async def hello(self, bot_id: str, token: str, hello: Hello) -> Welcome | Fenced:
        """Let a bot process in. Unauthenticated for a wrong token, Fenced for an older generation or a bot that is over."""
        raise NotImplementedError

    async def take(self, bot_id: str, generation: int, facts: list[Fact]) -> int:
        """Store facts, in one transaction; answers the highest number that is safe. Repeats are recognised by number.

        Refused(code="fenced") when this generation is no longer the present one.
        """
        raise NotImplementedError

    async def heartbeat(self, bot_id: str, generation: int, at_ms: float, media_records: int) -> None:
        """Renew the lease. Refused(code="fenced") when this generation is no longer the present one."""
        raise NotImplementedError

    async def uploads(self, bot_id: str, generation: int, files: list[dict[str, str]]) -> list[dict[str, str]]:
        """One {recording_id, name, key, path} per file of {recording_id, name}; `path` takes a PUT, signed."""
        raise NotImplementedError

    async def orders(self, bot_id: str, after: int) -> list[Order]:
        """Those not acknowledged yet, with a higher number than `after`."""
        raise NotImplementedError

    async def acknowledge_order(self, bot_id: str, number: int) -> None:
        """The bot has every order up to this number."""
        raise NotImplementedError

    async def order_waiting(self, bot_id: str, after: int | None = None) -> None:
        """Return when there may be an order beyond `after`: at once if there is, on a signal, or after a second."""
        raise NotImplementedError
