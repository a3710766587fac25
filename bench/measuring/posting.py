"""The two senders of bench/webhooks.py, each a process of its own: `python -m bench.measuring.posting KIND FOLDER URL`.

`ours` empties a ledger: reads what is owed, signs it, posts it, writes down what came of it. `bare` is what one would write
without any of that: a loop of aiohttp over the same bodies. Both print the CPU seconds that it took them.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

import aiohttp

from rapporteur.delivery.webhooks import Deliverer
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.outbound.guard import Guard
from rapporteur.services.events import announce, example
from rapporteur.services.keys import Keys
from rapporteur.services.store import UnitOfWork
from rapporteur.services.webhooks import Webhooks
from rapporteur.settings import Settings
from rapporteur.storage.store import SqlStore
from rapporteur.wiring import data

OURS, BARE = "ours", "bare"
ENDPOINTS = 8
AT_ONCE = 64
"""Posts at a time, in both."""


class NoEngine:
    """Nothing fails here, so nothing is ever sent again."""

    async def attend(self, bot_id: str, at_ms: float | None) -> None:
        raise AssertionError

    async def tell(self, bot_id: str, generation: int, news: str) -> None:
        raise AssertionError

    async def reschedule(self, bot_id: str, at_ms: float) -> None:
        raise AssertionError

    async def errand(self, kind: str, about: str) -> None:
        raise AssertionError

    async def redeliver(self, delivery_id: str, attempt: int, delay_s: float) -> None:
        raise AssertionError("a first attempt failed")


async def fill(store: SqlStore, url: str, count: int) -> str:
    """A ledger that owes `count` deliveries to ENDPOINTS endpoints, about a hundred bots; answers the workspace."""
    clock = SystemClock()
    workspace = await Keys(store, clock).ensure_default_workspace()
    webhooks = Webhooks(store, clock, Guard(loopback=True))
    for n in range(ENDPOINTS):
        await webhooks.add(workspace, f"{url}/{n}")
    now = clock.now_ms()
    announcements = [
        replace(example("bot.done", now + n), bot_id=f"bot-{n % 100}") for n in range(count // ENDPOINTS)
    ]
    await store.write(lambda tx: announce(tx, workspace, announcements))
    return workspace


def bodies(tx: UnitOfWork) -> list[bytes]:
    return [row.body for row in tx.webhooks.pending(10**6)]


async def ours(store: SqlStore) -> float:
    clock = SystemClock()
    deliverer = Deliverer(store, NoEngine(), clock, Guard(loopback=True))
    began_s = time.process_time()
    async with TaskOwner("bench") as tasks:
        tasks.start(deliverer.run(), name="deliverer")
        while await store.read(lambda tx: bool(tx.webhooks.pending(1))):
            await clock.sleep(0.1)
        await tasks.stop()
    return time.process_time() - began_s


async def bare(url: str, owed: list[bytes]) -> float:
    left = iter(enumerate(owed))
    began_s = time.process_time()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def loop() -> None:
            for n, body in left:
                headers = {"Content-Type": "application/json"}
                async with session.post(f"{url}/{n % ENDPOINTS}", data=body, headers=headers) as answer:
                    await answer.read()

        await asyncio.gather(*(loop() for _ in range(AT_ONCE)))
    return time.process_time() - began_s


async def main(kind: str, folder: Path, url: str, count: int) -> None:
    settings = Settings(data_dir=folder)
    async with data.database(settings) as database:
        await database.start()
        store = data.store(settings, database)
        await fill(store, url, count)
        spent_s = await ours(store) if kind == OURS else await bare(url, await store.read(bodies))
        print(spent_s)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
