"""The demonstration's scenario and the speech it uses: fit to measure a recording by."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rapporteur.simulators.scenario import DEMO, MARK_S, Line
from rapporteur.simulators.speech import CLIPS, clip_file

pytestmark = pytest.mark.unit

LINES: list[tuple[str, Line]] = sorted(
    ((person.name, line) for person in DEMO.people for line in person.lines), key=lambda pair: pair[1].at_s,
)
MARKS: list[tuple[str, float]] = sorted(((p.name, at) for p in DEMO.people for at in p.marks), key=lambda pair: pair[1])


def test_there_are_enough_marks_and_everybody_makes_some() -> None:
    assert len(MARKS) >= 10
    assert {name for name, _ in MARKS} == {person.name for person in DEMO.people}


def test_no_mark_comes_near_anybodys_speech() -> None:
    # Voice activity goes on for 0.7 s after the last word; what comes later is not part of the sentence.
    for _, at in MARKS:
        assert not [line for _, line in LINES if line.at_s - 0.4 < at + MARK_S and at < line.end_s + 0.9]


def test_marks_keep_apart_from_each_other() -> None:
    assert all(after - before >= 0.6 for (_, before), (_, after) in pairwise(MARKS))


def test_a_mark_is_made_by_whoever_spoke_last() -> None:
    for name, at in MARKS:
        _, speaker = max((line.end_s, speaker) for speaker, line in LINES if line.end_s <= at)
        assert speaker == name


def test_marks_fall_while_the_picture_is_the_speakers() -> None:
    for person in DEMO.people:
        for at in person.marks:
            assert not [s for s in person.camera_off if s.from_s - 0.5 < at < s.to_s + 0.5]
            assert not [s for p in DEMO.people for s in p.screen if s.from_s - 0.5 < at < s.to_s + 0.5]


def test_sentences_follow_each_other_with_exactly_one_overlap_of_two_people() -> None:
    overlaps = [(a, b) for (_, a), (_, b) in pairwise(LINES) if b.at_s < a.end_s]
    assert len(overlaps) == 1
    for person in DEMO.people:
        own = [line for name, line in LINES if name == person.name]
        assert all(a.end_s < b.at_s for a, b in pairwise(own))


def test_the_host_ends_it_after_everything_was_done() -> None:
    assert DEMO.host is not None
    assert DEMO.ends_at_s is not None
    last = max([line.end_s for _, line in LINES] + [at for _, at in MARKS])
    assert last + 0.5 <= DEMO.ends_at_s <= 45


def test_everything_the_story_needs_is_in_it() -> None:
    people = DEMO.people
    assert [len(p.lines) >= 2 for p in people] == [True] * 3
    assert sum(len(p.messages) for p in people) == 1
    assert [s.to_s - s.from_s >= 3 for p in people for s in p.camera_off] == [True]
    assert [s.to_s - s.from_s >= 8 for p in people for s in p.screen] == [True]


def test_each_person_has_one_voice_of_their_own() -> None:
    voices = [{CLIPS[line.clip].voice for line in person.lines} for person in DEMO.people]
    assert sorted(map(sorted, voices)) == [["awb"], ["rms"], ["slt"]]


def test_every_clip_is_there_and_short() -> None:
    for name, clip in CLIPS.items():
        assert clip_file(name).read_bytes()[:4] == b"OggS"
        assert 2 <= clip.duration_s <= 4.5
        assert clip.text == clip.text.lower()
