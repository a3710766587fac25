"""The screens engine and the page's clock, without a page."""

from __future__ import annotations

import pytest

from rapporteur.bot.bridge import PageTime
from rapporteur.bot.platform import Screen, css
from rapporteur.bot.screens import MOST_ANSWERS, Screens
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.session import Admitted, Fact, HeldAtDoor

pytestmark = pytest.mark.unit

ROWS = (
    Screen("call", (css(".call"),), Admitted()),
    Screen("lobby", (css(".lobby"),), HeldAtDoor()),
    Screen("name", (css(".name"),), asks=True),
)


@pytest.fixture
def told() -> list[Fact | str]:
    return []


@pytest.fixture
def screens(told: list[Fact | str]) -> Screens:
    return Screens(ROWS, on_fact=told.append, on_question=told.append)


def test_a_screen_is_told_once_however_often_it_is_seen(screens: Screens, told: list[Fact | str]) -> None:
    for name in ("name", "name", "lobby", "lobby", "call", "call"):
        screens.seen(name)
    assert told == ["name", HeldAtDoor(), Admitted()]


def test_a_moment_without_any_known_screen_changes_nothing(screens: Screens, told: list[Fact | str]) -> None:
    for name in ("call", None, "advertisement", "call"):
        screens.seen(name)
    assert told == [Admitted()]


def test_a_page_that_loaded_again_is_answered_again(screens: Screens, told: list[Fact | str]) -> None:
    screens.seen("name")
    screens.loaded()
    screens.seen("name")
    assert told == ["name", "name"]


def test_a_page_that_asks_without_end_is_given_up(screens: Screens) -> None:
    for _ in range(MOST_ANSWERS):
        screens.seen("name")
        screens.loaded()
    with pytest.raises(MeetingFailure) as failure:
        screens.seen("name")
    assert failure.value.sub_code == "meeting_not_accessible"


def test_page_time_takes_the_quickest_message_for_the_difference_of_the_clocks() -> None:
    time = PageTime()
    for sent, received in ((1000.0, 6030.0), (2000.0, 7002.0), (3000.0, 8300.0)):
        time.sample(sent, received)
    assert time.at(3000.0, 8300.0) == 8002.0


def test_page_time_is_never_in_the_future_and_never_absurdly_old() -> None:
    time = PageTime()
    time.sample(1000.0, 1000.0)
    assert time.at(9000.0, 2000.0) == 2000.0
    assert time.at(-1e12, 100_000.0) == 40_000.0


def test_page_time_follows_a_clock_that_was_stepped() -> None:
    time = PageTime()
    time.sample(0.0, 0.0)
    for at in range(0, 80_000, 10_000):  # the bot's clock went ahead by a second
        time.sample(float(at), at + 1000.0)
    assert time.at(80_000.0, 81_500.0) == 81_000.0
