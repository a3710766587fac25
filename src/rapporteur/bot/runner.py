"""The shell around domain.session: next fact → session → perform the effects. One runner is one bot in one meeting.

It listens to the meeting, the ear and the user's orders, and hands on what they say: to the session as facts, to taping and
takes as media and recordings. It decides nothing, and keeps nothing but facts that wait and the sources that were seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from rapporteur.bot.closing import Closing
from rapporteur.bot.control import ControlChannel
from rapporteur.bot.live_sound import LiveSound
from rapporteur.bot.own_sound import OwnSound
from rapporteur.bot.performing import Performer
from rapporteur.bot.recollection import Recollection
from rapporteur.bot.relistening import Relistening
from rapporteur.bot.scribe import Scribe
from rapporteur.bot.speakers import Speakers, Voices
from rapporteur.bot.takes import Takes
from rapporteur.bot.taping import Taping
from rapporteur.domain.capture import Way, Why
from rapporteur.domain.errors import CaptureFailure, MeetingFailure
from rapporteur.domain.leaving import LeavePolicy
from rapporteur.domain.lifecycle import IN_MEETING
from rapporteur.domain.participants import Participant
from rapporteur.domain.session import (
    Begun,
    BrowserLost,
    Decline,
    Effect,
    Exit,
    Fact,
    FinishMedia,
    GiveWay,
    JoinFailed,
    JoinMeeting,
    LeaveMeeting,
    LeaveOrdered,
    MediaStored,
    PauseRecording,
    RecordEvent,
    RecordingAction,
    RecordingOrdered,
    Report,
    ResumeRecording,
    Session,
    SpeechBegan,
    SpeechEnded,
    StartRecording,
    StopRecording,
    TapeLost,
    Tick,
)
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import accompanied
from rapporteur.services.ports import (
    Caption,
    Composer,
    Ear,
    EarListener,
    Heard,
    LiveFeed,
    Meeting,
    OnPicture,
    Tape,
    TrackSeen,
    Viewer,
)
from rapporteur.wire import control
from rapporteur.wire.control import Job, Order
from rapporteur.wire.live import LiveEvent
from rapporteur.wire.page import AUDIO, OPUS, SHARED_ROLES, MediaFrame
from rapporteur.wire.tape import Kind

log = structlog.get_logger()

TICK_S = 0.5
_PARTING_S = 5.0
"""A bot that gives way waits so long for the server: what it has to say is on its tape as well."""
_RECORDING_ORDERS = {control.recording_order(action): action for action in RecordingAction}


class Runner:
    """Attends one meeting. `run()` returns when the bot has ended and everything it owed is safe."""

    def __init__(self, job: Job, *, channel: ControlChannel, meeting: Meeting, tape: Tape, ear: Callable[[EarListener], Ear],
                 scribe: Scribe, composer: Composer, closing: Closing, recollection: Recollection, relistening: Relistening,
                 live: LiveFeed, performer: Performer, encode: Callable[[bytes], list[bytes]], clock: Clock,
                 viewer: Callable[[OnPicture], Viewer] | None = None,
                 on_stream: Callable[[dict[str, Any]], None] | None = None) -> None:
        """`on_stream` hears what becomes of the stream of a bot that receives one."""
        self._job = job
        self._channel = channel
        self._meeting = meeting
        self._on_stream = on_stream
        self._ear = ear(self)
        self._scribe = scribe
        scribe.serve(self._attributed)
        self._live = live
        self._live_sound = LiveSound(live)
        self._viewer = viewer(self.on_picture) if viewer else None
        self._taping = Taping(tape, clock, on_failed=self._tape_lost, viewer=self._viewer)
        self._takes = Takes(
            job, taping=self._taping, channel=channel, scribe=scribe, live=live, live_sound=self._live_sound, composer=composer,
            closing=closing, recollection=recollection, settled=self._settled, clock=clock,
        )
        self._performer = performer
        self._performer.on_said = self._said
        self._performer.on_passed_on = self._passed_on
        self._own_sound = OwnSound(encode, clock, self._taping.append)
        self._clock = clock
        self._facts: asyncio.Queue[tuple[Fact, float]] = asyncio.Queue()
        self._tracks: dict[int, TrackSeen] = {}
        self._speakers, self._voices = Speakers(), Voices()
        self._recollection = recollection
        self._relistening = relistening
        self._caught_up = asyncio.Event()
        self._join_now = asyncio.Event()
        self.session = Session(
            job.bot_id, LeavePolicy.from_config(job.automatic_leave),
            start_recording_on=job.recording_config.get("start_recording_on", "participant_join"), past=recollection.past,
        )

    async def run(self) -> None:
        self._channel.serve(on_order=self.on_order, media_records=lambda: self._taping.records)
        await self._takes.remember(self.session.past)
        self.on_fact(Begun())
        try:
            await accompanied(self._attend(), self._tick(), self._scribe.run(), self._open_door(), self._catch_up())
        finally:
            await self._performer.aclose()
            await self._meeting.leave()
            await self._takes.aclose()
            await self._relistening.aclose()
            if self._viewer is not None:
                await self._viewer.aclose()
            await self._ear.aclose()

    async def _catch_up(self) -> None:
        """Write down what an earlier generation heard and did not come to write down."""
        try:
            if self._recollection.marks and self._scribe.wanted:
                await self._relistening.listen()
        except (CaptureFailure, OSError) as error:
            log.warning("not_listened_again", error=type(error).__name__)
        self._caught_up.set()

    async def _attend(self) -> None:
        while True:
            fact, at_ms = await self._facts.get()
            effects = self.session.handle(fact, at_ms)
            self._performer.look(self.session.state, self.session.roster, at_ms, present=self.session.present)
            for effect in effects:
                if isinstance(effect, Exit):
                    await self._live.aclose()
                    return await self._channel.drained()
                if isinstance(effect, GiveWay):
                    return await self._give_way()
                await self._perform(effect, at_ms)
            self._taping.name(self.session.roster.ids)
            self._describe_tracks()

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(TICK_S)
            self._live_sound.tick(self._clock.now_ms())
            self.on_fact(Tick())

    async def _open_door(self) -> None:
        """Join beside the session, which must hear a leave order while the page is still loading."""
        await self._join_now.wait()
        try:
            await self._meeting.join(self._job, self)
        except MeetingFailure as failure:
            self.on_log("error", failure.message)
            self.on_fact(JoinFailed(failure.sub_code))
        except CaptureFailure as failure:
            self.on_log("error", failure.message)
            self.on_fact(BrowserLost())

    # --- effects --------------------------------------------------------------------------------------------------------

    async def _perform(self, effect: Effect, at_ms: float) -> None:
        match effect:
            case JoinMeeting():
                self._join_now.set()
            case Report():
                self._report(effect, at_ms)
            case StartRecording(recording_id, config):
                await self._takes.begin(recording_id, config, at_ms)
            case StopRecording(recording_id, stopped_ms):
                at_ms = at_ms if stopped_ms is None else stopped_ms
                self._takes.stop(recording_id, at_ms, in_call=self.session.state in IN_MEETING)
            case PauseRecording(recording_id):
                self._takes.pause(recording_id, at_ms)
            case ResumeRecording(recording_id):
                self._takes.resume(recording_id, at_ms)
            case Decline(action):
                self.on_log("warning", f"The order to {action} recording came when it changed nothing.")
            case RecordEvent():
                self._takes.record(effect, at_ms)
            case LeaveMeeting():
                await self._meeting.leave()
            case FinishMedia():
                await self._finish_media()
            case _:
                raise AssertionError(f"no hand for {type(effect).__name__}")

    def _report(self, report: Report, at_ms: float) -> None:
        log.info("state", state=report.state, sub_code=report.sub_code)
        body = {"state": report.state, "sub_code": report.sub_code, "message": report.message}
        self._channel.post(control.STATE_CHANGED, body, at_ms)

    async def _give_way(self) -> None:
        """Go without an end. The tape has everything; speech that is not written down yet is heard again from it."""
        await self._meeting.leave()
        with suppress(CaptureFailure):
            await self._taping.close("lost")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._channel.drained(), _PARTING_S)

    async def _finish_media(self) -> None:
        for source in self._tracks:
            self._ear.close(source)
        await self._takes.finish()
        self.on_fact(MediaStored())

    async def _settled(self) -> None:
        await self._ear.drain()
        await self._caught_up.wait()
        await self._scribe.drained()

    def _tape_lost(self, why: str) -> None:
        self.on_log("error", why)
        self.on_fact(TapeLost(why))

    # --- what the meeting says (MeetingListener) ------------------------------------------------------------------------

    def on_fact(self, fact: Fact) -> None:
        at_ms = self._clock.now_ms()
        if isinstance(fact, SpeechBegan | SpeechEnded):
            self._speakers.marked(fact.key, isinstance(fact, SpeechBegan), at_ms)
        self._facts.put_nowait((fact, at_ms))

    def on_log(self, level: str, message: str) -> None:
        self._channel.post(control.LOG, {"level": level, "message": message})

    def on_title(self, title: str | None) -> None:
        self._taping.write(Kind.MEETING, {"title": title}, self._clock.now_ms())

    def on_capture(self, way: Way, why: Why | None) -> None:
        self._takes.captured(way, why)
        if why is not None:
            self.on_log("warning", f"{why.text} The bot takes what the page shows and plays instead ({way}): the layout is the "
                                   "page's own, and nobody's sound or picture is apart.")

    def on_caption(self, caption: Caption) -> None:
        if (participant := self._participant(caption.key)) is not None:
            self._scribe.captioned(caption, participant)

    def on_track(self, track: TrackSeen) -> None:
        known = self._tracks.get(track.track)
        self._tracks[track.track] = track
        if track.media == "audio" and known is None:
            self._ear.open(track.track, track.mime, track.clock_rate)
        if track.media == "audio" and track.ended:
            self._ear.close(track.track)
        self._describe_tracks()

    def on_media(self, frames: list[MediaFrame]) -> None:
        self._taping.media(frames, on_record=self.session.on_record)
        sounds = [f for f in frames if f.media == AUDIO]
        for f in sounds:
            self._ear.hear(f.track, f.rtp, f.sequence, f.arrival_ms, f.payload)
        self._performer.hear([f for f in sounds if self._tracks[f.track].mime == OPUS])

    def _said(self, samples: bytes, at_ms: float) -> None:
        """What was heard of the bot itself."""
        if self._takes.includes_bot and self.session.on_record:
            self._own_sound.said(samples, at_ms)

    def _passed_on(self, packet: bytes, at_ms: float) -> None:
        """What was heard of a page that the bot shows."""
        if self._takes.includes_bot and self.session.on_record:
            self._own_sound.passed_on(packet, at_ms)

    def _describe_tracks(self) -> None:
        self._taping.describe(self._tracks.values(), lambda seen: self._participant(seen.key))

    # --- what the ear hears (EarListener) -------------------------------------------------------------------------------

    def on_voice(self, source: int, at_ms: float) -> None:
        self._scribe.voice(source, at_ms)

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None:
        self._scribe.speech(source, speaking, at_ms)
        key = self._key(source)
        if key is not None and self._voices.heard(key, source, speaking):
            fact = SpeechBegan(key) if speaking else SpeechEnded(key)
            self._facts.put_nowait((fact, at_ms))

    def on_heard(self, heard: Heard) -> None:
        for speaker, part in self._attributed(heard):
            self._scribe.write_down(part, speaker)

    def _attributed(self, heard: Heard) -> list[tuple[Participant, Heard]]:
        """Whose words a stretch of a source is."""
        track = self._tracks.get(heard.source)
        if track is not None and track.role in SHARED_ROLES:
            return self._speakers.attributed(heard, self.session.roster)
        participant = self._participant(self._key(heard.source))
        return [] if participant is None else [(participant, heard)]

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        """Somebody's sound, as it comes; only while it is wanted."""
        track = self._tracks.get(source)
        person = None if track is None or track.role in SHARED_ROLES else self._participant(track.key)
        self._scribe.sound(source, at_ms, pcm)
        now_ms = self._clock.now_ms()
        self._live_sound.heard(at_ms, pcm, person, now_ms, source)
        self._live_sound.tick(now_ms)

    def on_picture(self, name: str, source: int, at_ms: float, picture: bytes) -> None:
        """What somebody's camera or screen shows, from the viewer."""
        track, recording_id = self._tracks.get(source), self.session.recording_id
        participant = None if track is None else self._participant(track.key)
        if track is not None and participant is not None and recording_id is not None and self.session.on_record:
            body = {"type": track.role or "webcam", "participant": participant.as_json()}
            self._live.publish(LiveEvent(name, recording_id, at_ms, body, picture))

    def _participant(self, key: str | None) -> Participant | None:
        return self.session.roster.participant(key) if key else None

    def _key(self, source: int) -> str | None:
        track = self._tracks.get(source)
        return track.key if track else None

    # --- what the user orders -------------------------------------------------------------------------------------------

    def on_order(self, order: Order) -> None:
        if order.name == "leave_call":
            self.on_fact(LeaveOrdered())
        elif order.name in _RECORDING_ORDERS:
            self._scribe.learn(order.body.get("accounts") or {})
            self.on_fact(RecordingOrdered(_RECORDING_ORDERS[order.name], order.body.get("recording_config")))
        elif order.name in control.OUTPUT_ORDERS:
            self._performer.order(order)
        elif order.name == control.STREAM_CHANGED and self._on_stream is not None:
            self._on_stream(order.body)
        else:
            self.on_log("warning", f"order {order.name} is not known to this version")


