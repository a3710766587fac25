"""Artifacts in several formats and in parts, as clients read them: what is where, and links that work when they are given."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rapporteur.wire import control
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

SWITCHES = {
    "audio_mixed_mp3": {"metadata": {"of": "mp3"}}, "audio_mixed_raw": {}, "audio_separate_mp3": {},
    "audio_separate_raw": {}, "video_separate_mp4": {}, "video_separate_h264": {},
}
ADA = {"id": 100, "name": "Ada", "is_host": None, "platform": None, "extra_data": {}, "email": None}


def part(name: str, **more: Any) -> dict[str, Any]:
    start = {"absolute": "2025-11-25T12:00:01.000000Z", "relative": 1.0}
    return {"id": "p", "participant": ADA, "start_timestamp": start, "duration": 2.5, **more, "file": name}


CONTENTS = {
    "audio_mixed.mp3": b"ID3", "audio_mixed.raw": b"raw", "audio_separate-1.mp3": b"Ada", "audio_separate-2.mp3": b"Ben",
    "audio_separate_mp3.json": json.dumps([part("audio_separate-1.mp3"), part("audio_separate-2.mp3")]).encode(),
    "video_separate-1.mp4": b"seen",
    "video_separate_mp4.json": json.dumps([part("video_separate-1.mp4", type="screenshare")]).encode(),
}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


# --- the tutorial's helpers, as it prints them --------------------------------------------------------------------------


def extract_audio_separate_id(bot_json: dict[str, Any]) -> str | None:
    for rec in bot_json.get("recordings") or []:
        for key in ("audio_separate", "audio_separate_mp3", "audio_separate_raw"):
            obj = rec.get(key)
            if obj and obj.get("id"):
                return obj["id"]
    return None


async def get_audio_separate_download_url(api: ApiServer, audio_separate_id: str) -> tuple[str | None, str | None]:
    data = await api.get(f"/api/v1/audio_separate/{audio_separate_id}/")
    d = data.get("data") or {}
    return d.get("download_url"), d.get("format")


async def test_the_tutorials_helpers_come_to_everybodys_sound(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(CONTENTS, recording_config=SWITCHES)
    audio_separate_id = extract_audio_separate_id(await api.get(f"/api/v1/bot/{bot_id}/"))
    assert audio_separate_id is not None
    url, file_format = await get_audio_separate_download_url(api, audio_separate_id)
    assert file_format == "mp3"
    assert url is not None
    answer = await api.call("GET", url, key=None)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    first, second = answer.json
    assert first.keys() == {"id", "participant", "start_timestamp", "duration", "download_url"}
    assert (first["participant"], first["duration"], first["start_timestamp"]["relative"]) == (ADA, 2.5, 1.0)
    for found, sound in ((first, b"Ada"), (second, b"Ben")):
        downloaded = await api.call("GET", found["download_url"], key=None)
        assert (downloaded.status, downloaded.raw, downloaded.headers["Content-Type"]) == (200, sound, "audio/mpeg")


async def test_links_of_parts_are_as_fresh_as_the_answer_they_stand_in(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(CONTENTS, recording_config=SWITCHES)
    url = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"][0]["video_separate"]["data"]["download_url"]
    [before] = (await api.call("GET", url, key=None)).json
    api.core.clock.at_ms += 1_800_000
    answer = await api.call("GET", url, key=None)
    [after] = answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert after["type"] == "screenshare"
    assert expiry(after) == expiry(before) + 1800
    api.core.clock.at_ms += 1_801_000
    assert (await api.call("GET", url, key=None)).json["code"] == "link_expired"
    assert (await api.call("GET", after["download_url"], key=None)).raw == b"seen"
    assert (await api.call("HEAD", url.partition("?")[0], key=None)).status == 403


def expiry(found: dict[str, Any]) -> int:
    return int(parse_qs(urlsplit(found["download_url"]).query)["Expires"][0])


# --- where they stand ---------------------------------------------------------------------------------------------------


async def test_separate_artifacts_stand_beside_the_shortcuts_when_asked_for(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded(CONTENTS, recording_config=SWITCHES)
    [of_bot] = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"]
    alone = await api.get(f"/api/v1/recording/{recording_id}/")
    for recording in (of_bot, alone):
        for key, file_format in (("audio_separate", "mp3"), ("video_separate", "mp4")):
            assert recording[key].keys() == {"id", "status", "format", "data"}
            assert (recording[key]["format"], recording[key]["data"]["format"]) == (file_format, file_format)
            assert recording[key]["status"]["code"] == "done"
            assert key not in recording["media_shortcuts"]
    other_id, _ = await api.recorded(recording_config={"video_separate_h264": {}})
    [other] = (await api.get(f"/api/v1/bot/{other_id}/"))["recordings"]
    assert other["video_separate"]["format"] == "h264"
    assert "audio_separate" not in other


async def test_each_format_is_listed_and_the_one_people_play_first(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded(CONTENTS, recording_config=SWITCHES)
    for kind, formats in (("audio_mixed", ["mp3", "raw"]), ("audio_separate", ["mp3", "raw"]),
                          ("video_separate", ["mp4", "h264"])):
        found = (await api.get(f"/api/v1/{kind}/?recording_id={recording_id}"))["results"]
        assert [artifact["format"] for artifact in found] == formats
        assert len({artifact["id"] for artifact in found}) == 2
    mp3, raw = (await api.get(f"/api/v1/audio_mixed?recording_id={recording_id}"))["results"]
    assert (mp3["metadata"], raw["metadata"]) == ({"of": "mp3"}, {})
    [recording] = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"]
    assert recording["media_shortcuts"]["audio_mixed"]["id"] == mp3["id"]
    assert (await api.call("GET", raw["data"]["download_url"], key=None)).raw == b"raw"
    _, alone = await api.recorded(recording_config={"audio_mixed_raw": {}})
    assert [a["format"] for a in (await api.get(f"/api/v1/audio_mixed/?recording_id={alone}"))["results"]] == ["raw"]


async def test_separate_artifacts_are_filtered_and_carry_metadata_like_any_other(api: ApiServer) -> None:
    _, recording_id = await api.recorded(CONTENTS, recording_config=SWITCHES)
    for query, count in ((f"recording_id={recording_id}&status_code=done", 2), ("status_code=failed", 0),
                         ("created_at_after=2100-01-01T00:00:00Z", 0)):
        assert len((await api.get(f"/api/v1/video_separate/?{query}"))["results"]) == count
    [first, _] = (await api.get("/api/v1/video_separate/"))["results"]
    patched = await api.call("PATCH", f"/api/v1/video_separate/{first['id']}/", json={"metadata": {"a": "1"}})
    assert (patched.status, patched.json["metadata"], patched.json["format"]) == (200, {"a": "1"}, first["format"])


async def test_each_format_ends_by_itself_and_its_parts_must_be_its_own(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"audio_separate_mp3": {}, "audio_separate_raw": {}}))["id"]
    _, generation = await api.core.next(bot_id)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    take = api.core.attendance.take
    await take(bot_id, generation, report.joined() + report.recording(recording_id))
    [grant] = await api.core.attendance.uploads(
        bot_id, generation, [{"recording_id": recording_id, "name": "audio_separate_mp3.json"}])
    await api.core.stored(grant["key"], b"[]")
    body = {"recording_id": recording_id, "artifact": "audio_separate", "report": None,
            "files": [{"name": "audio_separate_mp3.json", "key": grant["key"], "size": 2}]}
    await take(bot_id, generation, [report.fact(control.ARTIFACT_STORED, format="raw", **body)])
    found = {a["format"]: a for a in (await api.get(f"/api/v1/audio_separate/?recording_id={recording_id}"))["results"]}
    assert {f: a["status"]["code"] for f, a in found.items()} == {"mp3": "processing", "raw": "processing"}
    assert found["mp3"]["data"] == {"download_url": None, "format": "mp3"}
    failed = {"recording_id": recording_id, "artifact": "audio_separate", "format": "raw", "sub_code": "composition_failed"}
    await take(bot_id, generation, [
        report.fact(control.ARTIFACT_STORED, format="mp3", **body), report.fact(control.ARTIFACT_FAILED, **failed)])
    found = {a["format"]: a for a in (await api.get(f"/api/v1/audio_separate/?recording_id={recording_id}"))["results"]}
    assert {f: a["status"]["code"] for f, a in found.items()} == {"mp3": "done", "raw": "failed"}
    notes = " ".join(line["message"] for line in await api.get(f"/api/v1/bot/{bot_id}/logs/"))
    assert "audio_separate (raw) could not be made: composition_failed" in notes


async def test_events_of_two_formats_have_moments_of_their_own(api: ApiServer) -> None:
    hook = await api.call("POST", "/rapporteur/v1/webhooks/", json={
        "url": "http://127.0.0.1:9/", "events": ["audio_mixed.processing", "audio_mixed.done"]})
    assert hook.status == 201, hook.raw
    await api.recorded(CONTENTS, recording_config=SWITCHES)
    owed = await api.core.store.read(lambda tx: tx.webhooks.pending(20))
    told = [json.loads(delivery.body) for delivery in owed]
    assert sorted(t["event"] for t in told) == ["audio_mixed.done"] * 2 + ["audio_mixed.processing"] * 2
    assert len({t["data"]["updated_at"] for t in told}) == 4
    assert len({t["data"]["audio_mixed"]["id"] for t in told}) == 2
