"""What mixing ten people's sound costs: media/mixing against ffmpeg's amix.

    make bench NAME=mixing

Ten tracks in packets of 20 ms, everybody talking all the time, become one stereo track at 48 kHz; nothing is encoded. `mixing`
is mixing alone: the packets are bare samples (L16), against an ffmpeg that reads the same samples from WAV files. In
`mixing_decoded` both sides decode Opus first, of 32 kbit/s; ffmpeg reads the same packets from Ogg files. Ours goes by the
classes of the composer: it puts packets in order, places them by timestamps, corrects drift, notices losses and limits; amix
adds up.
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

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np
from numpy.typing import NDArray

from bench.measuring import clips, opponent
from bench.measuring.results import Result, figure, rounds_wanted
from bench.measuring.tapes import OggWriter, sound_records
from rapporteur.media.encoders import FRAME_RATE
from rapporteur.media.mixing import AudioTrack, Mixer, SoundReport, sample_at
from rapporteur.media.production import PORTION
from rapporteur.wire.tape import Record

PEOPLE = 10
SECONDS = 60
BLOCK = PORTION * clips.RATE // FRAME_RATE // clips.PACKET
"""Packets of a track that are taken out at a time, as the composer does."""
AMIX = f"amix=inputs={PEOPLE}:normalize=0,aformat=channel_layouts=stereo"
Tracks = list[list[Record]]


def mix(tracks: Tracks, mime: str) -> float:
    """CPU seconds of ours."""
    sources = [AudioTrack(mime, clips.RATE, SoundReport()) for _ in tracks]
    mixer, start, peak = Mixer(), sample_at(tracks[0][0].at_us), 0.0
    began_s = time.process_time()
    for n, arrived in enumerate(zip(*tracks, strict=True)):
        for source, record in zip(sources, arrived, strict=True):
            source.observe(record)
        if n % BLOCK == BLOCK - 1:
            block = mixer.mix(sources, start + (n + 1 - BLOCK) * clips.PACKET, BLOCK * clips.PACKET)
            peak = max(peak, float(np.abs(block[:, ::50]).max()))
    spent_s = time.process_time() - began_s
    if peak < 0.05:
        raise SystemExit("ours mixed nothing")
    return spent_s


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


def bare(track: list[Record], person: int) -> list[Record]:
    """The track with its samples instead of Opus."""
    samples = pcm(person).astype(">i2").tobytes()
    size = clips.PACKET * 2
    return [record._replace(payload=samples[n * size:(n + 1) * size]) for n, record in enumerate(track)]


def pcm(person: int) -> NDArray[np.int16]:
    return (clips.voice(person, SECONDS) * 32767).astype(np.int16)


def write_wav(path: Path, person: int) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(clips.RATE)
        out.writeframes(pcm(person).astype("<i2").tobytes())
    return path


def measure() -> None:
    result = Result("mixing")
    coded = [list(sound_records(person, SECONDS)) for person in range(PEOPLE)]
    plain = [bare(track, person) for person, track in enumerate(coded)]
    mixed, decoded = [], []
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        folder = Path(name)
        ogg = [write_ogg(folder / f"{n}.ogg", track) for n, track in enumerate(coded)]
        wav = [write_wav(folder / f"{n}.wav", n) for n in range(PEOPLE)]
        for number in range(rounds_wanted()):
            sides = (lambda: mix(plain, "audio/L16"), lambda: amix(wav), lambda: mix(coded, "audio/opus"), lambda: amix(ogg))
            # Every second round begins with the opponent.
            order = (0, 1, 2, 3) if number % 2 == 0 else (1, 0, 3, 2)
            spent = {side: sides[side]() / SECONDS for side in order}
            mixed.append((spent[0], spent[1]))
            decoded.append((spent[2], spent[3]))
    unit = "CPU seconds per second of ten tracks"
    result.write({"mixing": figure(mixed, unit), "mixing_decoded": figure(decoded, unit)},
                 people=PEOPLE, seconds_per_measurement=SECONDS, opponent=f"ffmpeg -filter_complex {AMIX} -f null -")


if __name__ == "__main__":
    opponent.require("ffmpeg")
    measure()
