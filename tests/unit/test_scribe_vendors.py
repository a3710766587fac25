"""The scribe with a vendor: whose words, of which recording, and what becomes of a vendor that gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from rapporteur.bot.closing import Closing
from rapporteur.bot.scribe import Scribe
from rapporteur.domain.errors import RecognitionFailure
from rapporteur.domain.participants import Participant
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.transcript import Word
from rapporteur.services.ports import ComposedArtifact, Heard, Said, WordsListener
from rapporteur.wire import control
from rapporteur.wire.live import TRANSCRIPT, TRANSCRIPT_PARTIAL, TRANSCRIPT_PROVIDER, LiveEvent
from rapporteur.wire.tape import Record
from tests.fakes.core import FrozenClock

pytestmark = pytest.mark.unit

ADA = Participant(100, "Ada")
VENDOR: dict[str, Any] = {"transcript": {"provider": {"deepgram_streaming": {"language": "en"}}}}
OWN: dict[str, Any] = {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}}
STRIDE = bytes(160 * 32)


class Stream:
    """One speaker's, and what came of it."""

    def __init__(self, listener: WordsListener) -> None:
        self.listener = listener
        self.voices: list[float] = []
        self.edges: list[tuple[bool, float]] = []
        self.sounds: list[tuple[float, float]] = []
        self.closed = self.abandoned = False

    def voice(self, at_ms: float) -> None:
        self.voices.append(at_ms)

    def speech(self, speaking: bool, at_ms: float) -> None:
        self.edges.append((speaking, at_ms))

    def sound(self, at_ms: float, pcm: bytes) -> None:
        self.sounds.append((at_ms, len(pcm) / 32))

    async def aclose(self) -> None:
        self.closed = True

    async def abandon(self) -> None:
        self.abandoned = True


class Vendor:
    def __init__(self, key: str, options: Mapping[str, Any], accounts: dict[str, dict[str, str]]) -> None:
        self.asked = (key, dict(options), accounts)
        self.streams: list[Stream] = []

    def open(self, listener: WordsListener, *, partials: bool) -> Stream:
        self.streams.append(Stream(listener))
        return self.streams[-1]


class Echoing:
    name = "echo"

    def __init__(self) -> None:
        self.heard: list[float] = []

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        self.heard.append(len(pcm) / 32)
        return [Word("own", 0, len(pcm) / 32)]


class Desk:
    def __init__(self, *wanted: str, **account: str) -> None:
        self.recogniser, self.vendors = Echoing(), list[Vendor]()
        self.tape: list[Record] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.live: list[LiveEvent] = []
        self.scribe = Scribe(
            self.recogniser, append=self.tape.append, post=lambda kind, body, at_ms=0: self.told.append((kind, body)),
            tell=self.live.append, wants=lambda name: name in wanted, vendors=self._vendor,
            accounts={"deepgram": {"api_key": "k", **account}},
        )
        self.scribe.serve(lambda heard: [(ADA, heard)])

    def _vendor(self, *asked: Any) -> Vendor:
        self.vendors.append(Vendor(*asked))
        return self.vendors[-1]

    @property
    def stream(self) -> Stream:
        return self.vendors[-1].streams[-1]

    @property
    def written(self) -> list[tuple[str, str, float]]:
        return [(r.body["recording_id"], text, start) for r in self.tape for text, start, _ in r.body["words"]]


def said(*words: tuple[str, float], final: bool = True) -> Said:
    return Said(tuple(Word(text, start_ms, start_ms + 100) for text, start_ms in words), final)


async def test_a_vendor_gets_the_sound_and_its_words_are_written_down():
    desk = Desk()
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    assert desk.scribe.sound_wanted
    desk.scribe.sound(1, 1_200, STRIDE)
    desk.scribe.voice(1, 1_300)
    assert desk.stream.voices == [1_300]
    desk.scribe.speech(1, True, 1_300)
    desk.scribe.write_down(Heard(1, 1_300, 2_000, STRIDE), ADA)
    desk.stream.listener.on_said(said(("hello", 1_400)))
    assert desk.vendors[0].asked == ("deepgram_streaming", {"language": "en"}, {"deepgram": {"api_key": "k"}})
    assert (desk.stream.edges, desk.stream.sounds) == ([(True, 1_300)], [(1_200, 160)])
    assert desk.written == [("r1", "hello", 1_400)]
    assert [event.name for event in desk.live] == [TRANSCRIPT]
    assert desk.recogniser.heard == [], "nobody recognises it twice"


async def test_sound_off_the_record_is_never_sent_and_words_off_it_never_written():
    desk = Desk()
    desk.scribe.sound(1, 500, STRIDE)
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    desk.scribe.speech(1, True, 900)
    desk.scribe.sound(1, 960, STRIDE)
    desk.scribe.recording_paused(2_000)
    assert not desk.scribe.sound_wanted
    desk.scribe.sound(1, 2_100, STRIDE)
    desk.scribe.recording_resumed(3_000)
    desk.scribe.sound(1, 3_040, STRIDE)
    assert desk.stream.sounds == [(1_000, 120), (3_040, 160)]
    assert desk.stream.edges == [(True, 1_000), (False, 2_000), (True, 3_040)]
    desk.stream.listener.on_said(said(("before", 800), ("in", 1_500), ("between", 2_500), ("again", 3_100)))
    assert [text for _, text, _ in desk.written] == ["in", "again"]


async def test_words_that_come_after_the_recordings_end_are_waited_for():
    desk = Desk()
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    desk.scribe.sound(1, 1_000, STRIDE)
    first = desk.stream
    desk.scribe.recording_paused(2_000)
    desk.scribe.recording_started("r2", VENDOR, 3_000)
    desk.scribe.sound(1, 3_000, STRIDE)
    await desk.scribe.drained()
    assert (first.closed, desk.stream.closed) == (True, False)
    first.listener.on_said(said(("late", 1_500)))
    assert desk.written == [("r1", "late", 1_500)]


async def test_partials_and_the_vendors_own_messages_go_to_who_wants_them():
    desk = Desk(TRANSCRIPT_PARTIAL, TRANSCRIPT_PROVIDER)
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    desk.scribe.sound(1, 1_000, STRIDE)
    desk.stream.listener.on_said(said(("hel", 1_400), final=False))
    desk.stream.listener.on_provider_data({"type": "Results"})
    assert [(event.name, event.body.get("payload")) for event in desk.live] == [
        (TRANSCRIPT_PARTIAL, None), (TRANSCRIPT_PROVIDER, {"type": "Results"})]
    assert desk.tape == []
    silent = Desk()
    silent.scribe.recording_started("r1", VENDOR, 1_000)
    silent.scribe.sound(1, 1_000, STRIDE)
    silent.stream.listener.on_provider_data({"type": "Results"})
    assert silent.live == []


async def test_a_vendor_that_gives_up_fails_the_transcript_once_and_truly():
    desk = Desk()
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    for source in (1, 2):
        desk.scribe.sound(source, 1_000, STRIDE)
        desk.stream.listener.on_given_up(
            RecognitionFailure("deepgram_streaming does not take it: it refused", code="provider_connection_failed"), [])
    failed = [body for kind, body in desk.told if kind == control.ARTIFACT_FAILED]
    assert failed == [{
        "recording_id": "r1", "artifact": "transcript", "format": None, "sub_code": "provider_connection_failed"}]
    assert "it refused" in next(body["message"] for kind, body in desk.told if kind == control.LOG)
    assert desk.scribe.failed == {"r1": "provider_connection_failed"}


async def test_sound_that_a_vendor_never_got_is_told():
    desk = Desk()
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    desk.scribe.sound(1, 1_000, STRIDE)
    desk.stream.listener.on_lost(12.3)
    assert desk.told == [(control.LOG, {
        "level": "warning",
        "message": "12 s of speech were not transcribed: the provider was out of reach for too long"})]


async def test_our_own_engine_takes_over_where_the_workspace_said_so():
    desk = Desk(fallback="recallai_streaming")
    desk.scribe.recording_started("r1", VENDOR, 1_000)
    desk.scribe.sound(1, 1_000, STRIDE)
    unheard = [(1_000, STRIDE), (1_160, STRIDE)]
    desk.stream.listener.on_given_up(RecognitionFailure("gone", code="provider_connection_failed"), unheard)
    desk.scribe.write_down(Heard(1, 2_000, 2_500, bytes(500 * 32)), ADA)
    work = asyncio.create_task(desk.scribe.run())
    await desk.scribe.drained()
    work.cancel()
    await asyncio.wait([work])
    assert desk.recogniser.heard == [320, 500]
    assert desk.scribe.failed == {}


async def test_a_provider_after_the_call_gets_nothing_here():
    desk = Desk()
    desk.scribe.recording_started("r1", {"transcript": {"provider": {"deepgram_async": {}}}}, 1_000)
    assert (desk.scribe.sound_wanted, desk.scribe.wanted, desk.scribe.made_later) == (False, False, {"r1"})


async def test_a_transcript_that_failed_or_is_made_later_is_not_stored_here():
    class Channel:
        def __init__(self) -> None:
            self.posted: list[str] = []

        def post(self, kind: str, body: dict[str, Any], at_ms: float = 0) -> None:
            self.posted.append(kind)

    desk, channel = Desk(), Channel()
    desk.scribe.failed["r1"] = "provider_connection_failed"
    desk.scribe.made_later.add("r2")
    closing = Closing(channel, FrozenClock(), scribe=desk.scribe)  # type: ignore[arg-type]
    await closing.store_all([
        ComposedArtifact(recording_id, kind, (), failure="not_produced")
        for recording_id in ("r1", "r2") for kind in (ArtifactKind.TRANSCRIPT, ArtifactKind.VIDEO_MIXED)
    ])
    assert channel.posted == [control.ARTIFACT_FAILED] * 2, "of the films alone"


async def test_options_of_an_older_bot_do_not_end_it():
    desk = Desk()
    desk.scribe.recording_started("r1", {"transcript": {"provider": {"recallai_streaming": {"key_terms": ["Ada"]}}}}, 0)
    assert desk.scribe.wanted


async def test_our_own_engine_tells_growing_words_about_every_second_while_somebody_speaks():
    desk = Desk(TRANSCRIPT_PARTIAL)
    desk.scribe.recording_started("r1", OWN, 0)
    for n in range(25):
        if n == 4:
            desk.scribe.speech(1, True, 320)
        desk.scribe.sound(1, n * 160, STRIDE)
        for _ in range(3):
            await asyncio.sleep(0)
    partials = [event for event in desk.live if event.name == TRANSCRIPT_PARTIAL]
    assert 2 <= len(partials) <= 4
    assert desk.recogniser.heard == sorted(desk.recogniser.heard), "the utterance grows"
    assert partials[0].body["words"][0][1] == pytest.approx(120, abs=5)
    looks = len(desk.recogniser.heard)
    desk.scribe.speech(1, False, 4_000)
    desk.scribe.write_down(Heard(1, 300, 4_000, bytes(3_700 * 32)), ADA)
    for n in range(25, 40):
        desk.scribe.sound(1, n * 160, STRIDE)
    assert len(desk.recogniser.heard) == looks, "silence costs nothing"


async def test_nobody_pays_for_partials_that_nobody_wants():
    desk = Desk()
    desk.scribe.recording_started("r1", OWN, 0)
    assert not desk.scribe.sound_wanted
    desk.scribe.speech(1, True, 0)
    for n in range(20):
        desk.scribe.sound(1, n * 160, STRIDE)
        await asyncio.sleep(0)
    assert desk.recogniser.heard == []
