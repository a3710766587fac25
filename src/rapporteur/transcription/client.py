"""The bot's side of the recognition process: asks it, starts it when there is none, asks again when it died.

The process is started in a session of its own, so that it outlives the bot that happened to need it first.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence

import structlog

from rapporteur.domain.errors import RapporteurError, RecognitionFailure, Unsupported
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import Clock
from rapporteur.kit.locks import is_held
from rapporteur.kit.tasks import TaskOwner
from rapporteur.transcription.choice import engine_name
from rapporteur.transcription.host import RecognitionHost
from rapporteur.wire.recognition import Decoder, Failed, Forget, Message, Ready, Recognise, Recognised, encode

log = structlog.get_logger()

REPEATS = 3
"""How often a request is asked again whose process died; what kills three processes would kill the fourth."""
IN_FLIGHT = 4
"""Requests at a time: enough to keep the engine busy, few enough that its line stays short and memory small."""
DEADLINE_S = 600.0
START_S = 60.0
"""How long a process may take to begin, the loading of a large model included."""
_LOOK_EVERY_S = 0.05
_STARTS = 3
_READ = 256 * 1024


class _Lost(Exception):
    """The process is gone with the request."""


class Connection:
    """One connection to the process, from its greeting to its end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self.greeting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.ended = False

    async def listen(self) -> None:
        """Hand out answers until the other side is gone."""
        decoder = Decoder()
        try:
            while data := await self._reader.read(_READ):
                for message in decoder.feed(data):
                    self._take(message)
        except (ConnectionError, ValueError) as error:
            log.warning("the connection to the recognition process broke", reason=type(error).__name__)
        finally:
            self.ended = True
            self._writer.close()
            for waiting in (self.greeting, *self._asked.values()):
                if not waiting.done():
                    waiting.set_exception(_Lost())
                    # Whoever waits gets it; nobody may wait any more.
                    waiting.exception()

    async def ask(self, sound: bytes, language_code: str) -> Message:
        """Raises _Lost when the process dies before it answers."""
        if self.ended:
            raise _Lost
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(encode(Recognise(number, language_code, sound)))
            return await answer
        finally:
            del self._asked[number]
            if not answer.done() or answer.cancelled():
                self._forget(number)

    def close(self) -> None:
        self._writer.close()

    def _forget(self, number: int) -> None:
        if not self.ended:
            self._writer.write(encode(Forget(number)))

    def _take(self, message: Message) -> None:
        match message:
            case Ready() | Failed(0):
                waiting = self.greeting
            case Recognised(number) | Failed(number):
                waiting = self._asked.get(number)
            case _:
                raise ValueError("not for a client")
        if waiting and not waiting.done():
            waiting.set_result(message)


class HostRecogniser:
    """Fulfils services.ports.Recogniser by the one recognition process of this host."""

    def __init__(
        self, host: RecognitionHost, command: Sequence[str], *, clock: Clock,
        deadline_s: float = DEADLINE_S, start_s: float = START_S,
    ) -> None:
        """`command` starts a process that calls worker.main; its first word is the path of a program."""
        self.name = engine_name(host.whisper_model)
        self._started: int | None = None
        self._host, self._command, self._clock = host, tuple(command), clock
        self._deadline_s, self._start_s = deadline_s, start_s
        self._tasks = TaskOwner("recogniser")
        self._turn = asyncio.Semaphore(IN_FLIGHT)
        self._connecting = asyncio.Lock()
        self._connection: Connection | None = None

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        """Unsupported for a language that the engine lacks, RecognitionFailure when it could not or not in time."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._deadline_s):
                    answer = await self._insist(pcm, language_code)
            except TimeoutError:
                raise RecognitionFailure(
                    "the recognition process did not answer in time", code="recognition_timeout", retryable=True,
                ) from None
        if isinstance(answer, Failed):
            raise _error(answer)
        assert isinstance(answer, Recognised)
        return [Word(text, start_ms, end_ms) for text, start_ms, end_ms in answer.words]

    async def aclose(self) -> None:
        """Hang up. The process stays for others, and goes by itself when there are none."""
        if self._connection:
            self._connection.close()
        await self._tasks.stop()

    @property
    def worker_pid(self) -> int | None:
        """The process that this client started, if it did and as long as it lives."""
        if self._started is not None:
            try:
                ended, _ = os.waitpid(self._started, os.WNOHANG)
            except ChildProcessError:
                ended = self._started
            self._started = None if ended else self._started
        return self._started

    async def _insist(self, pcm: bytes, language_code: str) -> Message:
        for _ in range(1 + REPEATS):
            connection = await self._connected()
            try:
                return await connection.ask(pcm, language_code)
            except _Lost:
                log.warning("the recognition process died; the request is repeated")
        raise RecognitionFailure("the recognition process died of this request again and again")

    # --- the process ----------------------------------------------------------------------------------------------------

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None or self._connection.ended:
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> Connection:
        """A connection whose process has its engine loaded."""
        self._host.prepare()
        try:
            async with asyncio.timeout(self._start_s):
                for _ in range(_STARTS):
                    connection = await self._dial()
                    try:
                        return self._welcome(connection, await connection.greeting)
                    except _Lost:
                        log.warning("the recognition process ended before it was ready")
        except TimeoutError:
            raise RecognitionFailure("the recognition process does not start in time", retryable=True) from None
        raise RecognitionFailure("the recognition process dies while it loads its engine")

    def _welcome(self, connection: Connection, greeting: Message) -> Connection:
        if isinstance(greeting, Failed):
            connection.close()
            raise _error(greeting)
        assert isinstance(greeting, Ready)
        self.name = greeting.engine
        return connection

    async def _dial(self) -> Connection:
        starts = 0
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self._host.socket)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if not self._under_way():
                    starts += 1
                    if starts > _STARTS:
                        raise RecognitionFailure("the recognition process ends as soon as it starts") from None
                    self._start()
            await self._clock.sleep(_LOOK_EVERY_S)
        connection = Connection(reader, writer)
        self._tasks.start(connection.listen(), name="answers")
        return connection

    def _under_way(self) -> bool:
        return self.worker_pid is not None or is_held(self._host.lock)

    def _start(self) -> None:
        log.info("starting the recognition process")
        stdin, parameters = os.pipe()
        try:
            # Not by subprocess: its objects and asyncio's insist on the end of a child that is meant to live on.
            self._started = os.posix_spawn(
                # lint-skip: environment-read-once the child gets this process's own
                self._command[0], self._command, os.environ, setsid=True, file_actions=[
                    (os.POSIX_SPAWN_DUP2, stdin, 0),
                    (os.POSIX_SPAWN_OPEN, 1, str(self._host.log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
            )
            os.write(parameters, self._host.as_line().encode())
        except OSError as error:
            raise RecognitionFailure(f"the recognition process cannot be started: {error.strerror}") from error
        finally:
            os.close(stdin)
            os.close(parameters)


def _error(answer: Failed) -> RapporteurError:
    if answer.capability:
        return Unsupported(answer.capability, answer.message)
    return RecognitionFailure(answer.message, code=answer.code, retryable=answer.retryable)
