"""The reads of an older version of the Recall API, over documents as the composer writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rapporteur.domain.participants import Participant
from rapporteur.domain.timeline import moment
from rapporteur.domain.transcript import Utterance, Word, artifact
from tests.fakes.api_server import serving
from tests.fakes.core import START_MS

pytestmark = pytest.mark.contract

READS = ("transcript", "speaker_timeline", "chat-messages")
ADA = Participant(100, "Ada").as_json()
WORDS = (Word("good", START_MS + 1500, START_MS + 1800), Word("morning", START_MS + 1800, START_MS + 2250))
EVENTS = [
    {"id": "1", "action": "join", "participant": ADA, "timestamp": moment(START_MS, START_MS), "data": None},
    {"id": "2", "action": "chat_message", "participant": ADA, "timestamp": moment(START_MS + 4000, START_MS),
     "data": {"text": "see you", "to": "everyone"}},
]
DOCUMENTS = {
    "transcript.json": artifact([Utterance(100, WORDS, "en")], {100: ADA}, START_MS),
    "speaker_timeline.json": [{"participant": ADA, "start_timestamp": moment(START_MS + 1500, START_MS),
                               "end_timestamp": moment(START_MS + 2250, START_MS)}],
    "participant_events.json": EVENTS,
}


async def test_what_was_said_and_written_is_read_in_the_older_forms(tmp_path: Path) -> None:
    config = {"transcript": {"provider": {"recallai_streaming": {}}}}
    async with serving(tmp_path) as api:
        contents = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
        bot_id, _ = await api.recorded(contents, recording_config=config)
        transcript, timeline, chat = [await api.get(f"/api/v1/bot/{bot_id}/{read}/") for read in READS]
        assert transcript == [{"speaker": "Ada", "speaker_id": 100, "language": "en", "words": [
            {"text": "good", "start_timestamp": 1.5, "end_timestamp": 1.8, "confidence": None},
            {"text": "morning", "start_timestamp": 1.8, "end_timestamp": 2.25, "confidence": None}]}]
        assert timeline == [{"name": "Ada", "user_id": 100, "timestamp": 1.5}]
        assert chat == {"count": 1, "next": None, "previous": None, "results": [
            {"text": "see you", "to": "everyone", "created_at": EVENTS[1]["timestamp"]["absolute"], "sender": ADA}]}


async def test_before_there_is_a_recording_they_are_empty(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        bot_id = (await api.create())["id"]
        transcript, timeline, chat = [await api.get(f"/api/v1/bot/{bot_id}/{read}/") for read in READS]
        assert (transcript, timeline, chat["results"]) == ([], [], [])
        assert (await api.call("GET", "/api/v1/bot/nope/transcript/")).status == 404
