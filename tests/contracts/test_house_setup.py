"""tools/setup.py on machines of several kinds: its decisions, with stand-ins for the machine's own programs on PATH."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]


class Machine:
    """A copy of the setup, and a PATH on which only the given programs are."""

    def __init__(self, folder: Path, release: str) -> None:
        self.root, self.bin, self.calls = folder / "checkout", folder / "bin", folder / "calls"
        self.venv = self.root / ".venv" / "bin"
        for made in (self.root / "tools", self.bin, self.venv):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup.py", self.root / "tools")
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root)
        for tool in ("env", "sh", "cp", "chmod"):
            (self.bin / tool).symlink_to(shutil.which(tool) or "")
        (folder / "os-release").write_text(release)
        self.environment = {"PATH": str(self.bin), "OS_RELEASE": str(folder / "os-release"), "HOME": str(folder),
                            "SYSTEMD_RUNS": str(folder / "systemd")}
        self.program(self.bin / "sudo", '[ "$1" = -n ] && shift\nexec "$@"')

    def program(self, path: Path, script: str) -> None:
        path.write_text(f'#!/bin/sh\necho "{path.name} $*" >> {self.calls}\n{script}\n')
        path.chmod(0o755)

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", f"import sys, setup\n{code}"]
        return subprocess.run(command, cwd=self.root / "tools", env=self.environment, capture_output=True, text=True,
                              timeout=30, check=False)

    def set_up_browser(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As `make setup` does once the environment is there."""
        return self.run(f"setup.environment = lambda: None\nsys.argv[1:] = {list(arguments)}\nsys.exit(setup.main())")

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def debian(tmp_path: Path) -> Machine:
    return Machine(tmp_path, "ID=debian\n")


@pytest.fixture
def ubuntu(tmp_path: Path) -> Machine:
    return Machine(tmp_path, 'ID=ubuntu\nID_LIKE="debian"\n')


def test_setup_that_is_done_says_and_does_nothing(debian: Machine) -> None:
    debian.program(debian.bin / "chromium", "")
    debian.run("setup.STAMP.write_text(setup.fingerprint())")
    result = debian.run("sys.exit(setup.main())")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert debian.called() == []


def test_debian_gets_chromium_and_a_font_from_its_packages(debian: Machine) -> None:
    debian.program(debian.bin / "apt-get", f'[ "$2" = install ] && cp {debian.bin}/sudo {debian.bin}/chromium; true')
    result = debian.set_up_browser()
    assert result.returncode == 0, result.stderr
    assert [call for call in debian.called() if call.startswith("apt-get")] == [
        "apt-get -qq update", "apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core",
    ]


def test_snap_stub_is_not_taken_for_a_browser_and_ubuntu_gets_one_through_playwright(ubuntu: Machine) -> None:
    stub = ubuntu.bin / "chromium-browser"
    stub.write_text("#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n")
    stub.chmod(0o755)
    browser = ubuntu.root / "downloaded-chrome"
    browser.touch(0o755)
    ubuntu.program(ubuntu.venv / "python", f'[ "$1" = -c ] && printf %s {browser}; true')
    result = ubuntu.set_up_browser()
    assert result.returncode == 0, result.stderr
    assert "python -m playwright install --with-deps chromium" in ubuntu.called()
    assert (ubuntu.venv / "chromium").resolve() == browser


def test_other_machines_get_one_line_that_names_the_browser(tmp_path: Path) -> None:
    result = Machine(tmp_path, "ID=fedora\n").set_up_browser()
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "no Chromium or Chrome found; install one" in result.stderr


def test_failing_package_manager_is_named_in_one_line(debian: Machine) -> None:
    debian.program(debian.bin / "apt-get", "exit 100")
    result = debian.set_up_browser()
    assert result.returncode == 1
    assert "this command failed" in result.stderr
    assert "Traceback" not in result.stderr


def test_tests_get_janus_where_no_services_are_run(debian: Machine) -> None:
    debian.program(debian.bin / "chromium", "")
    debian.program(debian.bin / "apt-get", "true")
    result = debian.set_up_browser("--tests")
    assert result.returncode == 0, result.stderr
    assert "apt-get -qq install -y --no-install-recommends janus janus-demos" in debian.called()


def test_machine_that_runs_services_is_not_given_one_and_setup_says_what_that_costs(debian: Machine) -> None:
    debian.program(debian.bin / "chromium", "")
    (debian.root.parent / "systemd").mkdir()
    result = debian.set_up_browser("--tests")
    assert (result.returncode, debian.called()) == (0, [])
    assert "tests that meet Janus are skipped" in result.stdout


def test_machine_whose_packages_cannot_be_had_is_set_up_all_the_same(debian: Machine) -> None:
    debian.program(debian.bin / "chromium", "")
    debian.program(debian.bin / "apt-get", "exit 100")
    result = debian.set_up_browser("--tests")
    assert result.returncode == 0
    assert "tests that meet Janus are skipped" in result.stdout


def test_setup_still_parses_under_an_old_python_to_say_what_it_needs() -> None:
    ast.parse((ROOT / "tools" / "setup.py").read_text(), feature_version=(3, 7))
