"""A whole meeting on Teams' simulated page, whose sound is one mix: who said what, and what cannot be had apart."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from rapporteur.domain.transcript import word_error_rate
from rapporteur.simulators.meetings import ADMIT, End, Meeting, lobby
from rapporteur.simulators.pages import simulated
from rapporteur.simulators.scenario import BLUE, GREEN, Line, Message, Person, Span
from tests.fakes import measures
from tests.fakes.house import open_house
from tests.fakes.recorded import CONFIG, assert_together, documents, link
from tests.fakes.visiting import link_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ADA = Person("Ada Lovelace", BLUE, is_host=True, lines=(Line(6.0, "welcome"),), marks=(10.3, 11.1, 11.9, 12.7),
             messages=(Message(9.0, "The report is in the shared folder."),))
ALAN = Person("Alan Turing", GREEN, lines=(Line(14.0, "project"),), marks=(18.8, 19.6, 20.4, 21.2), screen=(Span(22.0, 25.0),))
MEETING = Meeting((ADA, ALAN), (lobby(2), ADMIT), end=End("removed", 26), quirks=frozenset({"copied_screen"}))
COLOURS = {ADA.name: BLUE, ALAN.name: GREEN, "screen": measures.SCREEN}
APART = {"video_separate_mkv": {}}


async def test_a_meeting_with_one_sound_for_all_is_divided_by_who_speaks(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
) -> None:
    async with (
        simulated("microsoft_teams", MEETING, speed=3) as simulator,
        open_house(data_dir, free_port, RAPPORTEUR_BROWSER_SWITCHES=shlex.join(simulator.switches)) as house,
    ):
        bot_id = await house.send_bot(link_of("microsoft_teams"), recording_config=CONFIG | APART)
        bot = await house.until(bot_id, "done", "fatal", within_s=150)
        [end] = [c["sub_code"] for c in bot["status_changes"] if c["code"] in {"call_ended", "fatal"}]
        assert end == "bot_kicked_from_call"
        [recording] = bot["recordings"]
        apart = (await house.get(f"/api/v1/audio_separate/{recording['audio_separate']['id']}/"))["status"]
        assert (apart["code"], apart["sub_code"]) == ("failed", "separate_media_unavailable")

        events = await documents(link(recording, "participant_events"))
        there = {(e["participant"]["name"], e["participant"]["is_host"]) for e in events if e["action"] == "join"}
        assert there == {(ADA.name, True), (ALAN.name, False)}
        [line] = [e for e in events if e["action"] == "chat_message"]
        assert (line["participant"]["name"], line["data"]["text"]) == (ADA.name, "The report is in the shared folder.")

        shared = [(e["participant"]["name"], e["action"]) for e in events if e["action"].startswith("screenshare")]
        assert shared == [(ALAN.name, "screenshare_on"), (ALAN.name, "screenshare_off")]
        pictures = await house.get(f"/api/v1/video_separate/{recording['video_separate']['id']}/")
        assert await measures.pictures_of_each(house, pictures, COLOURS, tmp_path) == {
            (ADA.name, "webcam", ADA.name), (ALAN.name, "webcam", ALAN.name), (ALAN.name, "screenshare", "screen")}

        assert_together(await house.download(link(recording, "video_mixed"), tmp_path / "mixed.mp4"), between_s=(4, 17))
        said: dict[str, str] = {}
        for utterance in await documents(link(recording, "transcript")):
            name = utterance["participant"]["name"]
            said[name] = " ".join([*said.get(name, "").split(), *(word["text"] for word in utterance["words"])])
        assert all(word_error_rate(person.text, said[person.name]) <= 0.35 for person in (ADA, ALAN)), said
        assert simulator.said("fault") == []
