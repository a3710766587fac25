"""Jitsi Meet at its simulator: what a bot does in the call, and how it reads a page that keeps its account to itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.output import Line
from rapporteur.domain.session import Admitted, ChatSeen, RosterSeen
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import simulated
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(120)]

PATIENCE_S = 60.0
URL = "https://meet.jit.si/WeeklySync"


async def test_a_page_that_keeps_its_account_to_itself_is_read_by_what_it_shows_and_a_bot_speaks_and_writes_there(
    tmp_path: Path, chromium: Path,
) -> None:
    recorder, meeting = Recorder(), CATALOGUE["admitted"].with_quirks("no_account")
    async with simulated("jitsi", meeting, speed=3) as simulator:
        attending = PageMeeting(
            run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=simulator.switches)
        try:
            await attending.join(replace(job(URL), platform="jitsi"), recorder)
            await recorder.until(lambda: bool(recorder.of(Admitted)), PATIENCE_S)
            await recorder.until(lambda: bool(recorder.of(ChatSeen)), PATIENCE_S)
            await recorder.until(lambda: {t.role for t in recorder.tracks.values()} >= {"microphone", "webcam"}, PATIENCE_S)
            await attending.stage.microphone(True)
            await attending.stage.write(Line("I take notes."))
            await simulator.until("chat")
        finally:
            await attending.leave()
    names = {a.key: a.name for roster in recorder.of(RosterSeen) for a in roster.attendees if not a.is_self}
    assert {"Ada Lovelace", "Alan Turing"} <= set(names.values())
    assert {t.key for t in recorder.tracks.values() if t.role} <= set(names)
    assert recorder.of(ChatSeen)[0].text == "The report is in the shared folder."
    assert simulator.said("microphone")[0]["on"]
    assert simulator.said("fault") == []
