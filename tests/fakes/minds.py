"""A language model and a synthesiser that speak like OpenAI's, and always say the same: a sentence, and a tone."""

from __future__ import annotations

import math
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

RATE = 24_000
ANSWER = "The report is due on Friday."


class Mind:
    """`seconds` long is everything it says."""

    def __init__(self, seconds: float) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.spoken: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        tone = (int(12_000 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(round(RATE * seconds)))
        self._tone = array("h", tone).tobytes()

    async def answer(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("Authorization"))
        self.asked.append(await request.json())
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": f" {ANSWER}\n"}}]})

    async def speak(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get("Authorization"))
        self.spoken.append(await request.json())
        return web.Response(body=self._tone, content_type="audio/pcm")


@asynccontextmanager
async def thinking(seconds: float = 2.0) -> AsyncIterator[Mind]:
    mind = Mind(seconds)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", mind.answer)
    app.router.add_post("/v1/audio/speech", mind.speak)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    mind.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield mind
    finally:
        await runner.cleanup()
