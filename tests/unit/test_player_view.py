"""What the player shows of a meeting, from the documents alone."""

from __future__ import annotations

import pytest

from rapporteur.dashboard.meeting_view import Badge, Line, meeting_view
from rapporteur.dashboard.pages import clock, human_size
from tests.fakes.meeting_documents import ADA, BEN, events, speaker_timeline, transcript

pytestmark = pytest.mark.unit


def test_utterances_that_follow_closely_become_one_paragraph() -> None:
    lines = meeting_view(transcript(), [], []).lines
    assert [(line.speaker.name, " ".join(word for word, _ in line.words)) for line in lines] == [
        (ADA["name"], "good morning everybody let us begin"), (BEN["name"], "the recorder is ready"), (ADA["name"], "good"),
    ]
    assert (lines[0].start_s, lines[0].words[3]) == (1.0, ("let", 3.0))


def test_a_long_speech_without_pauses_is_broken_at_an_utterance() -> None:
    words = [{"text": "on", "start_timestamp": {"relative": t}, "end_timestamp": {"relative": t + 1}} for t in range(100)]
    entries = [{"participant": ADA, "words": [word]} for word in words]
    lines = meeting_view(entries, [], []).lines
    assert [line.start_s for line in lines] == [0, 41, 82]


def test_events_stand_between_the_lines_they_fell_between() -> None:
    view = meeting_view(transcript(), events(), speaker_timeline())
    kinds = [item.icon if isinstance(item, Badge) else "line" for item in view.items]
    assert kinds == ["in", "in", "line", "line", "camera-off", "chat", "line", "out"]
    [chat] = [b for b in view.badges if b.icon == "chat"]
    assert (chat.text, chat.at_s) == ("<b>see</b> the plan", 7.0)


def test_talk_time_comes_from_the_timeline_and_else_from_the_lines() -> None:
    by_timeline = meeting_view(transcript(), [], speaker_timeline())
    assert [(s.name, round(s.talk_s, 1)) for s in by_timeline.speakers] == [(ADA["name"], 2.8), (BEN["name"], 1.6)]
    assert sum(s.share for s in by_timeline.speakers) == pytest.approx(1)
    by_lines = meeting_view(transcript(), [], None)
    assert [s.name for s in by_lines.talkers] == [ADA["name"], BEN["name"]]


def test_people_without_a_name_and_silent_people_are_shown_too() -> None:
    view = meeting_view(transcript(), events(), speaker_timeline())
    silent = [s for s in view.speakers if not s.stretches]
    assert [s.name for s in silent] == ["Speaker 3"]
    assert len({s.hue for s in view.speakers}) == 3
    assert {s.initials for s in view.speakers} == {"A<", "BO", "S3"}


def test_nothing_at_all_is_a_meeting_too() -> None:
    for view in (meeting_view(None, None, None), meeting_view([], [], [])):
        assert (view.items, view.speakers, view.duration_s) == ([], [], 0.0)


def test_entries_without_words_or_times_do_no_harm() -> None:
    entries = [{"participant": ADA, "words": []}, {"participant": {}, "words": [{"text": "a"}]}]
    view = meeting_view(entries, [{"action": "join"}], None)
    assert [item.speaker.name for item in view.items if isinstance(item, Line)] == ["Speaker 1"]


def test_the_length_is_the_recordings_or_else_the_last_thing_known() -> None:
    assert meeting_view(transcript(), events(), None, 42.0).duration_s == 42.0
    assert meeting_view(transcript(), events(), None).duration_s == 11.0


def test_times_and_sizes_are_written_for_people() -> None:
    assert [clock(s) for s in (0, 9.9, 61, 3600, -1)] == ["0:00", "0:09", "1:01", "1:00:00", "0:00"]
    assert [human_size(n) for n in (12, 12_345, 12_345_678, 12_345_678_901)] == ["12 B", "12 kB", "12.3 MB", "12.3 GB"]
