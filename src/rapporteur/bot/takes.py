"""The recordings of one bot: what has to be done, and who has to be told, when one begins, rests, goes on and ends.

Which of that happens, and when, is the session's decision. Everything that makes something of a recording is here and nowhere
else: the tape, the scribe, the live feed, the composer and the storing of what it made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rapporteur.bot.closing import Closing
from rapporteur.bot.control import ControlChannel
from rapporteur.bot.finisher import retell
from rapporteur.bot.live_sound import LiveSound
from rapporteur.bot.own_sound import included
from rapporteur.bot.recollection import Recollection
from rapporteur.bot.scribe import Scribe
from rapporteur.bot.taping import Taping
from rapporteur.domain.capture import Way, Why
from rapporteur.domain.rejoining import Past
from rapporteur.domain.retention import keeps_nothing
from rapporteur.domain.session import RecordEvent, RecordingAction
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.services.ports import Composer, LiveFeed
from rapporteur.wire import control
from rapporteur.wire.control import Job
from rapporteur.wire.live import PARTICIPANT, LiveEvent
from rapporteur.wire.tape import Kind


class Takes:
    """`settled` returns when everything that was said so far is written down."""

    def __init__(self, job: Job, *, taping: Taping, channel: ControlChannel, scribe: Scribe, live: LiveFeed,
                 live_sound: LiveSound, composer: Composer, closing: Closing, recollection: Recollection,
                 settled: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._config = job.recording_config
        self._taping = taping
        self._channel = channel
        self._scribe = scribe
        self._live = live
        self._live_sound = live_sound
        self._composer = composer
        self._closing = closing
        self._recollection = recollection
        self._settled = settled
        self._clock = clock
        self._begun = set(recollection.taped)
        self._keeps = not keeps_nothing(job.recording_config)
        """Whether anything of this bot's meeting may be kept, and so is worth composing."""
        self._capture: dict[str, str | None] = {"way": Way.TRACKS, "why": None}
        self._completing = TaskOwner("completing")
        self.includes_bot = included(job.recording_config)
        """Whether what the bot itself says is part of the recording."""

    async def remember(self, past: Past | None) -> None:
        """Tell what an earlier generation may not have come to tell, and compose its tape meanwhile."""
        retell(self._recollection.marks, self._channel, self._scribe, self._config)
        if past is not None:
            self._scribe.recording_paused(past.lost_ms)
        for taped in self._recollection.taped.values():
            if taped.stopped_ms is None:
                self._live.recording_started(taped.recording_id, taped.config or self._config, taped.started_ms)
                if not taped.paused:
                    self._live_sound.begin(taped.recording_id, self._clock.now_ms())
        if self._begun:
            await self._compose()

    async def begin(self, recording_id: str, config: dict[str, Any] | None, at_ms: float) -> None:
        self._begun.add(recording_id)
        whole = self._config if config is None else config
        self._taping.discreet = keeps_nothing(whole)
        self.includes_bot = included(whole)
        self._scribe.recording_started(recording_id, whole, at_ms)
        self._live.recording_started(recording_id, whole, at_ms)
        self._live_sound.begin(recording_id, at_ms)
        own = {} if config is None else {"recording_config": config}
        self._mark(recording_id, RecordingAction.START, control.RECORDING_STARTED, at_ms, **own)
        self._channel.post(control.CAPTURE_CHANGED, self._capture, at_ms)
        await self._compose()

    def pause(self, recording_id: str, at_ms: float) -> None:
        self._scribe.recording_paused(at_ms)
        self._live_sound.end(at_ms)
        self._mark(recording_id, RecordingAction.PAUSE, control.RECORDING_PAUSED, at_ms)

    def resume(self, recording_id: str, at_ms: float) -> None:
        self._scribe.recording_resumed(at_ms)
        self._live_sound.begin(recording_id, at_ms)
        self._mark(recording_id, RecordingAction.RESUME, control.RECORDING_RESUMED, at_ms)

    def stop(self, recording_id: str, at_ms: float, *, in_call: bool) -> None:
        """While the bot stays in the call its files are made and stored at once; otherwise with everything else."""
        self._scribe.recording_paused(at_ms)
        self._live_sound.end(at_ms)
        self._mark(recording_id, RecordingAction.STOP, control.RECORDING_STOPPED, at_ms)
        self._taping.discreet = False
        if in_call and self._keeps:
            self._completing.start(self._complete(recording_id), name=recording_id)
        self._live.recording_stopped(recording_id)

    def record(self, event: RecordEvent, at_ms: float) -> None:
        """A participant event: on the tape, to the control plane and to live endpoints."""
        at_ms = at_ms if event.at_ms is None else event.at_ms
        body = {"recording_id": event.recording_id, "action": event.action, "participant": event.participant,
                "data": event.data}
        self._taping.write(Kind.EVENT, body, at_ms)
        self._channel.post(control.PARTICIPANT_EVENT, body, at_ms)
        if event.recording_id is not None:
            self._live.publish(LiveEvent(f"{PARTICIPANT}.{event.action}", event.recording_id, at_ms, body))

    def captured(self, way: Way, why: Why | None) -> None:
        """How media is taken from now on."""
        at_ms, self._capture = self._clock.now_ms(), {"way": way, "why": why}
        self._taping.write(Kind.CAPTURE, self._capture, at_ms)
        self._channel.post(control.CAPTURE_CHANGED, self._capture, at_ms)

    async def finish(self) -> None:
        """Make and store everything that is left, and close the tape."""
        await self._settled()
        await self._completing.drain()
        if self._taping.failed:
            await self._channel.drained()
        await self._taping.close("ended")
        if self._begun and self._keeps:
            await self._closing.store_all(await self._composer.finish())
        self._channel.post(control.MEDIA_FINISHED, {})

    async def aclose(self) -> None:
        await self._completing.stop()

    async def _complete(self, recording_id: str) -> None:
        await self._settled()
        self._taping.write(Kind.RECORDING, {"recording_id": recording_id, "action": "complete"}, self._clock.now_ms())
        await self._closing.complete(recording_id, await self._composer.completed(recording_id))

    async def _compose(self) -> None:
        if self._keeps:
            await self._composer.start()

    def _mark(self, recording_id: str, action: RecordingAction, fact: str, at_ms: float, **more: Any) -> None:
        """A border of a recording, on the tape and told."""
        self._taping.write(Kind.RECORDING, {"recording_id": recording_id, "action": action, **more}, at_ms)
        self._channel.post(fact, {"recording_id": recording_id, **more}, at_ms)
