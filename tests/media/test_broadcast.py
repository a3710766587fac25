"""The mixed picture over RTMP, received by FFmpeg's own server: pictures, sound, a server that comes late or goes."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.media.broadcast import Broadcast
from rapporteur.media.composer import ComposerProcess
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.relay import Relay
from rapporteur.wiring.composing import COMMAND
from tests.fakes.rtmp import RtmpServer
from tests.media import synthetic
from tests.media.synthetic import RED

pytestmark = [pytest.mark.media, pytest.mark.timeout(120)]

SECONDS = 6.0
CONFIG = {"video_mixed_mp4": None, "audio_mixed_mp3": {}}


async def test_the_picture_that_nobody_keeps_is_streamed_through_the_relay(tmp_path: Path, free_port: int) -> None:
    server = RtmpServer(free_port)
    relay = Relay(Guard(loopback=True), server.url)
    codes: list[tuple[str, int, str]] = []
    synthetic.write(tmp_path / "tape", synthetic.tape(
        synthetic.event(0, "join", synthetic.person(100, "Ada")),
        synthetic.track(0, 1, "video", "webcam", 100), synthetic.track(0, 2, "audio", "microphone", 100),
        synthetic.recording(0, "start"),
        synthetic.Network().carry([*synthetic.camera(1, RED, 0, SECONDS), *synthetic.microphone(2, 0, SECONDS)]),
        ended_s=SECONDS,
    ))
    composer = ComposerProcess(
        COMMAND, tape_dir=tmp_path / "tape", out_dir=tmp_path / "out", recording_config=CONFIG, clock=Long(),
        streams=[{"number": 0, "url": await relay.start()}],
        on_stream=lambda *stream: codes.append(stream),
    )
    made = await composer.finish()
    await asyncio.to_thread(server.thread.join, 10)
    await relay.stop()
    assert [artifact.artifact.value for artifact in made] == ["audio_mixed"]
    assert server.size == (1280, 720)
    assert server.pictures > 25 * SECONDS
    assert server.samples > 40_000 * SECONDS
    assert max(server.colour) == server.colour[0]
    assert codes[-1] == ("r1", 0, "done")
    assert not list((tmp_path / "out").rglob("*.mp4"))


class Long(SystemClock):
    """Its now is before the tape, so that everything on it is live."""

    def now_ms(self) -> float:
        return 0.0


async def test_what_was_taped_before_is_not_sent(tmp_path: Path, free_port: int) -> None:
    server, out = RtmpServer(free_port), av.open(str(tmp_path / "x.mp4"), "w")
    video, audio = out.add_stream("libx264", rate=30), out.add_stream("aac", rate=48_000)
    video.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "30"}
    broadcast = Broadcast(server.url, from_s=1.0)
    for number in range(60):
        picture = av.VideoFrame(320, 180, "yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, 30)
        for packet in video.encode(picture):
            broadcast.picture(video, bytes(packet), packet.pts, packet.time_base, is_key=packet.is_keyframe)
            out.mux_one(packet)
        sound = av.AudioFrame.from_ndarray(np.zeros((2, 1600), np.float32), format="fltp", layout="stereo")
        sound.sample_rate, sound.pts, sound.time_base = 48_000, number * 1600, Fraction(1, 48_000)
        for packet in audio.encode(sound):
            broadcast.sound(audio, bytes(packet), packet.pts, packet.time_base)
            out.mux_one(packet)
    await asyncio.to_thread(broadcast.close)
    await asyncio.to_thread(server.thread.join, 10)
    out.close()
    assert broadcast.code == "done"
    assert 0 < server.pictures <= 30
    assert 0 < server.samples <= 50_000
