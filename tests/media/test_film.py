"""The mixed picture as a film over a WebSocket: what a receiver appends plays, whoever is lost, late or dead on the way."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError

from rapporteur.delivery.live import film as film_module
from rapporteur.delivery.live.film import filmed
from rapporteur.delivery.live.recall import Bot
from rapporteur.kit.clock import SystemClock
from rapporteur.media.broadcast import Broadcast
from rapporteur.media.composer import ComposerProcess
from rapporteur.outbound.guard import Guard
from rapporteur.wiring.composing import COMMAND
from tests.media import synthetic
from tests.media.synthetic import RED

pytestmark = [pytest.mark.media, pytest.mark.timeout(120)]

SECONDS = 6.0


class Long(SystemClock):
    """Its now is before the tape, so that everything on it is live."""

    def now_ms(self) -> float:
        return 0.0


class Hasty(SystemClock):
    """Does not wait long."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))


class Receiver:
    """As the dialect's samples have it: a file per connection, pongs for pings."""

    def __init__(self) -> None:
        self.told: list[list[dict[str, Any]]] = []
        self.films: list[list[bytes]] = []
        self.codes: list[int | None] = []
        self.hang_up_after = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def visit(self, connection: ServerConnection) -> None:
        told, film = list[dict[str, Any]](), list[bytes]()
        self.told.append(told)
        self.films.append(film)
        with suppress(ConnectionClosedError):
            async for frame in connection:
                await self._take(connection, frame, told, film)
        async with self._changed:
            self.codes.append(connection.close_code)
            self._changed.notify_all()

    async def _take(
        self, connection: ServerConnection, frame: str | bytes, told: list[dict[str, Any]], film: list[bytes],
    ) -> None:
        if isinstance(frame, bytes):
            film.append(frame)
            if len(self.films) == 1 and len(film) == self.hang_up_after:
                connection.transport.abort()
            return
        told.append(message := json.loads(frame))
        if message["type"] == "video_latency_ping":
            await connection.send(json.dumps({
                "type": "video_latency_pong", "seq": message["seq"], "sent_at_ms": message["sent_at_ms"],
                "server_received_at_ms": 0, "bot_id": message["bot_id"]}))

    async def until_closed(self, times: int) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: len(self.codes) >= times)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with serve(receiver.visit, "127.0.0.1", 0) as server:
        receiver.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/video"
        yield receiver


@asynccontextmanager
async def filming(url: str, guard: Guard | None = None) -> AsyncIterator[str]:
    guard = guard or Guard(loopback=True)
    async with filmed({3: url}, Bot("bot-1", {}), guard=guard, clock=Hasty(), secret=None) as streams:
        [stream] = streams
        assert stream["number"] == 3
        yield stream["url"]


def decoded(film: list[bytes]) -> tuple[list[av.VideoFrame], list[av.AudioFrame]]:
    pictures, sounds = list[av.VideoFrame](), list[av.AudioFrame]()
    with av.open(io.BytesIO(b"".join(film))) as container:
        for frame in container.decode():
            (pictures if isinstance(frame, av.VideoFrame) else sounds).append(frame)  # type: ignore[arg-type]
    return pictures, sounds


async def test_a_receiver_is_told_what_comes_and_what_it_appends_plays(tmp_path: Path) -> None:
    codes: list[tuple[str, int, str]] = []
    synthetic.write(tmp_path / "tape", synthetic.tape(
        synthetic.event(0, "join", synthetic.person(100, "Ada")),
        synthetic.track(0, 1, "video", "webcam", 100), synthetic.track(0, 2, "audio", "microphone", 100),
        synthetic.recording(0, "start"),
        synthetic.Network().carry([*synthetic.camera(1, RED, 0, SECONDS), *synthetic.microphone(2, 0, SECONDS)]),
        ended_s=SECONDS,
    ))
    async with receiving() as receiver, filming(receiver.url) as url:
        composer = ComposerProcess(
            COMMAND, tape_dir=tmp_path / "tape", out_dir=tmp_path / "out", recording_config={"video_mixed_mp4": {}},
            clock=Long(), streams=[{"number": 3, "url": url}], on_stream=lambda *stream: codes.append(stream))
        made = await composer.finish()
        await receiver.until_closed(1)
    assert [artifact.failure for artifact in made] == [None]
    [told], [film] = receiver.told, receiver.films
    start, end = told[0], told[-1]
    assert start == {
        "type": "video_stream_start", "bot_id": "bot-1", "codec": "h264", "audio_codec": "aac", "container": "fmp4",
        "width": 1280, "height": 720, "framerate": 30, "audio_sample_rate": 48_000, "audio_bitrate": "128k"}
    assert (end["type"], end["bot_id"]) == ("video_stream_end", "bot-1")
    assert receiver.codes == [1000]
    assert codes[-1] == ("r1", 3, "done")
    assert film[0][4:8] == b"ftyp"
    assert all(fragment[4:8] == b"moof" for fragment in film[1:])
    assert len(film) > SECONDS, "a second never waits to be whole"
    pictures, sounds = decoded(film)
    assert len(pictures) == pytest.approx(30 * SECONDS, abs=15)
    assert sum(frame.samples for frame in sounds) == pytest.approx(48_000 * SECONDS, rel=0.1)
    assert (pictures[0].time, pictures[0].key_frame) == (0.0, True)
    middle = pictures[60].to_ndarray(format="rgb24")[360, 640]
    assert int(middle.argmax()) == 0


def stream(broadcast: Broadcast, tmp_path: Path, seconds: float) -> Iterator[None]:
    """Give it a film of its own, a tenth of a second at a time."""
    with av.open(str(tmp_path / "x.mp4"), "w") as out:
        video, audio = out.add_stream("libx264", rate=30), out.add_stream("aac", rate=48_000)
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        video.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "30"}
        for number in count():
            if number >= 30 * seconds:
                return
            picture = av.VideoFrame.from_ndarray(np.full((270, 320), number % 200, np.uint8), format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 30)
            for packet in video.encode(picture):
                broadcast.picture(video, bytes(packet), packet.pts, packet.time_base, is_key=packet.is_keyframe)
                out.mux_one(packet)
            sound = av.AudioFrame.from_ndarray(np.zeros((2, 1600), np.float32), format="fltp", layout="stereo")
            sound.sample_rate, sound.pts, sound.time_base = 48_000, number * 1600, Fraction(1, 48_000)
            for packet in audio.encode(sound):
                broadcast.sound(audio, bytes(packet), packet.pts, packet.time_base)
                out.mux_one(packet)
            if number % 3 == 2:
                yield


async def test_a_receiver_that_was_lost_gets_a_film_that_begins_anew(tmp_path: Path) -> None:
    clock = SystemClock()
    async with receiving() as receiver, filming(receiver.url) as url:
        receiver.hang_up_after = 4
        broadcast = Broadcast(url)
        for _ in stream(broadcast, tmp_path, 10.0):
            await clock.sleep(0.05)
        await asyncio.to_thread(broadcast.close)
        await receiver.until_closed(2)
    assert broadcast.code == "done"
    assert [told[0]["type"] for told in receiver.told] == ["video_stream_start"] * 2
    assert receiver.told[1][-1]["type"] == "video_stream_end"
    assert receiver.told[1][-1]["duration_seconds"] > 1
    pings = [message for message in receiver.told[1] if message["type"] == "video_latency_ping"]
    assert [ping["seq"] for ping in pings] == list(range(1, len(pings) + 1))
    assert len(pings) > 5
    assert abs(pings[-1]["sent_at_ms"] - clock.now_ms()) < 5_000
    pictures, sounds = decoded(receiver.films[1])
    assert (pictures[0].time, pictures[0].key_frame) == (0.0, True)
    assert 0 <= (sounds[0].time or 0.0) < 0.1, "what was said before its first picture is no part of it"
    assert len(pictures) > 60


@pytest.mark.parametrize("guard", [Guard(), Guard(loopback=True)], ids=["refused by the guard", "not there"])
async def test_a_receiver_that_is_not_there_holds_up_nobody(tmp_path: Path, free_port: int, guard: Guard) -> None:
    clock = SystemClock()
    async with filming(f"ws://127.0.0.1:{free_port}/", guard) as url:
        broadcast = Broadcast(url)
        for _ in stream(broadcast, tmp_path, 1.0):
            pass
        began_s = clock.monotonic_s()
        await asyncio.to_thread(broadcast.close, 0.5)
        assert clock.monotonic_s() - began_s < 2
        await asyncio.to_thread(broadcast.close, 5.0)
    assert broadcast.code == "failed"


async def test_who_does_not_know_the_token_delivers_nothing() -> None:
    async with receiving() as receiver, filming(receiver.url) as url:
        port = int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(json.dumps({"token": "guessed", "width": 1}).encode() + b"\n")
        assert await reader.read() == b""
        writer.close()
    assert receiver.told == []


async def test_what_is_no_film_is_not_passed_on() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"\xff\xff\xff\xffftyp")
    with pytest.raises(ValueError, match="not a film"):
        [message async for message in film_module._messages(reader)]
