"""Zoom's media streams by the API: how a bot is sent to one, and what Zoom's own webhooks do."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.zoom_streams import webhook_signature
from rapporteur.wire.control import STREAM_CHANGED, Order, Welcome
from tests.fakes.api_server import ROOM, Answer, ApiServer, attending, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

LINK = "https://zoom.us/j/85746065432"
STREAM = {"meeting_uuid": "uuid==", "rtms_stream_id": "stream-1", "server_urls": "wss://rtms.zoom.example/signalling"}
SECRETS = {"client_id": "app", "client_secret": "cs-0123456789", "webhook_secret": "ws-0123456789"}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def keep(api: ApiServer, **secrets: str) -> None:
    answer = await api.call("PUT", "/rapporteur/v1/providers/zoom_rtms/", json={"secrets": SECRETS | secrets})
    assert answer.status == 200
    assert "0123456789" not in answer.raw.decode()


async def webhook(api: ApiServer, event: str = "meeting.rtms_started", *, secret: str = SECRETS["webhook_secret"],
                  age_s: float = 0, **payload: Any) -> Answer:
    body = json.dumps({"event": event, "event_ts": 1, "payload": payload}).encode()
    timestamp = str(round(api.core.clock.now_ms() / 1000 - age_s))
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": webhook_signature(secret, timestamp, body),
               "content-type": "application/json"}
    return await api.call("POST", f"/rapporteur/v1/zoom/rtms/{api.core.workspace_id}/", key=None, headers=headers, data=body)


async def job(api: ApiServer, bot_id: str) -> dict[str, Any]:
    """What the bot is told when it sets out."""
    _, generation = await api.core.next(bot_id)
    return (await api.core.hello(bot_id, generation)).job


def signed(stream_id: str = "stream-1") -> str:
    message = f"app,uuid==,{stream_id}".encode()
    return hmac.new(SECRETS["client_secret"].encode(), message, hashlib.sha256).hexdigest()


# --- creation -----------------------------------------------------------------------------------------------------------


async def test_a_bot_is_handed_the_signature_of_its_stream_and_no_secret(api: ApiServer) -> None:
    await keep(api)
    bot = await api.create(meeting_url=LINK, zoom={"rtms": STREAM})
    assert bot["zoom"] == {"rtms": STREAM}
    assert bot["meeting_url"] == {"platform": "zoom", "meeting_id": "85746065432", "meeting_password": None}
    told = await job(api, bot["id"])
    assert told["stream"] == STREAM | {"signature": signed()}
    assert "cs-0123456789" not in json.dumps(told)


async def test_a_signature_of_ones_own_opens_a_stream_without_an_account_and_is_not_read_back(api: ApiServer) -> None:
    bot = await api.create(meeting_url=LINK, zoom={"rtms": STREAM | {"signature": "abc"}})
    assert bot["zoom"] == {"rtms": STREAM}
    assert (await job(api, bot["id"]))["stream"]["signature"] == "abc"


async def test_a_stream_that_nothing_could_open_is_refused_with_the_remedy(api: ApiServer) -> None:
    for stream in (STREAM, {}):
        refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": LINK, "zoom": {"rtms": stream}})
        assert refused.status == 400
        [sentence] = refused.json["zoom"]["rtms"]
        assert "client_id and client_secret" in sentence or "webhook_secret" in sentence
        assert "/rapporteur/v1/providers/zoom_rtms/" in sentence


async def test_what_names_half_a_stream_or_none_of_zooms_is_refused(api: ApiServer) -> None:
    await keep(api)
    half = await api.call("POST", "/api/v1/bot/", json={"meeting_url": LINK, "zoom": {"rtms": {"rtms_stream_id": "s"}}})
    assert half.json == {"zoom": {"rtms": ["A stream is named by all of meeting_uuid, rtms_stream_id, server_urls."]}}
    elsewhere = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, "zoom": {"rtms": STREAM}})
    assert elsewhere.json == {"zoom": {"rtms": ["Only meetings of zoom have such streams."]}}
    addressed = STREAM | {"server_urls": "https://rtms.zoom.example/"}
    other = await api.call("POST", "/api/v1/bot/", json={"meeting_url": LINK, "zoom": {"rtms": addressed}})
    assert list(other.json["zoom"]["rtms"]) == ["server_urls"]


@pytest.mark.parametrize("does", [
    {"chat": {"on_bot_join": {"message": "Hello"}}}, {"bot_avatar_url": "https://example.org/a.png"},
    {"automatic_audio_output": {"in_call_recording": {"audio_url": "https://example.org/a.mp3"}}},
    {"output_media": {"camera": {"kind": "webpage", "config": {"url": "https://example.org"}}}},
])
async def test_what_a_bot_would_do_in_the_meeting_is_refused_by_name(api: ApiServer, does: dict[str, Any]) -> None:
    await keep(api)
    refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": LINK, "zoom": {"rtms": STREAM}} | does)
    assert (refused.status, refused.json["code"]) == (400, "not_supported")
    assert next(iter(does)) in refused.json["detail"]


async def test_captions_may_be_asked_of_a_stream_and_of_no_page(api: ApiServer) -> None:
    await keep(api)
    captions = {"transcript": {"provider": {"meeting_captions": {}}}}
    bot = await api.create(meeting_url=LINK, zoom={"rtms": STREAM}, recording_config=captions)
    plain = await api.create(meeting_url=LINK, zoom={"rtms": STREAM | {"rtms_stream_id": "stream-2"}})
    started = []
    for made in (bot, plain):
        _, generation = await api.core.next(made["id"])
        await api.core.hello(made["id"], generation)
        await api.core.attendance.take(made["id"], generation, Reporting(made["id"]).joined())
        started.append(await api.call("POST", f"/api/v1/bot/{made['id']}/start_recording/", json=captions))
    assert started[0].status == 200
    # A stream brings captions only if it was begun with them.
    assert (started[1].status, started[1].json["code"]) == (400, "not_supported")


# --- Zoom's webhooks ----------------------------------------------------------------------------------------------------


async def test_the_endpoint_proves_itself_to_zoom(api: ApiServer) -> None:
    await keep(api)
    answer = await webhook(api, "endpoint.url_validation", plainToken="qgg8vlvZRS6UYooatFL8Aw")
    proof = hmac.new(SECRETS["webhook_secret"].encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    assert (answer.status, answer.json) == (200, {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof})


async def test_nobody_has_a_webhook_of_their_own_signed_as_a_challenge(api: ApiServer) -> None:
    await keep(api)
    answer = await webhook(api, "endpoint.url_validation", plainToken='v0:1700000000:{"event":"meeting.rtms_started"}')
    assert answer.status == 400
    assert "encryptedToken" not in answer.raw.decode()


async def test_only_zooms_own_webhooks_of_now_are_taken(api: ApiServer) -> None:
    assert (await webhook(api, **STREAM)).status == 404
    await keep(api)
    assert (await webhook(api, secret="guess", **STREAM)).status == 401
    assert (await webhook(api, age_s=600, **STREAM)).status == 401
    assert (await webhook(api, "meeting.ended", meeting_uuid="uuid==")).json == {}
    assert (await api.get("/api/v1/bot/"))["results"] == []


async def test_a_stream_for_which_no_bot_waits_gets_one_and_only_one(api: ApiServer) -> None:
    await keep(api, bot=json.dumps({"bot_name": "Scribe", "metadata": {"team": "sales"}}))
    bot_id = (await webhook(api, **STREAM)).json["bot_id"]
    assert (await webhook(api, **STREAM)).json == {"bot_id": bot_id}
    [bot] = (await api.get("/api/v1/bot/"))["results"]
    assert (bot["id"], bot["bot_name"], bot["metadata"], bot["zoom"]) == (bot_id, "Scribe", {"team": "sales"}, {"rtms": STREAM})
    assert bot["meeting_url"] == {"platform": "zoom", "meeting_id": "uuid==", "meeting_password": None}
    assert (await job(api, bot_id))["stream"] == STREAM | {"signature": signed()}


async def test_a_workspace_may_want_no_bots_but_those_it_sends(api: ApiServer) -> None:
    await keep(api, bot="off")
    assert (await webhook(api, **STREAM)).json == {}
    assert (await api.get("/api/v1/bot/"))["results"] == []


@pytest.mark.parametrize("waits_for", [{}, {"meeting_uuid": "uuid=="}])
async def test_a_bot_that_waits_is_told_of_its_stream(api: ApiServer, waits_for: dict[str, str]) -> None:
    await keep(api)
    bot = await api.create(meeting_url=LINK, zoom={"rtms": waits_for})
    _, generation = await api.core.next(bot["id"])
    async with attending(api, bot["id"], generation) as side:
        assert isinstance(welcome := await side.hear(), Welcome)
        assert welcome.job["stream"]["rtms_stream_id"] is None
        answer = await webhook(api, **STREAM, meeting_id="857 4606 5432")
        assert answer.json == {"bot_id": bot["id"]}
        order = await side.hear()
        assert isinstance(order, Order)
        assert (order.name, order.body) == (STREAM_CHANGED, {"began": True, **STREAM, "signature": signed()})
        await webhook(api, "meeting.rtms_stopped", meeting_uuid="uuid==", rtms_stream_id="stream-1", stop_reason=6)
        assert isinstance(stopped := await side.hear(), Order)
        assert stopped.body == {"began": False, "reason": 6}
    [kept] = [order for order in await api.core.attendance.orders(bot["id"], 0) if order.body.get("began")]
    assert kept.body["signature"] == signed()


async def test_a_stream_that_moves_or_begins_anew_is_told_to_the_bot_that_has_it(api: ApiServer) -> None:
    await keep(api)
    bot = await api.create(meeting_url=LINK, zoom={"rtms": STREAM})
    await api.core.next(bot["id"])
    moved = STREAM | {"server_urls": "wss://other.zoom.example/signalling"}
    assert (await webhook(api, **moved)).json == {"bot_id": bot["id"]}
    anew = STREAM | {"rtms_stream_id": "stream-2"}
    assert (await webhook(api, **anew)).json == {"bot_id": bot["id"]}
    first, second = await api.core.attendance.orders(bot["id"], 0)
    assert first.body == {"began": True, **moved, "signature": signed()}
    assert second.body == {"began": True, **anew, "signature": signed("stream-2")}
    assert (await api.get(f"/api/v1/bot/{bot['id']}/"))["zoom"] == {"rtms": anew}


async def test_a_bot_that_receives_a_stream_needs_no_permission(api: ApiServer) -> None:
    await keep(api)
    bot = await api.create(meeting_url=LINK, zoom={"rtms": STREAM})
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    await api.core.attendance.take(bot["id"], generation, Reporting(bot["id"]).joined())
    refused = await api.call("POST", f"/api/v1/bot/{bot['id']}/request_recording_permission/")
    assert (refused.status, refused.json["code"]) == (400, "not_supported")
