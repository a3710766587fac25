"""What the durable workflow of a bot does, step by step. Every step may be repeated after a crash."""

from __future__ import annotations

from pathlib import Path

from rapporteur.kit.clock import Clock
from rapporteur.services.keys import BotTokens
from rapporteur.services.ports import BlobStore, Launcher
from rapporteur.services.store import Store


class Lifecycle:
    def __init__(
        self, store: Store, launcher: Launcher, blobs: BlobStore, clock: Clock, *, tokens: BotTokens, control_url: str,
        bots_dir: Path, launch_timeout_s: float = 60.0, keep_tapes: bool = False,
    ) -> None:
        raise NotImplementedError

    async def next_generation(self, bot_id: str) -> int | None:
        """Fence out every older process and open the next generation; None when no process is needed any more."""
        raise NotImplementedError

    async def launch(self, bot_id: str, generation: int) -> None:
        raise NotImplementedError

    async def lost(self, bot_id: str, generation: int) -> str:
        """What is to follow the loss of a process: finish | give_up | stale | ended."""
        raise NotImplementedError

    async def publish(self, bot_id: str) -> None:
        """Say what became of the recordings, and `done`; then the tape goes."""
        raise NotImplementedError

    async def expired_leases(self, now_ms: float) -> list[tuple[str, int]]:
        raise NotImplementedError

    async def live_bots(self) -> list[tuple[str, int]]:
        raise NotImplementedError

    async def unstarted(self) -> list[tuple[str, float | None]]:
        """(bot, join_at_ms) of bots for which no process was asked for yet, scheduled ones among them."""
        raise NotImplementedError
