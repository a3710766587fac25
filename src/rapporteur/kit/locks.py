"""A lock file that tells whether its owner lives: the kernel lets go of it at the owner's death, however that comes.

The lock is flock(2)'s. Asking whether it is held takes it shared for an instant; takers know this and are not misled by it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

_MOST_DESCRIPTORS = 256
"""Far more than a process has been given when it starts."""


class FileLock:
    """An exclusive lock that is held until `release`, or until every process that inherited its descriptor has died."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """The lock, or None if somebody else has it. Never waits for an owner. Creates the file, which stays."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        while not _try(descriptor, fcntl.LOCK_EX):
            # A shared lock is granted beside somebody who only asks, and refused beside an owner.
            if not _try(descriptor, fcntl.LOCK_SH):
                os.close(descriptor)
                return None
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        return cls(descriptor)

    def release(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def keep_to_self() -> None:
    """Hand no open descriptor down to the programs this process starts: a lock that one is born with is its own alone."""
    for descriptor in range(3, _MOST_DESCRIPTORS):
        with suppress(OSError):
            os.set_inheritable(descriptor, False)


def is_held(path: Path) -> bool:
    """Whether a living process owns the lock; False when there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
