"""A meeting attended without a page and without a participant: Zoom's Realtime Media Streams. Fulfils the Meeting port.

Owns the order of things: the signalling connection first, one connection per kind of media beside it, both again when they are
lost, for as long as Zoom waits. Says as facts what the stream tells, and puts media on our timeline. It receives only: whatever
a bot would show, say or write is refused by name. Which stream it is may become known while it waits, and may move.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Callable
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Any, Literal

import structlog

from rapporteur.bot.rtms import protocol
from rapporteur.bot.rtms.attendance import Attendance, key_of
from rapporteur.bot.rtms.connection import Connection, Dropped, Patience, Refused, connected
from rapporteur.bot.rtms.protocol import Event, Media, Message, SessionState, Stream, StreamState
from rapporteur.bot.rtms.taking import Taking
from rapporteur.bot.rtms.voice import Encode
from rapporteur.domain.capture import Way
from rapporteur.domain.errors import MeetingFailure, Unsupported
from rapporteur.domain.output import Line
from rapporteur.domain.providers import captioned
from rapporteur.domain.session import Admitted, Fact, HeldAtDoor, JoinFailed, RosterSeen
from rapporteur.domain.transcript import language_of
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.outbound.guard import Guard
from rapporteur.services.ports import MeetingListener
from rapporteur.wire.control import Job
from rapporteur.wire.page import MediaFrame

log = structlog.get_logger()

LOOK_S = 0.1
"""How often what waits is looked at: sound for what it lacks, microphones for whether they are still on."""
Ending = tuple[Fact, str]
"""What it means for the bot, and for people."""
_PAUSED, _RESUMED = "The stream is paused: nothing comes until it is resumed.", "The stream is resumed."
_PAUSES: dict[tuple[int, int], str] = {
    (Message.STREAM_STATE, StreamState.PAUSED): _PAUSED, (Message.STREAM_STATE, StreamState.RESUMED): _RESUMED,
    (Message.SESSION_STATE, SessionState.PAUSED): _PAUSED, (Message.SESSION_STATE, SessionState.RESUMED): _RESUMED,
}


class StreamMeeting:
    """One stream, once: join it, then leave it. `encoder` makes an encoder of sound: see rtms.voice.Encode."""

    _listener: MeetingListener
    _taking: Taking
    _wanted: dict[Media, dict[str, Any]]
    """Each kind of media with its parameters."""

    def __init__(self, *, guard: Guard, clock: Clock, encoder: Callable[[], Encode],
                 patience: Patience | None = None) -> None:
        self.stage = StreamStage()
        self._guard = guard
        self._clock = clock
        self._encoder = encoder
        self._patience = patience or Patience()
        self._stream: Stream | None = None
        self._known = asyncio.Event()
        """Whether it is known which stream to take."""
        self._tasks = TaskOwner("stream")
        self._asked: asyncio.Future[MeetingFailure | None] = asyncio.get_running_loop().create_future()
        """Settled once: with None when the bot is inside or waits, else with what went wrong."""
        self._attendance = Attendance()
        self._signalling: Connection | None = None
        self._media: dict[Media, Connection] = {}
        self._inside = False
        self._over = False
        self._stopped: int | None = None
        """Why Zoom said that the session stopped, before the stream itself did."""
        self._closed = asyncio.Event()
        """Whether Zoom has ended the stream as it was asked to."""

    # --- the port -------------------------------------------------------------------------------------------------------

    async def join(self, job: Job, listener: MeetingListener) -> None:
        """See the port. A bot whose stream has not begun waits in front of the door."""
        self._listener = listener
        self._want(job)
        self._taking = Taking(listener, self._attendance, self._clock, self._encoder)
        listener.on_capture(Way.TRACKS, None)
        self._tasks.start(self._look(), name="look")
        if (stream := Stream.from_json(job.stream)) is None:
            listener.on_fact(HeldAtDoor())
            self._settle(None)
        else:
            self._take_up(stream)
        self._tasks.start(self._attend(), name="attend")
        if (failure := await self._asked) is not None:
            await self._close()
            raise failure

    async def leave(self) -> None:
        """Have Zoom end the stream, if it goes on, and close everything; see the port."""
        over, self._over = self._over, True
        self._settle(None)
        # A bot that is ended from outside is followed by another, which needs the stream.
        task = asyncio.current_task()
        if not over and self._inside and not (task is not None and task.cancelling()):
            await self._ask_to_close()
        await self._close()

    async def screenshot(self) -> bytes | None:
        """There is no page to be seen."""
        return None

    def on_stream(self, told: dict[str, Any]) -> None:
        """What the server learned of the stream meanwhile: see wire.control.STREAM_CHANGED."""
        if self._over:
            return
        if not told.get("began"):
            self._tasks.start(self._end(protocol.ending(told.get("reason"))), name="stopped")
        elif (stream := Stream.from_json(told)) is not None and stream != self._stream:
            self._take_up(stream)
            if self._signalling is not None:
                self._tasks.start(self._signalling.close(), name="move")

    # --- the stream as a whole ------------------------------------------------------------------------------------------

    def _take_up(self, stream: Stream) -> None:
        self._stream = stream
        self._stopped = None
        self._known.set()

    async def _attend(self) -> None:
        await self._known.wait()
        try:
            ending = await self._until_over()
        except MeetingFailure as failure:
            ending = JoinFailed(failure.sub_code), failure.message
        except Refused as refused:
            ending = protocol.refusal(refused.status, inside=self._inside)
        await self._end(ending)

    async def _until_over(self) -> Ending:
        """Hold on to the signalling, over one connection after the other."""
        attempts = _Attempts(self._clock, self._patience, self._patience.join_s)
        while True:
            assert self._stream is not None
            stream = self._stream
            try:
                return await self._signal(stream, attempts)
            except Dropped:
                self._signalling = None
                if self._stopped is not None:
                    return protocol.ending(self._stopped)
            if stream is not self._stream:
                continue
            if not await attempts.another():
                why = "was lost and" if self._inside else "of the stream"
                return JoinFailed(protocol.CONNECTION_FAILED), f"The connection {why} could not be had within Zoom's time."

    async def _signal(self, stream: Stream, attempts: _Attempts) -> Ending:
        """One signalling connection with the media beside it. Dropped, Refused or MeetingFailure when it ends otherwise."""
        async with AsyncExitStack() as stack:
            signalling = await stack.enter_async_context(connected(self._guard, stream.server_urls, self._patience))
            await signalling.send(stream.handshake())
            answer = await signalling.answer(Message.SIGNALLING_ANSWER)
            attempts.succeeded(self._patience.signalling_s)
            self._signalling = signalling
            await signalling.send(protocol.subscription())
            owner = await stack.enter_async_context(TaskOwner("stream media"))
            addresses = (answer.get("media_server") or {}).get("server_urls") or {}
            granted = self._start_media(owner, stream, signalling, addresses)
            if not granted:
                raise MeetingFailure("meeting_not_accessible", "The app may take neither sound nor pictures of the meeting.")
            messages = await stack.enter_async_context(aclosing(signalling.messages()))
            async for told in messages:
                if (ending := self._signalled(told)) is not None:
                    return ending
        raise Dropped

    def _start_media(self, owner: TaskOwner, stream: Stream, signalling: Connection, addresses: dict[str, Any]) -> bool:
        granted = False
        for media in self._wanted:
            url = addresses.get(media.key) or addresses.get("all")
            if isinstance(url, str):
                granted = True
                owner.start(self._receive(media, url, stream, signalling), name=media.key)
            elif media is not Media.DESKSHARE:
                self._listener.on_log("warning", f"The app may not take the meeting's {media.key}.")
        return granted

    def _want(self, job: Job) -> None:
        """Captions only where they are asked for: Zoom's price is another with them."""
        self._wanted = {media: protocol.PARAMETERS[media] for media in (Media.AUDIO, Media.VIDEO, Media.DESKSHARE)}
        transcript = job.recording_config.get("transcript") or {}
        if captioned(transcript):
            self._wanted[Media.TRANSCRIPT] = protocol.captions_in(language_of(transcript))

    async def _end(self, ending: Ending) -> None:
        """Tell once how it ended."""
        if self._over:
            return
        self._over = True
        fact, why = ending
        failure = MeetingFailure(fact.sub_code, why) if isinstance(fact, JoinFailed) else None
        self._listener.on_log("error" if failure else "info", why)
        if failure is None or not self._settle(failure):
            self._listener.on_fact(fact)
            self._settle(None)

    def _settle(self, failure: MeetingFailure | None) -> bool:
        """Whether this decided how joining went."""
        if self._asked.done():
            return False
        self._asked.set_result(failure)
        return True

    async def _ask_to_close(self) -> None:
        if self._signalling is None or self._stream is None:
            return
        with suppress(Dropped, TimeoutError):
            async with asyncio.timeout(self._patience.close_s):
                await self._signalling.send(self._stream.close())
                await self._closed.wait()

    async def _close(self) -> None:
        await self._tasks.stop()

    # --- signalling -----------------------------------------------------------------------------------------------------

    def _signalled(self, told: dict[str, Any]) -> Ending | None:
        """Take one message; the ending, if it tells one."""
        state: Any = told.get("state")
        reason = told.get("stop_reason", told.get("reason"))
        match told.get("msg_type"):
            case Message.EVENT:
                self._happened(told.get("event") or {})
            case Message.STREAM_STATE if state in (StreamState.TERMINATING, StreamState.TERMINATED):
                return protocol.ending(reason or self._stopped)
            case Message.SESSION_STATE if state == SessionState.STOPPED:
                self._stopped = reason
            case Message.STREAM_STATE | Message.SESSION_STATE as kind if (kind, state) in _PAUSES:
                self._listener.on_log("info", _PAUSES[kind, state])
            case Message.CLOSED:
                self._closed.set()
        return None

    def _happened(self, event: dict[str, Any]) -> None:
        people = event.get("participants") or []
        match event.get("event_type"):
            case Event.JOINED:
                self._attendance.joined(people)
            case Event.LEFT:
                self._taking.left(self._attendance.left(people))
            case Event.CAMERA_ON | Event.CAMERA_OFF as switch:
                self._attendance.camera(people, switch == Event.CAMERA_ON)
            case Event.SHARING_BEGAN if (key := key_of(event)) is not None:
                self._attendance.seen(key, event.get("user_name"))
                self._attendance.sharing(key)
            case Event.SHARING_ENDED:
                self._attendance.sharing(None)
            case Event.ACTIVE_SPEAKER if (key := key_of(event)) is not None:
                self._attendance.seen(key, event.get("user_name"))
                self._taking.speaks(key)
            case Event.MEDIA_INTERRUPTED:
                self._interrupted(event.get("media_type"))
        self._tell_people()

    def _interrupted(self, media_type: Any) -> None:
        """Zoom lost a media connection that may still look alive from here."""
        for media, connection in self._media.items():
            if media_type in (None, media):
                self._tasks.start(connection.close(), name=f"interrupted {media.key}")

    def _tell_people(self) -> None:
        if (present := self._attendance.news()) is not None:
            self._listener.on_fact(RosterSeen(present))

    # --- media ----------------------------------------------------------------------------------------------------------

    async def _receive(self, media: Media, url: str, stream: Stream, signalling: Connection) -> None:
        """Hold on to one kind of media for as long as the signalling lives and Zoom waits."""
        attempts = _Attempts(self._clock, self._patience, self._patience.media_s)
        while True:
            try:
                async with connected(self._guard, [url], self._patience) as connection:
                    await self._take(media, connection, stream, signalling, attempts)
            except Dropped:
                self._media.pop(media, None)
            except (Refused, MeetingFailure) as error:
                log.info("media refused", media=media.key, status=getattr(error, "status", None))
                return self._listener.on_log("warning", f"Zoom does not send the meeting's {media.key}.")
            if not await attempts.another():
                return self._listener.on_log("error", f"The connection of the meeting's {media.key} was lost for good.")

    async def _take(self, media: Media, connection: Connection, stream: Stream, signalling: Connection,
                    attempts: _Attempts) -> None:
        parameters = self._wanted[media]
        await connection.send(stream.media_handshake(media, parameters))
        answer = await connection.answer(Message.MEDIA_ANSWER)
        given = (answer.get("media_params") or {}).get(media.key) or {}
        if given.get("codec", parameters.get("codec")) != parameters.get("codec"):
            raise Refused(0)
        attempts.succeeded(self._patience.media_s)
        self._media[media] = connection
        await signalling.send(stream.ready())
        self._enter()
        async with aclosing(connection.messages()) as messages:
            async for told in messages:
                if isinstance(content := told.get("content"), dict):
                    self._content(told.get("msg_type"), content)

    def _enter(self) -> None:
        if not self._inside:
            self._inside = True
            self._listener.on_fact(Admitted())
            self._settle(None)

    def _content(self, kind: Any, content: dict[str, Any]) -> None:
        stamp, key = content.get("timestamp"), key_of(content)
        if not isinstance(stamp, int | float) or self._over:
            return
        if kind == Message.TRANSCRIPT:
            return self._words(key, stamp, content)
        try:
            data = b64decode(content.get("data") or "")
        except (binascii.Error, TypeError, ValueError):
            return
        if key is not None:
            if self._attendance.is_gone(key):
                return
            self._attendance.seen(key, content.get("user_name"))
        match kind:
            case Message.AUDIO:
                self._taking.sound(key, stamp, data)
            case Message.VIDEO | Message.SHARE if key is not None:
                self._taking.picture(key, stamp, data, shared=kind == Message.SHARE)
        self._tell_people()

    def _words(self, key: str | None, stamp: float, content: dict[str, Any]) -> None:
        text, start, end = (content.get(name) for name in ("data", "start_time", "end_time"))
        if key is None or not isinstance(text, str):
            return
        if not (isinstance(start, int | float) and isinstance(end, int | float) and start <= end):
            start = end = stamp
        self._taking.words(key, text, start, end, content.get("language"))

    async def _look(self) -> None:
        while True:
            await self._clock.sleep(LOOK_S)
            self._taking.look()
            self._tell_people()


class _Attempts:
    """How often, and for how long, a connection is tried again."""

    def __init__(self, clock: Clock, patience: Patience, within_s: float) -> None:
        self._clock = clock
        self._patience = patience
        self._within_s = within_s
        self._since_s: float | None = clock.monotonic_s()
        """When it was lost, or first tried; None while it stands."""
        self._pause_s = patience.pause_s

    def succeeded(self, within_s: float) -> None:
        """The connection stands; when it is lost, another is tried for so long."""
        self._since_s, self._within_s, self._pause_s = None, within_s, self._patience.pause_s

    async def another(self) -> bool:
        """Wait until it is time for another attempt; False when it is too late for one."""
        now_s = self._clock.monotonic_s()
        self._since_s = now_s if self._since_s is None else self._since_s
        if now_s - self._since_s + self._pause_s > self._within_s:
            return False
        await self._clock.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, self._patience.longest_pause_s)
        return True


Surface = Literal["camera", "screenshare"]


class StreamStage:
    """The hands of a bot that is not in the meeting: it has none. See the port."""

    async def show(self, surface: Surface, frames: list[tuple[int, bytes]]) -> None:
        raise _cannot("output_video", "show pictures")

    async def blank(self, surface: Surface) -> None:
        """Nothing is shown."""

    async def open(self, surface: Surface) -> None:
        raise _cannot("output_media", "show pages")

    async def stream(self, surface: Surface, frames: list[MediaFrame]) -> None:
        raise _cannot("output_media", "show pages")

    async def light(self, surface: Surface) -> None:
        raise _cannot("output_media", "show pages")

    async def microphone(self, on: bool) -> None:
        if on:
            raise _cannot("output_audio", "speak")

    async def sound(self, samples: bytes) -> None:
        raise _cannot("output_audio", "speak")

    async def hush(self) -> None:
        """Nothing is said."""

    async def write(self, line: Line) -> None:
        raise _cannot("chat", "write")


def _cannot(capability: str, what: str) -> Unsupported:
    return Unsupported(capability, f"A bot that receives Zoom's media stream is not in the meeting and cannot {what} there.")
