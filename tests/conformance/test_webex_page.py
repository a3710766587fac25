"""Webex at its simulator: the older pages, and what a bot gets and gives in the frame of its client."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.output import Line
from rapporteur.domain.session import Admitted, ChatSeen, RosterSeen, SpeechBegan
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import simulated
from tests.fakes.appearing import appear
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(120)]

PATIENCE_S = 60.0
URL = "https://example.webex.com/meet/ada.lovelace"


async def test_an_older_page_is_joined_past_its_dialog_and_the_frame_gives_mixed_sound_everybodys_picture_and_the_chat(
    tmp_path: Path, chromium: Path,
) -> None:
    recorder = Recorder()
    meeting = replace(CATALOGUE["admitted"].with_quirks("fallback_dialog"), generation="old")
    async with simulated("webex", meeting, speed=3) as simulator:
        attending = PageMeeting(
            run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=simulator.switches)
        try:
            await attending.join(replace(job(URL), platform="webex"), recorder)
            await recorder.until(lambda: bool(recorder.of(Admitted)), PATIENCE_S)
            await recorder.until(lambda: bool(recorder.of(ChatSeen)), PATIENCE_S)
            await attending.stage.write(Line("I take notes."))
            await simulator.until("chat")
            await recorder.until(lambda: ("name:Emil Nolde", "screenshare") in {
                (t.key, t.role) for t in recorder.tracks.values()}, PATIENCE_S)
            await recorder.until(lambda: bool(recorder.of(SpeechBegan)), PATIENCE_S)
            await appear(attending.stage, simulator)
        finally:
            await attending.leave()
    people = {a.key: a for roster in recorder.of(RosterSeen) for a in roster.attendees}
    assert {"Ada Lovelace", "Alan Turing"} <= {a.name for a in people.values() if not a.is_self}
    assert [a.name for a in people.values() if a.is_host] == ["Ada Lovelace"]
    sent = {(recorder.tracks[number].key, recorder.tracks[number].role) for number, frames in recorder.frames.items() if frames}
    assert {(None, "mix"), ("name:Ada Lovelace", "webcam"), ("name:Alan Turing", "webcam")} <= sent
    assert {fact.key for fact in recorder.of(SpeechBegan)} <= set(people)
    assert recorder.of(ChatSeen)[0].text == "The report is in the shared folder."
    assert simulator.said("chat")[0]["text"] == "I take notes."
    [joined] = simulator.said("join")
    assert joined["name"]
    assert simulator.said("fault") == []
