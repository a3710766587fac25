"""Whether a picture differs from another as far as anybody can see.

A camera in front of which nothing moves goes on sending pictures, and no two decode to quite the same samples: the sender's
encoder keeps polishing and filtering what stands. Differences that small are not worth scaling, painting and encoding anew.
"""

from __future__ import annotations

import av

from rapporteur.media.planes import Plane, view

ALIKE = 3
"""Samples of 0–255 that are no further apart look the same. As noise it is below what any camera makes, and because a picture
is compared with the one that is shown, not with the one before, small steps do not add up unseen."""
BUSY = 256
"""A frame that needed more than one byte for so many pixels moved: the encoder would have sent less."""


def moved(payload_size: int, shown: av.VideoFrame, new: av.VideoFrame) -> bool:
    """Whether a decoded picture must be shown, given the one that is shown and the size of what was decoded."""
    if (shown.width, shown.height) != (new.width, new.height) or payload_size * BUSY > new.width * new.height:
        return True
    return any(_apart(a, b) for a, b in zip(view(shown), view(new), strict=True))


def _apart(shown: Plane, new: Plane) -> bool:
    # In eight bits that wrap around: −3 … 3 become 0 … 6, everything else more.
    difference = new - shown
    difference += ALIKE
    return bool(difference.max() > 2 * ALIKE)
