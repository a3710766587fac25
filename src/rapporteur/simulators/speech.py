"""The sentences that simulated people can say: short clips with known text. Made by make_speech.py, committed beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "speech"


@dataclass(frozen=True, slots=True)
class Clip:
    text: str
    """Lower case, without punctuation: what a recogniser should answer."""
    voice: str
    duration_s: float


def load_clips() -> dict[str, Clip]:
    rows = json.loads((FOLDER / "speech.json").read_text(encoding="utf-8"))
    return {name: Clip(**row) for name, row in rows.items()}


CLIPS = load_clips()


def clip_file(name: str) -> Path:
    """Opus in Ogg, 48 kHz mono."""
    return FOLDER / f"{name}.ogg"
