"""Zoom's media stream in its parts: times, sound in order, people, reasons, and what webhooks say."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from rapporteur.bot.rtms.attendance import QUIET_MS, Attendance
from rapporteur.bot.rtms.protocol import LANGUAGES, RATE, Stream, captions_in, ending
from rapporteur.bot.rtms.timing import DISPROVED_MS, LATEST_MS, Timing
from rapporteur.bot.rtms.voice import HELD_MS, LOOK_AHEAD, Voice
from rapporteur.domain.lifecycle import CALL_ENDED_SUB_CODES, FATAL_SUB_CODES, PLATFORM_SUB_CODES
from rapporteur.domain.session import JoinFailed, MeetingEnded, RemovedByHost
from rapporteur.domain.zoom_streams import announced, answered_challenge, believable, webhook_signature

pytestmark = pytest.mark.unit

CHUNK_MS = 40
CHUNK = b"\0\0" * (RATE * CHUNK_MS // 1000)
SKEW_MS = 37_000.0


# --- times --------------------------------------------------------------------------------------------------------------


def test_the_message_that_travelled_fastest_tells_zooms_clock():
    timing = Timing()
    assert timing.place(SKEW_MS, 80.0) == 80.0
    assert timing.place(SKEW_MS + 40, 50.0) == 50.0
    assert timing.place(SKEW_MS + 80, 200.0) == pytest.approx(90.0, abs=0.1)


def test_sound_is_measured_by_its_beginning_and_pictures_by_their_moment():
    timing = Timing()
    assert timing.place(SKEW_MS, 50.0, lasting_ms=40.0) == timing.place(SKEW_MS, 10.0)


def test_what_comes_very_late_is_counted_and_keeps_its_place():
    timing = Timing()
    timing.place(SKEW_MS, 20.0)
    assert timing.place(SKEW_MS + 40, 60.0 + LATEST_MS + 10) == pytest.approx(60.0, abs=1)
    assert timing.place(SKEW_MS + 3000, 3020.0) == pytest.approx(3020.0, abs=1)
    assert timing.late == 1


def test_a_clock_that_was_set_is_followed_after_a_while():
    timing = Timing()
    timing.place(SKEW_MS, 20.0)
    placed = {at_ms: timing.place(SKEW_MS - 4000 + at_ms, float(at_ms)) for at_ms in range(40, 14_000, 40)}
    assert all(placed[at_ms] == pytest.approx(at_ms - 3980, abs=5) for at_ms in placed if at_ms < DISPROVED_MS - 60)
    assert all(placed[at_ms] == pytest.approx(at_ms, abs=5) for at_ms in placed if at_ms > DISPROVED_MS + 100)


# --- sound --------------------------------------------------------------------------------------------------------------


def encoder() -> Any:
    return lambda pcm: [b"packet"] * (len(pcm) * 1000 // (RATE * 2 * 20))


def voice() -> Voice:
    return Voice(1, encoder, lambda stamp_ms: stamp_ms - SKEW_MS)


def taken(sound: Voice, *messages: tuple[float, float]) -> list[float]:
    """Where the packets lie, for messages of (stamp, arrival)."""
    frames = [frame for stamp_ms, arrival_ms in messages for frame in sound.take(SKEW_MS + stamp_ms, arrival_ms, CHUNK)]
    assert [frame.sequence for frame in frames] == list(range(len(frames)))
    first = frames[0]
    assert first.rtp == round((SKEW_MS + first.arrival_ms) * 48) - LOOK_AHEAD
    assert all(round((b.rtp - a.rtp) / 48) == round(b.arrival_ms - a.arrival_ms) for a, b in pairwise(frames))
    return [frame.arrival_ms for frame in frames]


def test_messages_that_were_overtaken_are_waited_for():
    assert taken(voice(), (0, 40), (80, 120), (40, 140), (120, 160)) == [0, 20, 40, 60, 80, 100, 120, 140]


def test_a_message_that_never_comes_leaves_a_gap():
    sound = voice()
    assert taken(sound, (0, 40), (80, 120), (120, 160), (160, 120 + HELD_MS)) == [0, 20, 80, 100, 120, 140, 160, 180]
    assert sound.late == 0


def test_a_message_whose_place_is_taken_is_left_out():
    sound = voice()
    assert taken(sound, (0, 40), (80, 120), (120, 400), (40, 410)) == [0, 20, 80, 100, 120, 140]
    assert sound.late == 1


def test_behind_a_microphone_that_was_off_nothing_is_waited_for():
    assert taken(voice(), (0, 40), (5000, 5040)) == [0, 20, 5000, 5020]


def test_stamps_that_waver_leave_no_seam():
    assert taken(voice(), (0, 40), (43, 83), (78, 120)) == [0, 20, 40, 60, 80, 100]


# --- people -------------------------------------------------------------------------------------------------------------


def test_people_are_known_by_their_sound_too_and_microphones_go_off_with_it():
    people = Attendance()
    assert people.news() is None
    people.seen("7", "Ada")
    people.heard("7", 0.0)
    [ada] = people.news() or []
    assert (ada.name, ada.microphone) == ("Ada", True)
    assert people.news() is None
    people.quiet(QUIET_MS + 1)
    [ada] = people.news() or []
    assert not ada.microphone


def test_who_left_does_not_come_back_by_what_was_said_before():
    people = Attendance()
    people.joined([{"user_id": 7, "user_name": "Ada"}, {"user_id": 8, "user_name": "Alan"}])
    assert people.left([{"user_id": "7"}, {"user_id": 9}]) == ["7"]
    people.seen("7", "Ada")
    people.heard("7", 1.0)
    assert [person.name for person in people.news() or []] == ["Alan"]
    people.joined([{"user_id": 7, "user_name": "Ada"}])
    assert [person.name for person in people.news() or []] == ["Alan", "Ada"]


# --- reasons and languages ----------------------------------------------------------------------------------------------


def test_every_reason_of_zooms_is_an_end_with_a_documented_sub_code():
    for reason in (None, *range(40)):
        fact, why = ending(reason)
        assert isinstance(fact, MeetingEnded | RemovedByHost | JoinFailed)
        sub_code = getattr(fact, "sub_code", "bot_kicked_from_call")
        assert sub_code in CALL_ENDED_SUB_CODES | FATAL_SUB_CODES | PLATFORM_SUB_CODES
        assert why.endswith(".")


def test_captions_are_asked_for_in_zooms_number_of_a_language_or_left_to_zoom():
    assert captions_in("en-US") == {"content_type": 5, "src_language": 9, "enable_lid": False}
    assert captions_in("auto") == captions_in("xx") == {"content_type": 5}
    assert len(LANGUAGES) == 37


def test_a_stream_is_known_when_all_of_it_is():
    told = {"meeting_uuid": "u", "rtms_stream_id": "s", "server_urls": "wss://a/, wss://b/", "signature": "x"}
    assert Stream.from_json(told) == Stream("u", "s", ("wss://a/", "wss://b/"), "x")
    assert all(Stream.from_json(told | {name: None}) is None for name in told)
    assert Stream.from_json(None) is None


# --- webhooks -----------------------------------------------------------------------------------------------------------

PAYLOAD = {"meeting_uuid": "u", "rtms_stream_id": "s", "server_urls": "wss://a/", "meeting_id": "857 4606 5432"}


@pytest.mark.parametrize("payload", [PAYLOAD, {"object": PAYLOAD}])
def test_a_stream_that_began_is_read_in_both_forms_of_zooms_reference(payload: dict[str, Any]):
    told = announced({"event": "meeting.rtms_started", "payload": payload})
    assert told is not None
    assert (told.began, told.meeting_uuid, told.stream_id, told.server_urls) == (True, "u", "s", "wss://a/")
    assert told.meeting_id == "85746065432"


def test_a_stream_that_stopped_tells_why():
    told = announced({"event": "meeting.rtms_stopped", "payload": PAYLOAD | {"stop_reason": 6}})
    assert told is not None
    assert (told.began, told.reason) == (False, 6)


@pytest.mark.parametrize("webhook", [
    {}, {"event": "meeting.started", "payload": PAYLOAD}, {"event": "meeting.rtms_started", "payload": []},
    {"event": "meeting.rtms_started", "payload": PAYLOAD | {"server_urls": None}},
    {"event": "meeting.rtms_started", "payload": PAYLOAD | {"rtms_stream_id": 5}},
])
def test_what_names_no_stream_is_none_of_ours(webhook: dict[str, Any]):
    assert announced(webhook) is None


def test_a_webhook_is_believed_by_its_signature_and_its_time():
    body, now_ms = b'{"event": "x"}', 1_700_000_000_000.0
    for timestamp in ("1700000000", "1700000000000"):
        signature = webhook_signature("secret", timestamp, body)
        assert believable("secret", signature, timestamp, body, now_ms)
        assert not believable("secret", signature, timestamp, body + b" ", now_ms)
        assert not believable("other", signature, timestamp, body, now_ms)
        assert not believable("secret", signature, timestamp, body, now_ms + 301_000)
    assert not believable("secret", "é", "soon", body, now_ms)
    assert answered_challenge("secret", "v0:1700000000:{}") is None
