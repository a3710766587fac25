"""Tapes of somebody who flashes and beeps at once, every five seconds, for as long as is wanted.

The camera's clock and the microphone's run wrong by as much as is said, and the network holds packets up at random: that is
what placing media by its timestamps has to get over. A beep begins when the first picture of its flash is taken, by the true
time, whatever the clocks say.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np

from bench.measuring import clips
from bench.measuring.tapes import AUDIO, T0_US, VIDEO, VIDEO_CLOCK
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import KEY_FRAME, VERSION, Kind, Record, Track, encode, json_record

WIDTH, HEIGHT = 320, 180
KEY_FRAME_S = 10
EVERY_S, MARK_S = 5.0, 0.1
FIRST_S = 1.0
RECORDING, PERSON = "bench", {"id": 100, "name": "Marker", "email": None, "is_host": False, "platform": None}
TONE_HZ = 1000.0


@dataclass(frozen=True, slots=True)
class Sender:
    """How wrong its clocks run, in millionths, and how long the network holds packets up at most."""

    camera_ppm: float
    microphone_ppm: float
    jitter_ms: float = 60.0
    seed: int = 1


def _since_mark_s(pictures: Any) -> Any:
    """By the camera's clock, so that a mark begins with a picture; negative before the first."""
    at_s = pictures / clips.FPS - FIRST_S
    return np.where(at_s < -1e-6, at_s, (at_s + 1e-6) % EVERY_S)


def _is_marked(pictures: Any) -> Any:
    since_s = _since_mark_s(pictures)
    return (since_s >= 0) & (since_s < MARK_S)


def _pictures(seconds: float) -> Iterator[tuple[bytes, bool]]:
    """VP8 at 30 frames per second of the camera's clock, and whether each is a key frame."""
    encoder = cast(av.VideoCodecContext, av.CodecContext.create("libvpx", "w"))
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.bit_rate, encoder.gop_size = Fraction(1, clips.FPS), 200_000, KEY_FRAME_S * clips.FPS
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    for n in range(round(seconds * clips.FPS)):
        pixels = np.full((HEIGHT, WIDTH), 255 if _is_marked(n) else 70, np.uint8)
        pixels[60:90, n * 8 % WIDTH:][:, :24] = 160
        frame = av.VideoFrame.from_ndarray(pixels, format="gray").reformat(format="yuv420p")
        frame.pts, frame.time_base = n, Fraction(1, clips.FPS)
        for packet in encoder.encode(frame):
            yield bytes(packet), packet.is_keyframe


def _sounds(sender: Sender, seconds: float) -> Iterator[tuple[bytes, bool]]:
    """Opus in packets of 20 ms of the microphone's clock."""
    encoder = cast(av.AudioCodecContext, av.CodecContext.create("libopus", "w"))
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = clips.RATE, "mono", "flt", 32_000
    for n in range(round(seconds * 50)):
        at_s = true_s((n * clips.PACKET + np.arange(clips.PACKET)) / clips.RATE, sender.microphone_ppm)
        pictures = at_s * (1 + sender.camera_ppm / 1e6) * clips.FPS
        samples = np.where(_is_marked(pictures), 0.4 * np.sin(2 * np.pi * TONE_HZ * at_s), 0).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = clips.RATE, n * clips.PACKET, Fraction(1, clips.RATE)
        for packet in encoder.encode(frame):
            yield bytes(packet), False


def true_s(counted_s: Any, ppm: float) -> Any:
    """When a clock that runs too fast by so many millionths has counted so far."""
    return counted_s / (1 + ppm / 1e6)


def _sent(kind: Kind, sender: Sender, seconds: float) -> Iterator[Record]:
    """One track as it arrives, in order."""
    video = kind is Kind.VIDEO
    per_s, clock, source = (clips.FPS, VIDEO_CLOCK, VIDEO) if video else (50, clips.RATE, AUDIO)
    ppm = sender.camera_ppm if video else sender.microphone_ppm
    payloads = _pictures(seconds) if video else _sounds(sender, seconds)
    rng, last_us = random.Random(f"{sender.seed} {kind}"), 0
    for n, (payload, is_key) in enumerate(payloads):
        held_ms = 20 + (rng.random() * sender.jitter_ms if n % 4 else 0)
        last_us = max(last_us, T0_US + round(true_s(n / per_s, ppm) * 1e6 + held_ms * 1000))
        yield Record(kind, last_us, payload, source, KEY_FRAME * is_key, n * (clock // per_s) % (1 << 32), n & 0xFFFF)


def write_marked_tape(folder: Path, sender: Sender, seconds: float) -> None:
    """A finished tape with one recording of all of it."""
    at_us, end_us = T0_US, T0_US + round(seconds * 1e6)
    event = {"recording_id": RECORDING, "participant": PERSON, "data": None}
    tracks = [Track(VIDEO, "video", "webcam", "video/VP8", VIDEO_CLOCK, 100),
              Track(AUDIO, "audio", "microphone", "audio/opus", clips.RATE, 100)]
    begin = [json_record(Kind.BEGIN, at_us, {"version": VERSION, "bot_id": "bench", "generation": 1}),
             json_record(Kind.RECORDING, at_us, {"recording_id": RECORDING, "action": "start"}),
             *(json_record(Kind.EVENT, at_us, event | {"action": action}) for action in ("join", "webcam_on")),
             *(json_record(Kind.TRACK, at_us, track.as_json(), source=track.source) for track in tracks)]
    end = [json_record(Kind.RECORDING, end_us, {"recording_id": RECORDING, "action": "stop"}),
           json_record(Kind.END, end_us, {"reason": "ended"})]
    media = heapq.merge(*(_sent(kind, sender, seconds) for kind in (Kind.VIDEO, Kind.AUDIO)), key=lambda r: r.at_us)
    folder.mkdir(parents=True)
    with tape_path(folder, 1).open("wb") as file:
        for record in (*begin, *media, *end):
            file.write(encode(record))
