"""Small domain values: addresses, artifacts, timestamps, transcripts."""

import pytest

from rapporteur.domain.meeting import ROOM_PATTERN, claim
from rapporteur.domain.recording import ArtifactKind, artifacts_of, files_of
from rapporteur.domain.timeline import from_iso, iso, moment
from rapporteur.domain.transcript import Utterance, Word, artifact

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("url", ROOM_PATTERN.examples)
def test_room_links_are_claimed(url):
    address = claim(f"  {url} ", (ROOM_PATTERN,))
    assert address is not None
    assert address.platform == "room"


@pytest.mark.parametrize("url", ROOM_PATTERN.near_misses)
def test_near_misses_are_not(url):
    assert claim(url, (ROOM_PATTERN,)) is None


def test_times_are_printed_with_microseconds_and_read_back():
    assert iso(1_700_000_000_123.456) == "2023-11-14T22:13:20.123456Z"
    assert from_iso("2023-11-14T22:13:20.123456Z") == 1_700_000_000_123
    assert from_iso("2023-11-14T23:13:20+01:00") == from_iso("2023-11-14T22:13:20")
    assert moment(2_500, 1_000) == {"absolute": "1970-01-01T00:00:02.500000Z", "relative": 1.5}


def test_a_configuration_switches_artifacts_by_presence():
    kinds = artifacts_of({"video_mixed_mp4": {}, "audio_mixed_mp3": None, "transcript": {"provider": {}}})
    assert kinds == (ArtifactKind.VIDEO_MIXED, ArtifactKind.TRANSCRIPT)
    assert [f.name for f in files_of(kinds)] == ["video_mixed.mp4", "transcript.json"]


def test_the_transcript_document_is_in_the_order_of_speaking():
    late = Utterance(100, (Word("later", 5_000, 5_400),), "en")
    early = Utterance(200, (Word("first", 2_000, 2_300), Word("words", 2_300, 2_600)))
    people = {100: {"id": 100, "name": "Ada"}, 200: {"id": 200, "name": "Alan"}}
    document = artifact([late, early, Utterance(100, ())], people, zero_ms=1_000)
    assert [entry["participant"]["name"] for entry in document] == ["Alan", "Ada"]
    assert document[0]["words"][1]["start_timestamp"]["relative"] == 1.3
    assert Utterance.from_json(early.as_json()) == early
    assert early.text == "first words"
