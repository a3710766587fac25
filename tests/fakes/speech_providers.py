"""Vendors of live words, on loopback: the same protocol and the same temper, with an ear that understands a made-up speech.

A word of it is a stretch of samples of one value: 7 repeated for 200 ms is "w7". What a vendor's documentation says must be so
is enforced; what it says may happen, a test can order.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.asyncio.server import Request, Response, Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed

from rapporteur.kit.clock import Clock

PER_MS = 16
KEY = "a-key-of-the-vendor"


@dataclass(frozen=True)
class Heard:
    text: str
    start_ms: float
    end_ms: float
    complete: bool


class MadeUpEar:
    """Everything one connection brought."""

    def __init__(self) -> None:
        self._samples = np.zeros(0, np.int16)

    def feed(self, pcm: bytes) -> None:
        self._samples = np.concatenate((self._samples, np.frombuffer(pcm, "<i2")))

    @property
    def ms(self) -> float:
        return len(self._samples) / PER_MS

    def words(self, from_ms: float = 0.0) -> list[Heard]:
        """Those that begin at or behind a moment."""
        first = round(from_ms * PER_MS)
        sound = self._samples[first:]
        if not len(sound):
            return []
        borders = np.flatnonzero(np.diff(sound)) + 1
        starts, ends = [0, *borders.tolist()], [*borders.tolist(), len(sound)]
        return [
            Heard(f"w{sound[start]}", (first + start) / PER_MS, (first + end) / PER_MS, end < len(sound))
            for start, end in zip(starts, ends, strict=True) if sound[start]
        ]


def spoken(value: int, ms: float) -> bytes:
    return np.full(round(ms * PER_MS), value, "<i2").tobytes()


@dataclass
class Visit:
    """One connection, as the vendor saw it."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    ear: MadeUpEar = field(default_factory=MadeUpEar)
    texts: list[str] = field(default_factory=list)
    """Types of the text messages that came."""
    code: int | None = None
    done_ms: float = 0.0
    """Where finals reach to."""
    opened_s: float = 0.0
    fed_s: float = 0.0
    fed: bool = False


class Vendor:
    """What the stand-ins have in common."""

    key = KEY

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.visits: list[Visit] = []
        self.statuses: deque[int] = deque()
        """What the next handshakes are answered with, instead of a connection."""
        self.drop_after_ms: deque[float] = deque()
        """The line breaks when so much sound came, for one connection after the other."""
        self.close_at_once: deque[tuple[int, str]] = deque()
        self.late_ms = 0.0
        """Finals wait until so much more sound came."""
        self.mute = False
        self.mints = True
        """Whether this customer may have tokens made."""
        self.tokens: dict[str, float] = {}
        """Until when each opens a connection."""
        self.minted = 0
        self.port = 0

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def mint(self, authorization: str | None, expected: str, lasts_s: float, field: str) -> tuple[int, dict[str, Any]]:
        """Status and answer."""
        if authorization != expected:
            return 401, {"error": "Not authorized"}
        if not self.mints:
            return 403, {"error": "Insufficient permissions"}
        self.minted += 1
        token = f"token+{self.minted}/{self.key[::-1]}="
        self.tokens[token] = self.clock.monotonic_s() + lasts_s
        return 200, {field: token, "expires_in": lasts_s}

    def opens(self, token: str) -> bool:
        return self.clock.monotonic_s() < self.tokens.get(token, 0)

    def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and answer of a POST."""
        return 404, {}

    def handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.statuses:
            return _answer(self.statuses.popleft())
        return self.judge(request, parse_qs(urlsplit(request.path).query))

    def judge(self, request: Request, query: dict[str, list[str]]) -> Response | None:
        raise NotImplementedError

    async def visit(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        parts = urlsplit(request.path)
        visit = Visit(parts.path, parse_qs(parts.query), {k.lower(): v for k, v in request.headers.items()},
                      opened_s=self.clock.monotonic_s(), fed_s=self.clock.monotonic_s())
        self.visits.append(visit)
        if self.close_at_once:
            await connection.close(*self.close_at_once.popleft())
            return
        limit = self.drop_after_ms.popleft() if self.drop_after_ms else None
        await self.greet(connection, visit)
        watch = asyncio.create_task(self.watch(connection, visit))
        try:
            async for message in connection:
                if isinstance(message, bytes):
                    await self.sound(connection, visit, message)
                else:
                    visit.texts.append(json.loads(message)["type"])
                    await self.text(connection, visit, json.loads(message))
                if limit is not None and visit.ear.ms >= limit:
                    connection.transport.abort()
        except ConnectionClosed:
            pass
        finally:
            watch.cancel()
            visit.code = connection.close_code

    async def greet(self, connection: ServerConnection, visit: Visit) -> None: ...

    async def watch(self, connection: ServerConnection, visit: Visit) -> None: ...

    async def sound(self, connection: ServerConnection, visit: Visit, pcm: bytes) -> None:
        raise NotImplementedError

    async def text(self, connection: ServerConnection, visit: Visit, message: dict[str, Any]) -> None:
        raise NotImplementedError

    def ready(self, visit: Visit, quiet_ms: float) -> list[Heard]:
        """Complete words behind the last final, once it was quiet for so long behind them."""
        words = visit.ear.words(visit.done_ms)
        quiet = words and words[-1].complete and visit.ear.ms - words[-1].end_ms >= quiet_ms + self.late_ms
        return words if quiet and not self.mute else []


class Deepgram(Vendor):
    """`/v1/listen`. Finals of at most two words; a pause of 300 ms is a `speech_final`."""

    KNOWN = frozenset({
        "model", "language", "encoding", "sample_rate", "channels", "interim_results", "endpointing", "punctuate",
        "utterance_end_ms", "vad_events", "diarize", "smart_format", "numerals", "profanity_filter", "keyterm", "keywords",
    })

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.answers_finalize = True

    def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        if path != "/v1/auth/grant":
            return 404, {}
        return self.mint(headers.get("authorization"), f"Token {self.key}", json.loads(body)["ttl_seconds"], "access_token")

    def judge(self, request: Request, query: dict[str, list[str]]) -> Response | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not ((scheme == "Token" and secret == self.key) or (scheme == "Bearer" and self.opens(secret))):
            return _answer(401, "INVALID_AUTH")
        if not request.path.startswith("/v1/listen") or query.keys() - self.KNOWN or query["encoding"] != ["linear16"]:
            return _answer(400, "Bad request")
        return None

    async def watch(self, connection: ServerConnection, visit: Visit) -> None:
        while True:
            await self.clock.sleep(0.5)
            unfed = not visit.fed and self.clock.monotonic_s() - visit.opened_s >= 10
            if unfed or self.clock.monotonic_s() - visit.fed_s >= 10:
                await connection.close(1011, "Deepgram did not receive audio data or a text message (NET-0001)")

    async def sound(self, connection: ServerConnection, visit: Visit, pcm: bytes) -> None:
        if not pcm:
            await connection.close(1000)
            return
        assert 20 * 32 <= len(pcm) <= 250 * 32, "a message of 20 to 250 ms is advised"
        visit.fed, visit.fed_s = True, self.clock.monotonic_s()
        visit.ear.feed(pcm)
        if words := self.ready(visit, 300):
            for n in range(0, len(words), 2):
                last = n + 2 >= len(words)
                end_ms = visit.ear.ms if last else words[n + 2].start_ms
                await connection.send(self.results(visit, words[n:n + 2], end_ms, final=True, pause=last))
        elif visit.query.get("interim_results") == ["true"] and (words := visit.ear.words(visit.done_ms)):
            await connection.send(self.results(visit, words, visit.ear.ms, final=False))

    async def text(self, connection: ServerConnection, visit: Visit, message: dict[str, Any]) -> None:
        match message["type"]:
            case "KeepAlive":
                visit.fed_s = self.clock.monotonic_s()
            case "Finalize":
                if self.answers_finalize and not self.mute and visit.ear.ms > visit.done_ms:
                    await self.finish(connection, visit, from_finalize=True)
            case "CloseStream":
                if not self.mute and visit.ear.words(visit.done_ms):
                    await self.finish(connection, visit)
                await connection.send(json.dumps({
                    "type": "Metadata", "transaction_key": "deprecated", "request_id": "r", "sha256": "", "created": "",
                    "duration": visit.ear.ms / 1000, "channels": 1}))
                await connection.close(1000)
            case _:
                await connection.close(1008, "DATA-0000")

    async def finish(self, connection: ServerConnection, visit: Visit, **more: bool) -> None:
        words = visit.ear.words(visit.done_ms)
        await connection.send(self.results(visit, words, visit.ear.ms, final=True, **more))

    def results(
        self, visit: Visit, words: list[Heard], end_ms: float, *, final: bool, pause: bool = False, **more: bool,
    ) -> str:
        start_ms = visit.done_ms
        if final:
            visit.done_ms = end_ms
        return json.dumps({
            "type": "Results", "channel_index": [0, 1], "start": start_ms / 1000, "duration": (end_ms - start_ms) / 1000,
            "is_final": final, "speech_final": pause, "metadata": {"request_id": "r"}, "of_tomorrow": {}, **more,
            "channel": {"alternatives": [{
                "transcript": " ".join(w.text for w in words), "confidence": 0.9,
                "words": [{"word": w.text, "start": w.start_ms / 1000, "end": w.end_ms / 1000, "confidence": 0.9}
                          for w in words],
            }]},
        })


class AssemblyAi(Vendor):
    """`/v3/ws`: accepts, and closes with a code what it does not like."""

    KNOWN = frozenset({
        "speech_model", "sample_rate", "encoding", "format_turns", "end_of_turn_confidence_threshold", "max_turn_silence",
        "min_turn_silence", "min_end_of_turn_silence_when_confident", "keyterms_prompt", "inactivity_timeout", "token",
    })

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.turns: dict[int, int] = {}
        self.expires_after_ms: deque[float] = deque()

    def judge(self, request: Request, query: dict[str, list[str]]) -> Response | None:
        if request.path.startswith("/v3/token"):
            lasts_s = float(query["expires_in_seconds"][0])
            return _json(*self.mint(request.headers.get("Authorization"), self.key, lasts_s, "token"))
        return None if request.path.startswith("/v3/ws") else _answer(404)

    async def greet(self, connection: ServerConnection, visit: Visit) -> None:
        self.turns[id(visit)] = 0
        token = visit.query.get("token", [""])[0]
        if visit.headers.get("authorization") != self.key and not self.opens(token):
            await self.fault(connection, 1008, "Not authorized: invalid API key or token")
        elif visit.query.keys() - self.KNOWN or "speech_model" not in visit.query:
            await self.fault(connection, 3006, "Invalid parameter")
        else:
            self.tokens.pop(token, None)  # one use
            await connection.send(json.dumps({"type": "Begin", "id": "s", "expires_at": 1_790_010_800}))

    async def fault(self, connection: ServerConnection, code: int, text: str) -> None:
        await connection.send(json.dumps({"type": "Error", "error_code": code, "error": text}))
        await connection.close(code, "See Error message for details")

    async def sound(self, connection: ServerConnection, visit: Visit, pcm: bytes) -> None:
        elapsed_ms = (self.clock.monotonic_s() - visit.opened_s) * 1000
        visit.ear.feed(pcm)
        if not 50 * 32 <= len(pcm) <= 1000 * 32 or visit.ear.ms > elapsed_ms + 1000:
            await self.fault(connection, 3007, "Input duration or pace violation")
        elif self.expires_after_ms and visit.ear.ms >= self.expires_after_ms[0]:
            self.expires_after_ms.popleft()
            await self.fault(connection, 3008, "Session expired")
        elif words := self.ready(visit, 400):
            await self.end_turn(connection, visit, words)
        elif words := visit.ear.words(visit.done_ms):
            await connection.send(self.turn(visit, words, ended=False))

    async def text(self, connection: ServerConnection, visit: Visit, message: dict[str, Any]) -> None:
        words = visit.ear.words(visit.done_ms)
        match message["type"]:
            case "ForceEndpoint":
                if words and not self.mute:
                    await self.end_turn(connection, visit, words)
            case "KeepAlive":
                pass
            case "Terminate":
                if words and not self.mute:
                    await self.end_turn(connection, visit, words)
                await connection.send(json.dumps({"type": "SpeakerRevision", "revisions": []}))
                await connection.send(json.dumps({
                    "type": "Termination", "audio_duration_seconds": visit.ear.ms / 1000, "session_duration_seconds": 1}))
                await connection.close(1000)
            case _:
                await self.fault(connection, 3006, "Invalid message type")

    async def end_turn(self, connection: ServerConnection, visit: Visit, words: list[Heard]) -> None:
        await connection.send(self.turn(visit, words, ended=True))
        if visit.query.get("format_turns") == ["true"]:
            await connection.send(self.turn(visit, words, ended=True, formatted=True))
        visit.done_ms = words[-1].end_ms
        self.turns[id(visit)] += 1

    def turn(self, visit: Visit, words: list[Heard], *, ended: bool, formatted: bool = False) -> str:
        return json.dumps({
            "type": "Turn", "turn_order": self.turns[id(visit)], "turn_is_formatted": formatted, "end_of_turn": ended,
            "end_of_turn_confidence": 0.9 if ended else 0.1, "transcript": " ".join(w.text for w in words),
            "words": [{"text": w.text.upper() if formatted else w.text, "start": round(w.start_ms), "end": round(w.end_ms),
                       "confidence": 0.9, "word_is_final": w.complete} for w in words],
        })


def _answer(status: int, text: str = "") -> Response:
    headers = Headers({"dg-request-id": "r", "dg-error": text, "Content-Length": str(len(text)), "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, text.encode())


def _json(status: int, said: dict[str, Any]) -> Response:
    body = json.dumps(said).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, body)


def answering_posts(post: Callable[[str, dict[str, str], bytes], tuple[int, dict[str, Any]]]) -> type[ServerConnection]:
    """A connection that answers POSTs, too, of which the library knows nothing: status and answer by path, headers and body."""

    class Answering(ServerConnection):
        _posted = b""

        def data_received(self, data: bytes) -> None:
            if not self._posted and not data.startswith(b"POST "):
                return super().data_received(data)
            self._posted += data
            head, ended, body = self._posted.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            if ended and len(body) >= int(headers.get("content-length", 0)):
                answer = _json(*post(first.split()[1], headers, body))
                self.transport.write(answer.serialize())
                self.transport.close()

    return Answering


@asynccontextmanager
async def open_for_business(vendor: Vendor) -> AsyncIterator[Vendor]:
    server: Server
    async with serve(
        vendor.visit, "127.0.0.1", 0, process_request=vendor.handshake, ping_interval=None,
        create_connection=answering_posts(vendor.post),
    ) as server:
        vendor.port = next(iter(server.sockets)).getsockname()[1]
        yield vendor


Make = Callable[[Clock], Vendor]
