"""The files under bench/results: what was measured, against whom, in which rounds, on which machine, by which code.

A figure compares ours with an opponent's in rounds that were interleaved: the medians of both, the median of the rounds'
ratios, and the worst ratio. A figure without an opponent has null for its side and its ratios.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bench" / "results"
Pair = tuple[float, float | None]
"""Ours and the opponent's of one round."""


def rounds_wanted() -> int:
    """ROUNDS of the environment; five without it."""
    return int(os.environ.get("ROUNDS", "5"))


def figure(rounds: Sequence[Pair], unit: str, *, more_is_better: bool = False) -> dict[str, Any]:
    ratios = [ours / theirs for ours, theirs in rounds if theirs]
    worst = min if more_is_better else max
    theirs = [t for _, t in rounds if t is not None]
    return {
        "unit": unit,
        "ours": _short(statistics.median(ours for ours, _ in rounds)),
        "opponent": _short(statistics.median(theirs)) if theirs else None,
        "ratio": _short(statistics.median(ratios)) if ratios else None,
        "worst": _short(worst(ratios)) if ratios else None,
        "rounds": [{"ours": _short(o), "opponent": _short(t), "ratio": _short(o / t) if t else None} for o, t in rounds],
    }


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


def tidy(amounts: dict[str, float]) -> dict[str, float]:
    """Amounts by kind, largest first, the negligible left out."""
    return {k: round(v, 4) for k, v in sorted(amounts.items(), key=lambda item: -item[1]) if v >= 0.0005}


class Result:
    """One bench's file, from its beginning to `write`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before = os.getloadavg()

    def write(self, figures: dict[str, dict[str, Any]], **details: Any) -> Path:
        """Write and print it. `details` are what a reader of the figures should know beside them."""
        body = {
            "name": self._name,
            "command": " ".join([f"ROUNDS={rounds_wanted()}", "make", "bench", f"NAME={self._name}"]),
            "commit": _git("rev-parse", "HEAD"),
            "uncommitted": bool(_git("status", "--porcelain", "--", "src", "page", "bench", ":!bench/results")),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "load": {"before": self._before, "after": os.getloadavg()},
            "figures": figures,
            **details,
        }
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{self._name}.json"
        path.write_text(json.dumps(body, indent=2) + "\n")
        for key, one in figures.items():
            print(f"{key:28} ours {one['ours']}  opponent {one['opponent']}  ratio {one['ratio']}  worst {one['worst']}"
                  f"  ({one['unit']})")
        print(path.relative_to(ROOT))
        return path


def machine() -> dict[str, Any]:
    return {
        "cpu": _found(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text()),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "pyav": av.__version__,
        "ffmpeg": _found(r"version (\S+)", _output("ffmpeg", "-version")),
        "chromium": _found(r"([\d.]+)", _output("chromium", "--version")),
    }


def _found(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else None


def _git(*arguments: str) -> str:
    return _output("git", "-C", str(ROOT), *arguments).strip()


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
