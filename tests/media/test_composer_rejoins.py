"""A recording made by two generations of a bot: one file, one timeline, and in between nothing."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from synthetic import GREEN, RED, SPEED, camera, event, microphone, person, recording, tape, track, write

from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose

pytestmark = pytest.mark.media

ANA, BEN = person(100, "Ana"), person(200, "Ben")
STAGE = (560, 420, 160, 60)
CONFIG = {
    "video_mixed_mp4": {}, "audio_mixed_mp3": {}, "participant_events": {}, "video_mixed_layout": "gallery_view",
}
LOST_S, BACK_S, END_S = 3.0, 6.0, 9.0


def rejoined(folder: Path) -> list[dict]:
    """Ana stays, with other tracks under the same numbers; Ben has left when the bot is back."""
    write(folder / "tape", tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), event(0, "join", BEN),
        track(0, 1, "video", "webcam", 100), track(0, 2, "audio", "microphone", 100),
        SPEED.carry(camera(1, RED, 0, LOST_S)), SPEED.carry(microphone(2, 0, LOST_S, (1.0,))),
        event(2.5, "speech_on", ANA),
    )[:-7], generation=1)
    write(folder / "tape", tape(
        recording(BACK_S, "start"), event(LOST_S, "speech_off", ANA), event(BACK_S + 0.1, "leave", BEN),
        track(BACK_S, 1, "audio", "microphone", 100), track(BACK_S, 2, "video", "webcam", 100),
        SPEED.carry(camera(2, GREEN, BACK_S, END_S, first_rtp=77)),
        SPEED.carry(microphone(1, BACK_S, END_S, (7.0,), first_rtp=5, first_sequence=9)),
        recording(END_S, "stop"), ended_s=END_S,
    ), generation=2)
    return compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(CONFIG))


def test_a_rejoin_is_a_black_and_silent_gap_in_one_file(tmp_path: Path):
    entries = rejoined(tmp_path)
    assert {e["recording_id"] for e in entries} == {"r1"}
    mp4, mp3 = (Path(next(e["files"][0] for e in entries if e["artifact"] == kind)) for kind in ("video_mixed", "audio_mixed"))
    assert inspection.duration_s(mp4) == pytest.approx(END_S, abs=0.05)
    assert inspection.duration_s(mp3) == pytest.approx(END_S, abs=0.1)
    assert inspection.beep_times(mp4) == pytest.approx([1.0, 7.0], abs=0.06)
    times = inspection.frame_times(mp4)
    assert max(b - a for a, b in pairwise(times)) < 0.05, "the gap has its frames"
    assert max(inspection.mean_colour(mp4, STAGE, (LOST_S + BACK_S) / 2)) < 30
    before, after = inspection.mean_colour(mp4, (120, 300, 160, 60), 1.5), inspection.mean_colour(mp4, STAGE, 8.0)
    assert before[0] > before[1] + 50
    assert after[1] > after[0] + 50, "Ana alone, by what was told before the gap and changed behind it"


def test_the_report_counts_the_rejoin_and_what_it_cost(tmp_path: Path):
    entries = rejoined(tmp_path)
    report = next(e["report"] for e in entries if e["artifact"] == "video_mixed")
    assert report["rejoins"] == 1
    assert report["rejoin_gap_s"] == pytest.approx(BACK_S - LOST_S, abs=0.1)
    assert report["seconds"] == pytest.approx(END_S, abs=0.01)


def test_the_events_go_on_and_nothing_is_told_twice(tmp_path: Path):
    rejoined(tmp_path)
    events = json.loads((tmp_path / "work" / "r1" / "participant_events.json").read_text())
    assert [(e["action"], e["participant"]["name"]) for e in events] == [
        ("join", "Ana"), ("webcam_on", "Ana"), ("join", "Ben"), ("speech_on", "Ana"), ("speech_off", "Ana"), ("leave", "Ben"),
    ]
