"""How long a workspace's bots were at work: from setting out for the meeting to being through with it; failures are free."""

from __future__ import annotations

from rapporteur.kit.clock import Clock
from rapporteur.services.store import Store


class Billing:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def bot_seconds(self, workspace_id: str, start_ms: float | None, end_ms: float | None) -> int:
        """The seconds of all bots that fall between two moments; None is the beginning of all things, or now.

        A bot that is still at work counts up to now.
        """
        now = self._clock.now_ms()
        start, end = start_ms or 0.0, min(now, now if end_ms is None else end_ms)
        stays = await self._store.read(lambda tx: tx.bots.stays(workspace_id, end))
        return round(sum(max(0.0, min(left or now, end) - max(joined, start)) for joined, left in stays) / 1000)
