"""A bot's side of the control channel that answers every order about what to say and show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rapporteur.wire import control
from rapporteur.wire.control import Acknowledge, Order
from tests.fakes.api_server import Answer, ApiServer, BotSide, attending
from tests.fakes.core import Reporting


class Performing:
    """A bot that answers every order alike."""

    def __init__(self, api: ApiServer, bot_id: str) -> None:
        self.api, self.bot_id = api, bot_id
        self.report = Reporting(bot_id)
        self.orders: list[Order] = []
        self.error: dict[str, str] | None = None

    async def serve(self, side: BotSide) -> None:
        while True:
            if isinstance(order := await side.hear(), Order):
                self.orders.append(order)
                outcome = self.report.fact(control.ORDER_DONE, number=order.number, error=self.error)
                await side.say(Acknowledge(order.number), outcome)

    async def call(self, method: str, name: str, body: Any = None) -> Answer:
        return await self.api.call(method, f"/api/v1/bot/{self.bot_id}/{name}/", json=body)

    def bodies(self) -> list[tuple[str, dict[str, Any]]]:
        """The orders without their time limit."""
        return [(o.name, {key: value for key, value in o.body.items() if key != "until_ms"}) for o in self.orders]


@asynccontextmanager
async def performing(api: ApiServer, **body: Any) -> AsyncIterator[Performing]:
    bot_id, generation = await api.core.next((await api.create(**body))["id"])
    bot = Performing(api, bot_id)
    async with attending(api, bot_id, generation) as side:
        await side.hear()
        facts = bot.report.joined()
        await side.say(*facts)
        await side.acknowledged(len(facts))
        serving = asyncio.create_task(bot.serve(side))
        try:
            yield bot
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
