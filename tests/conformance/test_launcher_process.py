"""The process launcher with real processes, among them a launcher that is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import CaptureFailure
from rapporteur.launchers.process import ProcessLauncher
from rapporteur.services.ports import Credentials

pytestmark = pytest.mark.conformance

TOLD = Credentials("ws://127.0.0.1:1/internal/bots/b/control", "the-token")

BOT = """
import json, os, pathlib, signal, sys
told = json.loads(sys.stdin.readline())
rest = sys.stdin.read()
from rapporteur.kit.locks import FileLock
lock = FileLock.take(pathlib.Path(told["bot_dir"]) / f"lock-{told['generation']}")
if lock is None:
    sys.exit("taken")
seen = {"told": told, "rest": rest, "pid": os.getpid(), "sid": os.getsid(0), "env": dict(os.environ), "cwd": os.getcwd(),
        "argv": sys.argv, "fds": len(os.listdir("/proc/self/fd"))}
new = pathlib.Path(f"seen-{told['generation']}.new")  # two generations share this folder
new.write_text(json.dumps(seen))
os.rename(new, new.with_suffix(".json"))
print("attending", flush=True)
signal.pause()
"""

SERVER = """
import asyncio, sys, pathlib
from rapporteur.launchers.process import ProcessLauncher
from rapporteur.services.ports import Credentials
launcher = ProcessLauncher(pathlib.Path(sys.argv[1]), [sys.executable, sys.argv[2]])
asyncio.run(launcher.launch("b", 1, Credentials("ws://first", "first")))
print("launched", file=sys.stderr, flush=True)
sys.stdin.read()
"""


class Yard:
    """A data directory with a bot program, and an end for every bot that was started in it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.program = data_dir / "bot.py"
        self.program.write_text(BOT)
        self.launcher = ProcessLauncher(data_dir, [sys.executable, str(self.program)])

    async def seen(self, generation: int = 1, bot_id: str = "b") -> dict[str, Any]:
        path = self.data_dir / "bots" / bot_id / f"seen-{generation}.json"
        await until(path.exists)
        return json.loads(path.read_text())

    def bots(self) -> list[int]:
        """Pids of the processes that run the bot program, found where the kernel keeps them."""
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if str(self.program) in command_line(pid)]


def command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:]
    except OSError:
        return []


async def until(condition: Any, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.fixture
def yard(data_dir: Path) -> Iterator[Yard]:
    yard = Yard(data_dir)
    yield yard
    for pid in yard.bots():
        kill(pid)
    deadline = time.monotonic() + 10
    while yard.bots() or yard.launcher.alive("b", 1):
        assert time.monotonic() < deadline


async def test_a_bot_learns_its_job_from_standard_input_and_nothing_from_its_environment(
    yard: Yard, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAPPORTEUR_SECRET", "s3cret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    launcher = ProcessLauncher(yard.data_dir, [sys.executable, str(yard.program)], environment={"CHROMIUM": "/x"})
    await launcher.launch("b", 1, TOLD)
    seen = await yard.seen()
    folder = str(yard.data_dir / "bots" / "b")
    assert seen["told"] == {
        "bot_id": "b", "generation": 1, "bot_dir": folder, "control_url": TOLD.control_url, "token": TOLD.token,
    }
    assert seen["rest"] == ""
    assert seen["cwd"] == folder
    assert seen["sid"] == seen["pid"], "a session of its own"
    assert set(seen["env"]) <= {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "CHROMIUM"}
    assert TOLD.token not in json.dumps([seen["env"], seen["argv"]])
    await until(lambda: "attending" in (yard.data_dir / "bots" / "b" / "bot.log").read_text())


async def test_launching_a_pair_again_starts_no_second_process(yard: Yard) -> None:
    await asyncio.gather(*(yard.launcher.launch("b", 1, TOLD) for _ in range(5)))
    await yard.launcher.launch("b", 1, TOLD)
    await ProcessLauncher(yard.data_dir, ["/does/not/exist"]).launch("b", 1, TOLD)
    assert len(yard.bots()) == 1


async def test_generations_are_processes_of_their_own(yard: Yard) -> None:
    await yard.launcher.launch("b", 1, TOLD)
    await yard.launcher.launch("b", 2, TOLD)
    assert (await yard.seen(1))["pid"] != (await yard.seen(2))["pid"]


async def test_a_bot_counts_as_alive_from_the_moment_it_was_launched_until_it_died(yard: Yard) -> None:
    assert not yard.launcher.launched("b", 1)
    assert not yard.launcher.alive("b", 1)
    await yard.launcher.launch("b", 1, TOLD)
    assert yard.launcher.alive("b", 1), "before it has run a line of its own"
    pid = (await yard.seen())["pid"]
    kill(pid)
    await until(lambda: not yard.launcher.alive("b", 1))
    assert yard.launcher.launched("b", 1)
    assert not Path(f"/proc/{pid}").exists(), "no zombie stays"


async def test_a_bot_outlives_its_server_and_the_next_one_adopts_it(yard: Yard) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(yard.data_dir), str(yard.program)], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    with server:
        assert server.stderr is not None
        assert server.stderr.readline() == b"launched\n"
        server.kill()  # at once: the bot is still starting
    await yard.launcher.launch("b", 1, TOLD)
    assert (await yard.seen())["told"]["token"] == "first"
    assert len(yard.bots()) == 1
    assert yard.launcher.alive("b", 1)
    kill((await yard.seen())["pid"])
    await until(lambda: not yard.launcher.alive("b", 1))


async def test_a_program_that_cannot_be_started_is_a_failure_and_no_living_bot(data_dir: Path) -> None:
    launcher = ProcessLauncher(data_dir, ["/does/not/exist"])
    with pytest.raises(CaptureFailure, match="No such file"):
        await launcher.launch("b", 1, TOLD)
    assert not launcher.alive("b", 1)


async def test_a_program_that_ends_at_once_is_found_dead(data_dir: Path) -> None:
    launcher = ProcessLauncher(data_dir, ["/bin/false"])
    await launcher.launch("b", 1, TOLD)
    await until(lambda: not launcher.alive("b", 1))
    assert launcher.launched("b", 1)


async def test_a_process_can_be_ended_by_force_also_by_a_server_that_did_not_start_it(yard: Yard) -> None:
    await yard.launcher.launch("b", 1, TOLD)
    await yard.seen()
    ProcessLauncher(yard.data_dir, ["/does/not/exist"]).end("b", 1)
    await until(lambda: not yard.launcher.alive("b", 1))
    yard.launcher.end("b", 1)
    yard.launcher.end("unknown", 1)
