"""Deleting media through the Recall dialect: of a bot, of a recording, of an artifact."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.api_server import ApiServer, serving

pytestmark = pytest.mark.contract


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def test_the_media_of_a_bot_is_gone_and_its_history_stays(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded({"video_mixed.mp4": b"moving"}, metadata={"deal": "42"})
    link = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"][0]["media_shortcuts"]["video_mixed"]["data"]["download_url"]
    for path in (f"/api/v1/bot/{bot_id}/delete_media/", f"/api/v1/bot/{bot_id}/delete_media"):
        answer = await api.call("POST", path)
        assert answer.status == 200
        bot = answer.json
        assert (bot["status"]["code"], bot["status_changes"][-1]["code"]) == ("bot.media_expired", "media_expired")
        assert (bot["metadata"], bot["meeting_url"]["platform"]) == ({"deal": "42"}, "room")
        [recording] = bot["recordings"]
        assert recording["status"]["code"] == "deleted"
        for shortcut in recording["media_shortcuts"].values():
            if shortcut:
                assert shortcut["status"]["code"] == "deleted"
                assert not [v for k, v in shortcut["data"].items() if k.endswith("download_url") and v]
    assert (await api.call("GET", link, key=None)).status == 404, "also for who has a link already"
    assert (await api.get(f"/api/v1/recording/{recording_id}/"))["status"]["code"] == "deleted"
    listed = await api.get("/api/v1/video_mixed/?status_code=deleted")
    assert [artifact["recording"]["id"] for artifact in listed["results"]] == [recording_id]


async def test_a_recording_and_an_artifact_are_deleted_by_their_own_addresses(api: ApiServer) -> None:
    _, recording_id = await api.recorded()
    shortcuts = (await api.get(f"/api/v1/recording/{recording_id}/"))["media_shortcuts"]
    video = f"/api/v1/video_mixed/{shortcuts['video_mixed']['id']}/"
    for _ in range(2):
        deleted = await api.call("DELETE", video)
        assert (deleted.status, deleted.raw) == (204, b"")
    assert (await api.get(video))["status"]["code"] == "deleted"
    assert (await api.get(f"/api/v1/recording/{recording_id}/"))["status"]["code"] == "done"
    assert (await api.call("DELETE", f"/api/v1/recording/{recording_id}/")).status == 204
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    assert {s["status"]["code"] for s in recording["media_shortcuts"].values() if s} == {"deleted"}


async def test_what_is_not_there_or_not_ready_is_refused(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    early = await api.call("POST", f"/api/v1/bot/{bot_id}/delete_media/")
    assert (early.status, early.json["code"]) == (400, "cannot_command_unstarted_bot")
    await api.core.next(bot_id)
    busy = await api.call("POST", f"/api/v1/bot/{bot_id}/delete_media/")
    assert (busy.status, busy.json["code"]) == (400, "media_in_progress")
    nowhere = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
    for method, path in (("POST", f"bot/{nowhere}/delete_media"), ("DELETE", f"recording/{nowhere}"),
                         ("DELETE", f"transcript/{nowhere}")):
        assert (await api.call(method, f"/api/v1/{path}/")).status == 404
