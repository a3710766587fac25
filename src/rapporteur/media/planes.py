"""The three planes of a YUV 4:2:0 picture as numpy arrays: views of PyAV's own memory, nothing is copied."""

from __future__ import annotations

from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
"""Rows of samples."""
Planes = tuple[Plane, Plane, Plane]
"""Y, and U and V at half the width and height."""


def view(frame: av.VideoFrame) -> Planes:
    """The planes of a yuv420p frame, without the padding of their rows. Writing to them writes to the frame."""
    y, u, v = (
        np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)[:plane.height, :plane.width]
        for plane in frame.planes
    )
    return y, u, v
