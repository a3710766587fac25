"""What a bot is told to show, play and write through the Recall dialect, with a bot at the other end that answers."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Reporting
from tests.fakes.performing import performing

pytestmark = pytest.mark.contract

JPEG, MP3 = b64encode(b"\xff\xd8\xff\xe0picture").decode(), b64encode(b"ID3\x04sound").decode()
PICTURE, SOUND = {"kind": "jpeg", "b64_data": JPEG}, {"kind": "mp3", "b64_data": MP3}
PAGE = {"kind": "webpage", "config": {"url": "https://example.org/page"}}
CALLS: list[tuple[str, str, Any]] = [
    ("POST", "send_chat_message", {"message": "Hello"}), ("POST", "output_video", PICTURE), ("DELETE", "output_video", None),
    ("POST", "output_screenshare", PICTURE), ("DELETE", "output_screenshare", None), ("POST", "output_audio", SOUND),
    ("DELETE", "output_audio", None), ("POST", "output_media", {"camera": PAGE, "screenshare": PAGE}),
    ("DELETE", "output_media", {"camera": True}),
]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def test_every_call_becomes_an_order_and_answers_when_it_is_done(api: ApiServer) -> None:
    async with performing(api) as bot:
        answers = [await bot.call(*call) for call in CALLS]
        assert [answer.status for answer in answers] == [200, 200, 204, 200, 204, 200, 204, 200, 204]
        assert answers[0].json["id"] == bot.bot_id
        assert bot.bodies() == [
            ("send_chat_message", {"message": "Hello", "to": "everyone", "pin": False}),
            ("output_video", {"surface": "camera", "b64_data": JPEG, "url": None}),
            ("stop_output_video", {"surface": "camera"}),
            ("output_video", {"surface": "screenshare", "b64_data": JPEG, "url": None}),
            ("stop_output_video", {"surface": "screenshare"}),
            ("output_audio", {"b64_data": MP3, "url": None}),
            ("stop_output_audio", {}),
            ("output_media", {"pages": {"camera": "https://example.org/page", "screenshare": "https://example.org/page"}}),
            ("stop_output_media", {"surfaces": ["camera"]}),
        ]
        assert await api.core.attendance.orders(bot.bot_id, 0) == []


async def test_what_lies_elsewhere_is_named_by_its_address(api: ApiServer) -> None:
    async with performing(api) as bot:
        await bot.call("POST", "output_video", {"image_url": "https://example.org/a.gif"})
        await bot.call("POST", "output_audio", {"audio_url": "https://example.org/a.ogg"})
        assert [body["url"] for _, body in bot.bodies()] == ["https://example.org/a.gif", "https://example.org/a.ogg"]


async def test_the_bots_own_reason_is_the_answer(api: ApiServer) -> None:
    async with performing(api) as bot:
        for code in ("not_supported", "invalid_media", "superseded", "output_failed"):
            bot.error = {"code": code, "message": "It cannot."}
            refused = await bot.call("POST", "send_chat_message", {"message": "Hello"})
            assert (refused.status, refused.json) == (400, {"code": code, "detail": "It cannot."})


async def test_an_order_that_nobody_takes_is_given_up(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    await api.core.attendance.take(bot_id, generation, Reporting(bot_id).joined())
    answer = await api.call("POST", f"/api/v1/bot/{bot_id}/send_chat_message/", json={"message": "Hello"})
    assert (answer.status, answer.json["code"]) == (504, "bot_not_responding")
    [order] = await api.core.attendance.orders(bot_id, 0)
    assert order.body["until_ms"] >= api.core.clock.now_ms(), "whoever takes it later sees that it is too late"


@pytest.mark.parametrize(("method", "name", "body"), CALLS)
async def test_before_and_after_the_call_there_is_nothing_to_command(
    api: ApiServer, method: str, name: str, body: Any,
) -> None:
    bot_id = (await api.create())["id"]
    early = await api.call(method, f"/api/v1/bot/{bot_id}/{name}/", json=body)
    assert (early.status, early.json["code"]) == (400, "cannot_command_unstarted_bot")
    await api.call("POST", f"/api/v1/bot/{bot_id}/leave_call/")
    late = await api.call(method, f"/api/v1/bot/{bot_id}/{name}/", json=body)
    assert (late.status, late.json["code"]) == (400, "cannot_command_completed_bot")


@pytest.mark.parametrize(("name", "body", "field", "words"), [
    ("send_chat_message", {}, "message", "required"),
    ("send_chat_message", {"message": "x" * 4097}, "message", "4096"),
    ("output_video", {"kind": "jpeg"}, "non_field_errors", "image_url"),
    ("output_video", {"kind": "jpeg", "b64_data": "#"}, "b64_data", "base64"),
    ("output_video", {"kind": "jpeg", "b64_data": MP3}, "b64_data", "JPEG, PNG or GIF"),
    ("output_screenshare", {"kind": "webp", "b64_data": JPEG}, "kind", "jpeg"),
    ("output_audio", {"kind": "mp3", "b64_data": JPEG}, "b64_data", "MP3, OGG or WAV"),
    ("output_media", {}, "non_field_errors", "camera or screenshare"),
    ("output_media", {"camera": {"kind": "video", "config": {"url": "https://example.org/"}}}, "camera", "webpage"),
    ("output_media", {"screenshare": {"kind": "webpage", "config": {"url": "file:///etc/passwd"}}}, "screenshare", "http"),
])
async def test_what_cannot_be_shown_or_played_is_refused_by_its_field(
    api: ApiServer, name: str, body: Any, field: str, words: str,
) -> None:
    async with performing(api) as bot:
        refused = await bot.call("POST", name, body)
        assert refused.status == 400
        assert words in str(refused.json[field])
        assert bot.orders == []


async def test_whoever_stops_pages_says_which(api: ApiServer) -> None:
    async with performing(api) as bot:
        for body in (None, {}, {"camera": False}):
            refused = await bot.call("DELETE", "output_media", body)
            assert (refused.status, "camera" in str(refused.json["non_field_errors"])) == (400, True)
        assert bot.orders == []


async def test_a_file_has_a_size_that_it_may_have(api: ApiServer) -> None:
    async with performing(api) as bot:
        body = json.dumps({"kind": "mp3", "b64_data": MP3 + "A" * 1_835_008}).encode()
        refused = await api.call("POST", f"/api/v1/bot/{bot.bot_id}/output_audio/", data=io.BytesIO(body),
                                 headers={"Content-Type": "application/json"})
        assert (refused.status, "1835008" in refused.json["b64_data"][0]) == (400, True)


async def test_a_bot_is_told_what_it_does_by_itself(api: ApiServer) -> None:
    video, audio = {"in_call_recording": PICTURE}, {"in_call_recording": {"data": SOUND}}
    chat = {"on_bot_join": {"send_to": "everyone", "message": "Hello"}}
    bot_id, generation = await api.core.next((await api.create(
        chat=chat, bot_avatar_url="https://example.org/a.png", automatic_audio_output=audio,
        recording_config={"automatic_video_output": video},
    ))["id"])
    job = (await api.core.hello(bot_id, generation)).job
    assert job["outputs"] == {
        "automatic_video_output": video, "automatic_audio_output": audio, "chat": chat,
        "bot_avatar_url": "https://example.org/a.png",
    }
    assert "automatic_video_output" not in job["recording_config"], "what a recording follows stays small"
    shown = await api.get(f"/api/v1/bot/{bot_id}/")
    assert shown["recording_config"]["automatic_video_output"] == {"in_call_recording": {"kind": "jpeg"}}
