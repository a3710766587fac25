"""Runs one command with a hard limit and leaves nothing of it behind: `python tools/limited.py SECONDS COMMAND ...`.

A test that hangs must end as a clear failure, and a browser that a test forgot must not hold the terminal's pipe open for
ever. As a subreaper this process inherits every orphan of the command, whatever session it moved to, so that at the end,
for whatever reason it comes, all of them can be ended. The exit status is the command's, 124 when the limit was reached.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

PR_SET_CHILD_SUBREAPER = 36
GRACE_S = 20
"""How long the command may take to report after it was interrupted."""


def main(arguments: list[str]) -> int:
    limit_s, command = float(arguments[0]), arguments[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    children: list[subprocess.Popen[bytes]] = []
    stopped: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopped.append(number)
        for child in children:
            os.killpg(child.pid, signal.SIGINT)

    # Before there is a command that could tell anybody that it runs.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    children.append(child := subprocess.Popen(command, start_new_session=True))
    if stopped:
        os.killpg(child.pid, signal.SIGINT)
    try:
        return await_end(child, limit_s, stopped)
    finally:
        end_orphans()


def await_end(child: subprocess.Popen[bytes], limit_s: float, stopped: list[int]) -> int:
    deadline = time.monotonic() + limit_s
    late = False
    while (status := reap(child.pid)) is None:
        now = time.monotonic()
        if stopped and not late:
            deadline, late = min(deadline, now + GRACE_S), True
        if now >= deadline and not late:
            print(f"\nlimited: FAILED, not finished after {limit_s:.0f} s", file=sys.stderr, flush=True)
            os.killpg(child.pid, signal.SIGINT)
            deadline, late = now + GRACE_S, True
        elif now >= deadline:
            os.killpg(child.pid, signal.SIGKILL)
            deadline = now + GRACE_S
        time.sleep(0.05)
    if stopped:
        return 128 + stopped[0]
    return 124 if late else status


def reap(wanted: int) -> int | None:
    """Collect every child that ended; the exit status of `wanted` once it did."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 1
        if pid == 0:
            return None
        if pid == wanted:
            return os.waitstatus_to_exitcode(status) % 256


def end_orphans() -> None:
    """Everything below this process: asked first, then killed, until nothing is left."""
    for attempt in range(40):
        left = descendants(os.getpid())
        if not left:
            return
        if attempt == 0:
            print(f"limited: ending {len(left)} left-over processes: {', '.join(map(name_of, left))}", file=sys.stderr)
        for pid in left:
            try:
                os.kill(pid, signal.SIGTERM if attempt < 20 else signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.1)
        reap(-1)


def descendants(root: int) -> list[int]:
    """Live processes below `root`, zombies not counted."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    below, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in below} - below
        below |= more
        grown = bool(more)
    return sorted(below - {root})


def name_of(pid: int) -> str:
    try:
        return f"{pid} {Path(f'/proc/{pid}/cmdline').read_text().replace(chr(0), ' ')[:80].strip()}"
    except (FileNotFoundError, ProcessLookupError):
        return str(pid)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
