"""The adapter of faster-whisper against a module of the library's shape.

The library is an extra and its models are not at hand, so what is proven here is the translation: how it is called, what of
its answer becomes words, and how its failures are named. That the real library loads a real model is not proven here.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rapporteur.domain.errors import RecognitionFailure, Unsupported
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import SystemClock
from rapporteur.transcription import faster_whisper
from rapporteur.transcription.choice import engine_name, whisper_folder
from rapporteur.transcription.faster_whisper import NEEDED_FILES, FasterWhisper

pytestmark = pytest.mark.unit


@dataclass
class Library:
    """Stands for the module `faster_whisper`."""

    segments: list[Any] = field(default_factory=list)
    refuses: Exception | None = None
    loaded: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    supported_languages: list[str] = field(default_factory=lambda: ["en", "de", "zh"])

    def WhisperModel(self, folder: str, **options: Any) -> Library:
        if self.refuses:
            raise self.refuses
        self.loaded = {"folder": folder, **options}
        return self

    def transcribe(self, sound: Any, **options: Any) -> tuple[Iterator[Any], None]:
        self.asked = {"samples": len(sound), "peak": float(abs(sound).max()), **options}
        return iter(self.segments), None


def segment(*words: tuple[str, float, float], no_speech: float = 0.1, logprob: float = -0.3) -> Any:
    return SimpleNamespace(no_speech_prob=no_speech, avg_logprob=logprob,
                           words=[SimpleNamespace(word=w, start=s, end=e) for w, s, e in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "faster-whisper-small"
    folder.mkdir()
    for name in NEEDED_FILES:
        (folder / name).write_bytes(b"{}")
    return folder


def test_words_come_with_times_and_without_blanks(folder: Path):
    library = Library([segment((" Hello,", 0.1, 0.4), (" New York.", 0.4, 1.0))])
    engine = FasterWhisper(folder, SystemClock(), package=library)
    assert engine.recognise(b"\x00\x40" * 16_000, "de-DE") == [
        Word("Hello,", 100, 400), Word("New", 400, 625), Word("York.", 625, 1000),
    ]
    assert library.asked["samples"] == 16_000
    assert library.asked["peak"] == 0.5
    assert (library.asked["language"], library.asked["word_timestamps"]) == ("de", True)


def test_the_language_is_left_to_the_engine_when_none_is_named(folder: Path):
    library = Library()
    FasterWhisper(folder, SystemClock(), package=library).recognise(bytes(320), "auto")
    assert library.asked["language"] is None


def test_an_english_model_refuses_other_languages(folder: Path):
    engine = FasterWhisper(folder, SystemClock(), package=Library(supported_languages=["en"]))
    with pytest.raises(Unsupported, match="'de'"):
        engine.recognise(bytes(320), "de")


def test_the_model_is_loaded_from_the_folder_and_from_nowhere_else(folder: Path):
    library = Library()
    engine = FasterWhisper(folder, SystemClock(), package=library)
    assert (library.loaded["folder"], library.loaded["local_files_only"]) == (str(folder), True)
    assert engine.capabilities.name == "faster-whisper small"


@pytest.mark.parametrize("missing", NEEDED_FILES)
def test_a_folder_for_which_the_library_would_ask_a_hub_is_no_model(folder: Path, missing: str):
    (folder / missing).unlink()
    with pytest.raises(RecognitionFailure, match=missing.replace(".", r"\.")):
        FasterWhisper(folder, SystemClock(), package=Library())
    assert whisper_folder(folder) is None


def test_what_whisper_invents_over_noise_is_dropped(folder: Path):
    library = Library([segment((" Thanks", 0, 0.5), no_speech=0.9, logprob=-1.4), segment((" Yes", 0.5, 1), no_speech=0.9)])
    engine = FasterWhisper(folder, SystemClock(), package=library)
    assert [w.text for w in engine.recognise(bytes(32_000), "en")] == ["Yes"]


def test_a_model_that_cannot_be_loaded_is_a_named_failure(folder: Path):
    with pytest.raises(RecognitionFailure, match="cannot load"):
        FasterWhisper(folder, SystemClock(), package=Library(refuses=RuntimeError("bad magic")))


def test_the_choice_needs_both_the_package_and_the_model(folder: Path):
    installed = importlib.util.find_spec(faster_whisper.PACKAGE) is not None
    assert engine_name(folder) == ("faster-whisper small" if installed else "pocketsphinx en-us")
