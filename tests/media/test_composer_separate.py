"""Everybody apart: who is in which file, from when to when, and that nobody is in another's."""

from __future__ import annotations

import json
from itertools import pairwise
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
    YELLOW,
    Network,
    camera,
    event,
    microphone,
    person,
    recording,
    tape,
    track,
    write,
)

from rapporteur.domain.timeline import from_iso
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.wire.tape import Record

pytestmark = pytest.mark.media

ANA, BEN = person(100, "Ana Lindqvist"), person(200, "Ben Okafor")
SECONDS = 6.0
ANA_BEEPS, BEN_BEEPS = (1.0, 3.0), (2.0, 4.5)
SEPARATE = {
    "audio_mixed_mp3": {}, "audio_mixed_raw": {}, "audio_separate_mp3": {}, "audio_separate_raw": {},
    "audio_separate_ogg": {}, "video_separate_mp4": {}, "video_separate_h264": {}, "video_separate_mkv": {},
}
WHOLE = (100, 100, 60, 40)
BENS_CAMERA = camera(3, BLUE, 0.5, SECONDS, codec="libx264")


def meeting() -> bytes:
    """Ana's camera goes off for a while, Ben sends H.264 and shares a still screen of an odd size."""
    anas = [(s, r) for s, r in camera(1, RED, 0, SECONDS, (1.0,)) if not 2 <= s < 4]
    return tape(
        recording(0, "start"), event(0, "join", ANA), event(0, "webcam_on", ANA), event(0, "join", BEN),
        event(0.5, "webcam_on", BEN), event(2, "webcam_off", ANA), event(4, "webcam_on", ANA),
        track(0, 1, "video", "webcam", 100), track(0, 2, "audio", "microphone", None),
        track(0.4, 3, "video", "webcam", 200, "video/H264"), track(0, 4, "audio", "microphone", 200),
        track(0.8, 2, "audio", "microphone", 100),
        Network(0.02, 0.05).carry(anas), Network(0.02, 0.05).carry(microphone(2, 0, SECONDS, ANA_BEEPS)),
        SPEED.carry(BENS_CAMERA), Network(0.04, 0.05).carry(microphone(4, 1, SECONDS, BEN_BEEPS)),
        event(3, "screenshare_on", BEN), track(3, 5, "video", "screenshare", 200),
        SPEED.carry(camera(5, YELLOW, 3, 3.2, size=(401, 301), fps=5, still=True)), event(5, "screenshare_off", BEN),
        recording(SECONDS, "stop"), ended_s=SECONDS,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str | None], dict[str, Any]]:
    """(artifact, format) → its entry in the result."""
    folder = tmp_path_factory.mktemp("apart")
    write(folder / "tape", meeting())
    entries = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(SEPARATE))
    assert {entry["failure"] for entry in entries} == {None}
    return {(entry["artifact"], entry["format"]): entry for entry in entries}


def parts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The list, `file` being the path. Beside it the entry has the files that are listed, and no others."""
    listed, *files = map(Path, entry["files"])
    found = json.loads(listed.read_text())
    assert [part["file"] for part in found] == [file.name for file in files]
    return [part | {"file": file} for part, file in zip(found, files, strict=True)]


def start_s(part: dict[str, Any]) -> float:
    return part["start_timestamp"]["relative"]


def test_each_format_is_an_artifact_of_its_own(made: dict[Any, Any]):
    assert list(made) == [
        ("audio_mixed", "mp3"), ("audio_mixed", "raw"), ("audio_separate", "mp3"), ("audio_separate", "raw"),
        ("audio_separate", "ogg"), ("video_separate", "mp4"), ("video_separate", "h264"), ("video_separate", "mkv"),
    ]


def test_raw_sound_is_bare_samples_of_the_whole_recording(made: dict[Any, Any], tmp_path: Path):
    [raw], [mp3] = made["audio_mixed", "raw"]["files"], made["audio_mixed", "mp3"]["files"]
    assert Path(raw).stat().st_size / 2 / 16_000 == pytest.approx(SECONDS, abs=0.05)
    assert inspection.beep_times(heard(Path(raw), tmp_path)) == pytest.approx([1, 2, 3, 4.5], abs=0.06)
    assert inspection.beep_times(Path(mp3)) == pytest.approx([1, 2, 3, 4.5], abs=0.06)


def heard(raw: Path, folder: Path) -> Path:
    """The samples in a file that says what they are."""
    samples = np.fromfile(raw, "<i2")
    with av.open(str(folder / "raw.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return folder / "raw.wav"


@pytest.mark.parametrize("file_format", ["mp3", "raw", "ogg"])
def test_everybody_is_heard_in_their_own_file_alone(made: dict[Any, Any], file_format: str, tmp_path: Path):
    ana, ben = parts(made["audio_separate", file_format])
    assert (ana["participant"], ben["participant"]) == (ANA, BEN)
    assert "type" not in ana
    for part, first, beeps in ((ana, 0, ANA_BEEPS), (ben, 1, BEN_BEEPS)):
        assert start_s(part) == pytest.approx(first, abs=0.06)
        assert start_s(part) + part["duration"] == pytest.approx(SECONDS, abs=0.1)
        assert from_iso(part["start_timestamp"]["absolute"]) == pytest.approx(T0_US / 1000 + start_s(part) * 1000, abs=1)
        file = heard(part["file"], tmp_path) if file_format == "raw" else part["file"]
        assert inspection.duration_s(file) == pytest.approx(part["duration"], abs=0.06)
        assert [start_s(part) + at for at in inspection.beep_times(file)] == pytest.approx(beeps, abs=0.06)
    assert ana["id"] != ben["id"]


def test_opus_is_passed_on_untouched(made: dict[Any, Any]):
    ana, _ = parts(made["audio_separate", "ogg"])
    with av.open(str(ana["file"])) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        packets = [bytes(packet) for packet in container.demux(audio=0) if packet.size]
    sent = [record.payload for _, record in microphone(2, 0, SECONDS, ANA_BEEPS)]
    assert b"".join(sent[:-2]) in b"".join(packets), "but for silence up to the part's beginning and what its end cut off"
    assert len(packets) == pytest.approx(len(sent), abs=2)


def test_everybody_is_seen_in_their_own_files_alone(made: dict[Any, Any]):
    found = sorted(parts(made["video_separate", "mp4"]), key=lambda part: (part["participant"]["id"], start_s(part)))
    assert [(p["participant"]["name"], p["type"]) for p in found] == [
        ("Ana Lindqvist", "webcam"), ("Ana Lindqvist", "webcam"), ("Ben Okafor", "webcam"), ("Ben Okafor", "screenshare")]
    assert [start_s(p) for p in found] == pytest.approx([0, 4, 0.5, 3], abs=0.1)
    assert [p["duration"] for p in found] == pytest.approx([2, 2, 5.5, 2], abs=0.1)
    sizes = [(320, 180), (320, 180), (320, 180), (400, 300)]
    for part, size, colour in zip(found, sizes, [RED, RED, BLUE, YELLOW], strict=True):
        [stream] = inspection.streams(part["file"])
        assert (stream.codec, stream.width, stream.height) == ("h264", *size)
        assert stream.duration_s == pytest.approx(part["duration"], abs=0.04)
        for at_s in (0.5, part["duration"] - 0.1):
            assert near(inspection.mean_colour(part["file"], WHOLE, at_s), colour)


def near(seen: tuple[int, int, int], meant: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 20 for a, b in zip(seen, meant, strict=True))


def test_pictures_keep_the_times_at_which_they_were_taken(made: dict[Any, Any]):
    ana, ben, *_ = parts(made["video_separate", "mp4"])
    assert [start_s(ana) + at for at in inspection.flash_times(ana["file"])] == pytest.approx([1.0], abs=0.04)
    for part in (ana, ben):
        times = inspection.frame_times(part["file"])
        assert len(times) == pytest.approx(15 * part["duration"], abs=2)
        steps = [(later - earlier) * 15 for earlier, later in pairwise(times)]
        assert steps == pytest.approx([round(step) for step in steps], abs=0.05)
        assert max(steps) < 2.5, "of pictures that are alike, only the first has to be in what was encoded"


def test_h264_is_passed_on_untouched(made: dict[Any, Any]):
    sent = [record.payload for _, record in BENS_CAMERA]
    mp4, h264 = (next(p["file"] for p in parts(made["video_separate", f]) if p["participant"] == BEN) for f in ("mp4", "h264"))
    assert h264.read_bytes() == b"".join(sent)
    with av.open(str(mp4)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    assert [units(packet) for packet in packets] == [annex_b_units(payload) for payload in sent]


def units(packet: bytes) -> list[bytes]:
    """The NAL units of an MP4's sample, each behind its length."""
    found: list[bytes] = []
    while packet:
        size = int.from_bytes(packet[:4], "big")
        found.append(packet[4:4 + size])
        packet = packet[4 + size:]
    return found


def annex_b_units(payload: bytes) -> list[bytes]:
    return [unit.rstrip(b"\0") for unit in payload.split(b"\0\0\1")[1:]]


def test_in_matroska_every_codec_is_passed_on_untouched(made: dict[Any, Any]):
    ana, ben, *_ = parts(made["video_separate", "mkv"])
    assert [inspection.streams(p["file"])[0].codec for p in (ana, ben)] == ["vp8", "h264"]
    with av.open(str(ana["file"])) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    sent = [r.payload for s, r in camera(1, RED, 0, SECONDS, (1.0,)) if s < 2]
    assert packets == sent[:len(packets)]
    assert len(packets) == pytest.approx(30, abs=2)
    times = inspection.frame_times(ana["file"])
    assert all(later - earlier == pytest.approx(1 / 15, abs=0.003) for earlier, later in pairwise(times))
    assert [start_s(ana) + at for at in inspection.flash_times(ana["file"])] == pytest.approx([1.0], abs=0.04)


def test_the_bare_stream_of_what_had_to_be_encoded_can_be_decoded(made: dict[Any, Any]):
    with av.open(str(parts(made["video_separate", "h264"])[0]["file"]), format="h264") as container:
        assert sum(1 for _ in container.decode(video=0)) == pytest.approx(30, abs=3)


# --- short tapes, each for one thing ------------------------------------------------------------------------------------


def composed(folder: Path, *records: Any, config: dict[str, Any], ended_s: float = 4) -> list[dict[str, Any]]:
    write(folder / "tape", tape(*records, ended_s=ended_s))
    [entry] = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))
    return parts(entry)


def test_a_microphone_that_was_off_for_long_makes_two_parts(tmp_path: Path):
    sound = [(s, r) for s, r in microphone(2, 0, 14, (0.5, 13.0)) if s < 1 or 1.5 < s < 2 or s > 12.5]
    first, second = composed(
        tmp_path, recording(0, "start"), event(0, "join", ANA), track(0, 2, "audio", "microphone", 100), SPEED.carry(sound),
        recording(14, "stop"), config={"audio_separate_mp3": {}}, ended_s=14)
    assert (start_s(first), first["duration"]) == pytest.approx((0, 2), abs=0.06)
    assert (start_s(second), second["duration"]) == pytest.approx((12.5, 1.5), abs=0.06)
    assert inspection.beep_times(second["file"]) == pytest.approx([0.5], abs=0.06)


def test_nothing_of_a_pause_and_of_before_the_recording_is_in_any_part(tmp_path: Path):
    config = {"video_separate_mp4": {}}
    found = composed(
        tmp_path, track(0, 1, "video", "webcam", 100), SPEED.carry(camera(1, GREEN, 0, 4)), recording(1, "start"),
        event(1, "join", ANA), event(1, "webcam_on", ANA), recording(2, "pause"), recording(3, "resume"),
        recording(4, "stop"), config=config)
    assert [start_s(p) for p in found] == pytest.approx([0, 2], abs=0.05)
    assert [p["duration"] for p in found] == pytest.approx([1, 1], abs=0.05)
    assert all(inspection.duration_s(p["file"]) == pytest.approx(1, abs=0.05) for p in found)


def test_h264_that_began_long_before_the_recording_is_whole_from_its_start(tmp_path: Path):
    pictures = [(s, r) for s, r in camera(1, GREEN, 0, 4, codec="libx264") if not (s > 0 and r.is_key)]
    [part] = composed(
        tmp_path, track(0, 1, "video", "webcam", 100, "video/H264"), SPEED.carry(pictures[:30]), recording(1.5, "start"),
        event(1.5, "join", ANA), recording(2, "stop"), config={"video_separate_mp4": {}})
    assert (start_s(part), part["duration"]) == pytest.approx((0, 0.5), abs=0.05)
    assert inspection.duration_s(part["file"]) == pytest.approx(0.5, abs=0.05)
    red, green, blue = inspection.mean_colour(part["file"], WHOLE, 0.1)
    assert green > red + 50
    assert green > blue + 50


def test_another_size_of_picture_begins_another_part(tmp_path: Path):
    small, large = camera(1, RED, 0, 1), camera(1, RED, 1, 2, size=(640, 360))
    moved = [(s, Record(r.kind, 0, r.payload, 1, r.flags, (r.rtp + 90_000) % (1 << 32))) for s, r in large]
    first, second = composed(
        tmp_path, recording(0, "start"), event(0, "join", ANA), track(0, 1, "video", "webcam", 100), SPEED.carry(small),
        SPEED.carry(moved), recording(2, "stop"), config={"video_separate_mp4": {}})
    assert [inspection.streams(p["file"])[0].width for p in (first, second)] == [320, 640]
    assert start_s(second) == pytest.approx(start_s(first) + first["duration"], abs=0.01)


def test_a_meeting_in_which_nobody_spoke_has_an_empty_list(tmp_path: Path):
    assert composed(tmp_path, recording(0, "start"), event(0, "join", ANA), recording(1, "stop"),
                    config={"audio_separate_raw": {}}) == []


def test_sound_whose_owner_never_became_known_is_kept(tmp_path: Path):
    [part] = composed(
        tmp_path, recording(0, "start"), track(0, 2, "audio", "microphone", None), SPEED.carry(microphone(2, 0, 1, (0.5,))),
        recording(1, "stop"), config={"audio_separate_mp3": {}})
    assert (part["participant"]["id"], part["participant"]["name"]) == (0, None)
    assert len(inspection.beep_times(part["file"])) == 1


def test_a_part_that_cannot_be_written_fails_its_artifact_and_no_other(tmp_path: Path):
    (tmp_path / "work" / "r1" / "video_separate-1.mp4").mkdir(parents=True)
    write(tmp_path / "tape", tape(
        recording(0, "start"), event(0, "join", ANA), track(0, 1, "video", "webcam", 100), SPEED.carry(camera(1, RED, 0, 1)),
        recording(1, "stop"), ended_s=1))
    entries = compose(tmp_path / "tape", tmp_path / "work", ComposeConfig.from_recording_config(
        {"video_separate_mp4": {}, "audio_separate_mp3": {}, "audio_mixed_raw": {}}))
    assert [(e["artifact"], e["failure"]) for e in entries] == [
        ("audio_mixed", None), ("audio_separate", None), ("video_separate", "composition_failed")]
