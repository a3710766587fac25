"""PocketSphinx with the US English model that its wheel carries: the floor, for machines without any model on disk.

It knows some 130 000 words of clear English, no punctuation and no capitals. The decoder's own settings were the best of those
measured on synthetic speech: narrower beams, fewer densities or a bigger language weight lose words, wider beams win too few
for their time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pocketsphinx import Decoder

from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import Clock
from rapporteur.transcription.base import Capabilities, Engine

FRAME_MS = 10
CAPABILITIES = Capabilities("pocketsphinx en-us", frozenset({"en"}), word_times=True)

_SPEECH_RMS = 3_000
"""Where people who speak into a good microphone are; the model was trained on such sound."""
_MOST_GAIN = 30.0
_HEADROOM = 30_000
_SILENCE_RMS = 5
_LONGEST_WORD_MS = 1_500
"""Over noise the decoder stretches some short word for seconds; nobody does."""


class PocketSphinx(Engine):
    failures = (RuntimeError, ValueError)

    def __init__(self, clock: Clock) -> None:
        super().__init__(CAPABILITIES, clock)
        # Utterances come from all meetings in any order: the mean of each is its own, and no voice is carried over.
        self._decoder = Decoder(cmn="batch", loglevel="FATAL")

    def _recognise(self, pcm: bytes, language: str | None) -> Iterator[Word]:
        sound = normalised(pcm)
        if not any(sound):
            return
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(sound, full_utt=True)
        finally:
            self._decoder.end_utt()
        for segment in self._decoder.seg() or ():
            start_ms, end_ms = segment.start_frame * FRAME_MS, (segment.end_frame + 1) * FRAME_MS
            if (text := spoken(segment.word)) and end_ms - start_ms <= _LONGEST_WORD_MS:
                yield Word(text, start_ms, end_ms)


def spoken(entry: str) -> str | None:
    """The word of a dictionary entry: `read(2)` is "read"; `<sil>`, `</s>`, `[NOISE]` and `++UM++` are none."""
    if entry[:1] in "<[+":
        return None
    word = entry.split("(")[0]
    return word.replace("i", "I", 1) if word == "i" or word.startswith("i'") else word


def normalised(pcm: bytes) -> bytes:
    """The same sound without offset and as loud as the model expects; silence stays silence."""
    sound = np.frombuffer(pcm, "<i2").astype(np.float32)
    sound -= sound.mean()
    loudness, peak = float(np.sqrt(np.mean(np.square(sound)))), float(np.abs(sound).max())
    if loudness < _SILENCE_RMS:
        return bytes(len(pcm))
    gain = min(_SPEECH_RMS / loudness, _HEADROOM / peak, _MOST_GAIN)
    return (sound * gain).astype("<i2").tobytes()
