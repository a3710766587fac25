"""Transcripts after the call, by the API; the process that makes them is stood in for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import ErrandFailure
from rapporteur.domain.ids import new_id
from tests.fakes.api_server import ROOM, Answer, ApiServer, serving

pytestmark = pytest.mark.contract

SAID = b'[{"participant": {"id": 100}, "words": []}]'
BODY: dict[str, Any] = {"provider": {"recallai_async": {"language_code": "en"}}}
ANN = {"id": 100, "name": "Ann"}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        running.core.workshop.files = {"transcript.json": SAID}
        yield running


async def create(api: ApiServer, recording_id: str, **body: Any) -> Answer:
    return await api.call("POST", f"/api/v1/recording/{recording_id}/create_transcript/", json=BODY | body)


async def done(api: ApiServer) -> None:
    """The errands that were asked for are done, as the engine would have them done."""
    for _, about in api.core.engine.errands:
        await api.core.transcripts.perform(about)


async def test_a_transcript_is_made_after_the_call(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    answer = await create(api, recording_id, metadata={"a": "1"}, diarization={"use_separate_streams_when_available": True})
    made = answer.json
    assert (answer.status, made["status"]["code"], made["data"]["download_url"]) == (200, "processing", None)
    assert (made["recording"]["id"], made["metadata"], made["provider"]) == (recording_id, {"a": "1"}, BODY["provider"])
    assert made["diarization"] == {"use_separate_streams_when_available": True}
    assert api.core.engine.errands == [("transcript", made["id"])]
    await done(api)
    [told] = api.core.workshop.told
    assert told["sources"] == [{"file": "video_mixed.mp4", "offset_ms": 0.0, "participant": None}]
    assert (told["task"], told["language_code"], told["timeline"]) == ("transcribe", "en", [])
    read = await api.get(f"/api/v1/transcript/{made['id']}/")
    assert read["status"]["code"] == "done"
    assert (await api.call("GET", read["data"]["download_url"], key=None)).raw == SAID
    [recording] = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"]
    assert recording["media_shortcuts"]["transcript"]["id"] == made["id"]
    assert not any((api.core.folder / "errands").iterdir()), "nothing is left of the work"


async def test_where_everybody_has_a_file_it_is_told_who_speaks(api: ApiServer) -> None:
    parts = [{"id": "1", "participant": ANN, "start_timestamp": {"relative": 1.5}, "duration": 2,
              "file": "audio_separate-1.mp3"}]
    _, recording_id = await api.recorded(
        {"audio_separate_mp3.json": json.dumps(parts).encode(), "audio_separate-1.mp3": b"mp3"},
        recording_config={"audio_separate_mp3": {}, "audio_mixed_mp3": {}})
    await create(api, recording_id)
    await done(api)
    assert api.core.workshop.told[0]["sources"] == [{"file": "audio_separate-1.mp3", "offset_ms": 1500.0, "participant": ANN}]
    assert api.core.workshop.found[0] >= {"audio_separate-1.mp3"}


async def test_a_transcript_that_cannot_be_made_has_failed_and_says_why(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    made = (await create(api, recording_id)).json
    api.core.workshop.failure = ErrandFailure("no", code="not_playable")
    with pytest.raises(ErrandFailure):
        await done(api)
    await api.core.transcripts.give_up(made["id"], "not_playable")
    read = await api.get(f"/api/v1/transcript/{made['id']}/")
    assert (read["status"]["code"], read["status"]["sub_code"]) == ("failed", "not_playable")
    assert any("not_playable" in line["message"] for line in await api.get(f"/api/v1/bot/{bot_id}/logs/"))


async def test_the_shortcut_is_the_newest_transcript_that_is_done(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded(recording_config={"transcript": {"provider": {"recallai_streaming": {}}}})
    api.core.clock.at_ms += 10_000
    second = (await create(api, recording_id)).json
    shortcut = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"][0]["media_shortcuts"]["transcript"]
    assert shortcut["id"] != second["id"]
    assert shortcut["data"]["download_url"]
    await done(api)
    shortcut = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"][0]["media_shortcuts"]["transcript"]
    assert shortcut["id"] == second["id"]
    listed = (await api.get(f"/api/v1/transcript/?recording_id={recording_id}"))["results"]
    assert listed[0]["id"] == second["id"]
    assert len(listed) == 2


async def test_a_recording_has_ten_transcripts_at_most(api: ApiServer) -> None:
    _, recording_id = await api.recorded(recording_config={"transcript": {"provider": {"recallai_streaming": {}}}})
    made = []
    for minute in range(9):
        api.core.clock.at_ms += 60_000 if minute % 5 == 0 else 0
        made.append((await create(api, recording_id)).json["id"])
    api.core.clock.at_ms += 60_000
    refused = await create(api, recording_id)
    assert (refused.status, refused.json["code"]) == (400, "transcript_limit_reached")
    assert (await api.call("DELETE", f"/api/v1/transcript/{made[0]}/")).status == 204
    assert (await create(api, recording_id)).status == 200


async def test_five_a_minute_are_taken_for_each_recording(api: ApiServer) -> None:
    _, recording_id = await api.recorded()
    answers = [(await create(api, recording_id)).status for _ in range(6)]
    assert answers == [200] * 5 + [429]


async def test_what_is_deleted_before_it_is_made_stays_deleted(api: ApiServer) -> None:
    _, recording_id = await api.recorded()
    made = (await create(api, recording_id)).json
    await api.call("DELETE", f"/api/v1/transcript/{made['id']}/")
    await done(api)
    await api.core.transcripts.give_up(made["id"], "x")
    assert (await api.get(f"/api/v1/transcript/{made['id']}/"))["status"]["code"] == "deleted"


async def test_transcripts_are_refused_before_the_recording_is_done_and_without_sound(api: ApiServer) -> None:
    assert (await create(api, new_id())).status == 404
    _, silent = await api.recorded(recording_config={"video_mixed_mp4": None})
    refused = await create(api, silent)
    assert (refused.status, refused.json["code"]) == (400, "no_audio")
    _, gone = await api.recorded()
    await api.call("DELETE", f"/api/v1/recording/{gone}/")
    assert (await create(api, gone)).json["code"] == "recording_not_done"


@pytest.mark.parametrize(("provider", "says"), [
    ({"gladia_v2_async": {}}, "gladia_v2_async is not available"), ({"nobody": {}}, "is no provider after the call"),
    ({}, "exactly one"), (None, "may not be null"), ({"recallai_async": 1}, "are an object")])
async def test_other_providers_are_refused_by_name(api: ApiServer, provider: Any, says: str) -> None:
    _, recording_id = await api.recorded()
    refused = await create(api, recording_id, provider=provider)
    assert refused.status == 400
    assert says in refused.json["provider"][0]


@pytest.mark.parametrize(("key", "account", "missing"), [
    ("deepgram_async", "deepgram", "api_key"), ("assembly_ai_async", "assemblyai", "api_key"),
    ("openai_compatible", "openai_compatible", "base_url")])
async def test_a_provider_without_its_account_is_refused_with_the_remedy(
    api: ApiServer, key: str, account: str, missing: str,
) -> None:
    _, recording_id = await api.recorded()
    refused = await create(api, recording_id, provider={key: {}})
    assert refused.status == 400
    [sentence] = refused.json["provider"]
    assert f"{key} needs this workspace's {account} account, and {missing} is missing" in sentence
    assert f"PUT /rapporteur/v1/providers/{account}/" in sentence
    await api.accounts()
    made = await create(api, recording_id, provider={key: {"an_option": "of its own"}})
    assert (made.status, made.json["provider"]) == (200, {key: {"an_option": "of its own"}})


async def test_a_bot_without_the_account_its_provider_needs_is_refused_before_it_sets_out(api: ApiServer) -> None:
    config = {"recording_config": {"transcript": {"provider": {"deepgram_streaming": {}}}}}
    refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, **config})
    assert (refused.status, list(refused.json)) == (400, ["recording_config"])
    assert "api_key is missing" in refused.json["recording_config"]["transcript"]["provider"][0]
    assert (await api.get("/api/v1/bot/"))["results"] == []
    await api.accounts()
    bot_id = (await api.create(**config))["id"]
    assert "k" not in (await api.get(f"/api/v1/bot/{bot_id}/"))["recording_config"]["transcript"]["provider"].values()


@pytest.mark.parametrize(("options", "field"), [
    ({"key_terms": ["Ada"]}, "key_terms"), ({"spelling": ["Ada"]}, "spelling"),
    ({"spelling": [{"find": "Ada", "replace": "Ida"}]}, "spelling")])
async def test_what_our_own_engine_cannot_heed_is_refused_by_name(api: ApiServer, options: dict[str, Any], field: str) -> None:
    config = {"transcript": {"provider": {"recallai_streaming": options}}}
    refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, "recording_config": config})
    assert refused.status == 400
    assert field in refused.json["recording_config"]["transcript"]["provider"]["recallai_streaming"]


async def test_a_provider_after_the_call_begins_when_the_recording_is_over(api: ApiServer) -> None:
    await api.accounts()
    bot_id, recording_id = await api.recorded(recording_config={"transcript": {"provider": {"deepgram_async": {}}}})
    [shown] = (await api.get(f"/api/v1/transcript/?recording_id={recording_id}"))["results"]
    assert (shown["status"]["code"], shown["provider"]) == ("processing", {"deepgram_async": {}})
    assert (await api.get(f"/api/v1/recording/{recording_id}/"))["status"]["code"] == "done"
    await api.app.state.services.transcripts.begin(bot_id)
    assert api.core.engine.errands == [("transcript", shown["id"])]


async def test_the_older_address_transcribes_the_newest_recording(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()
    answer = await api.call("POST", f"/api/v1/bot/{bot_id}/transcribe/")
    assert answer.status == 200
    [made] = (await api.get(f"/api/v1/transcript/?recording_id={recording_id}"))["results"]
    assert answer.json == {"job_id": made["id"]}
    nothing = await api.create()
    assert (await api.call("POST", f"/api/v1/bot/{nothing['id']}/transcribe/")).json["code"] == "recording_not_done"


async def test_a_transcript_that_nobody_began_is_found_again(api: ApiServer) -> None:
    _, recording_id = await api.recorded()
    made = (await create(api, recording_id)).json["id"]
    assert await api.core.transcripts.unfinished() == [made]
    await done(api)
    assert await api.core.transcripts.unfinished() == []
