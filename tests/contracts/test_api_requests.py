"""What the Recall dialect takes and what it refuses: keys, bodies, fields, both slashes."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rapporteur.api.body import MAX_BYTES
from tests.fakes.api_server import ROOM, ApiServer, serving

pytestmark = pytest.mark.contract


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def refused(api: ApiServer, status: int, **body: Any) -> Any:
    answer = await api.call("POST", "/api/v1/bot/", json=body)
    assert answer.status == status, answer.raw
    return answer.json


# --- keys ---------------------------------------------------------------------------------------------------------------


async def test_a_key_is_taken_with_and_without_the_word_token(api: ApiServer) -> None:
    for authorization in (f"Token {api.key}", f"token {api.key}", api.key):
        assert (await api.call("GET", "/api/v1/bot/", key=authorization)).status == 200


WRONG_KEYS = [
    (None, "not_authenticated", "Authorization: Token YOUR_KEY"),
    ("Token nonsense", "authentication_failed", "Invalid token."),
    ("nonsense", "authentication_failed", "Invalid token."),
    ("Bearer anything", "bearer_not_supported", "Token YOUR_KEY"),
]


async def test_a_request_without_a_good_key_is_told_what_to_send(api: ApiServer, subtests: pytest.Subtests) -> None:
    for authorization, code, words in WRONG_KEYS:
        with subtests.test(authorization=authorization):
            answer = await api.call("GET", "/api/v1/bot/", key=authorization)
            assert (answer.status, answer.json["code"]) == (401, code)
            assert words in answer.json["detail"]


async def test_a_revoked_key_opens_nothing(api: ApiServer) -> None:
    made = (await api.call("POST", "/rapporteur/v1/keys/", json={"name": "old"})).json
    assert (await api.call("GET", "/api/v1/bot/", key=made["secret"])).status == 200
    assert (await api.call("DELETE", f"/rapporteur/v1/keys/{made['id']}/")).status == 204
    assert (await api.call("GET", "/api/v1/bot/", key=made["secret"])).status == 401
    assert all("secret" not in key for key in (await api.get("/rapporteur/v1/keys/"))["results"])


async def test_one_workspace_never_sees_anothers_objects(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    view = await api.get(f"/api/v1/recording/{recording_id}/")
    video_id = view["media_shortcuts"]["video_mixed"]["id"]
    await api.core.store.write(lambda tx: tx.keys.ensure_workspace("other", "Other", 0))
    secret, _ = await api.core.keys.create("other", "theirs")
    for method, path in [
        ("GET", f"/api/v1/bot/{bot_id}/"), ("POST", f"/api/v1/bot/{bot_id}/leave_call/"), ("DELETE", f"/api/v1/bot/{bot_id}/"),
        ("GET", f"/api/v1/bot/{bot_id}/logs/"), ("GET", f"/api/v1/recording/{recording_id}/"),
        ("GET", f"/api/v1/video_mixed/{video_id}/"), ("GET", f"/rapporteur/v1/bots/{bot_id}/events/"),
        ("GET", f"/rapporteur/v1/bots/{bot_id}/play_link/"),
    ]:
        answer = await api.call(method, path, key=secret)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."}), path
    patched = await api.call("PATCH", f"/api/v1/recording/{recording_id}/", key=secret, json={"metadata": {}})
    assert patched.status == 404
    for path in ("/api/v1/bot/", "/api/v1/recording/", f"/api/v1/video_mixed/?recording_id={recording_id}"):
        assert (await api.call("GET", path, key=secret)).json["results"] == []


# --- paths --------------------------------------------------------------------------------------------------------------


async def test_every_route_answers_with_and_without_its_last_slash_and_never_redirects(api: ApiServer) -> None:
    document = (await api.call("GET", "/openapi.json", key=None)).json
    walked = 0
    for path, operations in document["paths"].items():
        if "/media/" in path:  # files, opened by their own tokens
            continue
        concrete = re.sub(r"{[^}]*}", "none", path)
        for method in operations:
            with_slash = await api.call(method.upper(), concrete)
            without = await api.call(method.upper(), concrete.rstrip("/"))
            assert with_slash.status == without.status != 307, path
            assert with_slash.status in {200, 201, 204, 400, 404}, (method, path, with_slash.raw)
            assert with_slash.json.keys() == without.json.keys()
            walked += 1
    assert walked >= 30


async def test_a_post_without_the_last_slash_keeps_its_body(api: ApiServer) -> None:
    answer = await api.call("POST", "/api/v1/bot", json={"meeting_url": ROOM, "bot_name": "Scribe"})
    assert (answer.status, answer.json["bot_name"]) == (201, "Scribe")


async def test_head_answers_as_get_without_a_body(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    for path in (f"/api/v1/bot/{bot_id}/", f"/api/v1/bot/{bot_id}", "/api/v1/bot/", f"/api/v1/bots/{bot_id}/status",
                 f"/v1/bots/{bot_id}/status", "/api/v1/bot/nope/", "/api/v1/bots/nope/status", "/api/v1/nothing",
                 "/api/v2/calendars/", "/rapporteur/v1/health/"):
        whole, head = await api.call("GET", path), await api.call("HEAD", path)
        assert (head.status, head.raw) == (whole.status, b""), path
        for name in ("Content-Type", "Content-Length"):
            assert head.headers[name] == whole.headers[name], path
    assert (await api.call("HEAD", f"/api/v1/bot/{bot_id}/", key=None)).status == 401
    assert (await api.call("HEAD", f"/api/v1/bot/{bot_id}/leave_call/")).status == 405, "there is no GET"


async def test_head_never_streams_and_does_nothing(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    events = f"/rapporteur/v1/bots/{bot_id}/events/"
    head = await api.call("HEAD", events, headers={"Accept": "text/event-stream"})
    assert (head.status, head.headers["Content-Type"]) == (200, "application/json")
    assert (await api.call("HEAD", f"/api/v1/bots/{bot_id}/remove_bot")).status == 405
    assert (await api.get(f"/api/v1/bot/{bot_id}/"))["status_changes"][-1]["code"] == "ready"


async def test_unknown_paths_and_methods_answer_in_json(api: ApiServer) -> None:
    unknown = await api.call("GET", "/api/v1/nothing")
    assert (unknown.status, unknown.json) == (404, {"detail": "Not found."})
    wrong = await api.call("PUT", "/api/v1/bot/")
    assert (wrong.status, wrong.json) == (405, {"detail": 'Method "PUT" not allowed.'})
    assert "POST" in wrong.headers["Allow"]


async def test_the_document_describes_every_body_and_its_references_resolve(api: ApiServer) -> None:
    document = (await api.call("GET", "/openapi.json", key=None)).json
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}:
        assert reference in document["components"]["schemas"]
    create = document["paths"]["/api/v1/bot/"]["post"]
    assert create["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/CreateBot")
    assert all(operation.get("description") for path in document["paths"].values() for operation in path.values())


# --- bodies -------------------------------------------------------------------------------------------------------------


SLIPS = [
    ('{\n  "meeting_url": "x",\n  "audio_mixed_mp3": {} # Add this to your request body\n}', "no comments", "line 3 column 25"),
    ('{"meeting_url": "x",}', "a comma stands before a closing bracket", "line 1 column 20"),
    ('{"meeting_url": "x"\n"bot_name": "y"}', "a comma is missing", "line 2 column 1"),
    ("{'meeting_url': 'x'}", "double quotes", "line 1 column 2"),
    ('{"meeting_url": ', "expecting value", "line 1 column 17"),
    ('{"meeting_url": NaN}', "NaN is not a JSON value", ""),
]


async def test_a_malformed_body_is_refused_with_the_slip_and_its_place(api: ApiServer, subtests: pytest.Subtests) -> None:
    for body, slip, place in SLIPS:
        with subtests.test(body=body):
            answer = await api.call("POST", "/api/v1/bot", data=body, headers={"Content-Type": "application/json"})
            assert answer.status == 400
            [sentence] = answer.json["non_field_errors"]
            assert slip in sentence
            assert place in sentence


async def test_a_body_that_is_no_object_is_refused(api: ApiServer) -> None:
    answer = await api.call("POST", "/api/v1/bot/", data="[1]", headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json["non_field_errors"]) == (400, ["Invalid data. Expected a JSON object, but got a list."])


async def test_a_body_without_end_is_refused(api: ApiServer) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BYTES // 1_000_000 + 1):
            yield b"x" * 1_000_000

    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = await api.call("POST", "/api/v1/bot/", data=endless(), headers={"Content-Type": kind})
        assert (answer.status, answer.json["code"]) == (413, "body_too_large")


async def test_forms_are_taken_like_json(api: ApiServer) -> None:
    form = {"meeting_url": ROOM, "bot_name": "Form", "metadata": '{"a": "b"}', "recording_config": '{"audio_mixed_mp3": {}}'}
    multipart = aiohttp.FormData(form, default_to_multipart=True)
    for data in (form, multipart):
        answer = await api.call("POST", "/api/v1/bot/", data=data)
        assert answer.status == 201, answer.raw
        assert (answer.json["bot_name"], answer.json["metadata"]) == ("Form", {"a": "b"})
        assert answer.json["recording_config"]["audio_mixed_mp3"] == {}


async def test_names_of_a_form_say_where_a_field_belongs(api: ApiServer) -> None:
    fields = {
        "meeting_url": ROOM, "metadata.team": "a", "metadata[deal]": "b", "automatic_leave[waiting_room_timeout]": "60",
        "recording_config.realtime_endpoints[0].type": "webhook", "recording_config[metadata]": '{"1": "c"}',
        "recording_config[realtime_endpoints][0][url]": "https://example.org/hook",
        "recording_config[realtime_endpoints][0][events][]": "transcript.data",
    }
    answer = await api.call("POST", "/api/v1/bot/", data=fields)
    assert answer.status == 201, answer.raw
    config = answer.json["recording_config"]
    assert (answer.json["metadata"], config["metadata"]) == ({"team": "a", "deal": "b"}, {"1": "c"})
    assert answer.json["automatic_leave"]["waiting_room_timeout"] == 60
    [endpoint] = config["realtime_endpoints"]
    assert endpoint == {
        "type": "webhook", "url": "https://example.org/hook", "events": ["transcript.data"], "metadata": {}}
    twice = await api.call("POST", "/api/v1/bot/", data={"meeting_url": ROOM, "metadata": "x", "metadata.team": "a"})
    assert (twice.status, "two forms" in twice.json["metadata"][0]) == (400, True)


# --- fields -------------------------------------------------------------------------------------------------------------


WRONG_FIELDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"meeting_url": ["This field is required."]}),
    ({"meeting_url": None}, {"meeting_url": ["This field may not be null."]}),
    ({"meeting_url": ""}, {"meeting_url": ["This field may not be blank."]}),
    ({"meeting_url": 7}, {"meeting_url": ["Not a valid string."]}),
    ({"meeting_url": ROOM, "bot_name": "x" * 101}, {"bot_name": ["Ensure this field has no more than 100 characters."]}),
    ({"meeting_url": ROOM, "metadata": {"a": 1}}, {"metadata": {"a": ["Not a valid string."]}}),
    ({"meeting_url": ROOM, "metadata": "a"}, {"metadata": ["Expected an object, but got a string."]}),
    ({"meeting_url": ROOM, "automatic_leave": {"waiting_room_timeout": 5}},
     {"automatic_leave": {"waiting_room_timeout": ["Ensure this value is greater than or equal to 30."]}}),
    ({"meeting_url": ROOM, "automatic_leave": {"silence_detection": {"timeout": "soon"}}},
     {"automatic_leave": {"silence_detection": {"timeout": ["A valid integer is required."]}}}),
    ({"meeting_url": ROOM, "recording_config": {"video_mixed_mp4": True}},
     {"recording_config": {"video_mixed_mp4": ["Expected an object, but got a boolean."]}}),
    ({"meeting_url": ROOM, "recording_config": {"transcript": {}}},
     {"recording_config": {"transcript": {"provider": ["This field is required."]}}}),
]


async def test_a_wrong_field_is_named_with_what_is_wrong(api: ApiServer, subtests: pytest.Subtests) -> None:
    for body, errors in WRONG_FIELDS:
        with subtests.test(body=body):
            assert await refused(api, 400, **body) == errors


async def test_null_is_the_same_as_leaving_a_field_out(api: ApiServer) -> None:
    plain = await api.create()
    nothing = {"bot_name": None, "metadata": None, "automatic_leave": {"everyone_left_timeout": None}, "recording_config": {
        "video_mixed_layout": None, "start_recording_on": None, "include_bot_in_recording": None, "realtime_endpoints": None,
        "metadata": None, "audio_mixed_mp3": None,
    }}
    bot = await api.create(**nothing)
    for field in ("bot_name", "metadata", "automatic_leave", "recording_config"):
        assert bot[field] == plain[field], field
    off = await api.create(recording_config={"video_mixed_mp4": None, "participant_events": None, "retention": None})
    assert [off["recording_config"][key] for key in ("video_mixed_mp4", "participant_events", "retention")] == [None] * 3


async def test_what_the_original_never_looks_at_fails_no_request(api: ApiServer) -> None:
    bot = await api.create(platform="teams", external_id=123, meeting_password=4567, bot_avatar_url="", join_at="")
    assert (bot["external_id"], bot["meeting_url"]["meeting_password"], bot["bot_avatar_url"]) == ("123", "4567", None)
    answer = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, "platform": "teams"})
    assert "platform teams was ignored" in answer.headers["X-Rapporteur-Notice"]


async def test_who_records_by_itself_is_told_without_an_address(api: ApiServer) -> None:
    told = {"type": "desktop_sdk_callback", "events": ["transcript.data"]}
    bot = await api.create(recording_config={"realtime_endpoints": [told]})
    assert bot["recording_config"]["realtime_endpoints"] == [told | {"url": "", "metadata": {}}]


async def test_all_faults_are_told_at_once(api: ApiServer) -> None:
    answer = await refused(api, 400, bot_name=3, join_at="tomorrow")
    assert set(answer) == {"meeting_url", "bot_name", "join_at"}
    assert "2030-01-31T15:04:05Z" in answer["join_at"][0]


async def test_an_unknown_choice_is_answered_with_the_choices(api: ApiServer) -> None:
    config = {"video_mixed_layout": "mosaic", "transcript": {"provider": {"nobody": {}}}}
    answer = await refused(api, 400, meeting_url=ROOM, recording_config=config)
    assert "speaker_view" in answer["recording_config"]["video_mixed_layout"][0]
    assert "recallai_streaming" in answer["recording_config"]["transcript"]["provider"][0]
    two = {"transcript": {"provider": {"recallai_streaming": {}, "deepgram_streaming": {}}}}
    answer = await refused(api, 400, meeting_url=ROOM, recording_config=two)
    assert "exactly one" in answer["recording_config"]["transcript"]["provider"][0]


async def test_a_link_of_nobody_is_refused_with_the_platforms_that_are_known(api: ApiServer) -> None:
    for link in ("not a link", "https://example.org/meeting/1", "http://127.0.0.1:8000/rooms/a", "http://[broken"):
        [sentence] = (await refused(api, 400, meeting_url=link))["meeting_url"]
        assert "(room)" in sentence
        assert "/room/" in sentence


async def test_a_link_may_lack_its_scheme(api: ApiServer) -> None:
    made = await api.create(meeting_url="meet.example.org/room/weekly-sync?pw=abc")
    assert made["meeting_url"] == {"platform": "room", "meeting_id": "weekly-sync", "meeting_password": "abc"}
    _, generation = await api.core.next(made["id"])
    job = (await api.core.hello(made["id"], generation)).job
    assert job["meeting_url"] == "https://meet.example.org/room/weekly-sync?pw=abc"
    [sentence] = (await refused(api, 400, meeting_url="meet.google.com/abc-defg-hij"))["meeting_url"]
    assert sentence.startswith("google_meet is not supported by this build yet")


NOT_YET = [
    ("https://us02web.zoom.us/j/123456789?pwd=abc", "zoom"), ("https://meet.google.com/abc-defg-hij", "google_meet"),
    ("https://teams.microsoft.com/l/meetup-join/x", "microsoft_teams"), ("https://acme.webex.com/meet/ada", "webex"),
    ("https://app.slack.com/huddle/T1/C1", "slack_huddle_observer"), ("https://meet.goto.com/123456789", "goto_meeting"),
]


async def test_a_platform_that_cannot_be_joined_yet_is_refused_by_its_name(api: ApiServer, subtests: pytest.Subtests) -> None:
    for link, platform in NOT_YET:
        with subtests.test(platform=platform):
            [sentence] = (await refused(api, 400, meeting_url=link))["meeting_url"]
            assert sentence.startswith(f"{platform} is not supported by this build yet")


async def test_a_bad_cursor_and_a_bad_time_are_refused(api: ApiServer) -> None:
    for query in ("cursor=nonsense", "join_at_after=yesterday", "limit=0"):
        answer = await api.call("GET", f"/api/v1/bot/?{query}")
        assert (answer.status, list(answer.json)) == (400, [query.partition("=")[0]])


async def test_unknown_objects_are_not_found(api: ApiServer) -> None:
    for path in ("/api/v1/bot/nope/", "/api/v1/recording/nope/", "/api/v1/transcript/8f0e5b7c-0000-4000-8000-000000000000/"):
        answer = await api.call("GET", path)
        assert (answer.status, answer.json) == (404, {"detail": "Not found."})
