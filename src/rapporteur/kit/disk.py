"""The file layer below whoever promises that something is kept: opening, writing, and what survives a power cut.

What was written survives the death of a process at once, and the loss of power once it was synced, the folder's entry included.
Tests put another layer in its place, one that forgets or is full.
"""

from __future__ import annotations

import os
from pathlib import Path


class Disk:
    def open(self, path: Path) -> int:
        """A descriptor of a file to read and write, made if it is not there; only its owner may read it."""
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write at the end; answers how much of it was taken."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Returns when what was written is on the disk."""
        os.fsync(descriptor)

    def keep(self, path: Path, root: Path) -> None:
        """Put a file that others wrote on the disk, with its name in every folder from `root` down."""
        for part in (path, *path.parents):
            descriptor = os.open(part, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if part == root:
                return

    def room(self, descriptor: int) -> tuple[int, int]:
        """(free, all) bytes of the file's disk, as far as this user may use them."""
        found = os.fstatvfs(descriptor)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
