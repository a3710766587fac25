"""Disks that fail as real ones do: one whose power can be cut, and one that is full."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from rapporteur.kit.disk import Disk


class ForgetfulDisk(Disk):
    """Forgets, at a power cut, everything after the last sync: bytes behind it, and files whose entry was never kept."""

    def __init__(self) -> None:
        self._paths: dict[int, Path] = {}
        self.synced: dict[Path, int] = {}
        """Bytes of each file that are safe."""
        self._kept: set[Path] = set()
        self._seen: set[Path] = set()

    def open(self, path: Path) -> int:
        descriptor = super().open(path)
        self._paths[descriptor] = path
        self._seen.add(path)
        self.synced.setdefault(path, 0)
        return descriptor

    def sync(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        super().sync(descriptor)
        self.synced[self._paths[descriptor]] = size

    def keep(self, path: Path, root: Path) -> None:
        super().keep(path, root)
        self._kept.add(path)
        self.synced[path] = max(self.synced.get(path, 0), path.stat().st_size)

    def image(self, folder: Path, to: Path) -> None:
        """Copy what a machine finds in `folder` when it comes back after a power cut at this moment."""
        for path in sorted(self._seen | self._kept):
            if path in self._kept and path.is_relative_to(folder):
                target = to / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes()[:self.synced[path]])


class FullDisk(Disk):
    """Tells of so much room, and refuses to take more than that."""

    def __init__(self, room: int) -> None:
        self._room = room

    def write(self, descriptor: int, data: memoryview) -> int:
        if len(data) > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._room -= len(data)
        return super().write(descriptor, data)

    def room(self, descriptor: int) -> tuple[int, int]:
        return self._room, 1 << 40
