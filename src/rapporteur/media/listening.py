"""Speech in files of sound or film: who decodes one hears utterances, as a bot's ear hears them in a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from rapporteur.domain.errors import ErrandFailure
from rapporteur.media.downsample import Floats
from rapporteur.media.utterances import Cut, Cutter
from rapporteur.media.voice import CHUNK, RATE, Voice
from rapporteur.services.ports import Heard

RAW = ".raw"
"""The ending of bare samples: 16 kHz, one channel, signed 16-bit little-endian."""


def utterances(path: Path, source: int, offset_ms: float = 0.0) -> Iterator[Heard]:
    """What is said in a file, in order; times are milliseconds from the file's start, plus `offset_ms`.

    A file without sound has none. ErrandFailure for what cannot be played.
    """
    voice, cutter = Voice(), Cutter()
    for chunk in _chunks(path):
        if cut := cutter.feed(chunk, voice.hears(chunk)):
            yield _heard(cut, source, offset_ms)
    if cut := cutter.jump():
        yield _heard(cut, source, offset_ms)


def _heard(cut: Cut, source: int, offset_ms: float) -> Heard:
    start_ms = offset_ms + cut.start * 1000 / RATE
    pcm = np.clip(cut.sound * 32768, -32768, 32767).astype("<i2").tobytes()
    return Heard(source, start_ms, start_ms + len(cut.sound) * 1000 / RATE, pcm)


def _chunks(path: Path) -> Iterator[Floats]:
    """CHUNK samples at a time; the last are filled up with silence."""
    pending: Floats = np.zeros(0, np.float32)
    for sound in _sound(path):
        pending = np.concatenate((pending, sound))
        whole = len(pending) // CHUNK * CHUNK
        for at in range(0, whole, CHUNK):
            yield pending[at:at + CHUNK].copy()
        pending = pending[whole:]
    if len(pending):
        yield np.concatenate((pending, np.zeros(CHUNK - len(pending), np.float32)))


def _sound(path: Path) -> Iterator[Floats]:
    """16 kHz, one channel, from the file's time zero on."""
    options = {"sample_rate": str(RATE), "ch_layout": "mono"}
    try:
        with av.open(str(path), format="s16le", options=options) if path.suffix == RAW else av.open(str(path)) as file:
            if not file.streams.audio:
                return
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            begun = False
            for frame in file.decode(file.streams.audio[0]):
                if not begun:
                    begun = True
                    yield np.zeros(max(0, round((frame.time or 0.0) * RATE)), np.float32)
                # What the container says of its clock would make the resampler fill and cut by itself.
                frame.pts = None
                for out in resampler.resample(frame):
                    yield out.to_ndarray().reshape(-1).astype(np.float32, copy=False)
    except (FFmpegError, ValueError) as error:
        raise ErrandFailure("the file cannot be played", code="not_playable") from error
