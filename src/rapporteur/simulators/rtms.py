"""Zoom's servers of Realtime Media Streams, simulated: the same JSON over real WebSockets, from a scenario, in real time.

Speaks what bot.rtms.protocol says, from the other end, by Zoom's reference; no real stream was ever compared with it. It proves
our logic, not Zoom's. It refuses what Zoom refuses, and misbehaves as it is told to.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from rapporteur.bot.rtms.protocol import RATE, Event, Media, Message, SessionState, Status, StreamState, message, read
from rapporteur.domain.zoom_streams import stream_signature, webhook_signature
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.simulators.rtms_media import Frame, Samples, film, lasts_s, sound_of, speakers
from rapporteur.simulators.scenario import Line, Person, Scenario

TICK_S = 0.02
LEAD_S = 0.3
"""From the order to begin until second zero."""
SKEW_MS = 37_000
"""By so much Zoom's clock is ahead of ours."""
TRAVEL_MS = 30
"""What a network takes."""
UNSUPPORTED = {Media.AUDIO: 9, Media.VIDEO: 10, Media.DESKSHARE: 11, Media.TRANSCRIPT: 12}
"""Zoom's statuses for media that the app has no scope for."""
MEETING_ENDED, CLOSED_BY_RECEIVER = 6, 20


@dataclass(frozen=True, slots=True)
class Faults:
    """How it misbehaves. Times are seconds of the scenario."""

    denied: frozenset[Media] = frozenset()
    """Media for which the app has no scope."""
    drops_signalling: tuple[float, ...] = ()
    drops_media: tuple[float, ...] = ()
    """When these connections are cut without a word."""
    keeps_alive: bool = True
    late_ms: float = 0.0
    """Every seventh message of sound and picture comes so much later than it should."""
    mixed: bool = False
    """Whether everybody's sound comes in one, though it was asked for apart."""
    stops: tuple[float, int] | None = None
    """When the stream is stopped, and why, in Zoom's numbers."""


@dataclass(slots=True)
class _Line:
    """One person on this line of the stream: what was sent so far."""

    person: Person
    key: int
    samples: Samples
    present: bool
    camera: bool
    sent: int = 0


@dataclass(slots=True)
class Seen:
    """What the other side did."""

    handshakes: int = 0
    refused: int = 0
    media_handshakes: list[Media] = field(default_factory=list)
    alive: int = 0
    close_asked: bool = False


class RtmsServer:
    """One stream of one meeting; serves for the length of the block, and plays from `play` on."""

    def __init__(
        self, scenario: Scenario, *, client_id: str = "app", client_secret: str = "secret", faults: Faults | None = None,
        keep_alive_s: float = 10.0, clock: Clock | None = None, meeting_uuid: str = "4444AAAiAAAAAiAiAiiAii==",
        stream_id: str = "0cb7a0a5e3b94bb6a5ad6ed5c2bd5e0d", meeting_id: str | None = None, expects: int = 1,
        port: int = 0,
    ) -> None:
        """`expects`: of how many media the other side must be ready before anything is sent. `port`: 0 takes a free one."""
        self.scenario, self.faults, self.seen = scenario, faults or Faults(), Seen()
        self.meeting_uuid, self.stream_id, self.meeting_id = meeting_uuid, stream_id, meeting_id
        self.signature = stream_signature(client_id, client_secret, meeting_uuid, stream_id)
        self.start_ms: float | None = None
        """When second zero is, in UTC milliseconds, once it plays."""
        self.ready = asyncio.Event()
        """Set when somebody said to be ready for the media that are expected."""
        self.over = asyncio.Event()
        """Set when the stream has ended, whyever."""
        self._port = port
        self._keep_alive_s = keep_alive_s
        self._clock = clock or SystemClock()
        self._length_s = lasts_s(scenario)
        self._lines = [
            _Line(person, 16_778_240 + 1024 * n, sound_of(person, self._length_s), not person.joins_at_s, person.camera)
            for n, person in enumerate(scenario.people)
        ]
        self._film: list[Frame] = film(scenario)
        self._signalling: ServerConnection | None = None
        self._media: dict[Media, ServerConnection] = {}
        self._expected = expects
        self._numbered = 0
        self._tasks = TaskOwner("rtms")
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, "127.0.0.1", self._port, compression=None, ping_interval=None, close_timeout=1.0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        await self._tasks.stop()
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    # --- what Zoom tells the app ----------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    @property
    def payload(self) -> dict[str, Any]:
        """What the webhook `meeting.rtms_started` carries."""
        told = {"meeting_uuid": self.meeting_uuid, "rtms_stream_id": self.stream_id, "operator_id": "operator",
                "server_urls": f"{self.address}/signalling"}
        return told if self.meeting_id is None else told | {"meeting_id": self.meeting_id}

    def webhook(self, event: str, secret: str, **fields: Any) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a webhook of this stream, as Zoom would sign it now."""
        payload = self.payload | fields
        if event != "meeting.rtms_started":
            del payload["server_urls"]
        now_ms = self._clock.now_ms()
        body = json.dumps({"event": event, "event_ts": round(now_ms), "payload": payload}).encode()
        timestamp = str(round(now_ms / 1000))
        return body, {
            "x-zm-request-timestamp": timestamp, "x-zm-signature": webhook_signature(secret, timestamp, body),
            "content-type": "application/json",
        }

    # --- connections ----------------------------------------------------------------------------------------------------

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        with suppress(ConnectionClosed):
            if connection.request.path == "/signalling":
                await self._serve_signalling(connection)
            else:
                await self._serve_media(connection)

    async def _serve_signalling(self, connection: ServerConnection) -> None:
        self.seen.handshakes += 1
        hello = read(await connection.recv())
        if (status := self._judged(hello, Message.SIGNALLING_HANDSHAKE)) != Status.OK:
            self.seen.refused += 1
            await connection.send(message(Message.SIGNALLING_ANSWER, status_code=status, reason="refused"))
            return
        before, self._signalling = self._signalling, connection
        if before is not None:  # only one connection per stream
            await before.close()
        urls = {media.key: f"{self.address}/{media.key}" for media in Media if media not in self.faults.denied}
        await connection.send(message(
            Message.SIGNALLING_ANSWER, protocol_version=1, sequence=0, status_code=0, reason="",
            media_server={"server_urls": urls}))
        await connection.send(self._event(Event.FIRST_PACKET))
        self._tasks.start(self._keep_alive(connection), name="keep alive")
        async for frame in connection:
            await self._asked(connection, read(frame))

    async def _asked(self, connection: ServerConnection, told: dict[str, Any]) -> None:
        match told.get("msg_type"):
            case Message.SUBSCRIBE:
                present = [line for line in self._lines if line.present]
                people = [{"user_id": line.key, "user_name": line.person.name} for line in present]
                await connection.send(self._event(Event.JOINED, participants=people))
                on = [{"user_id": line.key} for line in present if line.camera]
                await connection.send(self._event(Event.CAMERA_ON, participants=on))
            case Message.READY:
                self._expected -= 1
                if self._expected <= 0:
                    self.ready.set()
            case Message.ALIVE:
                self.seen.alive += 1
            case Message.CLOSE:
                self.seen.close_asked = True
                await connection.send(message(Message.CLOSED, rtms_stream_id=self.stream_id, status_code=0, reason="OK"))
                await self._end(CLOSED_BY_RECEIVER)

    async def _serve_media(self, connection: ServerConnection) -> None:
        hello = read(await connection.recv())
        status = self._judged(hello, Message.MEDIA_HANDSHAKE)
        media = Media(hello.get("media_type", 0)) if status == Status.OK else Media.AUDIO
        if status == Status.OK and media in self.faults.denied:
            status = UNSUPPORTED[media]
        await connection.send(message(
            Message.MEDIA_ANSWER, protocol_version=1, status_code=status, reason="", sequence=0,
            media_params=hello.get("media_params")))
        if status != Status.OK:
            return
        self.seen.media_handshakes.append(media)
        self._media[media] = connection
        self._tasks.start(self._keep_alive(connection), name="keep alive")
        async for frame in connection:
            self.seen.alive += read(frame).get("msg_type") == Message.ALIVE

    def _judged(self, hello: dict[str, Any], kind: Message) -> int:
        if hello.get("msg_type") != kind:
            return 1
        if hello.get("rtms_stream_id") != self.stream_id or self.over.is_set():
            return Status.NO_SUCH_STREAM
        right = hmac.compare_digest(str(hello.get("signature")), self.signature)
        return Status.OK if right and hello.get("meeting_uuid") == self.meeting_uuid else Status.BAD_SIGNATURE

    async def _keep_alive(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            while self.faults.keeps_alive:
                await connection.send(message(Message.KEEP_ALIVE, timestamp=self._stamp()))
                await self._clock.sleep(self._keep_alive_s)

    # --- the meeting ----------------------------------------------------------------------------------------------------

    async def play(self) -> float:
        """Begin the scenario; answers the UTC milliseconds of its second zero. It goes on by itself."""
        self.start_ms = self._clock.now_ms() + LEAD_S * 1000
        self._tasks.start(self._play(), name="play")
        return self.start_ms

    async def _play(self) -> None:
        steps = sorted(self._steps(), key=lambda step: step[0])
        while not self.over.is_set():
            now_s = self._now_s()
            while steps and steps[0][0] <= now_s:
                await self._step(*steps.pop(0)[1:])
            if now_s >= 0:
                await self._send_media(now_s - TRAVEL_MS / 1000)
            if now_s >= self._length_s + 0.3:
                return
            await self._clock.sleep(TICK_S)

    def _steps(self) -> Iterator[tuple[float, str, Any]]:
        """What happens when: (second, what, with whom)."""
        for line in self._lines:
            person = line.person
            if person.joins_at_s:
                yield person.joins_at_s, "joins", line
                if person.camera:
                    yield person.joins_at_s, "camera on", line
            if person.leaves_at_s is not None:
                yield person.leaves_at_s, "leaves", line
            for span in person.camera_off:
                yield span.from_s, "camera off", line
                yield span.to_s, "camera on", line
            for span in person.screen:
                yield span.from_s, "shares", line
                yield span.to_s, "shares no more", line
            for said in person.lines:
                yield said.end_s, "captions", (line, said)
        for at_s, speaker in speakers(self.scenario):
            yield at_s, "speaks", next(line for line in self._lines if line.person is speaker)
        for at_s in self.faults.drops_signalling:
            yield at_s, "drop signalling", None
        for at_s in self.faults.drops_media:
            yield at_s, "drop media", None
        if self.faults.stops is not None:
            yield self.faults.stops[0], "stop", self.faults.stops[1]
        if self.scenario.ends_at_s is not None:
            yield self.scenario.ends_at_s, "stop", MEETING_ENDED

    async def _step(self, what: str, about: Any) -> None:
        match what:
            case "joins" | "leaves":
                about.present = what == "joins"
                person = {"user_id": about.key, "user_name": about.person.name}
                event = Event.JOINED if about.present else Event.LEFT
                await self._signal(self._event(event, participants=[person]))
            case "camera on" | "camera off":
                about.camera = what == "camera on"
                event = Event.CAMERA_ON if about.camera else Event.CAMERA_OFF
                await self._signal(self._event(event, participants=[{"user_id": about.key}]))
            case "shares":
                await self._signal(self._event(Event.SHARING_BEGAN, user_id=about.key, user_name=about.person.name))
            case "shares no more":
                await self._signal(self._event(Event.SHARING_ENDED))
            case "speaks":
                await self._signal(self._event(Event.ACTIVE_SPEAKER, user_id=about.key, user_name=about.person.name))
            case "captions":
                await self._send_words(*about)
            case "drop signalling":
                self._cut(self._signalling)
            case "drop media":
                for connection in self._media.values():
                    self._cut(connection)
            case "stop":
                await self._end(about)

    async def _end(self, reason: int) -> None:
        if self.over.is_set():
            return
        await self._signal(message(
            Message.SESSION_STATE, state=SessionState.STOPPED, stop_reason=reason, timestamp=self._stamp(),
            rtms_session_id="session"))
        await self._signal(message(Message.STREAM_STATE, state=StreamState.TERMINATED, reason=reason, timestamp=self._stamp()))
        self.over.set()

    @staticmethod
    def _cut(connection: ServerConnection | None) -> None:
        if connection is not None:
            connection.transport.abort()

    # --- its media ------------------------------------------------------------------------------------------------------

    async def _send_media(self, until_s: float) -> None:
        """Everything that is over by a second of the scenario. What nobody receives is gone."""
        for line in self._lines:
            await self._send_sound(line, until_s)
        while self._film and self._film[0].at_s <= until_s:
            frame = self._film.pop(0)
            line = next(line for line in self._lines if line.person.name == frame.name)
            media, kind = (Media.DESKSHARE, Message.SHARE) if frame.shared else (Media.VIDEO, Message.VIDEO)
            if line.present:
                await self._send(media, kind, line, frame.at_s, frame.data)

    async def _send_sound(self, line: _Line, until_s: float) -> None:
        size = RATE * 40 // 1000
        while (line.sent + size) / RATE <= until_s and line.sent < len(line.samples):
            at, line.sent = line.sent, line.sent + size
            heard, whose = line.samples[at:at + size], line
            if self.faults.mixed and line is self._lines[0]:
                together = np.sum([other.samples[at:at + size] for other in self._lines], axis=0, dtype=np.int32)
                heard, whose = np.clip(together, -32768, 32767).astype(np.int16), None
            if whose is None or (line.present and line.person.microphone and not self.faults.mixed):
                await self._send(Media.AUDIO, Message.AUDIO, whose, at / RATE, heard.astype("<i2").tobytes())

    async def _send_words(self, line: _Line, said: Line) -> None:
        """What somebody said, as soon as it is said; Zoom calls English 9."""
        connection = self._media.get(Media.TRANSCRIPT)
        if connection is not None and line.present:
            with suppress(ConnectionClosed):
                await connection.send(message(Message.TRANSCRIPT, content={
                    "user_id": line.key, "user_name": line.person.name, "data": said.text, "language": 9,
                    "start_time": self._stamp(said.at_s), "end_time": self._stamp(said.end_s), "timestamp": self._stamp()}))

    async def _send(self, media: Media, kind: Message, line: _Line | None, at_s: float, data: bytes) -> None:
        connection = self._media.get(media)
        if connection is None or not self.ready.is_set():
            return
        who = {"user_id": 0} if line is None else {"user_id": line.key, "user_name": line.person.name}
        text = message(kind, content=who | {
            "data": b64encode(data).decode(), "length": len(data), "timestamp": self._stamp(at_s)})
        self._numbered += 1
        if self.faults.late_ms and self._numbered % 7 == 0:
            self._tasks.start(self._send_later(connection, text), name="late")
            return
        with suppress(ConnectionClosed):
            await connection.send(text)

    async def _send_later(self, connection: ServerConnection, text: str) -> None:
        await self._clock.sleep(self.faults.late_ms / 1000)
        with suppress(ConnectionClosed):
            await connection.send(text)

    async def _signal(self, text: str) -> None:
        if self._signalling is not None:
            with suppress(ConnectionClosed):
                await self._signalling.send(text)

    def _event(self, event: Event, **fields: Any) -> str:
        return message(Message.EVENT, event={"event_type": int(event), "timestamp": self._stamp(), **fields})

    def _now_s(self) -> float:
        assert self.start_ms is not None
        return (self._clock.now_ms() - self.start_ms) / 1000

    def _stamp(self, at_s: float | None = None) -> int:
        """A moment of the scenario, or now, by Zoom's clock."""
        ms = self._clock.now_ms() if at_s is None or self.start_ms is None else self.start_ms + at_s * 1000
        return round(ms + SKEW_MS)
