"""A mixed file whose pictures are mostly repetitions written by hand plays, and is sought in, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.async_api import Page

from rapporteur.bot.browser import Browser
from rapporteur.media.encoders import FRAME_RATE, SAMPLE_RATE, Mp4Writer

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 320, 192
SECONDS = 6
CHANGE = 40
"""Pictures for which each brightness stands: neither a second nor a key frame's distance."""
SHADES = (40, 120, 200, 80, 160)

LOAD = """async (film) => {
    const bytes = Uint8Array.from(atob(film), c => c.charCodeAt(0));
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
    document.body.append(video);
    await new Promise((done, failed) => { video.oncanplaythrough = done; video.onerror = () => failed(video.error.message); });
    return {duration: video.duration, width: video.videoWidth, height: video.videoHeight};
}"""
SHADE = """async (at) => {
    const video = document.querySelector('video');
    video.currentTime = at;
    await new Promise(done => { video.onseeked = done; });
    const canvas = new OffscreenCanvas(8, 8), context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 8, 8);
    return context.getImageData(4, 4, 1, 1).data[1];
}"""
PLAY = """async () => {
    const video = document.querySelector('video');
    video.currentTime = 0.2;
    await video.play();
    await new Promise(done => { video.ontimeupdate = () => { if (video.currentTime > 2.2) done(); }; });
    video.pause();
    const {totalVideoFrames} = video.getVideoPlaybackQuality();
    return {at: video.currentTime, frames: totalVideoFrames, error: video.error && video.error.message};
}"""


def shade_at(at_s: float) -> int:
    return SHADES[int(at_s * FRAME_RATE) // CHANGE]


def still_film(path: Path) -> Path:
    """Grey pictures that change now and then, and are shown thirty times a second."""
    writer, frame = Mp4Writer(path, WIDTH, HEIGHT), av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for n in range(SECONDS * FRAME_RATE):
        if n % CHANGE == 0:
            for plane, value in zip(frame.planes, (SHADES[n // CHANGE], 128, 128), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
        writer.picture(frame, changed=n % CHANGE == 0)
        writer.sound(np.zeros((2, SAMPLE_RATE // FRAME_RATE), np.float32))
    writer.close()
    return path


@pytest.fixture
async def page(tmp_path: Path, chromium: Path) -> AsyncIterator[Page]:
    browser = Browser(tmp_path / "browser", executable=chromium, on_lost=lambda _: None)
    try:
        yield await browser.open("")
    finally:
        await browser.close()


async def test_a_film_of_repetitions_is_sought_in_and_played(page: Page, tmp_path: Path) -> None:
    film = still_film(tmp_path / "still.mp4")
    loaded: dict[str, Any] = await page.evaluate(LOAD, base64.b64encode(film.read_bytes()).decode())
    assert loaded == {"duration": pytest.approx(SECONDS, abs=0.05), "width": WIDTH, "height": HEIGHT}
    # Backwards too, right in front of changes and behind them, at key frames and far from them.
    for at_s in (5.9, 0.1, 1.3, 1.36, 2.01, 3.95, 4.02, 2.6, 5.3, 5.36):
        grey = (shade_at(at_s) - 16) * 255 / 219
        assert await page.evaluate(SHADE, at_s) == pytest.approx(grey, abs=6), at_s
    played = await page.evaluate(PLAY)
    assert played["error"] is None
    assert 2.2 < played["at"] < 4
    assert played["frames"] > 20
