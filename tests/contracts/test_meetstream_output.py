"""What a bot is told to write and show through the MeetStream dialect, with a bot at the other end that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.api_server import Answer, ApiServer, serving
from tests.fakes.core import Reporting
from tests.fakes.performing import performing

pytestmark = pytest.mark.contract


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def call(api: ApiServer, bot_id: str, command: str, body: Any) -> Answer:
    return await api.call("POST", f"/api/v1/bots/{bot_id}/{command}", json=body)


async def test_messages_and_pictures_are_orders_of_the_core(api: ApiServer) -> None:
    async with performing(api) as bot:
        written = await call(api, bot.bot_id, "send_message", {"message": "Hello", "metadata": {"message_type": "text"}})
        assert (written.status, written.json) == (
            200, {"status": "accepted", "bot_id": bot.bot_id, "command": "send_message"})
        shown = await call(api, bot.bot_id, "send_image", {"img_url": "https://example.org/a.png", "display_duration": 5})
        assert (shown.status, shown.json["command"]) == (200, "send_image")
        assert bot.bodies() == [
            ("send_chat_message", {"message": "Hello", "to": "everyone", "pin": False}),
            ("output_video", {"surface": "camera", "b64_data": None, "url": "https://example.org/a.png", "duration_s": 5}),
        ]


@pytest.mark.parametrize(("code", "status"), [
    ("not_supported", 501), ("invalid_media", 400), ("destination_failure", 400), ("output_failed", 409),
])
async def test_what_the_bot_could_not_do_has_its_status(api: ApiServer, code: str, status: int) -> None:
    async with performing(api) as bot:
        bot.error = {"code": code, "message": "It cannot."}
        refused = await call(api, bot.bot_id, "send_image", {"img_url": "https://example.org/a.png"})
        assert refused.status == status
        assert "It cannot." in refused.json["message"]


async def test_outside_a_meeting_nothing_is_written_and_a_silent_bot_is_told_apart(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    assert (await call(api, bot_id, "send_message", {"message": "Hello"})).status == 409
    _, generation = await api.core.next(bot_id)
    await api.core.attendance.take(bot_id, generation, Reporting(bot_id).joined())
    silent = await call(api, bot_id, "send_message", {"message": "Hello"})
    assert (silent.status, silent.json["code"]) == (503, "bot_not_responding")
    for command, body in (("send_message", {}), ("send_image", {"img_url": "data:image/png;base64,AAAA"})):
        assert (await call(api, bot_id, command, body)).status == 400


async def test_message_and_picture_of_the_request_are_what_the_bot_does_by_itself(api: ApiServer) -> None:
    sent = {"meeting_link": "http://127.0.0.1:8000/room/weekly-sync", "bot_message": "Hello, I take notes.",
            "bot_image_url": "https://example.org/a.png"}
    made = await api.call("POST", "/api/v1/bots/create_bot", json=sent)
    bot_id, generation = await api.core.next(made.json["bot_id"])
    assert (await api.core.hello(bot_id, generation)).job["outputs"] == {
        "bot_avatar_url": "https://example.org/a.png",
        "chat": {"on_bot_join": {"send_to": "everyone", "message": "Hello, I take notes."}},
    }
