"""What one participant's files cost: encoded packets copied from the tape, against decoding and encoding them again.

    make bench NAME=tracks

Both sides read the same tape of one person (VP8 640x360 at 30 frames per second, Opus) in this process with PyAV, on one
thread. Ours puts every payload untouched into WebM and Ogg; that they are the tape's bit for bit is checked in every round. The
opponent decodes both and encodes x264 ultrafast and AAC into MP4. `tracks` is a person's video and audio, `video` the video
alone.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import av
from av.container import OutputContainer

from bench.measuring import clips
from bench.measuring.results import Result, figure, rounds_wanted
from bench.measuring.tapes import AUDIO, VIDEO, VIDEO_CLOCK, OggWriter, WebmWriter, payloads, write_tape
from rapporteur.media.tape import TapeReader
from rapporteur.wire.tape import Kind, Record

SECONDS = 60
BOTH = (VIDEO, AUDIO)
Sources = tuple[int, ...]


def copy(tape: Path, folder: Path, sources: Sources) -> None:
    """Ours."""
    writers = {VIDEO: WebmWriter(folder / "video.webm"), AUDIO: OggWriter(folder / "audio.ogg")}
    for record in TapeReader(tape):
        if record.kind in (Kind.VIDEO, Kind.AUDIO) and record.source in sources:
            writers[record.source].add(record)
    for writer in writers.values():
        writer.close()


class Encoder:
    """The opponent's side of one track."""

    def __init__(self, path: Path, source: int) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="mp4")
        self._decoder: Any = av.CodecContext.create("vp8" if source == VIDEO else "opus", "r")
        self._rate = VIDEO_CLOCK if source == VIDEO else clips.RATE
        self._stream = self._video() if source == VIDEO else self._audio()
        self._decoder.thread_count = self._stream.codec_context.thread_count = 1

    def _video(self) -> av.VideoStream:
        stream = self._container.add_stream("libx264", rate=clips.FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = clips.WIDTH, clips.HEIGHT, "yuv420p"
        stream.codec_context.time_base = Fraction(1, VIDEO_CLOCK)
        return stream

    def _audio(self) -> av.AudioStream:
        self._decoder.sample_rate, self._decoder.layout = clips.RATE, "mono"
        stream = cast(av.AudioStream, self._container.add_stream("aac", rate=clips.RATE))
        stream.codec_context.layout, stream.codec_context.format = "mono", "fltp"
        return stream

    def add(self, record: Record) -> None:
        packet = av.Packet(record.payload)
        packet.pts = packet.dts = record.rtp
        packet.time_base = Fraction(1, self._rate)
        for frame in self._decoder.decode(packet):
            frame.pts, frame.time_base = record.rtp, Fraction(1, self._rate)
            self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()


def encode_again(tape: Path, folder: Path, sources: Sources) -> None:
    """The opponent."""
    encoders = {source: Encoder(folder / f"{source}.mp4", source) for source in sources}
    for record in TapeReader(tape):
        if record.kind in (Kind.VIDEO, Kind.AUDIO) and record.source in sources:
            encoders[record.source].add(record)
    for encoder in encoders.values():
        encoder.close()


def spent(work: Callable[[Path, Path, Sources], None], tape: Path, folder: Path, sources: Sources) -> float:
    """CPU seconds per second of the tape."""
    began_s = time.process_time()
    work(tape, folder, sources)
    return (time.process_time() - began_s) / SECONDS


def check(folder: Path, media: list[Record]) -> None:
    for source, name in ((VIDEO, "video.webm"), (AUDIO, "audio.ogg")):
        if payloads(folder / name) != [record.payload for record in media if record.source == source]:
            raise SystemExit(f"{name} is not what the tape holds")


def measure() -> None:
    result = Result("tracks")
    rounds: dict[Sources, list[tuple[float, float | None]]] = {BOTH: [], (VIDEO,): []}
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        folder = Path(name)
        media = write_tape(folder / "tape", 0, SECONDS)
        for number in range(rounds_wanted()):
            for sources, done in rounds.items():
                sides = (copy, encode_again) if number % 2 == 0 else (encode_again, copy)
                cpu = {side: spent(side, folder / "tape", folder, sources) for side in sides}
                done.append((cpu[copy], cpu[encode_again]))
                if sources == BOTH:
                    check(folder, media)
    unit = "CPU seconds per second of one participant"
    result.write({"tracks": figure(rounds[BOTH], unit), "video": figure(rounds[(VIDEO,)], unit)},
                 seconds_per_measurement=SECONDS, payloads_compared=len(media),
                 opponent="PyAV: decode VP8, encode x264 ultrafast; decode Opus, encode AAC; one thread, same tape")


if __name__ == "__main__":
    measure()
