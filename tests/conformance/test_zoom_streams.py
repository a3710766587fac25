"""Meetings received as Zoom's media stream, against simulated servers of Zoom's: in, out, and whatever goes wrong between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from rapporteur.bot.rtms.connection import Patience
from rapporteur.bot.rtms.protocol import RATE, Media
from rapporteur.bot.stream_meeting import StreamMeeting
from rapporteur.domain.capture import Way, Why
from rapporteur.domain.errors import MeetingFailure, Unsupported
from rapporteur.domain.lifecycle import CALL_ENDED_SUB_CODES, FATAL_SUB_CODES, PLATFORM_SUB_CODES
from rapporteur.domain.output import Line as Written
from rapporteur.domain.participants import Attendee
from rapporteur.domain.session import (
    Admitted,
    Fact,
    HeldAtDoor,
    JoinFailed,
    MeetingEnded,
    RemovedByHost,
    RosterSeen,
    SpeechBegan,
    SpeechEnded,
)
from rapporteur.kit.clock import SystemClock
from rapporteur.media import material
from rapporteur.outbound.guard import Guard
from rapporteur.services.ports import Caption, TrackSeen
from rapporteur.simulators.rtms import Faults, RtmsServer
from rapporteur.simulators.scenario import BLUE, GREEN, Line, Person, Scenario, Span
from rapporteur.simulators.speech import CLIPS
from rapporteur.wire.control import Job
from rapporteur.wire.page import AUDIO, PAGE, VIDEO, MediaFrame

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(30)]

QUICK = Patience(keep_alive_s=5.0, join_s=1.0, signalling_s=2.0, media_s=2.0, pause_s=0.05, longest_pause_s=0.2)
PAIR = Scenario((Person("Ada", BLUE, marks=(0.2,)), Person("Alan", GREEN, marks=(0.6,))), ends_at_s=1.2)
ENDLESS = Scenario((Person("Ada", BLUE), Person("Alan", GREEN, marks=(0.5, 20.0))))


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.tracks: dict[int, TrackSeen] = {}
        self.frames: list[MediaFrame] = []
        self.logs: list[str] = []
        self.captions: list[Caption] = []
        self._changed = asyncio.Event()

    def on_fact(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._changed.set()

    def on_track(self, track: TrackSeen) -> None:
        self.tracks[track.track] = track

    def on_media(self, frames: list[MediaFrame]) -> None:
        self.frames += frames
        self._changed.set()

    def on_caption(self, caption: Caption) -> None:
        self.captions.append(caption)

    def on_title(self, title: str | None) -> None: ...

    def on_capture(self, way: Way, why: Why | None) -> None:
        assert (way, why) == (Way.TRACKS, None)

    def on_log(self, level: str, message: str) -> None:
        self.logs.append(message)
        self._changed.set()

    @property
    def people(self) -> list[Attendee]:
        return next((fact.attendees for fact in reversed(self.facts) if isinstance(fact, RosterSeen)), [])

    @property
    def plain(self) -> list[Fact]:
        """What is told but for who is there."""
        return [fact for fact in self.facts if not isinstance(fact, RosterSeen)]

    def of(self, name: str, media: int) -> list[MediaFrame]:
        keys = {person.key for fact in self.facts if isinstance(fact, RosterSeen) for person in fact.attendees
                if person.name == name}
        tracks = {track.track for track in self.tracks.values() if track.key in keys}
        return [frame for frame in self.frames if frame.track in tracks and frame.media == media]

    async def until(self, there: Callable[[], Any]) -> None:
        async with asyncio.timeout(15):
            while not there():
                self._changed.clear()
                await self._changed.wait()


def meeting(patience: Patience = QUICK, *, loopback: bool = True) -> StreamMeeting:
    return StreamMeeting(
        guard=Guard(loopback=loopback), clock=SystemClock(), encoder=partial(material.OpusEncoder, RATE), patience=patience)


def job(stream: dict[str, Any], recording_config: dict[str, Any] | None = None) -> Job:
    return Job("bot-1", 1, "attend", "zoom", "", None, "Notetaker", recording_config or {}, {}, stream=stream)


def zoom(scenario: Scenario, *, expects: int = 3, **options: Any) -> RtmsServer:
    """Plays nothing before sound, pictures and screens can be received."""
    return RtmsServer(scenario, expects=expects, **options)


def named(server: RtmsServer, **other: Any) -> dict[str, Any]:
    return {**server.payload, "signature": server.signature} | other


@asynccontextmanager
async def receiving(
    server: RtmsServer, patience: Patience = QUICK, **recording_config: Any,
) -> AsyncIterator[tuple[StreamMeeting, Heard]]:
    """A bot that is inside while the scenario is played."""
    bot, heard = meeting(patience), Heard()
    try:
        await bot.join(job(named(server), recording_config), heard)
        async with asyncio.timeout(10):
            await server.ready.wait()
        await server.play()
        yield bot, heard
    finally:
        await bot.leave()


async def refused(stream: dict[str, Any], **options: Any) -> str:
    bot, heard = meeting(**options), Heard()
    with pytest.raises(MeetingFailure) as failure:
        await bot.join(job(stream), heard)
    await bot.leave()
    assert heard.plain == []
    return failure.value.sub_code


# --- in -----------------------------------------------------------------------------------------------------------------


async def test_a_stream_brings_everybodys_sound_and_the_speakers_picture():
    async with zoom(PAIR) as server, receiving(server) as (_, heard):
        await heard.until(lambda: heard.plain[-1:] == [MeetingEnded()])
        assert heard.plain == [Admitted(), MeetingEnded()]
        assert [person.name for person in heard.people] == ["Ada", "Alan"]
        assert all(person.camera and person.microphone and not person.is_self for person in heard.people)
        for name in ("Ada", "Alan"):
            assert len(heard.of(name, AUDIO)) >= 50
            pictures = heard.of(name, VIDEO)
            assert pictures[0].is_key
            assert len(pictures) >= 5
        assert {track.mime for track in heard.tracks.values()} == {"audio/opus", "video/H264"}


async def test_media_lies_on_our_timeline_whatever_zooms_clock_says():
    async with zoom(PAIR) as server, receiving(server) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        assert server.start_ms is not None
        for frames in (heard.of("Ada", AUDIO), heard.of("Ada", VIDEO)):
            assert 0 <= frames[0].arrival_ms - server.start_ms < 250
            # One offset for all: what the stamps say of each other is kept to the millisecond.
            steps = {round(frame.arrival_ms - frames[0].arrival_ms - ticks(frame, frames[0])) for frame in frames}
            assert max(steps) - min(steps) <= 40


def ticks(frame: MediaFrame, first: MediaFrame) -> float:
    rate = 48 if frame.media == AUDIO else 90
    return ((frame.rtp - first.rtp) & 0xFFFFFFFF) / rate


async def test_who_comes_goes_shows_and_shares_is_told():
    scenario = Scenario((
        Person("Ada", BLUE, screen=(Span(0.2, 1.0),), camera_off=(Span(0.4, 0.8),)),
        Person("Emil", GREEN, joins_at_s=0.6, leaves_at_s=1.2, camera=False),
    ), ends_at_s=1.5)
    async with zoom(scenario) as server, receiving(server) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        told = [[(person.name, person.camera, person.screen) for person in fact.attendees]
                for fact in heard.facts if isinstance(fact, RosterSeen)]
        emil = ("Emil", False, False)
        assert [now for before, now in zip([[], *told], told, strict=False) if now != before] == [
            [("Ada", False, False)], [("Ada", True, False)], [("Ada", True, True)], [("Ada", False, True)],
            [("Ada", False, True), emil], [("Ada", True, True), emil], [("Ada", True, False), emil], [("Ada", True, False)],
        ]
        [gone] = [track for track in heard.tracks.values() if track.ended]
        assert gone.role == "microphone"
        assert "screenshare" in {track.role for track in heard.tracks.values()}


async def test_a_mix_is_the_meetings_as_a_whole_and_speakers_are_those_that_zoom_marks():
    async with zoom(PAIR, faults=Faults(mixed=True)) as server, receiving(server) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        [sound] = [track for track in heard.tracks.values() if track.media == "audio"]
        assert (sound.role, sound.key) == (PAGE, None)
        alan = heard.people[1].key
        assert SpeechBegan(alan) in heard.facts
        assert not [fact for fact in heard.facts if isinstance(fact, SpeechEnded) and fact.key == alan]


@pytest.mark.parametrize("asked_for", ["meeting_captions", "zoom_rtms", "recallai_streaming"])
async def test_captions_are_taken_where_they_are_asked_for(asked_for: str):
    line = Line(0.2, min(CLIPS, key=lambda name: CLIPS[name].duration_s))
    scenario = Scenario((Person("Ada", BLUE, lines=(line,)),), ends_at_s=line.end_s + 0.3)
    transcript = {"provider": {asked_for: {"language_code": "en"}}}
    expects = 3 + (asked_for != "recallai_streaming")
    async with zoom(scenario, expects=expects) as server, receiving(server, transcript=transcript) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        assert (Media.TRANSCRIPT in server.seen.media_handshakes) == (asked_for != "recallai_streaming")
        if asked_for != "recallai_streaming":
            [caption] = heard.captions
            assert (caption.key, caption.text, caption.language_code) == (heard.people[0].key, line.text, "en")
            assert server.start_ms is not None
            assert abs(caption.start_ms - server.start_ms - 200) < 250
            assert abs(caption.end_ms - caption.start_ms - (line.end_s - line.at_s) * 1000) < 5


async def test_a_bot_without_a_stream_waits_until_one_is_there():
    async with zoom(PAIR) as server:
        bot, heard = meeting(), Heard()
        await bot.join(job({"meeting_uuid": server.meeting_uuid, "rtms_stream_id": None, "server_urls": None}), heard)
        assert heard.plain == [HeldAtDoor()]
        bot.on_stream({"began": True, **named(server)})
        await heard.until(lambda: Admitted() in heard.facts)
        bot.on_stream({"began": False, "reason": 6})
        await heard.until(lambda: MeetingEnded() in heard.facts)
        await bot.leave()


async def test_a_bot_has_no_hands_in_a_meeting_it_is_not_in():
    stage = meeting().stage
    for capability, act in (
        ("output_video", stage.show("camera", [])), ("output_audio", stage.microphone(True)),
        ("output_media", stage.open("camera")), ("chat", stage.write(Written("Hello"))),
    ):
        with pytest.raises(Unsupported) as refusal:
            await act
        assert refusal.value.capability == capability
    await stage.blank("camera")
    await stage.microphone(False)


# --- out ----------------------------------------------------------------------------------------------------------------


async def test_who_cannot_come_in_is_told_why():
    async with zoom(PAIR) as server:
        assert await refused(named(server, signature="guess")) == "zoom_rtms_signature_invalid"
        assert await refused(named(server, rtms_stream_id="another")) == "meeting_not_found"
        assert await refused(named(server), loopback=False) == "meeting_link_invalid"
        gone = named(server)
    assert await refused(gone) == "zoom_connection_failed"


async def test_an_app_that_may_take_nothing_is_not_let_in():
    async with zoom(PAIR, faults=Faults(denied=frozenset(Media))) as server:
        assert await refused(named(server)) == "meeting_not_accessible"


async def test_an_app_that_may_take_sound_alone_takes_sound():
    faults = Faults(denied=frozenset({Media.VIDEO, Media.DESKSHARE}))
    async with zoom(PAIR, faults=faults, expects=1) as server, receiving(server) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        assert {track.media for track in heard.tracks.values()} == {"audio"}
        assert "The app may not take the meeting's video." in heard.logs


@pytest.mark.parametrize(("reason", "fact"), [
    (1, RemovedByHost()), (2, RemovedByHost()), (3, MeetingEnded()), (4, RemovedByHost()), (5, RemovedByHost()),
    (6, MeetingEnded()), (8, RemovedByHost()), (12, JoinFailed("zoom_connection_failed")),
    (18, JoinFailed("zoom_rtms_signature_invalid")),
])
async def test_every_stop_has_its_reason(reason: int, fact: Fact):
    async with zoom(ENDLESS, faults=Faults(stops=(0.0, reason))) as server, receiving(server) as (_, heard):
        await heard.until(lambda: heard.plain[-1:] == [fact])
        assert heard.plain == [Admitted(), fact]
        assert getattr(fact, "sub_code", "bot_kicked_from_call") in CALL_ENDED_SUB_CODES | FATAL_SUB_CODES | PLATFORM_SUB_CODES


async def test_a_bot_that_leaves_has_the_stream_ended():
    async with zoom(ENDLESS) as server:
        async with receiving(server) as (bot, heard):
            await bot.leave()
            await bot.leave()
        assert server.seen.close_asked
        assert heard.plain == [Admitted()]


async def test_a_bot_that_is_ended_leaves_the_stream_to_the_next():
    async with zoom(ENDLESS) as server:
        bot, heard = meeting(), Heard()
        await bot.join(job(named(server)), heard)
        await server.ready.wait()

        async def attend() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await bot.leave()

        with suppress(TimeoutError):
            await asyncio.wait_for(attend(), 0.05)
        assert not server.seen.close_asked


# --- between ------------------------------------------------------------------------------------------------------------


async def test_a_lost_signalling_connection_is_had_again_with_everything_beside_it():
    async with zoom(ENDLESS, faults=Faults(drops_signalling=(0.4,))) as server, receiving(server) as (_, heard):
        await heard.until(lambda: server.seen.handshakes == 2 and len(server.seen.media_handshakes) == 6)
        before = len(heard.of("Ada", AUDIO))
        await heard.until(lambda: len(heard.of("Ada", AUDIO)) > before + 20)
        assert heard.plain == [Admitted()]
        assert len([track for track in heard.tracks.values() if track.media == "audio"]) == 2


async def test_a_lost_media_connection_is_had_again_by_itself():
    async with zoom(ENDLESS, faults=Faults(drops_media=(0.4,))) as server, receiving(server) as (_, heard):
        await heard.until(lambda: len(server.seen.media_handshakes) == 6)
        before = len(heard.of("Ada", AUDIO))
        await heard.until(lambda: len(heard.of("Ada", AUDIO)) > before + 20)
        assert server.seen.handshakes == 1
        assert heard.plain == [Admitted()]


async def test_a_connection_on_which_zoom_asks_no_more_is_given_up_and_had_again():
    patience = Patience(keep_alive_s=0.4, join_s=1.0, signalling_s=3.0, media_s=3.0, pause_s=0.05, longest_pause_s=0.1)
    async with zoom(ENDLESS, faults=Faults(keeps_alive=False)) as server, receiving(server, patience) as (_, heard):
        await heard.until(lambda: server.seen.handshakes >= 2)
        assert heard.plain == [Admitted()]


async def test_zoom_is_answered_whenever_it_asks():
    async with zoom(ENDLESS, keep_alive_s=0.1) as server, receiving(server) as (_, heard):
        await heard.until(lambda: server.seen.alive >= 12)


async def test_a_stream_that_stays_away_ends_the_bot_with_what_it_has():
    async with zoom(ENDLESS) as server:
        bot, heard = meeting(), Heard()
        await bot.join(job(named(server)), heard)
        await server.ready.wait()
    await heard.until(lambda: JoinFailed("zoom_connection_failed") in heard.facts)
    await bot.leave()


async def test_a_stream_that_ended_while_the_connection_was_lost_is_over():
    faults = Faults(drops_signalling=(0.3,), drops_media=(0.3,), stops=(0.31, 6))
    slow = Patience(pause_s=0.5, join_s=1.0, signalling_s=3.0, media_s=3.0)
    async with zoom(ENDLESS, faults=faults) as server, receiving(server, slow) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)


async def test_a_stream_that_moves_is_followed():
    async with zoom(ENDLESS) as server, zoom(ENDLESS) as other, receiving(server) as (bot, heard):
        bot.on_stream({"began": True, **named(other)})
        async with asyncio.timeout(10):
            await other.ready.wait()
        await other.play()
        before = len(heard.frames)
        await heard.until(lambda: len(heard.frames) > before + 50)
        assert heard.plain == [Admitted()]


async def test_late_and_overtaken_messages_find_their_place():
    async with zoom(PAIR, faults=Faults(late_ms=90)) as server, receiving(server) as (_, heard):
        await heard.until(lambda: MeetingEnded() in heard.facts)
        for name in ("Ada", "Alan"):
            sound = heard.of(name, AUDIO)
            steps = [(after.rtp - before.rtp) & 0xFFFFFFFF for before, after in pairwise(sound)]
            assert len(sound) >= 50
            assert set(steps) == {960}
            assert [frame.sequence for frame in sound] == list(range(len(sound)))


async def test_what_comes_very_late_is_told_and_keeps_its_place():
    async with zoom(ENDLESS, faults=Faults(late_ms=1900)) as server, receiving(server) as (_, heard):
        await heard.until(lambda: any("so late" in message for message in heard.logs))
        spread = [frame.arrival_ms for frame in heard.of("Ada", AUDIO)]
        assert spread == sorted(spread)
