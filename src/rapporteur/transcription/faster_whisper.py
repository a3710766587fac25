"""faster-whisper with a model folder on this machine; an optional extra, imported when it is asked for.

It never touches the network: a folder without the tokenizer, for which the library would ask a hub, is not a model.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rapporteur.domain.errors import RecognitionFailure
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import Clock
from rapporteur.transcription.base import Capabilities, Engine

PACKAGE = "faster_whisper"
NEEDED_FILES = ("model.bin", "config.json", "tokenizer.json")

_PROBABLY_NO_SPEECH, _PROBABLY_INVENTED = 0.6, -1.0
"""Whisper's own thresholds: it writes sentences over noise, and these two together give it away."""


def is_model(folder: Path) -> bool:
    return all((folder / name).is_file() for name in NEEDED_FILES)


def name_of(folder: Path) -> str:
    """For people: "faster-whisper small" for a folder called small or faster-whisper-small."""
    return f"faster-whisper {folder.resolve().name.removeprefix('faster-whisper-')}"


class FasterWhisper(Engine):
    failures = (RuntimeError, ValueError, OSError)

    def __init__(self, folder: Path, clock: Clock, *, package: Any = None, threads: int = 0) -> None:
        """`package` is the library's module, imported when not given; `threads` 0 leaves the number to the library.

        RecognitionFailure when the folder is no model or the library is missing or cannot load it.
        """
        if not is_model(folder):
            raise RecognitionFailure(f"a faster-whisper model needs {', '.join(NEEDED_FILES)} in its folder")
        try:
            self._model = (package or importlib.import_module(PACKAGE)).WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True,
            )
        except ImportError as error:
            raise RecognitionFailure("faster-whisper is not installed: pip install 'rapporteur[whisper]'") from error
        except self.failures as error:
            raise RecognitionFailure(f"faster-whisper cannot load this model: {type(error).__name__}") from error
        # An English model would take any other language down as English, without a word about it.
        languages = frozenset(self._model.supported_languages)
        super().__init__(Capabilities(name_of(folder), languages, word_times=True), clock)

    def _recognise(self, pcm: bytes, language: str | None) -> Iterator[Word]:
        sound = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
        segments, _ = self._model.transcribe(
            sound, language=language, word_timestamps=True, vad_filter=False,
            # Utterances of different people follow each other: what the last one said must not colour the next.
            condition_on_previous_text=False,
        )
        for segment in segments:
            if segment.no_speech_prob > _PROBABLY_NO_SPEECH and segment.avg_logprob < _PROBABLY_INVENTED:
                continue
            for word in segment.words or ():
                yield Word(word.word, word.start * 1000, word.end * 1000)
