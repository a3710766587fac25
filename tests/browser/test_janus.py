"""Real software that was not written here: two people on the pages of Debian's Janus are attended and recorded by the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.bot.platforms.janus import registered
from rapporteur.domain.session import Admitted, JoinFailed, MeetingEnded, RemovedByHost
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.scenario import BLUE, GREEN, Line, Person, Scenario
from tests.fakes.house import BOT, open_house
from tests.fakes.janus import LOCKED_ROOM, Janus, Visitors, missing, running_janus
from tests.fakes.recorded import CONFIG, assert_together, beeps_of_each, documents, link
from tests.fakes.studio import Recorder, job

pytestmark = [
    pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]

ADA = Person("Ada", BLUE, lines=(Line(1.0, "welcome"),), marks=(5.3, 6.1, 6.9, 7.7))
ALAN = Person("Alan", GREEN, lines=(Line(8.5, "project"),), marks=(13.2, 14.0, 14.8, 15.6))
TWO = Scenario(people=(ADA, ALAN))


@pytest.fixture
async def janus() -> AsyncIterator[Janus]:
    async with running_janus() as running:
        yield running


async def test_two_people_on_janus_are_recorded_by_name_with_a_sound_each_and_in_sync(
    janus: Janus, data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
) -> None:
    async with (
        open_house(data_dir, free_port, RAPPORTEUR_JANUS_PAGES=janus.host) as house,
        Visitors(TWO, host_url=janus.room_url(), executable=chromium) as people,
    ):
        await people.enter()
        bot_id = await house.send_bot(janus.room_url(), recording_config=CONFIG)
        await house.until(bot_id, "in_call_recording")
        publishing = {p["display"]: p["publisher"] for p in await janus.participants()}
        await people.play()
        await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
        bot = await house.until_media(bot_id)
        [recording] = bot["recordings"]
        assert publishing == {"Ada": True, "Alan": True, BOT: False}, "the bot only watches"
        assert recording["status"]["code"] == "done"

        events = await documents(link(recording, "participant_events"))
        assert {e["participant"]["name"] for e in events if e["action"] == "join"} == {"Ada", "Alan"}
        transcript = await documents(link(recording, "transcript"))
        assert {entry["participant"]["name"] for entry in transcript} == {"Ada", "Alan"}

        mp4 = await house.download(link(recording, "video_mixed"), tmp_path / "mixed.mp4")
        beeps = await beeps_of_each(house, recording, tmp_path)
        assert beeps.keys() == {"Ada", "Alan"}
        assert_together(mp4, between_s=(1, 15))
        assert beeps == {"Ada": 4, "Alan": 4}


@pytest.mark.parametrize(("room", "fact"), [
    (LOCKED_ROOM, JoinFailed("meeting_password_incorrect")), (99, JoinFailed("meeting_not_found")),
])
async def test_a_room_that_cannot_be_entered_is_told_with_its_reason(
    janus: Janus, tmp_path: Path, chromium: Path, room: int, fact: JoinFailed,
) -> None:
    recorder, attending = Recorder(), PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)
    try:
        await attending.join(visit(janus.room_url(room)), recorder)
        await recorder.until(lambda: bool(recorder.facts))
    finally:
        await attending.leave()
    assert recorder.facts == [fact]


@pytest.mark.parametrize(("ends", "fact"), [
    (lambda janus: janus.kick(BOT), RemovedByHost()), (lambda janus: janus.destroy(), MeetingEnded()),
], ids=["removed", "ended"])
async def test_a_bot_that_is_removed_or_whose_room_ends_knows_it(
    janus: Janus, tmp_path: Path, chromium: Path, ends: Callable[[Janus], Any], fact: Any,
) -> None:
    recorder, attending = Recorder(), PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)
    try:
        await attending.join(visit(janus.room_url()), recorder)
        await recorder.until(lambda: bool(recorder.of(Admitted)))
        await ends(janus)
        await recorder.until(lambda: fact in recorder.facts)
    finally:
        await attending.leave()


def visit(url: str) -> Any:
    return replace(job(url), platform="janus", bot_name=BOT)


@pytest.mark.parametrize(("name", "shown"), [
    ("Notetaker", "Notetaker"), ("Ünser meeting-bot 2", "UnserMeetingBot2"), ("会議", "Bot"),
])
def test_names_are_written_as_the_page_takes_them(name: str, shown: str) -> None:
    assert registered(name) == shown
