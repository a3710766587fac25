"""A meeting whose page hides its media, sent for over the API: the bot turns to the tab, and the one recording shows it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from tests.fakes.hiding import hiding
from tests.fakes.house import House, open_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SHOWN_S = 6.0
BACKGROUND = (600, 40, 80, 80)
BLUE = (0x2A, 0x4A, 0x86)


async def turned(house: House, bot_id: str) -> str:
    """The bot's recording, as soon as it is taken as a tab."""
    async with asyncio.timeout(90):
        while True:
            bot = await house.get(f"/api/v1/bot/{bot_id}/")
            for recording in bot["recordings"]:
                capture = (await quality(house, recording["id"]))["capture"]
                if capture and capture["way"] == "tab":
                    return recording["id"]
            await SystemClock().sleep(0.2)


async def quality(house: House, recording_id: str) -> dict[str, Any]:
    return await house.get(f"/rapporteur/v1/recordings/{recording_id}/quality/")


async def test_a_bot_turns_to_the_tab_within_one_recording_and_says_why(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
):
    async with open_house(data_dir, free_port) as house, hiding() as url:
        bot_id = await house.send_bot(url + "transform", recording_config={"video_mixed_mp4": {}})
        recording_id = await turned(house, bot_id)
        await SystemClock().sleep(SHOWN_S)
        await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
        bot = await house.until(bot_id, "done", "fatal")
        assert bot["status_changes"][-1]["code"] == "done"
        [recording] = bot["recordings"]
        assert recording["id"] == recording_id
        told = await quality(house, recording_id)
        logs = await house.get(f"/api/v1/bot/{bot_id}/logs/")
        link = recording["media_shortcuts"]["video_mixed"]["data"]["download_url"]
        mp4 = await house.download(link, tmp_path / "hidden.mp4")

    assert told["capture"] == {"way": "tab", "why": "own_transform"}
    report = told["artifacts"]["video_mixed"]
    assert (report["way"], report["why"], report["silent"], report["black"]) == ("tab", "own_transform", False, False)
    assert any("transforms what it receives" in line["message"] for line in logs)
    beeps, flashes = inspection.beep_times(mp4), inspection.flash_times(mp4)
    # The page flashes and beeps once a second; a starved machine skips pictures, never whole seconds of the end.
    assert len(beeps) >= 3
    assert len(flashes) >= 2
    between = flashes[-1] - 0.4
    assert inspection.mean_colour(mp4, BACKGROUND, between) == pytest.approx(BLUE, abs=24)
