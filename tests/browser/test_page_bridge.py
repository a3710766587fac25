"""Who may speak to the bot's bridge, and what becomes of nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from rapporteur.bot.bridge import LARGEST_MESSAGE, Bridge
from rapporteur.kit.clock import SystemClock
from rapporteur.services.ports import TrackSeen
from rapporteur.wire.page import FRAME, Envelope, MediaFrame

pytestmark = pytest.mark.browser


class Heard:
    def __init__(self) -> None:
        self.all: asyncio.Queue[Envelope | TrackSeen | list[MediaFrame]] = asyncio.Queue()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def bridge(heard: Heard) -> AsyncIterator[Bridge]:
    put = heard.all.put_nowait
    bridge = Bridge(SystemClock(), on_envelope=put, on_track=put, on_media=put)
    await bridge.start()
    yield bridge
    await bridge.stop()


def said(kind: str, body: str, seq: int = 1) -> str:
    return f'{{"v": 1, "type": "{kind}", "seq": {seq}, "at": {SystemClock().now_ms()}, "body": {body}}}'


TRACK = '{"track": 1, "media": "video", "mime": "video/VP8", "clock_rate": 90000}'


@pytest.mark.parametrize("secret", ["wrong", "", b"binary", said("ready", "{}")])
async def test_a_wrong_secret_is_refused(bridge: Bridge, heard: Heard, secret: str | bytes) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(secret)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    assert socket.close_code == 1008
    assert bridge.refused == 1
    assert not bridge.connected
    assert heard.all.empty()


async def test_a_message_beyond_the_bound_ends_the_connection(bridge: Bridge) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        with suppress(ConnectionClosed):  # the answer may come while we are still sending
            await socket.send([bytes(1 << 18)] * (LARGEST_MESSAGE // (1 << 18) + 1))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    assert socket.close_code == 1009


async def test_nonsense_is_passed_over_and_the_rest_is_heard(bridge: Bridge, heard: Heard) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        for nonsense in ("{", "[]", said("track", "{}"), b"\x01\x02", said("track_owner", '{"track": 1}')):
            await socket.send(nonsense)
        await socket.send(said("chat", "{}"))
        got = await heard.all.get()
    assert isinstance(got, Envelope)
    assert got.type == "chat"


async def test_an_owner_told_before_the_track_is_known_is_kept(bridge: Bridge, heard: Heard) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        await socket.send(said("track_owner", '{"track": 1, "key": "ann", "role": "webcam"}'))
        await socket.send(said("track", TRACK))
        assert await heard.all.get() == TrackSeen(1, "video", "video/VP8", 90_000, "ann", "webcam")
        await socket.send(said("track_owner", '{"track": 1, "key": "ann", "role": "screenshare"}'))
        changed = await heard.all.get()
    assert isinstance(changed, TrackSeen)
    assert (changed.track, changed.role) == (1, "screenshare")
    ended = await heard.all.get()
    assert isinstance(ended, TrackSeen)
    assert ended.ended, "a connection that ends takes its tracks with it"


async def test_a_contributing_source_has_its_owner_whenever_that_is_told(bridge: Bridge, heard: Heard) -> None:
    part = '{"track": %d, "media": "audio", "mime": "audio/opus", "clock_rate": 48000, "csrc": 7}'
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        await socket.send(said("track", part % 16384))
        assert await heard.all.get() == TrackSeen(1, "audio", "audio/opus", 48_000, None, "mix"), "anybody's, so far"
        await socket.send(said("contributor", '{"csrc": 7, "key": "ann"}'))
        assert await heard.all.get() == TrackSeen(1, "audio", "audio/opus", 48_000, "ann", "microphone")
        await socket.send(said("contributor", '{"csrc": 7, "key": "ann"}'))
        await socket.send(said("track", part % 16385))
        assert await heard.all.get() == TrackSeen(2, "audio", "audio/opus", 48_000, "ann", "microphone")
        await socket.send(said("contributor", '{"csrc": 7, "key": "ben"}'))
        both = [await heard.all.get() for _ in range(2)]
    assert [(t.track, t.key) for t in both if isinstance(t, TrackSeen)] == [(1, "ben"), (2, "ben")]


async def test_two_connections_never_share_a_number(bridge: Bridge, heard: Heard) -> None:
    numbers = []
    for _ in range(2):
        async with connect(bridge.parameters["url"]) as socket:
            await socket.send(bridge.parameters["secret"])
            await socket.send(said("track", TRACK))
            numbers.append((await heard.all.get()).track)  # type: ignore[union-attr]
            await socket.send(FRAME.pack(3, 1, 2, 1, 90, 7, 0, SystemClock().now_ms() + 9_000) + b"abc")
            frames = await heard.all.get()
            assert isinstance(frames, list)
            assert (frames[0].track, frames[0].payload) == (numbers[-1], b"abc")
            assert frames[0].arrival_ms <= SystemClock().now_ms(), "nothing arrives in the future"
        await heard.all.get()  # the track's end
    assert numbers == [1, 2]


async def test_frames_of_a_track_that_was_not_announced_are_dropped(bridge: Bridge, heard: Heard) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        await socket.send(FRAME.pack(0, 5, 2, 1, 0, 0, 0, 0.0))
        await socket.send(said("chat", "{}"))
        assert isinstance(await heard.all.get(), Envelope)


@pytest.mark.parametrize(("kind", "plays"), [("ready", True), ("staged", True), ("chat", False)])
async def test_what_is_shown_goes_to_the_page_and_to_frames_that_have_its_devices(
    bridge: Bridge, heard: Heard, kind: str, plays: bool,
) -> None:
    async with connect(bridge.parameters["url"]) as socket:
        await socket.send(bridge.parameters["secret"])
        for each in (kind, "meeting"):  # once the second is heard, the first was taken
            await socket.send(said(each, "{}"))
            await heard.all.get()
        await bridge.send(b"picture")
        await bridge.order("pass")
        assert await socket.recv() == (b"picture" if plays else "pass")
