"""What a test looks at in a recording that the house gives out: its files, and whether sound and picture belong together."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import pytest

from rapporteur.media import inspection
from tests.fakes.house import House

CONFIG: dict[str, Any] = {
    "video_mixed_mp4": {}, "audio_separate_mp3": {}, "participant_events": {},
    "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}},
}
TOGETHER_MS, SPREAD_MS, LEAST = 100.0, 150.0, 5
DRAWN_PER_S = 13.0
"""Simulated people draw themselves 15 times a second."""


def link(recording: dict[str, Any], shortcut: str) -> str:
    return recording["media_shortcuts"][shortcut]["data"]["download_url"]


async def documents(url: str) -> Any:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return await answer.json(content_type=None)


def assert_together(mp4: Path, *, between_s: tuple[float, float]) -> None:
    """Flashes and beeps are, by their median. Skips where the machine was too busy to draw the people, or to play them in time:
    what a recording does to its sound it does to all of it, so offsets far from each other are the people's own."""
    too_busy = "this machine was too busy to draw the people and play their sound when it was due"
    if inspection.unique_frames_per_second(mp4, *between_s) < DRAWN_PER_S:
        pytest.skip(too_busy)
    offsets = inspection.offsets_ms(inspection.flash_times(mp4), inspection.beep_times(mp4))
    assert len(offsets) >= LEAST
    if max(offsets) - min(offsets) > SPREAD_MS:
        pytest.skip(too_busy)
    assert abs(median(offsets)) <= TOGETHER_MS, offsets


async def beeps_of_each(house: House, recording: dict[str, Any], folder: Path) -> dict[str, int]:
    """How many beeps each participant's own sound has."""
    artifact = await house.get(f"/api/v1/audio_separate/{recording['audio_separate']['id']}/")
    counts = {}
    for number, part in enumerate(await documents(artifact["data"]["download_url"])):
        file = await house.download(part["download_url"], folder / f"{number}.mp3")
        counts[part["participant"]["name"]] = len(inspection.beep_times(file))
    return counts
