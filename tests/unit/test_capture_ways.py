"""Which way of capture is tried, when it has failed, and whose the words of a mixed sound are."""

from __future__ import annotations

import pytest

from rapporteur.bot.capture import NO_FRAMES_AFTER_S, TracksCapture
from rapporteur.bot.speakers import UNKNOWN, Speakers, Voices
from rapporteur.domain.capture import Plan, Setting, Way, Why, plan
from rapporteur.domain.errors import Unsupported
from rapporteur.domain.participants import Attendee, Roster
from rapporteur.services.ports import Heard

pytestmark = pytest.mark.unit

ME, ANN, BEN = Attendee("me", "Bot", is_self=True), Attendee("ann", "Ann", microphone=True), Attendee("ben", "Ben")


@pytest.mark.parametrize(("setting", "offered", "expected"), [
    ("auto", ("tracks", "tab", "display"), Plan(Way.TRACKS, Way.TAB)),
    ("auto", ("tracks",), Plan(Way.TRACKS)),
    ("auto", ("tab", "display"), Plan(Way.TAB)),
    ("tracks", ("tracks", "tab"), Plan(Way.TRACKS)),
    ("display", ("tracks", "tab", "display"), Plan(Way.DISPLAY)),
])
def test_a_setting_and_a_platform_make_a_plan(setting: Setting, offered: tuple[str, ...], expected: Plan) -> None:
    assert plan(setting, offered) == expected


def test_a_way_that_the_platform_does_not_offer_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match="'display', only by tracks"):
        plan("display", ("tracks",))


def test_tracks_have_failed_when_somebody_sends_and_nothing_comes() -> None:
    capture = TracksCapture()
    capture.present([ME, BEN], 0)
    assert capture.failing(100) is None, "nobody sends anything"
    capture.present([ME, ANN], 100)
    assert capture.failing(100 + NO_FRAMES_AFTER_S - 0.1) is None
    assert capture.failing(100 + NO_FRAMES_AFTER_S) is Why.NO_FRAMES
    capture.came()
    assert capture.failing(1000) is None
    capture.hidden(Why.OWN_TRANSFORM)
    assert capture.failing(0) is Why.OWN_TRANSFORM


def test_a_mixed_utterance_is_divided_where_the_page_marks_another_speaker() -> None:
    roster, speakers = Roster(), Speakers()
    roster.update([ME, ANN, BEN])
    speakers.marked("ann", True, 1_200)
    speakers.marked("ann", False, 3_000)
    speakers.marked("ben", True, 3_100)
    heard = Heard(1, 1_000, 6_000, bytes(5_000 * 32))
    (ann, first), (ben, second) = speakers.attributed(heard, roster)
    assert (ann.name, first.start_ms, first.end_ms, len(first.pcm)) == ("Ann", 1_000, 3_100, 2_100 * 32)
    assert (ben.name, second.start_ms, second.end_ms, len(second.pcm)) == ("Ben", 3_100, 6_000, 2_900 * 32)


def test_words_without_a_mark_are_the_only_others_or_nobodys() -> None:
    roster, heard = Roster(), Heard(1, 0, 500, bytes(500 * 32))
    roster.update([ME, ANN])
    assert [who.name for who, _ in Speakers().attributed(heard, roster)] == ["Ann"]
    roster.update([ME, ANN, BEN])
    assert [who for who, _ in Speakers().attributed(heard, roster)] == [UNKNOWN]


def test_somebody_with_several_sources_speaks_as_long_as_any_of_them_does() -> None:
    voices = Voices()
    assert voices.heard("ann", 1, True)
    assert not voices.heard("ann", 2, True), "who has moved to another track speaks on"
    assert voices.heard("ben", 3, True)
    assert not voices.heard("ann", 1, False)
    assert voices.heard("ann", 2, False)
