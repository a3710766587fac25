"""Real speech for tests: the committed clips of the simulated people, and what a network makes of them.

The clips are decoded with PyAV and encoded to Opus packets again, so that no other program is needed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from rapporteur.simulators.speech import CLIPS, clip_file

PACKET_MS = 20
TICKS = 960


@dataclass(frozen=True)
class Clip:
    voice: str
    text: str
    pcm: np.ndarray
    """48 kHz mono int16, without the silence around the words."""

    @property
    def ms(self) -> float:
        return len(self.pcm) / 48


@cache
def clips() -> list[Clip]:
    return [Clip(clip.voice, clip.text, trimmed(decoded(clip_file(name), 48_000))) for name, clip in CLIPS.items()]


def decoded(path: Path, rate: int) -> np.ndarray:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        return np.concatenate([out.to_ndarray()[0] for frame in frames for out in resampler.resample(frame)])


def trimmed(pcm: np.ndarray) -> np.ndarray:
    loud = np.nonzero(np.abs(pcm.astype(np.int32)) > 300)[0]
    return pcm[loud[0]:loud[-1] + 1]


def at_16k(pcm: np.ndarray) -> bytes:
    """48 kHz to 16 kHz s16le bytes."""
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 48_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
    return b"".join(out.to_ndarray()[0].tobytes() for f in (frame, None) for out in resampler.resample(f))


def timeline(seconds: float, *placed: tuple[float, np.ndarray]) -> np.ndarray:
    """48 kHz silence with sounds mixed in at their seconds."""
    mix = np.zeros(round(seconds * 48_000), np.int32)
    for at, pcm in placed:
        start = round(at * 48_000)
        mix[start:start + len(pcm)] += pcm[:len(mix) - start]
    return np.clip(mix, -32768, 32767).astype(np.int16)


def opus(pcm: np.ndarray) -> list[bytes]:
    """Opus packets of 20 ms, as a meeting sends them."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "s16", 32_000
    packets: list[bytes] = []
    for at in range(0, len(pcm) // TICKS * TICKS, TICKS):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm[at:at + TICKS]).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, at
        packets += [bytes(p) for p in encoder.encode(frame)]
    return packets + [bytes(p) for p in encoder.encode(None)]


@dataclass(frozen=True)
class Arrival:
    rtp: int
    sequence: int
    arrival_ms: float
    payload: bytes


def sent(packets: list[bytes], *, start_ms: float, rtp: int = 0, sequence: int = 0) -> Iterator[Arrival]:
    """As a perfect network delivers: each packet when its sound is complete."""
    for n, payload in enumerate(packets):
        yield Arrival((rtp + n * TICKS) % 2**32, (sequence + n) % 2**16, start_ms + (n + 1) * PACKET_MS, payload)


def network(arrivals: Iterator[Arrival], *, seed: int, jitter_ms: float = 0, loss: float = 0) -> list[Arrival]:
    """Late, lost and overtaken packets, in the order of arrival."""
    chance = random.Random(seed)
    late = [Arrival(a.rtp, a.sequence, a.arrival_ms + chance.random() ** 4 * jitter_ms, a.payload)
            for a in arrivals if chance.random() >= loss]
    return sorted(late, key=lambda a: a.arrival_ms)


def tokens(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Edit distance in words, and the number of words there were."""
    spoken, told = tokens(reference), tokens(heard)
    row = list(range(len(told) + 1))
    for i, word in enumerate(spoken, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(told, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1], len(spoken)
