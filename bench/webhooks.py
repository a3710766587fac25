"""What a webhook costs that is signed, and written down whatever happens, against a loop that just posts it.

    make bench NAME=webhooks

`first_attempts` is deliveries per CPU second of the sender's process: from the ledger, where they were written with what
they tell of, over reading, signing under both names and posting through the guard, to the result committed in the ledger; the
opponent is a bare loop of aiohttp with the same bodies and as many posts at a time. The receiver is a process of its own.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from aiohttp import web

from bench.measuring.posting import AT_ONCE, BARE, ENDPOINTS, OURS
from bench.measuring.priority import prefer_this
from bench.measuring.results import Result, figure, rounds_wanted

DELIVERIES = 4000


def receive(told: Connection) -> None:
    """Answer every POST with 200, until this process is ended."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def receiver() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=receive, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


async def rate(kind: str, url: str) -> float:
    """Deliveries per CPU second of one sender."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.measuring.posting", kind, folder, url, str(DELIVERIES), cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"the sender {kind} failed")
    return DELIVERIES / float(said)


async def measure() -> None:
    result = Result("webhooks")
    prefer_this()
    rounds: list[tuple[float, float]] = []
    with receiver() as url:
        for n in range(rounds_wanted()):
            order = (OURS, BARE) if n % 2 else (BARE, OURS)
            measured = {kind: await rate(kind, url) for kind in order}
            rounds.append((measured[OURS], measured[BARE]))
            print({kind: round(value) for kind, value in measured.items()}, flush=True)
    result.write(
        {"first_attempts": figure(rounds, "deliveries per CPU second", more_is_better=True)},
        deliveries_per_measurement=DELIVERIES, endpoints=ENDPOINTS, at_once=AT_ONCE,
    )


if __name__ == "__main__":
    asyncio.run(measure())
