"""Pictures written by hand: they decode to exactly the picture before, and what follows them is not disturbed."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from rapporteur.media.encoders import X264
from rapporteur.media.repeats import Repeater

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 160, 96


class Encoder:
    def __init__(self, **options: str) -> None:
        self._encoder = av.CodecContext.create("libx264", "w")
        self._encoder.width, self._encoder.height, self._encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        self._encoder.time_base, self._encoder.thread_count = Fraction(1, 30), 1
        self._encoder.options = {**X264, **options, "g": "40", "tune": "zerolatency"}
        self._encoder.open()
        self._count = 0

    @property
    def parameters(self) -> bytes:
        """As a key frame has them in front of it."""
        first = self.pictures(8)[0]
        return first[:first.index(b"\0\0\1\x65")]

    def pictures(self, count: int) -> list[bytes]:
        """Of somebody who moves in front of a noisy wall."""
        out: list[bytes] = []
        for _ in range(count):
            pixels = np.random.default_rng(self._count).integers(60, 90, (HEIGHT, WIDTH, 3), np.uint8)
            pixels[20:60, self._count * 5 % 120:][:, :30] = 220
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = self._count, Fraction(1, 30)
            self._count += 1
            out += [bytes(packet) for packet in self._encoder.encode(frame)]
        return out


def decoded(pictures: list[bytes]) -> list[bytes]:
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for picture in pictures for frame in decoder.decode(av.Packet(picture))] + decoder.decode(None)
    return [frame.to_ndarray().tobytes() for frame in frames]


@pytest.mark.parametrize("options", [{}, {"preset": "superfast"}], ids=["as it is", "with weights and more"])
def test_any_number_of_repetitions_decodes_to_the_picture_before_and_disturbs_nothing(options: dict[str, str]):
    made = Encoder(**options).pictures(90)
    repeater = Repeater(Encoder(**options).parameters)
    stream, shown = [], []
    for n, picture in enumerate(made):
        times = 1 if n % 7 else 1 + n % 23
        stream += [repeater.passed(picture), *(repeater.repetition() for _ in range(times - 1))]
        shown += [n] * times
    plain = decoded(made)
    assert len(plain) == len(made)
    assert len(set(plain)) > 80
    assert decoded(stream) == [plain[n] for n in shown]
    assert len(stream) > 150


def test_a_repetition_is_a_few_bytes_and_what_needs_no_new_number_is_left_untouched():
    encoder = Encoder()
    repeater = Repeater(encoder.parameters)
    made = encoder.pictures(3)
    assert [repeater.passed(picture) for picture in made] == made
    assert len(repeater.repetition()) < 20


@pytest.mark.parametrize(("options", "field"), [
    ({"x264-params": "cabac=1"}, "entropy_coding_mode_flag"),
    ({"x264-params": "cabac=0:ref=3"}, "max_num_ref_frames"),
    ({"preset": "fast", "bf": "2", "x264-params": "cabac=0:ref=1"}, "pic_order_cnt_type"),
])
def test_a_stream_of_another_form_is_refused(options: dict[str, str], field: str):
    with pytest.raises(ValueError, match=field):
        Repeater(Encoder(**options).parameters)


def test_parameter_sets_are_needed():
    with pytest.raises(ValueError, match="missing"):
        Repeater(b"")
