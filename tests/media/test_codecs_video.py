"""Pictures in every codec that browsers send: in the mixed picture and apart, in changing sizes, and behind losses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from synthetic import (
    BLUE,
    GREEN,
    RED,
    SPEED,
    T0_US,
    camera,
    event,
    person,
    recording,
    tape,
    track,
    write,
)

from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.footage import PictureReport, VideoTrack
from rapporteur.wire.tape import LAYER_SHIFT, NUMBERED, Record

pytestmark = pytest.mark.media

ANA = person(100, "Ana")
WHOLE, STAGE = (100, 100, 60, 40), (300, 480, 300, 60)
CODECS = {"video/VP8": "libvpx", "video/VP9": "libvpx-vp9", "video/H264": "libx264", "video/AV1": "libsvtav1"}
Sent = Iterable[tuple[float, Record]]


def composed(folder: Path, mime: str, sent: Sent, seconds: float, config: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """(artifact, format) → the entry of a meeting with one camera."""
    write(folder / "tape", tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), track(0, 1, "video", "webcam", 100, mime),
        SPEED.carry(sent), recording(seconds, "stop"), ended_s=seconds))
    entries = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))
    assert {entry["failure"] for entry in entries} == {None}
    return {(entry["artifact"], entry["format"]): entry for entry in entries}


def files(entry: dict[str, Any]) -> list[Path]:
    return [Path(file) for file in entry["files"][1:]]


def parts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(Path(entry["files"][0]).read_text())


def near(seen: tuple[int, int, int], meant: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 20 for a, b in zip(seen, meant, strict=True))


@pytest.mark.parametrize("mime", CODECS)
def test_every_codec_is_mixed_and_given_apart(tmp_path: Path, mime: str):
    sent = camera(1, RED, 0, 2, (1.0,), codec=CODECS[mime])
    made = composed(tmp_path, mime, sent, 2, {
        "video_mixed_mp4": {}, "video_separate_mp4": {}, "video_separate_h264": {}, "video_separate_mkv": {}})
    mixed = made["video_mixed", "mp4"]
    assert near(inspection.mean_colour(Path(mixed["files"][0]), STAGE, 1.5), RED)
    assert inspection.flash_times(Path(mixed["files"][0])) == pytest.approx([1.0], abs=0.06)
    assert (mixed["report"]["lost_frames"], mixed["report"]["held_frames"]) == (0, 0)
    codec = mime.removeprefix("video/").lower()
    [mkv], [mp4], [h264] = (files(made["video_separate", f]) for f in ("mkv", "mp4", "h264"))
    for file, carried in ((mkv, codec), (mp4, "h264" if codec == "vp8" else codec)):
        [stream] = inspection.streams(file)
        assert (stream.codec.removeprefix("lib").replace("dav1d", "av1"), stream.width, stream.height) == (carried, 320, 180)
        assert stream.duration_s == pytest.approx(2, abs=0.1)
        assert inspection.flash_times(file) == pytest.approx([1.0], abs=0.06)
    with av.open(str(h264), format="h264") as container:
        assert sum(1 for _ in container.decode(video=0)) >= 20
    packets = payloads(mkv)
    if codec in ("vp8", "vp9"):
        assert packets == [record.payload for _, record in sent][:len(packets)], "bit for bit"
    assert len(packets) == pytest.approx(len(sent), abs=2)


def payloads(file: Path) -> list[bytes]:
    with av.open(str(file)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def shifted(sent: Sent, seconds: float) -> list[tuple[float, Record]]:
    """The same stream later on the sender's clock."""
    return [(s, r._replace(rtp=(r.rtp + round(seconds * 90_000)) % (1 << 32))) for s, r in sent]


def test_a_camera_that_changes_its_size_is_fitted_into_the_largest(tmp_path: Path):
    """As a forwarding server switches between the sizes that a camera is sent in: each begins with a key frame."""
    sent = [*camera(1, RED, 0, 1), *shifted(camera(1, GREEN, 1, 2, size=(640, 360)), 1), *shifted(camera(1, BLUE, 2, 3), 2)]
    made = composed(tmp_path, "video/VP8", sent, 3, {
        "video_mixed_mp4": {}, "video_separate_mp4": {}, "video_separate_mkv": {}})
    mixed = Path(made["video_mixed", "mp4"]["files"][0])
    for at_s, colour in ((0.5, RED), (1.5, GREEN), (2.5, BLUE)):
        assert near(inspection.mean_colour(mixed, STAGE, at_s), colour)
    untouched = [(p["duration"], inspection.streams(f)[0].width) for p, f in zip(
        parts(made["video_separate", "mkv"]), files(made["video_separate", "mkv"]), strict=True)]
    assert [width for _, width in untouched] == [320, 640, 320]
    alone = composed(tmp_path / "alone", "video/VP8", sent, 3, {"video_separate_mp4": {}})
    small, large = files(alone["video_separate", "mp4"])
    assert [inspection.streams(f)[0].width for f in (small, large)] == [320, 640]
    assert inspection.duration_s(large) == pytest.approx(2, abs=0.1)
    assert near(inspection.mean_colour(large, WHOLE, 1.5), BLUE), "the small picture fills the frame of the large one"


# --- what is lost -------------------------------------------------------------------------------------------------------


def shown(mime: str, sent: Sent, until_s: float) -> tuple[VideoTrack, PictureReport]:
    report = PictureReport()
    footage = VideoTrack(mime, 90_000, report)
    for record in SPEED.carry(sent):
        footage.observe(record)
    footage.advance(T0_US + round((until_s + 0.02) * 1e6))
    return footage, report


def numbered(sent: Sent) -> list[tuple[float, Record]]:
    """With the numbers of a sender that sends the dependency descriptor, over the 16 bits' edge."""
    return [(s, r._replace(flags=r.flags | NUMBERED, sequence=(65_530 + n) & 0xFFFF, builds_on=0 if r.is_key else 1))
            for n, (s, r) in enumerate(sent)]


def without(sent: Sent, *lost: int) -> list[tuple[float, Record]]:
    return [entry for n, entry in enumerate(sent) if n not in lost]


def pixels(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray(format="rgb24").astype(int)


BROKEN = {
    "VP8 with numbers": ("video/VP8", numbered(camera(1, RED, 0, 4, fps=15))),
    "VP9 with numbers": ("video/VP9", numbered(camera(1, RED, 0, 4, fps=15, codec="libvpx-vp9"))),
    "H.264 by its own": ("video/H264", camera(1, RED, 0, 4, fps=15, codec="libx264")),
}


@pytest.mark.parametrize("stream", BROKEN)
def test_behind_a_lost_frame_the_last_good_picture_stays_until_a_key_frame(stream: str):
    mime, sent = BROKEN[stream]
    good, _ = shown(mime, sent, 19 / 15)
    torn, report = shown(mime, without(sent, 20), 29.5 / 15)
    assert (report.lost_frames, report.held_frames) == (1, 9)
    assert torn.frame is not None
    assert good.frame is not None
    assert np.array_equal(pixels(torn.frame), pixels(good.frame)), "held, not guessed"
    healed, report = shown(mime, without(sent, 20), 3)
    whole, _ = shown(mime, sent, 3)
    assert report.held_frames == 9
    assert healed.frame is not None
    assert whole.frame is not None
    assert np.array_equal(pixels(healed.frame), pixels(whole.frame)), "from the key frame on nothing is missing"


def test_a_lost_frame_on_which_nothing_builds_holds_nothing_up():
    """The upper of two temporal layers: every second frame, by numbers that say so."""
    every = numbered(camera(1, RED, 0, 2))
    two = [(s, r._replace(builds_on=0 if r.is_key else 2 if n % 2 == 0 else 1)) for n, (s, r) in enumerate(every)]
    _, report = shown("video/VP8", without(two, 7, 9), 2)
    assert (report.lost_frames, report.held_frames) == (0, 0)


def test_without_numbers_a_hole_before_a_key_frame_is_held_and_any_other_is_a_slow_camera():
    sent = camera(1, RED, 0, 4)
    _, asked_for = shown("video/VP8", without(sent, 25), 3)
    assert (asked_for.lost_frames, asked_for.held_frames) == (1, 4)
    _, slow = shown("video/VP8", without(sent, 5, 6), 3)
    assert (slow.lost_frames, slow.held_frames) == (0, 0)


def test_a_sender_that_makes_no_key_frame_is_shown_as_it_is_after_a_while():
    one_key = [(s, r) for s, r in camera(1, RED, 0, 8, fps=10, codec="libx264") if not (r.is_key and s > 0)]
    footage, report = shown("video/H264", without(one_key, 5), 7.8)
    assert report.held_frames == pytest.approx(50, abs=3)
    assert footage.shown_us > T0_US + 7_000_000


def test_what_comes_too_late_is_counted_and_not_shown():
    sent = camera(1, RED, 0, 1)
    report = PictureReport()
    footage = VideoTrack("video/VP8", 90_000, report)
    for record in SPEED.carry(without(sent, 5)):
        footage.observe(record)
    footage.advance(T0_US + 900_000)
    version = footage.version
    [late] = SPEED.carry([(0.95, sent[5][1])])
    footage.observe(late)
    footage.advance(T0_US + 900_000)
    assert (report.late_frames, footage.version) == (1, version)


def test_of_a_picture_in_layers_the_uppermost_is_shown():
    """Two sizes of one moment in two frames; the file apart is encoded, for no container holds them as one picture."""
    small, large = (camera(1, RED, 0, 1, size=size, codec="libvpx-vp9") for size in ((320, 180), (640, 360)))
    (_, lower), (_, upper) = small[0], large[0]
    footage, report = shown("video/VP9", [(0, lower), (0, upper._replace(flags=upper.flags | 1 << LAYER_SHIFT))], 0.5)
    assert footage.frame is not None
    assert (footage.frame.width, footage.layered, report.lost_frames) == (640, True, 0)
    assert footage.take_untouched() == []
