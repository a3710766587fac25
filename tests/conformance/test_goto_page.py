"""GoTo at its simulator: what a bot says and shows there, by the words of the vendor's help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.session import Admitted
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import simulated
from tests.fakes.appearing import appear
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.conformance, pytest.mark.long, pytest.mark.timeout(120)]


async def test_a_bot_is_heard_and_seen(tmp_path: Path, chromium: Path) -> None:
    recorder = Recorder()
    async with simulated("goto_meeting", CATALOGUE["admitted"], speed=3) as simulator:
        attending = PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=simulator.switches)
        try:
            await attending.join(replace(job("https://meet.goto.com/123456789"), platform="goto_meeting"), recorder)
            await recorder.until(lambda: Admitted() in recorder.facts)
            await appear(attending.stage, simulator, screen=False)
        finally:
            await attending.leave()
    assert recorder.logs == simulator.said("fault") == []
