"""Which engine recognises on this machine: faster-whisper when its package and a model folder are here, else PocketSphinx."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from rapporteur.kit.clock import Clock
from rapporteur.transcription import faster_whisper
from rapporteur.transcription.base import Engine


def whisper_folder(model: Path | None) -> Path | None:
    """The folder to recognise with, None when PocketSphinx is to do it."""
    if model is None or not faster_whisper.is_model(model) or importlib.util.find_spec(faster_whisper.PACKAGE) is None:
        return None
    return model


def engine_name(model: Path | None) -> str:
    """What will recognise, for people, without loading it."""
    folder = whisper_folder(model)
    return faster_whisper.name_of(folder) if folder else "pocketsphinx en-us"


def load(model: Path | None, clock: Clock) -> Engine:
    """The engine itself; takes seconds. RecognitionFailure when it cannot be loaded."""
    if folder := whisper_folder(model):
        return faster_whisper.FasterWhisper(folder, clock)
    # Imported here, because a bot asks only for the name.
    from rapporteur.transcription.pocketsphinx import PocketSphinx

    return PocketSphinx(clock)
