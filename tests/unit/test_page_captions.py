"""Captions of a page, which grow and are corrected, become lines that stay."""

from __future__ import annotations

import pytest

from rapporteur.bot.captions import SHORTEST_MS, STANDS_AFTER_MS, Captions
from rapporteur.services.ports import Caption

pytestmark = pytest.mark.unit


@pytest.fixture
def told() -> list[Caption]:
    return []


@pytest.fixture
def captions(told: list[Caption]) -> Captions:
    return Captions(told.append)


def test_a_line_that_grows_is_told_once_with_the_time_it_took(captions: Captions, told: list[Caption]) -> None:
    for at_ms, text in ((1000.0, "Good"), (1400.0, "Good mourning"), (2000.0, "Good morning everybody")):
        captions.seen("1", "ada", text, final=False, at_ms=at_ms)
    assert told == []
    captions.seen("1", "ada", "Good morning, everybody.", final=True, at_ms=2300.0)
    assert told == [Caption("ada", "Good morning, everybody.", 1000.0, 2300.0)]


def test_a_persons_next_line_ends_the_one_before_and_nobody_elses(captions: Captions, told: list[Caption]) -> None:
    captions.seen("1", "ada", "I say", final=False, at_ms=0.0)
    captions.seen("2", "alan", "So do I", final=False, at_ms=500.0)
    captions.seen("3", "ada", "And again", final=False, at_ms=1000.0)
    assert [caption.text for caption in told] == ["I say"]
    assert told[0].end_ms - told[0].start_ms == SHORTEST_MS


def test_a_line_that_is_left_alone_stands(captions: Captions, told: list[Caption]) -> None:
    captions.seen("1", "ada", "Well", final=False, at_ms=0.0)
    captions.tick(STANDS_AFTER_MS - 1)
    assert told == []
    captions.tick(STANDS_AFTER_MS)
    captions.tick(2 * STANDS_AFTER_MS)
    assert [caption.text for caption in told] == ["Well"]


def test_a_line_that_grows_after_it_stood_is_told_on(captions: Captions, told: list[Caption]) -> None:
    captions.seen("1", "ada", "Well, then", final=False, at_ms=0.0)
    captions.tick(STANDS_AFTER_MS)
    captions.seen("1", "ada", "Well, then", final=False, at_ms=5000.0)
    captions.seen("1", "ada", "Well, then let us begin", final=True, at_ms=6000.0)
    assert [caption.text for caption in told] == ["Well, then", "let us begin"]


def test_at_the_end_everything_stands_but_what_is_empty(captions: Captions, told: list[Caption]) -> None:
    captions.seen("1", "ada", "Good night", final=False, at_ms=0.0)
    captions.seen("2", "alan", "  ", final=False, at_ms=0.0)
    captions.close()
    assert [caption.text for caption in told] == ["Good night"]
