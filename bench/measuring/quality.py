"""How good our mixed picture is, and which x264 preset the opponent needs to be as good.

Four people of the bench, whose every picture is known, are composed three times: from the raw originals, which is the picture
as it should be; from the same as they come out of VP8, which is what both sides get to see; and from a tape by the product.
The opponent's encoder gets the second at its own rate control (x264's default) and one preset after the other. Quality is the
structural similarity (SSIM) of luma to the first, in squares of eight, over pictures from all over the clip.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from bench.measuring import clips
from bench.measuring.ours import PICTURE
from bench.measuring.tapes import T0_US, VIDEO_CLOCK
from rapporteur.domain.layout import Layout, Stage, arrange
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.picture import Cell, Painter
from rapporteur.media.planes import view
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import KEY_FRAME, VERSION, Kind, Record, Track, encode, json_record

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
PEOPLE = 4
LOOKED_AT = tuple(range(45, 140, 8))
"""Pictures of the clip that are compared."""
SHIFTS = range(-4, 5)
"""So many pictures the product's file may be off: tapes begin with the network's delay. The best fit counts."""
Luma = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quality:
    ours: float
    """SSIM of the product's file."""
    presets: dict[str, float]
    """SSIM of the opponent's encoder, as far as it had to be tried."""
    preset: str
    """The first that is as good as ours, or the last."""
    extra: float
    """What it costs more than ultrafast, in CPU seconds per second."""

    def as_json(self) -> dict[str, Any]:
        return {"ssim_ours": round(self.ours, 4), "ssim_opponent": {k: round(v, 4) for k, v in self.presets.items()},
                "preset": self.preset, "extra_cpu_per_second": round(self.extra, 4)}


def equal_quality(*, moving: bool) -> Quality:
    """Takes some seconds of CPU."""
    wanted = _composed(_raw(moving))
    seen = _composed(_decoded(moving))
    reference = {n: _luma(wanted[n]) for n in range(LOOKED_AT[0] + SHIFTS[0], LOOKED_AT[-1] + SHIFTS[-1] + 1)}
    with tempfile.TemporaryDirectory(prefix="rapporteur-bench-") as name:
        file = _product(Path(name), moving)
        made = _pictures(file, LOOKED_AT)
    ours = max(np.mean([_ssim(made[n], reference[n + shift]) for n in LOOKED_AT]) for shift in SHIFTS)
    tried: dict[str, float] = {}
    spent: dict[str, float] = {}
    for preset in PRESETS:
        pictures, spent[preset] = _encoded(seen, preset)
        tried[preset] = float(np.mean([_ssim(pictures[n], reference[n]) for n in LOOKED_AT]))
        if tried[preset] >= ours:
            break
    best = list(tried)[-1]
    return Quality(float(ours), tried, best, (spent[best] - spent[PRESETS[0]]) / clips.CLIP_S)


# --- the three pictures -------------------------------------------------------------------------------------------------


def _raw(moving: bool) -> Iterator[list[av.VideoFrame]]:
    """Everybody's pictures, one of each at a time."""
    people = [list(clips.pictures(person, moving=moving)) for person in range(PEOPLE)]
    for n in range(clips.CLIP_S * clips.FPS):
        yield [av.VideoFrame.from_ndarray(shown[n % len(shown)], format="rgb24").reformat(format="yuv420p") for shown in people]


def _decoded(moving: bool) -> Iterator[list[av.VideoFrame]]:
    decoders = [cast(av.VideoCodecContext, av.CodecContext.create("vp8", "r")) for _ in range(PEOPLE)]
    streams = [clips.video(person, moving=moving) for person in range(PEOPLE)]
    for payloads in zip(*streams, strict=True):
        yield [decoder.decode(av.Packet(payload))[0] for decoder, payload in zip(decoders, payloads, strict=True)]


def _composed(pictures: Iterable[list[av.VideoFrame]]) -> list[av.VideoFrame]:
    painter, out = Painter(), list[av.VideoFrame]()
    people = tuple(100 * (person + 1) for person in range(PEOPLE))
    tiles = arrange(Layout(PICTURE["video_mixed_layout"]), Stage(people)).tiles
    for n, frames in enumerate(pictures):
        painter.paint([Cell(tile, _name(tile.participant_id), frames[tile.participant_id // 100 - 1],
                            (tile.participant_id, n + 1)) for tile in tiles])
        out.append(_copied(painter.frame))
    return out


def _copied(frame: av.VideoFrame) -> av.VideoFrame:
    out = av.VideoFrame(frame.width, frame.height, "yuv420p")
    for source, target in zip(view(frame), view(out), strict=True):
        target[:] = source
    return out


def _name(number: int) -> str:
    return f"Person {number}"


def _product(folder: Path, moving: bool) -> Path:
    """The mixed file that the product makes of a tape of the same."""
    end_us = T0_US + clips.CLIP_S * 1_000_000
    records = [json_record(Kind.BEGIN, T0_US, {"version": VERSION, "bot_id": "bench", "generation": 1}),
               json_record(Kind.RECORDING, T0_US, {"recording_id": "bench", "action": "start"})]
    media: list[Record] = []
    for person in range(PEOPLE):
        number = 100 * (person + 1)
        event = {"recording_id": "bench", "participant": {"id": number, "name": _name(number)}, "data": None}
        records += [json_record(Kind.EVENT, T0_US, event | {"action": action}) for action in ("join", "webcam_on")]
        track = Track(person + 1, "video", "webcam", "video/VP8", VIDEO_CLOCK, number)
        records.append(json_record(Kind.TRACK, T0_US, track.as_json(), source=track.source))
        media += [
            Record(Kind.VIDEO, T0_US + n * 1_000_000 // clips.FPS, payload, person + 1, KEY_FRAME * (n == 0),
                   n * VIDEO_CLOCK // clips.FPS)
            for n, payload in enumerate(clips.video(person, moving=moving))
        ]
    records += sorted(media, key=lambda record: record.at_us)
    records += [json_record(Kind.RECORDING, end_us, {"recording_id": "bench", "action": "stop"}),
                json_record(Kind.END, end_us, {"reason": "ended"})]
    tape_path(folder, 1).write_bytes(b"".join(map(encode, records)))
    [entry] = compose(folder, folder / "work", ComposeConfig.from_recording_config(PICTURE))
    if entry["failure"]:
        raise SystemExit("the composer failed")
    return Path(entry["files"][0])


def _encoded(frames: list[av.VideoFrame], preset: str) -> tuple[dict[int, Luma], float]:
    """Luma of what is looked at after the opponent's encoder, and the CPU seconds of encoding everything."""
    encoder = cast(av.VideoCodecContext, av.CodecContext.create("libx264", "w"))
    encoder.width, encoder.height, encoder.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.gop_size = Fraction(1, clips.FPS), Fraction(clips.FPS), clips.FPS
    encoder.options, encoder.thread_count = {"preset": preset}, 1
    packets: list[av.Packet] = []
    began_s = time.process_time()
    for n, frame in enumerate(frames):
        frame.pts, frame.time_base = n, Fraction(1, clips.FPS)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    spent_s = time.process_time() - began_s
    decoder = cast(av.VideoCodecContext, av.CodecContext.create("h264", "r"))
    decoder.extradata = encoder.extradata
    shown = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return {n: _luma(shown[n]) for n in LOOKED_AT}, spent_s


def _pictures(file: Path, wanted: Iterable[int]) -> dict[int, Luma]:
    with av.open(str(file)) as container:
        return {n: _luma(frame) for n, frame in enumerate(container.decode(video=0)) if n in set(wanted)}


# --- similarity ---------------------------------------------------------------------------------------------------------


def _luma(frame: av.VideoFrame) -> Luma:
    return view(frame)[0].astype(np.float32)


def _ssim(one: Luma, other: Luma, square: int = 8) -> float:
    a, b = _squares(one, square), _squares(other, square)
    mean_a, mean_b = a.mean(axis=-1), b.mean(axis=-1)
    var_a, var_b = a.var(axis=-1), b.var(axis=-1)
    shared = (a * b).mean(axis=-1) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_a * mean_b + c1) * (2 * shared + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(likeness.mean())


def _squares(luma: Luma, square: int) -> Luma:
    rows, columns = luma.shape[0] // square, luma.shape[1] // square
    cut = luma[:rows * square, :columns * square].reshape(rows, square, columns, square)
    return cut.swapaxes(1, 2).reshape(rows, columns, square * square)
