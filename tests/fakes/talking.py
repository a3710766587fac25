"""A bot in a room that is told what to say and show, and what its guests see and hear of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page

from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE, Scenario
from tests.fakes.house import BOT, House, open_house, open_room

CONFIG = {"transcript": None, "video_mixed_mp4": None, "audio_mixed_mp3": {}, "start_recording_on": "manual"}
LOUD = 0.05
RED = (200, 30, 30)
TILE = f'[data-participant][data-name="{BOT}"]'

LISTEN = """tile => {
    const track = document.querySelector(tile + ' audio').srcObject.getAudioTracks()[0].clone();
    const reader = new MediaStreamTrackProcessor({track}).readable.getReader();
    window.heard = [];
    (async () => {
        for (;;) {
            const {value, done} = await reader.read();
            if (done) return;
            const samples = new Float32Array(value.numberOfFrames);
            value.copyTo(samples, {planeIndex: 0, format: 'f32-planar'});
            const rms = Math.hypot(...samples) / Math.sqrt(samples.length);
            heard.push([performance.timeOrigin + performance.now(), value.timestamp / 1e6, rms]);
            value.close();
        }
    })();
}"""
"""Notes the level of everything the bot is heard saying: [epoch ms, media seconds, rms] per ten milliseconds."""

COLOUR = """selector => {
    const video = document.querySelector(selector);
    if (!video || !video.videoWidth) return null;
    const paint = new OffscreenCanvas(16, 9).getContext('2d');
    paint.drawImage(video, 0, 0, 16, 9);
    return [...paint.getImageData(8, 4, 1, 1).data].slice(0, 3);
}"""


async def sees(page: Page, selector: str, colour: tuple[int, int, int]) -> None:
    await page.wait_for_function(
        f"([selector, wanted]) => {{ const seen = ({COLOUR})(selector);"
        " return seen && seen.every((value, i) => Math.abs(value - wanted[i]) < 40); }",
        arg=[selector, list(colour)], timeout=90_000,
    )


async def loud(page: Page) -> list[tuple[float, float]]:
    """(epoch ms, media seconds) of what was loud."""
    return [(at, media) for at, media, rms in await page.evaluate("heard") if rms > LOUD]


def stretches(loud_at: list[float], gap_s: float = 0.1) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for at in loud_at:
        if found and at - found[-1][1] < gap_s:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


DARK = """tile => new Promise((told) => {
    const off = () => document.querySelector(tile).dataset.camera === 'off';
    const black = () => (COLOUR)(tile + ' video')?.every((value) => value < 30);
    const timer = setInterval(() => {
        if (!off() && !black()) return;
        clearInterval(timer);
        told(performance.timeOrigin + performance.now());
    }, 10);
})""".replace("COLOUR", COLOUR)
"""When the bot's picture is seen no more, in epoch ms."""


class Talking:
    def __init__(self, house: House, people: People, bot_id: str) -> None:
        self.house, self.people, self.bot_id = house, people, bot_id
        self.page = people.page(people.scenario.people[-1].name)

    async def order(self, method: str, what: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Token {self.house.key}"}
        url = f"http://127.0.0.1:{self.house.port}/api/v1/bot/{self.bot_id}/{what}/"
        async with aiohttp.ClientSession(headers=headers) as http, http.request(method, url, json=body) as answer:
            told = await answer.text()
            assert answer.status in (200, 204), told
            return told

    async def quiet_after_ms(self) -> tuple[float, float]:
        """Stop the sound that goes on without a pause: how soon that is answered, and for how long it is heard. LISTEN must be
        at work."""
        clock = SystemClock()
        await self.page.wait_for_function(f"heard.slice(-30).every(([, , rms]) => rms > {LOUD})", timeout=60_000)
        asked_ms = clock.now_ms()
        await self.order("DELETE", "output_audio")
        answered_ms = clock.now_ms()
        await self.page.wait_for_function(f"heard.slice(-40).every(([, , rms]) => rms < {LOUD})", timeout=60_000)
        return answered_ms - asked_ms, (await loud(self.page))[-1][0] - asked_ms

    async def dark_after_ms(self) -> float:
        """Switch the camera off: for how long its picture, which is red, was seen from then on."""
        clock = SystemClock()
        await sees(self.page, f"{TILE} video", RED)
        seen = await self.page.evaluate_handle(f"tile => ({{dark: ({DARK})(tile)}})", TILE)
        asked_ms = clock.now_ms()
        await self.order("DELETE", "output_video")
        return await seen.evaluate("seen => seen.dark") - asked_ms


@asynccontextmanager
async def talking(
    data_dir: Path, port: int, chromium: Path, *, scenario: Scenario = COUPLE, **body: Any,
) -> AsyncIterator[Talking]:
    async with open_house(data_dir, port) as house:
        room = await open_room(house)
        async with People(scenario, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"], **{"recording_config": CONFIG} | body)
            await house.until(bot_id, "in_call_not_recording", "in_call_recording", "fatal", within_s=60)
            bot = Talking(house, people, bot_id)
            await bot.page.wait_for_selector(TILE)
            yield bot
            await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
            await house.until(bot_id, "done", "fatal")
