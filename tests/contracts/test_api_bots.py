"""Bots through the Recall dialect, as its clients use them: the requests of the vendor's guides and what they read back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.timeline import iso
from rapporteur.settings import Settings
from tests.fakes.api_server import ROOM, ApiServer, serving
from tests.fakes.core import START_MS, Reporting

pytestmark = pytest.mark.contract

SHORTCUTS = {"video_mixed", "transcript", "participant_events", "meeting_metadata", "audio_mixed"}
ACCEPT = {"accept": "application/json", "content-type": "application/json"}
EXHAUSTIVE: dict[str, Any] = {
    "meeting_url": ROOM, "platform": "zoom", "meeting_password": "OPTIONAL_MEETING_PASSWORD", "bot_name": "YOUR_BOT_NAME",
    "bot_avatar_url": "https://yourcdn.example/assets/bot-avatar.png", "external_id": "ext-123",
    "recording_config": {
        "transcript": {"provider": {"recallai_streaming": {
            "language_code": "en", "filter_profanity": False, "mode": "prioritize_low_latency"}}},
        "participant_events": {}, "meeting_metadata": {}, "video_mixed_mp4": {}, "audio_mixed_mp3": {}, "audio_mixed_raw": {},
        "audio_separate_mp3": {}, "video_separate_h264": {}, "video_mixed_layout": "gallery_view_v2",
        "include_bot_in_recording": {"audio": True, "video": False}, "start_recording_on": "participant_join",
        "realtime_endpoints": [
            {"type": "webhook", "url": "https://ngrok.example/wh", "events": [
                "transcript.data", "participant_events.join", "participant_events.leave", "participant_events.chat_message",
                "bot.status_change"]},
            {"type": "websocket", "url": "http://ngrok.example/ws/rt?token=WS_TOKEN",
             "events": ["audio_mixed_raw.data", "video_separate_h264.data"]},
        ],
        "automatic_video_output": {
            "in_call_recording": {"image_url": "https://yourcdn.example/slates/recording.png"},
            "in_call_not_recording": {"webpage": {"url": "https://yourapp.example/live-preview"}}},
        "automatic_audio_output": {"in_call_recording": {"audio_url": "https://yourcdn.example/audio/hold.ogg"}},
        "output_media": {"webpage": {"url": "https://yourapp.example/demo"}},
    },
}
"""The tutorial's maximal request with its placeholders filled in."""


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


# --- the guides, to the letter ------------------------------------------------------------------------------------------


async def test_the_mixed_audio_guide_ends_at_the_mp3(api: ApiServer) -> None:
    key = api.key  # the guides send the bare key
    body = {"meeting_url": ROOM, "recording_config": {"audio_mixed_mp3": {}}}
    made = await api.call("POST", "/api/v1/bot", key=key, headers=ACCEPT, json=body)
    assert made.status == 201
    bot_id, recording_id = await api.recorded({"audio_mixed.mp3": b"ID3 sound"}, recording_config={"audio_mixed_mp3": {}})
    bot = await api.get(f"/api/v1/bot/{bot_id}", key=key, headers=ACCEPT)
    assert bot["recordings"][0]["id"] == recording_id
    audio = await api.get(f"/api/v1/audio_mixed?recording_id={bot['recordings'][0]['id']}", key=key, headers=ACCEPT)
    assert audio.keys() >= {"next", "previous", "results"}
    [result] = audio["results"]
    assert result["format"] == "mp3"
    assert result["recording"] == {"id": recording_id, "metadata": {}}
    assert result["status"] == {"code": "done", "sub_code": None, "updated_at": result["status"]["updated_at"]}
    sound = await api.call("GET", result["data"]["download_url"], key=None)
    assert (sound.status, sound.raw, sound.headers["Content-Type"]) == (200, b"ID3 sound", "audio/mpeg")


async def test_the_mixed_video_guide_ends_at_the_mp4(api: ApiServer) -> None:
    for config in ({}, {"recording_config": {"video_mixed_layout": "gallery_view_v2", "video_separate_mp4": {}}}):
        made = await api.call("POST", "/api/v1/bot", key=api.key, headers=ACCEPT, json={"meeting_url": ROOM} | config)
        assert made.status == 201
    bot_id, recording_id = await api.recorded({"video_mixed.mp4": b"moving"})
    bot = await api.get(f"/api/v1/bot/{bot_id}/", key=api.key)
    assert bot["recording"] == bot["recordings"][0]["id"] == recording_id
    video = bot["recordings"][0]["media_shortcuts"]["video_mixed"]
    assert video["format"] == "mp4"
    assert video["data"]["download_url"].partition("?")[0].endswith("/video_mixed.mp4")
    assert "Expires=" in video["data"]["download_url"]
    assert (await api.call("GET", video["data"]["download_url"], key=None)).raw == b"moving"


async def test_the_tutorials_exhaustive_request_is_taken_whole(api: ApiServer) -> None:
    answer = await api.call("POST", "/api/v1/bot", headers={"content-type": "application/json"}, data=json.dumps(EXHAUSTIVE))
    assert answer.status == 201, answer.raw
    assert "X-Rapporteur-Unknown-Keys" not in answer.headers
    bot, sent = answer.json, EXHAUSTIVE["recording_config"]
    assert (bot["external_id"], bot["bot_avatar_url"]) == ("ext-123", EXHAUSTIVE["bot_avatar_url"])
    assert bot["meeting_url"] == {"platform": "room", "meeting_id": "weekly-sync",
                                  "meeting_password": "OPTIONAL_MEETING_PASSWORD"}
    for key, value in sent.items():
        echoed = bot["recording_config"][key]
        if key == "realtime_endpoints":
            echoed = [{k: v for k, v in endpoint.items() if k != "metadata"} for endpoint in echoed]
        assert echoed == value, key
    notes = " ".join(line["message"] for line in await api.get(f"/api/v1/bot/{bot['id']}/logs/"))
    assert "bot.status_change" not in notes, "this one is sent"
    for made in ("audio_separate_mp3", "audio_mixed_raw", "video_separate_h264", "output_media"):
        assert f"recording_config.{made}" not in notes


async def test_the_tutorials_helpers_read_what_is_served(api: ApiServer) -> None:
    config = {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "video_mixed_mp4": {},
              "audio_mixed_mp3": {}}
    bot_id, _ = await api.recorded(recording_config=config)
    bot = await api.get(f"/api/v1/bot/{bot_id}")
    assert bot["status"]["code"] == "bot.done"
    for recording in bot["recordings"]:
        for key in SHORTCUTS:
            url = ((recording["media_shortcuts"].get(key) or {}).get("data") or {}).get("download_url")
            assert url
            assert (await api.call("GET", url, key=None)).status == 200


# --- reads --------------------------------------------------------------------------------------------------------------


async def test_a_new_bot_is_echoed_with_every_default(api: ApiServer) -> None:
    bot = await api.create()
    assert bot["bot_name"] == "Meeting Notetaker"
    assert (bot["join_at"], bot["recording"], bot["recordings"], bot["metadata"]) == (None, None, [], {})
    assert bot["status"] == {"code": "bot.ready", "sub_code": None, "updated_at": bot["status_changes"][0]["created_at"]}
    config = bot["recording_config"]
    assert (config["video_mixed_mp4"], config["participant_events"], config["meeting_metadata"]) == ({}, {}, {})
    assert (config["transcript"], config["audio_mixed_mp3"], config["realtime_endpoints"]) == (None, None, [])
    assert config["retention"] == {"type": "timed", "hours": 168}
    assert (config["video_mixed_layout"], config["start_recording_on"]) == ("speaker_view", "participant_join")
    assert config["video_mixed_participant_video_when_screenshare"] == "overlap"
    assert bot["automatic_leave"] == {
        "waiting_room_timeout": 1200, "noone_joined_timeout": 1200,
        "everyone_left_timeout": {"timeout": 2, "activate_after": None},
        "in_call_not_recording_timeout": 3600, "in_call_recording_timeout": None, "recording_permission_denied_timeout": 30,
        "silence_detection": {"timeout": 3600, "activate_after": 1200},
        "bot_detection": {
            "using_participant_events": {"timeout": 600, "activate_after": 1200}, "using_participant_names": None},
    }
    assert bot["status_changes"][0]["created_at"] == iso(START_MS)


async def test_what_is_sent_is_merged_over_the_defaults(api: ApiServer) -> None:
    bot = await api.create(
        automatic_leave={"everyone_left_timeout": 40, "silence_detection": None, "bot_detection": {
            "using_participant_names": {"matches": ["notetaker"]}}},
        recording_config={"video_mixed_mp4": None, "retention": {"type": "timed"}},
    )
    leave = bot["automatic_leave"]
    assert leave["everyone_left_timeout"] == {"timeout": 40, "activate_after": None}
    assert leave["silence_detection"] is None
    detection = leave["bot_detection"]
    assert detection["using_participant_names"] == {"timeout": 3600, "activate_after": 1200, "matches": ["notetaker"]}
    assert detection["using_participant_events"]["timeout"] == 600
    assert bot["recording_config"]["video_mixed_mp4"] is None
    assert bot["recording_config"]["retention"] == {"type": "timed", "hours": 168}
    off = await api.create(recording_config=None)
    assert off["recording_config"]["start_recording_on"] == "manual"


async def test_pictures_and_sounds_are_not_echoed(api: ApiServer) -> None:
    picture = {"in_call_recording": {"kind": "jpeg", "b64_data": "/9j/4AAQ"}}
    bot = await api.create(automatic_video_output=picture, variant={"zoom": "web_4_core"})
    assert bot["automatic_video_output"] == {"in_call_recording": {"kind": "jpeg"}}
    assert bot["variant"] == {"zoom": "web_4_core"}


async def test_unknown_keys_are_ignored_and_named(api: ApiServer) -> None:
    body = {"meeting_url": ROOM, "recording_config": {"audio_mixed": {}}, "ünknown\nkey": 1, "automatic_leave": {"x": 1}}
    answer = await api.call("POST", "/api/v1/bot/", json=body)
    assert answer.status == 201
    named = answer.headers["X-Rapporteur-Unknown-Keys"]
    assert named == "?nknown?key, recording_config.audio_mixed, automatic_leave.x"
    assert "audio_mixed" not in answer.json["recording_config"]
    notes = [line["message"] for line in await api.get(f"/api/v1/bot/{answer.json['id']}/logs/")]
    assert any("recording_config.audio_mixed" in note for note in notes)


async def test_the_link_wins_over_another_platform_and_the_answer_says_so(api: ApiServer) -> None:
    answer = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, "platform": "google_meet"})
    assert answer.json["meeting_url"]["platform"] == "room"
    assert answer.headers["X-Rapporteur-Notice"] == "platform google_meet was ignored: the link belongs to room"
    agreeing = await api.call("POST", "/api/v1/bot/", json={"meeting_url": f"{ROOM}?pw=abc", "platform": "room"})
    assert "X-Rapporteur-Notice" not in agreeing.headers
    assert agreeing.json["meeting_url"]["meeting_password"] == "abc"


async def test_shortcuts_always_have_five_keys_and_links_only_when_done(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"audio_mixed_mp3": {}}))["id"]
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    recording_id = "6f1c1f0e-0000-4000-8000-000000000001"
    await api.core.attendance.take(bot_id, generation, report.joined() + report.recording(recording_id))
    bot = await api.get(f"/api/v1/bot/{bot_id}/")
    [recording] = bot["recordings"]
    assert bot["status"]["code"] == "bot.in_call_recording"
    assert [s["code"] for s in bot["status_changes"]][-1] == "in_call_recording"
    assert (recording["completed_at"], recording["status"]["code"]) == (None, "processing")
    shortcuts = recording["media_shortcuts"]
    assert set(shortcuts) == SHORTCUTS
    assert shortcuts["transcript"] is None
    assert shortcuts["video_mixed"]["data"] == {"download_url": None}
    assert shortcuts["audio_mixed"]["data"] == {"download_url": None}
    assert set(shortcuts["participant_events"]["data"].values()) == {None}


async def test_events_and_metadata_also_have_a_plain_link_title_and_times(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    events, metadata = (recording["media_shortcuts"][k]["data"] for k in ("participant_events", "meeting_metadata"))
    assert events["download_url"] == events["participant_events_download_url"]
    assert events["speaker_timeline_download_url"]
    assert events["participants_download_url"]
    assert (metadata["title"], metadata["zoom"]) == ("Weekly sync", None)
    assert (metadata["start_time"], metadata["end_time"]) == (recording["started_at"], recording["completed_at"])
    assert recording["bot"] == {"id": bot_id, "metadata": {}, "external_id": None}
    [listed] = (await api.get(f"/api/v1/meeting_metadata/?recording_id={recording_id}"))["results"]
    assert listed["data"]["start_time"] == recording["started_at"]
    one = await api.get(f"/api/v1/participant_events/{recording['media_shortcuts']['participant_events']['id']}/")
    assert one["data"].keys() == events.keys()


async def test_metadata_of_recordings_and_artifacts_can_be_replaced(api: ApiServer) -> None:
    _, recording_id = await api.recorded()
    patched = await api.call("PATCH", f"/api/v1/recording/{recording_id}/", json={"metadata": {"a": "1"}})
    assert (patched.status, patched.json["metadata"]) == (200, {"a": "1"})
    video_id = patched.json["media_shortcuts"]["video_mixed"]["id"]
    patched = await api.call("PATCH", f"/api/v1/video_mixed/{video_id}", json={"metadata": {"b": "2"}})
    assert (patched.status, patched.json["metadata"]) == (200, {"b": "2"})
    assert (await api.call("PATCH", f"/api/v1/video_mixed/{video_id}/", json={})).status == 400


# --- lists --------------------------------------------------------------------------------------------------------------


async def test_lists_are_pages_that_lead_on_and_back(api: ApiServer) -> None:
    made = []
    for number in range(5):
        api.core.clock.at_ms += 1000
        made.append((await api.create(bot_name=f"bot {number}"))["id"])
    first = await api.get("/api/v1/bot?limit=2")
    assert (first["count"], first["previous"]) == (5, None)
    assert first["next"].startswith(f"{api.url}/api/v1/bot/?limit=2&cursor=")
    second = await api.get(first["next"])
    third = await api.get(second["next"])
    assert [b["id"] for page in (first, second, third) for b in page["results"]] == made[::-1]
    assert third["next"] is None
    assert [b["id"] for b in (await api.get(third["previous"]))["results"]] == [b["id"] for b in second["results"]]


async def test_bots_are_filtered_by_everything_the_dialect_names(api: ApiServer) -> None:
    join_at = iso(START_MS + 3_600_000)
    late = await api.create(join_at=join_at, metadata={"team": "red"}, external_id="e-1")
    other = await api.create(meeting_url="http://127.0.0.1:8000/room/other-room")
    done, _ = await api.recorded()
    everything = {late["id"], other["id"], done}
    expectations = {
        f"join_at_after={iso(START_MS + 1000)}": {late["id"]}, f"join_at_before={iso(START_MS)}": set(),
        "meeting_url=http://127.0.0.1:8000/room/other-room": {other["id"]}, "metadata__team=red": {late["id"]},
        "metadata__team=blue": set(), "external_id=e-1": {late["id"]}, "status=done": {done},
        "status=ready&status=done": everything, "platform=room&platform=zoom": everything,
        "platform=zoom": set(),
    }
    for query, ids in expectations.items():
        assert {b["id"] for b in (await api.get(f"/api/v1/bot/?{query}"))["results"]} == ids, query


async def test_recordings_and_artifacts_are_filtered(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    other, _ = await api.recorded()
    assert other != bot_id
    for query, count in ((f"bot_id={bot_id}", 1), ("status_code=done", 2), ("status_code=failed", 0)):
        assert len((await api.get(f"/api/v1/recording/?{query}"))["results"]) == count, query
    for query, count in ((f"recording_id={recording_id}", 1), ("status_code=done", 2), ("created_at_after=2090-01-01", 0)):
        assert len((await api.get(f"/api/v1/video_mixed/?{query}"))["results"]) == count, query


# --- orders -------------------------------------------------------------------------------------------------------------


async def test_a_bot_in_its_meeting_is_told_to_leave(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    await api.core.hello(bot_id, generation)
    answer = await api.call("POST", f"/api/v1/bot/{bot_id}/leave_call")
    assert (answer.status, answer.json["id"]) == (200, bot_id)
    assert [order.name for order in await api.core.attendance.orders(bot_id, 0)] == ["leave_call"]


async def test_orders_to_ended_and_to_scheduled_bots_are_refused_by_code(api: ApiServer) -> None:
    done, _ = await api.recorded()
    answer = await api.call("POST", f"/api/v1/bot/{done}/leave_call/")
    assert (answer.status, answer.json["code"]) == (400, "cannot_command_completed_bot")
    scheduled = (await api.create(join_at=iso(START_MS + 3_600_000)))["id"]
    answer = await api.call("POST", f"/api/v1/bot/{scheduled}/leave_call/")
    assert (answer.status, answer.json["code"]) == (400, "cannot_command_unstarted_bot")
    assert "delete" in answer.json["detail"]


async def test_only_scheduled_bots_are_deleted(api: ApiServer) -> None:
    scheduled = await api.create(join_at="2090-01-31T15:04:05+01:00")
    assert scheduled["join_at"] == "2090-01-31T14:04:05.000000Z"
    assert (await api.call("DELETE", f"/api/v1/bot/{scheduled['id']}/")).status == 204
    assert (await api.call("GET", f"/api/v1/bot/{scheduled['id']}/")).status == 404
    now = await api.create(join_at="2001-01-01T00:00:00Z")
    assert now["join_at"] is None
    answer = await api.call("DELETE", f"/api/v1/bot/{now['id']}/")
    assert (answer.status, answer.json["code"]) == (405, "update_bot_failed")


# --- links --------------------------------------------------------------------------------------------------------------


async def test_links_follow_the_host_of_the_request_and_no_strangers_header(api: ApiServer) -> None:
    await api.create()
    await api.create()
    lying = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    page = await api.get("/api/v1/bot/?limit=1", headers=lying)
    assert page["next"].startswith(api.url)
    named = await api.get("/api/v1/bot/?limit=1", headers={"Host": "bots.example:81"})
    assert named["next"].startswith("http://bots.example:81/api/v1/bot/")


async def test_links_follow_a_trusted_proxy_and_a_public_address(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-Host": "meet.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/bots"}
    for name, settings, start in (
        ("proxy", Settings(trusted_proxies=("127.0.0.0/8",)), "https://meet.example/bots/api/v1/bot/"),
        ("public", Settings(public_url="https://public.example/"), "https://public.example/api/v1/bot/"),
    ):
        (tmp_path / name).mkdir()
        async with serving(tmp_path / name, settings) as api:
            await api.create()
            await api.create()
            page = await api.get("/api/v1/bot/?limit=1", headers=forwarded)
            assert page["next"].startswith(start)


# --- our own ------------------------------------------------------------------------------------------------------------


async def test_a_bots_events_are_listed_and_streamed_from_where_a_reader_left_off(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    report = Reporting(bot_id)
    await api.core.attendance.take(bot_id, generation, report.joined())
    path = f"/rapporteur/v1/bots/{bot_id}/events/"
    listed = (await api.get(path))["results"]
    assert [e["body"]["state"] for e in listed if e["type"] == "state_changed"][-1] == "in_call_not_recording"
    assert (await api.get(f"{path}?after={listed[-1]['number']}"))["results"] == []
    headers = {"Authorization": f"Token {api.key}", "Accept": "text/event-stream", "Last-Event-ID": str(listed[-2]["number"])}
    async with api.http.get(f"{api.url}{path}", headers=headers) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert json.loads(await _data(stream.content)) == listed[-1]
        await api.core.attendance.take(bot_id, generation, [report.state("fatal", "meeting_not_found")])
        event = json.loads(await _data(stream.content))
        assert (event["type"], event["body"]["state"]) == ("state_changed", "fatal")
        rest = await asyncio.wait_for(stream.content.read(), 5)
        assert b"data:" not in rest, "the stream ends with the bot"


async def _data(content: Any) -> str:
    while True:
        line = (await asyncio.wait_for(content.readline(), 5)).decode()
        if line.startswith("data: "):
            return line.removeprefix("data: ")


async def test_webhook_endpoints_are_kept_and_their_secret_is_shown_once(api: ApiServer) -> None:
    made = await api.call("POST", "/rapporteur/v1/webhooks/", json={"url": "http://127.0.0.1:9/hook", "events": ["bot.done"]})
    assert made.status == 201, made.raw
    assert made.json["secret"].startswith("whsec_")
    await api.recorded()
    path = f"/rapporteur/v1/webhooks/{made.json['id']}/"
    assert "secret" not in await api.get(path)
    [owed] = (await api.get(f"{path}deliveries/"))["results"]
    assert (owed["event"], owed["state"], owed["attempts"]) == ("bot.done", "pending", 0)
    again = await api.call("POST", f"{path}deliveries/{owed['id']}/resend/")
    assert (again.status, again.json["state"]) == (202, "pending")
    off = await api.call("PATCH", path, json={"enabled": False})
    assert off.json["enabled"] is False
    assert (await api.call("DELETE", path)).status == 204
    assert (await api.get("/rapporteur/v1/webhooks/"))["results"] == []
    wrong = {"url": "http://a.example/", "events": ["bot.dune"]}
    for body, field in (({}, "url"), ({"url": "ftp://x"}, "url"), (wrong, "events")):
        answer = await api.call("POST", "/rapporteur/v1/webhooks/", json=body)
        assert (answer.status, list(answer.json)) == (400, [field])


async def test_health_needs_no_key(api: ApiServer) -> None:
    answer = await api.call("GET", "/rapporteur/v1/health", key=None)
    assert (answer.status, answer.json["status"], answer.json["platforms"]) == (200, "ok", ["room"])
