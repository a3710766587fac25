"""One meeting, composed and measured: what comes out is what happened, where and when it happened."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from synthetic import GREEN, RED, T0_US, Network, camera, event, microphone, person, recording, tape, track, write

from rapporteur.domain.timeline import moment
from rapporteur.domain.transcript import Utterance, Word
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Kind, json_record

pytestmark = pytest.mark.media

ANA, BEN, CHIARA = person(100, "Ana Lindqvist"), person(200, "Ben Okafor"), person(300, "Chiara de Santis")
MARKS = tuple(float(n) for n in range(1, 6))
SECONDS = 6.0
EVERYTHING = {"video_mixed_mp4": {}, "audio_mixed_mp3": {}, "transcript": {}, "participant_events": {}, "meeting_metadata": {}}
LARGE = (300, 100, 400, 120)
FIRST_OF_STRIP, SECOND_OF_STRIP = (1040, 230, 100, 30), (1040, 374, 50, 30)
STRIP_TILE = (1030, 222, 234, 132)


def meeting() -> bytes:
    """Ana speaks with flashes and beeps, Ben's network is poor, Chiara has neither camera nor microphone."""
    said = Utterance(100, (Word("good", (T0_US + 1_200_000) / 1000, (T0_US + 1_500_000) / 1000),))
    return tape(
        json_record(Kind.MEETING, T0_US, {"title": "Weekly"}),
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), event(0, "join", BEN),
        event(0, "webcam_on", BEN), event(0.1, "join", CHIARA), event(0.1, "mute", CHIARA),
        event(0.5, "speech_on", ANA), event(5, "chat_message", BEN, data={"text": "hello", "to": "everyone"}),
        track(0, 1, "video", "webcam", None), track(0, 2, "audio", "microphone", 100),
        track(0, 3, "video", "webcam", 200), track(0, 4, "audio", "microphone", 200),
        track(0.7, 1, "video", "webcam", 100),
        Network(0.02, 0.06).carry(camera(1, RED, 0, SECONDS, MARKS)),
        Network(0.02, 0.06, seed=2).carry(microphone(2, 0, SECONDS, MARKS)),
        Network(0.05, 0.09, frozenset({100}), seed=3).carry(camera(3, GREEN, 0, SECONDS, fps=30)),
        Network(0.05, 0.09, frozenset({60, 61, 120}), seed=4).carry(microphone(4, 0, SECONDS)),
        json_record(Kind.UTTERANCE, T0_US + 1_500_000, {**said.as_json(), "recording_id": "r1"}),
        recording(SECONDS, "stop"), ended_s=SECONDS + 1,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Artifact → its entry in the result."""
    folder = tmp_path_factory.mktemp("meeting")
    write(folder / "tape", meeting())
    entries = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(EVERYTHING))
    return {entry["artifact"]: entry for entry in entries}


@pytest.fixture(scope="module")
def mp4(made: dict[str, Any]) -> Path:
    return Path(made["video_mixed"]["files"][0])


@pytest.fixture(scope="module")
def mp3(made: dict[str, Any]) -> Path:
    return Path(made["audio_mixed"]["files"][0])


def document(made: dict[str, Any], artifact: str, name: str) -> Any:
    return json.loads(next(Path(f) for f in made[artifact]["files"] if f.endswith(name)).read_text())


def test_every_artifact_is_made_and_none_failed(made: dict[str, Any]):
    assert list(made) == ["video_mixed", "audio_mixed", "transcript", "participant_events", "meeting_metadata"]
    assert {entry["failure"] for entry in made.values()} == {None}
    assert all(Path(file).is_file() for entry in made.values() for file in entry["files"])


def test_the_file_is_what_was_promised(mp4: Path, mp3: Path):
    video, sound = inspection.streams(mp4)
    assert (video.codec, video.width, video.height, video.frame_rate) == ("h264", 1280, 720, 30)
    assert (sound.codec, sound.sample_rate) == ("aac", 48_000)
    assert [s.codec for s in inspection.streams(mp3)] == ["mp3"]
    assert video.duration_s == pytest.approx(SECONDS, abs=0.05)
    assert sound.duration_s == pytest.approx(SECONDS, abs=0.05)
    assert inspection.duration_s(mp3) == pytest.approx(SECONDS, abs=0.05)


def test_thirty_pictures_come_every_second_without_a_gap(mp4: Path):
    times = inspection.frame_times(mp4)
    assert len(times) == SECONDS * 30
    assert all(later - earlier == pytest.approx(1 / 30, abs=1e-4) for earlier, later in pairwise(times))
    assert inspection.unique_frames_per_second(mp4, 2, 5) >= 28
    assert inspection.unique_frames_per_second(mp4, 2, 5, LARGE) <= 16


def test_flashes_and_beeps_are_where_they_were_and_together(mp4: Path, mp3: Path):
    flashes, beeps = inspection.flash_times(mp4, LARGE), inspection.beep_times(mp4)
    assert flashes == pytest.approx(MARKS, abs=0.06)
    assert beeps == pytest.approx(MARKS, abs=0.06)
    assert inspection.beep_times(mp3) == pytest.approx(beeps, abs=0.015)
    offsets = inspection.offsets_ms(flashes, beeps)
    assert len(offsets) == len(MARKS)
    assert abs(inspection.median_offset_ms(mp4, LARGE) or 1000) <= 40
    assert max(offsets) - min(offsets) < 40


def test_everyone_is_where_they_belong(mp4: Path):
    assert near(inspection.mean_colour(mp4, LARGE, 4.5), RED)
    assert near(inspection.mean_colour(mp4, FIRST_OF_STRIP, 4.5), GREEN)
    avatar = inspection.mean_colour(mp4, SECOND_OF_STRIP, 4.5)
    assert max(avatar) < 90
    assert not near(avatar, GREEN)


def test_a_participant_whose_frames_were_lost_still_moves_smoothly(mp4: Path):
    assert inspection.unique_frames_per_second(mp4, 2, 5, STRIP_TILE) >= 24


def near(seen: tuple[int, int, int], meant: tuple[int, int, int], tolerance: int = 14) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(seen, meant, strict=True))


def test_what_was_lost_is_reported_and_nothing_else(made: dict[str, Any]):
    report = made["video_mixed"]["report"]
    assert report == made["audio_mixed"]["report"]
    assert (report["way"], report["silent"], report["black"]) == ("tracks", False, False)
    assert report["seconds"] == SECONDS
    assert report["video_frames"] == 180
    assert report["lost_packets"] == 3
    assert report["audio_gaps_ms"] == pytest.approx(60, abs=5)
    assert report["skipped_bytes"] == 0


def test_documents_tell_who_was_there_and_what_was_said(made: dict[str, Any]):
    assert document(made, "participant_events", "participants.json") == [ANA, BEN, CHIARA]
    events = document(made, "participant_events", "participant_events.json")
    assert [e["action"] for e in events] == [
        "join", "webcam_on", "join", "webcam_on", "join", "speech_on", "chat_message",
    ]
    chat = events[-1]
    assert (chat["type"], chat["ts_ms"], chat["data"]) == ("chat_message", 5000, {"text": "hello", "to": "everyone"})
    assert chat["timestamp"] == moment((T0_US + 5_000_000) / 1000, T0_US / 1000)
    words = document(made, "transcript", "transcript.json")
    assert [(w["participant"], w["words"][0]["text"]) for w in words] == [(ANA, "good")]
    assert words[0]["words"][0]["start_timestamp"]["relative"] == 1.2
    turn, = document(made, "participant_events", "speaker_timeline.json")
    assert (turn["participant"], turn["start_timestamp"]["relative"], turn["end_timestamp"]["relative"]) == (ANA, 0.5, 6.0)
    metadata = document(made, "meeting_metadata", "meeting_metadata.json")
    assert metadata == {
        "title": "Weekly", "start_time": moment(T0_US / 1000, 0)["absolute"],
        "end_time": moment((T0_US + 6_000_000) / 1000, 0)["absolute"],
    }
