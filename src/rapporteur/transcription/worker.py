"""The recognition process: one per host, engine and user, shared by all bots.

One engine on one thread, at low priority; whose utterance is next goes round the clients. It listens on a Unix socket in a
folder of its user alone, holds a lock for as long as it lives, and goes when nobody has been connected for a while. It keeps
nothing: what was waiting when it dies, its clients ask again. No sound and no word reaches its log.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TextIO

import structlog

from rapporteur.domain.errors import RapporteurError, Unsupported
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.locks import FileLock
from rapporteur.kit.tasks import accompanied
from rapporteur.transcription import choice
from rapporteur.transcription.base import Engine
from rapporteur.transcription.host import RecognitionHost
from rapporteur.transcription.turns import Turns
from rapporteur.wire.recognition import Decoder, Failed, Forget, Message, Ready, Recognise, Recognised, encode

log = structlog.get_logger()

NICENESS = 10
MOST_WAITING = 64
"""Clients send a few requests at a time; one with so many has lost its senses and is cut off."""
_READ = 256 * 1024
_LONGEST_LOG = 1024 * 1024


def main(stdin: TextIO, *, load: Callable[[RecognitionHost, Clock], Engine] | None = None) -> int:
    """Read a RecognitionHost from the first line, then serve until idle. 0 also when another process does so already."""
    host = RecognitionHost.from_line(stdin.readline())
    host.prepare()
    lock = FileLock.take(host.lock)
    if lock is None:
        return 0
    with lock:
        os.nice(NICENESS)
        if host.log.exists() and host.log.stat().st_size > _LONGEST_LOG:
            os.truncate(host.log, 0)
        return asyncio.run(Worker(host, load or _load, SystemClock()).serve())


def _load(host: RecognitionHost, clock: Clock) -> Engine:
    return choice.load(host.whisper_model, clock)


class Client:
    """One connected bot."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def tell(self, message: Message) -> None:
        if not self._writer.is_closing():
            self._writer.write(encode(message))

    async def close(self) -> None:
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


class Worker:
    def __init__(self, host: RecognitionHost, load: Callable[[RecognitionHost, Clock], Engine], clock: Clock) -> None:
        self._host, self._load, self._clock = host, load, clock
        self._clients: set[Client] = set()
        self._turns: Turns[Client, Recognise] = Turns()
        self._asked = asyncio.Event()
        self._came_or_went = asyncio.Event()
        self._greeted = asyncio.Event()
        self._greeting: Ready | Failed | None = None

    async def serve(self) -> int:
        """Until nobody has been connected for `idle_s`; the exit code."""
        self._host.socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._attend, path=self._host.socket)
        with ThreadPoolExecutor(1, thread_name_prefix="recogniser") as thread:
            await accompanied(self._until_idle(), self._recognise(thread))
            # Whoever comes from here on finds no socket and starts the next process.
            self._host.socket.unlink(missing_ok=True)
            server.close()
        return 1 if isinstance(self._greeting, Failed) else 0

    async def _until_idle(self) -> None:
        # An engine that loads may hold the whole process up, while whoever wanted it waits to be let in.
        await self._greeted.wait()
        while True:
            self._came_or_went.clear()
            try:
                async with asyncio.timeout(None if self._clients else self._host.idle_s):
                    await self._came_or_went.wait()
            except TimeoutError:
                return

    # --- clients --------------------------------------------------------------------------------------------------------

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(writer)
        self._clients.add(client)
        self._came_or_went.set()
        try:
            await self._listen(client, reader)
        except (ValueError, ConnectionError) as error:
            log.warning("a client of the recognition process was cut off", reason=type(error).__name__)
        finally:
            self._turns.drop(client)
            self._clients.discard(client)
            self._came_or_went.set()
            await client.close()

    async def _listen(self, client: Client, reader: asyncio.StreamReader) -> None:
        await self._greeted.wait()
        assert self._greeting is not None
        client.tell(self._greeting)
        decoder = Decoder()
        while data := await reader.read(_READ):
            for message in decoder.feed(data):
                self._take(client, message)

    def _take(self, client: Client, message: Message) -> None:
        match message:
            case Recognise():
                if self._turns.count(client) >= MOST_WAITING:
                    raise ValueError("too many requests at a time")
                self._turns.add(client, message)
                self._asked.set()
            case Forget(request):
                self._turns.drop(client, lambda waiting: waiting.request == request)
            case _:
                raise ValueError("not for the worker")

    # --- the engine -----------------------------------------------------------------------------------------------------

    async def _recognise(self, thread: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        engine = await loop.run_in_executor(thread, self._loaded)
        self._greeted.set()
        while engine:
            while turn := self._turns.next():
                client, request = turn
                client.tell(await loop.run_in_executor(thread, _answer, engine, request))
            self._asked.clear()
            await self._asked.wait()

    def _loaded(self) -> Engine | None:
        try:
            engine = self._load(self._host, self._clock)
        except RapporteurError as error:
            log.error("the engine cannot be loaded", code=error.code, exc_info=error)
            self._greeting = _failed(0, error)
            return None
        self._greeting = Ready(engine.capabilities.name, sorted(engine.capabilities.languages))
        log.info("recognition begins", engine=self._greeting.engine)
        return engine


def _answer(engine: Engine, request: Recognise) -> Message:
    try:
        words = engine.recognise(request.sound, request.language_code)
    except RapporteurError as error:
        return _failed(request.request, error)
    # lint-skip: broad-except-needs-reason the root of one request: the other bots' requests go on, and its client is told
    except Exception as error:
        log.error("the engine broke on a request", exc_info=error)
        return Failed(request.request, "internal_error", f"{engine.capabilities.name} broke with {type(error).__name__}")
    return Recognised(request.request, [[w.text, w.start_ms, w.end_ms] for w in words])


def _failed(request: int, error: RapporteurError) -> Failed:
    capability = error.capability if isinstance(error, Unsupported) else None
    return Failed(request, error.code, error.message, error.retryable, capability)
