"""The guards of tests/conftest.py and tools/limited.py, run on planted offenders in a pytest of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "untiered": "raise SystemExit('was imported')",
    "two_tiers": """
        import pytest
        pytestmark = [pytest.mark.unit, pytest.mark.browser]
        def test_nothing(): ...
    """,
    "tasks": """
        import asyncio, pytest
        pytestmark = pytest.mark.unit
        async def test_leaves_a_task():
            test_leaves_a_task.kept = asyncio.create_task(asyncio.sleep(60), name="forgotten")
        async def test_tidies_up():
            task = asyncio.create_task(asyncio.sleep(60))
            task.cancel()
    """,
    "loop": """
        import time, pytest
        pytestmark = pytest.mark.unit
        async def test_holds_the_loop():
            time.sleep(1)
        @pytest.mark.blocks_loop("the model loads in here")
        async def test_says_why():
            time.sleep(1)
    """,
    "processes": """
        import pathlib, subprocess, pytest
        pytestmark = pytest.mark.media
        def test_forgets_a_child():
            child = subprocess.Popen(["sleep", "61"])
            pathlib.Path("pid").write_text(str(child.pid))
            child.returncode = 0
    """,
    "live": """
        import pytest
        pytestmark = pytest.mark.live
        def test_reaches_out(): ...
    """,
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with this one's conftest and the offenders in modules of their own."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, source in PLANTED.items():
        (folder / "tests" / f"test_{name}.py").write_text(textwrap.dedent(source))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--continue-on-collection-errors", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def result(planted: Path) -> subprocess.CompletedProcess[str]:
    return run(planted)


def said(result: subprocess.CompletedProcess[str], outcome: str, test: str) -> bool:
    return any(line.startswith(f"{outcome} tests/test_{test}") for line in result.stdout.splitlines())


def test_module_without_a_tier_fails_before_it_is_imported(result: subprocess.CompletedProcess[str]) -> None:
    assert said(result, "ERROR", "untiered.py")
    assert "test_untiered.py must say `pytestmark = pytest.mark.<tier>`" in result.stdout
    assert "was imported" not in result.stdout + result.stderr


def test_module_with_two_tiers_fails(result: subprocess.CompletedProcess[str]) -> None:
    assert said(result, "ERROR", "two_tiers.py")


def test_task_that_outlives_its_test_fails_it(result: subprocess.CompletedProcess[str]) -> None:
    assert said(result, "ERROR", "tasks.py::test_leaves_a_task")
    assert "the test left tasks running" in result.stdout
    assert "forgotten" in result.stdout
    assert said(result, "PASSED", "tasks.py::test_tidies_up")
    assert not said(result, "ERROR", "tasks.py::test_tidies_up")


def test_callback_that_holds_the_loop_fails_a_unit_test_unless_it_says_why(result: subprocess.CompletedProcess[str]) -> None:
    assert said(result, "ERROR", "loop.py::test_holds_the_loop")
    assert "the event loop was blocked" in result.stdout
    assert not said(result, "ERROR", "loop.py::test_says_why")


def test_process_that_outlives_the_run_fails_it_and_is_ended(planted: Path) -> None:
    result = run(planted, "tests/test_processes.py")
    assert said(result, "PASSED", "processes.py")
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "the tests left a process running" in result.stdout
    assert not Path("/proc", (planted / "pid").read_text()).exists()


def test_live_tests_run_only_when_asked_for(result: subprocess.CompletedProcess[str], planted: Path) -> None:
    assert not said(result, "PASSED", "live.py")
    assert said(run(planted, "-m", "live", "tests/test_live.py"), "PASSED", "live.py")


def test_command_over_its_limit_ends_with_its_orphans(tmp_path: Path) -> None:
    script = f"setsid sh -c 'echo $$ > {tmp_path}/pid; exec sleep 62' & sleep 63"
    result = subprocess.run([sys.executable, ROOT / "tools/limited.py", "1", "bash", "-c", script],
                            capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 124
    assert "not finished after 1 s" in result.stderr
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()


def test_interrupt_ends_the_command_and_says_so_in_its_status() -> None:
    process = subprocess.Popen([sys.executable, ROOT / "tools/limited.py", "50", "bash", "-c", "echo up; exec sleep 64"],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(30) == 128 + signal.SIGINT
    process.stdout.close()


def test_status_of_the_command_is_passed_on() -> None:
    command = [sys.executable, ROOT / "tools/limited.py", "50", "bash", "-c", "exit 7"]
    assert subprocess.run(command, check=False).returncode == 7
