"""Pages of no known platform: what they play is the meeting, taken by tracks where they receive it and by the tab otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.capture import Way, Why
from rapporteur.domain.session import Admitted, HeldAtDoor, MeetingEnded, RosterSeen
from rapporteur.kit.clock import SystemClock
from tests.fakes.playing import playing
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150), pytest.mark.long]

PATIENCE_S = 60.0


@pytest.fixture
async def attending(tmp_path: Path, chromium: Path) -> PageMeeting:
    return PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)


async def test_what_a_page_receives_is_taken_by_its_tracks_until_nothing_plays_any_more(attending: PageMeeting) -> None:
    recorder = Recorder()
    async with playing() as url:
        try:
            await attending.join(replace(job(url + "button"), platform="generic"), recorder)
            await recorder.until(lambda: {recorder.tracks[n].media for n in recorder.frames} == {"audio", "video"}, PATIENCE_S)
            await recorder.until(lambda: all(track.key for track in recorder.tracks.values()), PATIENCE_S)
            [_, stream] = recorder.of(RosterSeen)[-1].attendees
            await attending._browser.page.evaluate("near.close()")
            await recorder.until(lambda: bool(recorder.of(MeetingEnded)), PATIENCE_S)
        finally:
            await attending.leave()
    assert recorder.ways == [(Way.TRACKS, None)]
    assert (stream.name, stream.is_self, stream.microphone, stream.camera) == (None, False, True, True)
    assert {track.key for track in recorder.tracks.values()} == {stream.key}
    assert recorder.titles[-1] == "Town hall"


async def test_a_page_that_plays_nothing_is_waited_for_and_what_it_makes_itself_is_taken_by_the_tab(
    attending: PageMeeting,
) -> None:
    recorder = Recorder()
    async with playing() as url:
        try:
            await attending.join(replace(job(url + "quiet"), platform="generic"), recorder)
            await recorder.until(lambda: bool(recorder.of(HeldAtDoor)), PATIENCE_S)
            assert recorder.of(Admitted) == []
            await attending._browser.page.evaluate("local()")
            await recorder.until(lambda: bool(recorder.of(Admitted)), PATIENCE_S)
            await recorder.until(lambda: {recorder.tracks[n].media for n in recorder.frames} == {"audio", "video"}, PATIENCE_S)
        finally:
            await attending.leave()
    assert recorder.ways == [(Way.TRACKS, None), (Way.TAB, Why.NO_FRAMES)]
    assert {track.role for track in recorder.tracks.values()} == {"page"}
