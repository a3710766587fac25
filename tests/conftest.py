"""What holds for every test: one tier per module, no leaked task, no blocked loop, no process left behind.

The guards are tested by running pytest on planted offenders in tests/contracts/test_house_guards.py.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.limited import descendants, name_of
from tools.setup import find_browser

TIERS = ("unit", "contract", "conformance", "media", "browser", "postgres", "live")
"""In the order in which they run: what is quick and tells most comes first."""
ON_REQUEST = frozenset({"live"})
"""Tiers that reach out of this machine: only an explicit `-m` brings them in."""
LONG = "long"
"""Marks what `make proof NAME=recordings` runs, because the tests of every day would take too long with it."""
BLOCKED_S = 0.8
"""A turn that holds the loop longer fails a unit or contract test."""


# --- tiers --------------------------------------------------------------------------------------------------------------


class Untiered(pytest.Module):
    """A module that does not say, before it is imported, which one tier it belongs to."""

    def collect(self) -> Any:
        raise self.CollectError(
            f"{self.path.name} must say `pytestmark = pytest.mark.<tier>` once, with one of {', '.join(TIERS)}"
        )


def tiers_declared(path: Path) -> list[str]:
    """The tier marks that the module's own `pytestmark` assignment names."""
    values = [
        node.value for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]
    return [n.attr for value in values for n in ast.walk(value) if isinstance(n, ast.Attribute) and n.attr in TIERS]


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if len(tiers_declared(module_path)) != 1:
        return Untiered.from_parent(parent, path=module_path)
    return None


def tier_of(item: pytest.Item) -> str:
    return next(mark.name for mark in item.iter_markers() if mark.name in TIERS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked = config.getoption("markexpr") or ""
    kept, dropped = [], []
    for item in items:
        on_request = {mark.name for mark in item.iter_markers()} & (ON_REQUEST | {LONG})
        (kept if on_request <= set(asked.split()) else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    items[:] = sorted(kept, key=lambda item: TIERS.index(tier_of(item)))
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            # First in, last out: what the other fixtures own is closed before the loop is inspected.
            item.fixturenames.insert(0, "guarded_loop")


# --- the event loop -----------------------------------------------------------------------------------------------------


class Turns(selectors.DefaultSelector):
    """The selector of a test's loop, which sees how long its turns take: between two selects the loop does nothing but run
    callbacks. asyncio's debug mode would tell the same, and take a stack for every callback that is planned.

    The time in which this process got no core is forgiven.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._began_s: float | None = None
        self._noted_s, self._starved_s = 0.0, 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        now_s = time.perf_counter()
        if self._began_s is not None and now_s - self._began_s > BLOCKED_S:
            self.longest_s = max(self.longest_s, now_s - self._began_s - (starved_s() - self._starved_s))
        ready = super().select(timeout)
        self._began_s = time.perf_counter()
        if self._began_s - self._noted_s > 0.2:  # a look at every thread costs too much for each turn
            self._noted_s, self._starved_s = self._began_s, starved_s()
        return ready


class WatchedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.turns = Turns()
        super().__init__(self.turns)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"watched": WatchedLoop}


def starved_s() -> float:
    """How long this process's threads have waited for a core, added up; 0 where the kernel does not tell."""
    total_ns = 0
    for stat in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):
            total_ns += int(stat.read_text().split()[1])
    return total_ns / 1e9


@pytest.fixture
async def guarded_loop(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Around every async test: no task may survive it, and in the fast tiers no turn may hold the loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, WatchedLoop)
    before = asyncio.all_tasks()
    yield
    leaked = asyncio.all_tasks() - before - {asyncio.current_task()}
    for _ in range(3):  # a task that was cancelled a moment ago needs a turn of the loop to end
        if leaked:
            await asyncio.sleep(0)
            leaked = {task for task in leaked if not task.done()}
    await asyncio.sleep(0)  # the turn that is running counts too
    if leaked:
        pytest.fail(f"the test left tasks running: {', '.join(sorted(repr(task) for task in leaked))}", pytrace=False)
    watched = tier_of(request.node) in {"unit", "contract"} and request.node.get_closest_marker("blocks_loop") is None
    if watched and loop.turns.longest_s > BLOCKED_S:
        pytest.fail(f"the event loop was blocked for {loop.turns.longest_s:.1f} s", pytrace=False)


# --- processes ----------------------------------------------------------------------------------------------------------


def left_over() -> list[int]:
    """Children of this run that should be gone by now; Python's own resource tracker lives as long as we do."""
    return [pid for pid in descendants(os.getpid()) if "resource_tracker" not in name_of(pid)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    leaked = left_over()
    names = session.config.stash.setdefault(LEAKED, [])
    names += [name_of(pid) for pid in leaked]
    for pid in leaked:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaked"] = names
    if names and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of a divided run has ended: what it left counts as ours."""
    node.config.stash.setdefault(LEAKED, []).extend(getattr(node, "workeroutput", {}).get("leaked", []))


LEAKED = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for name in config.stash.get(LEAKED, []):
        terminalreporter.write_line(f"FAILED: the tests left a process running: {name}", red=True)


# --- fixtures for everybody ---------------------------------------------------------------------------------------------


@pytest.fixture
def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data directory, gone after the run."""
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser to test with. It is part of what the program needs, so its absence fails and never skips."""
    found = find_browser()
    if found is None:
        pytest.fail("no Chromium or Chrome here: run `make setup`, or set RAPPORTEUR_CHROMIUM", pytrace=False)
    return found


@pytest.fixture(autouse=True)
def _machine_settings_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """RAPPORTEUR_* variables of the developer's shell must not decide whether a test passes."""
    for name in [name for name in os.environ if name.startswith("RAPPORTEUR_") and name != "RAPPORTEUR_CHROMIUM"]:
        monkeypatch.delenv(name)
