"""The other ways to take a meeting: by setting, and by itself when a page hides its media. Flashes and beeps tell the truth."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.capture import Setting, Way, Why
from rapporteur.domain.session import Admitted, RosterSeen, SpeechBegan, SpeechEnded
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import VERSION, Kind, Record, Track, encode, json_record
from tests.fakes.hiding import hiding
from tests.fakes.studio import Recorder, job, studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

PATIENCE_S = 90.0
"""Seconds suffice; taking a tab is the first thing to suffer on a machine that does much else."""
CONFIG: dict[str, Any] = {"video_mixed_mp4": {}}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def meeting(tmp_path: Path, chromium: Path) -> Callable[..., PageMeeting]:
    def made(capture: Setting = "auto", *switches: str) -> PageMeeting:
        return PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium, capture=capture, switches=switches)
    return made


def of_the_page(recorder: Recorder, seconds: float) -> bool:
    """Whether one picture and one sound of the page have each gone on for so long."""
    live = [(t.media, recorder.frames[n]) for n, t in recorder.tracks.items() if not t.ended and recorder.frames.get(n)]
    return {media for media, frames in live if frames[-1].arrival_ms - frames[0].arrival_ms >= seconds * 1000} == {
        "audio", "video"}


def composed(folder: Path, recorder: Recorder) -> Path:
    """The MP4 that is made of what was taken, from the first frame of the page on."""
    media = [(n, f) for n, frames in recorder.frames.items() for f in frames]
    records = [Record(Kind.AUDIO if f.media == 1 else Kind.VIDEO, round(f.arrival_ms * 1000), f.payload, n, f.flags, f.rtp,
                      f.sequence) for n, f in media]
    records.sort(key=lambda record: record.at_us)
    start_us, end_us = records[0].at_us, records[-1].at_us
    tracks = [json_record(Kind.TRACK, start_us, Track(n, t.media, t.role or "", t.mime, t.clock_rate).as_json(), source=n)
              for n, t in recorder.tracks.items()]
    first = json_record(Kind.BEGIN, start_us, {"version": VERSION, "bot_id": "b", "generation": 1})
    marks = [json_record(Kind.RECORDING, at_us, {"recording_id": "r", "action": action})
             for at_us, action in ((start_us, "start"), (end_us, "stop"))]
    tape = [first, *tracks, marks[0], *records, marks[1], json_record(Kind.END, end_us, {"reason": "ended"})]
    path = tape_path(folder / "tape", 1)
    path.parent.mkdir()
    path.write_bytes(b"".join(map(encode, tape)))
    [entry] = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(CONFIG))
    assert (entry["report"]["silent"], entry["report"]["black"]) == (False, False)
    return Path(entry["files"][0])


def are_together(mp4: Path, within_ms: float = 40) -> bool:
    """Whether flashes and beeps are. Skips where the machine was too busy to paint what it was to show, and so to tell."""
    if inspection.unique_frames_per_second(mp4, 1, 4) < 25:
        pytest.skip("this machine was too busy to show a flash when it was due")
    offsets = inspection.offsets_ms(inspection.flash_times(mp4), inspection.beep_times(mp4))
    return len(offsets) >= 3 and abs(median(offsets)) <= within_ms


@pytest.mark.parametrize("way", [
    "tab", pytest.param("display", marks=pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")),
])
async def test_what_the_page_shows_and_plays_is_recorded(
    meeting: Callable[..., PageMeeting], recorder: Recorder, tmp_path: Path, way: Setting,
) -> None:
    async with hiding() as url:
        attending = meeting(way)
        try:
            await attending.join(job(url + "canvas"), recorder)
            await recorder.until(lambda: of_the_page(recorder, 7), PATIENCE_S)
            size = await attending._browser.page.evaluate("[innerWidth, innerHeight, devicePixelRatio]")
        finally:
            await attending.leave()

    assert recorder.ways == [(Way(way), None)]
    assert recorder.logs == []
    assert size == [1280, 720, 1]
    assert {t.role for t in recorder.tracks.values()} == {"page"}
    mp4 = await asyncio.to_thread(composed, tmp_path, recorder)
    # What a window of a virtual display shows is painted by the processor, up to two pictures later than it is heard.
    assert are_together(mp4, 80 if way == "display" else 40)


async def test_a_page_that_transforms_what_it_receives_is_taken_as_a_tab_at_once(
    meeting: Callable[..., PageMeeting], recorder: Recorder, tmp_path: Path,
) -> None:
    async with hiding() as url:
        attending = meeting()
        try:
            await attending.join(job(url + "transform"), recorder)
            await recorder.until(lambda: of_the_page(recorder, 4), PATIENCE_S)
            seen = await attending._browser.page.evaluate("getComputedStyle(document.querySelector('#stage video')).visibility")
        finally:
            await attending.leave()

    assert recorder.ways == [(Way.TRACKS, None), (Way.TAB, Why.OWN_TRANSFORM)]
    assert seen == "visible"
    speaking = [type(fact) for fact in recorder.facts if isinstance(fact, SpeechBegan | SpeechEnded)]
    assert speaking[:3] == [SpeechBegan, SpeechEnded, SpeechBegan], "whom the page marks is all there is to know"
    # This page's own connection to itself holds sound back longer than pictures, and does not promise by how much.
    assert are_together(await asyncio.to_thread(composed, tmp_path, recorder), within_ms=150)


async def test_a_page_without_encoded_frames_is_taken_as_a_tab_after_a_while(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    async with hiding() as url:
        attending = meeting()
        try:
            await attending.join(job(url + "canvas"), recorder)
            await recorder.until(lambda: of_the_page(recorder, 0.2), PATIENCE_S)
        finally:
            await attending.leave()
    assert recorder.ways == [(Way.TRACKS, None), (Way.TAB, Why.NO_FRAMES)]


async def test_the_older_transforms_of_a_page_still_work_and_it_is_taken_as_a_tab(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    async with hiding() as url:
        attending = meeting()
        try:
            await attending.join(job(url + "streams"), recorder)
            await recorder.until(lambda: of_the_page(recorder, 0.2), PATIENCE_S)
            await attending._browser.page.wait_for_function("document.querySelector('#stage video')?.videoWidth > 0")
        finally:
            await attending.leave()
    assert recorder.ways[-1] == (Way.TAB, Why.OWN_TRANSFORM)


async def test_the_tab_of_a_public_page_that_forbids_workers_is_taken_again_after_it_reloads(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    async with studio() as url:
        attending = meeting("tab", f"--ip-address-space-overrides={urlsplit(url).netloc}=public")
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: of_the_page(recorder, 0.2), PATIENCE_S)
            before = set(recorder.tracks)
            page = attending._browser.page
            caught = await page.evaluate("JSON.stringify(caught)")
            await page.reload()
            await recorder.until(lambda: all(recorder.tracks[n].ended for n in before), PATIENCE_S)
            await recorder.until(lambda: of_the_page(recorder, 0.2), PATIENCE_S)
            await attending._capturing.tick()
            await attending._capturing._capture.begin(page)
            pictures = [t for t in recorder.tracks.values() if t.media == "video" and not t.ended]
        finally:
            await attending.leave()
    assert len(pictures) == 1, "asked for again, a document is still taken once"
    assert attending._bridge._secret not in caught
    assert recorder.of(Admitted) == [Admitted(), Admitted()]
    assert len(recorder.of(RosterSeen)[-1].attendees) == 3
    assert {t.role for t in recorder.tracks.values()} == {"page"}
    assert recorder.ways == [(Way.TAB, None)]
