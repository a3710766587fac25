"""The bot's microphone, camera and screen inside a meeting's page: not there until needed, and there again after a reload."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.errors import Unsupported
from rapporteur.domain.output import Line
from rapporteur.domain.session import Admitted
from rapporteur.kit.clock import SystemClock
from rapporteur.media.material import stills
from rapporteur.room.server import running_room
from tests.fakes.material import file_of, moving
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

ASKS = """async () => {
    const {mediaDevices, permissions} = navigator;
    const asked = mediaDevices.getUserMedia({audio: true, video: true});
    const answer = await asked.then(s => s.getTracks().map(t => t.kind), () => 'refused');
    const listed = (await mediaDevices.enumerateDevices()).filter(d => d.label && d.kind !== 'audiooutput').map(d => d.kind);
    return [answer, listed, (await permissions.query({name: 'camera'})).state];
}"""
LIVES = """async () => {
    const {mediaDevices} = navigator;
    const [first, second] = [await mediaDevices.getDisplayMedia(), await mediaDevices.getDisplayMedia()];
    first.getTracks()[0].stop();
    return [first, second].map(s => s.getTracks()[0].readyState);
}"""
SHOWS_IN_TURN = """() => {
    const paint = new OffscreenCanvas(16, 9).getContext('2d');
    paint.drawImage(document.querySelector('[data-self=true] video'), 0, 0, 16, 9);
    const [red, , blue] = paint.getImageData(8, 4, 1, 1).data;
    window.shown = [...(window.shown ?? []), red > blue ? 'red' : 'blue'];
    return /blue( red)+ blue/.test(window.shown.join(' '));
}"""
MINE = '[data-participant][data-self="true"]'


@pytest.fixture
async def room() -> AsyncIterator[str]:
    async with running_room() as base, aiohttp.ClientSession() as http, http.post(f"{base}/room/", json={}) as answer:
        yield (await answer.json())["url"]


async def test_the_page_has_devices_from_the_moment_they_are_needed(room: str, tmp_path: Path, chromium: Path) -> None:
    recorder = Recorder()
    meeting = PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)
    try:
        await meeting.join(job(room), recorder)
        await recorder.until(lambda: Admitted() in recorder.facts)
        page = meeting._browser.page
        refused, listed, state = await page.evaluate(ASKS)
        assert (refused, listed, state) == ("refused", [], "denied")
        assert await page.get_attribute(MINE, "data-camera") == await page.get_attribute(MINE, "data-microphone") == "off"

        await meeting.stage.show("camera", stills(file_of((200, 30, 30))))
        await meeting.stage.microphone(True)
        await page.wait_for_selector(f"{MINE}[data-camera=on][data-microphone=on]")
        assert await page.evaluate(ASKS) == [["audio", "video"], ["audioinput", "videoinput"], "granted"]
        assert await page.evaluate(LIVES) == ["ended", "live"], "a page that stops its copy stops nothing else"

        await meeting.stage.show("camera", stills(moving((200, 30, 30), (30, 40, 200))))
        await page.wait_for_function(SHOWS_IN_TURN, timeout=20_000)

        with pytest.raises(Unsupported, match="pin"):
            await meeting.stage.write(Line("Hello", pin=True))
        with pytest.raises(Unsupported, match="'host'"):
            await meeting.stage.write(Line("Hello", to="host"))

        await page.reload()
        await page.wait_for_selector(f"{MINE}[data-camera=on][data-microphone=on]", timeout=30_000)
        await meeting.stage.blank("camera")
        await meeting.stage.microphone(False)
        await page.wait_for_selector(f"{MINE}[data-camera=off][data-microphone=off]")
    finally:
        await meeting.leave()
    assert recorder.logs == []
