"""The live feed in the MeetStream dialect, against real WebSocket and HTTP servers: frames as its receivers take them apart."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.delivery.live.feed import Feed
from rapporteur.delivery.live.meetstream import Tripled
from rapporteur.delivery.live.recall import Bot
from rapporteur.kit.clock import SystemClock
from rapporteur.outbound.guard import Guard
from rapporteur.wire.live import AUDIO_MIXED, PARTICIPANT, TRANSCRIPT, TRANSCRIPT_PARTIAL, LiveEvent
from tests.fakes.receiver import receiving

pytestmark = pytest.mark.conformance

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADA = {"id": 100, "name": "Ada", "is_host": True, "platform": None, "extra_data": {}, "email": None}
ALAN = ADA | {"id": 200, "name": "Alan"}
ZERO_MS = 1_700_000_000_000.0
PIECE_MS = 100


class QuickClock(SystemClock):
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.01)


class Listener:
    """A receiver as the dialect's samples have it: it acknowledges what is text and keeps everything."""

    def __init__(self) -> None:
        self.frames: list[str | bytes] = []
        self.codes: list[int | None] = []
        self.hang_up_after = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def visit(self, connection: ServerConnection) -> None:
        async for frame in connection:
            async with self._changed:
                self.frames.append(frame)
                self._changed.notify_all()
            if isinstance(frame, str):
                await connection.send(json.dumps({"type": "ack", "message": "heard"}))
            if len(self.frames) == self.hang_up_after:
                connection.transport.abort()
        async with self._changed:
            self.codes.append(connection.close_code)
            self._changed.notify_all()

    async def until(self, frames: int = 0, closed: int = 0) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.frames) >= frames and len(self.codes) >= closed)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    async with serve(listener.visit, "127.0.0.1", 0) as server:
        listener.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        yield listener


def endpoint(kind: str, url: str, *events: str, **options: Any) -> dict[str, Any]:
    return {"type": kind, "url": url, "events": list(events), "metadata": {}, "dialect": "meetstream", "options": options}


@asynccontextmanager
async def feeding(*endpoints: dict[str, Any]) -> AsyncIterator[Feed]:
    feed = Feed(Bot("bot-1", {"tenant": "t1"}, None, "google_meet"), 1, guard=Guard(loopback=True), clock=QuickClock(),
                post=lambda *_: None, secret=SECRET)
    feed.recording_started("rec-1", {"realtime_endpoints": list(endpoints)}, ZERO_MS)
    try:
        yield feed
    finally:
        await feed.aclose()


def speech(who: dict[str, Any], at_ms: float, *, on: bool) -> LiveEvent:
    action = "speech_on" if on else "speech_off"
    return LiveEvent(f"{PARTICIPANT}.{action}", "rec-1", ZERO_MS + at_ms, {"participant": who, "data": None})


def sound(at_ms: float) -> LiveEvent:
    return LiveEvent(AUDIO_MIXED, "rec-1", ZERO_MS + at_ms, buffer=b"\1\0" * (16 * PIECE_MS))


def words(name: str = TRANSCRIPT) -> LiveEvent:
    said = [["Good", ZERO_MS + 500, ZERO_MS + 700], ["day", ZERO_MS + 700, ZERO_MS + 900]]
    return LiveEvent(name, "rec-1", ZERO_MS + 1000, {"participant": ADA, "words": said, "language_code": "en"})


def taken_apart(frame: str | bytes) -> tuple[int, str, str, bytes]:
    """Kind, id, name and sound, as the dialect's samples read them."""
    assert isinstance(frame, bytes)
    (length,) = struct.unpack_from("<H", frame, 1)
    speaker = frame[3:3 + length].decode()
    (named,) = struct.unpack_from("<H", frame, 3 + length)
    at = 5 + length
    return frame[0], speaker, frame[at:at + named].decode(), frame[at + named:]


async def test_sound_begins_with_ready_names_its_speaker_and_ends_with_1000(listener: Listener) -> None:
    async with feeding(endpoint("websocket", listener.url, AUDIO_MIXED)) as feed:
        feed.publish(speech(ADA, 100, on=True))
        feed.publish(speech(ALAN, 300, on=True))
        feed.publish(speech(ALAN, 400, on=False))
        feed.publish(speech(ADA, 500, on=False))
        for at_ms in range(0, 600, PIECE_MS):
            feed.publish(sound(at_ms))
    await listener.until(closed=1)
    ready, *frames = listener.frames
    assert isinstance(ready, str)
    assert json.loads(ready) == {"type": "ready", "bot_id": "bot-1", "message": "Ready to receive messages"}
    pieces = [taken_apart(frame) for frame in frames]
    assert {kind for kind, *_ in pieces} == {1}
    assert [(speaker, name) for _, speaker, name, _ in pieces] == [
        ("", "NoSpeaker"), ("100", "Ada"), ("100", "Ada"), ("200", "Alan"), ("100", "Ada"), ("", "NoSpeaker")]
    assert {len(pcm) for *_, pcm in pieces} == {48 * PIECE_MS * 2}
    assert listener.codes == [1000]


async def test_sound_waits_until_it_is_known_who_speaks(listener: Listener) -> None:
    async with feeding(endpoint("websocket", listener.url, AUDIO_MIXED)) as feed:
        for at_ms in range(0, 400, PIECE_MS):
            feed.publish(sound(at_ms))
        feed.publish(speech(ADA, 100, on=True))  # told when she has spoken for a while
        feed.publish(sound(400))
        await listener.until(1 + 5)
    assert [taken_apart(frame)[2] for frame in listener.frames[1:]] == ["NoSpeaker", *["Ada"] * 4]


async def test_every_connection_is_told_that_it_is_ready(listener: Listener) -> None:
    listener.hang_up_after = 2
    async with feeding(endpoint("websocket", listener.url, AUDIO_MIXED)) as feed:
        feed.publish(sound(0))
        await listener.until(4)
    assert [isinstance(frame, str) for frame in listener.frames] == [True, False, True, False]
    assert listener.frames[1] == listener.frames[3], "what was not received comes again"


def test_sound_is_tripled_without_a_seam() -> None:
    at = np.arange(16_000)
    tone = np.rint(10_000 * np.sin(2 * np.pi * 440 * at / 16_000)).astype("<i2").tobytes()
    louder, whole = Tripled(), Tripled()(tone)
    assert b"".join(louder(tone[at:at + 642]) for at in range(0, len(tone), 642)) == whole
    heard = np.frombuffer(whole, "<i2").astype(float)
    assert len(heard) == 48_000
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert int(spectrum.argmax()) == 440
    assert spectrum[8_000:].max() < spectrum.max() / 300, "no images of the tone above what was sampled"


@pytest.mark.parametrize(("mode", "told"), [
    ("sentence", [("Good day", "Good day", True)]),
    ("word", [("Good", "Good", False), ("Good day", "day", True)]),
    ("raw", [("Good day", "Good day", True)]),
])
async def test_words_come_by_their_mode(listener: Listener, mode: str, told: list[tuple[str, str, bool]]) -> None:
    async with receiving() as hook:
        async with feeding(
            endpoint("websocket", listener.url, TRANSCRIPT, transcription_mode=mode),
            endpoint("webhook", hook.url(), TRANSCRIPT, transcription_mode=mode),
        ) as feed:
            feed.publish(words())
            await listener.until(len(told))
            await hook.until(len(told))
        posted = [each.body for each in hook.received]
        heard = [json.loads(frame) for frame in listener.frames]
        assert [event | {"event_id": ""} for event in posted] == [event | {"event_id": ""} for event in heard]
    assert [(event["transcript"], event["new_text"], event["end_of_turn"]) for event in heard] == told
    last = heard[-1]
    assert (last["speakerName"], last["speakerId"], last["bot_id"], last["custom_attributes"], last["utterance"]) == (
        "Ada", "100", "bot-1", {"tenant": "t1"}, "Good day")
    assert last["timestamp"] == "2023-11-14T22:13:20.500000Z"
    assert last["words"][-1] == {
        "word": "day", "punctuated_word": "day", "start": 0.7, "end": 0.9, "confidence": 1.0, "speech_confidence": 1.0,
        "speaker": 0, "word_is_final": True}


async def test_what_may_still_change_is_never_the_end_of_a_turn(listener: Listener) -> None:
    async with feeding(
        endpoint("websocket", listener.url, TRANSCRIPT, TRANSCRIPT_PARTIAL, transcription_mode="raw"),
    ) as feed:
        feed.publish(words(TRANSCRIPT_PARTIAL))
        feed.publish(words())
        await listener.until(2)
    assert [json.loads(frame)["end_of_turn"] for frame in listener.frames] == [False, True]
    assert [json.loads(frame)["is_final"] for frame in listener.frames] == [False, True]


async def test_people_come_and_go_in_the_dialects_envelope_signed_and_again_until_taken() -> None:
    async with receiving() as hook:
        hook.answers.append(500)
        wanted = [f"{PARTICIPANT}.join", f"{PARTICIPANT}.leave"]
        async with feeding(endpoint("webhook", hook.url(), *wanted)) as feed:
            for position, name in enumerate(wanted):
                feed.publish(LiveEvent(name, "rec-1", ZERO_MS + 1500 + position, {"participant": ADA, "data": None}))
            feed.publish(speech(ADA, 2000, on=True))
            await hook.until(3)
        refused, again, left = hook.received
    assert refused.raw == again.raw
    event = again.body
    assert event.pop("event_id")
    assert event == {
        "event": "participant_events.join", "timestamp": "2023-11-14T22:13:21.500000Z", "custom_attributes": {"tenant": "t1"},
        "data": {
            "bot": {"id": "bot-1", "metadata": {"tenant": "t1"}},
            "data": {
                "action": "join", "participant": {"id": 100, "name": "Ada", "full_name": "Ada", "platform": "gmeet"},
                "timestamp": {"absolute": "2023-11-14T22:13:21.500000Z", "relative": 1.5},
            },
        },
    }
    assert left.body["data"]["data"]["action"] == "leave"
    digest = hmac.new(SECRET.encode(), again.raw, hashlib.sha256).hexdigest()
    assert again.headers["x-meetstream-signature"] == f"sha256={digest}"


async def test_both_dialects_are_told_of_one_meeting_each_in_its_words(listener: Listener) -> None:
    async with receiving() as hook:
        recall = {"type": "webhook", "url": hook.url(), "events": [TRANSCRIPT]}
        async with feeding(recall, endpoint("websocket", listener.url, TRANSCRIPT)) as feed:
            feed.publish(words())
            await listener.until(1)
            await hook.until(1)
        assert hook.received[0].body["data"]["data"]["text"] == "Good day"
    assert json.loads(listener.frames[0])["transcript"] == "Good day"
