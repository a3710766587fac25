"""How a recording was taken, as its owner reads it: while it runs, and when its files are made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.capture import SEPARATE_UNAVAILABLE
from rapporteur.wire import control
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

RECORDING = "6f1c1f0e-0000-4000-8000-000000000001"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def test_a_recording_that_turned_to_the_tab_says_so_while_it_runs(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"video_mixed_mp4": {}, "audio_separate_mp3": {}}))["id"]
    _, generation = await api.core.next(bot_id)
    report, take = Reporting(bot_id), api.core.attendance.take
    await take(bot_id, generation, [report.fact(control.CAPTURE_CHANGED, way="tracks", why=None), *report.joined()])
    await take(bot_id, generation, [
        *report.recording(RECORDING), report.fact(control.CAPTURE_CHANGED, way="tracks", why=None)])
    path = f"/rapporteur/v1/recordings/{RECORDING}/quality/"
    assert (await api.get(path)) == {
        "recording_id": RECORDING, "capture": {"way": "tracks", "why": None}, "pages": [], "artifacts": {}}

    await take(bot_id, generation, [report.fact(control.CAPTURE_CHANGED, way="tab", why="own_transform")])
    assert (await api.get(path))["capture"] == {"way": "tab", "why": "own_transform"}

    failed = {"recording_id": RECORDING, "artifact": "audio_separate", "format": "mp3", "sub_code": SEPARATE_UNAVAILABLE}
    await take(bot_id, generation, [report.fact(control.ARTIFACT_FAILED, **failed)])
    [sound] = (await api.get(f"/api/v1/audio_separate/?recording_id={RECORDING}"))["results"]
    assert (sound["status"]["code"], sound["status"]["sub_code"]) == ("failed", "separate_media_unavailable")
    notes = " ".join(line["message"] for line in await api.get(f"/api/v1/bot/{bot_id}/logs/"))
    assert "the meeting's media came as one mix" in notes


async def test_what_was_measured_is_told_by_artifact(api: ApiServer) -> None:
    _, recording_id = await api.recorded(recording_config={"video_mixed_mp4": {}})
    told = await api.get(f"/rapporteur/v1/recordings/{recording_id}/quality/")
    assert told["recording_id"] == recording_id
    assert told.keys() == {"recording_id", "capture", "pages", "artifacts"}


async def test_what_shown_pages_cost_is_told_with_the_recording(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    pages = [{"surface": surface, "seconds": 12.5, "cpu_s": 4.75, "restarts": 1} for surface in ("camera", "screenshare")]
    await api.core.attendance.take(bot_id, generation, [
        *report.joined(), *report.recording(RECORDING), *(report.fact(control.PAGE_SHOWN, **page) for page in pages)])
    assert (await api.get(f"/rapporteur/v1/recordings/{RECORDING}/quality/"))["pages"] == pages


async def test_a_recording_of_others_has_no_quality(api: ApiServer) -> None:
    answer = await api.call("GET", f"/rapporteur/v1/recordings/{RECORDING}/quality/")
    assert answer.status == 404
