"""How a bot gets into a vendor's service: by a pass that its server gives it for each connection.

A bot never holds a key that outlives its connection where the vendor makes anything shorter; where it does not, that is told
once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from rapporteur.domain.errors import DestinationFailure
from rapporteur.domain.providers import Pass
from rapporteur.wire import control

PATIENCE_S = 10.0
"""A server that does not answer for so long is away: what waits for the pass is to think of something else."""


class Admission:
    """`ask` asks the server, `post` tells it."""

    def __init__(self, ask: Callable[[str], Awaitable[Pass]], post: Callable[[str, dict[str, Any]], None]) -> None:
        self._ask, self._post = ask, post
        self._told: set[str] = set()

    async def __call__(self, account: str) -> Pass:
        """For one connection. Raises DestinationFailure, with the vendor's status if it refused."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                opening = await self._ask(account)
        except TimeoutError:
            raise DestinationFailure(f"no pass within {PATIENCE_S:g} s") from None
        if not opening.minted and account not in self._told:
            self._told.add(account)
            self._post(control.LOG, {"level": "warning", "message": (
                f"{account} makes no short-lived tokens for this workspace's key, so the bot was told the key itself, "
                "and keeps it in memory until it has left.")})
        return opening
