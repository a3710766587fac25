"""What the people of a bench show and say, encoded beforehand, so that sending it costs next to nothing.

Pictures are VP8 of 640x360 at 30 frames per second and about 350 kbit/s, which is what the room gives a camera among five.
A moving clip looks like a camera: a textured room, somebody who sways, talks and waves, sensor noise. A still clip is its first
picture for ever, still sent thirty times a second.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

from rapporteur.simulators.speech import CLIPS, clip_file

WIDTH, HEIGHT, FPS = 640, 360, 30
BIT_RATE = 350_000
CLIP_S = 5
NOISE = 2.0
"""Standard deviation of the sensor noise, of 255."""
RATE = 48_000
PACKET = RATE // 50

Pixels = NDArray[np.uint8]
_rows, _columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


def _texture(rng: np.random.Generator, cell: int) -> NDArray[np.float32]:
    """Smooth random patches of about `cell` pixels, −1 to 1."""
    coarse = rng.uniform(-1, 1, (HEIGHT // cell + 2, WIDTH // cell + 2)).astype(np.float32)
    y, x = _rows / cell, _columns / cell
    top, left = y.astype(int), x.astype(int)
    dy, dx = y - top, x - left
    return ((coarse[top, left] * (1 - dx) + coarse[top, left + 1] * dx) * (1 - dy)
            + (coarse[top + 1, left] * (1 - dx) + coarse[top + 1, left + 1] * dx) * dy)


def pictures(person: int, *, moving: bool, seconds: int = CLIP_S) -> Iterator[Pixels]:
    """RGB pictures of one person, a single one if nothing moves; the same number always looks the same."""
    rng = np.random.default_rng(person)
    colour = np.array([(70, 95, 120), (95, 110, 80), (120, 85, 95), (105, 100, 70)][person % 4], np.float32)
    room = colour + (28 * _texture(rng, 48) + 14 * _texture(rng, 9))[..., None]
    skin = np.array([205, 165, 140], np.float32) + (18 * _texture(rng, 7))[..., None]
    cloth = np.array([50, 55, 75], np.float32) + (22 * _texture(rng, 5))[..., None]
    for n in range(seconds * FPS if moving else 1):
        at = n / FPS
        x, y = WIDTH / 2 + 14 * np.sin(2 * np.pi * (at / CLIP_S + person / 4)), 150 + 6 * np.sin(4 * np.pi * at / CLIP_S)
        head = ((_columns - x) / 62) ** 2 + ((_rows - y) / 82) ** 2 < 1
        shoulders = ((_columns - x * 0.6 - WIDTH * 0.2) / 170) ** 2 + ((_rows - HEIGHT - 30) / 150) ** 2 < 1
        mouth = ((_columns - x) / 20) ** 2 + ((_rows - y - 40) / (3 + 9 * abs(np.sin(9 * at)))) ** 2 < 1
        picture = np.where(shoulders[..., None], cloth, room)
        picture = np.where(head[..., None], np.roll(skin, (round(y - 150), round(x - WIDTH / 2)), (0, 1)), picture)
        picture = np.where(mouth[..., None], 60, picture)
        # No two pictures are alike to the eye: at the turn of one hand the other three are under way.
        hand = ((_columns - 520 - 70 * np.sin(2 * np.pi * (at + person / 8))) / 26) ** 2 + ((_rows - 210) / 34) ** 2 < 1
        picture = np.where(hand[..., None], skin, picture)
        if moving:
            picture = picture + NOISE * rng.standard_normal((HEIGHT, WIDTH, 1), np.float32)
        yield np.clip(picture, 0, 255).astype(np.uint8)


@cache
def video(person: int, *, moving: bool) -> tuple[bytes, ...]:
    """One VP8 frame per picture, the first of them a key frame and no other."""
    encoder = cast(av.VideoCodecContext, av.CodecContext.create("libvpx", "w"))
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.bit_rate, encoder.gop_size = BIT_RATE, 10_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    out: list[bytes] = []
    shown = list(pictures(person, moving=moving))
    for n in range(CLIP_S * FPS):
        frame = av.VideoFrame.from_ndarray(shown[n % len(shown)], format="rgb24")
        frame.pts, frame.time_base = n, Fraction(1, FPS)
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(out)


def packed(frames: tuple[bytes, ...]) -> str:
    """Frames for a page: JSON of base64."""
    return json.dumps([base64.b64encode(frame).decode() for frame in frames])


@cache
def speech() -> NDArray[np.float32]:
    """All sentences of the simulators one after the other, 48 kHz mono, full scale ±1."""
    pieces: list[NDArray[np.float32]] = []
    for name in sorted(CLIPS):
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        with av.open(str(clip_file(name))) as container:
            frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        pieces += [frame.to_ndarray().reshape(-1).astype(np.float32, copy=False) for frame in frames]
    return np.concatenate(pieces)


def voice(person: int, seconds: float) -> NDArray[np.float32]:
    """Somebody who talks without pause, 48 kHz mono; everybody begins somewhere else."""
    said = speech()
    return np.resize(np.roll(said, -person * len(said) // 10), round(seconds * RATE)) * 0.3


@cache
def opus(person: int, seconds: float) -> tuple[bytes, ...]:
    """The voice in packets of 20 ms at 32 kbit/s."""
    encoder = cast(av.AudioCodecContext, av.CodecContext.create("libopus", "w"))
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "flt", 32_000
    samples = voice(person, seconds)
    out: list[bytes] = []
    for n in range(len(samples) // PACKET):
        frame = av.AudioFrame.from_ndarray(samples[None, n * PACKET:(n + 1) * PACKET].copy(), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, n * PACKET, Fraction(1, RATE)
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(out)
