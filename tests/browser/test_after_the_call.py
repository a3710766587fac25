"""A real meeting looked at while it runs, transcribed when it is over, and its film brought again as a recording."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import av
import pytest

from rapporteur.domain.transcript import word_error_rate
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import House, open_house, open_room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SPEAKER = COUPLE.people[1].name
CLIP = "welcome"
PROVIDER = {"provider": {"recallai_async": {"language_code": "en"}}}


async def until(house: House, path: str, *codes: str, within_s: float = 90) -> dict[str, Any]:
    """The object at `path`, as soon as its status is one of these."""
    async with asyncio.timeout(within_s):
        while (found := await house.get(path))["status"]["code"] not in codes:
            await SystemClock().sleep(0.3)
    return found


async def test_a_meeting_is_looked_at_transcribed_afterwards_and_brought_again(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
):
    clock = SystemClock()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"], recording_config={"audio_separate_mp3": {}, "audio_mixed_mp3": {}})
            bot = await house.until(bot_id, "in_call_recording", within_s=60)
            await people.say(SPEAKER, CLIP)
            await clock.sleep(CLIPS[CLIP].duration_s + 2)
            await _shows_the_meeting(house, bot, tmp_path)
            await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
            bot = await house.until(bot_id, "done", within_s=90)
        [recording] = bot["recordings"]
        made = await house.post(f"/api/v1/recording/{recording['id']}/create_transcript/", PROVIDER)
        transcript = await until(house, f"/api/v1/transcript/{made['id']}/", "done", "failed")
        assert transcript["status"]["code"] == "done", transcript["status"]
        said = await house.get(transcript["data"]["download_url"].partition(str(house.port))[2])
        assert {turn["participant"]["name"] for turn in said} == {SPEAKER}
        heard = " ".join(word["text"] for turn in said for word in turn["words"])
        assert word_error_rate(CLIPS[CLIP].text, heard) <= 0.5

        film = await house.download(recording["media_shortcuts"]["video_mixed"]["data"]["download_url"], tmp_path / "f.mp4")
        upload = await house.post("/api/v1/sdk_upload/", {"metadata": {"from": "elsewhere"}})
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Token {upload['upload_token']}"}) as http,
            http.put(upload["upload_url"], data=film.read_bytes()) as answer,
        ):
            assert answer.status == 201
        upload = await until(house, f"/api/v1/sdk_upload/{upload['id']}/", "complete", "failed")
        assert upload["status"]["code"] == "complete", upload["status"]
        again = await house.get(f"/api/v1/recording/{upload['recording_id']}/")
        link = again["media_shortcuts"]["video_mixed"]["data"]["download_url"]
        with av.open(str(await house.download(link, tmp_path / "again.mp4"))) as made_again, av.open(str(film)) as original:
            assert made_again.duration == pytest.approx(original.duration, abs=200_000)


async def _shows_the_meeting(house: House, bot: dict[str, Any], folder: Path) -> None:
    """The newest screenshot is of the meeting: as large as the page, and many-coloured."""
    path = f"/api/v1/bot/{bot['id']}/screenshots/?recorded_at_after={bot['status_changes'][-1]['created_at']}"
    async with asyncio.timeout(30):
        while not (found := await house.get(path)):
            await SystemClock().sleep(0.3)
    with av.open(str(await house.download(found[0]["url"], folder / "screen.jpg"))) as image:
        [frame] = image.decode(video=0)
    assert (frame.width, frame.height) == (1280, 720)
    assert frame.to_ndarray(format="gray").std() > 10
