"""What our own code costs around the statements of a request: a GET of a bot with its recordings, and a burst of creates.

    make bench NAME=api

Three servers on the same data and the same uvicorn answer the same GET in turn: ours, with its key, limits, links and shapes; a
bare FastAPI route that runs the very same statements and returns the same JSON; a Starlette route that returns it without a
statement. `get_requests` is requests per CPU second of the server's process, `get_p99` the slowest of a hundred as the caller
waits for it, `get_starlette` the first against the third. `creates` is how many of 200 POSTs of scheduled bots, sent within one
second, were answered 201 and are in the database; `creates_p99` how long the slowest of a hundred took.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import aiohttp

from bench.measuring.cpu import cpu_seconds
from bench.measuring.priority import prefer_this
from bench.measuring.results import Result, figure, rounds_wanted
from bench.measuring.serving import BARE, OURS, STARLETTE, WHOLE, asked
from tests.fakes.api_server import ROOM, serving

REQUESTS = 600
AT_ONCE = 4
CREATES = 200
Measured = dict[str, tuple[float, float]]
"""By side: requests per CPU second, p99 in milliseconds."""


@dataclass
class Side:
    name: str
    url: str
    pid: int


async def prepare(folder: Path) -> tuple[str, str]:
    """A data directory with one bot that recorded everything; (bot, key)."""
    async with serving(folder) as api:
        config = {"transcript": {"provider": {"recallai_streaming": {}}}, "audio_mixed_mp3": {}}
        bot, _ = await api.recorded(recording_config=config)
        return bot, api.key


async def ask(http: aiohttp.ClientSession, side: Side, bot: str, key: str, count: int) -> tuple[float, float]:
    """Requests per CPU second of the server, and the p99 of their waiting in milliseconds."""
    waits: list[float] = []

    async def one_after_another() -> None:
        for _ in range(count // AT_ONCE):
            began_s = time.perf_counter()
            headers = {"Authorization": f"Token {key}"}
            async with http.get(f"{side.url}/api/v1/bot/{bot}/", headers=headers) as answer:
                await answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{side.name} answered {answer.status}")
            waits.append((time.perf_counter() - began_s) * 1000)

    before = cpu_seconds(side.pid)
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    spent_s = sum(cpu_seconds(side.pid).since(before).values())
    return len(waits) / spent_s, statistics.quantiles(waits, n=100)[98]


async def gets(folder: Path, bot: str, key: str) -> list[Measured]:
    rounds: list[Measured] = []
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        sides: list[Side] = []
        for name in (OURS, BARE, STARLETTE):
            # The same data, and no lock of one in another's way.
            shutil.copytree(folder, folder.with_name(name))
            sides.append(Side(name, *await stack.enter_async_context(asked(name, folder.with_name(name), bot, key))))
        prefer_this()
        for side in sides:
            await ask(http, side, bot, key, 200)
        for n in range(rounds_wanted()):
            # Each round begins with another side, so that none is always first after the pause.
            order = sides[n % len(sides):] + sides[:n % len(sides)]
            rounds.append({side.name: await ask(http, side, bot, key, REQUESTS) for side in order})
            print({name: (round(rate), round(p99, 1)) for name, (rate, p99) in rounds[-1].items()}, flush=True)
    return rounds


async def burst(folder: Path, key: str) -> tuple[int, float]:
    """CREATES posts, spread over one second, against the whole server: how many were answered 201 and are kept; their p99."""
    join_at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    waits: list[float] = []
    made: list[str] = []
    async with asked(WHOLE, folder) as (url, _), aiohttp.ClientSession() as http:

        async def create(n: int) -> None:
            await asyncio.sleep(n / CREATES)
            began_s = time.perf_counter()
            async with http.post(f"{url}/api/v1/bot/", json={"meeting_url": ROOM, "join_at": join_at},
                                 headers={"Authorization": f"Token {key}"}) as answer:
                if answer.status == 201:
                    made.append((await answer.json())["id"])
            waits.append((time.perf_counter() - began_s) * 1000)

        await asyncio.gather(*map(create, range(CREATES)))
        # Looked for in the file, at the moment of the last answer: what was said to be made is there.
        with closing(sqlite3.connect(folder / "rapporteur.db")) as database:
            kept = {row[0] for row in database.execute("SELECT id FROM bots")}
    return len(kept & set(made)), statistics.quantiles(waits, n=100)[98]


async def measure() -> None:
    result = Result("api")
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        folder = Path(name) / "data"
        folder.mkdir()
        bot, key = await prepare(folder)
        rounds = await gets(folder, bot, key)
        bursts: list[tuple[int, float]] = []
        for n in range(rounds_wanted()):
            fresh = folder.with_name(f"burst-{n}")
            shutil.copytree(folder, fresh)
            bursts.append(await burst(fresh, key))
            print("creates", bursts[-1], flush=True)
    result.write({
        "get_requests": figure([(r[OURS][0], r[BARE][0]) for r in rounds], "requests per CPU second", more_is_better=True),
        "get_p99": figure([(r[OURS][1], r[BARE][1]) for r in rounds], "ms"),
        "get_starlette": figure(
            [(r[OURS][0], r[STARLETTE][0]) for r in rounds], "requests per CPU second", more_is_better=True),
        "creates": figure([(kept, float(CREATES)) for kept, _ in bursts], f"of {CREATES} in one second", more_is_better=True),
        "creates_p99": figure([(p99, None) for _, p99 in bursts], "ms"),
    }, requests_per_measurement=REQUESTS, at_once=AT_ONCE)


if __name__ == "__main__":
    asyncio.run(measure())
