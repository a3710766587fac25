"""Errands through their real process: stored sound becomes words again, and a film from elsewhere becomes a recording."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from rapporteur.domain.errors import ErrandFailure
from rapporteur.domain.transcript import word_error_rate
from rapporteur.launchers.workshop import ProcessWorkshop
from rapporteur.media.conversion import Wanted, convert
from rapporteur.simulators.speech import CLIPS, clip_file
from rapporteur.wiring.bot import program
from tests.fakes.speech_providers import KEY, spoken
from tests.fakes.transcription_services import in_service

pytestmark = pytest.mark.media

WORST_WORD_ERROR = 0.35
ZERO_MS = 1_760_000_000_000.0
ANN, BOB = ({"id": n, "name": name, "is_host": None, "platform": None, "extra_data": {}, "email": None}
            for n, name in ((100, "Ann"), (200, "Bob")))


@pytest.fixture
def workshop(tmp_path: Path) -> ProcessWorkshop:
    run_dir = tmp_path / "run"
    return ProcessWorkshop(program("errand", f"--run-dir={run_dir}"), log_file=tmp_path / "errand.log")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    return made


def film(path: Path, seconds: float = 2.0, *, size: tuple[int, int] = (320, 240), picture: bool = True) -> None:
    """A bright square, and a tone."""
    with av.open(str(path), "w") as out:
        sound = out.add_stream("aac", rate=44_100, layout="mono")
        video = out.add_stream("libx264", rate=10) if picture else None
        if video is not None:
            video.width, video.height, video.pix_fmt = *size, "yuv420p"
            for _ in range(round(seconds * 10)):
                shown = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 200, np.uint8), format="rgb24")
                out.mux(video.encode(shown))
            out.mux(video.encode(None))
        tone = (np.sin(np.arange(round(seconds * 44_100)) / 20) * 0.3).astype(np.float32)[None]
        for at in range(0, tone.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone[:, at:at + 1024]), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44_100, at
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))


async def test_a_recording_is_transcribed_again_by_who_spoke_when(workshop: ProcessWorkshop, folder: Path) -> None:
    shutil.copy(clip_file("welcome"), folder / "mixed.ogg")
    edge = round(CLIPS["welcome"].duration_s / 2, 3)
    turns = [
        {"participant": who, "start_timestamp": {"relative": start}, "end_timestamp": {"relative": end}}
        for who, start, end in ((ANN, 0, edge), (BOB, edge, 10))
    ]
    await workshop.work(folder, {
        "task": "transcribe", "sources": [{"file": "mixed.ogg", "offset_ms": 0.0, "participant": None}], "timeline": turns,
        "zero_ms": ZERO_MS, "language_code": "en",
    })
    said = json.loads((folder / "transcript.json").read_text())
    assert [turn["participant"]["name"] for turn in said] == ["Ann", "Bob"]
    words = [word for turn in said for word in turn["words"]]
    assert word_error_rate(CLIPS["welcome"].text, " ".join(word["text"] for word in words)) <= WORST_WORD_ERROR
    assert all(word["end_timestamp"]["relative"] <= edge + 0.5 for word in said[0]["words"])
    starts = [word["start_timestamp"]["relative"] for word in words]
    assert starts == sorted(starts)
    assert words[0]["start_timestamp"]["absolute"].startswith("2025-10-09T08:53:2")


async def test_a_film_from_elsewhere_becomes_a_recording(workshop: ProcessWorkshop, folder: Path) -> None:
    film(folder / "film.mp4")
    (folder / "film.mp4").rename(folder / "input")
    result = await workshop.work(folder, told(
        ["video_mixed", "mp4"], ["audio_mixed", "mp3"], ["audio_mixed", "raw"], ["participant_events", None],
        ["meeting_metadata", None], ["audio_separate", "mp3"]))
    assert result["failed"] == [["audio_separate", "mp3", "not_separable"]]
    assert result["duration_ms"] == pytest.approx(2000, abs=150)
    for name in ("participants.json", "participant_events.json", "speaker_timeline.json", "meeting_metadata.json"):
        assert (folder / name).exists()
    with av.open(str(folder / "video_mixed.mp4")) as made:
        frames = list(made.decode(video=0))
    assert (len(frames), frames[0].width, frames[0].height) == (pytest.approx(60, abs=4), 1280, 720)
    middle = frames[30].to_ndarray(format="gray")[360, 640]
    assert middle > 150, "the picture is there"
    with av.open(str(folder / "audio_mixed.mp3")) as made:
        loudest = max(abs(frame.to_ndarray()).max() for frame in made.decode(audio=0))
    assert loudest > 0.2
    assert (folder / "audio_mixed.raw").stat().st_size == pytest.approx(2 * 16_000 * 2, rel=0.1)


def test_sound_alone_gets_a_black_picture(tmp_path: Path) -> None:
    film(tmp_path / "sound.mp4", 1.0, picture=False)
    assert convert(tmp_path / "sound.mp4", Wanted(mp4=tmp_path / "out.mp4")) == pytest.approx(1000, abs=100)
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert [s.type for s in made.streams] == ["video", "audio"]
        frames = list(made.decode(video=0))
    assert len(frames) == pytest.approx(30, abs=2)
    assert frames[0].to_ndarray(format="gray").max() < 40


async def test_what_is_no_film_is_refused(workshop: ProcessWorkshop, folder: Path) -> None:
    (folder / "input").write_bytes(b"no film at all" * 100)
    with pytest.raises(ErrandFailure) as failure:
        await workshop.work(folder, told(["video_mixed", "mp4"]))
    assert (failure.value.code, failure.value.retryable) == ("not_playable", False)


async def test_a_process_that_dies_may_be_tried_again(tmp_path: Path, folder: Path) -> None:
    dying = ProcessWorkshop(["false"], log_file=tmp_path / "errand.log")
    with pytest.raises(ErrandFailure) as failure:
        await dying.work(folder, {})
    assert failure.value.retryable


def told(*artifacts: list[Any]) -> dict[str, Any]:
    return {
        "task": "import", "recording_id": "6f1c1f0e-0000-4000-8000-000000000000", "zero_ms": ZERO_MS,
        "artifacts": list(artifacts), "timeline": [], "language_code": None,
    }


async def test_a_vendors_words_come_through_the_same_process(tmp_path: Path, folder: Path) -> None:
    (folder / "a.raw").write_bytes(bytes(500 * 32) + spoken(7, 300) + bytes(500 * 32))
    async with in_service() as vendor:
        command = program("errand", f"--run-dir={tmp_path / 'run'}", "--allow-loopback")
        told = {
            "task": "transcribe", "sources": [{"file": "a.raw", "offset_ms": 1000.0, "participant": ANN}], "timeline": [],
            "zero_ms": ZERO_MS, "language_code": "en",
            "provider": {"key": "deepgram_async", "options": {}, "account": {"api_key": KEY, "base_url": vendor.address}},
        }
        workshop = ProcessWorkshop(command, log_file=tmp_path / "errand.log")
        await workshop.work(folder, told)
        [said] = json.loads((folder / "transcript.json").read_text())
        assert [(w["text"], w["start_timestamp"]["relative"]) for w in said["words"]] == [("w7", 1.5)]
        told["provider"] |= {"account": {"api_key": "another-key", "base_url": vendor.address}}
        with pytest.raises(ErrandFailure) as failure:
            await workshop.work(folder, told)
        assert failure.value.code == "provider_connection_failed"
    log = (tmp_path / "errand.log").read_text()
    assert "it refused with 401" in log
    assert "another-key" not in log
