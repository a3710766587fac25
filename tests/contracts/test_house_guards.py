"""The guards of tests/conftest.py and tools/limited.py, run on planted offenders in a pytest of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run pytest with this project's conftest on one planted module; the source's `TIER` line is given by the caller."""
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def run_planted(source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "tests" / "test_planted.py").write_text(textwrap.dedent(source))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return run_planted


def test_module_without_a_tier_fails_before_it_is_imported(run: Run) -> None:
    result = run("raise SystemExit('imported')")
    assert result.returncode != 0
    assert "must say `pytestmark = pytest.mark.<tier>`" in result.stdout
    assert "imported" not in result.stdout + result.stderr


def test_module_with_two_tiers_fails(run: Run) -> None:
    result = run("""
        import pytest
        pytestmark = [pytest.mark.unit, pytest.mark.browser]
        def test_nothing(): ...
    """)
    assert result.returncode != 0


def test_task_that_outlives_its_test_fails_it(run: Run) -> None:
    result = run("""
        import asyncio, pytest
        pytestmark = pytest.mark.unit
        async def test_leaves_a_task():
            test_leaves_a_task.kept = asyncio.create_task(asyncio.sleep(60), name="forgotten")
        async def test_tidies_up():
            task = asyncio.create_task(asyncio.sleep(60))
            task.cancel()
    """)
    assert "left tasks running" in result.stdout
    assert "forgotten" in result.stdout
    assert "2 passed, 1 error" in result.stdout


def test_callback_that_holds_the_loop_fails_a_unit_test_unless_it_says_why(run: Run) -> None:
    result = run("""
        import time, pytest
        pytestmark = pytest.mark.unit
        async def test_holds_the_loop():
            time.sleep(1.1)
        @pytest.mark.blocks_loop("the model loads in here")
        async def test_says_why():
            time.sleep(1.1)
    """)
    assert "the event loop was blocked" in result.stdout
    assert "2 passed, 1 error" in result.stdout


def test_live_tests_run_only_when_asked_for(run: Run) -> None:
    source = """
        import pytest
        pytestmark = pytest.mark.live
        def test_reaches_out(): ...
    """
    assert "1 deselected" in run(source).stdout
    assert "1 passed" in run(source, "-m", "live").stdout


def test_process_that_outlives_the_run_fails_it_and_is_ended(run: Run, tmp_path: Path) -> None:
    result = run(f"""
        import pathlib, subprocess, pytest
        pytestmark = pytest.mark.media
        def test_forgets_a_child():
            child = subprocess.Popen(["sleep", "61"])
            pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))
            child.returncode = 0
    """)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "left a process running" in result.stdout
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


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
