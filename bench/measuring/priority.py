"""A fair share for what is measured, on a machine that others use too.

Linux gives every session one equal share of the processors, so two dozen foreign processes starve a grabber into dropping
pictures, and what it drops costs it nothing: the comparison would flatter whoever records everything. Both sides and the people
they watch are therefore preferred, alike, where this process may do so (as root); elsewhere nothing changes.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tools.limited import descendants

NICENESS = -10


def prefer(root: int) -> bool:
    """Prefer the sessions of a process and of all below it; whether that was allowed."""
    allowed = False
    for pid in (root, *descendants(root)):
        with suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
            allowed = True
    return allowed


def prefer_this() -> bool:
    return prefer(os.getpid())
