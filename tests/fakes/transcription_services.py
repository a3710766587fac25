"""Vendors that transcribe files, on loopback: they understand the made-up speech of tests.fakes.speech_providers."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.fakes.speech_providers import KEY, MadeUpEar

HEADER = 44


class Services:
    """Deepgram, AssemblyAI and an OpenAI-like server behind one port."""

    def __init__(self) -> None:
        self.statuses: deque[int] = deque()
        """What the next requests are answered with."""
        self.retry_after: int | None = None
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        """(method, path, query or form)."""
        self.polls = 2
        """How often a transcript is still being made when it is asked for."""
        self.fails = False
        self.times = True
        """Whether the OpenAI-like server tells times of words."""
        self.broken = False
        """Answers are no JSON."""
        self.port = 0
        self._uploads: dict[str, bytes] = {}
        self._orders: dict[str, dict[str, Any]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def deleted(self) -> int:
        return sum(method == "DELETE" for method, _, _ in self.requests)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 26, middlewares=[self.temper])
        app.add_routes([
            web.post("/v1/listen", self.listen), web.post("/v2/upload", self.upload), web.post("/v2/transcript", self.order),
            web.get("/v2/transcript/{id}", self.poll), web.delete("/v2/transcript/{id}", self.delete),
            web.post("/v1/audio/transcriptions", self.transcribe),
        ])
        return app

    @web.middleware
    async def temper(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append((request.method, request.path, dict(request.query)))
        if self.statuses:
            headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            return web.json_response({"err_msg": "as ordered"}, status=self.statuses.popleft(), headers=headers)
        expected = {"/v1/listen": f"Token {KEY}", "/v1/audio/transcriptions": f"Bearer {KEY}"}.get(request.path, KEY)
        if request.headers.get("Authorization") != expected:
            return web.json_response({"error": "wrong key"}, status=401)
        return web.Response(text="no JSON") if self.broken else await handler(request)

    async def listen(self, request: web.Request) -> web.Response:
        assert request.query.get("model"), "without one it takes an old model"
        words = [{"word": w.text, "punctuated_word": w.text, "start": w.start_ms / 1000, "end": w.end_ms / 1000}
                 for w in _heard(await request.read()).words()]
        return web.json_response({"metadata": {"request_id": "r"}, "results": {"channels": [{"alternatives": [
            {"transcript": "", "confidence": 0.9, "words": words}]}]}})

    async def upload(self, request: web.Request) -> web.Response:
        address = f"https://cdn.example/{len(self._uploads)}"
        self._uploads[address] = await request.read()
        return web.json_response({"upload_url": address})

    async def order(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._orders[number := str(len(self._orders))] = body
        return web.json_response({"id": number, "status": "queued"})

    async def poll(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        asked = sum(path.endswith(f"/{number}") for _, path, _ in self.requests)
        if asked <= self.polls:
            return web.json_response({"id": number, "status": "queued" if asked == 1 else "processing"})
        if self.fails:
            return web.json_response({"id": number, "status": "error", "error": "no speech"})
        words = [{"text": w.text, "start": round(w.start_ms), "end": round(w.end_ms), "confidence": 0.9}
                 for w in _heard(self._uploads[self._orders[number]["audio_url"]]).words()]
        return web.json_response({"id": number, "status": "completed", "text": "", "words": words, "of_tomorrow": 1})

    async def delete(self, request: web.Request) -> web.Response:
        return web.json_response({"id": request.match_info["id"], "status": "completed"})

    async def transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        assert file.filename.endswith(".wav"), "the name of the file decides"
        ear = _heard(file.file.read())
        self.requests[-1] = (request.method, request.path, {k: str(v) for k, v in form.items() if k != "file"})
        words = ear.words()
        answer: dict[str, Any] = {"text": " ".join(w.text for w in words)}
        if self.times:
            answer["words"] = [{"word": f" {w.text}", "start": w.start_ms / 1000, "end": w.end_ms / 1000} for w in words]
        return web.json_response(answer)


def _heard(file: bytes) -> MadeUpEar:
    assert file[:4] == b"RIFF", "bare samples are no file"
    ear = MadeUpEar()
    ear.feed(file[HEADER:] + bytes(2))
    return ear


@asynccontextmanager
async def in_service() -> AsyncIterator[Services]:
    services = Services()
    runner = web.AppRunner(services.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    services.port = runner.addresses[0][1]
    try:
        yield services
    finally:
        await runner.cleanup()
