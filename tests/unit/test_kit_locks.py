from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rapporteur.kit.locks import FileLock, is_held

pytestmark = pytest.mark.unit

_HOLD = """
import sys, pathlib
from rapporteur.kit.locks import FileLock
lock = FileLock.take(pathlib.Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


def test_a_second_taker_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    with FileLock.take(path) as lock:  # type: ignore[union-attr]
        assert lock.descriptor >= 0
        assert is_held(path)
        assert FileLock.take(path) is None
    assert not is_held(path)
    again = FileLock.take(path)
    assert again is not None
    again.release()
    again.release()


def test_the_lock_ends_with_its_owner_even_by_kill(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"held\n"
        assert is_held(path)
        assert FileLock.take(path) is None
        owner.kill()
    assert not is_held(path)


def test_one_who_asks_does_not_keep_a_taker_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("w") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        release = threading.Timer(0.05, fcntl.flock, (asking, fcntl.LOCK_UN))
        release.start()
        lock = FileLock.take(path)
        release.join()
    assert lock is not None
    lock.release()


def test_a_process_that_keeps_its_descriptors_to_itself_leaves_no_lock_to_its_children(tmp_path: Path):
    program = (
        "import os, subprocess, sys; from rapporteur.kit.locks import keep_to_self; keep_to_self();"
        "print(os.posix_spawn('/bin/sleep', ['sleep', '30'], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, 1)]), flush=True)"
    )
    lock = FileLock.take(tmp_path / "lock")
    assert lock is not None
    with lock:
        os.set_inheritable(lock.descriptor, True)
        done = subprocess.run([sys.executable, "-c", program], pass_fds=(lock.descriptor,), stdout=subprocess.PIPE, check=True)
    try:
        assert not is_held(tmp_path / "lock")
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)
