"""Screenshots by the API, from the bot that takes them to the link that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.bot.screenshots import EVERY_S, LOOK_S, photograph
from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.ids import new_id
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.timeline import iso
from rapporteur.services.rows import ScreenshotRow
from rapporteur.wire import control
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import START_MS, FrozenClock, Reporting

pytestmark = pytest.mark.contract


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def taken(api: ApiServer, bot_id: str, generation: int, report: Reporting) -> str:
    """The bot has taken a screenshot and stored it."""
    screenshot_id = new_id()
    wanted = {"recording_id": "", "name": control.screenshot_name(screenshot_id)}
    [grant] = await api.core.attendance.uploads(bot_id, generation, [wanted])
    assert (await api.call("PUT", grant["path"], key=None, data=b"jpeg")).status == 201
    await api.core.attendance.take(bot_id, generation, [report.fact(control.SCREENSHOT_TAKEN, id=screenshot_id)])
    return screenshot_id


async def test_screenshots_are_a_bare_list_and_play_without_a_key(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    first, second = [await taken(api, bot_id, generation, report) for _ in range(2)]
    address = f"/api/v1/bot/{bot_id}/screenshots/"
    listed = await api.get(address)
    assert [s["id"] for s in listed] == [second, first]
    assert listed[1].keys() == {"id", "recorded_at", "url"}
    assert listed[1]["recorded_at"] == iso(START_MS + 1000)
    shown = await api.call("GET", listed[0]["url"], key=None)
    assert (shown.raw, shown.headers["Content-Type"]) == (b"jpeg", "image/jpeg")
    assert (await api.get(f"{address}{first}/"))["recorded_at"] == listed[1]["recorded_at"]
    later = await api.get(f"{address}?recorded_at_after={iso(START_MS + 1500)}&continuation_token=&action=&meta=")
    assert [s["id"] for s in later] == [second]
    assert await api.get(f"{address}?recorded_at_before={iso(START_MS)}") == []
    assert (await api.call("GET", f"{address}{new_id()}/")).status == 404
    assert (await api.call("GET", f"/api/v1/bot/{new_id()}/screenshots/")).status == 404


async def test_screenshots_go_with_the_media(api: ApiServer) -> None:
    bot_id, _ = await api.recorded()
    key = f"w/{api.core.workspace_id}/bots/{bot_id}/screenshots/{control.screenshot_name(shot := new_id())}"
    await api.core.stored(key)
    row = ScreenshotRow(shot, api.core.workspace_id, bot_id, START_MS, key)
    await api.core.store.write(lambda tx: tx.screenshots.add(row))
    assert (await api.call("POST", f"/api/v1/bot/{bot_id}/delete_media/")).status == 200
    assert await api.get(f"/api/v1/bot/{bot_id}/screenshots/") == []
    assert await api.core.blobs.size(key) is None


async def test_screenshots_are_kept_for_a_week_at_most(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    _, generation = await api.core.next(bot_id)
    await taken(api, bot_id, generation, Reporting(bot_id))
    api.core.clock.at_ms += 7 * 24 * 3600 * 1000 + 2000
    await api.core.deletion.due()
    assert await api.get(f"/api/v1/bot/{bot_id}/screenshots/") == []


async def test_evidence_tells_what_a_page_looked_like_with_its_picture_or_without(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    told = {"screen": "denied", "text": "You can't join this call", "console": ["error: refused"],
            "matched": {"screen/denied.1": 1}}
    await api.core.attendance.take(bot_id, generation, [report.fact(
        control.SCREENSHOT_TAKEN, id=new_id(), evidence=told | {"pictured": pictured}) for pictured in (False, True)])
    found = await api.get(f"/rapporteur/v1/bots/{bot_id}/evidence/")
    assert [{name: each[name] for name in told} for each in found["results"]] == [told, told]
    assert [each["picture"] is not None for each in found["results"]] == [True, False]
    assert [s["id"] for s in await api.get(f"/api/v1/bot/{bot_id}/screenshots/")] == [found["results"][0]["id"]]
    await api.core.store.write(lambda tx: tx.screenshots.remove([each["id"] for each in found["results"]]))
    assert (await api.get(f"/rapporteur/v1/bots/{bot_id}/evidence/"))["results"] == []
    assert (await api.call("GET", f"/rapporteur/v1/bots/{new_id()}/evidence/")).status == 404


async def test_where_nothing_is_kept_there_are_none(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"retention": None}))["id"]
    _, generation = await api.core.next(bot_id)
    await api.core.attendance.take(
        bot_id, generation, [Reporting(bot_id).fact(control.SCREENSHOT_TAKEN, id=new_id())])
    assert await api.get(f"/api/v1/bot/{bot_id}/screenshots/") == []


async def test_a_bot_stores_screenshots_and_artifacts_and_nothing_else(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    _, generation = await api.core.next(bot_id)
    for name in ("screenshot-../../x.jpg", "screenshot-.jpg", "video_mixed.mp4"):
        with pytest.raises(InvalidRequest):
            await api.core.attendance.uploads(bot_id, generation, [{"recording_id": "", "name": name}])


class Camera:
    """Shows a page, and lets time pass until a test has seen enough."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.state, self.on_record = BotState.JOINING_CALL, False
        self.kept_s: list[float] = []

    async def screenshot(self) -> bytes | None:
        return b"jpeg"

    async def keep(self, picture: bytes, at_ms: float) -> None:
        self.kept_s.append((at_ms - START_MS) / 1000)

    async def work(self, until_s: float) -> list[float]:
        running = asyncio.create_task(photograph(
            self, lambda: self.state, lambda: self.on_record, self.keep, self.clock))
        while self.clock.at_ms < START_MS + until_s * 1000:
            await asyncio.sleep(0)
        running.cancel()
        return self.kept_s


async def test_a_picture_is_taken_of_each_state_and_once_a_minute() -> None:
    camera = Camera(FrozenClock())
    assert await camera.work(EVERY_S + 2 * LOOK_S) == [LOOK_S, EVERY_S + LOOK_S]
    camera.state, camera.on_record = BotState.IN_CALL_RECORDING, True
    assert len(await camera.work(EVERY_S + 4 * LOOK_S)) == 3


async def test_nobody_is_photographed_who_is_not_recorded() -> None:
    camera = Camera(FrozenClock())
    camera.state = BotState.IN_CALL_NOT_RECORDING
    assert await camera.work(3 * EVERY_S) == []
