"""What is really in a media file: measured from its decoded pictures and sound, never taken from its headers alone.

Flashes (the picture, or a part of it, turns white at once) and beeps (a tone of known frequency begins) at known times make
a recording measurable: when each was shown and heard, and how far apart. Times are seconds from the file's beginning. Every
function opens the file anew and raises av.error.FFmpegError for a file that is not playable.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from rapporteur.media.planes import view

Rectangle = tuple[int, int, int, int]
"""Left, top, width, height in pixels of the picture."""

FLASH_RISE = 50.0
"""By how much the mean brightness (0–255) grows within two pictures when something flashes."""
SAME_MARK_S = 0.25
"""A mark that follows another within this time is the same one."""
BLOCK = 20
"""Pictures are compared by the means of squares of this size, which tell movement from the encoder's noise."""
MOVED = 2.0
_RATE = 16_000
_HOP_S = 0.002


@dataclass(frozen=True, slots=True)
class Stream:
    media: str
    """audio | video"""
    codec: str
    """h264, aac, mp3 …"""
    duration_s: float
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    sample_rate: int = 0
    channels: int = 0


def streams(path: Path) -> list[Stream]:
    with av.open(str(path)) as container:
        return [s for stream in container.streams if (s := _stream(stream, container)) is not None]


def duration_s(path: Path) -> float:
    """Of the longest stream."""
    return max(s.duration_s for s in streams(path))


def bit_rate(path: Path) -> float:
    """Bits per second over the whole file, container included."""
    return path.stat().st_size * 8 / duration_s(path)


def frame_times(path: Path) -> list[float]:
    """The presentation time of every picture, without decoding any."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        return sorted(float(p.pts * cast(Fraction, p.time_base)) for p in container.demux(video) if p.pts is not None)


def unique_frames_per_second(path: Path, start_s: float, end_s: float, where: Rectangle | None = None) -> float:
    """How many pictures per second differ visibly from the one before, between two times, within a rectangle."""
    shown, last = 0, None
    for at_s, luma in _luma(path, where, start_s):
        if at_s >= end_s:
            break
        blocks = _block_means(luma)
        if last is None or np.abs(blocks - last).max() > MOVED:
            shown, last = shown + 1, blocks
    return shown / (end_s - start_s)


def flash_times(path: Path, where: Rectangle | None = None) -> list[float]:
    """When the rectangle, or the whole picture, became bright at once."""
    times, brightness = [], []
    for at_s, luma in _luma(path, where):
        times.append(at_s)
        brightness.append(float(luma.mean()))
    rises = [
        times[i] if brightness[i] - brightness[i - 1] > FLASH_RISE / 2 else times[i + 1]
        for i in range(1, len(times) - 1)
        if max(brightness[i], brightness[i + 1]) - brightness[i - 1] > FLASH_RISE
    ]
    return _distinct(rises)


def beep_times(path: Path, frequency_hz: float = 1000.0, *, minimum_s: float = 0.03) -> list[float]:
    """When a tone of this frequency began that lasted at least `minimum_s`; speech is not a tone."""
    strength, share = _tone(sound(path, _RATE), frequency_hz)
    floor = max(0.01, 0.3 * float(strength.max(initial=0.0)))
    there = (strength > floor) & (share > 0.5)
    starts = np.flatnonzero(there & ~np.roll(there, 1))
    least = round(minimum_s / _HOP_S)
    held = [i for i in starts if there[i:i + least].mean() > 0.8]
    return _distinct([_onset(strength, int(i), 5 / frequency_hz / _HOP_S) * _HOP_S for i in held])


def offsets_ms(flashes: Sequence[float], beeps: Sequence[float], within_s: float = 0.4) -> list[float]:
    """For every flash that has a beep near: how much later, in milliseconds, the beep came."""
    out = []
    for flash in flashes:
        nearest = min(beeps, key=lambda beep: abs(beep - flash), default=None)
        if nearest is not None and abs(nearest - flash) <= within_s:
            out.append((nearest - flash) * 1000)
    return out


def median_offset_ms(path: Path, where: Rectangle | None = None, frequency_hz: float = 1000.0) -> float | None:
    """The median of `offsets_ms` of a file's flashes and beeps; None when there is no pair."""
    pairs = offsets_ms(flash_times(path, where), beep_times(path, frequency_hz))
    return statistics.median(pairs) if pairs else None


def mean_colour(path: Path, where: Rectangle, at_s: float) -> tuple[int, int, int]:
    """Red, green and blue (0–255) of the rectangle, averaged, in the picture shown at a time."""
    left, top, width, height = where
    area = picture(path, at_s)[top:top + height, left:left + width]
    red, green, blue = (round(float(c)) for c in area.reshape(-1, 3).mean(axis=0))
    return red, green, blue


def picture(path: Path, at_s: float) -> NDArray[np.uint8]:
    """The picture shown at a time, reached by seeking, as rows of RGB pixels. LookupError behind the last one."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        container.seek(round(max(0.0, at_s) / cast(Fraction, video.time_base)), stream=video)
        shown = None
        for frame in container.decode(video):
            if shown is not None and frame.time > at_s + 1e-6:
                break
            shown = frame
        if shown is None:
            raise LookupError(f"{path.name} has no picture at {at_s} s")
        return shown.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def sound(path: Path, rate_hz: int) -> NDArray[np.float32]:
    """The whole sound track, mixed to one channel, full scale ±1. Silence stands where the file has a gap."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    pieces: list[NDArray[np.float32]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            pieces += [f.to_ndarray().reshape(-1).astype(np.float32, copy=False) for f in resampler.resample(frame)]
        pieces += [f.to_ndarray().reshape(-1).astype(np.float32, copy=False) for f in resampler.resample(None)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def loudness_db(path: Path, start_s: float, end_s: float) -> float:
    """The root mean square of the sound between two times, in dB of full scale; −120 for digital silence."""
    samples = sound(path, _RATE)[round(start_s * _RATE):round(end_s * _RATE)]
    return 20 * float(np.log10(max(1e-6, float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0)))


# --- how it is measured -------------------------------------------------------------------------------------------------


def _stream(stream: object, container: InputContainer) -> Stream | None:
    if isinstance(stream, av.VideoStream):
        rate = float(stream.average_rate or 0)
        return Stream("video", stream.codec_context.name, _length(stream, container), stream.width, stream.height, rate)
    if isinstance(stream, av.AudioStream):
        context = stream.codec_context
        codec = "mp3" if context.name.startswith("mp3") else context.name
        return Stream("audio", codec, _length(stream, container), sample_rate=context.sample_rate, channels=context.channels)
    return None


def _length(stream: av.VideoStream | av.AudioStream, container: InputContainer) -> float:
    if stream.duration is not None:
        return float(stream.duration * cast(Fraction, stream.time_base))
    return (container.duration or 0) / av.time_base


def _luma(path: Path, where: Rectangle | None, start_s: float = 0.0) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        if start_s > 0:
            container.seek(round(start_s / cast(Fraction, video.time_base)), stream=video)
        for frame in container.decode(video):
            if frame.time is None or frame.time < start_s - 1e-6:
                continue
            luma = view(frame)[0]
            left, top, width, height = where or (0, 0, frame.width, frame.height)
            yield frame.time, luma[top:top + height, left:left + width]


def _block_means(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    size = min(BLOCK, *luma.shape)
    rows, columns = luma.shape[0] // size, luma.shape[1] // size
    return luma[:rows * size, :columns * size].reshape(rows, size, columns, size).mean(axis=(1, 3))


def _tone(samples: NDArray[np.float32], frequency_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per hop: the tone's amplitude, and its share of all power, in a window of ten periods."""
    window = round(_RATE * 10 / frequency_hz)
    hop = round(_RATE * _HOP_S)
    if len(samples) < window:
        return np.zeros(0), np.zeros(0)
    phase = np.exp(-2j * np.pi * frequency_hz / _RATE * np.arange(len(samples)))
    turned = np.concatenate([[0], np.cumsum(samples * phase)])
    power = np.concatenate([[0], np.cumsum(np.square(samples, dtype=np.float64))])
    at = np.arange(0, len(samples) - window + 1, hop)
    amplitude = 2 * np.abs(turned[at + window] - turned[at]) / window
    total = (power[at + window] - power[at]) / window
    return amplitude, np.square(amplitude) / 2 / np.maximum(total, 1e-9)


def _onset(strength: NDArray[np.float64], found: int, half_window_hops: float) -> float:
    """In hops: a window that holds half of the tone's amplitude begins half a window before the tone does."""
    peak = float(strength[found:found + 15].max())
    rise = found
    while rise > 0 and strength[rise - 1] > peak / 2:
        rise -= 1
    while rise < len(strength) - 1 and strength[rise] < peak / 2:
        rise += 1
    return rise + half_window_hops


def _distinct(times: list[float]) -> list[float]:
    out: list[float] = []
    for at in times:
        if not out or at - out[-1] > SAME_MARK_S:
            out.append(at)
    return out
