"""What a bot recorded, as MeetStream's clients fetch it: sound, pictures, everybody apart, people, chat and words."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from rapporteur.domain.ids import new_id
from rapporteur.domain.timeline import moment
from rapporteur.wire import control
from tests.fakes import meeting_documents
from tests.fakes.api_server import ROOM, ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

LINKS = ("get_audio", "get_video", "get_audio_streams", "get_recording_streams", "get_speaker_timeline", "get_chats")
EVERYTHING: dict[str, Any] = {
    "transcription": {"meetstream": {"language": "en"}}, "audio_separate_streams": True, "video_separate_streams": True,
}


def part(name: str, who: dict[str, Any], start_s: float, **more: Any) -> dict[str, Any]:
    start = {"absolute": "2025-11-25T12:00:01.000000Z", "relative": start_s}
    return {"id": name, "participant": who, "start_timestamp": start, "duration": 2.5, **more, "file": name}


def turn(who: dict[str, Any], start_s: float, end_s: float) -> dict[str, Any]:
    zero_ms = meeting_documents.ZERO_MS
    return {"participant": who, "start_timestamp": moment(zero_ms + start_s * 1000, zero_ms),
            "end_timestamp": moment(zero_ms + end_s * 1000, zero_ms)}


RAW = bytes(range(256)) * 500
ADA, BEN = meeting_documents.ADA, meeting_documents.BEN
CONTENTS = meeting_documents.contents() | {
    "audio_mixed.mp3": b"m" * 12_000, "audio_mixed.raw": RAW, "video_mixed.mp4": b"moving",
    "audio_separate-1.mp3": b"Ada", "audio_separate-2.mp3": b"Ben",
    "audio_separate_mp3.json": json.dumps(
        [part("audio_separate-1.mp3", ADA, 0.0), part("audio_separate-2.mp3", BEN, 1.0)]).encode(),
    "video_separate-1.mp4": b"seen", "video_separate-2.mp4": b"shown",
    "video_separate_mp4.json": json.dumps([part("video_separate-1.mp4", ADA, 0.0, type="webcam"),
                                           part("video_separate-2.mp4", ADA, 2.0, type="screenshare")]).encode(),
}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def create(api: ApiServer, **body: Any) -> Any:
    answer = await api.call("POST", "/api/v1/bots/create_bot", json={"meeting_link": ROOM} | body)
    assert answer.status == 201, answer.raw
    return answer.json


async def recorded(api: ApiServer, **body: Any) -> str:
    bot_id = (await create(api, **EVERYTHING | body))["bot_id"]
    await api.attended(bot_id, CONTENTS)
    return bot_id


async def fetch(api: ApiServer, url: str) -> bytes:
    answer = await api.call("GET", url, key=None)
    assert answer.status == 200, answer.raw
    return answer.raw


async def test_the_sound_of_everybody_is_behind_a_link(api: ApiServer) -> None:
    answer = await api.get(f"/api/v1/bots/{await recorded(api)}/get_audio")
    assert answer.keys() == {"audio_url"}
    assert urlsplit(answer["audio_url"]).path.endswith("/audio.wav")
    whole = await fetch(api, answer["audio_url"])
    with wave.open(io.BytesIO(whole)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert sound.readframes(sound.getnframes()) == RAW
    for wanted in ("bytes=0-9", "bytes=40-60", "bytes=100-", "bytes=-7"):
        part = await api.call("GET", answer["audio_url"], key=None, headers={"Range": wanted})
        assert part.status == 206
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        assert part.raw == (whole[int(first):int(last) + 1 if last else None] if first else whole[-int(last):])


async def test_a_bot_of_the_other_dialect_has_the_sound_it_was_sent_for(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"audio_mixed_mp3": {}}))["id"]
    await api.attended(bot_id, CONTENTS)
    answer = await api.get(f"/api/v1/bots/{bot_id}/get_audio")
    assert await fetch(api, answer["audio_url"]) == CONTENTS["audio_mixed.mp3"]


async def test_the_video_comes_with_what_is_known_of_it(api: ApiServer) -> None:
    answer = await api.get(f"/api/v1/bots/{await recorded(api)}/get_video")
    assert await fetch(api, answer["video_url"]) == b"moving"
    assert answer["video_info"].keys() == {"duration", "size_mb", "resolution", "fps", "frames_processed", "corrupted_frames"}
    assert (answer["video_info"]["resolution"], answer["video_info"]["fps"]) == ("1280x720", 30)


async def test_everybodys_sound_is_in_files_of_their_own(api: ApiServer) -> None:
    bot_id = await recorded(api)
    answer = await api.get(f"/api/v1/bots/{bot_id}/get_audio_streams")
    assert (answer["bot_id"], answer["audio_status"], answer["audio_streams_available"]) == (bot_id, "Success", True)
    assert answer["summary"] == {"total_participants": 2, "total_segments": 2}
    for person, name, sound in zip(answer["participants"], (ADA["name"], BEN["name"]), (b"Ada", b"Ben"), strict=True):
        assert person["participant_name"] == name
        [stream] = person["streams"]
        [segment] = stream["segments"]
        assert segment.keys() >= {
            "segment_index", "url", "filename", "duration_seconds", "sample_rate", "channels", "codec"}
        assert (segment["segment_index"], segment["duration_seconds"], segment["codec"]) == (0, 2.5, "mp3")
        assert await fetch(api, segment["url"]) == sound


async def test_everybodys_pictures_are_apart_from_shared_screens(api: ApiServer) -> None:
    answer = await api.get(f"/api/v1/bots/{await recorded(api)}/get_recording_streams")
    assert answer["summary"] == {"total_participants": 1, "total_segments": 2, "total_screenshares": 1}
    [person], [screen] = answer["participants"], answer["screenshares"]
    for found, seen in ((person, b"seen"), (screen, b"shown")):
        [segment] = found["streams"][0]["segments"]
        assert segment.keys() >= {"url", "filename", "duration_seconds", "width", "height"}
        assert await fetch(api, segment["url"]) == seen


async def test_the_speaker_timeline_counts_in_bytes_of_the_sound(api: ApiServer) -> None:
    turns = [turn(ADA, 0.2, 0.5), turn(BEN, 1.0, 1.5)]
    bot_id = (await create(api, **EVERYTHING))["bot_id"]
    await api.attended(bot_id, CONTENTS | {"speaker_timeline.json": json.dumps(turns).encode()})
    answer = await api.get(f"/api/v1/bots/{bot_id}/get_speaker_timeline")
    assert (answer["audioFilePath"], answer["totalFileSize"]) == ("audio.wav", 44 + len(RAW))
    first = answer["chunks"][0]
    assert first.keys() >= {
        "chunkIndex", "timestamp", "sampleRate", "speakerId", "speakerName", "startByte", "endByte"}
    assert (first["speakerId"], first["speakerName"]) == ("100", ADA["name"])
    assert [(chunk["startByte"], chunk["endByte"]) for chunk in answer["chunks"]] == [(6444, 16_044), (32_044, 48_044)]


async def test_the_chat_is_told_by_message_and_by_person(api: ApiServer) -> None:
    bot_id = await recorded(api)
    answer = await api.get(f"/api/v1/bots/{bot_id}/get_chats")
    [message] = answer["chatMessages"]
    assert message.keys() == {
        "messageId", "deviceId", "timestamp", "text", "speakerName", "speakerDisplayName", "clientTimestamp",
        "sessionTimestamp"}
    assert (message["text"], message["speakerName"], message["sessionTimestamp"]) == ("<b>see</b> the plan", BEN["name"], 7000)
    assert answer["speakers"] == [{"deviceId": "200", "name": BEN["name"], "displayName": BEN["name"], "messageCount": 1}]
    assert answer["messagesBySpeaker"] == {BEN["name"]: [message]}
    assert answer["metadata"].items() >= {
        "totalMessages": 1, "uniqueSpeakers": 1, "botId": bot_id, "meetingId": "weekly-sync"}.items()
    assert answer["serverMetadata"].keys() == {"savedAt", "serverBotId", "serverMeetingId", "serverVersion"}


async def test_participants_are_a_bare_list_during_the_meeting_and_after(api: ApiServer) -> None:
    bot_id = (await create(api))["bot_id"]
    path = f"/api/v1/bots/{bot_id}/get_participants"
    assert await api.get(path) == []
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)

    def told(action: str, who: dict[str, Any]) -> control.Fact:
        return report.fact(control.PARTICIPANT_EVENT, recording_id=None, action=action, participant=who, data=None)

    facts = [*report.joined(), told("join", ADA), told("join", BEN), told("leave", BEN)]
    await api.core.attendance.take(bot_id, generation, facts)
    here, gone = await api.get(path)
    assert here.keys() == {
        "deviceId", "displayName", "fullName", "profilePicture", "status", "humanized_status", "streamIds", "lastUpdated"}
    assert (here["deviceId"], here["fullName"], here["humanized_status"]) == ("100", ADA["name"], "in_meeting")
    assert (gone["displayName"], gone["humanized_status"]) == (BEN["name"], "left")
    assert {type(person["status"]) for person in (here, gone)} == {int}
    after = await api.get(f"/api/v1/bots/{await recorded(api)}/get_participants")
    assert [person["displayName"] for person in after] == [ADA["name"], BEN["name"], None]
    assert {person["humanized_status"] for person in after} == {"left"}


# --- transcripts --------------------------------------------------------------------------------------------------------


async def test_a_transcript_is_a_bare_list_under_the_id_that_creation_gave(api: ApiServer) -> None:
    made = await create(api, **EVERYTHING)
    path = f"/api/v1/transcript/{made['transcript_id']}/get_transcript"
    waiting = await api.call("GET", path)
    assert (waiting.status, waiting.json["message"]) == (202, "The transcript is not ready yet.")
    await api.attended(made["bot_id"], CONTENTS)
    said = await api.get(path)
    assert [(one["speaker"], one["transcript"]) for one in said][:2] == [
        (ADA["name"], "good morning everybody"), (ADA["name"], "let us begin")]
    assert said[0].keys() == {
        "speaker", "transcript", "start_time", "end_time", "absolute_start_time", "absolute_end_time", "words"}
    word = said[0]["words"][0]
    assert word == {"word": "good", "punctuated_word": "good", "start": 1.0, "end": 1.4, "confidence": 1.0, "speaker": 0,
                    "speaker_confidence": 1.0}
    assert said[2]["words"][0]["speaker"] == 1
    assert (said[0]["start_time"], said[0]["end_time"]) == (1.0, 2.2)


async def test_a_raw_transcript_is_one_object_as_a_provider_gives_it(api: ApiServer) -> None:
    bot_id = await recorded(api)
    raw = await api.get(f"/api/v1/transcript/{bot_id}/get_transcript?raw=true")
    assert raw.keys() == {
        "id", "status", "text", "language_code", "audio_url", "confidence", "audio_duration", "speaker_labels", "words",
        "utterances"}
    assert (raw["status"], raw["language_code"], raw["speaker_labels"]) == ("completed", "en", True)
    assert raw["text"].startswith("good morning everybody let us begin")
    assert raw["utterances"][0]["speaker"] == "A"
    assert raw["utterances"][0].items() >= {"text": "good morning everybody", "start": 1000, "end": 2200}.items()
    assert raw["words"][0] == {"text": "good", "start": 1000, "end": 1400, "confidence": 1.0, "speaker": "A"}
    assert await fetch(api, raw["audio_url"]) == CONTENTS["audio_mixed.mp3"]


async def test_the_transcripts_of_a_bot_are_listed_with_links(api: ApiServer) -> None:
    bot_id = await recorded(api)
    answer = await api.get(f"/api/v1/bots/{bot_id}/transcriptions")
    [listed] = answer["transcriptions"]
    assert (answer["bot_id"], listed["transcript_id"], listed["provider"], listed["status"]) == (
        bot_id, bot_id, "meetstream", "Success")
    assert listed["config"] == {"language": "en"}
    processed = await api.get(listed["download_urls"]["processed_transcript"])
    assert processed == await api.get(f"/api/v1/transcript/{bot_id}/get_transcript")
    assert (await api.get(listed["download_urls"]["raw_transcript"]))["id"] == bot_id


async def test_a_transcript_is_also_found_by_the_id_of_the_artifact(api: ApiServer) -> None:
    bot_id = await recorded(api)
    recording = (await api.get(f"/api/v1/bot/{bot_id}/"))["recordings"][0]
    own = recording["media_shortcuts"]["transcript"]["id"]
    assert await api.get(f"/api/v1/transcript/{own}/get_transcript") == await api.get(
        f"/api/v1/transcript/{bot_id}/get_transcript")


async def test_a_recording_is_transcribed_again_and_the_latest_transcript_is_the_bots(api: ApiServer) -> None:
    await api.accounts()
    bot_id = (await create(api, **EVERYTHING))["bot_id"]
    path = f"/api/v1/bots/{bot_id}/transcribe"
    early = await api.call("POST", path, json={"provider": {"deepgram": {}}})
    assert (early.status, early.json["code"]) == (409, "recording_not_done")
    await api.attended(bot_id, CONTENTS)
    made = await api.call("POST", path, json={"provider": {"deepgram": {"language": "en"}}})
    assert (made.status, made.json["bot_id"], made.json["provider"]) == (200, bot_id, "deepgram")
    waiting = await api.call("GET", f"/api/v1/transcript/{made.json['transcript_id']}/get_transcript")
    assert (waiting.status, waiting.json["code"]) == (202, "not_ready")
    assert (await api.call("GET", f"/api/v1/transcript/{bot_id}/get_transcript")).status == 202, "it is the present one"
    listed = (await api.get(f"/api/v1/bots/{bot_id}/transcriptions"))["transcriptions"]
    assert {(one["provider"], one["status"]) for one in listed} == {("meetstream", "Success"), ("deepgram", "Processing")}
    refused = await api.call("POST", path, json={"provider": {"deepgram_streaming": {}}})
    assert (refused.status, "is not a provider" in refused.json["message"]) == (400, True)


async def test_screenshots_are_told_oldest_first_with_links(api: ApiServer) -> None:
    bot_id = (await create(api))["bot_id"]
    path = f"/api/v1/bots/{bot_id}/get_screenshots"
    assert (await api.call("GET", path)).status == 202
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    for picture in (b"first", b"second"):
        screenshot_id = new_id()
        wanted = {"recording_id": "", "name": control.screenshot_name(screenshot_id)}
        [grant] = await api.core.attendance.uploads(bot_id, generation, [wanted])
        await api.core.stored(grant["key"], picture)
        await api.core.attendance.take(bot_id, generation, [report.fact(control.SCREENSHOT_TAKEN, id=screenshot_id)])
    answer = await api.get(path)
    assert (answer["bot_id"], answer["screenshots_count"]) == (bot_id, 2)
    assert [await fetch(api, shot["url"]) for shot in answer["screenshots"]] == [b"first", b"second"]
    assert answer["screenshots"][0]["timestamp"] < answer["screenshots"][1]["timestamp"]


# --- not there, not yet, no more ----------------------------------------------------------------------------------------


async def test_what_is_not_ready_is_answered_202_with_words(api: ApiServer) -> None:
    bot_id = (await create(api, **EVERYTHING))["bot_id"]
    for name in LINKS:
        answer = await api.call("GET", f"/api/v1/bots/{bot_id}/{name}")
        assert (answer.status, answer.json["code"]) == (202, "not_ready"), name
        assert "not ready yet" in answer.json["message"]


async def test_what_was_not_asked_for_is_not_found_at_once(api: ApiServer) -> None:
    bot_id = (await create(api, audio_required=False, video_required=False))["bot_id"]
    for name in ("get_audio", "get_video", "get_audio_streams", "get_recording_streams", "get_speaker_timeline"):
        answer = await api.call("GET", f"/api/v1/bots/{bot_id}/{name}")
        assert (answer.status, answer.json["message"].startswith("This bot has no ")) == (404, True)
    answer = await api.call("GET", f"/api/v1/transcript/{bot_id}/get_transcript")
    assert (answer.status, answer.json["message"]) == (404, "This bot has no transcript.")


async def test_what_could_not_be_made_says_so(api: ApiServer) -> None:
    bot_id = (await create(api))["bot_id"]
    _, generation = await api.core.next(bot_id)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    await api.core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(recording_id), report.fact(
        control.ARTIFACT_FAILED, recording_id=recording_id, artifact="audio_mixed", sub_code="composition_failed")])
    answer = await api.call("GET", f"/api/v1/bots/{bot_id}/get_audio")
    assert (answer.status, answer.json["message"]) == (404, "The audio could not be made: composition_failed.")


async def test_nobody_said_anything_and_the_transcript_is_empty(api: ApiServer) -> None:
    bot_id = (await create(api, **EVERYTHING))["bot_id"]
    await api.attended(bot_id, CONTENTS | {"transcript.json": b"[]"})
    assert await api.get(f"/api/v1/transcript/{bot_id}/get_transcript") == []
    assert (await api.get(f"/api/v1/transcript/{bot_id}/get_transcript?raw=true"))["text"] == ""
