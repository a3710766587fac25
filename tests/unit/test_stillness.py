"""What counts as a picture that moved."""

from __future__ import annotations

import numpy as np
import pytest

from rapporteur.media.stillness import ALIKE, BUSY, moved

pytestmark = pytest.mark.unit

SIZE = 36, 64


def planes(luma: int = 100, blue: int = 128) -> tuple[np.ndarray, ...]:
    half = SIZE[0] // 2, SIZE[1] // 2
    return np.full(SIZE, luma, np.uint8), np.full(half, blue, np.uint8), np.full(half, 128, np.uint8)


@pytest.mark.parametrize("by", [0, 1, -1, ALIKE, -ALIKE])
def test_what_nobody_sees_is_no_movement(by: int):
    assert not moved(1, planes(100), planes(100 + by))
    assert not moved(1, planes(3), planes(3 + by))
    assert not moved(1, planes(252), planes(252 + by))


@pytest.mark.parametrize("by", [ALIKE + 1, -ALIKE - 1, 100, -100])
def test_a_single_sample_that_changed_is_movement(by: int):
    new = planes(100)
    new[0][7, 9] += np.array(by).astype(np.uint8)
    assert moved(1, planes(100), new)


def test_colour_that_changed_is_movement():
    assert moved(1, planes(), planes(blue=140))


def test_another_size_and_a_large_frame_are_movement_without_a_look():
    small = planes()[1], planes()[1][::2, ::2], planes()[1][::2, ::2]
    assert moved(1, planes(), small)
    assert moved(SIZE[0] * SIZE[1] // BUSY + 1, planes(), planes())
