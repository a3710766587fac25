"""Scheduled bots by the API: what may be changed until when, and who is turned away when every place is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.timeline import iso
from rapporteur.settings import Settings
from tests.fakes.api_server import ROOM, Answer, ApiServer, serving
from tests.fakes.core import START_MS

pytestmark = pytest.mark.contract

MINUTE_MS = 60_000.0


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


def at(minutes: float) -> str:
    return iso(START_MS + minutes * MINUTE_MS)


async def patch(api: ApiServer, bot: Any, **options: Any) -> Answer:
    return await api.call("PATCH", f"/api/v1/bot/{bot['id']}/", **options)


async def test_every_field_of_a_scheduled_bot_can_be_changed(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60), bot_name="Old", metadata={"a": "1"}, external_id="x", meeting_password="abc",
                           recording_config={"audio_mixed_mp3": {}})
    changed = await patch(api, bot, json={
        "join_at": at(90), "bot_name": "New", "metadata": {"b": "2"}, "automatic_leave": {"waiting_room_timeout": 60},
        "recording_config": {"video_mixed_mp4": None, "retention": {"type": "forever"}},
        "meeting_url": "http://127.0.0.1:8000/room/another", "bot_avatar_url": "https://example.org/a.png",
    })
    assert changed.status == 200, changed.raw
    read = await api.get(f"/api/v1/bot/{bot['id']}/")
    assert read == changed.json
    assert (read["join_at"], read["bot_name"], read["metadata"], read["external_id"]) == (at(90), "New", {"b": "2"}, "x")
    assert read["meeting_url"] == {"platform": "room", "meeting_id": "another", "meeting_password": None}
    assert (read["automatic_leave"]["waiting_room_timeout"], read["automatic_leave"]["noone_joined_timeout"]) == (60, 1200)
    assert (read["recording_config"]["video_mixed_mp4"], read["recording_config"]["audio_mixed_mp3"]) == (None, None)
    assert api.core.engine.attended == [(bot["id"], START_MS + 60 * MINUTE_MS), (bot["id"], START_MS + 90 * MINUTE_MS)]


async def test_what_is_not_sent_stays(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60), metadata={"a": "1"}, meeting_password="abc", recording_config={
        "audio_mixed_mp3": {"metadata": {"m": "1"}}, "retention": None,
        "realtime_endpoints": [{"type": "webhook", "url": "https://example.org/", "events": ["bot.status_change"]}]})
    for _ in range(2):
        changed = await patch(api, bot, json={"bot_name": "New"})
        assert changed.json == bot | {"bot_name": "New"}


async def test_unknown_keys_of_a_change_are_named_too(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60))
    changed = await patch(api, bot, json={"bot_nam": "x", "recording_config": {"audio_mixed": {}}})
    assert changed.headers["X-Rapporteur-Unknown-Keys"] == "bot_nam, recording_config.audio_mixed"
    assert [line["level"] for line in await api.get(f"/api/v1/bot/{bot['id']}/logs/")] == ["info", "info"]


@pytest.mark.parametrize("form", [{"data": {"bot_name": "Form", "metadata": '{"a": "1"}'}}, {"json": {
    "bot_name": "Form", "metadata": {"a": "1"}}}])
async def test_changes_are_taken_as_forms_and_as_json(api: ApiServer, form: dict[str, Any]) -> None:
    bot = await api.create(join_at=at(60))
    changed = await patch(api, bot, **form)
    assert (changed.status, changed.json["bot_name"], changed.json["metadata"]) == (200, "Form", {"a": "1"})


async def test_within_ten_minutes_nothing_is_changed_or_deleted_and_the_bot_can_leave(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60))
    api.core.clock.at_ms += 50 * MINUTE_MS
    address = f"/api/v1/bot/{bot['id']}/"
    for answer in (await patch(api, bot, json={"bot_name": "New"}), await api.call("DELETE", address)):
        assert (answer.status, answer.json["code"]) == (400, "update_bot_failed")
    left = await api.call("POST", f"{address}leave_call/")
    assert [s["code"] for s in left.json["status_changes"]] == ["ready", "call_ended", "done"]


async def test_a_bot_is_not_moved_to_within_ten_minutes(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60))
    for join_at in (at(10), at(-1), None):
        answer = await patch(api, bot, json={"join_at": join_at})
        assert (answer.status, answer.json["code"]) == (400, "update_bot_failed"), join_at
    assert (await patch(api, bot, json={"join_at": at(10.01)})).status == 200


async def test_a_dispatched_bot_is_neither_changed_nor_deleted(api: ApiServer) -> None:
    bot = await api.create()
    await api.core.next(bot["id"])
    changed = await patch(api, bot, json={"bot_name": "New"})
    assert (changed.status, changed.json["code"]) == (400, "update_bot_failed")
    assert (await api.call("DELETE", f"/api/v1/bot/{bot['id']}/")).status == 405


async def test_a_change_that_is_not_valid_names_its_field(api: ApiServer) -> None:
    bot = await api.create(join_at=at(60))
    answer = await patch(api, bot, json={"recording_config": {"video_mixed_layout": "mosaic"}})
    assert (answer.status, list(answer.json)) == (400, ["recording_config"])


async def test_the_events_of_a_changed_bot_go_to_its_new_endpoints_alone(api: ApiServer) -> None:
    def config(name: str) -> dict[str, Any]:
        return {"realtime_endpoints": [{"type": "webhook", "url": f"https://example.org/{name}", "events": ["bot.fatal"]}]}

    bot = await api.create(join_at=at(60), recording_config=config("old"))
    await patch(api, bot, json={"recording_config": config("new")})
    endpoints = await api.core.store.read(
        lambda tx: tx.webhooks.endpoints_for(api.core.workspace_id, bot["id"], "bot.fatal"))
    assert [e.url for e in endpoints] == ["https://example.org/new"]


async def test_join_at_is_read_until_the_bot_has_joined(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(join_at=at(5))
    bot = await api.get(f"/api/v1/bot/{bot_id}/")
    assert bot["join_at"] is None
    assert {b["id"] for b in (await api.get(f"/api/v1/bot/?join_at_after={at(4)}"))["results"]} == {bot_id}


async def test_who_wants_a_place_when_all_are_taken_is_told_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path, Settings(max_bots=2)) as api:
        first = await api.create()
        await api.create(join_at=at(9))
        full = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM})
        assert (full.status, full.json["code"], full.headers["Retry-After"]) == (507, "adhoc_pool_depleted", "30")
        await api.create(join_at=at(10.1))
        await api.call("POST", f"/api/v1/bot/{first['id']}/leave_call/")
        await api.create()


async def test_a_place_is_free_when_its_bot_is_out_of_its_meeting(tmp_path: Path) -> None:
    async with serving(tmp_path, Settings(max_bots=1)) as api:
        await api.recorded()
        await api.create()
