"""`rapporteur doctor` at simulated meetings: what it prints is what somebody needs who checks a platform live."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import Simulator, simulated
from tests.fakes.visiting import link_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PLATFORM = "google_meet"


async def examine(simulator: Simulator, output: Path) -> tuple[int | None, str]:
    """Exit code and what was printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rapporteur", "doctor", link_of(PLATFORM), "--stay", "4", "--wait", "30", "--output", str(output),
        env=os.environ | {"RAPPORTEUR_BROWSER_SWITCHES": shlex.join(simulator.switches)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode, printed.decode()


async def test_each_step_is_told_with_the_sign_that_matched(tmp_path: Path) -> None:
    async with simulated(PLATFORM, CATALOGUE["lobby_then_admitted"], speed=4) as simulator:
        code, printed = await examine(simulator, tmp_path)
        assert code == 0, printed
        assert "screen `lobby`, by sign 0" in printed
        assert "(last seen 20" in printed
        assert "got in: yes" in printed

        simulator.play(CATALOGUE["denied"])
        code, printed = await examine(simulator, tmp_path)
    assert code == 1, printed
    assert "the bot was refused" in printed
    kept = json.loads((tmp_path / "page-1.json").read_text())
    assert kept["screen"] == "denied"
    assert kept["text"]
    assert (tmp_path / "page-1.jpg").read_bytes()[:2] == b"\xff\xd8"
