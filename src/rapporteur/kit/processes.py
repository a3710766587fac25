"""What processes cost, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PARENT, _TIMES = 1, slice(11, 15)
"""Fields of a stat line, counted from behind the name: the last are own and awaited children's time, user's and system's."""


def tree_cpu_s(root: int) -> float:
    """Seconds of processor time that a process and all that descend from it have used; 0 if it is gone."""
    stats = {pid: fields for pid in _processes() if (fields := _stat(pid)) is not None}
    children: dict[int, list[int]] = {}
    for pid, fields in stats.items():
        children.setdefault(int(fields[_PARENT]), []).append(pid)
    ticks, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        ticks += sum(map(int, stats.get(pid, [])[_TIMES]))
        waiting += children.get(pid, [])
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[int]:
    try:
        return iter([int(name) for name in os.listdir("/proc") if name.isdecimal()])
    except OSError:
        return iter(())


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
