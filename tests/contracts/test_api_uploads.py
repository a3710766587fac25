"""Recordings that applications bring themselves, by the API; the process that makes them is stood in for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import ErrandFailure
from rapporteur.domain.ids import new_id
from tests.fakes.api_server import ApiServer, serving

pytestmark = pytest.mark.contract

FILES = {"video_mixed.mp4": b"film", "audio_mixed.mp3": b"sound", "transcript.json": b"[]", "meeting_metadata.json": b"{}",
         "participants.json": b"[]", "participant_events.json": b"[]", "speaker_timeline.json": b"[]"}
MADE = [["video_mixed", "mp4"], ["participant_events", None], ["meeting_metadata", None]]
CONFIG: dict[str, Any] = {"metadata": {"take": "1"}}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        running.core.workshop.files = FILES
        running.core.workshop.answer = {"duration_ms": 61_000.0, "made": MADE, "failed": []}
        yield running


async def create(api: ApiServer, address: str = "/api/v1/sdk_upload/", **body: Any) -> Any:
    answer = await api.call("POST", address, json={"recording_config": CONFIG, "metadata": {"deal": "42"}} | body)
    assert answer.status == 201, answer.raw
    return answer.json


async def send(api: ApiServer, upload: Any, data: bytes = b"a film", token: str | None = None) -> Any:
    return await api.call("PUT", upload["upload_url"], key=f"Token {token or upload['upload_token']}", data=data)


@pytest.mark.parametrize("spelling", ["sdk_upload", "sdk-upload"])
async def test_a_recording_of_ones_own_gets_the_same_resources(api: ApiServer, spelling: str) -> None:
    upload = await create(api, f"/api/v1/{spelling}/")
    assert (upload["status"]["code"], upload["recording_id"], upload["metadata"]) == ("pending", None, {"deal": "42"})
    sent = await send(api, upload)
    assert (sent.status, sent.json["status"]["code"]) == (201, "uploading")
    recording_id = sent.json["recording_id"]
    assert (await api.get(f"/api/v1/recording/{recording_id}/"))["status"]["code"] == "processing"
    assert api.core.engine.errands == [("upload", upload["id"])]
    await api.core.uploads.perform(upload["id"])
    read = await api.get(f"/api/v1/{spelling}/{upload['id']}/")
    assert (read["status"]["code"], read["recording_id"], read["upload_token"]) == ("complete", recording_id, None)
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    assert (recording["status"]["code"], recording["bot"]) == ("done", None)
    assert recording["desktop_sdk_upload"] == {"id": upload["id"], "metadata": {"deal": "42"}}
    assert recording["metadata"] == {"take": "1"}
    film = recording["media_shortcuts"]["video_mixed"]
    assert (await api.call("GET", film["data"]["download_url"], key=None)).raw == b"film"
    [listed] = (await api.get(f"/api/v1/recording/?desktop_sdk_upload_id={upload['id']}"))["results"]
    assert listed == recording
    assert api.core.workshop.found == [{"input"}]
    assert await api.core.blobs.size(f"w/{api.core.workspace_id}/uploads/{upload['id']}/input") is None, "it was used up"


async def test_an_upload_is_no_bot(api: ApiServer) -> None:
    upload = await create(api)
    await send(api, upload)
    assert (await api.get("/api/v1/bot/"))["results"] == []
    assert (await api.call("GET", f"/api/v1/bot/{upload['id']}/")).status == 404
    assert (await api.get(f"/api/v1/recording/?bot_id={upload['id']}"))["results"] == []
    assert await api.core.lifecycle.live_bots() == await api.core.lifecycle.unstarted() == []


async def test_a_transcript_is_made_when_it_is_asked_for(api: ApiServer) -> None:
    upload = await create(api, recording_config={
        "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "audio_separate_mp3": {}})
    api.core.workshop.answer = {
        "duration_ms": 1000.0, "made": MADE, "failed": [["audio_separate", "mp3", "not_separable"]]}
    recording_id = (await send(api, upload)).json["recording_id"]
    await api.core.uploads.perform(upload["id"])
    [told] = api.core.workshop.told
    assert (told["task"], told["language_code"]) == ("import", "en")
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    assert recording["media_shortcuts"]["transcript"]["status"]["code"] == "done"
    assert recording["audio_separate"]["status"]["sub_code"] == "not_separable"
    later = await api.call("POST", f"/api/v1/recording/{recording_id}/create_transcript/", json={
        "provider": {"recallai_async": {}}})
    assert later.status == 200


async def test_what_is_no_recording_has_failed(api: ApiServer) -> None:
    upload = await create(api)
    recording_id = (await send(api, upload, b"nonsense")).json["recording_id"]
    api.core.workshop.failure = ErrandFailure("no", code="not_playable")
    with pytest.raises(ErrandFailure):
        await api.core.uploads.perform(upload["id"])
    await api.core.uploads.give_up(upload["id"], "not_playable")
    status = (await api.get(f"/api/v1/sdk_upload/{upload['id']}/"))["status"]
    assert (status["code"], status["sub_code"]) == ("failed", "not_playable")
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    assert recording["status"]["code"] == recording["media_shortcuts"]["video_mixed"]["status"]["code"] == "failed"


async def test_an_upload_takes_one_file_and_only_with_its_token(api: ApiServer) -> None:
    upload = await create(api)
    assert (await send(api, upload, token="wrong")).status == 401
    assert (await send(api, {"upload_url": f"/api/v1/sdk_upload/{new_id()}/media/", "upload_token": "x"})).status == 401
    assert (await send(api, upload)).status == 201
    again = await send(api, upload)
    assert (again.status, again.json["code"]) == (400, "upload_not_pending")


async def test_nothing_is_taken_where_nothing_may_be_kept(api: ApiServer) -> None:
    upload = await create(api, recording_config={"retention": None})
    refused = await send(api, upload)
    assert (refused.status, refused.json["code"]) == (400, "nothing_is_kept")


async def test_its_recording_is_deleted_like_any_other(api: ApiServer) -> None:
    upload = await create(api)
    recording_id = (await send(api, upload)).json["recording_id"]
    await api.core.uploads.perform(upload["id"])
    assert (await api.call("DELETE", f"/api/v1/recording/{recording_id}/")).status == 204
    assert (await api.get(f"/api/v1/recording/{recording_id}/"))["status"]["code"] == "deleted"


async def test_uploads_are_listed_by_page_and_kept_apart_by_workspace(api: ApiServer) -> None:
    made = []
    for _ in range(3):
        api.core.clock.at_ms += 1
        made.append((await create(api))["id"])
    page = await api.get("/api/v1/sdk_upload/?limit=2")
    rest = await api.get(page["next"])
    assert [u["id"] for u in page["results"] + rest["results"]] == made[::-1]


async def test_its_events_go_to_who_subscribed_them(api: ApiServer) -> None:
    upload = await create(api, recording_config={"realtime_endpoints": [
        {"type": "webhook", "url": "https://example.org/", "events": ["sdk_upload.complete", "recording.done"]}]})
    await send(api, upload)
    await api.core.uploads.perform(upload["id"])
    pending = await api.core.store.read(lambda tx: tx.webhooks.pending(10))
    assert sorted(delivery.event for delivery in pending) == ["recording.done", "sdk_upload.complete"]


async def test_unknown_keys_are_named(api: ApiServer) -> None:
    answer = await api.call("POST", "/api/v1/sdk_upload/", json={"recording_config": {"audio_mixed": {}}, "meta": {}})
    assert answer.headers["X-Rapporteur-Unknown-Keys"] == "meta, recording_config.audio_mixed"
