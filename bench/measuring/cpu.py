"""What a tree of processes has cost: CPU seconds, and memory in proportional shares, by kind of process.

A process that ended is in the accounts of whoever reaped it. So the sum over the living, each with its reaped children, is all
that was ever spent below a root, as long as the root outlives the rest and takes in orphans (tools/limited.py does both).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

READINGS = 3
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PYTHON = {"attend": "bot", "compose": "composer", "recognise": "recogniser", "serve": "server"}
_PROGRAMS = {"Xvfb": "xvfb", "pulseaudio": "pulse", "ffmpeg": "ffmpeg"}


class Usage(Counter[str]):
    """Amounts by kind of process."""

    def since(self, before: Usage) -> dict[str, float]:
        return {kind: self[kind] - before[kind] for kind in self | before}


def cpu_seconds(root: int) -> Usage:
    """User and system time spent so far by the tree, reaped children in their parent's kind."""
    # A process that is reaped while the list is read may be missed, by itself and in its parent's account. What was spent
    # only grows, so of several readings the largest is the nearest.
    return max((_reading(root) for _ in range(READINGS)), key=Usage.total)


def _reading(root: int) -> Usage:
    used = Usage()
    for pid, numbers in _tree(root):
        used[kind_of(pid)] += sum(int(n) for n in numbers[11:15]) / TICKS_PER_S  # type: ignore[assignment]
    return used


def pss_mb(root: int) -> Usage:
    """Memory now, pages that several processes share divided between them."""
    held = Usage()
    for pid, _ in _tree(root):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        held[kind_of(pid)] += int(found[1]) / 1024 if found else 0  # type: ignore[assignment]
    return held


def kind_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return "gone"
    name = Path(words[0]).name
    if "run-driver" in words:
        return "driver"
    if any("user-data-dir" in w or w.startswith("--type=") for w in words) or "chrom" in name:
        return "browser"
    return _PROGRAMS.get(name) or next((kind for word, kind in _PYTHON.items() if word in words), "other")


def _tree(root: int) -> Iterator[tuple[int, list[str]]]:
    """(pid, fields of /proc/PID/stat behind the name) of the root and all below it, zombies too."""
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stats[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    wanted = [root]
    for pid in wanted:  # grows while it is walked
        wanted += [child for child, numbers in stats.items() if int(numbers[1]) == pid]
        if pid in stats:
            yield pid, stats[pid]
