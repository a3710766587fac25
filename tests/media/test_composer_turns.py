"""What is made of people who take turns on tracks that are nobody's own: each is heard apart, on however many tracks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from synthetic import SPEED, event, microphone, person, recording, tape, track, write

from rapporteur.domain.capture import SEPARATE_UNAVAILABLE
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Record

pytestmark = pytest.mark.media

SECONDS = 5
CONFIG: dict[str, Any] = {"video_mixed_mp4": None, "audio_mixed_mp3": {}, "audio_separate_mp3": {}}
SILENT, BEEPING = (), (2.0,)


def sound(*about: Any) -> Iterator[Record]:
    return SPEED.carry(microphone(*about))


def composed(folder: Path, *records: Any) -> dict[str, dict[str, Any]]:
    people = [event(0.1, "join", person(100, "Ann")), event(0.1, "join", person(200, "Ben"))]
    write(folder / "tape", tape(recording(0, "start"), *people, *records, recording(SECONDS, "stop"), ended_s=SECONDS))
    return {entry["artifact"]: entry for entry in compose(
        folder / "tape", folder / "work", ComposeConfig.from_recording_config(CONFIG))}


def test_somebody_who_moves_from_track_to_track_has_one_file(tmp_path: Path) -> None:
    made = composed(
        tmp_path,
        track(0.1, 1, "audio", "mix", None), sound(1, 0.1, 0.5),
        track(0.5, 2, "audio", "microphone", 100), sound(2, 0.5, 1.5, (1.0,)),
        track(1.5, 3, "audio", "microphone", 200), sound(3, 1.5, 2.5, (2.0,)),
        track(2.5, 4, "audio", "microphone", 100), sound(4, 2.5, 4.0, (3.0,)),
    )["audio_separate"]
    listed, *files = map(Path, made["files"])
    parts = json.loads(listed.read_text())
    beeps = {
        part["participant"]["name"]: [
            round(part["start_timestamp"]["relative"] + at_s, 1) for at_s in inspection.beep_times(file)]
        for part, file in zip(parts, files, strict=True)
    }
    assert beeps == {"Ann": [1.0, 3.0], "Ben": [2.0]}


@pytest.mark.parametrize(("marks", "failure"), [(SILENT, None), (BEEPING, SEPARATE_UNAVAILABLE)], ids=["silent", "heard"])
def test_sound_of_nobody_is_missed_only_where_there_is_some(
    tmp_path: Path, marks: tuple[float, ...], failure: str | None,
) -> None:
    made = composed(tmp_path, track(0.1, 1, "audio", "mix", None), sound(1, 0.1, 4.0, marks))
    assert made["audio_separate"]["failure"] == failure
    assert made["audio_mixed"]["failure"] is None
