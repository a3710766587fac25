"""Small domain values: addresses, artifacts, timestamps, transcripts."""

import pytest

from rapporteur.domain.meeting import ROOM_PATTERN, claim
from rapporteur.domain.recording import FILES, Artifact, ArtifactKind, artifacts_of, files_of, find_file, rank
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
    asked = artifacts_of({
        "video_mixed_mp4": {}, "audio_mixed_mp3": None, "audio_mixed_raw": {}, "transcript": {"provider": {}},
        "audio_separate_mp3": {}, "audio_separate_raw": {},
    })
    assert [(a.kind.value, a.format) for a in asked] == [
        ("video_mixed", "mp4"), ("audio_mixed", "raw"), ("transcript", None), ("audio_separate", "mp3"),
        ("audio_separate", "raw"),
    ]
    assert [[f.name for f in files_of(a)] for a in asked] == [
        ["video_mixed.mp4"], ["audio_mixed.raw"], ["transcript.json"], ["audio_separate_mp3.json"],
        ["audio_separate_raw.json"],
    ]


def test_a_file_is_known_by_its_name_a_part_too():
    assert [find_file(file.name) for file in FILES] == list(FILES)
    [listed] = files_of(Artifact(ArtifactKind.VIDEO_SEPARATE, "mp4"))
    part = listed.part(12)
    assert (part.name, part.content_type, part.role) == ("video_separate-12.mp4", "video/mp4", "part")
    assert find_file("video_separate-12.mp4") == part
    for name in ("video_separate-0.mp4", "video_separate-1.mp3", "video_mixed-1.mp4", "../video_separate-1.mp4",
                 "video_separate-1.mp4\n", "video_separate-123456.mp4", "part", ""):
        assert find_file(name) is None


def test_what_people_can_play_stands_for_its_kind():
    assert rank(ArtifactKind.AUDIO_MIXED, "mp3") < rank(ArtifactKind.AUDIO_MIXED, "raw")
    assert rank(ArtifactKind.VIDEO_SEPARATE, "mp4") < rank(ArtifactKind.VIDEO_SEPARATE, "h264")


def test_the_transcript_document_is_in_the_order_of_speaking():
    late = Utterance(100, (Word("later", 5_000, 5_400),), "en")
    early = Utterance(200, (Word("first", 2_000, 2_300), Word("words", 2_300, 2_600)))
    people = {100: {"id": 100, "name": "Ada"}, 200: {"id": 200, "name": "Alan"}}
    document = artifact([late, early, Utterance(100, ())], people, zero_ms=1_000)
    assert [entry["participant"]["name"] for entry in document] == ["Alan", "Ada"]
    assert document[0]["words"][1]["start_timestamp"]["relative"] == 1.3
    assert Utterance.from_json(early.as_json()) == early
    assert early.text == "first words"
