"""The servers that bench/api.py asks, each a process of its own: `python -m bench.measuring.serving KIND FOLDER [BOT]`.

`ours` is the product. `bare` runs, on the same stack, the very statements that ours runs to answer a GET of that bot, and
returns the same JSON without having made it; `starlette` returns it without any statement. What differs is what we do about it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from rapporteur.kit.serving import address, listen, serving
from rapporteur.settings import Settings
from rapporteur.wiring import data
from rapporteur.wiring.server import built, running

ROOT = Path(__file__).resolve().parents[2]
OURS, BARE, STARLETTE, WHOLE = "ours", "bare", "starlette", "whole"


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder, port=0, rate_limits=False, log_level="error")


@asynccontextmanager
async def asked(kind: str, folder: Path, bot: str = "", key: str = "") -> AsyncIterator[tuple[str, int]]:
    """Such a server in a process of its own for the length of the block: its address and its process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.measuring.serving", kind, str(folder), bot, key, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip(), process.pid
    finally:
        process.stdin.close()
        await process.wait()


async def serve(kind: str, folder: Path, bot: str, key: str) -> None:
    settings = settings_of(folder)
    if kind == WHOLE:
        async with running(settings, with_room=False) as base:
            await _until_told(base)
    elif kind == OURS:
        async with built(settings, with_room=False) as parts:
            await _alone(parts.app)
    else:
        async with data.database(settings) as database:
            statements, answer = await recorded(folder, bot, key)

            def run(connection: Connection) -> None:
                for statement, parameters in statements:
                    connection.execute(statement, parameters).all()

            async def bare() -> JSONResponse:
                await database.read(run)
                return JSONResponse(answer)

            async def plain(_: Request) -> JSONResponse:
                return JSONResponse(answer)

            if kind == BARE:
                app = FastAPI(openapi_url=None)
                app.add_api_route("/api/v1/bot/{bot_id}/", bare, response_model=None)
                await _alone(app)
            else:
                await _alone(Starlette(routes=[Route("/api/v1/bot/{bot_id}/", plain)]))


async def recorded(folder: Path, bot: str, key: str) -> tuple[list[tuple[Any, Any]], Any]:
    """The statements by which ours answers a GET of the bot, and the answer."""
    statements: list[tuple[Any, Any]] = []

    def note(_: Any, statement: Any, many: Any, parameters: Any, __: Any) -> None:
        statements.append((statement, many or parameters))

    async with built(settings_of(folder), with_room=False) as parts, aiohttp.ClientSession() as http:
        listener = listen("127.0.0.1", 0)
        async with serving(parts.app, listener, lifespan="off"):
            base = address(listener, "127.0.0.1", secure=False)
            body: Any = None
            for _ in range(2):  # the first one looks the key up, which is remembered
                event.listen(Engine, "before_execute", note)
                statements.clear()
                async with http.get(f"{base}/api/v1/bot/{bot}/", headers={"Authorization": f"Token {key}"}) as answer:
                    body = json.loads(await answer.read())
                event.remove(Engine, "before_execute", note)
            await http.close()
    return statements, body


async def _alone(app: Any) -> None:
    listener = listen("127.0.0.1", 0)
    async with serving(app, listener, lifespan="off"):
        await _until_told(address(listener, "127.0.0.1", secure=False))


async def _until_told(base: str) -> None:
    """Say the address, and stay until whoever started this closes its end."""
    print(base, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:5]))
