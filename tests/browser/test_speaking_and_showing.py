"""A bot speaks, shows and writes; real people in the room hear, see and read it, and it stops when told to."""

from __future__ import annotations

import itertools
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp.web
import numpy as np
import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.media.material import samples
from tests.fakes.house import BOT
from tests.fakes.material import BEEP_S, EVERY_S, beeps, picture
from tests.fakes.talking import CONFIG, LISTEN, LOUD, RED, TILE, loud, sees, stretches, talking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

STOPS, AT_ONCE_MS, SOON_MS = 3, 200, 400
GREEN, BLUE = (30, 160, 40), (30, 40, 200)

async def test_people_hear_see_and_read_what_a_bot_is_told_to_say(data_dir: Path, free_port: int, chromium: Path) -> None:
    clock = SystemClock()
    async with talking(data_dir, free_port, chromium) as bot:
        page = bot.page
        assert await page.get_attribute(TILE, "data-microphone") == await page.get_attribute(TILE, "data-camera") == "off"

        await bot.order("POST", "output_video", {"kind": "jpeg", "b64_data": picture(RED)})
        await sees(page, f"{TILE} video", RED)
        await bot.order("POST", "output_video", {"kind": "png", "b64_data": picture(GREEN, "PNG")})
        await sees(page, f"{TILE} video", GREEN)
        await bot.order("POST", "output_screenshare", {"kind": "jpeg", "b64_data": picture(BLUE)})
        await sees(page, "[data-screen-of] video", BLUE)
        await bot.order("DELETE", "output_screenshare")
        await page.wait_for_selector("[data-screen-of]", state="detached")

        await bot.order("POST", "send_chat_message", {"message": "I am a bot\nand I take notes"})
        line = page.locator(f'li[data-chat-id][data-name="{BOT}"] .text')
        await line.wait_for(state="attached")
        assert await line.text_content() == "I am a bot and I take notes"

        await page.evaluate(LISTEN, TILE)
        await bot.order("POST", "output_audio", {"kind": "mp3", "b64_data": beeps(60)})
        await page.wait_for_function(f"heard.filter(([, , rms]) => rms > {LOUD}).length > 250", timeout=30_000)
        asked_ms = clock.now_ms()
        await bot.order("DELETE", "output_audio")
        await clock.sleep(1.5)
        heard = await loud(page)
        await page.wait_for_selector(f"{TILE}[data-microphone=off]")

        quiet: list[tuple[float, float]] = []
        dark: list[float] = []
        for _ in range(STOPS):
            await bot.order("POST", "output_video", {"kind": "jpeg", "b64_data": picture(RED)})
            await bot.order("POST", "output_audio", {"kind": "mp3", "b64_data": beeps(20, EVERY_S)})
            quiet.append(await bot.quiet_after_ms())
            dark.append(await bot.dark_after_ms())
        await page.wait_for_selector(f"{TILE}[data-camera=off]")

    found = stretches([media for _, media in heard])[1:-1]
    steps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(found)]
    lengths = [end - start for start, end in found]
    assert len(found) >= 1
    assert sorted(steps)[len(steps) // 2] == pytest.approx(EVERY_S, abs=0.03)
    assert sorted(lengths)[len(lengths) // 2] == pytest.approx(BEEP_S, abs=0.06)
    assert heard[-1][0] - asked_ms < 500
    # Once it is answered nothing more is sent; what others hear until then, their browsers still hold, the longer the busier.
    assert min(answered_ms for answered_ms, _ in quiet) < AT_ONCE_MS
    assert min(heard_ms for _, heard_ms in quiet) < SOON_MS
    assert min(dark) < SOON_MS


async def test_a_bot_does_by_itself_what_its_settings_say(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
) -> None:
    async with open_files() as files, talking(
        data_dir, free_port, chromium, bot_avatar_url=f"{files}/avatar.png",
        chat={"on_bot_join": {"send_to": "everyone", "message": "Hello all"}},
        recording_config=CONFIG | {
            "automatic_video_output": {"in_call_recording": {"kind": "jpeg", "b64_data": picture(RED)},
                                       "in_call_not_recording": {"webpage": {"url": f"{files}/page.html"}}},
            "automatic_audio_output": {"in_call_recording": {"audio_url": f"{files}/notice.mp3"}},
        },
    ) as bot:
        page = bot.page
        await sees(page, f"{TILE} video", GREEN)
        line = page.locator(f'li[data-chat-id][data-name="{BOT}"] .text')
        await line.wait_for(state="attached")
        assert await line.text_content() == "Hello all"
        await page.evaluate(LISTEN, TILE)
        included = {"video_mixed_mp4": None, "audio_mixed_mp3": {}, "include_bot_in_recording": {"audio": True}}
        await bot.order("POST", "start_recording", included)
        await sees(page, f"{TILE} video", RED)
        await page.wait_for_function(f"heard.filter(([, , rms]) => rms > {LOUD}).length > 40", timeout=30_000)
        await page.wait_for_selector(f"{TILE}[data-microphone=off]")
        await bot.order("POST", "stop_recording")
        made = await bot.house.until_media(bot.bot_id)
        link = made["recordings"][0]["media_shortcuts"]["audio_mixed"]["data"]["download_url"]
        file = await bot.house.download(link, tmp_path / "audio.mp3")

    recorded = np.abs(np.frombuffer(samples(file.read_bytes()), np.int16).astype(np.float32)) / 32768
    peaks = recorded[:len(recorded) // 480 * 480].reshape(-1, 480).max(axis=1)
    # A machine that stands still tears a beep apart, in the meeting and so in its recording; nothing of it is lost.
    assert np.count_nonzero(peaks > LOUD) / 100 == pytest.approx(4 * BEEP_S, abs=0.15)
    assert len(stretches(list(np.flatnonzero(peaks > LOUD) / 100))) >= 4


@asynccontextmanager
async def open_files() -> AsyncIterator[str]:
    """Where users keep their pictures and sounds."""
    contents = {"avatar.png": picture(BLUE, "PNG"), "notice.mp3": beeps(4)}

    async def answer(request: aiohttp.web.Request) -> aiohttp.web.Response:
        if request.path == "/page.html":
            return aiohttp.web.Response(text=f"<body style='background: rgb{GREEN}'>", content_type="text/html")
        return aiohttp.web.Response(body=b64decode(contents[request.path.strip("/")]))

    app = aiohttp.web.Application()
    app.router.add_get("/{name}", answer)
    runner = aiohttp.web.AppRunner(app, access_log=None)
    await runner.setup()
    await (site := aiohttp.web.TCPSite(runner, "127.0.0.1", 0)).start()
    assert site._server is not None
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    finally:
        await runner.cleanup()
