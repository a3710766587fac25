"""Files that users send their bots: a picture of one colour, a sound whose beeps can be told from anything else."""

from __future__ import annotations

import io
from base64 import b64encode

import av
import numpy as np
from PIL import Image

RATE = 48_000
BEEP_HZ, BEEP_S, EVERY_S = 880, 0.25, 0.5


def file_of(colour: tuple[int, int, int], kind: str = "JPEG", size: tuple[int, int] = (640, 360)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def moving(*colours: tuple[int, int, int]) -> bytes:
    """A GIF whose colours take turns, each for three tenths of a second."""
    first, *others = [Image.new("RGB", (640, 360), colour) for colour in colours]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=300)
    return file.getvalue()


def picture(colour: tuple[int, int, int], kind: str = "JPEG", size: tuple[int, int] = (640, 360)) -> str:
    """The same in base64."""
    return b64encode(file_of(colour, kind, size)).decode()


def beeps(count: int, beep_s: float = BEEP_S) -> str:
    """An MP3 in base64: a beep at the beginning of every half second, or one tone where each lasts as long."""
    at = np.arange(round(count * EVERY_S * RATE)) / RATE
    wave = 0.5 * np.sin(2 * np.pi * BEEP_HZ * at) * (at % EVERY_S < beep_s)
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=RATE, layout="mono", bit_rate=64_000)
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        for piece in [*av.AudioResampler("s16p", "mono", RATE, frame_size=1152).resample(frame), None]:
            out.mux(stream.encode(piece))
    return b64encode(file.getvalue()).decode()
