"""A whole recording at Google Meet's simulator: four people on three tracks that go round, and each comes out by themselves."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from rapporteur.domain.transcript import word_error_rate
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import Meeting
from rapporteur.simulators.pages import simulated
from rapporteur.simulators.scenario import BLUE, GREEN, PLUM, Line, Message, Person
from tests.fakes.house import open_house
from tests.fakes.recorded import CONFIG, assert_together, beeps_of_each, documents, link

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(240)]

MEETING = Meeting((
    Person("Ada Lovelace", BLUE, is_host=True, lines=(Line(1.0, "welcome"), Line(17.5, "again")), marks=(5.1, 21.0, 21.7)),
    Person("Alan Turing", GREEN, lines=(Line(5.6, "project"),), marks=(9.9,), messages=(Message(6.0, "Here it is."),)),
    Person("Emil Nolde", PLUM, lines=(Line(10.2, "agreed"),), marks=(13.2,)),
    Person("Grace Hopper", "#6b5a2f", lines=(Line(13.6, "sales"),), marks=(17.2,)),
))
"""Ada comes on another track the second time, because Grace has hers by then."""
UNTIL_S = 23.0


async def test_everybody_is_told_apart_though_tracks_go_round(data_dir: Path, free_port: int, tmp_path: Path) -> None:
    clock = SystemClock()
    async with (
        simulated("google_meet", MEETING, speed=4) as simulator,
        open_house(data_dir, free_port, RAPPORTEUR_BROWSER_SWITCHES=shlex.join(simulator.switches)) as house,
    ):
        bot_id = await house.send_bot("https://meet.google.com/abc-defg-hij", recording_config=CONFIG | {
            "start_recording_on": "call_join"})
        began = await simulator.until("began", timeout_s=90)
        await house.until(bot_id, "in_call_recording")
        await house.post(f"/api/v1/bot/{bot_id}/send_chat_message/", {"message": "Hello everyone"})
        assert (await simulator.until("chat"))["text"] == "Hello everyone"
        await clock.sleep(max(0.0, (began["start"] - clock.now_ms()) / 1000 + UNTIL_S))
        await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
        bot = await house.until(bot_id, "done", "fatal")
        assert (await simulator.until("leave"))["phase"] == "call"
        assert simulator.said("fault") == []
        [recording] = bot["recordings"]

        transcript = await documents(link(recording, "transcript"))
        for person in MEETING.people:
            said = [entry["words"] for entry in transcript if entry["participant"]["name"] == person.name]
            words = [word["text"] for part in said for word in part]
            # Nobody else's words are among them; a machine that is busy swallows some of one's own.
            assert word_error_rate(person.text, " ".join(words)) <= 0.6, (person.name, words)
        events = await documents(recording["media_shortcuts"]["participant_events"]["data"]["participant_events_download_url"])
        assert {event["participant"]["name"] for event in events if event["participant"]["is_host"]} == {"Ada Lovelace"}
        assert [event["participant"]["name"] for event in events if event["action"] == "chat_message"].count("Alan Turing") == 1
        mp4 = await house.download(link(recording, "video_mixed"), tmp_path / "mixed.mp4")
        assert_together(mp4, between_s=(4, 18))
        # A starved machine tears a beep in two, or plays none.
        beeps = await beeps_of_each(house, recording, tmp_path)
        assert {name: bool(count) for name, count in beeps.items()} == {person.name: True for person in MEETING.people}
