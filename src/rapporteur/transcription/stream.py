"""One speaker's sound on its way to a provider, and the words on their way back: what all live providers have in common.

speech edges → gate → pieces → replay → connection → provider → words → meeting time → listener

A connection is opened when somebody begins to speak and closed politely after a long silence. When it breaks, the next one gets
everything that has no final words yet; what comes twice that way is told once. Where a provider refuses for good, or stays out
of reach for long, the next one of the list takes over; when there is none the listener is told, with the sound that is left.
Keys and words are never logged.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace

import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from rapporteur.domain.errors import BlockedAddress, DestinationFailure, RecognitionFailure
from rapporteur.domain.providers import UNREACHABLE, Pass
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner, accompanied
from rapporteur.services.ports import Said, WordsListener
from rapporteur.transcription.gate import Gate, Portion
from rapporteur.transcription.protocol import LastWord, LiveProtocol, Understood, Verdict
from rapporteur.transcription.sounding import Piece, Pieces, Replay, Sent

log = structlog.get_logger()

KEPT_MS = 60_000.0
"""How much sound is kept while a provider is away."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Between tries; the last one again and again."""
PATIENCE_S = 120.0
"""A provider that was out of reach for so long, with something to be said to it, is given up."""
STEADY_S = 30.0
"""A connection that lasted so long was one, whether or not words came of it."""
SILENT_S = 90.0
"""A connection over which nothing went for so long is closed."""
FAREWELL_S = 8.0
"""How long the last words may take."""
LAST_TRIES_S = 20.0
"""How long a stream that is to end goes on trying to have its sound recognised."""
_TICK_S = 1.0

Dial = Callable[[str, Mapping[str, str]], AbstractAsyncContextManager[ClientConnection]]
MakeProtocol = Callable[[], LiveProtocol]
Admit = Callable[[LiveProtocol], Awaitable[Pass]]


async def by_account(protocol: LiveProtocol) -> Pass:
    """With what is in the account."""
    return protocol.opening



@dataclass(slots=True)
class StreamTally:
    """What one speaker's stream has done; added up over streams by whoever has them."""

    connections: int = 0
    broken: int = 0
    """Connections that ended otherwise than agreed, and tries that brought none."""
    sent_s: float = 0.0
    again_s: float = 0.0
    """Of it, sound that was sent before."""
    lost_s: float = 0.0
    """Sound that no provider was ever sent, because none could be reached in time."""
    finals: int = 0
    doubles: int = 0
    """Words that came twice and were told once."""
    given_up: int = 0

    def add(self, other: StreamTally) -> None:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(slots=True)
class _Line:
    """What is true of one connection alone."""

    connection: ClientConnection
    protocol: LiveProtocol
    sent: Sent
    opened_s: float
    doubles_until_ms: float
    """Words before this moment were told already: their sound was sent again."""
    busy_s: float = 0.0
    signed_s: float = 0.0
    leaving: bool = False
    ended: bool = False


class Stream:
    """Fulfils services.ports.SpeechStream. To be made on the event loop it lives on."""

    def __init__(self, providers: Sequence[MakeProtocol], listener: WordsListener, *, dial: Dial, clock: Clock,
                 admit: Admit = by_account, gated: bool = True, tally: StreamTally | None = None) -> None:
        """`providers` make one protocol per connection; of several, each later one takes over when the one before gave up.
        `admit` says what opens it, and raises what `dial` does."""
        self._providers, self._listener = list(providers), listener
        self._admit = admit
        self._dial, self._clock = dial, clock
        self.tally = StreamTally() if tally is None else tally
        self._gate = Gate(gated)
        self._pieces = Pieces(self._protocol().piece_ms)
        self._replay = Replay(KEPT_MS)
        self._news = asyncio.Event()
        self._final_ms = 0.0
        self._newest_ms = 0.0
        """The end of what was sent, over all connections."""
        self._told_lost_ms = 0.0
        self._failing_s: float | None = None
        self._closing = self._over = False
        self._tasks = TaskOwner("speech stream")
        self._work = self._tasks.start(self._run(), name="run")

    # --- from the meeting -----------------------------------------------------------------------------------------------

    def voice(self, at_ms: float) -> None:
        self._pass(self._gate.voice(at_ms))

    def speech(self, speaking: bool, at_ms: float) -> None:
        self._pass(self._gate.speech(speaking, at_ms))

    def sound(self, at_ms: float, pcm: bytes) -> None:
        self._pass(self._gate.sound(at_ms, pcm))

    async def aclose(self) -> None:
        self._gate.close()
        self._mark_pause()
        self._closing = True
        self._news.set()
        if not self._over:
            await accompanied(self._ended(), self._hurry())
        await self._tasks.stop()
        log.info("speech stream ended", provider=self._protocol().key, so_far=asdict(self.tally))

    async def abandon(self) -> None:
        self._over = True
        await self._tasks.stop()

    async def _ended(self) -> None:
        await asyncio.wait([self._work])

    async def _hurry(self) -> None:
        await self._clock.sleep(LAST_TRIES_S)
        self._work.cancel()
        self._give_up("it could not be reached before the end")

    def _pass(self, portions: Iterable[Portion]) -> None:
        for portion in portions:
            self._add(*portion)
        self._mark_pause()

    def _add(self, at_ms: float, pcm: bytes) -> None:
        if not self._over:
            self._keep(self._pieces.feed(at_ms, pcm))

    def _mark_pause(self) -> None:
        if self._gate.take_pause() and not self._over:
            self._keep(self._pieces.end())
            self._replay.add(Piece(self._gate.until_ms))
            self._news.set()

    def _keep(self, pieces: Iterable[Piece]) -> None:
        lost_ms = self._replay.lost_ms
        for piece in pieces:
            self._replay.add(piece)
        if self._replay.lost_ms > lost_ms:
            self.tally.lost_s += (self._replay.lost_ms - lost_ms) / 1000
        self._news.set()

    # --- connections ----------------------------------------------------------------------------------------------------

    def _protocol(self) -> LiveProtocol:
        return self._providers[0]()

    async def _run(self) -> None:
        tries = 0
        while await self._needed():
            protocol, begun_s = self._protocol(), self._clock.monotonic_s()
            verdict = await self._attempt(protocol)
            if verdict is Verdict.AGREED:
                tries, self._failing_s = 0, None
                continue
            self.tally.broken += 1
            now_s = self._clock.monotonic_s()
            if self._failing_s is None or now_s - begun_s >= STEADY_S:
                tries, self._failing_s = 0, now_s
            log.info("speech provider lost", provider=protocol.key, verdict=verdict.value, tries=tries)
            if verdict is Verdict.REFUSED or now_s - self._failing_s >= PATIENCE_S:
                why = "it refused" if verdict is Verdict.REFUSED else f"it was out of reach for {PATIENCE_S:g} s"
                if not self._next_provider(why):
                    break
                tries, self._failing_s = 0, None
                continue
            await self._clock.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
            tries += 1
        self._over = True

    async def _needed(self) -> bool:
        """Wait for something to send; false when there is nothing and never will be."""
        while not self._replay.fresh:
            if self._closing:
                return False
            self._news.clear()
            await self._news.wait()
        return True

    async def _attempt(self, protocol: LiveProtocol) -> Verdict:
        try:
            protocol.opening = await self._admit(protocol)
        except DestinationFailure as failure:
            # What refuses to make a token has judged the key itself.
            return Verdict.PASSING if failure.status is None else protocol.refused(failure.status)
        try:
            async with self._dial(protocol.address(), protocol.headers()) as connection:
                self.tally.connections += 1
                now_s = self._clock.monotonic_s()
                line = _Line(connection, protocol, Sent(), now_s, self._final_ms, busy_s=now_s, signed_s=now_s)
                self._replay.rewind()
                self._tell_lost()
                return await accompanied(self._listen(line), self._speak(line), self._attend(line))
        except DestinationFailure as failure:
            return Verdict.PASSING if failure.status is None else protocol.refused(failure.status)
        except BlockedAddress:
            return Verdict.REFUSED

    def _next_provider(self, why: str) -> bool:
        log.warning("speech provider given up", provider=self._protocol().key, why=why)
        if len(self._providers) == 1:
            self._give_up(why)
            return False
        self.tally.given_up += 1
        del self._providers[0]
        return True

    def _give_up(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self.tally.given_up += 1
        self._tell_lost()
        unheard = self._replay.unheard
        self._replay.clear()
        self._listener.on_given_up(
            RecognitionFailure(f"{self._protocol().key} does not take this bot's sound: {why}", code=UNREACHABLE), unheard)

    def _tell_lost(self) -> None:
        lost_ms, self._told_lost_ms = self._replay.lost_ms - self._told_lost_ms, self._replay.lost_ms
        if lost_ms:
            self._listener.on_lost(lost_ms / 1000)

    # --- out ------------------------------------------------------------------------------------------------------------

    async def _speak(self, line: _Line) -> None:
        """Send what there is, as it comes, and say goodbye when that is the end of it."""
        due_s = self._clock.monotonic_s()
        try:
            while not line.leaving:
                piece = self._replay.next()
                if piece is None:
                    if self._closing:
                        break
                    self._news.clear()
                    await self._news.wait()
                elif piece.pcm:
                    due_s = await self._pace(line.protocol, due_s, piece)
                    await self._send(line, piece)
                elif line.protocol.pause is not None and line.sent.ms:
                    await line.connection.send(line.protocol.pause)
            await self._leave(line)
        except ConnectionClosed:
            return  # the listening side learns of it, too, and knows why

    async def _pace(self, protocol: LiveProtocol, due_s: float, piece: Piece) -> float:
        """Wait until the provider may have the piece; answers when it may have the next."""
        if protocol.ahead_ms is None:
            return due_s
        now_s = self._clock.monotonic_s()
        due_s = max(due_s, now_s - protocol.ahead_ms / 1000)
        if due_s > now_s:
            await self._clock.sleep(due_s - now_s)
        return due_s + piece.ms / 1000

    async def _send(self, line: _Line, piece: Piece) -> None:
        line.sent.add(piece)
        line.busy_s = line.signed_s = self._clock.monotonic_s()
        self.tally.sent_s += piece.ms / 1000
        if piece.end_ms <= self._newest_ms:
            self.tally.again_s += piece.ms / 1000
        self._newest_ms = max(self._newest_ms, piece.end_ms)
        await line.connection.send(piece.pcm)

    async def _leave(self, line: _Line) -> None:
        line.leaving = True
        await line.connection.send(line.protocol.goodbye)
        await self._clock.sleep(FAREWELL_S)
        await line.connection.close()

    async def _attend(self, line: _Line) -> None:
        """Signs of life in silence; the end of the connection after a long one."""
        try:
            while True:
                await self._clock.sleep(min(_TICK_S, line.protocol.keep_alive_s))
                now_s = self._clock.monotonic_s()
                if self._gate.overdue(self._clock.now_ms()):
                    self._mark_pause()
                if line.leaving:
                    continue
                old = line.protocol.longest_s is not None and now_s - line.opened_s >= line.protocol.longest_s
                if now_s - line.busy_s >= (_TICK_S if old else SILENT_S) and not self._gate.is_open:
                    line.leaving = True
                    self._news.set()
                elif line.protocol.keep_alive is not None and now_s - line.signed_s >= line.protocol.keep_alive_s:
                    line.signed_s = now_s
                    await line.connection.send(line.protocol.keep_alive)
        except ConnectionClosed:
            return

    # --- in -------------------------------------------------------------------------------------------------------------

    async def _listen(self, line: _Line) -> Verdict:
        """Until the connection ends, and why it did."""
        try:
            while True:
                self._take(line, await line.connection.recv())
                if line.ended:
                    break
            verdict = Verdict.AGREED
        except ConnectionClosed:
            code, reason = line.connection.close_code, line.connection.close_reason or ""
            verdict = Verdict.AGREED if line.leaving and code == 1000 else line.protocol.closed(code, reason)
        if (left := line.protocol.left()) is not None:
            self._tell(line, left)
        if line.leaving and verdict is Verdict.AGREED:
            self._replay.settle()
        return verdict

    def _take(self, line: _Line, raw: str | bytes) -> None:
        try:
            message = json.loads(raw)
            meant = list(line.protocol.take(message))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            log.info("a message of a speech provider was not understood", provider=line.protocol.key, why=type(error).__name__)
            return
        self._listener.on_provider_data(message)
        for each in meant:
            if isinstance(each, LastWord):
                line.ended = line.leaving
            elif line.sent.ms:
                self._tell(line, each)

    def _tell(self, line: _Line, understood: Understood) -> None:
        self._failing_s = None
        sent = line.sent
        dated = [replace(w, start_ms=sent.at(w.start_ms), end_ms=sent.until(w.end_ms)) for w in understood.words]
        words = tuple(w for w in dated if (w.start_ms + w.end_ms) / 2 >= line.doubles_until_ms)
        if understood.final:
            self.tally.doubles += len(dated) - len(words)
        if understood.reached_ms is not None:
            self._final_ms = max(self._final_ms, sent.until(min(understood.reached_ms, sent.ms)))
            self._replay.acknowledge(self._final_ms)
        if words and (understood.final or line.protocol.partials):
            self.tally.finals += understood.final
            self._listener.on_said(Said(words, understood.final, understood.language_code))
