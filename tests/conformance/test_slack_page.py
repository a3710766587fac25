"""A Slack huddle at its simulator: the way in of a bot that brings its member's cookies, and what it gets and gives there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.output import Line
from rapporteur.domain.session import Admitted, ChatSeen, RosterSeen, SpeechBegan
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import simulated
from tests.fakes.appearing import appear
from tests.fakes.studio import Recorder, job
from tests.fakes.visiting import visit

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(120)]

PATIENCE_S = 60.0
URL = "https://app.slack.com/huddle/T0123ABCD/C0456EFGH"
MEMBER = {"cookies": [{"name": "d", "value": "xoxd-0123", "domain": ".slack.com", "path": "/", "secure": True}]}
ADA, ALAN, EMIL, ONESELF = "U0SIM0001", "U0SIM0002", "U0SIM0003", "U0SIM0000"


CAPTIONED = {"transcript": {"provider": {"meeting_captions": {}}}}


async def test_a_member_comes_in_past_every_dialog_and_gets_mixed_sound_captions_and_people_by_their_ids(
    tmp_path: Path, chromium: Path,
) -> None:
    recorder = Recorder()
    meeting = replace(
        CATALOGUE["admitted"].with_quirks("needs_cookie", "app_redirect", "other_device", "speed_bump"), generation="grid")
    async with simulated("slack_huddle_observer", meeting, speed=3) as simulator:
        attending = PageMeeting(
            run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=simulator.switches)
        try:
            await attending.join(
                replace(job(URL), platform="slack_huddle_observer", login=MEMBER, recording_config=CAPTIONED), recorder)
            await recorder.until(lambda: bool(recorder.of(Admitted)), PATIENCE_S)
            await recorder.until(lambda: bool(recorder.of(ChatSeen)), PATIENCE_S)
            await attending.stage.write(Line("I take notes."))
            await simulator.until("chat")
            await recorder.until(lambda: (EMIL, "screenshare") in {
                (t.key, t.role) for t in recorder.tracks.values()}, PATIENCE_S)
            await recorder.until(lambda: bool(recorder.of(SpeechBegan)) and bool(recorder.captions), PATIENCE_S)
            await appear(attending.stage, simulator)
        finally:
            await attending.leave()
    people = {a.key: a for roster in recorder.of(RosterSeen) for a in roster.attendees}
    assert {ADA: "Ada Lovelace", ALAN: "Alan Turing"}.items() <= {key: a.name for key, a in people.items()}.items()
    assert [key for key, a in people.items() if a.is_self] == [ONESELF]
    assert {a.key for roster in recorder.of(RosterSeen) for a in roster.attendees if a.camera} == {ADA, ALAN, EMIL}
    assert people[ADA].extra_data == {"slack": {"user_id": ADA, "email": None}}
    assert {caption.key for caption in recorder.captions} <= set(people)
    sent = {(recorder.tracks[number].key, recorder.tracks[number].role) for number, frames in recorder.frames.items() if frames}
    assert {(None, "mix"), (ADA, "webcam"), (ALAN, "webcam")} <= sent
    assert {fact.key for fact in recorder.of(SpeechBegan)} <= set(people)
    assert (recorder.of(ChatSeen)[0].key, recorder.of(ChatSeen)[0].text) == (ALAN, "The report is in the shared folder.")
    assert simulator.said("chat")[0]["text"] == "I take notes."
    assert recorder.titles[-1] == "Weekly sync"
    assert simulator.said("started") == simulator.said("fault") == []
    assert simulator.said("leave")


@pytest.mark.long
async def test_a_channel_without_a_preview_is_joined_captions_are_there_by_preference_and_switches_have_no_verb(
    tmp_path: Path, chromium: Path,
) -> None:
    recorder, meeting = Recorder(), CATALOGUE["admitted"].with_quirks("no_preview", "captions")
    async with simulated("slack_huddle_observer", meeting, speed=3) as simulator:
        attending = PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=simulator.switches)
        try:
            await attending.join(
                replace(job(URL), platform="slack_huddle_observer", login=MEMBER, recording_config=CAPTIONED), recorder)
            await recorder.until(lambda: bool(recorder.captions), PATIENCE_S)
            await appear(attending.stage, simulator)
        finally:
            await attending.leave()
    assert recorder.logs == []
    assert simulator.said("leave")
    assert simulator.said("started") == simulator.said("fault") == []


@pytest.mark.long
async def test_a_huddle_in_its_small_player_is_read_and_left(tmp_path: Path, chromium: Path) -> None:
    meeting = CATALOGUE["admitted"].with_quirks("mini_player")
    async with simulated("slack_huddle_observer", meeting, speed=3) as simulator:
        seen = await visit(simulator, meeting, run_dir=tmp_path, chromium=chromium)
    assert seen.end == ("call_ended", "bot_received_leave_call")
    assert {"Ada Lovelace", "Alan Turing"} <= set(seen.people)
    assert simulator.said("leave")


async def test_a_login_that_is_not_to_be_had_opens_no_browser(tmp_path: Path) -> None:
    attending = PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=tmp_path / "none")
    login = {"unavailable": "meeting_requires_sign_in", "message": "It is in use."}
    try:
        with pytest.raises(MeetingFailure, match="It is in use") as failure:
            await attending.join(replace(job(URL), platform="slack_huddle_observer", login=login), Recorder())
    finally:
        await attending.leave()
    assert failure.value.sub_code == "meeting_requires_sign_in"
