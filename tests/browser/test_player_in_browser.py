"""The player page in a real browser: film, transcript and timeline stay at the same moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from rapporteur.bot.browser import Browser
from rapporteur.dashboard.player import play_link
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.meeting_documents import contents

pytestmark = pytest.mark.browser

PLAYED = "document.getElementById('media').currentTime"


@pytest.fixture
async def page(tmp_path: Path, chromium: Path) -> AsyncIterator[Page]:
    """The page of a recorded meeting, opened at its fifth second."""
    (tmp_path / "server").mkdir()
    browser = Browser(tmp_path / "browser", executable=chromium, on_lost=lambda _: None)
    async with serving(tmp_path / "server") as api:
        try:
            page = await browser.open("")
            await page.goto(await address(api, tmp_path / "film.mp4"))
            await page.wait_for_function(f"{PLAYED} > 0")
            yield page
        finally:
            await browser.close()


async def address(api: ApiServer, film: Path) -> str:
    config = {"transcript": {"provider": {"recallai_streaming": {}}}}
    bot_id, _ = await api.recorded(contents(film), recording_config=config)
    return api.url + play_link(api.core.links, api.core.workspace_id, bot_id, t=5)


async def test_film_transcript_and_timeline_move_together(page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    now = page.locator(".line.now")
    await expect(now).to_contain_text("the recorder is ready")
    assert await page.evaluate(PLAYED) == pytest.approx(5, abs=0.1)

    await page.get_by_text("everybody", exact=True).click()
    await expect(now).to_contain_text("good morning everybody")
    await page.evaluate("document.getElementById('media').pause()")
    assert 1.7 <= await page.evaluate(PLAYED) < 4

    await page.keyboard.press("ArrowDown")
    await expect(now).to_contain_text("the recorder is ready")
    await page.keyboard.press("ArrowRight")
    await expect(now).to_have_text("A< Ada <Lindqvist> 0:09 good", use_inner_text=True)

    lane = page.locator(".lane").first
    box = await lane.bounding_box()
    assert box is not None
    await lane.click(position={"x": box["width"] / 2, "y": 4})
    assert await page.evaluate(PLAYED) == pytest.approx(6, abs=0.3)
    assert faults == []


async def test_the_transcript_is_searched_and_a_theme_is_kept(page: Page) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type("good")
    await expect(page.locator("#found")).to_have_text("1 of 2")
    await expect(page.locator(".line.matches")).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_have_text("2 of 2")
    await page.fill("#query", "recorder is re")
    await expect(page.locator(".hit")).to_have_text(["recorder", "is", "ready"])
    await page.keyboard.press("Escape")
    await expect(page.locator(".hit")).to_have_count(0)

    await page.click("#theme")
    chosen = await page.evaluate("document.documentElement.dataset.theme")
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == chosen
    await page.click("#theme")
    assert await page.evaluate("document.documentElement.dataset.theme") != chosen
