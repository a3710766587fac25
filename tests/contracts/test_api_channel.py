"""The bots' internal channel on a real socket: greeting, facts, orders, fencing, uploads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from rapporteur.wire import control
from rapporteur.wire.control import (
    Acknowledge,
    Fenced,
    Hello,
    Order,
    PassGranted,
    PassWanted,
    Uploads,
    UploadsWanted,
    Welcome,
)
from tests.fakes.api_server import ApiServer, attending, serving
from tests.fakes.core import START_MS, Reporting
from tests.fakes.speech_providers import KEY, Deepgram, open_for_business

pytestmark = pytest.mark.contract


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def launched(api: ApiServer) -> tuple[str, int]:
    return await api.core.next((await api.create())["id"])


async def test_a_bot_is_welcomed_with_its_job_and_its_facts_are_acknowledged(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    async with attending(api, bot_id, generation) as bot:
        welcome = await bot.hear()
        assert isinstance(welcome, Welcome)
        assert (welcome.acknowledged, welcome.now_ms) == (0, START_MS)
        assert (welcome.job["bot_id"], welcome.job["task"], welcome.job["platform"]) == (bot_id, "attend", "room")
        facts = Reporting(bot_id).joined()
        await bot.say(*facts)
        await bot.acknowledged(3)
        await bot.say(*facts, control.Heartbeat(START_MS, 12))
    assert await api.core.states(bot_id) == ["ready", "joining_call", "in_waiting_room", "in_call_not_recording"]
    async with attending(api, bot_id, generation) as bot:
        again = await bot.hear()
        assert isinstance(again, Welcome)
        assert again.acknowledged == 3, "a bot that comes back learns what is safe"


async def test_orders_come_down_at_once_and_again_until_they_are_acknowledged(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    async with attending(api, bot_id, generation) as bot:
        await bot.hear()
        assert (await api.call("POST", f"/api/v1/bot/{bot_id}/leave_call/")).status == 200
        assert await bot.hear() == Order(1, "leave_call", {})
    async with attending(api, bot_id, generation) as bot:
        assert isinstance(await bot.hear(), Welcome)
        assert await bot.hear() == Order(1, "leave_call", {})
        await bot.say(Acknowledge(1), *Reporting(bot_id).joined())
        await bot.acknowledged(3)
    assert await api.core.attendance.orders(bot_id, 0) == []


async def test_an_older_generation_is_fenced_at_the_door_and_in_mid_sentence(api: ApiServer) -> None:
    bot_id, first = await launched(api)
    async with attending(api, bot_id, first) as bot:
        await bot.hear()
        await api.core.next(bot_id)
        await bot.say(*Reporting(bot_id).joined())
        assert isinstance(await bot.hear(), Fenced)
        assert (await bot.socket.receive()).type is aiohttp.WSMsgType.CLOSE
    async with attending(api, bot_id, first) as bot:
        assert isinstance(await bot.hear(), Fenced)
    assert await api.core.states(bot_id) == ["ready"]


async def test_a_stranger_is_turned_away(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await api.http.ws_connect(f"{api.url}/internal/bots/{bot_id}/control")
    assert refusal.value.status == 401
    async with attending(api, bot_id, generation, token="wrong") as bot:
        assert (await bot.socket.receive()).data == 4401
    async with attending(api, bot_id, generation + 1, token=api.core.launcher.launched[-1][2].token) as bot:
        assert (await bot.socket.receive()).data == 4401, "a token is good for its own generation alone"


async def test_a_greeting_that_is_none_closes_the_channel(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    token = api.core.launcher.launched[-1][2].token
    headers = {"Authorization": f"Bearer {token}"}
    wrong = [Hello("another", generation, 0), Hello(bot_id, generation, 0, version=99), Acknowledge(1)]
    for text in ("nonsense", *(control.encode(message) for message in wrong)):
        async with api.http.ws_connect(f"{api.url}/internal/bots/{bot_id}/control", headers=headers) as socket:
            await socket.send_str(text)
            assert (await socket.receive()).data == 4400


async def test_a_message_of_a_later_version_is_passed_over(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    async with attending(api, bot_id, generation) as bot:
        await bot.hear()
        await bot.socket.send_str('{"type": "of_the_future"}')
        await bot.say(*Reporting(bot_id).joined())
        await bot.acknowledged(3)


async def test_files_are_stored_by_signed_puts_and_by_nothing_else(api: ApiServer) -> None:
    bot_id, generation = await launched(api)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    async with attending(api, bot_id, generation) as bot:
        await bot.hear()
        await bot.say(*report.joined(), *report.recording(recording_id))
        await bot.acknowledged(5)
        await bot.say(UploadsWanted(7, [{"recording_id": recording_id, "name": "video_mixed.mp4"}]))
        granted = await bot.hear()
    assert isinstance(granted, Uploads)
    [file] = granted.files
    assert granted.request == 7
    assert file["url"].startswith(f"{api.url}/internal/blobs/"), "a bot dials the address it knows"
    put = await api.call("PUT", file["url"], key=None, data=b"x" * 300_000)
    assert (put.status, put.json["size"]) == (201, 300_000)
    assert await api.core.blobs.size(file["key"]) == 300_000
    for url in (file["url"] + "0", file["url"].replace("video_mixed.mp4", "other.mp4"), file["url"].partition("?")[0]):
        assert (await api.call("PUT", url, key=None, data=b"x")).status == 403
    got = await api.call("GET", file["url"].replace("/internal/blobs/", "/media/"), key=None)
    assert got.status == 403, "a PUT's signature reads nothing"
    api.core.clock.at_ms += 3_601_000
    assert (await api.call("PUT", file["url"], key=None, data=b"x")).json["code"] == "link_expired"


async def test_a_bot_is_given_a_token_for_each_connection_and_is_never_told_the_key(api: ApiServer) -> None:
    async with open_for_business(Deepgram(api.core.clock)) as vendor:
        secrets = {"api_key": KEY, "base_url": vendor.address}
        assert (await api.call("PUT", "/rapporteur/v1/providers/deepgram/", json={"secrets": secrets})).status == 200
        transcribed = {"transcript": {"provider": {"deepgram_streaming": {}}}}
        bot_id, generation = await api.core.next((await api.create(recording_config=transcribed))["id"])
        async with attending(api, bot_id, generation) as bot:
            said = [await bot.hear()]
            await bot.say(PassWanted(1, "deepgram"))
            said.append(await bot.hear())
            await bot.say(PassWanted(2, "assemblyai"))
            said.append(await bot.hear())
        welcome, granted, refused = said
        assert isinstance(welcome, Welcome)
        assert isinstance(granted, PassGranted)
        assert welcome.job["accounts"] == {"deepgram": {"api_key": "", "base_url": vendor.address}}
        assert (granted.request, granted.minted) == (1, True)
        assert vendor.opens(granted.secret or "")
        assert refused == PassGranted(2, None, status=404), "an account that none of its recordings needs"
        assert KEY not in "".join(control.encode(message) for message in said)


async def test_an_upload_that_breaks_off_stores_nothing(api: ApiServer) -> None:
    path = api.core.links.sign_put("w/x/video_mixed.mp4")

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        raise ConnectionResetError

    with pytest.raises(aiohttp.ClientError):
        await api.call("PUT", path, key=None, data=broken())
    assert await api.core.blobs.size("w/x/video_mixed.mp4") is None
