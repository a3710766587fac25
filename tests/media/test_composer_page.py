"""What is made of a meeting whose media came as the page showed and played it: its picture whole, its sound, nothing apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import (
    BLUE,
    RED,
    SPEED,
    at_us,
    camera,
    event,
    microphone,
    person,
    recording,
    tape,
    track,
    write,
)

from rapporteur.domain.capture import SEPARATE_UNAVAILABLE
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Kind, Record, json_record

pytestmark = pytest.mark.media

SECONDS = 5
MARKS = (2.5, 3.5, 4.5)
CONFIG: dict[str, Any] = {
    "video_mixed_mp4": {}, "audio_mixed_mp3": {}, "audio_separate_mp3": {}, "video_separate_mp4": {}, "participant_events": {},
}
EVERYWHERE = (0, 0, 1280, 720)


def taken_by(at_s: float, way: str, why: str | None = None) -> Record:
    return json_record(Kind.CAPTURE, at_us(at_s), {"way": way, "why": why})


def composed(folder: Path, *records: Any, config: dict[str, Any] = CONFIG) -> dict[str, dict[str, Any]]:
    ann = person(100, "Ann")
    write(folder / "tape", tape(
        recording(0, "start"), event(0.1, "join", ann), event(0.1, "webcam_on", ann), *records, recording(SECONDS, "stop"),
        ended_s=SECONDS,
    ))
    return {entry["artifact"]: entry for entry in compose(
        folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))}


def page(start_s: float, source: int = 1) -> list[Any]:
    return [
        track(start_s, source, "video", "page", None, video_mime="video/H264"),
        track(start_s, source + 1, "audio", "page", None),
        SPEED.carry(camera(source, BLUE, start_s, SECONDS, MARKS, size=(1280, 720), codec="libx264")),
        SPEED.carry(microphone(source + 1, start_s, SECONDS, MARKS)),
    ]


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A bot that waited for tracks for a second and a half, and then took the tab."""
    folder = tmp_path_factory.mktemp("turned")
    return composed(folder, taken_by(-1, "tracks"), taken_by(1.5, "tab", "no_encoded_frames"), *page(1.6))


def test_the_page_fills_the_picture_and_its_flashes_and_beeps_are_together(turned: dict[str, dict[str, Any]]) -> None:
    mp4 = Path(turned["video_mixed"]["files"][0])
    corners = [inspection.mean_colour(mp4, (x, y, 40, 40), 3.0) for x in (0, 1240) for y in (0, 680)]
    assert all(np.allclose(colour, BLUE, atol=12) for colour in corners)
    flashes, beeps = inspection.flash_times(mp4, EVERYWHERE), inspection.beep_times(mp4)
    assert flashes == pytest.approx(MARKS, abs=0.07)
    assert beeps == pytest.approx(MARKS, abs=0.07)
    assert abs(inspection.median_offset_ms(mp4, EVERYWHERE) or 1000) <= 40
    assert inspection.duration_s(mp4) == pytest.approx(SECONDS, abs=0.05)


def test_the_report_says_by_which_way_and_why(turned: dict[str, dict[str, Any]]) -> None:
    report = turned["video_mixed"]["report"]
    assert (report["way"], report["why"]) == ("tab", "no_encoded_frames")
    assert (report["silent"], report["black"]) == (False, False)


def test_what_is_apart_fails_by_its_name_and_the_rest_is_made(turned: dict[str, dict[str, Any]]) -> None:
    assert {name: entry["failure"] for name, entry in turned.items()} == {
        "video_mixed": None, "audio_mixed": None, "participant_events": None,
        "audio_separate": SEPARATE_UNAVAILABLE, "video_separate": SEPARATE_UNAVAILABLE,
    }


def test_what_came_apart_before_the_turn_is_kept(tmp_path: Path) -> None:
    made = composed(
        tmp_path, taken_by(-1, "tracks"), track(0.1, 7, "video", "webcam", 100), track(0.1, 8, "audio", "microphone", 100),
        SPEED.carry(camera(7, RED, 0.1, 1.2)), SPEED.carry(microphone(8, 0.1, 1.2, (0.5,))),
        taken_by(1.5, "tab", "own_transform"), *page(1.6),
    )
    assert {entry["failure"] for entry in made.values()} == {None}
    parts = [Path(file).name for kind in ("audio_separate", "video_separate") for file in made[kind]["files"]]
    assert parts == ["audio_separate_mp3.json", "audio_separate-1.mp3", "video_separate_mp4.json", "video_separate-1.mp4"]


def test_a_recording_of_names_alone_does_not_show_the_page(tmp_path: Path) -> None:
    config = {"video_mixed_mp4": {}, "video_mixed_layout": "audio_only"}
    made = composed(tmp_path, taken_by(-1, "tab"), *page(0.1), config=config)
    mp4 = Path(made["video_mixed"]["files"][0])
    assert inspection.flash_times(mp4, EVERYWHERE) == []
    assert not np.allclose(inspection.mean_colour(mp4, (0, 0, 40, 40), 3.0), BLUE, atol=30)
    assert inspection.beep_times(mp4) == pytest.approx(MARKS, abs=0.07)
