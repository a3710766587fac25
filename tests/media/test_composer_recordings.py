"""Several recordings on one tape: each with the configuration, the people and the sound of its own stretch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic import GREEN, RED, SPEED, at_us, camera, event, microphone, person, tape, track, write

from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Kind, Record, json_record

pytestmark = pytest.mark.media

ANA, BEN = person(100, "Ana"), person(200, "Ben")
STAGE = (560, 420, 160, 60)
SOUND_ALONE = {"audio_mixed_mp3": {}}


def border(at_s: float, action: str, recording_id: str, **more: Any) -> Record:
    return json_record(Kind.RECORDING, at_us(at_s), {"recording_id": recording_id, "action": action, **more})


def composed(folder: Path, *records: Any, config: dict[str, Any]) -> list[dict[str, Any]]:
    write(folder / "tape", tape(*records, ended_s=5))
    return compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))


def test_a_recording_may_be_of_another_kind_than_the_bots(tmp_path: Path):
    other = {"video_mixed_mp4": {}, "participant_events": {}}
    # A camera whose last key frame is of before the recording that wants pictures.
    pictures = [(s, r) for s, r in camera(1, GREEN, 0, 5) if not (s > 0 and r.is_key)]
    entries = composed(
        tmp_path, border(0, "start", "r1"), event(0, "join", ANA), track(0, 1, "video", "webcam", 100),
        track(0, 2, "audio", "microphone", 100), SPEED.carry(pictures[:30]), SPEED.carry(microphone(2, 0, 5, (0.5, 3.5))),
        border(1.5, "stop", "r1"), border(1.7, "start", "r2", recording_config=other), event(1.7, "join", ANA, "r2"),
        border(4, "stop", "r2"), config=SOUND_ALONE,
    )
    assert [(e["recording_id"], e["artifact"]) for e in entries] == [
        ("r1", "audio_mixed"), ("r2", "video_mixed"), ("r2", "participant_events"),
    ]
    mp3, mp4 = (Path(e["files"][0]) for e in entries[:2])
    assert inspection.duration_s(mp3) == pytest.approx(1.5, abs=0.1)
    assert inspection.duration_s(mp4) == pytest.approx(2.3, abs=0.05)
    assert inspection.beep_times(mp4) == pytest.approx([1.8], abs=0.05)
    red, green, blue = inspection.mean_colour(mp4, STAGE, 0.2)
    assert green > red + 50, "the picture builds on frames of before the recording"
    assert green > blue + 50


def test_who_left_between_two_recordings_is_not_in_the_second(tmp_path: Path):
    entries = composed(
        tmp_path, border(0, "start", "r1"), event(0, "join", ANA), event(0, "join", BEN),
        track(0, 1, "video", "webcam", 100), SPEED.carry(camera(1, RED, 0, 5)), border(1, "stop", "r1"),
        border(2, "start", "r2"), event(2, "join", ANA, "r2"), event(2, "webcam_on", ANA, "r2"), border(4, "stop", "r2"),
        config={"video_mixed_mp4": {}, "video_mixed_layout": "gallery_view", "participant_events": {}},
    )
    mp4 = Path(entries[2]["files"][0])
    centre = inspection.mean_colour(mp4, STAGE, 1.0)
    assert centre[0] > centre[2] + 50, "one tile, in the middle"
    people = json.loads((tmp_path / "work" / "r2" / "participants.json").read_text())
    assert [p["name"] for p in people] == ["Ana"]


def test_the_sound_that_a_pause_kept_off_the_tape_is_not_counted_as_lost(tmp_path: Path):
    sound = [(s, r) for s, r in microphone(2, 0, 5, (0.5, 3.5)) if not 1 <= s < 3]
    [entry] = composed(
        tmp_path, border(0, "start", "r1"), track(0, 2, "audio", "microphone", 100), SPEED.carry(sound),
        border(1, "pause", "r1"), border(3, "resume", "r1"), border(5, "stop", "r1"), config=SOUND_ALONE,
    )
    assert (entry["report"]["lost_packets"], entry["report"]["audio_gaps_ms"]) == (0, 0)
    assert inspection.beep_times(Path(entry["files"][0])) == pytest.approx([0.5, 3.5], abs=0.06)


def test_a_complete_recording_is_handed_over_before_the_tape_ends(tmp_path: Path):
    ready: list[tuple[str, list[dict[str, Any]]]] = []
    write(tmp_path / "tape", tape(
        border(0, "start", "r1"), event(0, "join", ANA), track(0, 2, "audio", "microphone", 100),
        SPEED.carry(microphone(2, 0, 2, (0.5,))), border(2, "stop", "r1"), border(2.5, "complete", "r1"),
    ))
    config = ComposeConfig.from_recording_config({"audio_mixed_mp3": {}, "participant_events": {}})
    entries = compose(tmp_path / "tape", tmp_path / "work", config, complete=lambda r, made: ready.append((r, made)))
    [(recording_id, made)] = ready
    assert recording_id == "r1"
    assert [e["artifact"] for e in made] == [e["artifact"] for e in entries] == ["audio_mixed", "participant_events"]
    assert inspection.duration_s(Path(made[0]["files"][0])) == pytest.approx(2.0, abs=0.1)
