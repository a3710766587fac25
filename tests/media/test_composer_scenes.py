"""Screens, cameras that go off, pauses, rejoins and torn tapes: short tapes, each measured for one thing."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from synthetic import (
    BLUE,
    GREEN,
    RED,
    SPEED,
    YELLOW,
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

from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Decoder

pytestmark = pytest.mark.media

ANA, BEN = person(100, "Ana Lindqvist"), person(200, "Ben Okafor")
MEDIA = {"video_mixed_mp4": {}, "audio_mixed_mp3": {}}
STAGE = (560, 420, 160, 60)
"""In the middle of whatever is large."""
INSET = (1000, 560, 200, 30)


def composed(folder: Path, config: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config or MEDIA))


def near(seen: tuple[int, int, int], meant: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 16 for a, b in zip(seen, meant, strict=True))


def test_a_shared_screen_takes_the_stage_with_the_speaker_in_its_corner(tmp_path: Path):
    data = tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100),
        SPEED.carry(camera(1, RED, 0, 4)),
        event(1, "screenshare_on", ANA), track(1, 2, "video", "screenshare", 100),
        SPEED.carry(camera(2, YELLOW, 1, 3, size=(640, 400), fps=5, still=True)),
        event(3, "screenshare_off", ANA), event(3.2, "webcam_off", ANA), recording(4, "stop"), ended_s=4.1,
    )
    write(tmp_path / "tape", data)
    composed(tmp_path)
    mp4 = tmp_path / "work" / "r1" / "video_mixed.mp4"
    assert near(inspection.mean_colour(mp4, STAGE, 0.8), RED)
    assert near(inspection.mean_colour(mp4, STAGE, 2), YELLOW)
    assert near(inspection.mean_colour(mp4, INSET, 2), RED)
    assert max(inspection.mean_colour(mp4, (0, 0, 40, 720), 2)) < 20  # 16:10 is shown whole, with bars
    avatar = inspection.mean_colour(mp4, (100, 500, 200, 60), 3.9)
    assert max(avatar) < 80


def test_several_recordings_of_one_tape_have_their_own_files_and_a_pause_is_black_and_silent(tmp_path: Path):
    marks = (0.5, 1.5, 2.5, 3.5)
    data = tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100),
        track(0, 2, "audio", "microphone", 100), SPEED.carry(camera(1, GREEN, 0, 5)), SPEED.carry(microphone(2, 0, 5, marks)),
        recording(1, "pause"), recording(2, "resume"), recording(3, "stop"),
        recording(3.2, "start", "r2"), event(3.2, "join", ANA, "r2"), recording(5, "stop", "r2"), ended_s=5,
    )
    write(tmp_path / "tape", data)
    entries = composed(tmp_path)
    assert [(e["recording_id"], e["artifact"]) for e in entries] == [
        ("r1", "video_mixed"), ("r1", "audio_mixed"), ("r2", "video_mixed"), ("r2", "audio_mixed"),
    ]
    first, _, second, _ = (Path(e["files"][0]) for e in entries)
    assert inspection.duration_s(first) == pytest.approx(3, abs=0.05)
    assert inspection.duration_s(second) == pytest.approx(1.8, abs=0.05)
    assert near(inspection.mean_colour(first, STAGE, 0.9), GREEN)
    assert near(inspection.mean_colour(first, STAGE, 1.5), (0, 0, 0))
    assert near(inspection.mean_colour(first, STAGE, 2.5), GREEN)
    assert inspection.beep_times(first) == pytest.approx([0.5, 2.5], abs=0.05)
    assert near(inspection.mean_colour(second, STAGE, 0.5), GREEN)
    assert inspection.beep_times(second) == pytest.approx([0.3], abs=0.05)


def test_a_recording_that_a_later_generation_goes_on_with_has_a_black_and_silent_gap(tmp_path: Path):
    def generation(start_s: float, colour: tuple[int, int, int], number: int, *end: Any) -> bytes:
        return tape(
            recording(start_s, "start"), event(start_s, "join", ANA), event(start_s, "webcam_on", ANA),
            track(start_s, 1, "video", "webcam", 100), track(start_s, 2, "audio", "microphone", 100),
            SPEED.carry(camera(1, colour, start_s, start_s + 2, (start_s + 1,))),
            SPEED.carry(microphone(2, start_s, start_s + 2, (start_s + 1,))),
            *end, generation=number, ended_s=start_s + 2.1 if end else None,
        )

    write(tmp_path / "tape", generation(0, RED, 1)[:-7])
    write(tmp_path / "tape", generation(4, BLUE, 2, recording(6, "stop")), 2)
    entry, _ = composed(tmp_path)
    mp4 = Path(entry["files"][0])
    assert entry["report"]["skipped_bytes"] > 0
    assert inspection.duration_s(mp4) == pytest.approx(6, abs=0.05)
    assert near(inspection.mean_colour(mp4, STAGE, 1.8), RED)
    assert near(inspection.mean_colour(mp4, STAGE, 3), (0, 0, 0))
    assert near(inspection.mean_colour(mp4, STAGE, 5.5), BLUE)
    assert inspection.beep_times(mp4) == pytest.approx([1, 5], abs=0.05)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tape_cut_anywhere_gives_a_file_that_plays_to_within_a_second_of_the_cut(tmp_path: Path, seed: int):
    data = tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100),
        track(0, 2, "audio", "microphone", 100), SPEED.carry(camera(1, GREEN, 0, 4)),
        SPEED.carry(microphone(2, 0, 4, (1.0, 2.0, 3.0))), ended_s=4.1,
    )
    cut = data[:random.Random(seed).randrange(len(data) // 4, len(data))]
    last_s = (Decoder().feed(cut)[-1].at_us - at_us(0)) / 1e6
    write(tmp_path / "tape", cut)
    entry, _ = composed(tmp_path)
    mp4 = Path(entry["files"][0])
    assert inspection.duration_s(mp4) == pytest.approx(last_s, abs=0.1)
    assert near(inspection.mean_colour(mp4, STAGE, last_s - 0.2), GREEN)
    assert inspection.beep_times(mp4) == pytest.approx([s for s in (1.0, 2.0, 3.0) if s < last_s - 0.1], abs=0.05)


def test_a_file_whose_composer_is_dead_plays_up_to_its_last_fragment(tmp_path: Path):
    class Killed(Exception):
        pass

    reached: list[float] = []

    def progress(position_us: float, waiting: bool) -> None:
        if position_us >= at_us(2.7):
            reached.append((position_us - at_us(0)) / 1e6)
            raise Killed

    data = tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100),
        SPEED.carry(camera(1, GREEN, 0, 4)), ended_s=4,
    )
    write(tmp_path / "tape", data)
    with pytest.raises(Killed):
        compose(tmp_path / "tape", tmp_path / "work", ComposeConfig.from_recording_config(MEDIA), progress=progress)
    growing = tmp_path / "work" / "r1" / "video_mixed.mp4"
    # Read as it lies on the disk now, before the encoder that the exception left behind is collected and closes its file.
    left = tmp_path / "left.mp4"
    left.write_bytes(growing.read_bytes())
    assert reached[0] - 1 <= inspection.duration_s(left) <= reached[0]
    assert near(inspection.mean_colour(left, STAGE, 1.2), GREEN)


def test_busy_pictures_stay_within_the_promised_bit_rate(tmp_path: Path):
    data = tape(
        recording(0, "start"), event(0, "join", ANA), track(0, 1, "video", "webcam", 100),
        SPEED.carry(camera(1, RED, 0, 3, noise=True)), recording(3, "stop"), ended_s=3,
    )
    write(tmp_path / "tape", data)
    composed(tmp_path)
    assert inspection.bit_rate(tmp_path / "work" / "r1" / "video_mixed.mp4") <= 2_200_000


def test_a_meeting_without_any_media_is_silent_black_and_still_a_file(tmp_path: Path):
    write(tmp_path / "tape", tape(recording(0, "start"), event(0, "join", ANA), recording(1, "stop"), ended_s=1))
    entry, sound = composed(tmp_path)
    assert (entry["report"]["silent"], entry["report"]["black"]) == (True, True)
    assert inspection.duration_s(Path(entry["files"][0])) == pytest.approx(1, abs=0.05)
    assert inspection.duration_s(Path(sound["files"][0])) == pytest.approx(1, abs=0.05)


def test_only_what_is_switched_on_is_made(tmp_path: Path):
    write(tmp_path / "tape", tape(recording(0, "start"), event(0, "join", BEN), recording(1, "stop"), ended_s=1))
    entries = composed(tmp_path, {"participant_events": {}})
    assert [e["artifact"] for e in entries] == ["participant_events"]
    assert sorted(p.name for p in (tmp_path / "work" / "r1").iterdir()) == [
        "participant_events.json", "participants.json", "speaker_timeline.json",
    ]
    people = json.loads((tmp_path / "work" / "r1" / "participants.json").read_text())
    assert people == [BEN]
