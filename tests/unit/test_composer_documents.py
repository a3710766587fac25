"""The documents of a recording: whatever order the tape has, they tell the meeting in the order it happened."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rapporteur.domain.transcript import Utterance, Word
from rapporteur.media.documents import Documents
from rapporteur.wire.tape import Kind, Record, json_record

pytestmark = pytest.mark.unit

T0_US = 1_764_000_000_000_000
ANA, BEN = {"id": 100, "name": "Ana"}, {"id": 200, "name": "Ben"}


def event(at_s: float, action: str, who: dict[str, Any], recording_id: str | None = "r1") -> Record:
    body = {"recording_id": recording_id, "action": action, "participant": who, "data": None}
    return json_record(Kind.EVENT, T0_US + round(at_s * 1e6), body)


def said(at_s: float, participant: int, *words: str) -> Record:
    start_ms = T0_US / 1000 + at_s * 1000
    utterance = Utterance(participant, tuple(Word(w, start_ms + n * 100, start_ms + n * 100 + 90) for n, w in enumerate(words)))
    return json_record(Kind.UTTERANCE, T0_US + 99_000_000, {**utterance.as_json(), "recording_id": "r1"})


def files(*records: Record, end_s: float = 10.0) -> dict[str, Any]:
    documents = Documents("r1", T0_US)
    for record in records:
        documents.take(record)
    return {name: json.loads(text) for name, text in documents.files(T0_US + round(end_s * 1e6)).items()}


def test_events_are_told_in_the_order_of_time_with_ids_that_stay():
    records = [event(2, "webcam_on", ANA), event(1, "join", ANA), event(3, "join", BEN)]
    events = files(*records)["participant_events.json"]
    assert [(e["type"], e["ts_ms"]) for e in events] == [("join", 1000), ("webcam_on", 2000), ("join", 3000)]
    assert events == files(*reversed(records))["participant_events.json"]
    assert len({e["id"] for e in events}) == 3


def test_two_equal_events_at_one_moment_have_ids_of_their_own():
    events = files(event(1, "update", ANA), event(1, "update", ANA))["participant_events.json"]
    assert events[0]["id"] != events[1]["id"]


def test_microphone_switches_are_not_listed_and_other_recordings_stay_out():
    events = files(
        event(1, "mute", ANA), event(1, "unmute", ANA), event(2, "join", BEN, "r2"), event(2, "join", BEN, None),
    )["participant_events.json"]
    assert events == []


def test_the_latest_name_of_a_participant_stands_and_one_who_was_only_heard_is_nameless():
    out = files(event(1, "join", ANA), event(2, "update", {"id": 100, "name": "Ana L."}), said(3, 200, "hi"))
    assert [(p["id"], p["name"]) for p in out["participants.json"]] == [(100, "Ana L."), (200, None)]
    assert out["transcript.json"][0]["participant"]["id"] == 200


def test_turns_end_with_speech_with_leaving_or_with_the_recording():
    out = files(
        event(1, "speech_on", ANA), event(2, "speech_off", ANA), event(3, "speech_on", ANA), event(3.5, "speech_on", BEN),
        event(4, "leave", BEN), end_s=6,
    )["speaker_timeline.json"]
    assert [(t["participant"]["id"], t["start_timestamp"]["relative"], t["end_timestamp"]["relative"]) for t in out] == [
        (100, 1.0, 2.0), (100, 3.0, 6.0), (200, 3.5, 4.0),
    ]


def test_the_transcript_is_in_the_order_of_speaking_and_leaves_out_empty_utterances():
    out = files(said(5, 100, "second"), said(1, 100, "first", "words"), said(7, 100))["transcript.json"]
    assert [[w["text"] for w in u["words"]] for u in out] == [["first", "words"], ["second"]]
    assert out[0]["words"][1]["start_timestamp"]["relative"] == 1.1


def test_metadata_has_the_last_title_and_the_recordings_span():
    titles = [json_record(Kind.MEETING, T0_US, {"title": t}) for t in ("Old", "New", None)]
    assert files(*titles)["meeting_metadata.json"] == {
        "title": "New", "start_time": "2025-11-24T16:00:00.000000Z", "end_time": "2025-11-24T16:00:10.000000Z",
    }
