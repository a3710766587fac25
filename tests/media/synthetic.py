"""Meetings that never were, written as tapes: people of one colour each, with flashes and beeps at known times.

Every camera shows its person's colour with a bar that moves in each frame, and turns white for a tenth of a second at each of
the person's marks; with every flash begins a beep of 1 kHz. The network between them and the tape delays, reorders and loses
as it is told. Times are seconds from the meeting's start.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from rapporteur.domain.participants import Participant
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import KEY_FRAME, VERSION, Kind, Record, Track, encode, json_record

T0_US = 1_764_000_000_000_000
MARK_S = 0.1
Colour = tuple[int, int, int]
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (50, 70, 200), (200, 180, 40)


def at_us(seconds: float) -> int:
    return T0_US + round(seconds * 1e6)


@dataclass(frozen=True)
class Network:
    """Packets take `delay_s`, plus up to `jitter_s`; `lost` counts from a track's first."""

    delay_s: float = 0.02
    jitter_s: float = 0.0
    lost: frozenset[int] = frozenset()
    seed: int = 1

    def carry(self, records: Iterable[tuple[float, Record]]) -> Iterator[Record]:
        """(sent, record) as they arrive, or not."""
        rng = random.Random(self.seed)
        for n, (sent_s, record) in enumerate(records):
            late_s = self.delay_s + (0 if n % 8 == 0 else rng.random() * self.jitter_s)
            if n not in self.lost:
                yield record._replace(at_us=at_us(sent_s + late_s))


SPEED = Network()
"""A network without trouble."""


_LIVE = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
    "libx264": {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"},
    "libsvtav1": {"preset": "12", "svtav1-params": "rc=2:pred-struct=1"},
}
_DELIMITER = b"\x12\0"
"""Between the pictures of AV1 in files; RTP does without."""


@lru_cache(maxsize=64)
def camera(*about: Any, **options: Any) -> tuple[tuple[float, Record], ...]:
    """VP8 (libvpx), VP9, H.264 (libx264) or AV1, as (sent, record), key frames every two seconds; see `_camera`."""
    try:
        return _camera(*about, **options)
    finally:
        # SVT-AV1 takes real-time priority for the whole process where it may, and everything started from it inherits that.
        for thread in os.listdir("/proc/self/task"):
            with suppress(ProcessLookupError):  # it has just ended
                os.sched_setscheduler(int(thread), os.SCHED_OTHER, os.sched_param(0))


def _camera(source: int, colour: Colour, start_s: float, end_s: float, marks: tuple[float, ...] = (),
           size: tuple[int, int] = (320, 180), fps: int = 15, first_rtp: int = (1 << 32) - 200_000,
           still: bool = False, noise: bool = False, codec: str = "libvpx") -> tuple[tuple[float, Record], ...]:
    width, height = size
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.bit_rate, encoder.gop_size = Fraction(1, fps), width * height * 4, 2 * fps
    encoder.options = _LIVE[codec]
    out: list[tuple[float, Record]] = []
    for n in range(round((end_s - start_s) * fps)):
        sent_s = start_s + n / fps
        pixels = np.full((height, width, 3), colour, np.uint8)
        if not still:
            pixels[height // 3:height // 2, (n * 16) % width:][:, :24] = 235
        if noise:
            pixels[:] = np.random.default_rng(n).integers(0, 255, (height // 10, width // 10, 3)).repeat(10, 0).repeat(10, 1)
        if any(0 <= sent_s - mark < MARK_S for mark in marks):
            pixels[:] = 255
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = n, Fraction(1, fps)
        for packet in encoder.encode(frame):
            rtp = (first_rtp + round(n * 90_000 / fps)) % (1 << 32)
            out.append((sent_s, Record(Kind.VIDEO, 0, bytes(packet).removeprefix(_DELIMITER), source,
                                       KEY_FRAME * packet.is_keyframe, rtp)))
    return tuple(out)


@lru_cache(maxsize=64)
def microphone(source: int, start_s: float, end_s: float, marks: tuple[float, ...] = (), first_rtp: int = 4_294_900_000,
               first_sequence: int = 65_500, level: float = 0.4) -> tuple[tuple[float, Record], ...]:
    """Opus in packets of 20 ms, as (sent, record)."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "flt", 32_000
    # What the encoder looks ahead is sent earlier by a real sender too: it stamps by what it captured.
    out: list[tuple[float, Record]] = []
    for n in range(round((end_s - start_s) * 50)):
        sent_s = start_s + n * 0.02
        t = sent_s + np.arange(960) / 48_000
        beeping = np.any([(t >= mark) & (t < mark + MARK_S) for mark in marks], axis=0) if marks else np.zeros(960, bool)
        samples = np.where(beeping, level * np.sin(2 * np.pi * 1000 * t), 0).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, n * 960, Fraction(1, 48_000)
        for packet in encoder.encode(frame):
            out.append((sent_s, Record(Kind.AUDIO, 0, bytes(packet), source, 0, (first_rtp + n * 960) % (1 << 32),
                                       (first_sequence + n) % (1 << 16))))
    return tuple(out)


def track(at_s: float, source: int, media: str, role: str, participant: int | None, video_mime: str = "video/VP8") -> Record:
    mime, rate = (video_mime, 90_000) if media == "video" else ("audio/opus", 48_000)
    return json_record(Kind.TRACK, at_us(at_s), Track(source, media, role, mime, rate, participant).as_json(), source=source)


def person(number: int, name: str) -> dict[str, Any]:
    return Participant(number, name).as_json()


def event(at_s: float, action: str, who: dict[str, Any], recording_id: str = "r1", data: Any = None) -> Record:
    body = {"recording_id": recording_id, "action": action, "participant": who, "data": data}
    return json_record(Kind.EVENT, at_us(at_s), body)


def recording(at_s: float, action: str, recording_id: str = "r1") -> Record:
    return json_record(Kind.RECORDING, at_us(at_s), {"recording_id": recording_id, "action": action})


def tape(*records: Record | Iterable[Record], generation: int = 1, ended_s: float | None = None) -> bytes:
    """The bytes of one generation's file: the records in the order of arrival, END unless the tape is torn."""
    flat = [r for item in records for r in ([item] if isinstance(item, Record) else item)]
    flat.sort(key=lambda r: r.at_us)
    begin = json_record(Kind.BEGIN, flat[0].at_us, {"version": VERSION, "bot_id": "bot", "generation": generation})
    end = [] if ended_s is None else [json_record(Kind.END, at_us(ended_s), {"reason": "call_ended"})]
    return b"".join(encode(r) for r in [begin, *flat, *end])


def write(folder: Path, data: bytes, generation: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = tape_path(folder, generation)
    path.write_bytes(data)
    return folder
