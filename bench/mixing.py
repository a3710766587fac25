"""What mixing ten people's sound costs: media/mixing against ffmpeg's amix.

    make bench NAME=mixing

Ten Opus tracks of 32 kbit/s in packets of 20 ms, everybody talking all the time, become one stereo track at 48 kHz; nothing is
encoded. `mixing` is decoding, placing by timestamp and summing, against an ffmpeg that decodes the same packets from Ogg files.
`summing` leaves the decoding out: ours less what decoding alone costs, against an ffmpeg that reads the samples from WAV files.
Ours places by timestamps, corrects drift and limits; amix adds up.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import av
import numpy as np

from bench.measuring import clips, opponent
from bench.measuring.results import Result, figure, rounds_wanted
from bench.measuring.tapes import OggWriter, sound_records
from rapporteur.media.mixing import AudioTrack, Mixer, SoundReport, sample_at
from rapporteur.wire.tape import Record

PEOPLE = 10
SECONDS = 60
BLOCK = 15
"""Packets: the composer takes sound out 300 ms at a time, as production.PORTION says."""
AMIX = f"amix=inputs={PEOPLE}:normalize=0,aformat=channel_layouts=stereo"
Tracks = list[list[Record]]


def mix(tracks: Tracks) -> float:
    """CPU seconds of ours."""
    decoders = [AudioTrack("audio/opus", clips.RATE, SoundReport()) for _ in tracks]
    mixer, start, peak = Mixer(), sample_at(tracks[0][0].at_us), 0.0
    began_s = time.process_time()
    for n, arrived in enumerate(zip(*tracks, strict=True)):
        for decoder, record in zip(decoders, arrived, strict=True):
            decoder.observe(record)
        if n % BLOCK == BLOCK - 1:
            block = mixer.mix(decoders, start + (n + 1 - BLOCK) * clips.PACKET, BLOCK * clips.PACKET)
            peak = max(peak, float(np.abs(block[:, ::50]).max()))
    spent_s = time.process_time() - began_s
    if peak < 0.05:
        raise SystemExit("ours mixed nothing")
    return spent_s


def decode(tracks: Tracks) -> float:
    """CPU seconds of the same decoder alone."""
    began_s = time.process_time()
    for track in tracks:
        decoder = cast(av.AudioCodecContext, av.CodecContext.create("opus", "r"))
        decoder.thread_count, decoder.sample_rate, decoder.layout = 1, clips.RATE, "mono"
        for record in track:
            decoder.decode(av.Packet(record.payload))
    return time.process_time() - began_s


def amix(files: list[Path]) -> float:
    """CPU seconds of an ffmpeg process."""
    inputs = [word for file in files for word in ("-i", str(file))]
    process = subprocess.Popen(["ffmpeg", "-v", "error", "-nostdin", *inputs, "-filter_complex", AMIX, "-f", "null", "-"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("ffmpeg failed")
    return usage.ru_utime + usage.ru_stime


def write_ogg(path: Path, track: list[Record]) -> Path:
    writer = OggWriter(path)
    for record in track:
        writer.add(record)
    writer.close()
    return path


def write_wav(path: Path, person: int) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(clips.RATE)
        out.writeframes((clips.voice(person, SECONDS) * 32767).astype("<i2").tobytes())
    return path


def measure() -> None:
    result = Result("mixing")
    tracks = [list(sound_records(person, SECONDS)) for person in range(PEOPLE)]
    whole, sums = [], []
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        folder = Path(name)
        coded = [write_ogg(folder / f"{n}.ogg", track) for n, track in enumerate(tracks)]
        plain = [write_wav(folder / f"{n}.wav", n) for n in range(PEOPLE)]
        for number in range(rounds_wanted()):
            sides = (lambda: mix(tracks), lambda: amix(coded), lambda: decode(tracks), lambda: amix(plain))
            # Every second round begins with the opponent.
            order = (0, 1, 2, 3) if number % 2 == 0 else (1, 0, 3, 2)
            spent = {side: sides[side]() / SECONDS for side in order}
            whole.append((spent[0], spent[1]))
            sums.append((spent[0] - spent[2], spent[3]))
    unit = "CPU seconds per second of ten tracks"
    result.write({"mixing": figure(whole, unit), "summing": figure(sums, unit)},
                 people=PEOPLE, seconds_per_measurement=SECONDS, opponent=f"ffmpeg -filter_complex {AMIX} -f null -")


if __name__ == "__main__":
    opponent.require("ffmpeg")
    measure()
