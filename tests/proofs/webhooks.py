"""`make proof NAME=webhooks`: no webhook is lost, whatever happens to the sender and to the receiver.

    COUNT=20000 make proof NAME=webhooks

First a ledger of COUNT deliveries is emptied by a sender that is killed (SIGKILL) two seconds after it has begun, and started
again, until nothing is owed; the receiver answers 30 % with an error. Afterwards every event must have been taken once or more,
under its one id and with its one body, and the events of each bot must have come for the first time in their order. Then the
time that an endpoint's deliveries take is measured beside an endpoint that never answers, and without it.

Writes tests/proofs/results/webhooks.json: commit, command, machine, load and the raw numbers. Exits 1 if anything failed.
"""
# ruff: noqa: E402 (the checkout's own tests are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aiohttp import web

from rapporteur.delivery.webhooks import Deliverer
from rapporteur.engine.engine import DurableEngine
from rapporteur.engine.holder import Services
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.outbound.guard import Guard
from rapporteur.services.events import announce, example
from rapporteur.services.keys import Keys
from rapporteur.services.webhooks import Webhooks
from rapporteur.settings import Settings
from rapporteur.storage.store import SqlStore
from rapporteur.wiring import data
from tests.fakes.results import keep

ENDPOINTS = 4
BOTS = 200
FAILING = 0.3
KILLED_EVERY_S = 2.0
SCHEDULE_S = (0.0, *(1.0,) * 30)
"""Quicker and longer than the product's, so that no chance uses it up."""
MOST_SLOWED = 1.2


class Idle:
    """Lifecycles and errands of a server without bots."""

    async def next_generation(self, bot_id: str) -> int | None:
        return None

    async def launch(self, bot_id: str, generation: int) -> None: ...

    async def lost(self, bot_id: str, generation: int) -> str:
        return "ended"

    async def publish(self, bot_id: str) -> None: ...

    async def run(self, *_: Any) -> None: ...


@dataclass
class Taker:
    """A receiver that fails now and then, and hangs for ever at /hang."""

    failing: float
    random: random.Random = field(default_factory=lambda: random.Random(7))
    port: int = 0
    requests: int = 0
    firsts: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """By endpoint and bot: moments in the order in which they came for the first time."""
    seen: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By endpoint and id: the body."""
    changed: set[str] = field(default_factory=set)
    """Ids that came with two bodies."""
    taken: set[tuple[str, str]] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.Response:
        if request.path == "/hang":
            await asyncio.Event().wait()
        raw, identity = await request.read(), request.headers["webhook-id"]
        self.requests += 1
        key = request.path, identity
        if key not in self.seen:
            body = json.loads(raw)["data"]
            self.seen[key] = raw
            self.firsts[request.path, body["bot_id"]].append(body["updated_at"])
        elif self.seen[key] != raw:
            self.changed.add(identity)
        if self.random.random() < self.failing:
            return web.Response(status=500)
        self.taken.add(key)
        return web.Response()

    @property
    def disordered(self) -> int:
        return sum(moments != sorted(moments) for moments in self.firsts.values())


@asynccontextmanager
async def taking(taker: Taker) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", taker.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def fill(store: SqlStore, urls: list[str], count: int) -> None:
    """Owe `count` events, about BOTS bots, to every one of the addresses."""
    clock = SystemClock()
    workspace = await Keys(store, clock).ensure_default_workspace()
    for url in urls:
        await Webhooks(store, clock, Guard(loopback=True)).add(workspace, url)
    now = clock.now_ms() - count
    owed = []
    for n in range(count):
        announcement = example("bot.done", now + n)
        bot = f"bot-{n % BOTS}"
        owed.append(replace(announcement, bot_id=bot, data=announcement.data | {"bot_id": bot}))
    for at in range(0, count, 1000):
        await store.write(lambda tx, at=at: announce(tx, workspace, owed[at:at + 1000]))


async def owing(store: SqlStore) -> bool:
    return await store.read(lambda tx: bool(tx.webhooks.pending(1) or tx.webhooks.retrying(float("inf"))))


async def send(folder: Path) -> None:
    """A server's part that sends, until it is killed."""
    async with data.database(Settings(data_dir=folder)) as database:
        clock, engine = SystemClock(), DurableEngine(folder, SystemClock())
        deliverer = Deliverer(
            data.store(Settings(data_dir=folder), database), engine, clock, Guard(loopback=True), schedule=SCHEDULE_S)
        await engine.start(Services(Idle(), deliverer, Idle()))
        print("sending", flush=True)
        await deliverer.run()


async def killed_again_and_again(folder: Path, store: SqlStore) -> int:
    """Run senders until nothing is owed; how many were killed."""
    kills = 0
    while await owing(store):
        sender = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "send", str(folder), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
        assert sender.stdout is not None
        await sender.stdout.readline()
        await asyncio.sleep(KILLED_EVERY_S)
        sender.kill()
        await sender.wait()
        kills += 1
    return kills


async def survive(count: int) -> dict[str, Any]:
    taker, each = Taker(FAILING), count // ENDPOINTS
    with tempfile.TemporaryDirectory(prefix="rapporteur-proof-") as name:
        async with taking(taker) as url, data.database(Settings(data_dir=Path(name))) as database:
            await database.start()
            store = data.store(Settings(data_dir=Path(name)), database)
            await fill(store, [f"{url}/{n}" for n in range(ENDPOINTS)], each)
            began_s = time.monotonic()
            kills = await killed_again_and_again(Path(name), store)
    return {
        "deliveries": each * ENDPOINTS, "lost": each * ENDPOINTS - len(taker.taken), "kills": kills,
        "requests": taker.requests, "changed": len(taker.changed), "bots_out_of_order": taker.disordered,
        "seconds": round(time.monotonic() - began_s, 1),
    }


class NoEngine(Idle):
    async def attend(self, bot_id: str, at_ms: float | None) -> None: ...

    async def tell(self, bot_id: str, generation: int, news: str) -> None: ...

    async def redeliver(self, delivery_id: str, attempt: int, delay_s: float) -> None: ...


async def span(count: int, *, hanging: bool) -> float:
    """Seconds until an endpoint has everything, beside one that hangs or alone; the hanging one is owed as much."""
    taker = Taker(0.0)
    with tempfile.TemporaryDirectory(prefix="rapporteur-proof-") as name:
        async with taking(taker) as url, data.database(Settings(data_dir=Path(name))) as database:
            await database.start()
            store = data.store(Settings(data_dir=Path(name)), database)
            await fill(store, [f"{url}/hang", f"{url}/good"] if hanging else [f"{url}/good"], count)
            async with TaskOwner("proof") as tasks:
                began_s = time.monotonic()
                tasks.start(
                    Deliverer(store, NoEngine(), SystemClock(), Guard(loopback=True), timeout_s=60).run(), name="deliverer")
                while len(taker.taken) < count:
                    await asyncio.sleep(0.01)
                took_s = time.monotonic() - began_s
                await tasks.stop()
    return took_s


async def slowed(count: int, rounds: int) -> dict[str, Any]:
    pairs = [(await span(count, hanging=True), await span(count, hanging=False)) for _ in range(rounds)]
    return {
        "slowed_by": round(statistics.median(beside / alone for beside, alone in pairs), 3),
        "rounds": [[round(value, 3) for value in pair] for pair in pairs],
    }


async def prove(count: int, rounds: int = 5) -> dict[str, Any]:
    return {"survival": await survive(count), "hanging": await slowed(max(1000, count // 10), rounds)}


def faults(proof: dict[str, Any]) -> list[str]:
    survival = proof["survival"]
    found = [name for name in ("lost", "changed", "bots_out_of_order") if survival[name]]
    return found + (["slowed_by"] if proof["hanging"]["slowed_by"] > MOST_SLOWED else [])


def main() -> int:
    count = int(os.environ.get("COUNT", "20000"))
    proof = asyncio.run(prove(count))
    wrong = faults(proof)
    keep("webhooks", {**proof, "faults": wrong}, COUNT=count)
    print(json.dumps(proof), "FAILED: " + ", ".join(wrong) if wrong else "holds")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["send"]:
        asyncio.run(send(Path(sys.argv[2])))
    else:
        sys.exit(main())
