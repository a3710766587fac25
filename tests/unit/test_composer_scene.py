"""The scene: who is there and what they show, from events and tracks in whichever order they come."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest

from rapporteur.media.footage import PictureReport, VideoTrack
from rapporteur.media.scene import OWNER_GRACE_US, STALLED_US, UNTOLD_US, Scene, Source
from rapporteur.wire.tape import Kind, Record, Track

pytestmark = pytest.mark.unit

T0_US = 1_764_000_000_000_000
SECOND = 1_000_000
ANA, BEN = {"id": 100, "name": "Ana"}, {"id": 200, "name": "Ben"}


@pytest.fixture(scope="module")
def frames() -> list[tuple[bytes, bool]]:
    """Ten VP8 frames, the first a key frame."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 36, "yuv420p", Fraction(1, 30)
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0"}
    out: list[tuple[bytes, bool]] = []
    for n in range(10):
        frame = av.VideoFrame(64, 36, "yuv420p")
        frame.pts, frame.time_base = n, Fraction(1, 30)
        out += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]
    return out


def video(frame: tuple[bytes, bool], n: int, at_us: int) -> Record:
    payload, is_key = frame
    return Record(Kind.VIDEO, at_us, payload, 1, int(is_key), n * 3000)


def seen(scene: Scene, frame: tuple[bytes, bool], owner: int | None, role: str = "webcam") -> Source:
    """A track that brought one picture at T0."""
    footage = VideoTrack("video/VP8", 90_000, PictureReport())
    footage.observe(video(frame, 0, T0_US))
    source = Source(Track(1, "video", role, "video/VP8", 90_000, owner), footage, T0_US)
    scene.sources[1] = source
    scene.advance(T0_US)
    return source


def test_people_come_and_go_in_the_order_of_joining():
    scene = Scene()
    for who in (BEN, ANA):
        scene.event("join", who, T0_US)
    assert scene.stage(T0_US).people == (200, 100)
    scene.event("leave", BEN, T0_US)
    assert scene.stage(T0_US).people == (100,)


def test_a_camera_is_shown_until_it_is_said_to_be_off(frames: list[tuple[bytes, bool]]):
    scene = Scene()
    scene.event("join", ANA, T0_US)
    source = seen(scene, frames[0], 100)
    scene.event("webcam_on", ANA, T0_US)
    assert scene.camera(100, T0_US + UNTOLD_US + 1) is source
    assert scene.camera(100, T0_US + STALLED_US + 1) is None
    scene.event("webcam_off", ANA, T0_US)
    assert scene.camera(100, T0_US) is None


def test_who_left_is_not_brought_back_by_what_their_camera_still_brings(frames: list[tuple[bytes, bool]]):
    scene = Scene()
    scene.event("join", ANA, T0_US)
    seen(scene, frames[0], 100)
    scene.event("leave", ANA, T0_US)
    scene.advance(T0_US + 1)
    assert scene.stage(T0_US + 1).people == ()
    scene.event("join", ANA, T0_US + 2)
    scene.advance(T0_US + 2)
    assert scene.stage(T0_US + 2).people == (100,)


def test_a_camera_nobody_spoke_of_gives_way_when_it_stalls(frames: list[tuple[bytes, bool]]):
    scene = Scene()
    scene.event("join", ANA, T0_US)
    source = seen(scene, frames[0], 100)
    assert scene.camera(100, T0_US + SECOND) is source
    assert scene.camera(100, T0_US + UNTOLD_US + 1) is None


def test_a_still_screen_stays_shared(frames: list[tuple[bytes, bool]]):
    scene = Scene()
    scene.event("join", ANA, T0_US)
    seen(scene, frames[0], 100, "screenshare")
    scene.event("screenshare_on", ANA, T0_US)
    assert scene.stage(T0_US + 60 * SECOND).screen == 100
    scene.event("screenshare_off", ANA, T0_US)
    assert scene.stage(T0_US + 60 * SECOND).screen is None


def test_a_camera_whose_owner_never_becomes_known_is_shown_without_a_name(frames: list[tuple[bytes, bool]]):
    scene = Scene()
    source = seen(scene, frames[0], None)
    assert scene.stage(T0_US).people == ()
    scene.advance(T0_US + OWNER_GRACE_US)
    stranger, = scene.stage(T0_US + OWNER_GRACE_US).people
    assert stranger < 0
    scene.sources[1] = Source(Track(1, "video", "webcam", "video/VP8", 90_000, 100), source.footage, T0_US)
    scene.advance(T0_US + OWNER_GRACE_US + SECOND)
    assert scene.stage(T0_US + OWNER_GRACE_US).people == (100,)


def test_frames_are_shown_in_the_senders_order_and_not_before_their_time(frames: list[tuple[bytes, bool]]):
    report = PictureReport()
    track = VideoTrack("video/VP8", 90_000, report)
    for n in (0, 2, 1, 3):
        track.observe(video(frames[n], n, T0_US + 100_000))
    versions = []
    for n in range(4):
        track.advance(T0_US + n * 33_400)
        versions.append(track.version)
    assert versions == [1, 2, 3, 4]
    assert report.lost_frames == 0


def test_a_track_that_begins_in_the_middle_waits_for_a_key_frame(frames: list[tuple[bytes, bool]]):
    report = PictureReport()
    track = VideoTrack("video/VP8", 90_000, report)
    for n, frame in enumerate([frames[4], frames[5], frames[0], frames[1]]):
        track.observe(video(frame, n, T0_US))
    track.advance(T0_US + SECOND)
    assert (report.lost_frames, report.decoded_frames) == (2, 2)


def test_a_frame_that_cannot_be_decoded_holds_the_picture_until_the_next_key_frame(frames: list[tuple[bytes, bool]]):
    report = PictureReport()
    track = VideoTrack("video/VP8", 90_000, report)
    stream = [frames[0], (b"\x00" * 30, True), frames[1], frames[0], frames[1]]
    for n, frame in enumerate(stream):
        track.observe(video(frame, n, T0_US))
    track.advance(T0_US + SECOND)
    assert track.frame is not None
    assert (report.lost_frames, report.decoded_frames) == (2, 3)
