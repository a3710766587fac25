"""The live feed of one bot: tells every endpoint that asked what happens in the meeting, while it happens.

Endpoints belong to a recording: they are opened when it begins and closed when it stops. Telling never waits and never raises;
each endpoint has its own backlog and its own pace, so a slow or dead one disturbs neither the recording nor another.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import aiohttp
import structlog

from rapporteur.delivery.live import meetstream, recall
from rapporteur.delivery.live.backlog import Frame
from rapporteur.delivery.live.meetstream import MeetStreamWriter
from rapporteur.delivery.live.outlet import Outlet, Setting, Socket, Transport, Webhook
from rapporteur.delivery.live.recall import Bot, RecallWriter, Taping
from rapporteur.delivery.signatures import meetstream_headers
from rapporteur.domain.ids import derived_id
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import guarded_session
from rapporteur.wire.control import LIVE_ENDPOINT
from rapporteur.wire.live import AUDIO_MIXED, FILMS, MEDIA, LiveEndpoint, LiveEvent, endpoints_of

log = structlog.get_logger()

DRAIN_S = 30.0
"""How long an endpoint may take for what it is still owed when its recording is over."""
LAST_WORDS_S = 15.0
"""What was said before a recording stopped is written down a little later."""
COUNTED_EVERY_S = 10.0
"""How old the counts of an endpoint may become that the control plane knows."""
NAMED_AFTER_S = 0.5
"""Who speaks is known when they have spoken for a while; sound that is to bear their name waits for that."""
_MICROSECOND_MS = 0.001
MEETSTREAM = "meetstream"
Asked = list[tuple[Outlet, str]]
"""Who is told of an event, and under which name."""
_TRANSPORTS: dict[str, Callable[[LiveEndpoint, Setting], Transport]] = {"webhook": Webhook, "websocket": Socket}
"""What goes over `rtmp` is the composer's business, as are films over WebSockets."""


class Feed:
    """Fulfils services.ports.LiveFeed. Use it as an async context manager on the bot's event loop."""

    def __init__(self, bot: Bot, generation: int, *, guard: Guard, clock: Clock, post: Callable[..., None],
                 secret: str | None = None) -> None:
        self.overhear: Callable[[LiveEvent], None] = lambda event: None
        """Told every event, before anybody who asked for it."""
        self._bot = bot
        self._generation = generation
        self._guard = guard
        self._clock = clock
        self._post = post
        self._secret = secret
        self._outlets: dict[str, list[Outlet]] = {}
        self._writers: dict[str, RecallWriter] = {}
        self._meetstream: dict[str, MeetStreamWriter] = {}
        """Of the recordings that have an endpoint of that dialect."""
        self._unnamed: dict[str, deque[tuple[LiveEvent, Asked, int]]] = {}
        """Of each of those: sound that waits for its speaker's name, and the event's number."""
        self._events = 0
        self._told_ms = 0.0
        self._tasks = TaskOwner("live feed")
        self._session: aiohttp.ClientSession | None = None

    def wants(self, name: str) -> bool:
        """Whether anybody asked for this event: what nobody wants need not be made."""
        return any(name in outlet.endpoint.events and not outlet.failed for outlet in self._all())

    def recording_started(self, recording_id: str, recording_config: dict[str, Any], at_ms: float) -> None:
        """Open the recording's endpoints. `at_ms` is the zero of its `relative` times."""
        taping = Taping(recording_id, at_ms, recording_config)
        self._writers[recording_id] = RecallWriter(self._bot, taping)
        endpoints = [
            e for e in endpoints_of(recording_id, recording_config) if e.type in _TRANSPORTS and not e.events & FILMS]
        if any(endpoint.dialect == MEETSTREAM for endpoint in endpoints):
            self._meetstream[recording_id] = MeetStreamWriter(self._bot, taping)
        self._outlets[recording_id] = [self._open(endpoint) for endpoint in endpoints]

    def recording_stopped(self, recording_id: str) -> None:
        """Its endpoints are closed when the last words of it have had their time to be recognised."""
        self._name_sound(recording_id)
        self._tasks.start(self._close_later(recording_id), name="last words")

    async def _close_later(self, recording_id: str) -> None:
        await self._clock.sleep(LAST_WORDS_S)
        self._close(recording_id)

    def _close(self, recording_id: str) -> None:
        self._name_sound(recording_id)
        for outlet in self._outlets.get(recording_id, ()):
            outlet.backlog.close()

    def publish(self, event: LiveEvent) -> None:
        """Owe the event to everybody who asked for it."""
        self.overhear(event)
        if meetstream_writer := self._meetstream.get(event.recording_id):
            meetstream_writer.see(event)
        asked = [(outlet, name) for outlet in self._outlets.get(event.recording_id, ()) for name in recall.names(event)
                 if name in outlet.endpoint.events]
        if not asked:
            return
        self._events += 1
        # No two events share a moment, so that receivers may tell them apart by it.
        self._told_ms = max(event.at_ms, self._told_ms + _MICROSECOND_MS)
        others = [(outlet, name) for outlet, name in asked if outlet.endpoint.dialect != MEETSTREAM]
        if others:
            self._tell(event, self._writers[event.recording_id], others)
        if meetstream_writer is not None and len(others) < len(asked):
            own = [(outlet, name) for outlet, name in asked if outlet.endpoint.dialect == MEETSTREAM]
            if event.name == AUDIO_MIXED:
                self._unnamed.setdefault(event.recording_id, deque()).append((event, own, self._events))
                self._tasks.start(self._name_later(event.recording_id), name="naming")
            else:
                self._tell_meetstream(event, meetstream_writer, own, self._events)

    def _tell(self, event: LiveEvent, writer: RecallWriter, asked: Asked) -> None:
        content = writer.inner(event)
        for outlet, name in asked:
            event_id, number = self._event_id(name, self._events), outlet.next_number()
            text = writer.frame(
                name, event, content, endpoint=outlet.endpoint, event_id=event_id, number=number,
                updated_at_ms=self._told_ms)
            outlet.offer(Frame(number, event_id, name, text, event.name in MEDIA))

    async def _name_later(self, recording_id: str) -> None:
        await self._clock.sleep(NAMED_AFTER_S)
        self._name_sound(recording_id, 1)

    def _name_sound(self, recording_id: str, count: int | None = None) -> None:
        """Tell what waited for its name, the oldest first: so many pieces, or all."""
        waiting = self._unnamed.get(recording_id) or deque()
        for _ in range(min(len(waiting), len(waiting) if count is None else count)):
            event, asked, number = waiting.popleft()
            self._tell_meetstream(event, self._meetstream[recording_id], asked, number)

    def _tell_meetstream(self, event: LiveEvent, writer: MeetStreamWriter, asked: Asked, number: int) -> None:
        content = writer.inner(event)
        for outlet, name in asked:
            event_id = self._event_id(name, number)
            for position, payload in enumerate(writer.frames(content, outlet.endpoint, event_id)):
                own_id = derived_id(event_id, str(position)) if position else event_id
                outlet.offer(Frame(outlet.next_number(), own_id, name, payload, event.name in MEDIA))

    def _event_id(self, name: str, number: int) -> str:
        """The name is part of the id: one thing that happened may be told under two."""
        return derived_id(self._bot.id, str(self._generation), str(number), name)

    async def aclose(self, within_s: float = DRAIN_S) -> None:
        """Deliver what is owed, for so long, then end. What is left is counted as dropped and told."""
        for recording_id in self._outlets:
            self._close(recording_id)
        try:
            async with asyncio.timeout(within_s):
                for outlet in self._all():
                    await outlet.ended.wait()
        except TimeoutError:
            for outlet in self._all():
                if not outlet.failed and len(outlet.backlog):
                    outlet.backlog.give_up()
                    outlet.tell("failed", ("connection_failed", "The endpoint did not take everything in time."))
        await self._tasks.stop()
        if self._session is not None:
            await self._session.close()

    def _open(self, endpoint: LiveEndpoint) -> Outlet:
        if self._session is None:
            self._session = guarded_session(self._guard)
        setting = Setting(self._guard, self._clock, self._session, self._secret)
        if endpoint.dialect == MEETSTREAM:
            setting = replace(setting, greeting=meetstream.greeting(self._bot, endpoint), signature=meetstream_headers)
        outlet = Outlet(endpoint, _TRANSPORTS[endpoint.type](endpoint, setting), self._report)
        self._tasks.start(outlet.run(), name=endpoint.type)
        self._tasks.start(self._count(outlet), name="counts")
        return outlet

    async def _count(self, outlet: Outlet) -> None:
        while not outlet.ended.is_set():
            await self._clock.sleep(COUNTED_EVERY_S)
            outlet.recount()

    def _report(self, body: dict[str, Any]) -> None:
        self._post(LIVE_ENDPOINT, body)

    def _all(self) -> Iterable[Outlet]:
        return (outlet for outlets in self._outlets.values() for outlet in outlets)
