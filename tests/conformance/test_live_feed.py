"""The live feed against real WebSocket and HTTP servers on loopback, which go away, refuse, hang and come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from rapporteur.delivery.live.feed import Feed
from rapporteur.delivery.live.recall import Bot
from rapporteur.kit.clock import SystemClock
from rapporteur.outbound.guard import Guard
from rapporteur.wire.live import AUDIO_MIXED, LiveEvent, endpoint_id
from tests.fakes.ears import JOIN, Ears, listening
from tests.fakes.receiver import receiving

pytestmark = pytest.mark.conformance

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADA = {"id": 100, "name": "Ada", "is_host": True, "platform": None, "extra_data": {}, "email": None}
NOBODY = {"type": "websocket", "url": "ws://127.0.0.1:9/", "events": [JOIN]}
ZERO_MS = 1_700_000_000_000.0


class QuickClock(SystemClock):
    """Waits only as long as it takes to let others run."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.01)


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    async with listening() as ears:
        yield ears


@asynccontextmanager
async def feeding(*endpoints: dict[str, Any], guard: Guard | None = None) -> AsyncIterator[tuple[Feed, list[dict[str, Any]]]]:
    told: list[dict[str, Any]] = []
    feed = Feed(Bot("bot-1", {"k": "v"}, "ext"), 1, guard=guard or Guard(loopback=True), clock=QuickClock(),
                post=lambda _, body: told.append(body), secret=SECRET)
    config = {"realtime_endpoints": list(endpoints), "participant_events": {"metadata": {"a": "b"}}}
    feed.recording_started("rec-1", config, ZERO_MS)
    try:
        yield feed, told
    finally:
        await feed.aclose()


def joined(number: int = 0, action: str = "join") -> LiveEvent:
    return LiveEvent(f"participant_events.{action}", "rec-1", ZERO_MS + 1500 + number, {"participant": ADA, "data": None})


def sound(size: int = 3200) -> LiveEvent:
    return LiveEvent(AUDIO_MIXED, "rec-1", ZERO_MS, buffer=b"\0" * size)


async def test_an_event_arrives_whole_over_a_socket_given_as_http(ears: Ears) -> None:
    url = f"http://127.0.0.1:{ears.port}/ws/rt?token=a%20b"
    async with feeding(ears.endpoint() | {"url": url, "metadata": {"m": "1"}}) as (feed, _):
        feed.publish(joined())
        await ears.until(1)
    [event] = ears.heard
    assert event["event"] == "participant_events.join"
    assert event["number"] == 1
    data = event["data"]
    assert data["data"] == {
        "participant": ADA, "timestamp": {"absolute": "2023-11-14T22:13:21.500000Z", "relative": 1.5}, "data": None}
    assert data["bot"] == {"id": "bot-1", "metadata": {"k": "v"}, "external_id": "ext"}
    assert data["realtime_endpoint"] == {"id": endpoint_id("rec-1", 0), "metadata": {"m": "1"}}
    assert data["participant_events"]["metadata"] == {"a": "b"}
    assert data["recording"]["id"] == "rec-1"
    path, headers = ears.visits[0]
    assert path == "/ws/rt?token=a%20b"
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == Verifier(SECRET).sign(headers["webhook-id"], at, "")


async def test_what_was_not_proven_is_sent_again_after_a_reconnect(ears: Ears) -> None:
    ears.hang_up_after = [3]
    async with feeding(ears.endpoint()) as (feed, told):
        for number in range(10):
            feed.publish(joined(number))
        await ears.until(13)
    assert [event["number"] for event in ears.heard] == [1, 2, 3, *range(1, 11)]
    assert ears.heard[3:6] == ears.heard[:3]
    assert len(ears.visits) == 2
    assert told[-1] == {
        "endpoint_id": endpoint_id("rec-1", 0), "code": "done", "error": None, "delivered": {JOIN: 10}, "dropped": {}}


async def test_a_receiver_that_takes_nothing_fails_and_says_so() -> None:
    async with feeding(NOBODY) as (feed, told):
        feed.publish(joined())
    assert told[-1]["code"] == "failed"
    assert told[-1]["error"]["code"] == "connection_failed"
    assert told[-1]["dropped"] == {"participant_events.join": 1}


async def test_what_has_arrived_is_told_while_the_recording_runs() -> None:
    told, counted = [], asyncio.Event()

    def note(_: str, body: dict[str, Any]) -> None:
        told.append(body)
        if body["delivered"] == {JOIN: 2}:
            counted.set()

    async with receiving() as receiver:
        feed = Feed(Bot("bot-1", {}), 1, guard=Guard(loopback=True), clock=QuickClock(), post=note)
        takes = {"type": "webhook", "url": receiver.url(), "events": [JOIN]}
        feed.recording_started("rec-1", {"realtime_endpoints": [takes]}, ZERO_MS)
        feed.publish(joined(0))
        feed.publish(joined(1))
        async with asyncio.timeout(20):
            await counted.wait()
        assert {body["code"] for body in told} == {"running"}
        await feed.aclose()
    bodies = [(body["code"], body["delivered"], body["dropped"]) for body in told]
    assert len(bodies) == len({repr(body) for body in bodies}), "nothing is told twice"


async def test_what_is_given_up_for_a_dead_endpoint_is_told_while_it_is_dialled() -> None:
    told, counted = [], asyncio.Event()

    def note(_: str, body: dict[str, Any]) -> None:
        told.append(body)
        counted.set()

    wants = NOBODY | {"events": ["audio_mixed_raw.data"]}
    feed = Feed(Bot("bot-1", {}), 1, guard=Guard(loopback=True), clock=QuickClock(), post=note)
    feed.recording_started("rec-1", {"realtime_endpoints": [wants]}, ZERO_MS)
    for _ in range(3):
        feed.publish(sound(4 << 20))
    async with asyncio.timeout(20):
        await counted.wait()
    assert [(body["code"], body["dropped"]) for body in told] == [("running", {"audio_mixed_raw.data": 2})]
    await feed.aclose()
    assert (told[-1]["code"], told[-1]["dropped"]) == ("failed", {"audio_mixed_raw.data": 3})


async def test_a_private_address_is_not_dialled() -> None:
    async with feeding(NOBODY, guard=Guard()) as (_, told):
        pass
    assert [each["error"]["code"] for each in told] == ["blocked_address"]


async def test_webhooks_are_signed_tried_again_and_keep_their_order() -> None:
    async with receiving() as receiver:
        receiver.answers.extend([500, 503])
        async with feeding({"type": "webhook", "url": receiver.url(), "events": [JOIN]}) as (feed, _):
            feed.publish(joined(0))
            feed.publish(joined(1))
            await receiver.until(4)
    first, again, third, second = receiver.received
    assert first.raw == again.raw == third.raw != second.raw
    assert [each.body["number"] for each in receiver.received] == [1, 1, 1, 2]
    assert first.id == first.body["event_id"]
    for each in receiver.received:
        Verifier(SECRET).verify(each.raw.decode(), each.headers)


async def test_an_endpoint_that_always_refuses_is_given_up_after_sixty_tries() -> None:
    async with receiving() as receiver:
        receiver.answers.extend([500] * 61)
        async with feeding({"type": "webhook", "url": receiver.url(), "events": [JOIN]}) as (feed, told):
            feed.publish(joined())
        assert len(receiver.received) == 60
    assert told[-1]["error"]["code"] == "bad_answer"


async def test_a_dead_endpoint_holds_up_nobody(ears: Ears) -> None:
    async with receiving() as receiver:
        receiver.answers.append("hang")
        dead = {"type": "webhook", "url": receiver.url(), "events": [JOIN]}
        feed = Feed(Bot("bot-1", {}), 1, guard=Guard(loopback=True), clock=QuickClock(), post=lambda *_: None)
        feed.recording_started("rec-1", {"realtime_endpoints": [dead, ears.endpoint()]}, ZERO_MS)
        for number in range(50):
            feed.publish(joined(number))
        await ears.until(50)
        await feed.aclose(within_s=0.1)


async def test_who_asks_for_muting_gets_it_and_others_learn_of_an_update(ears: Ears) -> None:
    async with feeding(ears.endpoint("participant_events.update", "participant_events.mute")) as (feed, _):
        feed.publish(joined(action="mute"))
        feed.publish(joined(1, action="unmute"))
        await ears.until(3)
    assert sorted(event["event"] for event in ears.heard) == [
        "participant_events.mute", "participant_events.update", "participant_events.update"]
    assert len({event["event_id"] for event in ears.heard}) == 3


async def test_nobody_shares_a_moment(ears: Ears) -> None:
    async with feeding(ears.endpoint()) as (feed, _):
        for _ in range(20):
            feed.publish(joined())
        await ears.until(20)
    assert len({event["data"]["updated_at"] for event in ears.heard}) == 20


async def test_what_nobody_asked_for_is_not_wanted(ears: Ears) -> None:
    async with feeding(ears.endpoint("transcript.data")) as (feed, _):
        assert feed.wants("transcript.data")
        assert not feed.wants(AUDIO_MIXED)
        feed.publish(sound())
        feed.publish(LiveEvent("transcript.data", "rec-1", ZERO_MS, {
            "participant": ADA, "words": [["Good", ZERO_MS + 500, ZERO_MS + 700], ["day", ZERO_MS + 700, ZERO_MS + 900]],
            "language_code": "en"}))
        await ears.until(1)
    [event] = ears.heard
    data = event["data"]["data"]
    assert (data["text"], data["start_ms"], data["end_ms"]) == ("Good day", 500, 900)
    assert [word["text"] for word in data["words"]] == ["Good", "day"]
    assert data["words"][1]["end_timestamp"]["relative"] == 0.9
