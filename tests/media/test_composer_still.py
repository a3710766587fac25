"""Meetings in which little moves: what is repeated by hand plays like anything else, and a constant rate is constant."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from synthetic import BLUE, GREEN, RED, SPEED, YELLOW, camera, event, microphone, person, recording, tape, track, write

from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.encoders import FRAME_RATE, Mp4Writer
from rapporteur.media.production import PORTION, SAMPLES

pytestmark = pytest.mark.media

SECONDS = 4
TILES = [(100, 60, 200, 60), (712, 60, 200, 60), (100, 400, 200, 60), (712, 400, 200, 60)]
COLOURS = (RED, GREEN, BLUE, YELLOW)
MARK_S = 3.0


def composed(folder: Path, config: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Four people who sit still; the last one's camera flashes once, with a beep."""
    records: list[Any] = [recording(0, "start")]
    for n, colour in enumerate(COLOURS):
        who, marks = person(100 * (n + 1), f"Person {n}"), (MARK_S,) if n == 3 else ()
        records += [
            event(0, "join", who), event(0, "webcam_on", who), track(0, n + 1, "video", "webcam", 100 * (n + 1)),
            SPEED.carry(camera(n + 1, colour, 0, SECONDS, marks, still=True)),
        ]
    records += [track(0, 9, "audio", "microphone", 400), SPEED.carry(microphone(9, 0, SECONDS, (MARK_S,)))]
    write(folder / "tape", tape(*records, recording(SECONDS, "stop"), ended_s=SECONDS))
    [entry] = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))
    return Path(entry["files"][0]), entry["report"]


def packets(mp4: Path) -> list[tuple[int, bool]]:
    """(bytes, key frame) of every picture."""
    with av.open(str(mp4)) as container:
        return [(packet.size, packet.is_keyframe) for packet in container.demux(video=0) if packet.size]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    config = {"video_mixed_mp4": {}, "video_mixed_layout": "gallery_view"}
    return composed(tmp_path_factory.mktemp("still"), config)


def test_the_file_has_thirty_pictures_per_second_and_a_key_frame_every_two(made: tuple[Path, dict[str, Any]]):
    mp4, _ = made
    times = inspection.frame_times(mp4)
    assert len(times) == SECONDS * 30
    assert all(later - earlier == pytest.approx(1 / 30, abs=1e-4) for earlier, later in pairwise(times))
    keys = [n for n, (_, is_key) in enumerate(packets(mp4)) if is_key]
    assert keys[0] == 0
    assert all(later - earlier <= 60 for earlier, later in pairwise([*keys, SECONDS * 30]))


def test_most_pictures_are_repetitions_of_a_few_bytes(made: tuple[Path, dict[str, Any]]):
    mp4, report = made
    assert report["unique_frames"] < 25
    assert sum(size < 25 for size, _ in packets(mp4)) > SECONDS * 30 - 30


def test_everyone_is_there_at_any_time_reached_by_seeking(made: tuple[Path, dict[str, Any]]):
    mp4, _ = made
    for at_s in (0.9, 1.98, 3.9):
        for where, colour in zip(TILES, COLOURS, strict=True):
            seen = inspection.mean_colour(mp4, where, at_s)
            assert all(abs(a - b) <= 16 for a, b in zip(seen, colour, strict=True)), (at_s, where)


def test_what_moves_for_a_moment_is_seen_and_heard_at_that_moment(made: tuple[Path, dict[str, Any]]):
    mp4, _ = made
    # Cameras take the avatars' places at the beginning, which is bright too.
    flashes = {n: [at for at in inspection.flash_times(mp4, where) if at > 1] for n, where in enumerate(TILES)}
    assert flashes.pop(3) == pytest.approx([MARK_S], abs=0.06)
    assert not any(flashes.values())
    assert inspection.beep_times(mp4) == pytest.approx([MARK_S], abs=0.06)


def test_a_file_that_grows_in_a_still_meeting_is_never_a_second_behind(tmp_path: Path):
    growing, left = tmp_path / "growing.mp4", tmp_path / "left.mp4"
    writer, still = Mp4Writer(growing, 320, 192), av.VideoFrame(320, 192, "yuv420p")
    silence, behind = np.zeros((2, PORTION * SAMPLES), np.float32), list[float]()
    for tick in range(1, 200):
        writer.picture(still, changed=tick == 1)
        if tick % PORTION == 0:
            writer.sound(silence)
        if tick % 10 == 9 and tick > 60:
            left.write_bytes(growing.read_bytes())
            behind.append(tick / FRAME_RATE - inspection.frame_times(left)[-1])
    writer.close()
    assert max(behind) < 1
    assert len(inspection.frame_times(growing)) == 199


def test_a_constant_bit_rate_is_reached_without_anything_moving(tmp_path: Path):
    mp4, _ = composed(tmp_path, {"video_mixed_mp4": {"constant_bit_rate": True}, "video_mixed_layout": "gallery_view"})
    sizes = [size for size, _ in packets(mp4)]
    seconds = [sum(sizes[n:n + 30]) * 8 for n in range(30, len(sizes), 30)]
    assert all(1_500_000 <= bits <= 2_200_000 for bits in seconds), seconds
    assert inspection.bit_rate(mp4) <= 2_200_000
