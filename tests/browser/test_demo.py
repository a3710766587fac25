"""The main job, as a newcomer runs it: `rapporteur demo` holds a meeting, records it, and everything it checks holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, chromium: Path) -> Path:
    """What the demo left. It runs as a process of its own, because that is how it is run."""
    folder = tmp_path_factory.mktemp("demo") / "demo-output"
    done = subprocess.run(
        [sys.executable, "-m", "rapporteur", "demo", "--output", str(folder)], capture_output=True, text=True, timeout=220)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return folder


def test_everything_the_demo_checks_holds(output: Path):
    summary = json.loads((output / "summary.json").read_text())
    assert [check for check in summary["checks"] if not check["ok"]] == []
    assert summary["ok"] is True
    assert all(set(check) == {"name", "expected", "seen", "ok"} for check in summary["checks"])


def test_the_promised_files_lie_beside_the_summary(output: Path):
    summary = json.loads((output / "summary.json").read_text())
    assert set(summary["files"]) == {"mixed.mp4", "mixed.mp3", "transcript.json", "participant_events.json"}
    assert all(Path(path).stat().st_size > 0 for path in summary["files"].values())


def test_the_recordings_page_needs_no_server(output: Path):
    page = (output / "recording.html").read_text()
    linked = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert "mixed.mp4" in linked
    assert [link for link in linked if not (output / link).is_file()] == []
