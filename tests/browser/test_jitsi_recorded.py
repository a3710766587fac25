"""A whole meeting on Jitsi's simulated page: a lobby, two people, an end by the host, and what the recording of it holds."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from rapporteur.domain.transcript import word_error_rate
from rapporteur.simulators.meetings import ADMIT, End, Meeting, lobby
from rapporteur.simulators.pages import simulated
from rapporteur.simulators.scenario import BLUE, GREEN, Line, Person
from tests.fakes.house import open_house
from tests.fakes.recorded import CONFIG, assert_together, beeps_of_each, documents, link

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.long]

ADA = Person("Ada Lovelace", BLUE, is_host=True, lines=(Line(6.0, "welcome"),), marks=(10.3, 11.1, 11.9, 12.7))
ALAN = Person("Alan Turing", GREEN, lines=(Line(13.5, "project"),), marks=(18.2, 19.0, 19.8, 20.6))
MEETING = Meeting((ADA, ALAN), (lobby(2), ADMIT), end=End("ended", 22))


async def test_a_meeting_on_jitsi_is_recorded_from_the_lobby_to_its_end(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
) -> None:
    async with (
        simulated("jitsi", MEETING, speed=3) as simulator,
        open_house(data_dir, free_port, RAPPORTEUR_BROWSER_SWITCHES=shlex.join(simulator.switches)) as house,
    ):
        bot_id = await house.send_bot("https://meet.jit.si/WeeklySync", recording_config=CONFIG)
        bot = await house.until(bot_id, "done", "fatal", within_s=150)
        assert [(c["code"], c["sub_code"]) for c in bot["status_changes"][2:6]] == [
            ("in_waiting_room", None), ("in_call_not_recording", None), ("in_call_recording", None),
            ("call_ended", "call_ended_by_host"),
        ]
        [recording] = bot["recordings"]
        events = await documents(link(recording, "participant_events"))
        there = {(e["participant"]["name"], e["participant"]["is_host"]) for e in events if e["action"] == "join"}
        assert there == {(ADA.name, True), (ALAN.name, False)}

        mp4 = await house.download(link(recording, "video_mixed"), tmp_path / "mixed.mp4")
        assert_together(mp4, between_s=(4, 17))
        assert await beeps_of_each(house, recording, tmp_path) == {ADA.name: 4, ALAN.name: 4}
        said = {e["participant"]["name"]: " ".join(word["text"] for word in e["words"])
                for e in await documents(link(recording, "transcript"))}
        assert all(word_error_rate(person.text, said[person.name]) <= 0.3 for person in (ADA, ALAN))
        assert simulator.said("fault") == []
