"""What counts as a picture that moved."""

from __future__ import annotations

import av
import pytest

from rapporteur.media.planes import view
from rapporteur.media.stillness import ALIKE, BUSY, moved

pytestmark = pytest.mark.unit

SIZE = 64, 36


def picture(luma: int = 100, blue: int = 128, size: tuple[int, int] = SIZE) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(view(frame), (luma, blue, 128), strict=True):
        plane[:] = value
    return frame


@pytest.mark.parametrize("by", [0, 1, -1, ALIKE, -ALIKE])
def test_what_nobody_sees_is_no_movement(by: int):
    assert not moved(1, picture(100), picture(100 + by))
    assert not moved(1, picture(3), picture(3 + by))
    assert not moved(1, picture(252), picture(252 + by))


@pytest.mark.parametrize("by", [ALIKE + 1, -ALIKE - 1, 100, -100])
def test_a_single_sample_that_changed_is_movement(by: int):
    new = picture(100)
    view(new)[0][7, 9] = 100 + by
    assert moved(1, picture(100), new)


def test_colour_that_changed_is_movement():
    assert moved(1, picture(), picture(blue=140))


def test_another_size_and_a_large_frame_are_movement_without_a_look():
    assert moved(1, picture(), picture(size=(32, 18)))
    assert moved(SIZE[0] * SIZE[1] // BUSY + 1, picture(), picture())
