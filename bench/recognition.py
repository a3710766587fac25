"""What this server's own engines understand, at which cost, and what the voice-activity gate in front of them saves.

    make bench NAME=recognition

Two meetings of known words: the demo's speech, three voices in turn, each with a microphone of its own that is silent
meanwhile; and recorded speech, five sentences read from a book, with pauses as long as the sentences (Debian's
pocketsphinx-testdata, left out where it is not installed). Ours is what bots do: the gate finds the speech in a track and the
engine is given nothing else. The opponent is the same engine given the whole track. `wer` is errors in a hundred words, `rtf`
CPU seconds per second of track, the gate's own included.
"""
# ruff: noqa: E402 (the checkout's own tools are importable only after its root is on the path)

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import av
import numpy as np
from numpy.typing import NDArray

from bench.measuring.results import Result, figure, rounds_wanted
from rapporteur.kit.clock import SystemClock
from rapporteur.media.listening import RAW, utterances
from rapporteur.settings import from_environment
from rapporteur.simulators.speech import CLIPS, clip_file
from rapporteur.transcription.base import Engine
from rapporteur.transcription.choice import load, whisper_folder
from rapporteur.wiring.logs import log_to
from tests.fakes.speech import word_errors

RATE = 16_000
GAP_S = 0.8
HISS = 6
"""Of 32768: what a quiet microphone brings."""
BOOK = Path("/usr/share/pocketsphinx/test/data/librivox")
LANGUAGE = "en"

Samples = NDArray[np.int16]
Recognise = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Track:
    """One microphone's sound, as bare samples in a file, and what is said in it."""

    path: Path
    text: str
    seconds: float


def samples(path: Path) -> Samples:
    with av.open(str(path)) as file:
        resampler = av.AudioResampler("s16", "mono", RATE)
        frames = [out for frame in file.decode(file.streams.audio[0]) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.int16)


def track(path: Path, said: list[tuple[float, Samples, str]], seconds: float) -> Track:
    """`said` are (moment, sound, words)."""
    sound = np.random.default_rng(1).integers(-HISS, HISS + 1, round(seconds * RATE), np.int16)
    for at_s, words, _ in said:
        first = round(at_s * RATE)
        sound[first:first + len(words)] += words
    path.write_bytes(sound.tobytes())
    return Track(path, " ".join(text for *_, text in said), seconds)


def demo(folder: Path) -> list[Track]:
    """A track per voice; they speak in turn, sentence by sentence."""
    said: dict[str, list[tuple[float, Samples, str]]] = {}
    by_voice = {voice: [n for n, clip in CLIPS.items() if clip.voice == voice] for voice in {c.voice for c in CLIPS.values()}}
    order = [names[n] for n in range(len(CLIPS)) for _, names in sorted(by_voice.items()) if n < len(names)]
    at_s = GAP_S
    for name in order:
        sound = samples(clip_file(name))
        said.setdefault(CLIPS[name].voice, []).append((at_s, sound, CLIPS[name].text))
        at_s += len(sound) / RATE + GAP_S
    return [track(folder / f"{voice}{RAW}", sentences, at_s) for voice, sentences in said.items()]


def book(folder: Path) -> list[Track]:
    said: list[tuple[float, Samples, str]] = []
    at_s = GAP_S
    for text, name in re.findall(r"<s> (.*?) </s> \((.*?)\)", (BOOK / "transcription").read_text()):
        sound = samples(BOOK / f"{name}.wav")
        said.append((at_s, sound, text))
        at_s += 2 * len(sound) / RATE
    return [track(folder / f"book{RAW}", said, at_s)]


def gated(engine: Engine) -> Recognise:
    return lambda path: _text(word for heard in utterances(path, 0) for word in engine.recognise(heard.pcm, LANGUAGE))


def whole(engine: Engine) -> Recognise:
    return lambda path: _text(engine.recognise(path.read_bytes(), LANGUAGE))


def _text(words: Any) -> str:
    return " ".join(word.text for word in words)


def measured(recognise: Recognise, tracks: list[Track]) -> tuple[float, float]:
    """Errors in a hundred words, and CPU seconds per second of sound."""
    errors = words = 0
    began_s = time.process_time()
    heard = [recognise(one.path) for one in tracks]
    spent_s = time.process_time() - began_s
    for one, text in zip(tracks, heard, strict=True):
        wrong, there = word_errors(one.text, text)
        errors, words = errors + wrong, words + there
    return 100 * errors / words, spent_s / sum(one.seconds for one in tracks)


def engines() -> Iterator[tuple[str, Engine]]:
    """Every local engine that this machine has."""
    yield "pocketsphinx", load(None, SystemClock())
    if (model := from_environment().whisper_model) is not None and whisper_folder(model):
        yield "whisper", load(model, SystemClock())


def measure() -> None:
    log_to(sys.stderr, "warning")
    result = Result("recognition")
    rounds: dict[str, list[tuple[float, float | None]]] = {}
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        meetings = {"demo": demo(Path(name))} | ({"book": book(Path(name))} if BOOK.is_dir() else {})
        for engine_name, engine in engines():
            for number in range(rounds_wanted()):
                for meeting, tracks in meetings.items():
                    order = (gated, whole) if number % 2 else (whole, gated)
                    sides = {side: measured(side(engine), tracks) for side in order}
                    for position, what in enumerate(("wer", "rtf")):
                        pair = sides[gated][position], sides[whole][position]
                        rounds.setdefault(f"{engine_name}_{meeting}_{what}", []).append(pair)
                        print(engine_name, meeting, what, [round(value, 4) for value in pair], flush=True)
    units = {"wer": "errors in a hundred words", "rtf": "CPU seconds per second of track"}
    result.write(
        {key: figure(pairs, units[key.rpartition("_")[2]]) for key, pairs in rounds.items()},
        seconds={meeting: round(sum(one.seconds for one in tracks), 1) for meeting, tracks in meetings.items()})


if __name__ == "__main__":
    measure()
