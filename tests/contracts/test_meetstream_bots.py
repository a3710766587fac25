"""Bots through the MeetStream dialect, as its clients use them: both forms of the request, and what they read back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.timeline import iso
from rapporteur.services import callbacks
from rapporteur.services.callbacks import STATUSES
from rapporteur.wire import control
from tests.fakes.api_server import ROOM, Answer, ApiServer, serving
from tests.fakes.core import START_MS, Reporting

pytestmark = pytest.mark.contract

CREATE = "/api/v1/bots/create_bot"
CRM = {"tenant": "t1", "seats": 5, "trial": True}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def post(api: ApiServer, headers: dict[str, str] | None = None, **body: Any) -> Answer:
    return await api.call("POST", CREATE, headers=headers, json={"meeting_link": ROOM} | body)


async def create(api: ApiServer, **body: Any) -> str:
    answer = await post(api, **body)
    assert answer.status == 201, answer.raw
    return answer.json["bot_id"]


async def details(api: ApiServer, bot_id: str) -> dict[str, Any]:
    return (await api.get(f"/api/v1/bots/{bot_id}/detail"))["bot_details"]


async def config_of(api: ApiServer, bot_id: str) -> dict[str, Any]:
    return (await api.core.bots.get(api.core.workspace_id, bot_id)).config


async def notes_of(api: ApiServer, bot_id: str) -> str:
    return " ".join(line.message for line in await api.core.bots.logs(api.core.workspace_id, bot_id))


async def attending(api: ApiServer, bot_id: str, *states: str, sub_code: str | None = None) -> None:
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    facts = [report.state(state, sub_code if state == states[-1] else None) for state in states]
    await api.core.attendance.take(bot_id, generation, facts)


# --- creation -----------------------------------------------------------------------------------------------------------


async def test_only_the_link_is_needed_and_the_answer_has_the_newer_keys_too(api: ApiServer) -> None:
    answer = await post(api)
    assert (answer.status, answer.json) == (201, {
        "bot_id": answer.json["bot_id"], "transcript_id": None, "meeting_url": ROOM, "status": "Active"})
    assert (await details(api, answer.json["bot_id"]))["BotUsername"] == "Meeting Notetaker"


async def test_the_link_goes_by_either_name(api: ApiServer) -> None:
    answer = await api.call("POST", CREATE, json={"meeting_url": ROOM})
    assert (answer.status, answer.json["meeting_url"]) == (201, ROOM)


async def test_a_link_may_lack_its_scheme(api: ApiServer) -> None:
    bot_id = await create(api, meeting_link="meet.example.org/room/weekly-sync")
    assert (await api.core.bots.get(api.core.workspace_id, bot_id)).url == "https://meet.example.org/room/weekly-sync"
    assert (await details(api, bot_id))["MeetingLink"] == "meet.example.org/room/weekly-sync", "as it was sent"


async def test_both_forms_of_a_request_mean_the_same(api: ApiServer) -> None:
    await api.accounts()
    provider = {"deepgram": {"model": "nova-3", "language": "en"}}
    old = {"transcription": provider, "socket_connection_url": "wss://example.org/control", "audio_separate_streams": True}
    new = {
        "recording_config": {"transcript": {"provider": provider}, "audio_separate_streams": True},
        "socket_connection_url": {"websocket_url": "wss://example.org/control"},
    }
    first, second = [await config_of(api, await create(api, **form)) for form in (old, new)]
    assert first["recording_config"] == second["recording_config"]
    assert first["recording_config"]["transcript"] == {"provider": {"deepgram_async": provider["deepgram"]}}
    assert first["recording_config"]["audio_separate_mp3"] == {}
    assert first["control_socket"] == second["control_socket"] == {"url": "wss://example.org/control"}


async def test_a_setting_at_top_level_wins_over_the_nested_one(api: ApiServer) -> None:
    bot_id = await create(api, audio_separate_streams=False, video_separate_streams=True,
                          recording_config={"audio_separate_streams": True})
    config = (await config_of(api, bot_id))["recording_config"]
    assert (config["audio_separate_mp3"], config["video_separate_mp4"]) == (None, {})


async def test_what_is_not_required_is_not_recorded(api: ApiServer) -> None:
    config = (await config_of(api, await create(api, audio_required=False, video_required=False)))["recording_config"]
    assert (config["audio_mixed_mp3"], config["video_mixed_mp4"], config["transcript"]) == (None, None, None)
    config = (await config_of(api, await create(api)))["recording_config"]
    assert (config["audio_mixed_mp3"], config["video_mixed_mp4"]) == ({}, {})


async def test_data_is_kept_for_a_week_unless_the_request_says_otherwise(api: ApiServer) -> None:
    for sent, kept in (
        ({}, {"type": "timed", "hours": 168}), ({"retention": {"type": "timed", "hours": 24}}, {"type": "timed", "hours": 24}),
        ({"retention": {"type": "timed"}}, {"type": "timed", "hours": 168}), ({"retention": None}, None),
    ):
        assert (await config_of(api, await create(api, recording_config=sent)))["recording_config"]["retention"] == kept


async def test_a_bot_leaves_by_the_dialects_own_defaults(api: ApiServer) -> None:
    leaving = (await config_of(api, await create(api)))["automatic_leave"]
    assert leaving["everyone_left_timeout"] == {"timeout": 300, "activate_after": None}
    assert leaving["silence_detection"]["timeout"] == 100
    assert leaving["bot_detection"] == {"using_participant_events": None, "using_participant_names": None}
    assert (leaving["waiting_room_timeout"], leaving["noone_joined_timeout"], leaving["in_call_recording_timeout"],
            leaving["recording_permission_denied_timeout"]) == (600, 600, 14_400, 60)


async def test_bots_are_told_by_their_names_with_the_dialects_defaults(api: ApiServer) -> None:
    sent = {"noone_joined_timeout": 90, "bot_detection": {"using_participant_names": {"matches": ["notetaker"]}}}
    leaving = (await config_of(api, await create(api, automatic_leave=sent)))["automatic_leave"]
    assert leaving["noone_joined_timeout"] == 90
    assert leaving["bot_detection"]["using_participant_names"] == {
        "matches": ["notetaker"], "activate_after": 300, "timeout": 5}


@pytest.mark.parametrize("written", ["2040-01-15T14:30:00Z", "2040-01-15 14:30:00", "2040-01-15T15:30:00+01:00"])
async def test_a_time_is_taken_in_every_documented_form_and_a_naive_one_is_utc(api: ApiServer, written: str) -> None:
    bot_id = await create(api, join_at=written)
    view = await api.core.bots.get(api.core.workspace_id, bot_id)
    assert view.join_at_ms is not None
    assert iso(view.join_at_ms) == "2040-01-15T14:30:00.000000Z"
    assert api.core.engine.attended[-1] == (bot_id, view.join_at_ms)
    assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == "Scheduled"


async def test_a_past_time_is_now(api: ApiServer) -> None:
    bot_id = await create(api, join_at="2020-01-15 14:30:00")
    assert api.core.engine.attended[-1] == (bot_id, None)


@pytest.mark.parametrize(("provider", "core"), [
    ("deepgram", "deepgram_async"), ("assemblyai", "assembly_ai_async"), ("meetstream", "recallai_streaming"),
    ("deepgram_streaming", "deepgram_streaming"), ("assemblyai_streaming", "assembly_ai_v3_streaming"),
    ("meetstream_streaming", "recallai_streaming"),
])
async def test_every_provider_has_its_name_in_the_core_and_only_those_after_the_call_an_id(
    api: ApiServer, provider: str, core: str,
) -> None:
    await api.accounts()
    answer = await post(api, recording_config={"transcript": {"provider": {provider: {"language": "en"}}}})
    bot_id = answer.json["bot_id"]
    assert answer.json["transcript_id"] == (bot_id if provider in {"deepgram", "assemblyai", "meetstream"} else None)
    assert (await config_of(api, bot_id))["recording_config"]["transcript"] == {"provider": {core: {"language": "en"}}}


async def test_captions_are_refused_where_the_platform_has_none(api: ApiServer) -> None:
    answer = await post(api, recording_config={"transcript": {"provider": {"meeting_captions": {}}}})
    assert answer.status == 501
    assert "room has no captions" in answer.json["message"]


@pytest.mark.parametrize("form", [
    {"transcription": {"deepgram": {}}}, {"recording_config": {"transcript": {"provider": {"assemblyai_streaming": {}}}}}])
async def test_a_provider_without_its_account_is_refused_with_the_remedy(api: ApiServer, form: dict[str, Any]) -> None:
    answer = await post(api, **form)
    assert answer.status == 400
    assert "api_key is missing" in answer.json["message"]


@pytest.mark.parametrize("provider", ["jigsawstack", "jigsawstack_streaming", "sarvam"])
async def test_a_provider_that_will_not_come_is_refused_by_its_name(api: ApiServer, provider: str) -> None:
    answer = await post(api, recording_config={"transcript": {"provider": {provider: {}}}})
    assert answer.status == 400
    assert f"{provider} is not available on this server" in answer.json["message"]


async def test_live_words_without_a_provider_are_the_local_engines(api: ApiServer) -> None:
    for address in ({"webhook_url": "https://example.org/t"}, {"websocket_url": "wss://example.org/t"}):
        bot_id = await create(api, live_transcription_required=address)
        assert (await config_of(api, bot_id))["recording_config"]["transcript"] == {"provider": {"recallai_streaming": {}}}


async def test_live_streams_are_endpoints_of_the_recording_in_the_dialects_words(api: ApiServer) -> None:
    await api.accounts()
    sent = {
        "live_audio_required": {"websocket_url": "wss://example.org/a"},
        "live_video_required": {"websocket_url": "wss://example.org/v"},
        "live_transcription_required": {"webhook_url": "https://example.org/t", "websocket_url": "wss://example.org/t"},
        "transcription": {"deepgram_streaming": {"transcription_mode": "word"}},
        "recording_config": {"realtime_endpoints": [
            {"type": "webhook", "url": "https://example.org/e", "events": ["participant_events.join"]}]},
    }
    bot_id = await create(api, **sent)
    wanted = (await config_of(api, bot_id))["recording_config"]["realtime_endpoints"]
    assert {each["dialect"] for each in wanted} == {"meetstream"}
    assert [(each["type"], each["url"], each["events"], each["options"]) for each in wanted] == [
        ("webhook", "https://example.org/e", ["participant_events.join"], {}),
        ("websocket", "wss://example.org/a", ["audio_mixed_raw.data"], {}),
        ("websocket", "wss://example.org/v", ["video_mixed_fmp4.data"], {}),
        ("webhook", "https://example.org/t", ["transcript.data"], {"transcription_mode": "word"}),
        ("websocket", "wss://example.org/t", ["transcript.data"], {"transcription_mode": "word"}),
    ]
    assert (await details(api, bot_id))["participant_events"] == sent["recording_config"]["realtime_endpoints"]
    assert "live_" not in await notes_of(api, bot_id)


async def test_what_is_not_done_yet_is_stored_shown_and_told(api: ApiServer) -> None:
    sent = {
        "bot_message": "Hello, I take notes.", "bot_image_url": "https://example.org/a.png",
        "zoom": {"zak_url": "https://example.org/zak"}, "google_meet": {"login_required": False},
        "teams": {"login_required": False},
    }
    bot_id = await create(api, **sent)
    shown = await details(api, bot_id)
    for key, value in sent.items():
        assert shown["RequestPayload"][key] == value
    assert (shown["BotMessage"], shown["BotImageURL"]) == (sent["bot_message"], sent["bot_image_url"])
    notes = await notes_of(api, bot_id)
    later = sent.keys() - {"bot_message", "bot_image_url"}
    assert all(f"Not yet produced by this build: {key}" in notes for key in later)


async def test_live_pictures_go_by_either_spelling(api: ApiServer) -> None:
    bot_id = await create(api, liveVideoRequired={"websocketUrl": "wss://example.org/v"})
    shown = await details(api, bot_id)
    assert shown["RequestPayload"]["live_video_required"] == {"websocket_url": "wss://example.org/v"}
    [wanted] = (await config_of(api, bot_id))["recording_config"]["realtime_endpoints"]
    assert (wanted["url"], wanted["events"]) == ("wss://example.org/v", ["video_mixed_fmp4.data"])


async def test_unknown_keys_are_ignored_and_named(api: ApiServer) -> None:
    answer = await post(api, colour="blue", automatic_leave={"typo": 1})
    assert (answer.status, answer.headers["X-Rapporteur-Unknown-Keys"]) == (201, "colour, automatic_leave.typo")
    assert "colour" in await notes_of(api, answer.json["bot_id"])


# --- what is refused ----------------------------------------------------------------------------------------------------


async def test_a_missing_link_is_refused_in_the_dialects_words(api: ApiServer) -> None:
    answer = await api.call("POST", CREATE, json={})
    assert answer.status == 400
    assert answer.json == {
        "message": "meeting_link is required.", "code": "invalid_request_data",
        "errors": {"meeting_link": ["This field is required."]}}


@pytest.mark.parametrize(("body", "words"), [
    ({"meeting_link": "no link"}, "meeting_link: "),
    ({"automatic_leave": {"in_call_recording_timeout": 599}},
     "automatic_leave.in_call_recording_timeout: Ensure this value is greater than or equal to 600"),
    ({"automatic_leave": {"recording_permission_denied_timeout": 59}}, "greater than or equal to 60"),
    ({"automatic_leave": {"recording_permission_denied_timeout": 301}}, "automatic_leave.recording_permission_denied_timeout"),
    ({"automatic_leave": {"waiting_room_timeout": 30}}, "automatic_leave.waiting_room_timeout"),
    ({"automatic_leave": {"bot_detection": {"using_participant_names": {"matches": [], "timeout": 4}}}},
     "using_participant_names.timeout"),
    ({"bot_image_url": "data:image/png;base64,AAAA"}, "bot_image_url"),
    ({"bot_image_url": "https://example.org/a.webp"}, "jpeg, jpg, png, gif"),
    ({"socket_connection_url": "https://example.org/"}, "socket_connection_url"),
    ({"live_audio_required": {"websocket_url": "https://example.org/"}}, "live_audio_required.websocket_url"),
    ({"live_video_required": {"websocket_url": "wss://example.org/"}, "video_required": False}, "video_required: true"),
    ({"live_transcription_required": {"webhook_url": "https://example.org/"}, "transcription": {"deepgram": {}}},
     "streaming provider"),
    ({"recording_config": {"transcript": {"provider": {"deepgram": {}, "assemblyai": {}}}}}, "exactly one provider"),
    ({"recording_config": {"transcript": {"provider": {"whisper": {}}}}}, "is not a provider"),
    ({"recording_config": {"retention": {"type": "forever"}}}, "recording_config.retention.type"),
    ({"recording_config": {"video_layout": "mosaic"}}, "recording_config.video_layout"),
    ({"zoom": {"zak_url": "https://a.org/", "obf_url": "https://b.org/"}}, "not both"),
    ({"zoom": {"zak_url": "http://a.org/"}}, "https://"),
    ({"use_zoom_obf": True}, "use_zoom_obf is no longer taken"),
    ({"callback_url": "ftp://example.org/"}, "callback_url"),
    ({"callback_url": "http://10.0.0.1/hook"}, "callback_url"),
    ({"deduplication_key": "ö"}, "deduplication_key"),
    ({"join_at": "tomorrow"}, "join_at: Write the time as"),
])
async def test_a_field_that_is_not_valid_is_named_with_the_remedy(api: ApiServer, body: dict[str, Any], words: str) -> None:
    answer = await post(api, **body)
    assert (answer.status, answer.json["code"]) == (400, "invalid_request_data"), answer.raw
    assert words in answer.json["message"]


@pytest.mark.parametrize("body", [
    {"agent_config_id": "a1"}, {"agent_config_params": {"x": 1}}, {"workflow_config_ids": ["w1"]},
])
async def test_agents_and_workflows_are_refused_by_name(api: ApiServer, body: dict[str, Any]) -> None:
    answer = await post(api, **body)
    assert (answer.status, answer.json["code"]) == (501, "not_supported")
    assert answer.json["message"].startswith(next(iter(body)))
    assert (await post(api, workflow_config_ids=[])).status == 201, "asking for none is no asking"


async def test_a_malformed_body_is_refused_with_its_place(api: ApiServer) -> None:
    answer = await api.call("POST", CREATE, data='{"meeting_link": "x",}', headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json["code"]) == (400, "invalid_request_data")
    assert "line 1" in answer.json["message"]


async def test_a_form_is_a_body_too(api: ApiServer) -> None:
    answer = await api.call("POST", CREATE, data={"meeting_link": ROOM, "video_required": "false"})
    assert answer.status == 201
    assert (await config_of(api, answer.json["bot_id"]))["recording_config"]["video_mixed_mp4"] is None


# --- sending once -------------------------------------------------------------------------------------------------------


async def test_a_repeated_header_answers_507_with_the_first_bot_and_ignores_the_body(api: ApiServer) -> None:
    keyed = {"idempotency-key": "a-key-of-mine"}
    first = await post(api, keyed, recording_config={"transcript": {"provider": {"meetstream": {}}}})
    again = await post(api, keyed, meeting_link="another", bot_name="Other")
    assert (first.status, again.status) == (201, 507)
    assert first.json["transcript_id"] == first.json["bot_id"]
    assert again.json == first.json | {"transcript_id": None}
    assert len((await api.get("/api/v1/bots"))["bots"]) == 1


async def test_a_refused_request_leaves_its_key_to_the_corrected_one(api: ApiServer) -> None:
    keyed = {"Idempotency-Key": "k"}
    assert (await post(api, keyed, meeting_link="no link")).status == 400
    assert (await post(api, keyed)).status == 201


async def test_a_deduplication_key_answers_200_with_the_same_bot_and_409_for_another_meeting(api: ApiServer) -> None:
    first = await post(api, deduplication_key="deal 42")
    again = await post(api, deduplication_key="deal 42", bot_name="Other")
    assert (first.status, again.status, again.json["bot_id"]) == (201, 200, first.json["bot_id"])
    other = await post(api, deduplication_key="deal 42", meeting_link=ROOM.replace("weekly", "daily"))
    assert (other.status, other.json["code"]) == (409, "duplicate_bot")


async def test_of_two_first_requests_with_one_deduplication_key_one_bot_comes(api: ApiServer) -> None:
    answers = await asyncio.gather(*(post(api, deduplication_key="deal 43") for _ in range(4)))
    made = {answer.json["bot_id"] for answer in answers if answer.status in (200, 201)}
    assert len(made) == 1
    assert {answer.status for answer in answers} <= {200, 201, 409}
    assert (await post(api, deduplication_key="deal 43")).json["bot_id"] in made


async def test_the_header_wins_over_the_deduplication_key(api: ApiServer) -> None:
    first = await post(api, deduplication_key="d")
    second = await post(api, {"Idempotency-Key": "k"}, deduplication_key="d")
    assert (second.status, second.json["bot_id"] != first.json["bot_id"]) == (201, True)


async def test_a_change_in_the_other_dialect_keeps_what_only_this_one_knows(api: ApiServer) -> None:
    bot_id = await create(api, join_at="2040-01-15T14:30:00Z", callback_url="http://127.0.0.1:9/hook",
                          live_audio_required={"websocket_url": "wss://example.org/a"}, custom_attributes=CRM)
    before = await config_of(api, bot_id)
    changed = await api.call("PATCH", f"/api/v1/bot/{bot_id}/", json={"bot_name": "Other", "surprise": 1})
    assert (changed.status, changed.headers["X-Rapporteur-Unknown-Keys"]) == (200, "surprise"), changed.raw
    assert {key: value for key, value in (await config_of(api, bot_id)).items() if key in before} == before
    assert (await details(api, bot_id))["BotUsername"] == "Other"
    to = await api.core.store.read(
        lambda tx: tx.webhooks.endpoint(api.core.workspace_id, callbacks.endpoint_id(bot_id)))
    assert to is not None, "the callback is still told"


async def test_a_recording_changed_in_the_other_dialect_streams_on_to_where_it_was_asked_to(api: ApiServer) -> None:
    bot_id = await create(api, join_at="2040-01-15T14:30:00Z", live_audio_required={"websocket_url": "wss://example.org/a"},
                          live_transcription_required={"webhook_url": "https://example.org/t"})
    before = (await config_of(api, bot_id))["recording_config"]["realtime_endpoints"]
    config = {"audio_mixed_mp3": {}, "realtime_endpoints": [
        {"type": "webhook", "url": "https://example.org/p", "events": ["participant_events.join"]}]}
    changed = await api.call("PATCH", f"/api/v1/bot/{bot_id}/", json={"recording_config": config})
    assert changed.status == 200, changed.raw
    after = (await config_of(api, bot_id))["recording_config"]
    assert [endpoint["url"] for endpoint in after["realtime_endpoints"][:1]] == ["https://example.org/p"]
    assert after["realtime_endpoints"][1:] == before
    assert (after["transcript"], after["audio_mixed_raw"]) == ({"provider": {"recallai_streaming": {}}}, {}), "as those need"


async def test_a_bot_of_the_other_dialect_is_no_duplicate(api: ApiServer) -> None:
    await api.create(external_id="d")
    assert (await post(api, deduplication_key="d")).status == 201


# --- reading ------------------------------------------------------------------------------------------------------------


async def test_a_bots_status_follows_its_states(api: ApiServer) -> None:
    bot_id = await create(api, custom_attributes=CRM)
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    assert await api.get(f"/api/v1/bots/{bot_id}/status") == {
        "bot_id": bot_id, "status": "Joining", "custom_attributes": CRM}
    await create(api, join_at="2040-01-15T14:30:00Z")
    assert [bot["bot_id"] for bot in (await api.get("/api/v1/bots?status=Joining"))["bots"]] == [bot_id]
    for state, word in (("joining_call", "Joining"), ("in_waiting_room", "InWaitingRoom"),
                        ("in_call_not_recording", "InMeeting"), ("in_call_recording", "Recording"), ("call_ended", "Stopped")):
        await api.core.attendance.take(bot_id, generation, [report.state(state)])
        assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == word == STATUSES[state]
    await api.core.attendance.take(bot_id, generation, report.finished())
    await api.core.lifecycle.publish(bot_id)
    assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == "Done"


@pytest.mark.parametrize(("states", "sub_code", "word", "stage"), [
    (("joining_call", "in_waiting_room", "call_ended"), "bot_kicked_from_waiting_room", "Denied", "BotRejected"),
    (("joining_call", "in_waiting_room", "call_ended"), "timeout_exceeded_waiting_room", "NotAllowed", "BotNotAllowed"),
    (("joining_call", "fatal"), "meeting_requires_sign_in", "NotAllowed", "BotNotAllowed"),
    (("joining_call", "fatal"), "bot_errored", "Error", "Error"),
])
async def test_a_bot_that_never_got_in_says_why(
    api: ApiServer, states: tuple[str, ...], sub_code: str, word: str, stage: str,
) -> None:
    bot_id = await create(api)
    await attending(api, bot_id, *states, sub_code=sub_code)
    shown = await details(api, bot_id)
    assert (shown["Status"], shown["Message"]) == (word, sub_code)
    assert shown["StatusTimeline"][stage] == {
        "message": sub_code, "status": True, "timestamp": shown["StatusTimeline"][stage]["timestamp"]}
    assert [bot["bot_id"] for bot in (await api.get(f"/api/v1/bots?status={word}"))["bots"]] == [bot_id]
    assert (await api.get("/api/v1/bots?status=Stopped"))["bots"] == []


async def test_details_tell_everything_under_either_address(api: ApiServer) -> None:
    bot_id = await create(api, bot_name="Notes", transcription={"meetstream": {}}, custom_attributes=CRM)
    await api.attended(bot_id)
    shown = await details(api, bot_id)
    for other in ("details", "summary"):
        assert (await api.get(f"/api/v1/bots/{bot_id}/{other}"))["bot_details"] == shown
    assert shown.keys() >= {
        "BotID", "BotImageURL", "BotMessage", "BotProfile", "BotUsername", "CreatedAt", "Duration", "EndTime", "LastUpdatedAt",
        "ManifestStatus", "MeetingLink", "NativeSTT", "OfferingType", "Platform", "StartTime", "Status", "UserID",
        "RequestPayload", "StatusTimeline", "custom_attributes", "caption_file", "transcript_id", "AudioStatus",
        "TranscriptStatus", "participant_events", "MediaS3Bucket", "PlatformCreatedAt", "Message", "MetaData"}
    assert (shown["BotID"], shown["BotUsername"], shown["MeetingLink"], shown["Status"]) == (bot_id, "Notes", ROOM, "Done")
    assert (shown["AudioStatus"], shown["TranscriptStatus"], shown["ManifestStatus"]) == ("Success", "Success", "Success")
    assert (shown["caption_file"], shown["transcript_id"], shown["custom_attributes"]) == ({"available": True}, bot_id, CRM)
    assert list(shown["StatusTimeline"]) == [
        "Joining", "WaitingRoom", "InMeeting", "Recording", "Stopped", *list(shown["StatusTimeline"])[5:]]
    assert {"AudioProcessing", "VideoProcessing", "TranscriptionReady", "Done"} <= shown["StatusTimeline"].keys()
    assert isinstance(shown["LastUpdatedAt"], int)
    assert shown["Duration"] > 0


async def test_bots_are_filtered_and_paged(api: ApiServer) -> None:
    first = await create(api, custom_attributes=CRM)
    api.core.clock.at_ms += 86_400_000
    second = await create(api, custom_attributes={"tenant": "t2", "seats": 6})
    await attending(api, second, "joining_call", "in_call_not_recording")

    async def found(query: str) -> list[str]:
        return [bot["bot_id"] for bot in (await api.get(f"/api/v1/bots?{query}"))["bots"]]

    day, next_day = iso(START_MS)[:10], iso(START_MS + 86_400_000)[:10]
    assert await found("") == [second, first]
    assert await found(f"from={next_day}") == [second]
    assert await found(f"to={day}") == [first]
    assert await found(f"from={day}&to={day}") == [first]
    assert await found("status=InMeeting") == [second]
    assert await found("status=nonsense") == []
    assert await found("platform=room") == [second, first]
    assert await found("platform=GMeet") == []
    assert await found('custom_attr[tenant]="t1"') == [first]
    assert await found("custom_attr[tenant]=t2&custom_attr[seats]=6") == [second]
    assert await found("custom_attr[trial]=true") == [first]
    assert await found("custom_attr[tenant]=t1&custom_attr[seats]=6") == []
    page = await api.get("/api/v1/bots?limit=1")
    assert (page["hasNextPage"], [bot["bot_id"] for bot in page["bots"]]) == (True, [second])
    for name in ("cursor", "nextCursor", "next_cursor"):
        rest = await api.get("/api/v1/bots", params={"limit": 1, name: page["nextCursor"]})
        assert (rest["hasNextPage"], rest["nextCursor"], [bot["bot_id"] for bot in rest["bots"]]) == (False, None, [first])
    assert (await api.call("GET", "/api/v1/bots?from=yesterday")).json["message"] == "from: Write the day as YYYY-MM-DD."


async def test_an_entry_of_the_list_has_plain_names_beside_the_details(api: ApiServer) -> None:
    bot_id = await create(api)
    [listed] = (await api.get("/api/v1/bots"))["bots"]
    shown = await details(api, bot_id)
    assert listed.items() >= {k: v for k, v in shown.items() if k not in {"RequestPayload", "StatusTimeline"}}.items()
    assert (listed["bot_id"], listed["status"], listed["meeting_link"]) == (bot_id, "Joining", ROOM)


async def test_a_bot_is_one_bot_in_both_dialects(api: ApiServer) -> None:
    bot_id = await create(api, bot_name="Notes", custom_attributes={"tenant": "t1"})
    recall = await api.get(f"/api/v1/bot/{bot_id}/")
    assert (recall["bot_name"], recall["metadata"]) == ("Notes", {"tenant": "t1"})
    assert "meetstream" not in json.dumps(recall)
    other = (await api.create(bot_name="Theirs"))["id"]
    assert (await details(api, other))["BotUsername"] == "Theirs"


# --- leaving, pausing, deleting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_bot_is_removed_by_either_method_and_only_once(api: ApiServer, method: str) -> None:
    bot_id = await create(api)
    await attending(api, bot_id, "joining_call", "in_call_not_recording")
    removed = await api.call(method, f"/api/v1/bots/{bot_id}/remove_bot")
    assert (removed.status, removed.json["bot_id"]) == (200, bot_id)
    assert [order.name for order in await api.core.attendance.orders(bot_id, 0)] == ["leave_call"]
    over = await create(api)
    await api.attended(over)
    late = await api.call(method, f"/api/v1/bots/{over}/remove_bot")
    assert (late.status, late.json["code"]) == (409, "cannot_command_completed_bot")


@pytest.mark.parametrize("leave", ["/api/v1/bots/{}/remove_bot", "/api/v1/bot/{}/leave_call/"])
async def test_a_bot_that_was_told_to_leave_is_leaving_until_it_has_left(api: ApiServer, leave: str) -> None:
    async def with_status(word: str) -> list[str]:
        return [bot["bot_id"] for bot in (await api.get(f"/api/v1/bots?status={word}"))["bots"]]

    other, bot_id = await create(api), await create(api)
    await attending(api, other, "joining_call", "in_call_not_recording", "in_call_recording")
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    await api.core.attendance.take(bot_id, generation, [*report.joined(), report.state("in_call_recording")])
    told_at = api.core.clock.at_ms = report.at_ms + 5000
    assert (await api.call("POST", leave.format(bot_id))).status == 200
    api.core.clock.at_ms += 1000
    assert (await api.call("POST", leave.format(bot_id))).status == 200, "it may be told again"
    shown = await details(api, bot_id)
    assert (shown["Status"], shown["StatusTimeline"]["Leaving"]) == ("Leaving", {"status": True, "timestamp": iso(told_at)})
    assert (await with_status("Leaving"), await with_status("Recording")) == ([bot_id], [other])
    await api.core.attendance.take(bot_id, generation, [report.state("call_ended", "bot_received_leave_call", 7000)])
    shown = await details(api, bot_id)
    assert shown["Status"] == "Stopped"
    assert list(shown["StatusTimeline"]) == ["Joining", "WaitingRoom", "InMeeting", "Recording", "Leaving", "Stopped"]
    assert await with_status("Leaving") == []
    assert "Leaving" not in (await details(api, other))["StatusTimeline"]


async def test_a_bot_leaves_from_the_waiting_room_too(api: ApiServer) -> None:
    bot_id = await create(api)
    await attending(api, bot_id, "joining_call", "in_waiting_room")
    assert (await api.call("GET", f"/api/v1/bots/{bot_id}/remove_bot")).status == 200
    assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == "Leaving"


async def test_a_scheduled_bot_that_is_removed_never_joins(api: ApiServer) -> None:
    bot_id = await create(api, join_at="2040-01-15T14:30:00Z")
    removed = await api.call("GET", f"/api/v1/bots/{bot_id}/remove_bot")
    assert (removed.status, removed.json["message"]) == (200, "The scheduled bot was cancelled.")
    assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == "Done", "what is known of it is kept"
    assert await api.core.lifecycle.next_generation(bot_id) is None
    assert (await api.call("GET", f"/api/v1/bots/{bot_id}/remove_bot")).status == 409


async def test_a_pause_is_accepted_and_accepted_again(api: ApiServer) -> None:
    bot_id = await create(api)
    path = f"/api/v1/bots/{bot_id}/pause_recording"
    assert (await api.call("POST", path)).status == 409, "not in its meeting"
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    await api.core.attendance.take(bot_id, generation, report.joined())
    refused = await api.call("POST", path)
    assert (refused.status, refused.json["code"]) == (503, "not_recording")
    recording_id = "6f1c1f0e-0000-4000-8000-000000000001"
    await api.core.attendance.take(bot_id, generation, [
        *report.recording(recording_id), report.fact(control.RECORDING_PAUSED, recording_id=recording_id),
        report.state("in_call_not_recording")])
    again = await api.call("POST", path)
    assert (again.status, again.json) == (200, {"status": "accepted", "bot_id": bot_id, "command": "pause_recording"})
    await api.core.attendance.take(bot_id, generation, [
        report.fact(control.RECORDING_RESUMED, recording_id=recording_id), report.state("in_call_recording")])
    resumed = await api.call("POST", f"/api/v1/bots/{bot_id}/resume_recording")
    assert (resumed.status, resumed.json["command"]) == (200, "resume_recording")


async def test_deleted_data_is_counted_and_gone(api: ApiServer) -> None:
    bot_id = await create(api)
    assert (await api.call("DELETE", f"/api/v1/bots/{bot_id}/delete")).status == 409
    await api.attended(bot_id)
    link = (await api.get(f"/api/v1/bots/{bot_id}/get_audio"))["audio_url"]
    deleted = await api.call("DELETE", f"/api/v1/bots/{bot_id}/delete")
    assert (deleted.status, deleted.json["bot_id"]) == (200, bot_id)
    assert deleted.json["deleted_objects"] >= 4
    assert (await api.call("GET", link, key=None)).status == 404
    assert (await api.get(f"/api/v1/bots/{bot_id}/status"))["status"] == "MediaExpired"
    assert (await api.call("GET", f"/api/v1/bots/{bot_id}/get_audio")).status == 404


async def test_data_whose_time_is_over_is_gone_and_says_so(api: ApiServer) -> None:
    bot_id = await create(api, recording_config={"retention": {"type": "timed", "hours": 1}})
    await api.attended(bot_id)
    api.core.clock.at_ms += 2 * 3_600_000
    await api.core.deletion.due()
    answer = await api.call("GET", f"/api/v1/bots/{bot_id}/get_audio")
    assert (answer.status, answer.json["code"]) == (410, "expired")
